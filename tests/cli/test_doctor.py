from __future__ import annotations

import json
from pathlib import Path

import pytest
from miroir.plugins.conduct import Conduct, Misbehaviour
from miroir.plugins.provider import Provider

from tests.cli.commands import miroir
from tests.plugins.distributions import Site


@pytest.fixture(autouse=True)
def _initialised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert miroir("init").exit_code == 0


def _doctor() -> tuple[int, dict[str, tuple[str, str]]]:
    result = miroir("doctor", "--format", "json")
    document = json.loads(result.stdout)
    assert document["schema"] == "miroir.doctor/1"
    found = {
        check["name"]: (check["status"], check["detail"])
        for check in document["checks"]
    }
    return result.exit_code, found


def _add(text: str) -> None:
    with Path("miroir.toml").open("a", encoding="utf-8") as file:
        file.write(text)


def test_all_is_well() -> None:
    result = miroir("doctor")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert all(line.startswith("OK    ") for line in lines)
    names = [line.removeprefix("OK    ").split(":")[0] for line in lines]
    assert names == [
        "python", "miroir", "configuration", "plugins", "store", "keys", "archive",
        "signed heads", "conduct of plugins", "sources",
    ]  # fmt: skip


def test_what_plugins_did_wrong_lately_is_told(tmp_path: Path) -> None:
    provider = Provider(name="gps_acme", distribution="miroir-gps-acme", version="1.0")
    conduct = Conduct(notes=tmp_path / "runs")
    conduct.note(provider, Misbehaviour.CRASHED, "Plugin 'gps_acme' fell over")
    conduct.note(provider, Misbehaviour.TOO_SLOW, "Plugin 'gps_acme' was late")
    exit_code, found = _doctor()
    status, detail = found["conduct of gps_acme"]
    assert (exit_code, status) == (1, "fail")
    assert "crashed 1, too_slow 1; the last in run " in detail
    assert detail.endswith("Plugin 'gps_acme' was late")
    assert "conduct of plugins" not in found
    text = miroir("metrics").stdout
    counted = 'miroir_plugin_misbehaviours_total{kind="crashed",plugin="gps_acme"} 1.0'
    assert counted in text.splitlines()


def test_each_source_is_contacted(tmp_path: Path) -> None:
    _add('[sources.depot]\nconnector = "dsn-folder"\nfolder = "in"\n')
    exit_code, found = _doctor()
    assert exit_code == 1
    assert found["source depot"][0] == "fail"
    assert "no such folder of DSN files. Create it" in found["source depot"][1]
    (tmp_path / "in").mkdir()
    exit_code, found = _doctor()
    assert (exit_code, found["source depot"]) == (0, ("ok", "reached by dsn-folder"))


def test_a_source_wrongly_described() -> None:
    _add('[sources.depot]\nconnector = "dsn-folder"\n')
    exit_code, found = _doctor()
    assert exit_code == 1
    assert "sources.depot.folder: missing" in found["sources"][1]


def test_a_store_that_is_absent_and_keys_that_others_may_read(tmp_path: Path) -> None:
    (tmp_path / "miroir.db").unlink()
    (tmp_path / "miroir.keys").chmod(0o644)
    exit_code, found = _doctor()
    assert exit_code == 1
    assert found["store"][0] == found["keys"][0] == "fail"
    assert "`miroir init` creates it" in found["store"][1]
    assert "chmod 600" in found["keys"][1]


def test_an_archive_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "received").write_text("a file, not a folder")
    exit_code, found = _doctor()
    assert exit_code == 1
    assert found["archive"][0] == "fail"
    assert "change `archive`" in found["archive"][1]


def test_a_place_of_heads_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "heads").write_text("a file, not a folder")
    exit_code, found = _doctor()
    assert exit_code == 1
    assert "change `trace.heads`" in found["signed heads"][1]


def test_a_configuration_that_is_wrong_skips_the_rest() -> None:
    _add("[gap2]\nx = 1\n")
    exit_code, found = _doctor()
    assert exit_code == 1
    assert "gap2: unknown key" in found["configuration"][1]
    for name in ("plugins", "store", "keys", "archive", "signed heads", "sources"):
        assert found[name] == ("skip", "needs a valid configuration")


def test_a_plugin_that_is_broken(site: Site) -> None:
    site.install("miroir-acme", {"acme": "1 / 0"})
    exit_code, found = _doctor()
    assert exit_code == 1
    assert "failed to load: ZeroDivisionError" in found["plugin acme"][1]
    assert found["sources"] == ("skip", "needs plugins that load")
    assert found["store"][0] == "ok"


def test_a_plugin_whose_check_breaks(site: Site) -> None:
    site.install(
        "miroir-acme",
        {
            "acme": """
    from dataclasses import dataclass
    import miroir

    @dataclass(frozen=True)
    class Odd(miroir.DsnSource):
        def collect(self, request): raise KeyError("x")

    @miroir.hookimpl
    def miroir_sources(): return [miroir.SourceConnector(name="odd", source=Odd)]
"""
        },
    )
    _add('[sources.o]\nconnector = "odd"\n')
    exit_code, found = _doctor()
    assert exit_code == 1
    assert found["source o"][1].startswith(
        "Plugin 'acme' (miroir-acme 1.0) failed while checking the source o: KeyError"
    )
