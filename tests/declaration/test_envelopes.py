"""Envelopes, lots, totals, several declarations: what refuses what."""

from __future__ import annotations

import pytest
from miroir.declaration.reader import read_dsn
from miroir.types.source import ReceivedFile

from tests.written import (
    NIR,
    Lines,
    as_bytes,
    declaration,
    envelope,
    lines,
    plain,
    read,
)

MARCH = declaration(
    "2026-03", plain("2026-03", "2000.00", "2000.00", ("200.40", "0.00"))
)
APRIL = declaration(
    "2026-04", plain("2026-04", "2000.00", "2000.00", ("200.40", "0.00"))
)


def codes(written: Lines, **options: bool) -> list[tuple[str, int]]:
    file = ReceivedFile.of("a.dsn", as_bytes(written))
    return [(r.code, r.line) for r in read_dsn(file, **options).refusals]


def with_total(written: Lines, number: str, value: str) -> Lines:
    kept = [line for line in written if not line.startswith(f"S90.G00.90.{number}")]
    position = len(kept) - (number == "001" and ".90.002," in kept[-1])
    return [*kept[:position], f"S90.G00.90.{number},'{value}'", *kept[position:]]


def test_several_envelopes_and_declarations_are_all_read() -> None:
    reading = read(envelope(MARCH, APRIL), envelope(MARCH))
    assert reading.envelopes == 2
    assert [str(d.period) for d in reading.declarations] == [
        "2026-03",
        "2026-04",
        "2026-03",
    ]
    assert reading.refusals == ()


@pytest.mark.parametrize("zeros", ["", "000"])
def test_totals_are_checked_and_may_have_zeros_before(zeros: str) -> None:
    written = envelope(MARCH)
    right = with_total(written, "001", zeros + str(len(written)))
    assert codes(right) == []
    wrong = with_total(written, "001", str(len(written) + 1))
    assert codes(wrong) == [("TOTAL_LINES", len(written) - 1)]
    assert codes(with_total(written, "002", "2")) == [
        ("TOTAL_DECLARATIONS", len(written))
    ]
    assert codes(with_total(written, "001", "douze")) == [
        ("VALUE_INVALID", len(written) - 1)
    ]


def test_a_missing_total_refuses_the_envelope() -> None:
    written = envelope(MARCH)[:-1]
    right = with_total(written, "001", str(len(written)))
    assert codes(right) == [("ENVELOPE_INCOMPLETE", len(written))]


def test_an_envelope_without_end_is_refused_and_the_next_is_read() -> None:
    cut = envelope(MARCH)[:-2]
    reading = read(cut, envelope(APRIL))
    assert [(r.code, r.line) for r in reading.refusals] == [("ENVELOPE_UNCLOSED", 1)]
    assert [str(d.period) for d in reading.declarations] == ["2026-04"]


def test_an_error_in_one_declaration_refuses_that_one_alone() -> None:
    broken = [line.replace("'2000.00'", "'2000,00'") for line in MARCH]
    reading = read(envelope(broken, APRIL))
    assert [str(d.period) for d in reading.declarations] == ["2026-04"]
    (refusal,) = reading.refusals
    assert refusal.code == "VALUE_INVALID"
    assert "S21.G00.51.013" in refusal.reason
    assert refusal.remedy
    (rejected,) = reading.rejected
    assert str(rejected.declaration.period) == "2026-03"
    assert "VALUE_INVALID" in rejected.reason


def test_an_error_in_the_header_refuses_the_envelope() -> None:
    written = envelope(MARCH)
    written[1] = "S10.G00.00.002,''"
    assert codes(written) == [("VALUE_EMPTY", 2)]


@pytest.mark.parametrize("number", ["005", "006"])
def test_a_header_without_its_nature_or_norm_is_refused(number: str) -> None:
    written = envelope(MARCH)
    kept = [line for line in written if not line.startswith(f"S10.G00.00.{number}")]
    assert codes(with_total(kept, "001", str(len(kept)))) == [
        ("ENVELOPE_INCOMPLETE", 1)
    ]


def test_a_test_envelope_is_set_aside_unless_asked_for() -> None:
    written = envelope(MARCH, test="01")
    assert codes(written) == [("TEST_ENVELOPE", 1)]
    assert codes(written, accept_tests=True) == []


@pytest.mark.parametrize(
    ("norm", "read_as"),
    [
        ("P19V01", "P24V01"),
        ("P23V01", "P24V01"),
        ("P24V01", None),
        ("P25V01", None),
        ("P26V01", None),
        ("P27V01", "P26V01"),
    ],
)
def test_the_nearest_table_reads_another_norm_and_says_so(
    norm: str, read_as: str | None
) -> None:
    reading = read(envelope(MARCH, norm=norm))
    assert [d.norm for d in reading.declarations] == [norm]
    remarks = [r.reason for r in reading.observations if r.code == "NORM_NEAREST"]
    if read_as is None:
        assert remarks == []
    else:
        assert len(remarks) == 1
        assert f"{norm} read as {read_as}" in remarks[0]


@pytest.mark.parametrize("norm", ["P18V01", "P26", "N4DS", "P2XV01"])
def test_an_unknown_norm_is_refused(norm: str) -> None:
    assert codes(envelope(MARCH, norm=norm)) == [("NORM_UNKNOWN", 1)]


def test_lines_outside_envelopes_are_told_once_per_run() -> None:
    stray = ["S21.G00.30.001,'1'", "S21.G00.30.002,'X'"]
    assert codes([*stray, *envelope(MARCH)]) == [("OUTSIDE_ENVELOPE", 1)]
    after = envelope(MARCH)
    assert codes([*after, "n'importe quoi"]) == [("LINE_MALFORMED", len(after) + 1)]


def test_a_malformed_line_counts_in_the_total_and_refuses_its_declaration() -> None:
    broken = [*MARCH, "S21.G00.30.002,'SANS FIN"]
    reading = read(envelope(broken, APRIL))
    assert [r.code for r in reading.refusals] == ["LINE_MALFORMED"]
    assert len(reading.declarations) == 1


def test_a_delivered_lot_is_read_with_its_service_rubriques() -> None:
    served = lines("S20.G00.96", n902="1", n010="0")
    at = next(i for i, line in enumerate(MARCH) if line.startswith("S21.G00.06"))
    march = [*MARCH[:at], *served, *MARCH[at:]]
    follow_up = lines("S10.G00.95", n001="X", n900="F1")
    company = [line for line in march if line.startswith("S21.G00.06")]
    march.insert(march.index(company[-1]) + 1, "S21.G00.06.903,'SOCIETE'")
    lot = [
        *lines("S05.G51.00", n001="V01R02", n002="LOT1"),
        *lines("S06.G51.00", n001="DSNOK"),
        *envelope(march, extra=follow_up),
        *lines("S96.G51.00", n001="FINSL", n002="1"),
        *lines("S95.G51.00", n001="LOT1", n002="1"),
    ]
    reading = read(lot)
    assert len(reading.declarations) == 1
    assert reading.refusals == ()
    assert reading.observations == ()


def test_a_file_of_lots_without_any_envelope_says_so() -> None:
    lot = lines("S05.G51.00", n001="V01R02") + lines("S95.G51.00", n001="LOT1")
    assert codes(lot) == [("NO_DECLARATION", 0)]


def test_an_envelope_cut_by_the_end_of_its_lot_is_refused() -> None:
    cut = envelope(MARCH)[:-2]
    assert codes([*cut, *lines("S96.G51.00", n001="FINSL")]) == [
        ("ENVELOPE_UNCLOSED", 1)
    ]


def test_blank_lines_are_passed_over_and_said() -> None:
    written = envelope(MARCH)
    reading = read([*written[:4], "", "  ", *written[4:]])
    assert len(reading.declarations) == 1
    (remark,) = reading.observations
    assert (remark.code, remark.line) == ("BLANK_LINE", 5)
    assert "2 times" in remark.reason


@pytest.mark.parametrize("nature", ["02", "04", "05", "06", "07", "08", "10"])
def test_event_reports_are_set_aside_with_a_reason(nature: str) -> None:
    event = declaration("2026-03", nature=nature)
    reading = read(envelope(event, APRIL))
    assert [r.code for r in reading.refusals] == ["SIGNALEMENT"]
    assert len(reading.declarations) == 1


def test_a_substitution_is_read() -> None:
    reading = read(envelope(declaration("2026-03", nature="09")))
    assert [d.nature for d in reading.declarations] == ["09"]


def test_an_unknown_nature_is_refused() -> None:
    assert codes(envelope(declaration("2026-03", nature="42")))[0][0] == (
        "NATURE_UNKNOWN"
    )


def test_no_refusal_repeats_a_personal_value() -> None:
    broken = [line.replace("'00001'", f"'{NIR}'") for line in MARCH]
    broken = [line.replace("'2000.00'", f"'{NIR}'") for line in broken]
    reading = read(envelope(broken))
    assert reading.refusals
    assert NIR not in repr(reading.refusals)
