"""The contract of diagnostics: pure, the same twice, in French."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from miroir.testing.conformance.companies import analysed
from miroir.testing.conformance.contract import Contract
from miroir.types.diagnosis import CompanyView, Diagnostic, Finding


class DiagnosticContract(Contract):
    """A diagnostic of `miroir_diagnostics`.

    `finds`: causes that it has to find in `companies`, which holds companies
    of the payroll simulator unless the subclass gives its own.
    """

    kind = "diagnostic"
    diagnostic: ClassVar[str] = ""
    finds: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def subject(cls) -> str:
        return cls.diagnostic

    def companies(self) -> Sequence[CompanyView]:
        """Companies to examine: right ones and wrong ones."""
        return [each.view for each in analysed()]

    def test_it_returns_findings_of_its_own_causes(self) -> None:
        known = {cause.id for cause in self._diagnostic().causes}
        for company in self.companies():
            for finding in self._examine(company):
                assert isinstance(finding, Finding)
                assert finding.cause in known, f"{finding.cause} is not declared"

    def test_the_same_company_gives_the_same_findings(self) -> None:
        for company in self.companies():
            assert self._examine(company) == self._examine(company)

    def test_what_was_examined_before_changes_nothing(self) -> None:
        companies = self.companies()
        forward = [self._examine(company) for company in companies]
        backward = [self._examine(company) for company in reversed(companies)]
        assert forward == backward[::-1], "it keeps something between two companies"

    def test_the_company_is_left_as_it_was(self) -> None:
        for company in self.companies():
            before = repr(company)
            self._examine(company)
            assert repr(company) == before, "it changes what it examines"

    def test_it_finds_what_it_is_for(self) -> None:
        found = {
            finding.cause
            for company in self.companies()
            for finding in self._examine(company)
        }
        assert self.finds <= found, f"never found: {sorted(self.finds - found)}"

    def test_an_adviser_can_read_its_causes(self) -> None:
        for cause in self._diagnostic().causes:
            for words in (cause.label, cause.explanation, cause.would_refute):
                assert words.strip(), f"{cause.id}: a text is empty"
                assert "'" not in words, f"{cause.id}: ' where French writes ’"

    def _diagnostic(self) -> Diagnostic:
        return self.given(
            lambda m: {each.value.name: each.value for each in m.diagnostics()}.get(
                self.diagnostic
            )
        )

    def _examine(self, company: CompanyView) -> list[Finding]:
        return list(self._diagnostic().examine(company))
