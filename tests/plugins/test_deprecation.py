"""What will go is said at the plugin's line, and goes in time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from miroir import deprecation
from miroir.deprecation import (
    DEPRECATIONS,
    HOOKS_VERSION,
    Deprecation,
    MiroirDeprecationWarning,
    Thing,
    overdue,
)
from miroir.errors import PluginLoadError
from miroir.plugins import PluginManager

from tests.cli.commands import miroir
from tests.plugins.distributions import Site

PLUGIN = """\
import miroir


@miroir.hookimpl
def miroir_commands():
    return []
"""
SOON = date(2999, 1, 1)


def goes(thing: Thing, name: str) -> Deprecation:
    return Deprecation(
        thing=thing, name=name, since="0.2", removed_on=SOON, instead="use another"
    )


@pytest.fixture
def _going(monkeypatch: pytest.MonkeyPatch) -> None:
    found = (
        goes(Thing.HOOK, "miroir_commands"),
        goes(Thing.SETTING, "gap.tolerance"),
        goes(Thing.CONNECTOR, "dsn-folder"),
    )
    monkeypatch.setattr(deprecation, "DEPRECATIONS", found)


def test_nothing_is_kept_after_its_day() -> None:
    late = overdue(DEPRECATIONS, date.today())
    assert not late, f"remove: {', '.join(map(str, late))}"


def test_what_is_kept_after_its_day_is_seen() -> None:
    late = goes(Thing.HOOK, "miroir_commands")
    assert overdue([late], SOON) == [late]
    assert overdue([late], date(2998, 12, 31)) == []


@pytest.mark.usefixtures("_going")
def test_a_plugin_is_warned_at_its_line(site: Site) -> None:
    site.install("miroir-gps-acme", {"gps_acme": PLUGIN})
    with pytest.warns(MiroirDeprecationWarning, match="goes on 2999-01-01") as given:
        PluginManager.load(enabled=["gps_acme"])
    (warning,) = given
    assert (Path(warning.filename).name, warning.lineno) == ("gps_acme.py", 4)


@pytest.mark.usefixtures("_going")
def test_lint_says_all_of_it(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.install("miroir-gps-acme", {"gps_acme": PLUGIN})
    monkeypatch.chdir(tmp_path)
    assert miroir("init").exit_code == 0
    file = tmp_path / "miroir.toml"
    file.write_text(
        'store = { url = "postgresql://me:pw@host/db" }\n'
        '[gap]\ntolerance = "0.05"\n[plugins]\nenabled = ["gps_acme"]\n'
        '[sources.depot]\nconnector = "dsn-folder"\nfolder = "in"\n'
    )
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "more.conf").touch()
    (tmp_path / "miroir.keys").chmod(0o644)
    result = miroir("config", "lint")
    assert result.exit_code == 1
    said = (
        "gap.tolerance: the setting gap.tolerance is deprecated since 0.2",
        "sources.depot.connector: the connector dsn-folder is deprecated",
        "store.url: a password in clear; put it in a secret file named store__url",
        "more.conf: not read",
        "other users may read the key file",
        "gps_acme.py:4: the hook miroir_commands is deprecated",
    )
    assert result.stdout.count("\n") == len(said), result.stdout
    for line, words in zip(result.stdout.splitlines(), said, strict=True):
        assert words in line
    assert "pw" not in result.stdout.replace("put", "")


def test_lint_has_nothing_to_say_of_a_new_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert miroir("init").exit_code == 0
    result = miroir("config", "lint")
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_plugin_for_later_hooks_is_refused(site: Site) -> None:
    code = f"MIROIR_HOOKS = {HOOKS_VERSION + 1}\n{PLUGIN}"
    site.install("miroir-gps-acme", {"gps_acme": code})
    with pytest.raises(PluginLoadError, match="Install a later Miroir"):
        PluginManager.load(enabled=["gps_acme"])
