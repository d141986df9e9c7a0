"""What cannot be in a table is laid at the configuration's door, not the plugin's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import miroir
from tests.plugins.distributions import Site

PLUGIN = """
from dataclasses import dataclass
import miroir

class Speaking:
    def ask(self):
        from miroir.http import HttpClient, Request
        HttpClient(self.url).send(Request(what="ask", path=self.path))

@dataclass(frozen=True, kw_only=True)
class Late(Speaking, miroir.DsnSource):
    url: str
    path: str = ""

    def collect(self, request):
        self.ask()
        yield

@dataclass(frozen=True, kw_only=True)
class LateCrm(Speaking, miroir.CrmLogger):
    url: str
    path: str = ""
    promise = miroir.Promise(delivery=miroir.DeliveryClass.NATURAL_ID)

    def check(self):
        self.ask()

    def accounts(self, siren):
        return []

    def send(self, action, intent):
        raise miroir.ActionNotSent("never")

@dataclass(frozen=True, kw_only=True)
class Early(Late):
    url: miroir.Address

@dataclass(frozen=True, kw_only=True)
class Keyed(Early):
    key: miroir.Secret

@miroir.hookimpl
def miroir_sources():
    return [
        miroir.SourceConnector(name="keyed", source=Keyed),
        miroir.SourceConnector(name="late", source=Late),
        miroir.SourceConnector(name="early", source=Early),
    ]

@miroir.hookimpl
def miroir_crm_loggers():
    return [miroir.DestinationConnector(name="late-crm", destination=LateCrm)]
"""
PLAIN = "lagune.example: expected https://, found http://"


@pytest.fixture(autouse=True)
def _installed(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert miroir("init").exit_code == 0
    site.install("miroir-acme", {"acme": PLUGIN})


def _configure(table: str, connector: str, *lines: str) -> Path:
    file = Path("miroir.toml").resolve()
    text = "\n".join([f"[{table}]", f'connector = "{connector}"', *lines, ""])
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
    return file


def test_it_is_told_before_anything_is_contacted() -> None:
    file = _configure("sources.lagune", "early", 'url = "http://lagune.example/x"')
    result = miroir("config", "check")
    assert result.exit_code == 4
    assert result.stderr == (
        f"Error: {file}: sources.lagune.url: expected https://, found http://; "
        "got 'http://lagune.example/x'\n"
    )


@pytest.mark.parametrize(
    "address",
    ["lagune.example", "ftp://l", "https://u:pw@l", "https://[", "https://l:p"],
)
def test_what_is_no_address(address: str) -> None:
    _configure("sources.lagune", "early", f'url = "{address}"')
    told = miroir("config", "check").stderr
    assert "sources.lagune.url: expected an address https://…" in told
    assert ":pw@" not in told


def test_one_that_is_found_at_work_has_its_file_and_key() -> None:
    file = _configure("sources.lagune", "late", 'url = "http://lagune.example"')
    _configure("destinations.crm", "late-crm", 'url = "http://lagune.example/"')
    assert miroir("config", "check").exit_code == 0
    synced, examined = miroir("sync"), miroir("doctor")
    assert synced.exit_code == examined.exit_code == 1
    assert f"{file}: sources.lagune.url: {PLAIN}" in synced.stderr
    assert f"{file}: sources.lagune.url: {PLAIN}" in examined.stdout
    assert f"{file}: destinations.crm.url: {PLAIN}" in examined.stdout
    assert "Correct or update" not in synced.output + examined.output


def test_a_host_that_was_not_allowed_is_of_the_table() -> None:
    elsewhere = 'path = "https://evil.example/x"'
    file = _configure(
        "sources.lagune", "late", 'url = "https://lagune.example/"', elsewhere
    )
    assert (
        f"{file}: sources.lagune.url: ask: evil.example: this host is not allowed "
        "(lagune.example)" in miroir("sync").stderr
    )


def test_a_variable_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAGUNE_KEY", raising=False)
    file = _configure(
        "sources.lagune",
        "keyed",
        'url = "https://lagune.example"',
        'key = { environment = "LAGUNE_KEY" }',
    )
    assert miroir("config", "check").stderr == (
        f"Error: {file}: sources.lagune.key: expected the environment variable "
        "LAGUNE_KEY, which is not set\n"
    )
    # What does not collect does not need it.
    assert miroir("actions", "list").exit_code == 0
    assert miroir("actions", "classes").exit_code == 0
    assert miroir("sync").exit_code == 4
