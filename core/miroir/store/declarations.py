"""Every version of every declaration, and the file that holds it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from miroir.errors import StoreError
from miroir.store.conflict import upsert
from miroir.store.tables import declaration, received_file
from miroir.types.declaration import DeclarationVersion, VersionStatus
from miroir.types.period import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDeclaration:
    """One version; `position` is the line where it begins in its file."""

    sha256: str
    position: int
    siren: str
    siret: str
    period: Month
    fraction: str
    order: int
    nature: str
    kind: str
    norm: str
    status: VersionStatus
    reason: str


class Declarations:
    """Table `declaration`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record_declarations(self, versions: Iterable[DeclarationVersion]) -> None:
        """Add versions, or give those known already their new status.

        Their files are to be recorded before. A declaration is known by its
        file and the line where its block begins; raises StoreError when two
        begin on the same.
        """
        rows = [_row(version) for version in versions]
        seen = {(row["sha256"], row["position"]) for row in rows}
        if len(seen) != len(rows):
            raise StoreError(
                "two declarations begin on the same line of the same file; "
                "each is to keep the block it was read from"
            )
        rows.sort(key=lambda row: (str(row["sha256"]), row["position"]))
        upsert(self._connection, declaration, rows, _AFTER_KEY)

    def files_of(self, siren: str) -> tuple[str, ...]:
        """The sha256 of the files that hold a company, as they were received."""
        query = (
            select(declaration.c.sha256)
            .join(received_file, received_file.c.sha256 == declaration.c.sha256)
            .where(declaration.c.siren == siren)
            .group_by(declaration.c.sha256, received_file.c.received_at)
            .order_by(received_file.c.received_at, declaration.c.sha256)
        )
        return tuple(self._connection.execute(query).scalars())

    def versions_of(self, siren: str) -> tuple[StoredDeclaration, ...]:
        """Every version of a company: by SIRET, month, fraction, then order."""
        table = declaration.c
        query = (
            select(declaration)
            .where(table.siren == siren)
            .order_by(
                table.siret,
                table.period,
                table.fraction,
                table.order,
                table.sha256,
                table.position,
            )
        )
        return tuple(
            StoredDeclaration(
                **{**row, "status": VersionStatus(row["status"])},
            )
            for row in self._connection.execute(query).mappings()
        )

    def sirens(self) -> tuple[str, ...]:
        """Every company that was declared, in order."""
        query = select(declaration.c.siren).distinct().order_by(declaration.c.siren)
        return tuple(self._connection.execute(query).scalars())


_AFTER_KEY = [c.name for c in declaration.columns if not c.primary_key]


def _row(version: DeclarationVersion) -> dict[str, object]:
    read = version.declaration
    return {
        "sha256": read.sha256,
        "position": read.block.line,
        "siren": read.siren,
        "siret": read.siret,
        "period": read.period,
        "fraction": read.fraction,
        "order": read.order,
        "nature": read.nature,
        "kind": read.kind.value,
        "norm": read.norm,
        "status": version.status.value,
        "reason": version.reason,
    }
