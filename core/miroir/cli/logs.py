"""Logs of the command line: on stderr, personal data masked."""

from __future__ import annotations

import json
import logging
import sys

from miroir.privacy import MaskPersonalData
from miroir.running import run_id


def set_up(level: str, format: str) -> None:
    """Write the logs of Miroir and of plugins to stderr, from `level` up."""
    handler = StderrHandler()
    handler.addFilter(MaskPersonalData())
    handler.setFormatter(JsonLines() if format == "json" else _text())
    root = logging.getLogger()
    for earlier in root.handlers[:]:
        if isinstance(earlier, StderrHandler):
            root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(level.upper())


class StderrHandler(logging.Handler):
    """Writes to what stderr is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except OSError:
            self.handleError(record)


class JsonLines(logging.Formatter):
    """One JSON object per line, for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "run": run_id(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_text:
            line["exception"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)


def _text() -> logging.Formatter:
    return logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
