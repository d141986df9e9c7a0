from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from miroir.cli.logs import StderrHandler, set_up


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    level = root.level
    yield
    root.setLevel(level)
    for handler in root.handlers[:]:
        if isinstance(handler, StderrHandler):
            root.removeHandler(handler)


def test_personal_numbers_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("info", "text")
    logging.getLogger("miroir_gps_acme").info("read %s", "1850578006084")
    assert capsys.readouterr().err.endswith("INFO miroir_gps_acme: read •••\n")


def test_json_has_one_object_per_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("info", "text")
    set_up("warning", "json")
    log = logging.getLogger("miroir.x")
    log.info("not shown")
    try:
        raise KeyError("1850578006084")
    except KeyError:
        log.exception("it\nfailed")
    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert (entry["level"], entry["logger"]) == ("error", "miroir.x")
    assert entry["message"] == "it\nfailed"
    assert len(entry["run"]) == 12
    assert "KeyError: '•••'" in entry["exception"]
