"""What pytest needs to run contracts: readable failures, and a report.

Registered under the entry-point group `pytest11`, so imported by every run of
pytest where Miroir is installed: nothing is imported before it is needed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

pytest.register_assert_rewrite("miroir.testing.conformance")

_REPORT = "--miroir-report"
_SUBJECT = pytest.StashKey[tuple[str, str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`miroir plugins check` reads what was found from this file."""
    group = parser.getgroup("miroir")
    text = "Write what each contract gave, one JSON object a line."
    group.addoption(_REPORT, type=Path, default=None, help=text)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note which contract each test is of."""
    for item in items:
        contract = getattr(item, "cls", None)
        subject = getattr(contract, "subject", None)
        if contract is not None and subject is not None and hasattr(contract, "kind"):
            item.stash[_SUBJECT] = (contract.kind, str(subject()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add one line to the report for what failed, was skipped, or passed."""
    report = yield
    file: Path | None = item.config.getoption(_REPORT)
    told = report.outcome != "passed" or report.when == "call"
    if file is not None and told and _SUBJECT in item.stash:
        kind, subject = item.stash[_SUBJECT]
        line = {
            "kind": kind,
            "subject": subject,
            "test": item.name,
            "outcome": report.outcome,
            "reason": _reason(report, call),
        }
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
    return report


def _reason(report: pytest.TestReport, call: pytest.CallInfo[None]) -> str:
    if report.outcome == "skipped" and isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    if call.excinfo is None:
        return ""
    return str(call.excinfo.value).split("\n", 1)[0] or call.excinfo.typename
