"""A NIR put in every text that is stored is found nowhere afterwards."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from miroir.errors import StoreError
from miroir.privacy import Keys
from miroir.store import FileState, Store, Tables
from miroir.store.bulk.batches import Batches, PublishedBatch
from miroir.store.bulk.names import Namer
from miroir.store.bulk.records import GAP, Judged
from miroir.store.engine import make_engine, parse_url, transaction
from miroir.store.tables import metadata
from miroir.trace.entry import Entry
from miroir.types.campaign import CampaignLine
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import CompanyAnalysis
from miroir.types.identity import PersonNumber
from miroir.types.period import Month
from miroir.types.source import Refusal
from sqlalchemy import select

from tests.store.adhesion_plans.samples import fill_plan
from tests.store.dossier_samples import fill_dossier
from tests.store.outbox_samples import fill_outbox
from tests.store.samples import (
    CORSICAN,
    NIR,
    NOW,
    NTT,
    SIREN,
    SIRET,
    analysis,
    condition,
    diagnosis,
    employee,
    file,
    line,
    payment,
    version,
)
from tests.store.schedule_samples import fill_schedule

CLEAR = NIR.reveal()
SPACED = "1 85 05 78 006 084"
ONLY_IN_FILE = PersonNumber("1732829320DURAND02")
IBAN = "FR76 3000 6000 0112 3456 7890 189"
NUMBERS = (NIR, CORSICAN, NTT, ONLY_IN_FILE)
SECRETS = (*(n.reveal() for n in NUMBERS), SPACED, IBAN, "MARTIN Camille")
SAID = f"vu {CLEAR}, {SPACED} 36, {CORSICAN.reveal()} et {IBAN}"


def telling_analysis(sha256: str) -> CompanyAnalysis:
    named = Evidence(
        file=f"/depot/{CLEAR}.edi",
        line=40,
        rubrique="S21.G00.30.002",
        value="MARTIN Camille",
    )
    numbered = replace(named, rubrique="S21.G00.40.009", value=NTT.reveal())
    told = diagnosis(
        persons=(NIR, NTT, CORSICAN),
        evidence=(named, numbered),
        detail=f"{SAID} et {NTT.reveal()}, {ONLY_IN_FILE.reveal()}, {SIRET}",
    )
    remedy = {"note": SAID, "ntt": NTT.reveal()}
    told = replace(told, finding=replace(told.finding, remedy=remedy))
    return analysis(
        line(NIR, contract=CLEAR),
        line(CORSICAN),
        line(NTT, contract=NTT.reveal()),
        payments=(replace(payment(), accepted=SAID),),
        diagnoses=(told,),
        versions=(version(sha256, employees=(employee(NIR, ONLY_IN_FILE),)),),
        failures=(f"échec sur {SAID} {NTT.reveal()}",),
    )


def fill(store: Store) -> None:
    received = file(name=f"/depot/{CLEAR}.edi")
    key, refused = (
        received.sha256,
        Refusal(file=received.name, line=1, code="X", reason=SAID, remedy=SAID),
    )
    campaign = CampaignLine(siren=SIREN, campaign=SAID, row={SAID: CLEAR, "b": IBAN})
    with store.write() as tables:
        tables.files.record_received(received, "depot", NOW)
        tables.files.set_file_state(key, FileState.REFUSED, SAID, [refused])
        tables.sources.succeeded("depot", cursor=SAID, files=1, at=NOW)
        tables.sources.failed("depot", SAID)
        told = replace(version(key), reason=SAID)
        tables.declarations.record_declarations([told])
        adhesion = replace(condition(), idcc=SAID, periodicity=SAID)
        tables.adhesions.replace_conditions("adh", key, [adhesion])
        tables.campaigns.record_lines(key, [campaign])
        tables.results.save_run(telling_analysis(key), SAID, NOW)
        fill_dossier(tables, SAID)
        tables.anchors.add(NOW)
        fill_journal(tables)
        fill_plan(tables, SAID)
    with store.write() as tables:
        assert tables.heads.add(Keys.generate().trace, NOW) is not None


def fill_journal(tables: Tables) -> None:
    act = Entry(
        act="mail.sent",
        actor=SAID,
        subject=SAID,
        outcome=SAID,
        facts={SAID: SAID},
        person="c-someone",
        detail={"to": SAID},
    )
    tables.journal.append(act, NOW)


def publish_month(url: str, keys: Keys) -> None:
    """A month worked in bulk, whose one gap names a person and a contract."""
    person, pseudonym = Namer.of(keys).name(CLEAR, 2), keys.pseudonym(NIR)
    contract = Namer.of(keys).name(NTT.reveal(), 3)
    who = (2026 * 12, 99900024300017, person, pseudonym.encode(), contract)
    gap = np.array([(*who, int(Judged.CUMULATED), 1, 0, 0, 0, 0, 0)], GAP)
    batch = PublishedBatch(
        period=Month(2026, 1),
        manifest="a" * 64,
        inputs="b" * 64,
        version="0.1.0",
        at=NOW,
        employees=1,
        gaps=1,
    )
    engine = make_engine(parse_url(url))
    with transaction(engine, write=True) as connection:
        Batches(connection).publish(batch, [gap])
    engine.dispose()


def everything_stored(url: str) -> Iterator[str]:
    engine = make_engine(parse_url(url))
    try:
        with transaction(engine, write=False) as connection:
            for table in metadata.sorted_tables:
                rows = connection.execute(select(table)).all()
                assert rows, f"the canary put nothing in {table.name}"
                yield from (str(row) for row in rows)
    finally:
        engine.dispose()


def test_no_number_is_stored_in_clear(store: Store, url: str, keys: Keys) -> None:
    fill(store)
    publish_month(url, keys)
    fill_schedule(url, SAID)
    fill_outbox(url, SAID)
    stored = "\n".join(everything_stored(url))
    assert [secret for secret in SECRETS if secret in stored] == []


def test_no_number_is_in_the_bytes_of_the_files(
    store: Store, url: str, tmp_path: Path, keys: Keys
) -> None:
    fill(store)
    publish_month(url, keys)
    fill_schedule(url, SAID)
    fill_outbox(url, SAID)
    found = [path.read_bytes() for path in tmp_path.glob("miroir.db*")]
    assert bool(found) is url.startswith("sqlite")
    for content in found:
        for secret in SECRETS:
            assert secret.encode() not in content
            assert secret.encode("utf-16-le") not in content


def test_the_current_result_still_tells_persons_apart(store: Store, keys: Keys) -> None:
    fill(store)
    with store.read() as tables:
        run = tables.results.last_run(SIREN)
        assert run is not None
        revealed = {tables.employees.reveal(key.employee) for key in run.gaps}
    assert revealed == {NIR, NTT, CORSICAN}
    (told,) = run.diagnoses
    assert keys.pseudonym(NTT) in told.detail
    assert SIRET in told.detail
    assert told.evidence[1].value == keys.pseudonym(NTT)


def test_no_number_is_in_an_exception(store: Store) -> None:
    told = telling_analysis(file().sha256)
    same_rank = replace(told, diagnoses=told.diagnoses * 2)
    with pytest.raises(StoreError) as caught, store.write() as tables:
        tables.results.save_run(same_rank, SAID, NOW)
    text = "".join(traceback.format_exception(caught.value))
    assert [secret for secret in SECRETS if secret in text] == []
