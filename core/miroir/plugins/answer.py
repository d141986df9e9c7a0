"""The answer for one company while it is being made."""

from __future__ import annotations

from dataclasses import dataclass, field

from miroir.types.diagnosis import CompanyAnalysis, CompanyView, Diagnosis, Finding
from miroir.types.sampling import Sample


@dataclass(slots=True, kw_only=True)
class Answer:
    """What is known so far; plugins that failed are in `failures`."""

    view: CompanyView
    findings: list[Finding] = field(default_factory=list)
    diagnoses: tuple[Diagnosis, ...] = ()
    samples: tuple[Sample, ...] = ()
    failures: list[str] = field(default_factory=list)

    def given(self) -> CompanyAnalysis:
        """The answer, once it is whole."""
        return CompanyAnalysis(
            view=self.view,
            diagnoses=self.diagnoses,
            samples=self.samples,
            failures=tuple(self.failures),
        )
