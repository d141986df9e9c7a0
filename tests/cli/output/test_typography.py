"""No line begins with a colon, no amount has a hyphen, no word is cut."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miroir.cli.output.typography import say, typographic
from rich.console import Console


def said(text: str, width: int) -> list[str]:
    stream = io.StringIO()
    say(Console(file=stream, width=width, highlight=False), text)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mois : mai", "mois\u00a0: mai"),
        ("vu ; 35 % fait !", "vu\u202f; 35\u00a0% fait\u202f!"),
        ("le «tout» et « rien »", "le «\u00a0tout\u00a0» et «\u00a0rien\u00a0»"),
        ("soit -1\u202f234,50 (-0,05 %)", "soit −1\u202f234,50 (−0,05\u00a0%)"),
        ("a-1,5 2026-03 -86.04 http://x", "a-1,5 2026-03 -86.04 http://x"),
    ],
)
def test_spaces_and_minus_signs(text: str, expected: str) -> None:
    assert typographic(text) == expected
    assert typographic(expected) == expected


@pytest.mark.parametrize("width", range(12, 60))
def test_no_line_begins_with_a_sign(width: int) -> None:
    text = "Le versement : 4\u202f005,00\u00a0€ ; le taux : 35 % des « bases » ?"
    lines = said(text, width)
    assert not any(line.strip()[0] in ":;%?»€" for line in lines)
    assert not any(line.endswith("«") for line in lines)
    assert " ".join(line.strip() for line in lines) == typographic(text)


@given(st.lists(st.text("ab:;%-", min_size=1, max_size=30)), st.integers(10, 80))
def test_every_word_is_there_once_and_whole(words: list[str], width: int) -> None:
    text = typographic(" ".join(words))
    found = [word for line in said(text, width) for word in line.split(" ") if word]
    assert found == [word for word in text.split(" ") if word]


def test_a_text_is_never_markup() -> None:
    assert said("[bold]lu[/bold]", 40) == ["  [bold]lu[/bold]"]
