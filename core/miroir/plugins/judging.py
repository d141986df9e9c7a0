"""How the findings of a company become its answer, a GPS's policies included.

A policy that fails is named in the failures of the company, and Miroir's own
thresholds, order or sample stand in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar

from miroir.diagnostic.ranking import numbered, rank
from miroir.diagnostic.sampling import samples
from miroir.errors import PluginError, WrongHookResult
from miroir.plugins.guarding import describe, guard
from miroir.plugins.provider import Provided, Provider
from miroir.types.diagnosis import Cause, CompanyView, Diagnosis, Finding
from miroir.types.policies import Ranking, SamplingPolicy, ThresholdPolicy
from miroir.types.sampling import USUAL_SIZE, EstablishmentGaps, Sample, SampleSize
from miroir.types.thresholds import NO_THRESHOLDS, Thresholds

if TYPE_CHECKING:
    from miroir.plugins.manager import PluginManager

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """Thresholds and sizes of the configuration, and the policies of plugins."""

    thresholds: Thresholds = NO_THRESHOLDS
    size: SampleSize = USUAL_SIZE
    threshold_policy: Provided[ThresholdPolicy] | None = None
    ranking: Provided[Ranking] | None = None
    sampling: Provided[SamplingPolicy] | None = None

    @classmethod
    def of(
        cls,
        plugins: PluginManager,
        thresholds: Thresholds = NO_THRESHOLDS,
        size: SampleSize = USUAL_SIZE,
    ) -> Self:
        """The policies of the plugins that are on."""
        return cls(
            thresholds=thresholds,
            size=size,
            threshold_policy=plugins.threshold_policy(),
            ranking=plugins.ranking(),
            sampling=plugins.sampling(),
        )

    def opened(self, company: CompanyView, failures: list[str]) -> CompanyView:
        """The company, with the thresholds that hold for it."""
        company = replace(company, thresholds=self.thresholds)
        if self.threshold_policy is None:
            return company
        policy, provider = self.threshold_policy
        doing = f"choosing the thresholds of {company.siren} ({policy.name})"
        chosen = _asked(
            provider, doing, partial(policy.choose, company), Thresholds, failures
        )
        return replace(company, thresholds=chosen) if chosen else company

    def ranked(
        self,
        company: CompanyView,
        findings: Iterable[Finding],
        causes: Mapping[str, Cause],
        failures: list[str],
    ) -> tuple[Diagnosis, ...]:
        """The diagnoses, in the order of the GPS when it has one."""
        own = rank(findings, causes, company)
        if self.ranking is None:
            return own
        ranking, provider = self.ranking
        doing = f"ranking the diagnoses of {company.siren} ({ranking.name})"
        try:
            given = guard(provider, doing, partial(ranking.order, company, own))
            return numbered(_same(given, own, provider, doing))
        except PluginError as error:
            failures.append(str(error))
            return own

    def sampled(
        self,
        company: CompanyView,
        diagnoses: Sequence[Diagnosis],
        failures: list[str],
    ) -> tuple[Sample, ...]:
        """What to study in each establishment with gaps."""
        if self.sampling is None:
            return samples(company, diagnoses, self.size)
        policy, provider = self.sampling

        def size_of(gaps: EstablishmentGaps) -> SampleSize:
            doing = f"choosing the sample of {gaps.siret} ({policy.name})"
            size = _asked(
                provider, doing, partial(policy.size, gaps), SampleSize, failures
            )
            return size or self.size

        name = f"{provider.name}:{policy.name}"
        return samples(company, diagnoses, self.size, name, size_of)


def _asked(
    provider: Provider,
    doing: str,
    call: Callable[[], T],
    expected: type[T],
    failures: list[str],
) -> T | None:
    """What a policy answers; None, and a failure, when it cannot be used."""
    try:
        found: object = guard(provider, doing, call)
        if isinstance(found, expected):
            return found
        raise _wrong(provider, doing, describe(found), expected.__name__)
    except PluginError as error:
        failures.append(str(error))
        return None


def _same(
    given: object, own: Sequence[Diagnosis], provider: Provider, doing: str
) -> Sequence[Diagnosis]:
    """The order of a GPS; WrongHookResult when one is lost, added or doubled."""
    if not isinstance(given, list | tuple):
        raise _wrong(provider, doing, describe(given), "a list of Diagnosis")
    if Counter(map(id, given)) != Counter(map(id, own)):
        what = "other diagnoses than those it was given"
        raise _wrong(provider, doing, what, "the same ones, each once")
    return given


def _wrong(provider: Provider, doing: str, got: str, expected: str) -> WrongHookResult:
    return WrongHookResult(
        f"Plugin {provider}, while {doing}: returned {got}; expected {expected}."
        " Correct the plugin."
    )
