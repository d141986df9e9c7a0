"""Rubriques missing, and values that cannot be what they say."""

from __future__ import annotations

from collections.abc import Iterator

from tests.damaged.good import READ, Damage, good, valued, without

_INVALID, _MISSING = "VALUE_INVALID", "RUBRIQUE_MISSING"

_AMOUNTS = {
    "comma": "1234,56",
    "three-decimals": "1234.567",
    "one-decimal": "1234.5",
    "no-decimal": "1234",
    "no-whole-part": ".54",
    "exponent": "1e400",
    "plus": "+1234.56",
    "two-minus": "--1234.56",
    "minus-at-the-end": "1234.56-",
    "blank-inside": "1 234.56",
    "thousands": "1,234.56",
    "currency": "1234.56EUR",
    "parentheses": "(1234.56)",
    "nan": "NaN",
    "infinity": "inf",
    "hexadecimal": "0x4D2",
    "superscript": "12²4.56",
    "underscore": "1_234.56",
    "words": "mille",
}
_DATES = {
    "31-of-february": "31022026",
    "29-of-february-2026": "29022026",
    "zeros": "00000000",
    "month-13": "01132026",
    "iso": "2026-01-01",
    "slashes": "01/01/2026",
    "year-first": "20260101",
    "seven-digits": "1012026",
    "year-0000": "01010000",
}
_FRACTIONS = {
    "00": "00",
    "rank-above": "21",
    "one-digit": "1",
    "letters": "1A",
    "10": "10",
}
_ORDERS = {
    "19-digits": "1234567890123456789",
    "negative": "-1",
    "letters": "premier",
    "decimals": "1.0",
}
_ODD_ORDERS = {"16-digits": "1234567890123456", "leading-zero": "01"}

WRONG_NIRS = {
    "of-12-digits": ("178019999910", "VALUE_OUT_OF_NORM"),
    "with-its-key": ("178019999910142", "VALUE_OUT_OF_NORM"),
    "letters": ("178O199999101", "VALUE_OUT_OF_NORM"),
    "of-nines": ("1999999999999", ""),
}


def amounts() -> Iterator[Damage]:
    for name, value in _AMOUNTS.items():
        content = valued("S21.G00.78.004", value)
        yield Damage(name=f"base-{name}", content=content, code=_INVALID)
    for code, where in (
        ("S21.G00.81.004", "contribution"),
        ("S21.G00.20.005", "payment"),
        ("S21.G00.51.013", "pay"),
        ("S21.G00.79.004", "component"),
    ):
        content = valued(code, "1234,56")
        yield Damage(name=f"{where}-comma", content=content, code=_INVALID)
    for name, digits in (("arabic", "٣٢٠٠.٠٠"), ("full-width", "３２００.００")):
        line = f"S21.G00.78.004,'{digits}'"
        content = _in_utf_8("S21.G00.78.004", line)
        yield Damage(name=f"base-{name}-digits", content=content, code=_INVALID)
    yield Damage(
        name="base-of-40-digits", content=valued("S21.G00.78.004", "9" * 40 + ".00")
    )


def _in_utf_8(code: str, line: str) -> bytes:
    given = good().decode("iso-8859-1").splitlines()
    place = next(i for i, old in enumerate(given) if old.startswith(f"{code},"))
    given[place] = line
    return ("\n".join(given) + "\n").encode()


def dates() -> Iterator[Damage]:
    for name, value in _DATES.items():
        for code, where in (
            ("S20.G00.05.005", "month"),
            ("S21.G00.40.001", "contract"),
            ("S21.G00.78.002", "base"),
        ):
            if (name, where) != ("year-first", "contract"):
                content = valued(code, value)
                yield Damage(name=f"{where}-{name}", content=content, code=_INVALID)
    yield Damage(
        name="month-not-on-its-first-day",
        content=valued("S20.G00.05.005", "15012026"),
        code=_INVALID,
    )
    yield Damage(
        name="base-ends-before-it-starts", content=valued("S21.G00.78.003", "31122025")
    )
    yield Damage(
        name="base-of-two-months",
        content=valued("S21.G00.78.003", "28022026"),
        expected=READ,
        why="it belongs to the month it starts in, as payroll software means it",
    )


def missing() -> Iterator[Damage]:
    for code, name in (
        ("S20.G00.05.001", "nature"),
        ("S20.G00.05.002", "kind"),
        ("S20.G00.05.003", "fraction"),
        ("S20.G00.05.004", "order"),
        ("S20.G00.05.005", "month"),
        ("S21.G00.06.001", "siren"),
        ("S21.G00.11.001", "nic"),
        ("S21.G00.30.001", "nir"),
        ("S21.G00.40.001", "contract-start"),
        ("S21.G00.40.009", "contract-number"),
        ("S21.G00.78.001", "base-code"),
        ("S21.G00.78.002", "base-start"),
        ("S21.G00.78.004", "base-amount"),
        ("S21.G00.20.005", "payment-amount"),
        ("S21.G00.20.001", "payment-institution"),
    ):
        yield Damage(name=f"{name}-missing", content=without(code))


def identity() -> Iterator[Damage]:
    for name, value in {
        "of-8-digits": "99900024",
        "with-blanks": "999 000 243",
        "letters": "99900024A",
    }.items():
        yield Damage(name=f"siren-{name}", content=valued("S21.G00.06.001", value))
    yield Damage(
        name="siren-wrong-key",
        content=valued("S21.G00.06.001", "999000242"),
        expected=READ,
        why="nine digits name one company still; the platform checks the key",
    )
    for name, value in {"of-4-digits": "0001", "letters": "0001A"}.items():
        yield Damage(name=f"nic-{name}", content=valued("S21.G00.11.001", value))
    for name, (value, code) in WRONG_NIRS.items():
        yield Damage(
            name=f"nir-{name}",
            content=valued("S21.G00.30.001", value),
            expected=READ,
            code=code,
            why="the person is still told from the others, and the money is right",
        )


def codes() -> Iterator[Damage]:
    for name, value in _FRACTIONS.items():
        content = valued("S20.G00.05.003", value)
        yield Damage(name=f"fraction-{name}", content=content, code=_INVALID)
    for name, value in _ORDERS.items():
        content = valued("S20.G00.05.004", value)
        yield Damage(name=f"order-{name}", content=content, code=_INVALID)
    for name, value in _ODD_ORDERS.items():
        yield Damage(
            name=f"order-{name}",
            content=valued("S20.G00.05.004", value),
            expected=READ,
            code="VALUE_OUT_OF_NORM",
            why="it is a number all the same: which version is newer is known",
        )
    for kind in ("00", "06", "1", "XX", "04"):
        yield Damage(name=f"kind-{kind}", content=valued("S20.G00.05.002", kind))
    for nature in ("00", "99", "3", "AB"):
        content = valued("S20.G00.05.001", nature)
        yield Damage(name=f"nature-{nature}", content=content, code="NATURE_UNKNOWN")
    yield Damage(
        name="nature-of-a-work-stoppage",
        content=valued("S20.G00.05.001", "04"),
        code="SIGNALEMENT",
    )


def readings() -> Iterator[Damage]:
    yield Damage(
        name="amounts-in-francs-pacifique",
        content=valued("S20.G00.05.010", "02"),
    )
    yield Damage(
        name="negative-quantity",
        content=valued("S21.G00.53.002", "-3.00"),
        expected=READ,
        why="quantities are signed in the norm (CT2025.1.3 §4.4.7.3)",
    )
    yield Damage(
        name="days-in-words",
        content=valued("S21.G00.53.002", "trente"),
        code=_INVALID,
    )
    yield Damage(
        name="unknown-base-code",
        content=valued("S21.G00.78.001", "88"),
        expected=READ,
        why="a base for another institution may be newer than our tables",
    )
