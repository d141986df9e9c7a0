"""The journal: one chain, whoever writes, and nothing in it ever changed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from miroir.errors import NothingFound, StoreError
from miroir.privacy import Keys, TamperedData, create_key_file, load_keys
from miroir.store import Store
from miroir.store.engine import make_engine, parse_url, transaction
from miroir.store.trace.journal import append
from miroir.store.trace.tables import trace_detail, trace_head
from miroir.trace.chain import FIRST, Line, holds
from miroir.trace.entry import Entry
from miroir.trace.versions import Versions
from sqlalchemy import text

from tests.store.ready import make_ready
from tests.store.trace.tampering import drop_triggers

NIR = "1 85 05 78 006 084 36"
SIREN = "999000015"
PERSON = "e-k5hqy2vd7wzcaf3m"
AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def entry(act: str = "mail.sent", **fields: object) -> Entry:
    given = {"actor": "marie", "siren": SIREN, "outcome": "confirmed", **fields}
    return Entry(act=act, **given)  # type: ignore[arg-type]


def faults(store: Store, keys: Keys) -> list[str]:
    with store.read() as tables:
        chain, before, found = tables.journal.chain(), FIRST, []
        for line in tables.journal.lines():
            if said := holds(before, keys.trace, chain, line):
                found.append(f"{line.seq} {said}")
            before = line.head
        assert tables.journal.head() == before
    return found


def test_a_line_is_stored_with_its_act_or_not_at_all(store: Store, keys: Keys) -> None:
    with store.write() as tables:
        tables.journal.append(entry(facts={"mail": 12}), AT)
        tables.journal.append(entry("record.written", subject="dossier:3"), AT)
    with pytest.raises(RuntimeError), store.write() as tables:
        tables.journal.append(entry("mail.lost"))
        raise RuntimeError
    with store.read() as tables:
        lines = list(tables.journal.lines())
    assert [(line.seq, line.act, line.at) for line in lines] == [
        (1, "mail.sent", AT),
        (2, "record.written", AT),
    ]
    assert lines[0].facts == '{"mail":12}'
    assert faults(store, keys) == []


def test_a_part_that_was_undone_leaves_no_line(store: Store) -> None:
    def fail() -> None:
        tables.journal.append(entry("mail.undone"))
        raise ValueError("no")

    with store.write() as tables:
        tables.journal.append(entry("mail.kept"))
        assert isinstance(tables.attempt(fail), ValueError)
        assert tables.attempt(lambda: tables.journal.append(entry("mail.last"))) is None
    with store.read() as tables:
        acts = [line.act for line in tables.journal.lines()]
    assert acts == ["mail.kept", "mail.last"]


def test_each_line_says_the_versions(url: str, keys: Keys) -> None:
    make_ready(url)
    versions = Versions(miroir="1.2", parameters="abc", plugins={"gps": "3"})
    with Store.open(url, keys, versions) as store, store.write() as tables:
        tables.journal.append(entry())
    with Store.open(url, keys) as store:
        with store.write() as tables:
            tables.journal.append(entry())
        with store.read() as tables:
            first, second = (json.loads(x.versions) for x in tables.journal.lines())
    assert first == {
        "miroir": "1.2",
        "parameters": "abc",
        "plugins": {"gps": "3"},
        "settings": "",
    }
    assert len(second["parameters"]) == 16
    assert "miroir-gps-exemple" in second["plugins"]


def test_a_program_appends_in_a_transaction_of_its_own(
    store: Store, url: str, keys: Keys
) -> None:
    engine = make_engine(parse_url(url))
    with transaction(engine, write=True) as connection:
        append(connection, keys.trace, entry(), entry("mail.archived"))
    engine.dispose()
    assert faults(store, keys) == []
    with store.read() as tables:
        assert tables.journal.head().seq == 2


def test_lines_are_found_by_company_person_and_thing(store: Store) -> None:
    with store.write() as tables:
        for siren in (SIREN, "999000023", SIREN):
            tables.journal.append(entry(siren=siren, subject=f"company:{siren}"))
        tables.journal.append(entry(person=PERSON))
    with store.read() as tables:
        lines = tables.journal.lines
        assert [line.seq for line in lines(siren=SIREN)] == [1, 3, 4]
        assert [line.seq for line in lines(subject="company:999000023")] == [2]
        assert [line.seq for line in lines(person=PERSON)] == [4]
        assert [line.seq for line in lines(after=2)] == [3, 4]


def test_more_lines_than_a_page_are_all_given(store: Store, keys: Keys) -> None:
    with store.write() as tables:
        for _ in range(2_001):
            tables.journal.append(entry())
    assert faults(store, keys) == []
    with store.read() as tables:
        assert sum(1 for _ in tables.journal.lines()) == 2_001


def test_only_who_may_write_notes_an_act(store: Store) -> None:
    with store.read() as tables, pytest.raises(StoreError, match="who may write"):
        tables.journal.append(entry())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Entry(act="sent", actor=""), "names no act"),
        (lambda: entry(detail={"name": "x"}), "of a person"),
        (lambda: entry(facts={"nir": 1850578006084}), "below 10"),
        (lambda: entry(facts={"rate": 1.5}), "below 10"),
    ],
)
def test_what_no_line_may_hold(make: Callable[[], Entry], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_a_number_of_a_person_never_reaches_a_line(store: Store, keys: Keys) -> None:
    with store.write() as tables:
        tables.journal.append(
            entry(
                actor=f"marie {NIR}",
                subject=f"x:{NIR}",
                outcome=NIR,
                facts={NIR: 1, "text": f"of {NIR}\0"},
            )
        )
    assert faults(store, keys) == []
    with store.read() as tables:
        (line,) = tables.journal.lines()
    assert "85 05" not in repr(line)
    assert line.facts == '{"text":"of •••","•••":1}'


def test_details_are_encrypted_and_can_be_erased(store: Store, keys: Keys) -> None:
    detail = {"recipient": "Jeanne Exemple", "note": "a appelé deux fois"}
    with store.write() as tables:
        tables.journal.append(entry(person=PERSON, detail=detail))
        tables.journal.append(entry(person="c-other", detail={"recipient": "Paul"}))
    with store.read() as tables:
        first, other = tables.journal.lines()
        persons = tables.journal.persons
        assert persons.read(first.commitment) == detail
        assert persons.whole([first.commitment]) == {first.commitment}
    with store.write() as tables:
        assert tables.journal.persons.erase(PERSON, AT)
        assert not tables.journal.persons.erase(PERSON, AT)
        tables.journal.append(entry("trace.erased", person=PERSON))
        # Whatever comes later of that person is not kept either.
        tables.journal.append(entry(person=PERSON, detail=detail))
    with store.read() as tables:
        persons = tables.journal.persons
        assert persons.read(first.commitment) is None
        assert persons.whole([first.commitment]) == {first.commitment}
        assert persons.read(other.commitment) == {"recipient": "Paul"}
        assert [line.commitment for line in tables.journal.lines(after=2)] == ["", ""]
    assert faults(store, keys) == []


def test_an_unknown_person_or_detail_is_said(store: Store) -> None:
    with store.write() as tables:
        with pytest.raises(NothingFound, match="no detail of e-nobody"):
            tables.journal.persons.erase("e-nobody", AT)
        with pytest.raises(NothingFound, match="no detail is known"):
            tables.journal.persons.read("0" * 64)
    with store.read() as tables:
        assert tables.journal.persons.whole(["0" * 64]) == set()


def test_a_detail_needs_the_key_it_was_made_with(
    store: Store, url: str, keys: Keys
) -> None:
    with store.write() as tables:
        tables.journal.append(entry(person=PERSON, detail={"a": "b"}))
    with store.read() as tables:
        (line,) = tables.journal.lines()
    other = Keys(
        pseudonym_id=keys.pseudonym_id,
        pseudonym_key=keys.pseudonym_key,
        nir_id=keys.nir_id,
        nir_keys=keys.nir_keys,
    )
    with Store.open(url, other) as reopened, reopened.read() as tables:
        with pytest.raises(TamperedData, match="retired_trace"):
            tables.journal.persons.read(line.commitment)
        (line,) = tables.journal.lines()
        said = holds(FIRST, other.trace, tables.journal.chain(), line)
    assert "does not hold" in said


CHANGES = [
    "UPDATE trace_line SET outcome = 'x'",
    "DELETE FROM trace_line",
    "UPDATE trace_detail SET person = 'x'",
    "DELETE FROM trace_detail",
    "UPDATE trace_head SET seq = 0",
    "DELETE FROM trace_head",
    "DELETE FROM trace_person",
    "UPDATE trace_person SET kid = 'x'",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_a_line(
    store: Store, url: str, change: str
) -> None:
    with store.write() as tables:
        tables.journal.append(entry(person=PERSON, detail={"a": "b"}))
    _refused(url, change)


@pytest.mark.parametrize("table", ["trace_line", "trace_head", "trace_detail"])
def test_replacing_and_emptying_are_refused_too(
    store: Store, url: str, table: str
) -> None:
    with store.write() as tables:
        tables.journal.append(entry(person=PERSON, detail={"a": "b"}))
    if url.startswith("sqlite"):
        _refused(url, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    else:
        _refused(url, f"TRUNCATE {table}")


def _refused(url: str, statement: str) -> None:
    engine = make_engine(parse_url(url))
    refusal = "append-only|only goes forward|is kept|there already|only destroyed"
    try:
        with (
            pytest.raises(StoreError, match=refusal),
            transaction(engine, write=True) as connection,
        ):
            connection.execute(text(statement))
    finally:
        engine.dispose()


def test_programs_at_once_keep_one_chain(url: str, tmp_path: Path) -> None:
    create_key_file(tmp_path / "keys")
    make_ready(url)
    script = str(Path(__file__).with_name("appender.py"))
    command = [sys.executable, script, url, str(tmp_path / "keys")]
    pipe = subprocess.PIPE
    programs = [
        subprocess.Popen([*command, name, "40"], stdin=pipe, stdout=pipe, text=True)
        for name in ("a", "b", "c")
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        program.communicate(timeout=120)
        assert program.returncode == 0
    keys = load_keys(tmp_path / "keys")
    with Store.open(url, keys) as store:
        assert faults(store, keys) == []
        with store.read() as tables:
            lines = list(tables.journal.lines())
    assert [line.seq for line in lines] == list(range(1, 241))
    # Both lines of an act are together, and each program's are in their order.
    assert all(one.actor == two.actor for one, two in batched(lines))
    for name in ("a", "b", "c"):
        ranks = [json.loads(line.facts)["rank"] for line in lines if line.actor == name]
        assert ranks == sorted(ranks)
    turns = sum(one.actor != two.actor for one, two in pairwise(lines))
    assert turns > 2, "they did not run at the same time"


def batched(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    yield from zip(lines[::2], lines[1::2], strict=True)


def test_a_library_without_gcm_siv_takes_gcm(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.ciphers import aead

    def unsupported(_: bytes) -> None:
        raise UnsupportedAlgorithm("no such cipher here")

    with monkeypatch.context() as patch, store.write() as tables:
        patch.setattr(aead, "AESGCMSIV", unsupported)
        tables.journal.append(entry(person=PERSON, detail={"a": "b"}))
    with store.read() as tables:
        (line,) = tables.journal.lines()
        assert tables.journal.persons.read(line.commitment) == {"a": "b"}


@pytest.mark.parametrize("sealed", [b"", b"\x03" + bytes(40), b"\x01" + bytes(40)])
def test_a_detail_that_was_altered_is_not_read(
    store: Store, url: str, sealed: bytes
) -> None:
    with store.write() as tables:
        tables.journal.append(entry(person=PERSON, detail={"a": "b"}))
    with store.read() as tables:
        (line,) = tables.journal.lines()
    engine = make_engine(parse_url(url))
    with transaction(engine, write=True) as connection:
        drop_triggers(connection)
        connection.execute(trace_detail.update().values(sealed=sealed))
    engine.dispose()
    with store.read() as tables:
        with pytest.raises(TamperedData):
            tables.journal.persons.read(line.commitment)
        assert tables.journal.lost_details([line]) == {1}


def test_a_journal_without_its_head_says_so(store: Store, url: str) -> None:
    engine = make_engine(parse_url(url))
    with transaction(engine, write=True) as connection:
        drop_triggers(connection)
        connection.execute(trace_head.delete())
    engine.dispose()
    with pytest.raises(StoreError, match="has lost its head"), store.write() as tables:
        tables.journal.append(entry())
