"""The contract of conditions of adhesion in CSV."""

from __future__ import annotations

from miroir_connectors.testing.conformance.files import FileContract
from miroir_connectors.testing.conformance.tables import CONDITIONS


class TestConditions(FileContract):
    connector = "adhesion-csv"
    rows = CONDITIONS
