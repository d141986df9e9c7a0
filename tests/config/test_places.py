"""Where the file is looked for, and who wins when several places say something."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from miroir.config.entries import Kind
from miroir.config.loading import load_settings
from miroir.errors import ConfigurationError


def _write(path: Path, tolerance: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'[gap]\ntolerance = "{tolerance}"\n')
    return path


def test_the_file_is_looked_for_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    second = _write(tmp_path / "config" / "miroir.toml", "0.02")
    assert load_settings(environ={}).file == second
    first = _write(tmp_path / "miroir.toml", "0.01")
    assert load_settings(environ={}).file == first
    named = _write(tmp_path / "elsewhere" / "x.toml", "0.03")
    assert load_settings(environ={"MIROIR_CONFIG": str(named)}).file == named
    asked = _write(tmp_path / "elsewhere" / "y.toml", "0.04")
    settings = load_settings(asked, environ={"MIROIR_CONFIG": str(named)})
    assert settings.file == asked


def test_each_place_wins_over_the_ones_before(tmp_path: Path) -> None:
    file = tmp_path / "miroir.toml"
    file.write_text('[secrets]\nfolder = "secret"\n')
    (tmp_path / "secret").mkdir()
    environ: dict[str, str] = {}

    def tolerance(**overrides: object) -> tuple[Decimal, Kind]:
        settings = load_settings(
            file,
            environ=environ,
            overrides={f"gap.{k}": overrides[k] for k in overrides},
        )
        return settings.gap.tolerance, settings.origin("gap.tolerance").kind

    assert tolerance() == (Decimal("0.05"), Kind.DEFAULT)
    file.write_text(file.read_text() + '[gap]\ntolerance = "0.01"\n')
    assert tolerance() == (Decimal("0.01"), Kind.FILE)
    _write(tmp_path / "conf.d" / "10.toml", "0.02")
    _write(tmp_path / "conf.d" / "20.toml", "0.03")
    assert tolerance() == (Decimal("0.03"), Kind.DROP_IN)
    (tmp_path / "secret" / "gap__tolerance").write_text("0.04\n")
    assert tolerance() == (Decimal("0.04"), Kind.SECRET)
    environ["MIROIR_GAP__TOLERANCE"] = "0.06"
    assert tolerance() == (Decimal("0.06"), Kind.ENVIRONMENT)
    assert tolerance(tolerance="0.07") == (Decimal("0.07"), Kind.COMMAND_LINE)


def test_a_drop_in_adds_to_a_table(tmp_path: Path) -> None:
    file = tmp_path / "miroir.toml"
    file.write_text('[sources.a]\nconnector = "x"\nfolder = "in"\n[logging]\n')
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "a.toml").write_text('[sources.a]\nfolder = "out"\n[gap]\n')
    (tmp_path / "conf.d" / "b.toml.example").write_text("not read")
    (tmp_path / "conf.d" / ".b.toml").write_text("not read")
    settings = load_settings(file, environ={})
    assert settings.layers.table(("sources", "a")) == {
        "connector": "x",
        "folder": "out",
    }
    assert settings.origin("sources.a.connector").place == str(file)
    assert settings.origin("sources.a.folder").place.endswith("a.toml")


def test_an_environment_variable_reaches_a_source_with_a_dash(tmp_path: Path) -> None:
    file = tmp_path / "miroir.toml"
    file.write_text('[sources.my-drop]\nconnector = "x"\n')
    settings = load_settings(
        file,
        environ={
            "MIROIR_SOURCES__MY_DROP__TOKEN": "[not json",
            "MIROIR_SOURCES__OTHER__CONNECTOR": "y",
            "MIROIR_PLUGINS__DISABLED": "known-causes, dsn-folder",
            "MIROIR_PORT_8080_TCP": "set by a cluster, not ours",
        },
    )
    assert settings.layers.table(("sources",)) == {
        "my-drop": {"connector": "x", "token": "[not json"},
        "other": {"connector": "y"},
    }
    assert settings.plugins.disabled == ("known-causes", "dsn-folder")


def test_secrets_of_systemd(tmp_path: Path) -> None:
    (tmp_path / "sources__api__token").write_text("s3cret\r\n")
    (tmp_path / "sources__api__connector").write_text("x")
    (tmp_path / "another-service").write_text("not ours")
    (tmp_path / "..data__hidden").write_text("not ours")
    settings = load_settings(environ={"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert settings.layers.table(("sources",)) == {
        "api": {"connector": "x", "token": "s3cret"}
    }


def test_paths_start_from_the_folder_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "miroir.toml"
    file.write_text('archive = "in/files"\n[keys]\nfile = "/etc/keys"\n')
    settings = load_settings(file, environ={})
    assert settings.archive == tmp_path / "in/files"
    assert settings.keys.file == Path("/etc/keys")
    assert settings.store.url == f"sqlite:///{tmp_path / 'miroir.db'}"


def test_an_address_of_postgresql_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "miroir.toml"
    file.write_text('[store]\nurl = "postgresql://u:p@host/miroir"\n')
    assert load_settings(file, environ={}).store.url == "postgresql://u:p@host/miroir"


def test_no_file_is_the_defaults_when_none_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(environ={}, required=False)
    assert settings.file is None
    assert settings.gap.tolerance_cents == 5
    with pytest.raises(ConfigurationError):
        load_settings(environ={})
    assert load_settings(environ={"MIROIR_GAP__TOLERANCE": "1"}).gap.tolerance == 1
