"""Lines, blocks and totals that are not as they should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.damaged.good import (
    READ,
    Damage,
    index_of,
    joined,
    lines,
    recounted,
    spoilt,
    valued,
    with_line,
    without,
    without_block,
)

_BASE, _TOTAL, _COUNT = "S21.G00.78.004", "S90.G00.90.001", "S90.G00.90.002"

_LINE_DAMAGES: dict[str, Callable[[str], str]] = {
    "opening-quote-missing": lambda line: line.replace(",'", ","),
    "closing-quote-missing": lambda line: line[:-1],
    "no-quote": lambda line: line.replace("'", ""),
    "typographic-quotes": lambda line: line.replace("'", "\x92"),
    "double-quotes": lambda line: line.replace("'", '"'),
    "garbage-after-the-quote": lambda line: line + "xyz",
    "blanks-after-the-quote": lambda line: line + "  ",
    "comment-after-the-quote": lambda line: line + " # vu",
    "semicolon-for-comma": lambda line: line.replace(",", ";"),
    "tab-for-comma": lambda line: line.replace(",", "\t"),
    "blank-after-the-comma": lambda line: line.replace(",'", ", '"),
    "blanks-before-the-code": lambda line: "  " + line,
    "lower-case-code": str.lower,
    "code-in-five-parts": lambda line: line.replace(",'", ".001.002,'"),
    "letter-o-for-zero": lambda line: line.replace("G00", "GOO"),
    "number-of-two-digits": lambda line: line.replace(".004,", ".04,"),
    "point-missing": lambda line: line.replace("S21.", "S21"),
    "nothing-but-the-code": lambda line: line.split(",")[0],
    "nul-in-the-value": lambda line: line[:-1] + "\x00'",
    "bell-in-the-value": lambda line: line[:-1] + "\x07'",
    "form-feed-in-the-value": lambda line: line[:-1] + "\x0c'",
    "escape-in-the-value": lambda line: line[:-1] + "\x1b[31m'",
    "value-of-3000-characters": lambda line: line[:-1] + "9" * 3000 + "'",
    "record-of-257-characters": lambda line: line[:-1].ljust(256, "9") + "'",
    "empty-value": lambda line: line.split(",")[0] + ",''",
    "blank-value": lambda line: line.split(",")[0] + ",' '",
    "split-in-two": lambda line: line[:-3] + "\n" + line[-3:],
}


def spoilt_lines() -> Iterator[Damage]:
    for name, change in _LINE_DAMAGES.items():
        yield Damage(name=f"line-{name}", content=spoilt(_BASE, change))
    given, place = lines(), index_of(_BASE)
    merged = [*given[:place], given[place] + given[place + 1], *given[place + 2 :]]
    yield Damage(name="line-merged-with-the-next", content=joined(recounted(merged)))
    yield Damage(
        name="apostrophes-inside-a-value",
        content=valued("S21.G00.06.004", "8 ''RUE' DE L'ÉCLUSE'"),
        expected=READ,
        why="the norm has no escape: a value runs to the last apostrophe",
    )
    yield Damage(
        name="header-with-a-tab",
        content=valued("S10.G00.00.001", "PAIE\tFICTIVE"),
        expected=READ,
        why="the name of the software is not used",
    )


def totals() -> Iterator[Damage]:
    count = len(lines())
    for name, value in {
        "one-more": str(count + 1),
        "one-less": str(count - 1),
        "zero": "0",
        "negative": f"-{count}",
        "in-words": "beaucoup",
        "with-decimals": f"{count}.00",
        "of-400-digits": "9" * 200,
    }.items():
        yield Damage(name=f"total-{name}", content=valued(_TOTAL, value))
    for name, value in {"two": "2", "zero": "0", "in-words": "une"}.items():
        yield Damage(name=f"declarations-{name}", content=valued(_COUNT, value))
    yield Damage(
        name="total-with-leading-zeros",
        content=valued(_TOTAL, f"{count:012d}"),
        expected=READ,
        why="legal: the norm's expression starts with [0]*",
    )
    given = lines()
    del given[60]
    yield Damage(name="line-lost", content=joined(given), code="TOTAL_LINES")
    added = [*lines()[:60], lines()[59], *lines()[60:]]
    yield Damage(name="line-added", content=joined(added), code="TOTAL_LINES")
    yield Damage(name="totals-missing", content=without_block("S90.G00.90"))
    yield Damage(name="total-of-lines-missing", content=without(_TOTAL))
    yield Damage(name="total-of-declarations-missing", content=without(_COUNT))


def envelopes() -> Iterator[Damage]:
    given = lines()
    header = [line for line in given if line.startswith("S10.G00.00")]
    yield Damage(name="header-twice", content=joined(recounted([*header, *given], 1)))
    yield Damage(name="header-missing", content=without_block("S10.G00.00"))
    yield Damage(name="test-or-real-missing", content=without("S10.G00.00.005"))
    yield Damage(name="norm-missing", content=without("S10.G00.00.006"))
    for norm in ("P18V01", "P26", "ZZZ", "X26V01", "26"):
        content = valued("S10.G00.00.006", norm)
        yield Damage(name=f"norm-{norm}", content=content, code="NORM_UNKNOWN")
    yield Damage(
        name="norm-of-next-year",
        content=valued("S10.G00.00.006", "P27V01"),
        expected=READ,
        code="NORM_NEAREST",
        why="blocks rarely move: read with the last table known, and said so",
    )
    yield Damage(
        name="test-envelope",
        content=valued("S10.G00.00.005", "01"),
        code="TEST_ENVELOPE",
    )
    yield Damage(
        name="lines-after-the-end",
        content=joined([*given, given[30]]),
        expected=READ,
        code="OUTSIDE_ENVELOPE",
        why="the envelope before them is whole; they are refused alone",
    )
    no_declaration = [line for line in given if line[:3] in {"S10", "S90"}]
    yield Damage(
        name="envelope-without-declaration",
        content=joined(recounted(no_declaration, 0)),
    )


def blocks() -> Iterator[Damage]:
    yield Damage(name="company-missing", content=without_block("S21.G00.06"))
    yield Damage(name="establishment-missing", content=without_block("S21.G00.11"))
    yield Damage(name="employees-missing", content=without_block("S21.G00.30"))
    yield Damage(name="contracts-missing", content=without_block("S21.G00.40"))
    yield Damage(name="pay-dates-missing", content=without_block("S21.G00.50"))
    yield Damage(name="bases-missing", content=without_block("S21.G00.78"))


def misplaced_blocks() -> Iterator[Damage]:
    early = {
        "contribution": ("S21.G00.81.001,'131'", "S21.G00.20.001"),
        "component": ("S21.G00.79.001,'01'", "S21.G00.30.001"),
        "contract": ("S21.G00.40.001,'01012020'", "S21.G00.11.001"),
        "activity": ("S21.G00.53.001,'01'", "S21.G00.51.001"),
        "payment": ("S21.G00.20.001,'30558637200321'", "S21.G00.06.001"),
    }
    for name, (line, before) in early.items():
        yield Damage(
            name=f"{name}-without-parent",
            content=with_line(line, before),
            code="BLOCK_WITHOUT_PARENT",
        )
    yield Damage(
        name="establishment-twice",
        content=with_line("S21.G00.11.001,'00025'", "S21.G00.20.001"),
    )
    yield Damage(
        name="company-twice",
        content=with_line("S21.G00.06.001,'999000243'", "S21.G00.11.001"),
    )


def unknown_blocks() -> Iterator[Damage]:
    why = "kept and not used: a newer norm, or a service line of the platform"
    yield Damage(
        name="unknown-block",
        content=with_line("S21.G00.99.001,'X'", "S21.G00.30.001"),
        expected=READ,
        code="UNKNOWN_BLOCK",
        why=why,
    )
    yield Damage(
        name="unknown-rubrique",
        content=with_line("S21.G00.06.800,'X'", "S21.G00.11.001"),
        expected=READ,
        code="UNKNOWN_RUBRIQUE",
        why=why,
    )
