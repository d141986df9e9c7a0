"""Menus and agreements: read, versioned, and refused with every reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from miroir.adhesion.menu_reading import read_menu, shipped
from miroir.errors import ConfigurationError

from tests.adhesion.samples import row

GOOD = """
version = "3"
[[guarantee]]
code = "X"
label = "Un libellé"
since = 2020-01-01
categories = ["01"]
sets = { rate_t1 = "7.00" }
source = "un texte"
"""


def test_the_shipped_menu_says_the_law_of_the_day() -> None:
    menu = read_menu([shipped()])
    day = date(2026, 1, 1)
    assert menu.matching(row(), day) == ("T1-DC", "T2-DC", "REP-60", "APEC")
    assert menu.matching(row("04"), day) == ("T1-DC", "T2-DC", "REP-60")
    assert menu.offered("01", date(2018, 12, 31)) == ()
    history = row(rate_t1=Decimal("8.00"))
    assert menu.matching(history, day) == ("T2-DC", "REP-60", "APEC")


def test_the_version_changes_with_what_is_written() -> None:
    one = read_menu([shipped(), ("m", GOOD)]).version
    other = read_menu([shipped(), ("m", GOOD.replace("7.00", "7.10"))]).version
    assert one != other and one.split("+")[1].startswith("3-")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('version = "3"', "", "version: missing"),
        ('code = "X"', 'code = "x y"', "guarantee x y: code: expected"),
        ('label = "Un libellé"', "", "label: expected a text"),
        ("since = 2020-01-01", 'since = "2020"', "since: expected a date"),
        ("since = 2020-01-01", "since = 2020-01-01\nuntil = 3", "until: expected"),
        (
            "since = 2020-01-01",
            "since = 2020-01-01\nuntil = 2019-01-01",
            "until 2019-01-01 is before",
        ),
        ('categories = ["01"]', 'categories = ["07"]', "categories: expected some of"),
        ('{ rate_t1 = "7.00" }', "{ rate_t1 = 7.0 }", "percents in quotes"),
        ('{ rate_t1 = "7.00" }', '{ rate_t1 = "700" }', "more than 100"),
        ('{ rate_t1 = "7.00" }', '{ idcc = "7.00" }', "sets.idcc: expected rate_t1"),
        ('{ rate_t1 = "7.00" }', "3", "sets: expected a table"),
        ("[[guarantee]]", '[[guarantee]]\nrequires = "?"', "requires: expected one of"),
        ("[[guarantee]]", "[[guarantee]]\ndefault = 1", "default: expected true"),
        ("[[guarantee]]", "[[guarantee]]\nrate = 1", "rate: no such key"),
        ('version = "3"', 'version = "3"\nother = 1', "other: no such key"),
        ('version = "3"', "version = ", "is not valid TOML"),
        ('code = "X"', 'code = "T1-DC"', "T1-DC is given twice"),
        (
            "[[guarantee]]",
            '[[agreement]]\nidcc = "12"\n[[guarantee]]',
            "agreement 12: idcc: expected",
        ),
        (
            "[[guarantee]]",
            (
                '[[agreement]]\nidcc = "1234"\nlabel = "A"\nsince = 2020-01-01\n'
                'categories = ["01"]\nguarantees = ["Z"]\nsource = "s"\n[[guarantee]]'
            ),
            "names the guarantee Z, which no menu gives",
        ),
    ],
)
def test_a_wrong_menu_is_refused_with_its_place(old: str, new: str, why: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_menu([shipped(), ("garanties.toml", GOOD.replace(old, new, 1))])
    assert why in str(caught.value)
    if "given twice" not in why and "which no menu" not in why:
        assert "garanties.toml: " in str(caught.value)
