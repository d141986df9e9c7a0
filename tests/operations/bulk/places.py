"""A configured folder where months are worked in bulk, and the reference beside."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from miroir.config.loading import load_settings
from miroir.config.settings import Settings
from miroir.declaration.reader import read_dsn
from miroir.operations.bulk.assembling import Published, assemble, prepare
from miroir.operations.bulk.layout import Layout
from miroir.operations.bulk.plan import manifest_parts
from miroir.operations.bulk.receiving import Reception, receive
from miroir.operations.bulk.restating import (
    Figures,
    LineKey,
    figures_of,
    published_lines,
)
from miroir.operations.bulk.shard import ShardSpec, run_shard
from miroir.operations.bulk.spill import RANGE_ROWS
from miroir.operations.recording import judged
from miroir.operations.sync import collect
from miroir.operations.workplace import opened
from miroir.privacy import create_key_file, load_keys
from miroir.recomputation.bulk.calendar import number_of
from miroir.recomputation.company import mirror
from miroir.store.bulk.batches import Batches, PublishedBatch
from miroir.store.bulk.names import CONTRACT_WORDS, PERSON_WORDS, Namer
from miroir.store.bulk.parts import Part
from miroir.store.bulk.records import Kind
from miroir.store.engine import transaction
from miroir.store.schema import open_engine
from miroir.types.declaration import VersionStatus
from miroir.types.period import Month
from miroir.types.source import ReceivedFile

from tests.store.ready import make_ready

CONFIGURATION = """
[sources.adhesions]
connector = "adhesion-csv"
path = "adhesions.csv"
"""
Files = Sequence[tuple[str, bytes]]
Lines = Mapping[LineKey, Figures]


class BulkPlace:
    """`drop`: files before they are received; `keys`: a key file to copy."""

    def __init__(
        self, folder: Path, adhesions: Iterable[bytes] = (), *, keys: Path | None = None
    ) -> None:
        folder.mkdir(exist_ok=True)
        self.config = folder / "miroir.toml"
        self.config.write_text(CONFIGURATION)
        self.settings: Settings = load_settings(self.config)
        self.layout = Layout.of(self.settings)
        self.drop = folder / "depot"
        self.drop.mkdir()
        self.received: dict[str, bytes] = {}
        if keys is None:
            create_key_file(self.settings.keys.file)
        else:
            shutil.copy2(keys, self.settings.keys.file)
        make_ready(self.settings.store.url)
        given = [content.splitlines() for content in adhesions]
        if given:
            rows = [given[0][0], *(row for rows in given for row in rows[1:])]
            (folder / "adhesions.csv").write_bytes(b"\n".join(rows) + b"\n")
            with opened(self.settings) as workplace:
                assert not collect(workplace, workplace.sources["adhesions"]).error

    def receive(self, files: Files, *, in_place: bool = False) -> Reception:
        for name, content in files:
            (self.drop / name).write_bytes(content)
            self.received[name] = content
        paths = [self.drop / name for name, _ in files]
        return receive(self.layout.segments, paths, in_place=in_place)

    def run(
        self,
        month: str,
        *,
        shards: int = 1,
        range_rows: int = RANGE_ROWS,
        resume: bool = False,
    ) -> tuple[Published, ...]:
        period = Month.parse(month)
        plan = prepare(self.settings, period)
        for shard in range(shards):
            spec = ShardSpec(
                layout=self.layout,
                period=period,
                shard=shard,
                shards=shards,
                resume=resume,
                range_rows=range_rows,
            )
            run_shard(spec)
        return assemble(self.settings, plan, shards)

    def batches(self) -> tuple[PublishedBatch, ...]:
        engine = open_engine(self.settings.store.url)
        try:
            with transaction(engine, write=False) as connection:
                return Batches(connection).published()
        finally:
            engine.dispose()

    def gaps(self, siren: str) -> dict[tuple[str, str], int]:
        """Amounts by pseudonym and month."""
        engine = open_engine(self.settings.store.url)
        found: Counter[tuple[str, str]] = Counter()
        try:
            with transaction(engine, write=False) as connection:
                for row in Batches(connection).gaps_of(siren):
                    amount = row["amount"]
                    assert isinstance(amount, int)
                    found[str(row["pseudonym"]), str(row["period"])] += amount
        finally:
            engine.dispose()
        return dict(found)

    def parts(self) -> dict[int, tuple[Part, ...]]:
        """Of the published months, by number."""
        return {
            number_of(batch.period): manifest_parts(self.layout, batch.manifest)
            for batch in self.batches()
        }

    def lines(self) -> Lines:
        """Every line as published now."""
        months = self.parts()
        lines, revisions = (
            {
                month: self.layout.parts.read(
                    kind, [part for part in parts if part.kind is kind]
                )
                for month, parts in months.items()
            }
            for kind in (Kind.LINES, Kind.REVISIONS)
        )
        told = published_lines(lines, revisions).values()
        return {key: figures for own in told for key, figures in own.items()}

    def reference(self, last: str) -> Lines:
        """Every line of the reference, from declarations up to a month."""
        readings = [
            read_dsn(ReceivedFile.of(str(self.drop / name), content))
            for name, content in self.received.items()
        ]
        sirens = {d.siren for reading in readings for d in reading.declarations}
        namer = Namer.of(load_keys(self.settings.keys.file))
        found: dict[LineKey, Figures] = {}
        with opened(self.settings) as workplace:
            for siren in sorted(sirens):
                with workplace.store.read() as tables:
                    conditions = tables.adhesions.conditions_of(siren)
                current = [
                    version.declaration
                    for version in judged(readings, siren)
                    if version.status is VersionStatus.CURRENT
                    and version.declaration.period <= Month.parse(last)
                ]
                ranks: Counter[tuple[int, ...]] = Counter()
                for line in mirror(current, conditions):
                    key = (
                        number_of(line.period),
                        int(line.siret),
                        namer.name(line.person.reveal(), PERSON_WORDS),
                        namer.name(line.contract, CONTRACT_WORDS),
                    )
                    found[LineKey(*key, ranks[key])] = figures_of(line)
                    ranks[key] += 1
        return found


def differences(lines: Lines, reference: Lines) -> list[tuple[object, ...]]:
    """What is not the same, for a message: no name of a person is in it."""
    keys = sorted({*lines, *reference})
    return [
        (key, lines.get(key), reference.get(key))
        for key in keys
        if lines.get(key) != reference.get(key)
    ]


def by_month(files: Files, months: int, year: int = 2026) -> list[Files]:
    """The files of each month, from the month that their names begin with."""
    found: list[list[tuple[str, bytes]]] = [[] for _ in range(months)]
    for name, content in files:
        month = next(
            month for month in range(1, months + 1) if f"-{year}-{month:02d}" in name
        )
        found[month - 1].append((name, content))
    return [tuple(own) for own in found]
