"""A GPS at work in a folder: its own configuration, and its commands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.cli.commands import miroir

CALL = {
    "reached": False,
    "call_again": "2026-12-01 10:00",
    "summary": "Message laissé au standard.",
}


class Gps:
    """A copy of a GPS's configuration in `folder`, which is the current one."""

    def __init__(
        self, folder: Path, configuration: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        monkeypatch.chdir(folder)
        monkeypatch.setenv("MIROIR_KEY_FILE", str(folder / "own.keys"))
        shutil.copy(configuration, folder / "miroir.toml")

    def here(self, **keys: object) -> None:
        """Settings that differ here, and secrets: SOURCES__X__KEY = its value."""
        for name, value in keys.items():
            text = value if isinstance(value, str) else json.dumps(value)
            self._monkeypatch.setenv(f"MIROIR_{name}", text)

    def run(self, *command: str) -> str:
        """What a command prints; it has to succeed."""
        result = miroir(*command)
        assert result.exit_code == 0, f"{command}: {result.stdout}{result.stderr}"
        return result.stdout

    def analysis(self, siren: str) -> Mapping[str, object]:
        """The company as `reprocess --format json` tells it."""
        document = json.loads(self.run("reprocess", siren, "--format", "json"))
        company: Mapping[str, object] = document["companies"][0]
        return company

    def causes(self, siren: str) -> Sequence[tuple[str, str]]:
        """Its causes with their status, in their order."""
        diagnoses = self.analysis(siren)["diagnoses"]
        assert isinstance(diagnoses, list)
        return [(each["cause"], each["status"]) for each in diagnoses]

    def call(self, siren: str) -> None:
        """Record a call that nobody answered."""
        file = self.folder / "appel.json"
        file.write_text(json.dumps(CALL), encoding="utf-8")
        self.run("dossiers", "call", siren, "--from", str(file), "--as", "awa")

    def send(self) -> None:
        """Let everything go out that can."""
        self.run("worker", "--until-idle")
