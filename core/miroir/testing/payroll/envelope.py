"""Envois (S10…S90) as bytes, alone or inside the lot an organisme receives."""

from __future__ import annotations

from collections.abc import Sequence

from miroir.testing.payroll.blocks import Line, Node
from miroir.testing.payroll.model import Company, Habits
from miroir.testing.payroll.parameters import NORM

_LOT = "LOT000000000001"


def _header(company: Company, year: int, habits: Habits, empty: bool) -> list[Line]:
    sender, contact = "S10.G00.01", "S10.G00.02"
    return [
        ("S10.G00.00.001", habits.software[:20]),
        ("S10.G00.00.002", "EDITEUR FICTIF"),
        ("S10.G00.00.003", "1.0"),
        ("S10.G00.00.005", "02"),
        ("S10.G00.00.006", NORM[year]),
        ("S10.G00.00.007", "01"),
        ("S10.G00.00.008", "02" if empty else "01"),
        (f"{sender}.001", company.siren),
        (f"{sender}.002", company.sirets[0][9:]),
        (f"{sender}.003", company.name),
        (f"{sender}.004", "1 PLACE DE LA RÉPUBLIQUE"),
        (f"{sender}.005", "35000"),
        (f"{sender}.006", "RENNES"),
        (f"{contact}.001", "02"),
        (f"{contact}.002", "SERVICE PAIE"),
        (f"{contact}.004", "paie@exemple.invalid"),
        (f"{contact}.005", "0100000000"),
    ]


def envoi(
    company: Company, year: int, declarations: Sequence[Node], habits: Habits
) -> list[Line]:
    """The lines of one envoi; S90 counts them all, its own two included."""
    empty = all(each.get("002") in {"02", "05"} for each in declarations)
    lines = _header(company, year, habits, empty)
    for each in declarations:
        lines += each.lines()
    return _closed(lines, len(declarations))


def _closed(lines: list[Line], declarations: int) -> list[Line]:
    total = ("S90.G00.90.001", str(len(lines) + 2))
    return [*lines, total, ("S90.G00.90.002", str(declarations))]


def delivered(lines: Sequence[Line], company: Company) -> list[Line]:
    """The same envoi with the lines that the platform adds, counted in S90."""
    found: list[Line] = []
    count = 0
    for identifier, value in lines[:-2]:
        if identifier == "S20.G00.05.001":
            count += 1
        if identifier == "S20.G00.05.001" and count == 1:
            found += _flux(company)
        if identifier == "S21.G00.06.001":
            found.append(("S20.G00.96.902", str(count)))
        found.append((identifier, value))
        if identifier == "S21.G00.06.015":
            found.append(("S21.G00.06.903", company.name))
        if identifier == "S21.G00.11.022":
            found.append(("S21.G00.11.904", "ENSEIGNE FICTIVE"))
    return _closed(found, count)


def _flux(company: Company) -> list[Line]:
    return [
        ("S10.G00.95.001", "DECLARANTE"),
        ("S10.G00.95.002", "FICTIVE"),
        ("S10.G00.95.003", company.sirets[0]),
        ("S10.G00.95.006", "01"),
        ("S10.G00.95.008", "20260105101500"),
        ("S10.G00.95.009", company.name),
        ("S10.G00.95.900", "FLUX0000001"),
        ("S10.G00.95.901", "paie@exemple.invalid"),
    ]


def lot(envois: Sequence[Sequence[Line]]) -> list[Line]:
    """A delivered lot: one group of accepted envois."""
    count = str(len(envois))
    body = [line for lines in envois for line in lines]
    return [
        ("S05.G51.00.001", "V01R02"),
        ("S05.G51.00.002", _LOT),
        ("S05.G51.00.003", "01"),
        ("S05.G51.00.004", "05012026"),
        ("S05.G51.00.005", "101500"),
        ("S05.G51.00.006", count),
        ("S06.G51.00.001", "DSNOK"),
        *body,
        ("S96.G51.00.001", "FINSL"),
        ("S96.G51.00.002", count),
        ("S95.G51.00.001", _LOT),
        ("S95.G51.00.002", count),
    ]


def written(lines: Sequence[Line], habits: Habits) -> bytes:
    end = "\r\n" if habits.crlf else "\n"
    text = end.join(f"{identifier},'{value}'" for identifier, value in lines)
    return (text + end * habits.final_newline).encode(habits.encoding)
