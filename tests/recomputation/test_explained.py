"""The steps of an explanation can be followed by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from miroir.testing.payroll import make_company
from miroir.types.calculation import MirrorLine, Step

from tests.stakes.reading import found
from tests.synthesis.cases import analysis_of

CAUSES = ("", "REDUCTION_106_ABSENTE", "REGULARISATION_PROGRESSIVE_ABSENTE")


def step_of(line: MirrorLine, label: str) -> Step | None:
    for step in line.calculation.steps:
        if step.label.startswith(label):
            return step
    return None


def cents(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@pytest.mark.parametrize("cause", CAUSES)
def test_the_reduction_is_pay_times_both_coefficients(cause: str) -> None:
    followed = since_january = 0
    for line in found(cause).view.mirror:
        step = step_of(line, "Réduction générale")
        if step is None:
            continue
        given = dict(step.inputs)
        part, whole = (Decimal(one) for one in given["part retraite"].split(" / "))
        pay = given.get("assiette") or given.get("cumul des assiettes")
        if pay is None:
            continue
        reduction = cents(Decimal(pay) * Decimal(given["coefficient"]) * 100)
        before = Decimal(given.get("déjà déduit", "0")) * 100
        assert step.amount == -cents(reduction * part / whole) - before
        followed += 1
        since_january += "déjà déduit" in given
    assert followed
    if cause != "":
        assert since_january


def test_t2_and_cet_are_differences_of_sums_too() -> None:
    for line in found("REGULARISATION_PROGRESSIVE_ABSENTE").view.mirror:
        for label, over in (("Tranche 2", False), ("Base CET", True)):
            step = step_of(line, label)
            assert step is not None
            given = {name: Decimal(value) * 100 for name, value in step.inputs}
            pay, ceilings = given["cumul des assiettes"], given["cumul des plafonds"]
            capped = min(pay, 8 * ceilings)
            above = pay > ceilings
            whole = (capped if over else capped - ceilings) if above else 0
            assert step.amount == whole - given["déjà compté"]


def test_without_the_months_before_the_declared_sum_is_what_is_shared() -> None:
    company = make_company(4, 2026, 4, 10)
    view = analysis_of(company, company.files[1:]).view
    shared = 0
    for line in view.mirror:
        step = step_of(line, "Réduction générale")
        given = dict(step.inputs) if step else {}
        if step is None or "018 et 106 déclarés" not in given:
            continue
        part, whole = (Decimal(one) for one in given["part retraite"].split(" / "))
        declared = Decimal(given["018 et 106 déclarés"]) * 100
        assert step.amount == cents(declared * part / whole)
        shared += 1
    assert shared
