"""`miroir plugins check` on plugins of every grade."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from miroir.cli import main
from miroir.errors import NothingFound
from miroir.testing.conformance.contract import managers
from miroir.testing.conformance.grading import Grade, assess
from miroir.testing.conformance.recording import record_settings

from tests.plugins.distributions import Site

PLUGIN = """
from dataclasses import dataclass
from pathlib import Path
import miroir

@dataclass(frozen=True, kw_only=True)
class Drop(miroir.DsnSource):
    folder: Path
    suffix: str = ".edi"

    def check(self):
        if not self.folder.is_dir():
            raise miroir.SourceError(f"{self.folder}: no such folder")

    def collect(self, request):
        self.check()
        for path in sorted(self.folder.glob("*" + self.suffix)):
            yield miroir.ReceivedFile.from_path(path)

@miroir.hookimpl
def miroir_sources():
    return [miroir.SourceConnector(name="acme-drop", source=Drop)]
"""
CONTRACTS = """
from pathlib import Path
from miroir.testing.conformance import SourceContract

class TestDrop(SourceContract):
    connector = "acme-drop"
    on_the_network = False
    recorded = Path(__file__).with_name("acme_settings.json")

    def settings(self, folder):
        (folder / "a.edi").write_text("a")
        return {"folder": folder}

    def unreachable(self, folder):
        return {"folder": folder / "nowhere"}
"""
CODE = {"gps_acme": PLUGIN, "acme_contracts": CONTRACTS}
RECORDED = "acme_settings.json"


@pytest.fixture(autouse=True)
def _on_the_path(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PYTHONPATH", str(site.folder), prepend=os.pathsep)
    managers.cache_clear()
    yield
    managers.cache_clear()


def install(site: Site, *, plugin: str = PLUGIN, contracts: bool = True) -> None:
    site.install(
        "miroir-gps-acme",
        {**CODE, "gps_acme": plugin},
        plugins={"gps_acme": "gps_acme"},
        conformance={"gps_acme": "acme_contracts"} if contracts else None,
    )


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["plugins", "check", "gps_acme", *arguments])


def test_silver_then_gold_once_the_settings_are_recorded(site: Site) -> None:
    install(site)
    result = check()
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "gps_acme (miroir-gps-acme 1.0): silver"
    assert "  source acme-drop: 16 passed, 1 skipped" in lines
    assert "record it" in lines[-1]

    result = check("--record", "--format", "json")
    assert result.exit_code == 0
    assert f"recorded: {site.folder / RECORDED}" in result.stderr
    found = json.loads(result.stdout)
    assert (found["grade"], found["against"]) == ("gold", {})
    assert {each["outcome"] for each in found["tests"]} == {"passed"}


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ('"path"', "`path` is gone"),
        ('"type": "integer"', "`suffix` takes less than before"),
    ],
)
def test_a_promise_that_is_broken_is_told(
    before: str, reason: str, site: Site, tmp_path: Path
) -> None:
    install(site)
    record_settings("gps_acme")
    file = site.folder / RECORDED
    promised = json.loads(file.read_text())["acme-drop"]
    if before == '"path"':
        promised["properties"]["path"] = {"type": "string"}
    else:
        promised["properties"]["suffix"] = {"anyOf": [{"type": "integer"}]}
    file.write_text(json.dumps({"acme-drop": promised}))
    found = assess("gps_acme")
    assert found.grade == "bronze"
    assert any(reason in why for why in found.against[next(iter(found.against))])


SAME_NAME = """
@miroir.hookimpl
def miroir_thresholds():
    return [miroir.ThresholdPolicy(name="acme-drop", choose=lambda c: c.thresholds)]
"""


def test_a_setting_that_becomes_required_breaks_a_promise(site: Site) -> None:
    install(site, plugin=PLUGIN + SAME_NAME)
    record_settings("gps_acme")
    file = site.folder / RECORDED
    promised = json.loads(file.read_text())["acme-drop"]
    promised["required"] = []
    file.write_text(json.dumps({"acme-drop": promised}))
    result = check()
    assert result.exit_code == 1
    assert "`folder` has become required" in result.stdout
    assert "  - thresholds acme-drop: no contract" in result.stdout
    assert result.stdout.splitlines()[-1] == "See more: pytest --pyargs acme_contracts"


def test_without_contracts_it_is_bronze(site: Site) -> None:
    install(site, contracts=False)
    result = check()
    assert result.exit_code == 1
    assert (
        'no entry point "gps_acme" in the group "miroir.conformance"' in result.stdout
    )
    assert result.stdout.count("no contract") == 2  # of the thing, and of all of them
    with pytest.raises(NothingFound, match="No contract of 'gps_acme'"):
        record_settings("gps_acme")


def test_a_contract_that_is_skipped_whole_shows_nothing(site: Site) -> None:
    install(site)
    file = site.folder / "acme_contracts.py"
    skipped = "import pytest\n\npytestmark = pytest.mark.skip(reason='no server')\n"
    file.write_text(skipped + CONTRACTS)
    result = check()
    assert result.exit_code == 1
    assert "  - source acme-drop: nothing was tried (no server)" in result.stdout
    found = assess("gps_acme")
    (why,) = found.against[Grade.GOLD]
    assert re.fullmatch(r"source acme-drop, [1-9][0-9]* tests: no server", why)


def test_the_promise_of_a_release_is_left_alone(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(site)
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(site.folder))
    result = check("--record")
    assert result.exit_code == 1
    assert "'gps_acme' is installed from a release" in result.output
    assert not (site.folder / RECORDED).exists()


def test_contracts_that_do_not_run_are_told(site: Site) -> None:
    install(site)
    (site.folder / "acme_contracts.py").write_text("import surely_absent\n")
    found = assess("gps_acme")
    assert found.grade == "bronze"
    (why, *_) = next(iter(found.against.values()))
    assert why.startswith("the contracts of acme_contracts did not run")


def test_a_plugin_that_takes_long_to_import_is_not_even_bronze(site: Site) -> None:
    install(site, plugin=f"import time\ntime.sleep(0.6)\n{PLUGIN}")
    found = assess("gps_acme")
    assert found.grade == "none"
    assert "importing it takes 0.6" in found.against[next(iter(found.against))][0]


def test_a_broken_plugin_has_no_grade(site: Site) -> None:
    install(site, plugin="import surely_absent\n")
    result = check()
    assert result.exit_code == 1
    assert ": none" in result.stdout
    assert "failed to load" in result.stdout


def test_an_unknown_plugin_is_told(site: Site) -> None:
    result = check()
    assert result.exit_code == 1
    assert "No plugin is named 'gps_acme'" in result.output


def test_the_name_of_what_a_plugin_gives_is_led_to_it(site: Site) -> None:
    install(site)
    result = CliRunner().invoke(main, ["plugins", "check", "acme-drop"])
    assert result.exit_code == 1
    assert "The plugin 'gps_acme' gives source acme-drop." in result.output
