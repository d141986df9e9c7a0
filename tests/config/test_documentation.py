"""What ships beside the code says the same as the code."""

from __future__ import annotations

import re
from pathlib import Path

from miroir.cli.init import template
from miroir.config.loading import load_settings
from miroir.plugins import PluginManager, configured_sources

ROOT = Path(__file__).parents[2]


def test_the_shipped_file_is_the_one_of_the_package() -> None:
    assert (ROOT / "config" / "miroir.toml").read_text(encoding="utf-8") == template()


def test_the_shipped_file_is_valid_and_gives_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "miroir.toml"
    file.write_text(template(), encoding="utf-8")
    shipped = load_settings(file, environ={}).model_dump()
    assert shipped == _defaults(tmp_path)


def test_the_shipped_file_with_its_comments_undone_is_valid(tmp_path: Path) -> None:
    text = re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", template())
    assert text.count("connector =") == 3
    file = tmp_path / "miroir.toml"
    file.write_text(text.replace("/etc/miroir/secrets", str(tmp_path)))
    assert len(load_settings(file, environ={}).sources) == 3


def _defaults(folder: Path) -> dict[str, object]:
    empty = folder / "empty.toml"
    empty.write_text("")
    return load_settings(empty, environ={}).model_dump()


def test_the_example_of_a_gps_is_valid_with_its_plugin(tmp_path: Path) -> None:
    (tmp_path / "miroir.toml").write_text(template(), encoding="utf-8")
    (tmp_path / "conf.d").mkdir()
    example = ROOT / "config" / "conf.d" / "horizon.toml.example"
    copy = tmp_path / "conf.d" / "horizon.toml"
    copy.write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    token = {"MIROIR_SOURCES__DSN_HORIZON__TOKEN": "s3cret"}
    settings = load_settings(tmp_path / "miroir.toml", environ=token)
    plugins = PluginManager.from_settings(settings)
    sources = configured_sources(settings.layers, plugins)
    assert {name: source.connector for name, source in sources.items()} == {
        "adhesions_horizon": "horizon-adhesions",
        "campagne_2026": "campaign-file",
        "dsn_horizon": "horizon-dsn",
    }
    assert "s3cret" not in repr(sources)
