"""What a plugin says in an error: nothing of it may tell a secret or a NIR."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.commands import miroir
from tests.plugins.distributions import Site

KEY, NIR = "sel-marin/2026", "1 85 05 78 006 084 36"
PLUGIN = f"""
from dataclasses import dataclass
import logging
import miroir

class TooOpen(miroir.SourceUnavailable):
    def __init__(self, key):
        self.key = key

@dataclass(frozen=True, kw_only=True)
class Leak(miroir.DsnSource):
    key: miroir.Secret
    how: str

    def check(self):
        raise miroir.SourceError(f"the key {{self.key.reveal()}} of {NIR}")

    def collect(self, request):
        logging.getLogger("leak").error("asked with %s", self.key.reveal())
        key = self.key.reveal()
        match self.how:
            case "foreseen":
                raise miroir.SourceError(f"key={{key}}, {NIR}")
            case "quoted":
                raise miroir.SourceError("https://x/?key=sel-marin%2F2026, {NIR}")
            case "own class":
                raise TooOpen(f"key={{key}}, {NIR}")
            case _:
                raise RuntimeError(f"key={{key}}, {NIR}")
        yield

@dataclass(frozen=True, kw_only=True)
class LeakCrm(miroir.CrmLogger):
    key: miroir.Secret
    promise = miroir.Promise(delivery=miroir.DeliveryClass.NATURAL_ID)

    def check(self):
        raise miroir.ActionNotSent(f"the key {{self.key.reveal()}} of {NIR}")

    def accounts(self, siren):
        return []

    def send(self, action, intent):
        raise miroir.ActionNotSent("never")

@miroir.hookimpl
def miroir_sources():
    return [miroir.SourceConnector(name="leak", source=Leak)]

@miroir.hookimpl
def miroir_crm_loggers():
    return [miroir.DestinationConnector(name="leak-crm", destination=LeakCrm)]
"""


@pytest.fixture(autouse=True)
def _installed(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEAK_KEY", KEY)
    monkeypatch.setattr("miroir.operations.sync.ATTEMPTS", 1)
    assert miroir("init").exit_code == 0
    site.install("miroir-acme", {"acme": PLUGIN})


def _configure(how: str) -> None:
    key = 'key = { environment = "LEAK_KEY" }'
    with Path("miroir.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[sources.leak]\nconnector = "leak"\nhow = "{how}"\n{key}\n'
            f'[destinations.crm]\nconnector = "leak-crm"\n{key}\n'
        )


def _silent(text: str) -> bool:
    told = ("sel-marin", "006 084", "85 05 78")
    return not any(each in text for each in told)


@pytest.mark.parametrize("how", ["foreseen", "quoted", "own class", "bug"])
def test_neither_the_terminal_nor_the_store_is_told(how: str) -> None:
    _configure(how)
    result = miroir("sync")
    assert result.exit_code == 1
    assert "•••, •••" in result.stderr
    assert _silent(result.output)
    with sqlite3.connect("miroir.db") as store:
        rows = store.execute("SELECT last_error FROM source_state").fetchall()
    assert rows
    assert _silent(str(rows))
    assert KEY.encode() not in Path("miroir.db").read_bytes()


def test_nor_the_doctor_nor_the_traceback() -> None:
    _configure("bug")
    result = miroir("doctor")
    assert "source leak: the key ••• of •••" in result.output
    assert "destination crm: the key ••• of •••" in result.output
    assert _silent(result.output)


def test_a_command_of_a_plugin_that_is_debugged(site: Site) -> None:
    site.install(
        "miroir-open",
        {
            "open": f'''
import click, miroir
KEY = miroir.Secret("{KEY}")

@click.command("ouvrir")
def command():
    raise ValueError(f"{{KEY.reveal()}} {NIR}")

@miroir.hookimpl
def miroir_commands():
    return [command]
'''
        },
    )
    result = miroir("--debug", "ouvrir")
    assert result.exit_code == 1
    assert "ValueError: ••• •••" in result.stderr
    assert _silent(result.stderr)
