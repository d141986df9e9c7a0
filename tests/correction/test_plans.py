"""Plans applied to the files of simulated companies leave nothing behind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

import pytest
from miroir.cli.output.correction_text import as_text
from miroir.cli.output.mask import Mask
from miroir.correction.applying import UnreadablePlan, apply
from miroir.correction.plan import Mode, Plan, Verdict
from miroir.correction.planning import plan_of
from miroir.correction.routing import answers
from miroir.correction.writing import adopt, copied, envelope
from miroir.declaration.norm import load
from miroir.declaration.reader import read_dsn
from miroir.diagnostic.catalogue import by_id
from miroir.recomputation.attachment import shared_numbers
from miroir.testing.payroll import CAUSES, Delivery, SimulatedCompany, make_company
from miroir.testing.payroll.company import INSTITUTION
from miroir.types.diagnosis import TOLERANCE, CompanyAnalysis, Responsible, Status
from miroir.types.period import Month
from miroir.types.source import ReceivedFile

from tests.correction.companies import (
    PLAIN,
    analysed,
    applied,
    merged,
    simulated,
    told,
    without,
)
from tests.sweeps import first_measured, judged_only

ON = date(2026, 6, 10)
"""Four months are declared, and the DSN of May can still be."""
ERRORS = sorted(cause for cause in CAUSES if not cause.startswith("LEGITIME"))
NOT_ASKED = {
    "ETABLISSEMENT_ABSENT_DE_L_ADHESION",
    "DATE_EFFET_ADHESION_TARDIVE",
    "TAUX_SUPERIEUR_A_ADHESION",
}
ONLY_THE_COMPANY = {
    "SALARIE_OMIS_UN_MOIS",
    "DSN_MENSUELLE_MANQUANTE",
    "NIR_SOUS_DEUX_NOMS",
}
NO_FRAGMENT = (
    NOT_ASKED
    | ONLY_THE_COMPANY
    | {
        "PAIEMENT_142_146_AJOUTEES",
        "SIRET_INSTITUTION_ERRONE",
    }
)
CORRECTED = sorted(set(ERRORS) - NO_FRAGMENT)
PAIRS = list(zip(CORRECTED, [*CORRECTED[7:], *CORRECTED[:7]], strict=True))


def planned(made: SimulatedCompany, on: date = ON) -> tuple[CompanyAnalysis, Plan]:
    company = told(analysed(made), made.causes)
    return company, plan_of(company, on)


def settled(company: CompanyAnalysis, plan: Plan, after: CompanyAnalysis) -> None:
    """Nothing is left of what is corrected, nothing has come, and the plan said
    it: real files analysed again give the residual that was told."""
    residual = plan.residual
    assert residual.worst <= TOLERANCE
    assert residual.appeared == ()
    told = {(one.siret, one.person, one.contract, one.period) for one in residual.left}
    assert all(one.why for one in residual.left)
    left = {
        (line.siret, line.person, line.contract, line.period)
        for line in after.view.gaps
    }
    assert left == told
    assert residual.after <= residual.before


@pytest.mark.parametrize("cause", CORRECTED)
def test_a_correction_closes_the_gap_that_it_was_made_for(cause: str) -> None:
    made = simulated([cause])
    company, plan = planned(made)
    assert plan.declarations
    settled(company, plan, applied(made, plan.declarations))
    assert plan.residual.left == ()
    assert plan.residual.after == 0
    read_whole(plan)
    if CAUSES[cause].certain:
        as_the_payroll_went_wrong(made, plan)


def read_whole(plan: Plan) -> None:
    """Our reader takes the fragments as they are; it only remarks that the pay
    of the month (51), which is the payroll's own, is not there."""
    for one in plan.declarations:
        reading = read_dsn(ReceivedFile.of("fragment.dsn", one.content))
        assert reading.refusals == ()
        assert len(reading.declarations) == 1
        for note in reading.observations:
            assert note.code == "CARDINALITY" and "S21.G00.51" in note.reason


def as_the_payroll_went_wrong(made: SimulatedCompany, plan: Plan) -> None:
    """The simulator knows what each payslip was wrong by."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for declaration in plan.declarations:
        for one in declaration.corrections:
            if one.person is not None:
                found[one.person.reveal(), str(one.period)] += one.amount
    for key in {*found, *made.expected_gaps}:
        assert abs(found[key] + made.expected_gaps.get(key, 0)) <= TOLERANCE


@judged_only
@pytest.mark.parametrize(("one", "two"), PAIRS)
def test_two_errors_are_corrected_together(one: str, two: str) -> None:
    made = simulated([one, two])
    company, plan = planned(made)
    assert plan.declarations
    settled(company, plan, applied(made, plan.declarations))


@pytest.mark.parametrize("cause", first_measured(CORRECTED))
def test_the_fragment_is_taken_up_in_the_next_real_dsn(cause: str) -> None:
    whole = simulated([cause], seed=5, months=6, until=5)
    *earlier, (name, last) = sorted(whole.files)
    company = told(analysed(whole, earlier), [cause])
    plan = plan_of(company, date(2026, 6, 20))
    assert {str(one.deposit.month) for one in plan.declarations} == {"2026-06"}
    for one in plan.declarations:
        last = merged(last, one)
    after = analysed(whole, [*earlier, (name, last)])
    assert after.view.gaps == ()
    assert all(
        abs(gap.amount) <= TOLERANCE or gap.accepted
        for gap in after.view.payments
        if not plan.residual.payments and cause != "BASE_03_ABSENTE"
    )


@pytest.mark.parametrize("cause", sorted(NOT_ASKED))
def test_nothing_is_asked_when_the_adhesion_has_to_change(cause: str) -> None:
    _, plan = planned(simulated([cause]))
    assert plan.declarations == ()
    (action,) = [one for one in plan.actions if one.cause.id == cause]
    assert action.verdict is Verdict.ADHESION
    assert plan.residual.after == 0


def test_the_adhesion_is_proposed_at_the_rate_that_is_declared() -> None:
    _, plan = planned(simulated(["TAUX_SUPERIEUR_A_ADHESION"]))
    assert "8.0" in {str(one.rate_t1) for one in plan.conditions}
    assert plan.residual.before > 0


@pytest.mark.parametrize("cause", sorted(ONLY_THE_COMPANY))
def test_what_only_the_company_knows_is_asked_by_rubrique(cause: str) -> None:
    _, plan = planned(simulated([cause]))
    (action,) = [one for one in plan.actions if one.cause.id == cause]
    assert action.verdict is Verdict.CLIENT_VALUE
    (wanted,) = action.wanted
    assert wanted.periods == action.periods
    assert all(rubrique.startswith("S2") for rubrique, _ in wanted.rubriques)
    assert all(
        one.corrections == () or cause not in one.corrections[0].causes
        for one in plan.declarations
    )


@pytest.mark.parametrize(
    "cause", sorted(cause for cause in CAUSES if cause.startswith("LEGITIME"))
)
def test_a_legitimate_situation_leads_to_nothing(cause: str) -> None:
    _, plan = planned(simulated([cause]))
    assert plan.declarations == ()
    assert {one.verdict for one in plan.actions} == {Verdict.NOTHING}


def test_a_declaration_has_one_mode_and_months_stay_apart() -> None:
    made = simulated(["T2_AU_TAUX_T1", "APPRENTI_109_ABSENTE"])
    company, plan = planned(made, date(2026, 5, 2))
    again, later = plan.declarations
    assert (again.mode, later.mode) == (Mode.REPLACEMENT, Mode.DIFFERENTIAL)
    assert {str(one.period) for one in again.corrections} == {"2026-04"}
    assert "2026-04" not in {
        str(one.period) for one in later.corrections if one.person is not None
    }
    settled(company, plan, applied(made, plan.declarations))


@pytest.mark.parametrize("cause", first_measured(CORRECTED))
def test_a_month_still_open_is_declared_again(cause: str) -> None:
    made = simulated([cause], seed=2)
    company, plan = planned(made, date(2026, 5, 2))
    wrong = {
        one.period
        for each in plan.declarations
        for one in each.corrections
        if one.person is not None
    }
    if wrong and max(wrong) < Month(2026, 4):
        pytest.skip("nothing is wrong in the last month")
    after = applied(made, plan.declarations)
    settled(company, plan, after)
    (own,) = [one for one in plan.declarations if one.deposit.replaces]
    (declaration,) = read_dsn(ReceivedFile.of("a.dsn", own.content)).declarations
    assert declaration.kind.value == "03"
    assert declaration.order > 1
    assert len(declaration.employees) == len(
        {line.person for line in company.view.mirror if str(line.period) == "2026-04"}
    )


def test_several_establishments_have_each_their_own_declaration() -> None:
    made = simulated(["CEG_ABSENTE"], establishments=2)
    company, plan = planned(made)
    assert len({one.siret for one in plan.declarations}) == 2
    settled(company, plan, applied(made, plan.declarations))


def test_a_short_payment_is_completed_under_its_own_month() -> None:
    made = simulated(["PAIEMENT_DIFFERENT_DU_DETAIL"])
    _, plan = planned(made)
    assert plan.residual.payments == ()
    after = applied(made, plan.declarations)
    assert all(
        abs(gap.amount) <= TOLERANCE or gap.accepted for gap in after.view.payments
    )


def test_a_base_that_was_already_paid_is_not_paid_again() -> None:
    """The details were short, the payment was not."""
    company = analysed(simulated(["BASE_03_ABSENTE"], others=PLAIN))
    plan = plan_of(company, ON)
    lines = [
        rubrique
        for one in plan.declarations
        for correction in one.corrections
        for rubrique, _ in correction.lines
    ]
    assert "S21.G00.78.004" in lines and "S21.G00.20.005" not in lines
    assert plan.residual.payments == ()
    assert "PAIEMENT_DIFFERENT_DU_DETAIL" not in {one.cause.id for one in plan.actions}


def test_an_identity_is_settled_before_amounts() -> None:
    made = simulated(["NIR_SOUS_DEUX_NOMS", "CEG_ABSENTE"])
    company, plan = planned(made)
    shared = shared_numbers(company.view.current)
    assert shared
    assert not shared & {
        one.person for each in plan.declarations for one in each.corrections
    }
    left = [one for one in plan.residual.left if one.person in shared]
    assert left and all("identité" in one.why for one in left)


def test_contributions_of_more_than_five_years_wait_for_a_decision() -> None:
    made = simulated(["CEG_ABSENTE"], others=PLAIN)
    plan = plan_of(analysed(made), date(2031, 6, 10))
    assert plan.declarations == ()
    assert all("cinq ans" in one.why for one in plan.residual.left)
    leap = plan_of(analysed(made), date(2028, 2, 29))
    assert leap.residual.after == 0


def test_what_is_not_explained_is_not_asked() -> None:
    company = analysed(simulated(["CEG_ABSENTE"], others=PLAIN))
    diagnosis = company.diagnoses[0]
    finding = replace(diagnosis.finding, status=Status.NOT_DECIDABLE)
    unclear = replace(company, diagnoses=(replace(diagnosis, finding=finding),))
    plan = plan_of(unclear, ON)
    assert plan.declarations == ()
    assert {one.verdict for one in plan.actions} == {Verdict.NOT_DECIDABLE}
    assert all("non établie" in one.why for one in plan.residual.left)
    assert plan.residual.after == plan.residual.before > 0


def test_a_part_that_is_not_explained_is_left() -> None:
    """Apec is corrected, 131 is not: its cause is not established."""
    company = analysed(simulated(["APEC_ABSENTE", "CEG_ABSENTE"], others=PLAIN))
    known = {one.cause.id: one for one in company.diagnoses}
    unclear = known["CEG_ABSENTE"]
    finding = replace(unclear.finding, status=Status.NOT_DECIDABLE)
    both = (known["APEC_ABSENTE"], replace(unclear, finding=finding))
    plan = plan_of(replace(company, diagnoses=both), ON)
    codes = {
        value
        for one in plan.declarations
        for correction in one.corrections
        for rubrique, value in correction.lines
        if rubrique == "S21.G00.81.001"
    }
    assert codes == {"132"}
    assert any("une partie" in one.why for one in plan.residual.left)


def test_our_own_side_acts_alone() -> None:
    company = analysed(simulated(["CEG_ABSENTE"], others=PLAIN))
    diagnosis = company.diagnoses[0]
    verdicts = {}
    for who in Responsible:
        cause = replace(diagnosis.cause, responsible=who)
        plan = plan_of(
            replace(company, diagnoses=(replace(diagnosis, cause=cause),)), ON
        )
        (action,) = plan.actions
        verdicts[who] = action.verdict
        asked = who in (Responsible.CLIENT, Responsible.EDITOR)
        assert bool(plan.declarations) is asked
    assert verdicts[Responsible.GPS] is Verdict.OURS
    assert verdicts[Responsible.REFERENT] is Verdict.OURS


def test_a_hypothesis_is_confirmed_first() -> None:
    company = analysed(simulated(["CEG_ABSENTE"], others=PLAIN))
    diagnosis = company.diagnoses[0]
    finding = replace(diagnosis.finding, status=Status.HYPOTHESIS, detail="Ou non.")
    doubtful = replace(company, diagnoses=(replace(diagnosis, finding=finding),))
    plan = plan_of(doubtful, ON)
    (action,) = plan.actions
    assert action.verdict is Verdict.CONFIRM and action.detail == "Ou non."
    assert plan.residual.after == 0


def test_rivals_are_read_out_by_their_labels() -> None:
    company = analysed(simulated(["CEG_ABSENTE"], others=PLAIN))
    diagnosis = company.diagnoses[0]
    detail = "explique aussi ces montants : TAUX_APPEL_OUBLIE, CET_ABSENTE"
    finding = replace(diagnosis.finding, status=Status.HYPOTHESIS, detail=detail)
    doubtful = replace(company, diagnoses=(replace(diagnosis, finding=finding),))
    said = as_text(plan_of(doubtful, ON), Mask(lambda person: "e-1"))
    plain = " ".join(said.split())
    assert "Autres explications possibles : « Taux d’appel" in plain
    assert "ou « CET non déclarée »." in plain
    assert "TAUX_APPEL_OUBLIE" not in said and "CET_ABSENTE" not in said


def test_a_fragment_that_is_refused_is_a_defect() -> None:
    company = analysed(simulated(["CEG_ABSENTE"], others=PLAIN))
    (own,) = plan_of(company, ON).declarations
    wrong = own.content.replace(b"S90.G00.90.001", b"S90")
    broken = replace(own, write=lambda: wrong)
    with pytest.raises(UnreadablePlan, match="plan-"):
        apply(company.view, [broken], company.view.conditions)


def test_a_higher_rate_without_any_adhesion_proposes_one() -> None:
    made = simulated(["TAUX_SUPERIEUR_A_ADHESION"], others=PLAIN)
    plan = plan_of(analysed(made, adhesions=False), ON)
    assert {one.category for one in plan.conditions} <= {"01", "04"}
    assert {str(one.rate_t1) for one in plan.conditions} == {"8.0"}
    assert plan.residual.before > 0 and plan.residual.after == 0


@pytest.mark.parametrize("on", [ON, date(2026, 5, 2)])
def test_a_reduction_comes_with_the_smic_that_was_not_declared(on: date) -> None:
    made = simulated(["REDUCTION_106_ABSENTE"], others=PLAIN)
    files = [(name, without(content, "S21.G00.79")) for name, content in made.files]
    plan = plan_of(told(analysed(made, files), made.causes), on)
    lines = [
        line
        for one in plan.declarations
        for correction in one.corrections
        for line in correction.lines
    ]
    assert ("S21.G00.79.001", "01") in lines
    assert plan.residual.worst <= TOLERANCE and plan.residual.appeared == ()


def test_without_adhesions_the_institution_is_the_one_that_was_paid() -> None:
    made = simulated(["CEG_ABSENTE"], others=PLAIN)
    (own,) = plan_of(analysed(made, adhesions=False), ON).declarations
    paid = [one for one in own.corrections if one.person is None]
    assert ("S21.G00.20.001", INSTITUTION) in paid[0].lines


def test_what_is_left_is_told_with_its_reason() -> None:
    company = analysed(simulated(["CEG_ABSENTE"], others=PLAIN))
    plan = plan_of(replace(company, diagnoses=()), ON)
    said = as_text(plan, Mask(lambda person: "e-1"))
    assert plan.declarations == ()
    assert "Écarts que le plan laisse" in said and "aucune cause établie" in said
    appeared = replace(plan.residual, left=(), appeared=plan.residual.left)
    said = as_text(replace(plan, residual=appeared), Mask(lambda person: "e-1"))
    assert "Écarts nouveaux, à examiner" in said


def test_every_answer_is_of_a_known_cause_and_of_known_rubriques() -> None:
    norm = load("P26V01")
    for cause, told_of_it in answers().items():
        assert cause in by_id()
        assert by_id()[cause].responsible in (Responsible.CLIENT, Responsible.EDITOR)
        for rubrique, what in told_of_it.wanted:
            assert rubrique in norm.rubriques, rubrique
            assert what and told_of_it.why


def test_who_is_declared_by_substitution_alone_is_left() -> None:
    delivery = Delivery(substituted=frozenset({1, 2, 3}))
    made = make_company(8, 2026, 3, 6, cause="CET_ABSENTE", delivery=delivery)
    files = [one for one in made.files if "substitution" in one[0]]
    assert files
    company = told(analysed(made, files), made.causes)
    plan = plan_of(company, ON)
    assert plan.declarations == () and plan.calendars == {}
    assert all("substitution" in one.why for one in plan.residual.left)


def test_a_person_in_two_blocks_is_corrected_once() -> None:
    """The same number and name twice in a declaration: one person."""
    made = simulated(["CET_ABSENTE"], others=PLAIN)
    files = [(name, _split(content)) for name, content in made.files]
    for on in (ON, date(2026, 5, 2)):
        plan = plan_of(told(analysed(made, files), made.causes), on)
        assert plan.declarations
        assert plan.residual.worst <= TOLERANCE


def _split(content: bytes) -> bytes:
    """The first employee's last base under a block 30 of its own."""
    (declaration,) = read_dsn(ReceivedFile.of("own.dsn", content)).declarations
    places = next(declaration.block.all("S21.G00.06"))
    place = next(places.all("S21.G00.11"))
    person = next(place.all("S21.G00.30"))
    again = copied(person)
    pay, other = next(person.all("S21.G00.50")), next(again.all("S21.G00.50"))
    pay.children, moved = pay.children[:-1], pay.children[-1]
    other.children = [moved]
    adopt(place, again)
    return envelope([declaration.block], declaration, declaration.norm)
