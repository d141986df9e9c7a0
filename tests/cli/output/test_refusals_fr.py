"""Whatever is refused, an adviser reads why in French."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from miroir.cli.output.refusals_fr import told, why_rejected
from miroir.declaration.reader import read_dsn
from miroir.declaration.refusals import Code
from miroir.types.source import ReceivedFile, Refusal

from tests.damaged.corpus import corpus

PAGE = (Path(__file__).parents[3] / "docs/refusals.md").read_text("utf-8")
DOCUMENTED = re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE)
ENGLISH = re.compile(r"\b(?:the|is|are|not|of|with|read|times|counted|expected)\b")


def refusal(code: str, reason: str = "", remedy: str = "") -> Refusal:
    return Refusal(file="f", line=1, code=code, reason=reason, remedy=remedy)


@pytest.mark.parametrize("code", sorted({*DOCUMENTED, *Code.__members__}))
def test_every_code_has_its_texts(code: str) -> None:
    found = told(refusal(code))
    assert found.meaning and found.remedy
    assert "'" not in found.meaning.replace(",'valeur'", "") + found.remedy
    assert not ENGLISH.search(found.meaning + found.remedy)


@pytest.mark.parametrize("code", Code, ids=lambda code: code.name)
def test_a_reason_without_detail_is_its_meaning(code: Code) -> None:
    found = told(code.at("f", 1))
    assert (found.reason, found.precise) == (found.meaning, "")


HORIZON = (
    "No value of «ceiling» is known for 2027-02: published values run from 2019-01"
    " to 2026-12. Install a version of Miroir."
)
OVERLAP = (
    "its dates overlap those of line 4, for the same siren, siret and categorie 04"
)
OTHERS = "3 files of the folder do not end in .dsn, .edi, .txt"


@pytest.mark.parametrize(
    ("code", "reason", "precise"),
    [
        (
            "BEYOND_HORIZON",
            HORIZON,
            "mois 02/2027 ; paramètres publiés de 01/2019 à 12/2026",
        ),
        ("FILES_LEFT_ASIDE", OTHERS, "nombre de fichiers : 3"),
        (
            "FILE_UNREADABLE",
            "the file cannot be opened: Permission denied",
            "accès refusé",
        ),
        ("FILE_UNREADABLE", "the file cannot be opened: Odd thing", "Odd thing"),
        (
            "ADHESION_SIREN",
            "siren: «12» is not right; idcc: empty",
            "siren : « 12 », idcc : vide",
        ),
        (
            "ADHESION_SIREN",
            "siren: «1; 2» is not right",
            "siren: «1; 2» is not right",
        ),
        ("ADHESION_CHEVAUCHEMENT", OVERLAP, "ligne 4, catégorie 04"),
        (
            "CAMPAGNE_MONTANT",
            "declared: «1,234» may be thousands or decimals",
            "declared : « 1,234 » se lit de deux façons",
        ),
        ("COLUMNS_UNKNOWN", "f:1: no column of SIREN.", "f:1: no column of SIREN."),
        ("ENCODING", f"{Code.ENCODING.meaning} (UTF-8, 3 times)", "UTF-8, 3 fois"),
        ("ENCODING", "in words of its own", "in words of its own"),
    ],
)
def test_what_is_precise_is_kept(code: str, reason: str, precise: str) -> None:
    assert told(refusal(code, reason)).precise == precise


def test_an_unknown_code_keeps_its_words() -> None:
    found = told(refusal("GPS_OWN", "too late", "call us"))
    assert (found.reason, found.remedy) == ("too late", "call us")
    assert why_rejected("said otherwise") == "said otherwise"


@pytest.mark.parametrize("damage", corpus(), ids=lambda damage: damage.name)
def test_no_damage_is_told_in_english(damage: object) -> None:
    content = getattr(damage, "content", b"")
    reading = read_dsn(ReceivedFile.of("f.dsn", content))
    for one in (*reading.refusals, *reading.observations):
        assert not ENGLISH.search(told(one).reason), one.reason
    for version in reading.rejected:
        said = why_rejected(version.reason)
        assert not ENGLISH.search(said)
        assert re.search(r"ligne [0-9]+, [A-Z_]+\)", said)
