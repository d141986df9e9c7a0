"""Write the tables of docs/causes.md from the catalogue: python docs/make_causes.py.

What stands above «## The causes» is written by hand and kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from miroir.diagnostic.catalogue import FAMILIES, Entry, entries

PAGE = Path(__file__).with_name("causes.md")
MARK = "## The causes\n"
TITLES = {
    "filings": "Dépôts et intégration",
    "payments": "Versements",
    "adhesion": "Adhésion",
    "affiliation": "Affiliation et contrat",
    "identity": "Identité",
    "ceilings": "Plafond",
    "bases": "Bases et tranches",
    "rates": "Taux et cotisation 131",
    "apec": "Apec",
    "reductions": "Réductions et exonérations",
    "undecided": "Ce qui n’est pas décidé",
}


def render(page: str) -> str:
    """The page, its tables written again."""
    head, _, _ = page.partition(MARK)
    return head + MARK + "\n" + "\n".join(_body())


def _body() -> Iterator[str]:
    found = [entry for entry in entries() if entry.detector]
    yield (
        "<!-- Written by docs/make_causes.py from"
        " core/miroir/diagnostic/causes/*.toml. -->\n"
    )
    yield (
        f"{len(entries())} causes, of which a built-in diagnostic finds {len(found)}."
        " `miroir causes show ID` tells all of one: three levels of detail, how it"
        " shows, what would refute it, its sources and what none of them settles.\n"
    )
    for family in FAMILIES:
        yield f"### {TITLES[family]}\n"
        yield "| id | cause | corrigé par | no | found by |\n| --- | --- | --- | --- | --- |"
        yield from (_row(entry) for entry in entries() if entry.family == family)
        yield ""
    yield "## What data cannot show\n"
    yield "| id | why |\n| --- | --- |"
    for entry in entries():
        if not entry.detector:
            yield f"| `{entry.cause.id}` | {entry.cause.undetected} |"
    yield ""


def _row(entry: Entry) -> str:
    cause = entry.cause
    who = "personne" if cause.legitimate else cause.responsible.value
    found = f"`{entry.detector}`" if entry.detector else "—"
    number = cause.catalogue or "—"
    return f"| `{cause.id}` | {cause.label} | {who} | {number} | {found} |"


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text("utf-8")), encoding="utf-8")
