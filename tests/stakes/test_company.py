"""What is at stake for a whole company."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from miroir.stakes.attribution import standing_of, together, worths
from miroir.stakes.company import stakes_of
from miroir.stakes.model import Standing, Subject
from miroir.types.diagnosis import CompanyAnalysis, PaymentGap, Responsible, Status
from miroir.types.period import Month

from tests.stakes.reading import faulty, found

ON = date(2026, 5, 20)


def with_status(analysis: CompanyAnalysis, status: Status) -> CompanyAnalysis:
    """The same, its first cause being less sure, or legitimate."""
    first, *others = analysis.diagnoses
    changed = replace(first, finding=replace(first.finding, status=status))
    return replace(analysis, diagnoses=(changed, *others))


def owned_by(analysis: CompanyAnalysis, who: Responsible) -> CompanyAnalysis:
    first, *others = analysis.diagnoses
    changed = replace(first, cause=replace(first.cause, responsible=who))
    return replace(analysis, diagnoses=(changed, *others))


@pytest.mark.parametrize(
    "cause", ["CET_ABSENTE", "T2_PERDUE", "PMSS_ANNEE_PRECEDENTE", "CET_SOUS_PLAFOND"]
)
def test_what_is_owed_and_overpaid_is_what_the_payroll_was_wrong_by(cause: str) -> None:
    by_month: dict[str, int] = {}
    for (_, month), cents in faulty(cause).expected_gaps.items():
        by_month[month] = by_month.get(month, 0) + cents
    stakes = stakes_of(found(cause), ON)
    owed = -sum(min(cents, 0) for cents in by_month.values())
    overpaid = sum(max(cents, 0) for cents in by_month.values())
    assert abs(stakes.owed - owed) <= 5 and abs(stakes.overpaid - overpaid) <= 5
    assert stakes.open <= 100 and stakes.ours == 0


def test_payments_come_in_the_order_of_their_days_with_their_months_late() -> None:
    stakes = stakes_of(found("CEG_T2_ABSENTE"), ON)
    assert [one.due_on for one in stakes.instalments] == [
        date(2026, month, 25) for month in (2, 3, 4, 5)
    ]
    assert [len(one.late) for one in stakes.instalments] == [3, 2, 1, 0]
    assert [one.overdue for one in stakes.instalments] == [True, True, True, False]
    assert stakes.rated and len(stakes.late) == 3
    by_hand = sum(
        round(one.owed * 253 / 10_000) * times
        for one, times in zip(stakes.instalments, (3, 2, 1, 0), strict=True)
    )
    assert abs(stakes.surcharge - by_hand) <= 6
    assert stakes.at_least == sum(max(one.surcharge, 3600) for one in stakes.late)
    assert stakes.next_day == date(2026, 5, 25)
    later = stakes_of(found("CEG_T2_ABSENTE"), date(2026, 5, 26))
    assert stakes.next_surcharge == later.surcharge > stakes.surcharge


def test_the_origin_on_our_side_is_counted_apart_and_never_claimed() -> None:
    cause = "TAUX_SUPERIEUR_A_ADHESION"
    stakes = stakes_of(found(cause), ON)
    assert abs(stakes.ours - sum(faulty(cause).expected_gaps.values())) <= 20
    assert stakes.instalments == () and stakes.employees == ()
    assert stakes.owed == stakes.overpaid == stakes.surcharge == 0
    assert stakes.next_day is None
    assert [each.standing for each in stakes.causes] == [Standing.OURS]


def test_a_hypothesis_is_counted_and_said_to_be_one() -> None:
    sure = stakes_of(found("CEG_T2_ABSENTE"), ON)
    unsure = stakes_of(with_status(found("CEG_T2_ABSENTE"), Status.HYPOTHESIS), ON)
    assert sure.open == 0 and unsure.open == unsure.owed == sure.owed
    assert unsure.surcharge == sure.surcharge


def test_what_is_legitimate_is_not_at_stake() -> None:
    stakes = stakes_of(with_status(found("CEG_T2_ABSENTE"), Status.LEGITIMATE), ON)
    assert stakes.owed == stakes.surcharge == 0 and stakes.causes == ()


def test_causes_of_both_sides_on_a_line_leave_it_open() -> None:
    analysis = found("CEG_T2_ABSENTE")
    ours = owned_by(analysis, Responsible.ADHESION).diagnoses[0]
    client = analysis.diagnoses[0]
    assert standing_of(ours) is Standing.OURS
    assert standing_of(client) is Standing.CLAIMED
    assert together([ours, client]) is Standing.OPEN
    assert together([]) is Standing.OPEN
    both = replace(analysis, diagnoses=(client, ours))
    assert stakes_of(both, ON).open == stakes_of(analysis, ON).owed
    # Two causes share every line: none takes the whole of it.
    amount = client.finding.amount
    assert worths(both.diagnoses, both.view) == [amount, amount]


def test_a_payment_that_is_short_is_owed_like_the_rest() -> None:
    cause = "PAIEMENT_DIFFERENT_DU_DETAIL"
    short = -sum(min(cents, 0) for cents in faulty(cause).payment_gaps.values())
    stakes = stakes_of(found(cause), ON)
    assert stakes.owed == short > 0 and stakes.employees == ()


def payments(analysis: CompanyAnalysis, **changes: object) -> CompanyAnalysis:
    """One payment of January 2026, changed."""
    siret = analysis.view.current[0].siret
    payment = PaymentGap(
        siret=siret,
        institution="30558637200321",
        period=Month(2026, 1),
        declared=0,
        expected=50_000,
    )
    changed = replace(payment, **changes)  # type: ignore[arg-type]
    return replace(analysis, view=replace(analysis.view, payments=(changed,)))


def test_without_a_payment_in_the_dsn_nothing_is_said_to_be_owed() -> None:
    stakes = stakes_of(payments(found("")), ON)
    assert stakes.owed == 0
    assert [one.what for one in stakes.not_priced] == [Subject.PAYMENT]


def test_a_payment_made_elsewhere_is_not_late_but_said() -> None:
    stakes = stakes_of(found("SIRET_INSTITUTION_ERRONE"), ON)
    assert stakes.owed == 0
    (one,) = stakes.not_priced
    assert one.what is Subject.PAYMENT and "autre institution" in one.why


def test_a_payment_beyond_the_horizon_is_left_out() -> None:
    evidence = found("PAIEMENT_DIFFERENT_DU_DETAIL").view.payments[0].evidence
    later = payments(found(""), period=Month(2027, 1), evidence=evidence)
    assert stakes_of(later, ON).instalments == ()


def test_a_quarterly_payer_owes_by_quarter() -> None:
    analysis = found("CEG_T2_ABSENTE")
    conditions = tuple(
        replace(one, periodicity="T") for one in analysis.view.conditions
    )
    quarterly = replace(analysis, view=replace(analysis.view, conditions=conditions))
    stakes = stakes_of(quarterly, ON)
    assert [one.due_on for one in stakes.instalments] == [
        date(2026, 4, 25),
        date(2026, 7, 25),
    ]
    first = stakes.instalments[0]
    assert first.quarterly and len(first.periods) == 3 and len(first.late) == 1
    assert first.least == 10_800
    assert stakes.owed == stakes_of(analysis, ON).owed


def test_payments_read_as_quarterly_make_a_quarter_too() -> None:
    analysis = payments(found("CEG_T2_ABSENTE"), accepted="versement trimestriel")
    (january,) = analysis.view.payments
    three = tuple(replace(january, period=Month(2026, month)) for month in (1, 2, 3))
    view = replace(analysis.view, payments=three)
    first = stakes_of(replace(analysis, view=view), ON).instalments[0]
    assert first.quarterly and len(first.periods) == 3
    assert first.due_on == date(2026, 4, 25)


def test_beyond_the_horizon_surcharges_are_refused_and_the_rest_is_not() -> None:
    stakes = stakes_of(found("T2_PERDUE"), date(2027, 2, 1))
    assert stakes.owed and stakes.employees
    assert not stakes.rated and stakes.late == () and stakes.next_surcharge is None
    (one,) = stakes.not_priced
    assert one.what is Subject.SURCHARGES and "2027" in one.why
    assert one.months == tuple(Month(2026, month) for month in (1, 2, 3, 4))


def test_what_is_out_of_time_bears_no_surcharge() -> None:
    stakes = stakes_of(found("CEG_T2_ABSENTE"), date(2031, 3, 1))
    assert [one.out_of_time for one in stakes.instalments] == [
        True,
        False,
        False,
        False,
    ]
    assert stakes.out_of_time == stakes.instalments[:1]
    assert stakes.instalments[0].out_of_time_on == date(2031, 2, 25)


def test_what_was_not_declared_is_said_not_to_be_counted() -> None:
    stakes = stakes_of(found("SALARIE_OMIS_UN_MOIS"), ON)
    assert Subject.UNDECLARED in {one.what for one in stakes.not_priced}


def test_a_company_in_order_has_nothing_at_stake() -> None:
    stakes = stakes_of(found(""), ON)
    assert stakes.owed == stakes.overpaid == stakes.ours == stakes.at_least == 0
    assert stakes.not_priced == () and stakes.rated
