from __future__ import annotations

import stat
from pathlib import Path

import pytest
from miroir.cli.init import template
from miroir.privacy import load_keys
from miroir.store.database import Store
from miroir.store.schema import check
from miroir.types.identity import PersonNumber

from tests.cli.commands import miroir


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_everything_is_there_and_works(tmp_path: Path) -> None:
    result = miroir("init", "new/place")
    folder = tmp_path / "new" / "place"
    assert result.exit_code == 0, result.stderr
    assert (folder / "miroir.toml").read_text(encoding="utf-8") == template()
    assert stat.S_IMODE((folder / "miroir.keys").stat().st_mode) == 0o600
    load_keys(folder / "miroir.keys")
    assert check(f"sqlite:///{folder / 'miroir.db'}") == ()
    assert f"{folder / 'miroir.toml'}: written" in result.stderr
    assert f"miroir doctor --config {folder / 'miroir.toml'}" in result.stderr
    assert result.stdout == ""
    done = miroir("doctor", "--config", str(folder / "miroir.toml"))
    assert done.exit_code == 0, done.stdout


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    own = '[keys]\nfile = "own.keys"\n[store]\nurl = "sqlite:///own.db"\n'
    (tmp_path / "miroir.toml").write_text(own)
    assert miroir("init").exit_code == 0
    keys = (tmp_path / "own.keys").read_bytes()
    result = miroir("init")
    assert result.exit_code == 0
    assert (tmp_path / "miroir.toml").read_text() == own
    assert (tmp_path / "own.keys").read_bytes() == keys
    assert (tmp_path / "own.db").exists()
    for name in ("miroir.toml", "own.keys"):
        assert f"{tmp_path / name}: there already, left as it is" in result.stderr


def test_lost_keys_are_not_made_anew_beside_a_store(tmp_path: Path) -> None:
    assert miroir("init").exit_code == 0
    key_file, url = tmp_path / "miroir.keys", f"sqlite:///{tmp_path / 'miroir.db'}"
    with Store.open(url, load_keys(key_file)) as store, store.write() as tables:
        tables.employees.remember([PersonNumber("1990199999901")])
    key_file.unlink()
    result = miroir("init")
    assert result.exit_code == 1
    assert "key" in result.stderr
    assert not key_file.exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = miroir("init", "file")
    assert result.exit_code == 4
    assert f"{tmp_path}/file/miroir.toml: cannot be written" in result.stderr
    (tmp_path / "folder" / "miroir.toml").mkdir(parents=True)
    assert miroir("init", "folder").exit_code == 4


def test_a_configuration_that_is_wrong_stops_before_the_keys(tmp_path: Path) -> None:
    (tmp_path / "miroir.toml").write_text("[stor]\n")
    assert miroir("init").exit_code == 4
    assert [path.name for path in tmp_path.iterdir()] == ["miroir.toml"]
