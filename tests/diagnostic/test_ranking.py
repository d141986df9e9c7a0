"""What comes first, and what the thresholds of a GPS put behind or in doubt."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from miroir.diagnostic.ranking import rank
from miroir.types.diagnosis import Diagnosis, Finding, Scope, Status
from miroir.types.thresholds import Thresholds

from tests.diagnostic.views import cause, company, finding, line

BIG = finding("GRANDE", "AB", amount=-6000, explained="0.6", scope=Scope.COMPANY)
SMALL = finding("PETITE", "C", amount=-40, explained="0.004")
BLOCKS = finding("BLOCS", "A")
MAYBE = finding(
    "PEUT_ETRE", "D", amount=-900, explained="0.09", status=Status.HYPOTHESIS
)
NEVER = finding("HISTORIQUE_MANQUANT", "A", status=Status.NOT_DECIDABLE)
RIGHT = finding("LEGITIME_X", "A", status=Status.LEGITIMATE, explained="0.001")


def ranked(*findings: Finding, **thresholds: object) -> list[Diagnosis]:
    lines = [line("A", -5000), line("B", -3000), line("C", -1000), line("D", -1000)]
    view = company(*lines, thresholds=Thresholds(**thresholds))  # type: ignore[arg-type]
    causes = {one.cause: cause(one.cause) for one in findings}
    found = rank(findings, causes, view)
    assert [one.rank for one in found] == list(range(1, len(findings) + 1))
    return list(found)


def ids(found: list[Diagnosis]) -> list[str]:
    return [one.cause.id for one in found]


def test_without_thresholds_status_then_explained_then_background_last() -> None:
    found = ranked(NEVER, RIGHT, MAYBE, SMALL, BLOCKS, BIG)
    assert ids(found) == [
        "GRANDE",
        "PETITE",
        "BLOCS",
        "PEUT_ETRE",
        "LEGITIME_X",
        "HISTORIQUE_MANQUANT",
    ]
    assert all(one.under == () for one in found)


def test_the_order_does_not_depend_on_how_findings_come() -> None:
    findings = [NEVER, RIGHT, MAYBE, SMALL, BLOCKS, BIG]
    assert ids(ranked(*findings)) == ids(ranked(*reversed(findings)))


def test_a_finding_under_the_threshold_of_its_scope_is_told_behind_and_why() -> None:
    found = ranked(SMALL, MAYBE, NEVER, least={Scope.EMPLOYEES: 100})
    assert ids(found) == ["PEUT_ETRE", "PETITE", "HISTORIQUE_MANQUANT"]
    # 0.4 % of 100 € of gaps
    (why,) = found[1].under
    assert plain(why) == "0,40 €, sous le seuil de 1,00 €"
    assert found[1].finding.status is Status.ESTABLISHED


def test_the_threshold_of_another_scope_changes_nothing() -> None:
    assert ids(ranked(SMALL, MAYBE, least={Scope.COMPANY: 100})) == [
        "PETITE",
        "PEUT_ETRE",
    ]


def test_what_does_not_show_in_amounts_is_under_no_amount() -> None:
    (found,) = ranked(
        BLOCKS, least={Scope.EMPLOYEES: 10_000}, minimum_explained=Decimal(1)
    )
    assert found.under == ()


def test_a_payment_weighs_its_amount() -> None:
    paid = finding("VERSEMENT", scope=Scope.COMPANY, amount=-90)
    (found,) = ranked(paid, least={Scope.COMPANY: 100})
    assert plain(found.under[0]) == "0,90 €, sous le seuil de 1,00 €"


def test_a_finding_that_explains_too_little_is_told_behind() -> None:
    found = ranked(SMALL, MAYBE, minimum_explained=Decimal("0.05"))
    assert ids(found) == ["PEUT_ETRE", "PETITE"]
    assert found[1].under == ("0,4 % des écarts, sous le minimum de 5 %",)


def test_what_explains_less_than_asked_is_not_established() -> None:
    found = ranked(SMALL, BIG, established_explained=Decimal("0.5"))
    assert [(one.cause.id, one.finding.status) for one in found] == [
        ("GRANDE", Status.ESTABLISHED),
        ("PETITE", Status.HYPOTHESIS),
    ]
    assert found[1].under == ("0,4 % des écarts, établi à partir de 50 %",)


def test_what_concerns_fewer_employees_than_asked_is_not_established() -> None:
    found = ranked(SMALL, BIG, BLOCKS, established_employees=2)
    statuses = {one.cause.id: one.finding.status for one in found}
    # What blocks show is no deduction from amounts.
    assert statuses == {
        "GRANDE": Status.ESTABLISHED,
        "PETITE": Status.HYPOTHESIS,
        "BLOCS": Status.ESTABLISHED,
    }


def test_what_is_legitimate_stays_so_whatever_the_thresholds() -> None:
    hard = {"minimum_explained": Decimal(1), "established_explained": Decimal(1)}
    (found,) = ranked(RIGHT, **hard)
    assert (found.finding.status, found.under) == (Status.LEGITIMATE, ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum_explained": Decimal("1.1")},
        {"established_explained": Decimal("-0.1")},
        {"established_employees": 0},
        {"national_companies": 1},
        {"least": {Scope.GROUP: -1}},
    ],
)
def test_thresholds_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=re.compile("part|1 or more|0 or more")):
        Thresholds(**wrong)  # type: ignore[arg-type]


def plain(text: str) -> str:
    return re.sub(r"\s", " ", text)
