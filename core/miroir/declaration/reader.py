"""Read one DSN file: every declaration that can be, a reason for the rest.

An error in an envelope refuses the envelope, an error in a declaration
refuses that declaration, and the reading goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from miroir.declaration import norm as norms
from miroir.declaration.envelope import DECLARATION, Envelope, Splitter
from miroir.declaration.grammar import Rubrique, Text, decode, rubriques
from miroir.declaration.notes import Notes
from miroir.declaration.reading import (
    READ_NATURES,
    Provenance,
    read_content,
    read_header,
    sender_of,
)
from miroir.declaration.refusals import Code, Refused
from miroir.declaration.tree import build, check_value
from miroir.types.declaration import Declaration, DeclarationVersion, VersionStatus
from miroir.types.source import ReceivedFile, Refusal

EVENT_NATURES = frozenset({"02", "04", "05", "06", "07", "08", "10"})
"""Signalements: sick leave, return, end of contract, first use, hiring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DsnReading:
    """What one file gave. Nothing of the file is in none of these."""

    file: ReceivedFile
    declarations: tuple[Declaration, ...] = ()
    rejected: tuple[DeclarationVersion, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    observations: tuple[Refusal, ...] = ()
    encoding: str = ""
    line_end: str = ""
    envelopes: int = 0


def read_dsn(file: ReceivedFile, *, accept_tests: bool = False) -> DsnReading:
    """Read a file; never raises on what the file holds.

    `accept_tests`: read test envelopes too, which are set aside otherwise.
    """
    try:
        text = decode(file.content)
    except Refused as refused:
        return DsnReading(file=file, refusals=(refused.at(file.name),))
    splitter = Splitter(Notes(file.name))
    return read_lines(file, text, rubriques(text), splitter, accept_tests)


def read_lines(
    file: ReceivedFile,
    text: Text,
    lines: Iterable[Rubrique],
    splitter: Splitter,
    accept_tests: bool,
) -> DsnReading:
    """Read the lines of a file; the splitter knows whether they are all there."""
    reader = _Reader(file, accept_tests, splitter.notes)
    if text.encoding not in ("ASCII", "ISO-8859-1"):
        reader.notes.add(Code.ENCODING, 0, text.encoding)
    for envelope in splitter.split(lines):
        reader.read_envelope(envelope)
    reader.refusals.extend(stray.at(file.name) for stray in splitter.strays)
    if not reader.envelopes and not reader.refusals:
        reader.refusals.append(Code.NO_DECLARATION.at(file.name, 0))
    return DsnReading(
        file=file,
        declarations=tuple(reader.declarations),
        rejected=tuple(reader.rejected),
        refusals=tuple(reader.refusals),
        observations=reader.notes.all(),
        encoding=text.encoding,
        line_end=text.line_end,
        envelopes=reader.envelopes,
    )


@dataclass(slots=True)
class _Reader:
    file: ReceivedFile
    accept_tests: bool
    notes: Notes
    declarations: list[Declaration] = field(default_factory=list)
    rejected: list[DeclarationVersion] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    envelopes: int = 0

    def read_envelope(self, envelope: Envelope) -> None:
        self.envelopes += 1
        try:
            envelope.check()
            test = envelope.is_test
            table = self._table(envelope)
            if test and not self.accept_tests:
                raise Refused(Code.TEST_ENVELOPE, envelope.line)
        except Refused as refused:
            self.refusals.append(refused.at(self.file.name))
            return
        provenance = Provenance(
            self.file.name,
            self.file.sha256,
            envelope.version,
            test,
            sender_of(envelope.header),
        )
        for rubrique in (*envelope.header, *envelope.total):
            check_value(rubrique, table, self.notes)
        for lines in envelope.declarations:
            self._read_declaration(lines, table, provenance)

    def _table(self, envelope: Envelope) -> norms.Norm:
        version = envelope.version
        try:
            known = norms.table_for(version)
        except norms.UnreadableNorm:
            raise Refused(Code.NORM_UNKNOWN, envelope.line) from None
        if known != version:
            detail = f"{version} read as {known}"
            self.notes.add(Code.NORM_NEAREST, envelope.line, detail)
        return norms.load(known)

    def _read_declaration(
        self, lines: list[Rubrique], table: norms.Norm, provenance: Provenance
    ) -> None:
        header: Declaration | None = None
        try:
            _check_nature(lines)
            root = build(lines, table, self.notes)
            header = read_header(root, provenance)
            payments, employees = read_content(root)
        except Refused as refused:
            refusal = refused.at(self.file.name)
            self.refusals.append(refusal)
            if header is not None:
                self.rejected.append(_rejected(header, refusal))
            return
        self.declarations.append(
            replace(header, payments=payments, employees=employees)
        )


def _rejected(header: Declaration, refusal: Refusal) -> DeclarationVersion:
    reason = f"{refusal.code}: {refusal.reason} (line {refusal.line})"
    return DeclarationVersion(
        declaration=header, status=VersionStatus.REJECTED, reason=reason
    )


def _check_nature(lines: list[Rubrique]) -> None:
    """Set aside, before anything else is read, what is not a monthly DSN."""
    for rubrique in lines:
        if rubrique.block != DECLARATION:
            break
        if rubrique.number == "001":
            if rubrique.value in READ_NATURES:
                return
            known = rubrique.value in EVENT_NATURES
            code = Code.SIGNALEMENT if known else Code.NATURE_UNKNOWN
            raise Refused(code, rubrique.line, f"S20.G00.05.001 {rubrique.value[:2]}")
    raise Refused(Code.RUBRIQUE_MISSING, lines[0].line, "S20.G00.05.001")
