"""The contract of rows of any kind in a file."""

from __future__ import annotations

from typing import ClassVar

from miroir_connectors.testing.conformance.files import FileContract
from miroir_connectors.testing.conformance.tables import ROWS


class TestFile(FileContract):
    connector = "file"
    rows = ROWS
    extra: ClassVar = {"kind": "campaign"}
