"""The contracts of shared records: a folder, an OpenSSH server, a double of a tool."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from miroir import Intent, Secret
from miroir.testing.counterpart import Running

from miroir_connectors.testing.conformance.facing import DoubleContract, doubles
from miroir_connectors.testing.conformance.leaving import FolderContract, SftpContract
from miroir_connectors.testing.conformance.servers import ssh
from miroir_connectors.testing.conformance.tables import SIREN
from miroir_connectors.testing.doubles.records import TOKEN

__all__ = ["TestRecordDrop", "TestRecordRest", "TestRecordSftp", "doubles", "ssh"]


class TestRecordDrop(FolderContract):
    connector = "record-drop"


class TestRecordSftp(SftpContract):
    connector = "record-sftp"


class TestRecordRest(DoubleContract):
    connector = "record-rest"
    counterpart = "miroir_connectors.testing.doubles.records:RecordTool"

    def stranger(self) -> Mapping[str, object]:
        return {"token": Secret("another")}

    def facing(self, double: Running, folder: Path) -> Mapping[str, object]:
        double.prepare("records", {SIREN: 1})
        return {
            "url": double.base,
            "search_record": {
                "path": "/records?siren={siren}",
                "items": "found",
                "id": "number",
            },
            "complete": {"path": "/records/{record}/entries"},
            "search_entry": {
                "path": "/records/{record}/entries?reference={reference}",
                "items": "found",
            },
            "fields": {"names": {"analyse": "{analysis}", "reference": "{reference}"}},
            "delivery": "C",
            "token": Secret(TOKEN),
            "ca_file": double.certificates.authority,
            "deadline_s": 1.5,
            "max_in_flight_s": 0.1,
        }

    def reference(self, intent: Intent) -> str:
        return intent.reference
