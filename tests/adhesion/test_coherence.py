"""Each incoherence: found where it is, with its evidence and what it proposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from miroir.adhesion.coherence import incoherences
from miroir.adhesion.labels import LABELS
from miroir.adhesion.menu import Menu
from miroir.adhesion.menu_reading import read_menu, shipped
from miroir.adhesion.model import Basis, Incoherence, Severity
from miroir.adhesion.rows import applied
from miroir.demo import demo_company
from miroir.pipeline import Knowledge, analyse_company
from miroir.testing.payroll import Adhesion, make_company, simulate
from miroir.testing.payroll import Status as Category
from miroir.types.adhesion import AdhesionCondition, Headcount
from miroir.types.diagnosis import Status

from tests.adhesion.companies import MENU, checked, versions, viewed
from tests.adhesion.samples import SECOND, SIRET, TODAY, row
from tests.operations.adhesion.companies import company, second

CADRES = row(guarantees=("T1-DC", "T2-DC", "REP-60", "APEC"))
OTHERS = row("04", siret=SECOND)
RIGHT = (CADRES, OTHERS)
STANDARD = company(rate=6_200)


def changed(
    contract: Sequence[AdhesionCondition], one: Incoherence
) -> tuple[AdhesionCondition, ...]:
    assert one.change is not None
    return applied(contract, [one.change])


def test_a_right_contract_has_nothing_to_say() -> None:
    assert checked(RIGHT, STANDARD, second()) == {}


def test_a_declared_category_that_the_contract_lacks() -> None:
    contract = (row("04"), OTHERS)
    one = checked(contract, STANDARD, second())["CPN_ABSENTE"]
    assert (one.severity, one.status) == (Severity.GRAVE, Status.ESTABLISHED)
    assert (one.siret, one.category, one.since) == (SIRET, "01", date(2026, 1, 1))
    assert {each.rubrique for each in one.evidence} == {"S21.G00.40.003"}
    assert {each.value for each in one.evidence} == {"01"}
    assert all(each.line > 1 and each.file.endswith(".dsn") for each in one.evidence)
    assert one.change is not None and one.change.basis is Basis.REGULATION
    created = changed(contract, one)[-1]
    assert created.valid_from == date(2026, 1, 1)
    assert created.guarantees == ("T1-DC", "T2-DC", "REP-60", "APEC")
    assert (created.idcc, created.institution) == (CADRES.idcc, CADRES.institution)
    assert "CPN_ABSENTE" not in checked(changed(contract, one), STANDARD, second())


def test_an_absent_category_says_what_rate_is_declared() -> None:
    one = checked((row("04"),), company())["CPN_ABSENTE"]
    assert "un taux de calcul T1 de 8,00\u00a0%" in one.fact


def test_an_absent_establishment_takes_the_terms_of_the_others() -> None:
    contract = (CADRES, row("04", siret=SIRET, rate_t1=Decimal("7.00")))
    one = checked(contract, STANDARD, second())["ETABLISSEMENT_SANS_CONDITIONS"]
    assert (one.siret, one.category) == (SECOND, "04")
    assert one.change is not None and one.change.basis is Basis.ESTABLISHMENTS
    assert changed(contract, one)[-1].rate_t1 == Decimal("7.00")


def test_an_extension_is_created_only_on_proof() -> None:
    people = tuple(
        replace(
            each, contracts=(replace(each.contracts[0], status=Category.EXTENSION),)
        )
        for each in STANDARD.company.people
    )
    extended = simulate(replace(STANDARD.company, people=people), 2026, 4)
    one = checked((CADRES,), extended)["CPN_ABSENTE"]
    assert (one.category, one.status) == ("02", Status.HYPOTHESIS)
    assert one.change is not None and one.change.asks_reason


def test_rows_that_nothing_is_declared_for_are_minor() -> None:
    found = checked((*RIGHT, row("04")), STANDARD, second())
    assert found["CPN_SANS_SALARIE"].status is Status.LEGITIMATE
    found = checked(RIGHT, STANDARD)
    one = found["CONDITIONS_SANS_ETABLISSEMENT"]
    assert (one.siret, one.severity, one.change) == (SECOND, Severity.MINOR, None)


def test_a_category_that_does_not_exist() -> None:
    one = checked((*RIGHT, row("03")), STANDARD, second())["CATEGORIE_INCONNUE"]
    assert one.expected == "01, 02, 04"


def test_the_rate_that_the_amounts_imply() -> None:
    one = checked(RIGHT, company(), second())["TAUX_T1_DIFFERENT"]
    assert (one.recorded, one.expected) == ("6,20\u00a0%", "8,00\u00a0%")
    assert one.change is not None and one.change.basis is Basis.DECLARED
    after = changed(RIGHT, one)
    assert [(each.valid_from, each.rate_t1) for each in after[:2]] == [
        (date(2016, 1, 1), Decimal("6.20")),
        (date(2026, 1, 1), Decimal("8.00")),
    ]
    # No free guarantee of the menu gives 8 %: the one that gave 6.20 % goes.
    assert after[1].guarantees == ("T2-DC", "REP-60", "APEC")
    assert "TAUX_T1_DIFFERENT" not in checked(after, company(), second())


def test_amounts_of_a_person_are_in_no_evidence() -> None:
    for one in incoherences(viewed(RIGHT, company(), second()), MENU, TODAY):
        for each in one.evidence:
            assert not each.rubrique.endswith(".004") or "40" in each.rubrique


def test_the_history_of_the_category_justifies_a_rate() -> None:
    past = replace(
        CADRES,
        valid_until=date(2020, 12, 31),
        rate_t1=Decimal("8.00"),
        guarantees=("T1-H800", "T2-DC", "REP-60", "APEC"),
    )
    contract = (past, replace(CADRES, valid_from=date(2021, 1, 1)), OTHERS)
    one = checked(contract, company(), second())["TAUX_T1_DIFFERENT"]
    assert one.change is not None and one.change.basis is Basis.HISTORY
    last = changed(contract, one)[2]
    assert last.guarantees == ("T1-H800", "T2-DC", "REP-60", "APEC")


def test_a_rate_under_the_standard_one_is_an_error_of_payroll() -> None:
    raised = (replace(CADRES, rate_t1=Decimal("8.00")), OTHERS)
    assert "TAUX_T1_DIFFERENT" not in checked(raised, company(rate=5_000), second())
    one = checked(raised, STANDARD, second())["TAUX_T1_DIFFERENT"]
    assert "maintien de droits" in one.decides


def test_one_month_alone_proposes_nothing() -> None:
    one = checked(RIGHT, company(months=1), second())["TAUX_T1_DIFFERENT"]
    assert one.change is None


def test_the_split_that_contribution_142_implies() -> None:
    base = replace(STANDARD.company, adhesion=Adhesion(employer_share=50))
    one = checked((CADRES,), simulate(base, 2026, 3))["REPARTITION_DIFFERENTE"]
    assert (one.recorded, one.expected) == ("60\u00a0%", "50\u00a0%")
    assert changed((CADRES,), one)[1].employer_share == 50


def test_a_called_rate_written_as_the_calculation_rate() -> None:
    contract = (replace(CADRES, rate_t1=Decimal("7.87")), OTHERS)
    found = checked(contract, STANDARD, second())
    one = found["TAUX_APPELE_AU_CONTRAT"]
    assert (one.expected, one.severity) == ("6,20\u00a0%", Severity.GRAVE)
    assert "TAUX_T1_DIFFERENT" not in found
    assert "ANI du 17/11/2017" in one.source
    # Before 2019 rates were others: nothing is said of them.
    after = changed(contract, one)
    assert [(each.valid_from, each.rate_t1) for each in after[:2]] == [
        (date(2016, 1, 1), Decimal("7.87")),
        (date(2019, 1, 1), Decimal("6.20")),
    ]
    assert checked(after, STANDARD, second()) == {}


def test_a_date_and_a_called_rate_are_corrected_together() -> None:
    contract = (
        replace(CADRES, valid_from=date(2026, 3, 1), rate_t1=Decimal("7.87")),
        OTHERS,
    )
    found = checked(contract, STANDARD, second())
    changes = [one.change for one in found.values() if one.change is not None]
    after = applied(contract, changes)
    assert (after[0].valid_from, after[0].rate_t1) == (
        date(2026, 1, 1),
        Decimal("6.20"),
    )
    assert checked(after, STANDARD, second()) == {}


def test_a_rate_under_the_floor_is_raised_from_2019() -> None:
    contract = (replace(CADRES, rate_t1=Decimal("4.00"), guarantees=()), OTHERS)
    one = checked(contract, STANDARD, second())["TAUX_SOUS_LE_DROIT_COMMUN"]
    after = changed(contract, one)
    assert [(each.valid_from, each.rate_t1) for each in after[:2]] == [
        (date(2016, 1, 1), Decimal("4.00")),
        (date(2019, 1, 1), Decimal("6.20")),
    ]


@pytest.mark.parametrize(
    ("rate", "code"),
    [("8.00", "TAUX_SUPERIEUR_SANS_ORIGINE"), ("9.00", "TAUX_HORS_USAGE")],
)
def test_a_higher_rate_without_origin(rate: str, code: str) -> None:
    contract = (replace(CADRES, rate_t1=Decimal(rate), guarantees=()), OTHERS)
    one = checked(contract, STANDARD, second())[code]
    assert one.status is Status.HYPOTHESIS and one.change is None


def test_a_higher_rate_with_its_guarantee_is_right() -> None:
    contract = (
        replace(CADRES, rate_t1=Decimal("8.00"), guarantees=("T1-H800",)),
        OTHERS,
    )
    assert checked(contract, company(), second()) == {}


def test_a_split_without_origin() -> None:
    contract = (replace(CADRES, employer_share=Decimal(55), guarantees=()), OTHERS)
    one = checked(contract, STANDARD, second())["REPARTITION_SANS_ORIGINE"]
    assert one.severity is Severity.IMPORTANT and "moins favorable" in one.fact
    contract = (replace(CADRES, employer_share=Decimal(70), guarantees=()), OTHERS)
    one = checked(contract, STANDARD, second())["REPARTITION_SANS_ORIGINE"]
    assert one.severity is Severity.MINOR


def test_an_effect_date_after_the_first_pays_goes_with_the_others() -> None:
    late = row("04", siret=SECOND, valid_from=date(2026, 3, 1))
    contract = (CADRES, late)
    one = checked(contract, STANDARD, second())["DATE_EFFET_TARDIVE"]
    assert one.expected == "01/01/2026"
    assert changed(contract, one)[1].valid_from == date(2026, 1, 1)
    # Where the other establishment has the category since 2016, and people were
    # hired in 2019.
    several = (CADRES, row("04"), late)
    one = checked(several, STANDARD, second())["DATE_EFFET_TARDIVE"]
    assert one.change is not None and one.change.basis is Basis.ESTABLISHMENTS
    assert changed(several, one)[2].valid_from == date(2019, 9, 1)
    assert "S21.G00.40.001" in {each.rubrique for each in one.evidence}


def test_days_without_conditions() -> None:
    contract = (
        replace(CADRES, valid_until=date(2025, 12, 31)),
        replace(CADRES, valid_from=date(2026, 3, 1)),
        OTHERS,
    )
    one = checked(contract, STANDARD, second())["TROU_DE_DATES"]
    assert changed(contract, one)[0].valid_until == date(2026, 2, 28)
    assert checked(changed(contract, one), STANDARD, second()) == {}


def test_conditions_ended_while_people_are_declared() -> None:
    contract = (replace(CADRES, valid_until=date(2026, 2, 28)), OTHERS)
    one = checked(contract, STANDARD, second())["CPN_FERMEE"]
    assert one.change is not None and one.change.asks_reason
    assert changed(contract, one)[0].valid_until is None


def test_two_rows_for_the_same_days() -> None:
    contract = (*RIGHT, replace(CADRES, valid_from=date(2024, 1, 1)))
    one = checked(contract, STANDARD, second())["CHEVAUCHEMENT"]
    assert one.since == date(2024, 1, 1) and one.change is None


def test_a_date_beyond_the_parameters_is_not_judged() -> None:
    contract = (*RIGHT, row("02", valid_from=date(2031, 1, 1), rate_t1=Decimal(1)))
    found = checked(contract, STANDARD, second())
    assert found["DATE_EFFET_NON_JUGEE"].status is Status.NOT_DECIDABLE
    assert "TAUX_SOUS_LE_DROIT_COMMUN" not in found


def test_the_agreement_that_most_contracts_name() -> None:
    contract = (replace(CADRES, idcc="2216"), row("02", idcc="2216"), OTHERS)
    one = checked(contract, STANDARD, second())["IDCC_DIFFERENT"]
    assert (one.recorded, one.expected) == ("2216", "1486")
    assert {each.rubrique for each in one.evidence} == {"S21.G00.40.017"}
    after = changed(contract, one)
    assert {each.idcc for each in after if each.covers(TODAY)} == {"1486"}


def test_payments_to_another_institution() -> None:
    other = "77567227200218"
    contract = (replace(CADRES, institution=other), replace(OTHERS, institution=other))
    found = checked(contract, STANDARD, second())
    assert found["INSTITUTION_DIFFERENTE"].recorded == other


def test_quarterly_payments_are_for_nine_employees_at_most() -> None:
    quarterly = (replace(CADRES, periodicity="T"), OTHERS)
    assert "TRIMESTRIEL_NON_PERMIS" not in checked(quarterly, STANDARD, second())
    demo = demo_company()
    contract = (replace(CADRES, periodicity="T"), row("04"))
    one = checked(contract, demo)["TRIMESTRIEL_NON_PERMIS"]
    assert one.since == date(2026, 7, 1)
    assert changed(contract, one)[1].periodicity == "M"


def test_a_headcount_on_the_other_side_of_the_threshold() -> None:
    large = (replace(CADRES, headcount=Headcount.FROM_50), OTHERS)
    one = checked(large, STANDARD, second())["EFFECTIF_DIFFERENT"]
    assert one.status is Status.HYPOTHESIS and "cinq années" in one.decides
    assert changed(large, one)[1].headcount is Headcount.UNDER_50


AGREEMENTS = """
version = "a1"
[[guarantee]]
code = "T1-BR750"
label = "Tranche 1 de branche à 7,50 %"
since = 2019-01-01
categories = ["01"]
sets = { rate_t1 = "7.50" }
requires = "agreement"
source = "accord de branche fictif"
[[agreement]]
idcc = "1486"
label = "Branche fictive"
since = 2026-02-01
categories = ["01"]
guarantees = ["T1-BR750"]
source = "accord de branche fictif"
"""


def _with_agreement() -> Menu:
    return read_menu([shipped(), ("accords.toml", AGREEMENTS)])


def test_what_the_agreement_obliges_to() -> None:
    menu = _with_agreement()
    found = checked(RIGHT, STANDARD, second(), menu=menu)
    one = found["GARANTIE_DE_BRANCHE_ABSENTE"]
    assert one.change is not None and one.change.basis is Basis.AGREEMENT
    after = changed(RIGHT, one)
    assert after[0].valid_until == date(2026, 1, 31)
    assert (after[1].rate_t1, after[1].guarantees) == (
        Decimal("7.50"),
        ("T2-DC", "REP-60", "APEC", "T1-BR750"),
    )
    again = checked(after, STANDARD, second(), menu=menu)
    assert "TAUX_SUPERIEUR_SANS_ORIGINE" not in again


def test_the_agreement_justifies_a_declared_rate() -> None:
    menu = _with_agreement()
    declared = company(rate=7_500)
    one = checked(RIGHT, declared, second(), menu=menu)["TAUX_T1_DIFFERENT"]
    # From January, before the agreement holds: nothing but what is declared.
    assert one.change is not None and one.change.basis is Basis.DECLARED
    early = read_menu(
        [shipped(), ("accords.toml", AGREEMENTS.replace("2026-02-01", "2020-01-01"))]
    )
    one = checked(RIGHT, declared, second(), menu=early)["TAUX_T1_DIFFERENT"]
    assert one.change is not None and one.change.basis is Basis.AGREEMENT


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (("T9",), "GARANTIE_INCONNUE"),
        (("T1-H800",), "GARANTIE_CONTRAIRE_AUX_TAUX"),
    ],
)
def test_guarantees_that_do_not_agree(codes: tuple[str, ...], code: str) -> None:
    contract = (replace(CADRES, guarantees=codes), OTHERS)
    assert code in checked(contract, STANDARD, second())


def test_a_guarantee_of_another_category_or_another_time() -> None:
    closed = """
version = "c"
[[guarantee]]
code = "OLD"
label = "Garantie fermée"
since = 2010-01-01
until = 2015-12-31
categories = ["01"]
source = "-"
"""
    menu = read_menu([shipped(), ("c.toml", closed)])
    contract = (
        replace(CADRES, guarantees=("OLD",)),
        replace(OTHERS, guarantees=("APEC",)),
    )
    found = checked(contract, STANDARD, second(), menu=menu)
    assert "GARANTIE_FERMEE" in found
    one = found["GARANTIE_HORS_CATEGORIE"]
    assert changed(contract, one)[1].guarantees == ("T1-DC", "T2-DC", "REP-60")


def test_every_code_has_a_label_and_french_without_holes() -> None:
    broken = (
        replace(CADRES, rate_t1=Decimal("7.87"), idcc="2216", guarantees=("T9",)),
        row("03"),
    )
    found = checked(broken, company(), second())
    assert len(found) >= 5
    for one in found.values():
        assert one.code in LABELS
        assert one.fact.endswith(".") and one.decides.endswith(".")
        assert one.fact[0].isupper() or one.fact[0].isdigit()


@pytest.mark.parametrize(
    "cause",
    ["CEG_ABSENTE", "TAUX_APPEL_OUBLIE", "CET_ABSENTE", "PLAFOND_TRENTIEME"],
)
def test_an_error_of_payroll_is_no_other_rate(cause: str) -> None:
    wrong = make_company(7, 2026, 4, 6, cause=cause, simple=True)
    contract = tuple(
        replace(row(category), siren=wrong.siren, siret=siret, idcc=wrong.company.idcc)
        for siret in wrong.company.sirets
        for category in ("01", "04")
    )
    view = analyse_company(
        wrong.siren,
        versions(wrong),
        Knowledge(diagnostics=(), conditions=contract),
    ).view
    assert view.gaps
    codes = {one.code for one in incoherences(view, MENU, TODAY)}
    assert not {code for code in codes if code.startswith("TAUX")}
