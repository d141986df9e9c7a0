"""The contract of tasks in a file."""

from __future__ import annotations

from miroir_connectors.testing.conformance.files import FileContract
from miroir_connectors.testing.conformance.tables import TASKS


class TestTasks(FileContract):
    connector = "task-file"
    rows = TASKS
