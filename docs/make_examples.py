"""Write docs/examples: python docs/make_examples.py. Everybody is invented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from miroir.cli.analyse import conditions_from
from miroir.cli.output import calculation, correction_text, stakes
from miroir.cli.output.mask import Mask
from miroir.correction.masking import masked
from miroir.correction.planning import plan_of
from miroir.demo import demo_company
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.manager import PluginManager
from miroir.privacy import Keys
from miroir.stakes.company import stakes_of
from miroir.synthesis.building import case_of
from miroir.synthesis.case import Reader
from miroir.synthesis.documents import write
from miroir.synthesis.limit import Unit
from miroir.synthesis.vocabulary import Document
from miroir.synthesis.wording import Level
from miroir.testing.payroll import SimulatedCompany, make_company
from miroir.types.diagnosis import CompanyAnalysis
from miroir.types.source import ReceivedFile

FOLDER = Path(__file__).with_name("examples")
ON = date(2026, 7, 20)
LIMIT = 600
_OTHERS = {
    "clarify": "TAUX_SUPERIEUR_A_ADHESION",
    "ours": "ETABLISSEMENT_ABSENT_DE_L_ADHESION",
    "nothing": None,
}
_SEED = 2
_NOT_THERE = 2
"""The rank of the month left out: March."""
_FIRM = {
    b"S10.G00.01.001": b"999000003",
    b"S10.G00.01.003": b"CABINET COMPTABLE FICTIF",
}
_SENT = re.compile(rb"(S10\.G00\.01\.00[13]),'[^']*'")
# A key of nobody, so that pseudonyms are the same on every machine.
_KEYS = Keys(pseudonym_id="docs", pseudonym_key=bytes(32), nir_id="docs", nir_keys={})


def render() -> dict[str, str]:
    """The content of every example, by file name."""
    found = _analysed(demo_company())
    return dict(
        [
            *_documents(found),
            *_situations(),
            *_third_party(),
            ("explain.txt", _explained(found)),
            *_corrected(found),
            ("stakes.txt", _at_stake(found)),
        ]
    )


def _documents(found: CompanyAnalysis) -> Iterator[tuple[str, str]]:
    """The demonstration company, document by document and level by level."""
    for document in Document:
        for level in Level:
            made = _written(found, document, level)
            yield f"{document}-{level}.txt", made
    yield "mail-payroll.html", _written(found, Document.MAIL, Level.PAYROLL, "html")
    yield (
        f"record-{LIMIT}.txt",
        _written(
            found, Document.RECORD, Level.PAYROLL, limit=LIMIT, unit=Unit.CHARACTERS
        ),
    )


def _situations() -> Iterator[tuple[str, str]]:
    """Companies that have nothing to correct, or not yet."""
    for name, cause in _OTHERS.items():
        found = _analysed(make_company(_SEED, 2026, 6, 8, cause=cause))
        for document in (Document.CALL, Document.MAIL):
            made = _written(found, document, Level.PAYROLL)
            yield f"{name}-{document}.txt", made


def _third_party() -> Iterator[tuple[str, str]]:
    """An accounting firm sends the DSN, and that of a month is not there."""
    made = make_company(_SEED, 2026, 6, 8, cause="CEG_ABSENTE")
    files = [
        (name, _SENT.sub(_by_the_firm, content))
        for rank, (name, content) in enumerate(made.files)
        if rank != _NOT_THERE
    ]
    found = _analysed(replace(made, files=tuple(files)))
    for document in Document:
        yield f"third-{document}.txt", _written(found, document, Level.PAYROLL)


def _by_the_firm(line: re.Match[bytes]) -> bytes:
    return b"%b,'%b'" % (line[1], _FIRM[line[1]])


def _corrected(found: CompanyAnalysis) -> Iterator[tuple[str, str]]:
    """The correction plan of the demonstration company, and its fragment."""
    plan = plan_of(found, ON)
    yield "correct.txt", correction_text.as_text(plan, Mask(_KEYS.pseudonym))
    fragment = b"".join(
        masked(one.content, _KEYS.pseudonym) for one in plan.declarations
    )
    yield "correct.dsn", fragment.decode("iso-8859-1")


def _written(
    found: CompanyAnalysis,
    document: Document,
    level: Level,
    form: str = "text",
    limit: int | None = None,
    unit: Unit = Unit.CHARACTERS,
) -> str:
    reader = Reader(level=level, name_of=_KEYS.pseudonym)
    case = case_of(found, reader, ON)
    made = write(document, case, level, form, limit=limit, unit=unit)
    return made.text.rstrip("\n") + "\n"


def _explained(found: CompanyAnalysis) -> str:
    """The two heaviest lines, as `miroir explain` shows them."""
    heaviest = sorted(found.view.gaps, key=lambda one: -abs(one.gap.total))[:2]
    return calculation.as_text(heaviest, Mask(_KEYS.pseudonym))


def _at_stake(found: CompanyAnalysis) -> str:
    """What the gaps cost, as `miroir stakes` shows it."""
    return stakes.as_text(stakes_of(found, ON), Mask(_KEYS.pseudonym))


def _analysed(company: SimulatedCompany) -> CompanyAnalysis:
    plugins = PluginManager.load()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "adhesions.csv"
        path.write_bytes(company.adhesions_csv)
        conditions, _ = conditions_from(ReceivedFile.from_path(path), plugins)
    knowledge = Knowledge(diagnostics=plugins.diagnostics(), conditions=conditions)
    received = [ReceivedFile.of(name, content) for name, content in company.files]
    return analyse(received, knowledge).companies[0]


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in render().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
