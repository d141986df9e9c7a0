"""The catalogue: whole, in French, and something that can be said aloud."""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
from miroir.diagnostic import catalogue
from miroir.diagnostic.catalogue import (
    FAMILIES,
    Entry,
    by_id,
    causes,
    entries,
    parse,
    refuse_twice,
)
from miroir.types.diagnosis import Cause, Responsible

ALL = pytest.mark.parametrize("cause", causes(), ids=lambda cause: cause.id)

ENTRY = """
[UN]
label = "l"
responsible = "client"
detector = "d"
explanation = "e"
expert = "x"
shows = "s"
would_refute = "w"
remedy = "r"
sources = ["o"]
[UN.wording]
plain = "p"
ask = "a"
question = "q"
"""


def parsed(text: str) -> tuple[Entry, ...]:
    return parse(text, "family")


def test_every_cause_is_found_by_its_id() -> None:
    assert len(by_id()) == len(causes()) > 96
    assert all(by_id()[cause.id] is cause for cause in causes())


def test_every_number_of_the_catalogue_has_a_cause() -> None:
    assert {cause.catalogue for cause in causes()} >= set(range(1, 97))


def test_every_family_has_causes() -> None:
    assert {entry.family for entry in entries()} == set(FAMILIES)


@ALL
def test_an_id_is_in_capitals(cause: Cause) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9_]+", cause.id)
    assert 0 <= cause.catalogue <= 96


@ALL
def test_an_explanation_can_be_said_on_the_phone(cause: Cause) -> None:
    sentences = re.findall(r"[.?](?:\s|$)", cause.explanation)
    assert 2 <= len(sentences) <= 3
    assert len(cause.explanation) < 400
    assert "\n" not in cause.explanation + cause.remedy


@ALL
def test_the_three_levels_say_different_things(cause: Cause) -> None:
    assert cause.wording is not None
    levels = {cause.wording.plain, cause.explanation, cause.expert}
    assert len(levels) == 3
    assert len(cause.expert) < 500


@ALL
def test_texts_are_french_and_well_typed(cause: Cause) -> None:
    sentences = (
        cause.explanation,
        cause.expert,
        cause.shows,
        cause.would_refute,
        cause.remedy,
        *filter(None, (cause.unverified, cause.undetected)),
    )
    for text in (cause.label, *sentences, *cause.sources):
        assert "'" not in text, "the typographic apostrophe is expected"
        assert "  " not in text and text == text.strip()
        assert "\n" not in text
    assert not cause.label.endswith(".")
    for text in sentences:
        assert text.endswith((".", "…).")), text
        assert text[0].isupper() or text[0].isdigit() or text[0] in "|Σ«", text


@ALL
def test_a_rubrique_is_written_as_the_norm_does(cause: Cause) -> None:
    """Block and number (78.004), or the whole name; never a piece of a name."""
    texts = f"{cause.explanation} {cause.expert} {cause.shows} {cause.remedy}"
    assert not re.search(r"(?<!S)\b\d\d\.[G0]?\d\d\.\d", texts)
    assert not re.search(r"\bG00\b(?<!S20\.G00)(?<!S21\.G00)(?<!S10\.G00)", texts)


@ALL
def test_a_source_is_named_and_no_source_is_a_guess(cause: Cause) -> None:
    assert cause.sources
    for source in cause.sources:
        assert len(source) > 10
        assert not re.search(r"\[[A-Z]+\]|mémoire|à vérifier", source)


@ALL
def test_a_legitimate_cause_asks_nothing_of_the_client(cause: Cause) -> None:
    assert cause.legitimate == cause.id.startswith("LEGITIME_")
    if cause.legitimate:
        assert cause.responsible is Responsible.GPS
        assert cause.remedy.startswith("Rien à ")


@ALL
def test_a_client_is_told_where_to_correct(cause: Cause) -> None:
    if cause.responsible in (Responsible.CLIENT, Responsible.EDITOR):
        assert "DSN" in cause.remedy or re.search(r"\d\d\.\d{3}", cause.remedy)


@ALL
def test_a_cause_named_in_a_text_exists(cause: Cause) -> None:
    texts = (cause.expert, cause.shows, cause.undetected, cause.unverified)
    named = re.findall(r"\b[A-Z0-9]+(?:_[A-Z0-9]+){1,}\b", " ".join(texts))
    assert set(named) <= by_id().keys()


def test_what_is_not_decided_is_a_cause_too() -> None:
    undecided = {"CONDITIONS_ADHESION_SUPPOSEES", "HISTORIQUE_MANQUANT"}
    assert {*undecided, "ECART_INEXPLIQUE"} <= by_id().keys()


def test_an_entry_is_read() -> None:
    (entry,) = parsed(ENTRY)
    assert (entry.cause.id, entry.family, entry.detector) == ("UN", "family", "d")


def test_a_cause_declared_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="UN"):
        parsed(ENTRY + ENTRY)


def test_a_key_that_is_absent_or_unknown_is_named() -> None:
    with pytest.raises(ValueError, match=r"UN: absent .*remedy.* unknown .*remedie"):
        parsed(ENTRY.replace("remedy", "remedie"))


def test_a_key_of_the_wording_that_is_unknown_is_named() -> None:
    with pytest.raises(ValueError, match=r"UN.wording: absent .*'ask'.*'asks'"):
        parsed(ENTRY.replace("ask =", "asks ="))


def test_a_wording_is_a_table() -> None:
    without, _, _ = ENTRY.partition("[UN.wording]")
    with pytest.raises(ValueError, match=r"expected a table \[UN.wording\]"):
        parsed(without + 'wording = "p"')


def test_sources_are_a_list() -> None:
    with pytest.raises(ValueError, match="expected a list of texts in `sources`"):
        parsed(ENTRY.replace('["o"]', '"o"'))


@pytest.mark.parametrize("both", ["", 'detector = "d"\nundetected = "u"'])
def test_found_or_why_not_and_never_both(both: str) -> None:
    with pytest.raises(ValueError, match="one of the two"):
        parsed(ENTRY.replace('detector = "d"', both))


def test_an_unknown_responsible_is_refused() -> None:
    with pytest.raises(ValueError, match="voisin"):
        parsed(ENTRY.replace('"client"', '"voisin"'))


def test_a_cause_declared_in_two_files_is_refused() -> None:
    with pytest.raises(ValueError, match="declared in two files: UN"):
        refuse_twice(["UN", "DEUX", "UN"])


def test_what_was_compiled_says_what_the_files_say(tmp_path: Path) -> None:
    """A file changed since the build is read as it is: each has its mark."""
    folder = Path(catalogue.__file__).parent / catalogue.FOLDER
    known = catalogue.compiled(folder / catalogue.COMPILED)
    for family, own in known.items():
        content = (folder / f"{family}.toml").read_bytes()
        if own["of"] == sha256(content).hexdigest():
            assert own["causes"] == tomllib.loads(content.decode())
    entries.cache_clear()
    built = entries()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "COMPILED", "absent.json")
        entries.cache_clear()
        assert entries() == built
    entries.cache_clear()
    damaged = tmp_path / "compiled.json"
    damaged.write_text("{", "utf-8")
    assert catalogue.compiled(damaged) == {}
