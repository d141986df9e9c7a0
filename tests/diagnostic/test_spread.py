"""What many companies share from one month on is national, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from miroir.diagnostic.spread import national
from miroir.types.calculation import Amounts, Calculation, MirrorLine
from miroir.types.diagnosis import CompanyAnalysis, Scope, Status
from miroir.types.period import Month
from miroir.types.thresholds import Thresholds

from tests.diagnostic.views import MARCH, company, diagnosis, line

JANUARY = Month(2026, 1)


def owing(period: Month, gap: int, due: int = 10_000) -> MirrorLine:
    made = line("A", 0, period)
    calculation = replace(made.calculation, due=Amounts(c131=due))
    assert isinstance(calculation, Calculation)
    return replace(made, declared=Amounts(c131=due + gap), calculation=calculation)


def found(
    number: int,
    cause: str = "CEG_ABSENTE",
    gap: int = -200,
    begins: Month = MARCH,
    status: Status = Status.ESTABLISHED,
    least: int = 3,
) -> CompanyAnalysis:
    """A company with data from January; its cause begins later."""
    lines = (owing(JANUARY, 0), owing(begins, gap))
    view = company(*lines, thresholds=Thresholds(national_companies=least))
    one = diagnosis(1, cause, ["A"], status=status, amount=gap)
    finding = replace(one.finding, periods=(begins,), detail="vu")
    other = diagnosis(2, "AUTRE", ["A"])
    return CompanyAnalysis(
        view=replace(view, siren=f"99900{number:04}"),
        diagnoses=(replace(one, finding=finding), other),
    )


def scopes(*companies: CompanyAnalysis) -> list[Scope]:
    return [each.diagnoses[0].finding.scope for each in national(companies)]


def test_as_many_as_asked_make_it_national() -> None:
    assert scopes(found(1), found(2)) == [Scope.EMPLOYEES] * 2
    assert scopes(found(1), found(2), found(3)) == [Scope.NATIONAL] * 3


def test_only_scope_and_detail_change() -> None:
    before = [found(1), found(2), found(3)]
    for was, one in zip(before, national(before), strict=True):
        first = one.diagnoses[0].finding
        assert first.detail.startswith("vu ; même cause, à partir du même mois, dans 3")
        restored = replace(first, scope=Scope.EMPLOYEES, detail="vu")
        assert restored == was.diagnoses[0].finding
        assert one.diagnoses[1] == was.diagnoses[1]
        assert [each.rank for each in one.diagnoses] == [1, 2]


@pytest.mark.parametrize(
    "stranger",
    [
        found(3, cause="CET_ABSENTE"),
        found(3, begins=MARCH.next),
        found(3, begins=JANUARY),
        found(3, status=Status.LEGITIMATE),
        found(3, gap=0),
    ],
    ids=["cause", "month", "from-the-start", "legitimate", "no-amount"],
)
def test_what_is_not_the_same_does_not_count(stranger: CompanyAnalysis) -> None:
    assert scopes(found(1), found(2), stranger) == [Scope.EMPLOYEES] * 3


def test_each_company_has_its_own_threshold() -> None:
    assert scopes(found(1), found(2), found(3, least=4)) == [
        Scope.NATIONAL,
        Scope.NATIONAL,
        Scope.EMPLOYEES,
    ]


def test_what_nothing_explains_is_shared_when_its_ratio_is() -> None:
    same = [found(each, "ECART_INEXPLIQUE", -200) for each in (1, 2)]
    assert scopes(*same, found(3, "ECART_INEXPLIQUE", -300)) == [Scope.EMPLOYEES] * 3
    assert scopes(*same, found(3, "ECART_INEXPLIQUE", -200)) == [Scope.NATIONAL] * 3


def test_a_background_diagnosis_is_of_no_company_in_particular() -> None:
    background = [found(each, "HISTORIQUE_MANQUANT") for each in (1, 2, 3)]
    assert scopes(*background) == [Scope.EMPLOYEES] * 3


def test_what_has_nothing_due_is_shared_by_its_month() -> None:
    def undue(number: int) -> CompanyAnalysis:
        made = found(number, "ECART_INEXPLIQUE")
        lines = tuple(
            replace(one, calculation=replace(one.calculation, due=Amounts()))
            for one in made.view.mirror
        )
        return replace(made, view=replace(made.view, mirror=lines))

    assert scopes(undue(1), undue(2), undue(3)) == [Scope.NATIONAL] * 3
