"""Parts named by content, numbers for persons, months published at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from miroir.errors import StoreError
from miroir.privacy import Keys
from miroir.store import Store
from miroir.store.bulk import names
from miroir.store.bulk.batches import Batches, PublishedBatch
from miroir.store.bulk.condition_rows import every_condition
from miroir.store.bulk.conditions import read, written
from miroir.store.bulk.names import (
    CONTRACT_WORDS,
    PERSON_WORDS,
    Namer,
    siphash,
    text_of,
    words_of,
)
from miroir.store.bulk.order import bucket_of, in_shard, place_of
from miroir.store.bulk.parts import Parts
from miroir.store.bulk.records import GAP, KNOWN, Judged, Kind, Records
from miroir.store.engine import make_engine, parse_url, transaction
from miroir.types.period import Month
from sqlalchemy import Connection

from tests.declaration.columns.conftest import need_kernel
from tests.recomputation.companies import condition
from tests.store.ready import make_ready
from tests.store.samples import file

MARCH = Month(2026, 3)
BATCH = PublishedBatch(
    period=MARCH,
    manifest="a" * 64,
    inputs="b" * 64,
    version="0.1.0",
    at=datetime(2026, 4, 20, tzinfo=UTC),
    employees=3,
    gaps=1,
)


def known(*persons: int) -> Records:
    return np.array([(99900024300017, person, True) for person in persons], KNOWN)


def gap(
    person: int = 1, declared: int = 100, due: int = 300, month: int = 2
) -> Records:
    who = (2026 * 12 + month, 99900024300017, person, b"e-abc", 7)
    row = (*who, int(Judged.CUMULATED), declared, 0, 0, due, 0, 0)
    return np.array([row], GAP)


@pytest.mark.parametrize("way", [names._loaded, lambda: None], ids=["C", "numpy"])
def test_siphash_gives_the_published_vectors(
    way: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "_loop", way)
    key = (0x0706050403020100, 0x0F0E0D0C0B0A0908)
    for count, expected in ((1, 0x93F5F5799A932462), (2, 0x3F2ACC7F57C29BDB)):
        message = np.frombuffer(bytes(range(8 * count)), "<u8")[np.newaxis]
        assert siphash(message, key).tolist() == [expected]


def test_both_ways_give_the_same_numbers() -> None:
    need_kernel()
    assert names._loaded() is not None, "siphash.c was not compiled: install Miroir"
    words = np.random.default_rng(1).integers(0, 2**64, (500, 3), np.uint64)
    key = Namer.of(Keys.generate()).key
    assert siphash(words, key).tolist() == names._by_columns(words, key).tolist()
    assert siphash(words[::2, :2], key).tolist() == (
        names._by_columns(words[::2, :2], key).tolist()
    )


def test_without_the_library_numpy_does_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(names, "LIBRARY", tmp_path / "siphash.so")
    names._loaded.cache_clear()
    assert names._loaded() is None
    names._loaded.cache_clear()


def test_a_number_depends_on_the_text_and_on_the_key() -> None:
    one, other = Namer.of(Keys.generate()), Namer.of(Keys.generate())
    texts = ["1990199999901", "1990199999902", "1" * 16, "1" * 40, "1" * 41]
    told = [one.name(text, PERSON_WORDS) for text in texts]
    assert len({*told}) == len(texts)
    assert told != [other.name(text, PERSON_WORDS) for text in texts]
    together = np.stack([words_of(text, PERSON_WORDS) for text in texts])
    assert one.names(together).tolist() == told
    assert "1990199999901" not in repr(one)


def test_a_short_text_comes_back() -> None:
    assert text_of(words_of("2990199999902", PERSON_WORDS)) == "2990199999902"
    assert text_of(words_of("CONTRAT é", CONTRACT_WORDS)) == "CONTRAT é"


def test_every_siren_has_one_shard() -> None:
    sirens = np.arange(100_000_000, 100_020_000)
    shards = [in_shard(sirens, shard, 7) for shard in range(7)]
    assert (np.sum(shards, axis=0) == 1).all()
    assert set(bucket_of(sirens).tolist()) == set(range(256))


def test_people_of_a_company_follow_each_other() -> None:
    random = np.random.default_rng(1)
    siren = random.integers(1, 10**9, 500).repeat(4)
    person = random.integers(0, 2**63, len(siren), dtype=np.uint64)
    order = np.argsort(place_of(siren * 100_000 + 17, person))
    changes = np.flatnonzero(np.diff(siren[order]))
    assert len(changes) == len(np.unique(siren)) - 1


def test_the_same_records_give_the_same_part(tmp_path: Path) -> None:
    one, other = (
        Parts(tmp_path / name).write(Kind.KNOWN, known(1, 2, 3)) for name in "ab"
    )
    assert one == other
    assert Parts(tmp_path / "a").path(one).read_bytes() == (
        Parts(tmp_path / "b").path(other).read_bytes()
    )


def test_a_part_gives_whole_records_or_those_of_some_people(tmp_path: Path) -> None:
    parts = Parts(tmp_path)
    part = parts.write(Kind.KNOWN, known(1, 2, 3))
    assert parts.read(Kind.KNOWN, [part]).tolist() == known(1, 2, 3).tolist()
    wanted = np.array(
        [(999000243, 2), (999000244, 3)], [("siren", "<i8"), ("person", "<u8")]
    )
    assert parts.read(Kind.KNOWN, [part], wanted).tolist() == known(2).tolist()
    assert len(parts.read(Kind.KNOWN, [])) == 0


def test_a_lost_part_is_told(tmp_path: Path) -> None:
    parts = Parts(tmp_path)
    part = parts.write(Kind.KNOWN, known(1))
    parts.path(part).unlink()
    with pytest.raises(StoreError, match="run the month again"):
        parts.read(Kind.KNOWN, [part])


@contextmanager
def connected(url: str, *, write: bool = False) -> Iterator[Connection]:
    engine = make_engine(parse_url(url))
    try:
        with transaction(engine, write=write) as connection:
            yield connection
    finally:
        engine.dispose()


def published(url: str) -> tuple[PublishedBatch, ...]:
    with connected(url) as connection:
        return Batches(connection).published()


def amounts(url: str) -> list[tuple[str, int]]:
    with connected(url) as connection:
        rows = Batches(connection).gaps_of("999000243")
        return [(str(row["period"]), row["amount"]) for row in rows]


def publish(url: str, batch: PublishedBatch, *gaps: Records) -> None:
    with connected(url, write=True) as connection:
        Batches(connection).publish(batch, gaps)


def test_a_month_takes_the_place_of_itself_with_its_gaps(url: str) -> None:
    make_ready(url)
    publish(url, BATCH, gap(1), gap(2, month=1))
    again = replace(BATCH, manifest="c" * 64)
    publish(url, again, gap(1, due=500))
    assert published(url) == (again,)
    assert amounts(url) == [("2026-03", -400)]


def test_a_later_month_closes_a_gap(url: str) -> None:
    make_ready(url)
    publish(url, BATCH, gap(1))
    april = replace(BATCH, period=Month(2026, 4))
    publish(url, april, gap(1, declared=100, due=100))
    assert amounts(url) == []
    publish(url, april)
    assert amounts(url) == [("2026-03", -200)]


def test_a_publication_that_fails_leaves_the_month_as_it_was(url: str) -> None:
    make_ready(url)
    publish(url, BATCH, gap(1))

    def broken() -> Records:
        raise OSError("the disk is gone")

    with pytest.raises(OSError), connected(url, write=True) as connection:
        new = replace(BATCH, manifest="c" * 64)
        Batches(connection).publish(new, (broken() for _ in range(1)))
    assert published(url) == (BATCH,)
    assert amounts(url) == [("2026-03", -200)]


def test_the_conditions_of_every_company_are_those_of_each(
    store: Store, url: str, tmp_path: Path
) -> None:
    old = [condition("04", t1="6.00", since=date(2020, 1, 1))]
    new = [condition("01"), condition("04", t2="18.00", until=date(2026, 6, 30))]
    for name, given in (("old", old), ("new", new)):
        received = file(name.encode(), name)
        with store.write() as tables:
            tables.files.record_received(received, "adhesions")
            tables.adhesions.replace_conditions("adhesions", received.sha256, given)
    with connected(url) as connection:
        content = written(every_condition(connection))
    path = tmp_path / "conditions"
    path.write_bytes(content)
    found = [own for shard in range(3) for own in read(path, shard, 3).items()]
    with store.read() as tables:
        expected = tables.adhesions.conditions_of("999000243")
    ((siren, conditions),) = found
    assert siren == 999000243
    assert [replace(each, file="", line=0) for each in expected] == list(conditions)
