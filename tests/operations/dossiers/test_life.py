"""The scripted year, on both kinds of store: nothing doubled, nothing lost."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from miroir.dossier.reminders import step_key
from miroir.dossier.states import CommitmentState, GapState
from miroir.dossier.worklist import chosen

from tests.operations.dossiers.life import (
    FIRST,
    PAGES,
    SECOND,
    Life,
    live,
    new_life,
    written,
)
from tests.store.conftest import postgresql, url
from tests.sweeps import judged_only

__all__ = ["postgresql", "url"]


@pytest.fixture
def life(url: str) -> Iterator[Life]:
    # In memory where that can be: what is tested is not the disk.
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    address = url if "postgresql" in url else f"sqlite:///{folder / 'miroir.db'}"
    try:
        with new_life(folder, address) as life:
            live(life)
            yield life
    finally:
        shutil.rmtree(folder)


@judged_only
def test_a_year_of_200_companies(life: Life) -> None:
    _one_dossier_and_every_signal(life)
    _promises_are_measured(life)
    _corrections_close(life)
    _what_is_legitimate_stays_out(life)
    _reminders_come_once(life)
    _the_journal_can_be_read(life)


def _one_dossier_and_every_signal(life: Life) -> None:
    with life.place.store.read() as tables:
        lines = tables.worklists.lines(closed=True)
        kept = {
            line.dossier.siren: tables.cases.signals_of(line.dossier.id)
            for line in lines
        }
    assert len(lines) == len(kept) == len(life.companies) == 200
    assert {siren: len(found) for siren, found in kept.items()} == life.signals


def _promises_are_measured(life: Life) -> None:
    expected = {
        "kept": CommitmentState.KEPT,
        "late": CommitmentState.LATE,
        "partly": CommitmentState.PARTLY,
        "never": CommitmentState.NOT_KEPT,
    }
    with life.place.store.read() as tables:
        for plan, state in expected.items():
            for company in life.having(plan):
                dossier = tables.cases.get(company.siren)
                (found,) = tables.promises.commitments_of(dossier.id)
                assert found.state is state, company.name
                assert len(found.gaps) == 4


def _corrections_close(life: Life) -> None:
    """Each look compared every dossier with the truth right after the sync."""
    looks = life.looks
    june, july = looks["après les corrections de juin"], looks["après l’échéance"]
    assert june["clos (écarts corrigés)"] == len(life.having("kept"))
    late = looks["après les corrections tardives"]["clos (écarts corrigés)"]
    assert late == len(life.having("kept", "late"))
    autumn = looks["à l’automne"]["clos (écarts corrigés)"]
    assert autumn == len(life.having("kept", "late", "urssaf"))
    assert june["engagement pris"] == len(life.having("late", "partly", "never"))
    assert july["à contacter"] == june["engagement pris"]
    with life.place.store.read() as tables:
        for company in life.having("kept", "late", "urssaf"):
            gaps = tables.cases.gaps_of(tables.cases.get(company.siren).id)
            assert {gap.state for gap in gaps} == {GapState.CORRECTED}


def _what_is_legitimate_stays_out(life: Life) -> None:
    with life.place.store.read() as tables:
        lines = tables.worklists.lines()
        second = chosen(lines, f'campaign="{SECOND}"', life.place.clock())
        assert {line.dossier.siren for line in second} == {
            company.siren for company in life.having("partly", "never")
        }
        for company in life.having("legitimate"):
            dossier = tables.cases.get(company.siren)
            assert not dossier.open
            signals = tables.cases.signals_of(dossier.id)
            assert [each.memory for each in signals if each.campaign == SECOND] == [
                True
            ]
            gaps = tables.cases.gaps_of(dossier.id)
            assert len(gaps) == 6
            assert {gap.state for gap in gaps} == {GapState.LEGITIMATE}
        for company in life.having("never"):
            dossier = tables.cases.get(company.siren)
            said = " ".join(event.text for event in tables.cases.thread(dossier.id))
            reopened = company in life.having("never")[::2]
            assert ("Dossier rouvert" in said) == reopened
            assert ("Déjà établi. Cause confirmée" in said) == reopened


def _reminders_come_once(life: Life) -> None:
    assert set(life.reminded.values()) == {1}
    kinds = Counter(key.split("|")[0] for key in life.reminded)
    broken = len(life.having("late", "partly", "never"))
    asked = len(life.having("asks")) + 5
    assert kinds == {"commitment": broken, "answer": asked, "campaign": broken}
    step = step_key(FIRST, "relance par courrier", 0).removesuffix("0")
    assert sum(key.startswith(step) for key in life.reminded) == broken


def _the_journal_can_be_read(life: Life) -> None:
    assert len(life.journal) > 20
    assert all(line[:10].replace("-", "").isdigit() for line in life.journal)
    assert "2026-05-04  appels sortants" in "\n".join(life.journal)
    assert life.journal[-1].startswith("2026-12-31  fin : 200\u00a0dossiers")
    for name, text in written(life).items():
        shown = (PAGES / name).read_text("utf-8")
        assert shown == text, "python -m tests.operations.dossiers.life --write"
