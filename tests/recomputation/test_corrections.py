"""What a later declaration corrects: a contract, a base declared twice."""

from __future__ import annotations

from miroir.types.calculation import Amounts, MirrorLine
from miroir.types.period import Month

from tests.recomputation.companies import mirror_of
from tests.written import (
    Lines,
    base,
    contract,
    contribution,
    declaration,
    employee,
    pay,
    plain,
)

JANUARY, FEBRUARY, MARCH, JUNE = "2026-01", "2026-02", "2026-03", "2026-06"
GROSS = "2000.00"


def month(name: str, status: str = "04") -> Lines:
    one = employee(
        [contract(status=status)],
        name,
        [pay(name, GROSS, days="28.00" if name == FEBRUARY else "31.00")],
        [
            base("02", GROSS, name, contribution("131", "200.40")),
            base("03", GROSS, name),
        ],
    )
    return declaration(name, one)


def cadre_since(since: str, declared: str, **more: str) -> Lines:
    change = {"n001": since, "n003": "04", "n028": since, **more}
    apec = contribution("132", "1.20")
    bases = [base("03", "0.00", name, apec) for name in (JANUARY, FEBRUARY)]
    one = employee([contract(status="01", changes=[change])], declared, [], bases)
    return declaration(declared, one)


def by_month(*declarations: Lines) -> dict[str, MirrorLine]:
    return {str(line.period): line for line in mirror_of(*declarations)}


def test_a_later_change_of_status_holds_for_the_months_since() -> None:
    found = by_month(month(JANUARY), month(FEBRUARY), cadre_since("01022026", MARCH))
    january, february = found[JANUARY], found[FEBRUARY]
    assert january.contract_state is not None and february.contract_state is not None
    assert january.contract_state.status == "04"
    assert january.calculation.due.c132 == 0
    assert february.contract_state.status == "01"
    assert february.calculation.due.c132 == 120
    assert february.gap == Amounts()


def test_a_change_within_a_month_cuts_it() -> None:
    found = by_month(month(JANUARY), cadre_since("16012026", FEBRUARY))
    # 16 days of 31, at the same pay all month.
    assert found[JANUARY].calculation.due.c132 == 62


def test_a_change_of_another_contract_or_of_no_modality_changes_nothing() -> None:
    other = {"n001": "01012026", "n003": "04", "n028": "01012026"}
    late = employee(
        [contract(number="00002", start="01022026", status="01", changes=[other])],
        MARCH,
        [pay(MARCH, GROSS, number="00002")],
        [],
    )
    number = {"n001": "01012026", "n011": "1486"}
    own = employee([contract(status="01", changes=[number])], MARCH, [], [])
    for later in (late, own):
        found = by_month(month(JANUARY), declaration(MARCH, later))
        assert found[JANUARY].calculation.due.c132 == 0


def test_a_declaration_that_only_corrects_adds_no_month() -> None:
    """A month without pay would lower the sums of the year, and its ceiling
    would make a second tranche come back."""
    high = plain(JANUARY, "6000.00", "4005.00", ("401.30", "505.59"), "3.60")
    late = employee(
        [contract(status="01")],
        FEBRUARY,
        [],
        [base("03", "0.00", JANUARY, contribution("132", "0.10"))],
    )
    found = by_month(declaration(JANUARY, high), declaration(FEBRUARY, late))
    assert set(found) == {JANUARY}
    assert found[JANUARY].declared.c132 == 370


def twice(name: str) -> list[Lines]:
    return 2 * [
        base("02", GROSS, name, contribution("131", "200.40")),
        base("03", GROSS, name, contribution("018", "-10.00")),
    ]


def test_taking_back_a_base_declared_twice_leaves_one() -> None:
    own = employee([contract()], JANUARY, [pay(JANUARY, GROSS)], twice(JANUARY))
    back = employee(
        [contract()],
        FEBRUARY,
        [],
        [
            base("02", "-2000.00", JANUARY, contribution("131", "-200.40")),
            base("03", "-2000.00", JANUARY),
        ],
    )
    before = by_month(declaration(JANUARY, own))[JANUARY]
    after = by_month(declaration(JANUARY, own), declaration(FEBRUARY, back))[JANUARY]
    assert (before.declared_t1, before.declared.c131) == (200000, 40080)
    assert (after.declared_t1, after.declared_gross) == (200000, 200000)
    assert after.declared.c131 == 20040 and after.gap.c131 == 0


def test_a_second_taking_back_counts() -> None:
    own = employee([contract()], JANUARY, [pay(JANUARY, GROSS)], twice(JANUARY))
    back = base("02", "-2000.00", JANUARY)
    late = employee([contract()], FEBRUARY, [], [back, back])
    line = by_month(declaration(JANUARY, own), declaration(FEBRUARY, late))[JANUARY]
    assert line.declared_t1 == 0


def test_months_are_those_of_the_lines() -> None:
    found = mirror_of(month(JANUARY), cadre_since("01012026", JUNE))
    assert {line.period for line in found} == {Month(2026, 1), Month(2026, 2)}
    assert [line.computed for line in found] == [True, False]
