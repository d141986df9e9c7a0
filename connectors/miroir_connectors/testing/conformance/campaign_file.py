"""The contract of campaigns in a file."""

from __future__ import annotations

from miroir_connectors.testing.conformance.files import FileContract
from miroir_connectors.testing.conformance.tables import ROWS


class TestCampaign(FileContract):
    connector = "campaign-file"
    rows = ROWS
