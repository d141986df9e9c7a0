"""From received bytes to the tables: declarations, conditions, campaign lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from miroir.declaration.reader import DsnReading, read_dsn
from miroir.declaration.validity import judge_versions
from miroir.errors import RowsRefused
from miroir.operations.dossiers.sources import take_lines, take_tasks
from miroir.operations.workplace import Workplace
from miroir.plugins.source_work import SourceAtWork
from miroir.store.files import FileState
from miroir.types.declaration import DeclarationVersion, VersionStatus
from miroir.types.source import (
    AdhesionReading,
    CampaignReading,
    Reading,
    ReceivedFile,
    Refusal,
    TaskReading,
)


def record(
    workplace: Workplace, source: SourceAtWork, file: ReceivedFile
) -> tuple[tuple[Refusal, ...], frozenset[str]]:
    """Read a received file and record what it holds: refusals, companies."""
    if source.has_rows:
        return _record_rows(workplace, source, file), frozenset()
    reading = read_dsn(file)
    record_dsn(workplace, reading)
    sirens = frozenset(found.siren for found in reading.declarations)
    return reading.refusals, sirens


def record_dsn(workplace: Workplace, reading: DsnReading) -> None:
    """Record the declarations of a file; a later version changes the older."""
    found = judge_versions(reading.declarations)
    nothing = not found and not reading.rejected
    state = FileState.REFUSED if nothing else FileState.READ
    reason = reading.refusals[0].code if nothing and reading.refusals else ""
    versions = [*found, *reading.rejected]
    with workplace.store.write() as tables:
        tables.declarations.record_declarations(versions)
        tables.cases.mark_news({each.declaration.siren for each in found})
        tables.inputs.changed(
            (version.declaration.siren for version in versions), datetime.now(UTC)
        )
        tables.files.set_file_state(
            reading.file.sha256, state, reason, reading.refusals
        )


def settle(workplace: Workplace, siren: str) -> None:
    """Decide between versions of a month that came in several files."""
    with workplace.store.read() as tables:
        versions = tables.declarations.versions_of(siren)
    valid = Counter(
        (v.siret, v.period, v.fraction, v.nature)
        for v in versions
        if v.status is VersionStatus.CURRENT
    )
    if max(valid.values(), default=0) > 1:
        readings = stored_readings(workplace, siren)
        with workplace.store.write() as tables:
            tables.declarations.record_declarations(judged(readings, siren))


def stored_readings(workplace: Workplace, siren: str) -> list[DsnReading]:
    """Every archived file of a company, read again."""
    with workplace.store.read() as tables:
        names = {
            digest: tables.files.get(digest).name
            for digest in tables.declarations.files_of(siren)
        }
    return [
        read_dsn(workplace.archive.get(digest, name)) for digest, name in names.items()
    ]


def _record_rows(
    workplace: Workplace, source: SourceAtWork, file: ReceivedFile
) -> tuple[Refusal, ...]:
    """Rows of an adhesion, campaign or task file, into their tables."""
    try:
        reading = source.read(file)
    except RowsRefused as error:
        refusal = Refusal(
            file=file.name, line=1, code="COLUMNS_UNKNOWN", reason=str(error)
        )
        with workplace.store.write() as tables:
            tables.files.set_file_state(
                file.sha256, FileState.REFUSED, refusal.code, [refusal]
            )
        return (refusal,)
    _take_signals(workplace, file, reading)
    with workplace.store.write() as tables:
        if isinstance(reading, AdhesionReading):
            tables.adhesions.replace_conditions(
                source.name, file.sha256, reading.conditions
            )
            sirens = {each.siren for each in reading.conditions}
            tables.cases.mark_news(sirens)
            tables.inputs.changed(sirens, datetime.now(UTC))
        elif isinstance(reading, CampaignReading):
            tables.campaigns.record_lines(file.sha256, reading.lines)
        tables.files.set_file_state(
            file.sha256, FileState.READ, refusals=reading.refusals
        )
    return reading.refusals


def _take_signals(
    workplace: Workplace,
    file: ReceivedFile,
    reading: Reading,
) -> None:
    """Rows that concern a dossier, taken before the file is said to be read.

    An interruption then takes them up again.
    """
    if isinstance(reading, CampaignReading):
        take_lines(workplace, file.sha256, reading.lines)
    elif isinstance(reading, TaskReading):
        take_tasks(workplace, reading.tasks)


def judged(readings: Iterable[DsnReading], siren: str) -> list[DeclarationVersion]:
    """Every version of one company among some files, the rejected ones last."""
    readings = list(readings)
    own = [d for reading in readings for d in reading.declarations if d.siren == siren]
    rejected = [
        version
        for reading in readings
        for version in reading.rejected
        if version.declaration.siren == siren
    ]
    return [*judge_versions(own), *rejected]
