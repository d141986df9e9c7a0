"""A secret of a connector: where it may be written, and that nothing shows it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from miroir import CollectRequest, DsnSource, ReceivedFile, Secret, SourceConnector
from miroir.config.connecting import bind
from miroir.config.display import rows
from miroir.config.layers import read_layers
from miroir.config.loading import validate
from miroir.config.schema import json_schema
from miroir.errors import ConfigurationError

TABLE = '[sources.api]\nconnector = "api"\n'


@dataclass(frozen=True, kw_only=True)
class Api(DsnSource):
    token: Secret
    pin: Secret | None = None

    def collect(self, request: CollectRequest) -> Sequence[ReceivedFile]:
        return []


CONNECTOR = SourceConnector(name="api", source=Api)


def _bind(folder: Path, text: str, **environ: str) -> Api:
    file = folder / "miroir.toml"
    file.write_text(TABLE + text)
    return bind(read_layers(file, environ=environ), ("sources", "api"), Api)


def _problem(folder: Path, text: str, **environ: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        _bind(folder, text, **environ)
    (problem,) = caught.value.problems
    return problem


def test_a_secret_is_read_from_where_it_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sources__api__token").write_text("t0k\n")
    (tmp_path / "elsewhere").write_text("line 1\nline 2\n")
    monkeypatch.setenv("API_PIN", "t0k")
    by_folder = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    given = [
        _bind(tmp_path, "", **by_folder),
        _bind(tmp_path, "", MIROIR_SOURCES__API__TOKEN="t0k"),
        _bind(tmp_path, 'token = { environment = "API_PIN" }'),
        _bind(tmp_path, 'token = { file = "sources__api__token" }'),
    ]
    assert [source.token.reveal() for source in given] == ["t0k"] * 4
    assert given[0].token == given[1].token
    assert given[0].token != Secret("other")
    assert len({source.token for source in given}) == 1
    two = _bind(
        tmp_path, 'token = { file = "elsewhere" }\npin = { file = "elsewhere" }'
    )
    assert two.pin == two.token == Secret("line 1\nline 2")


def test_nothing_shows_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    source = Api(token=Secret("t0k"), pin=Secret("1234"))
    with caplog.at_level(logging.INFO):
        logging.getLogger("x").info("%s %r %s", source, source, vars(source))
    assert "t0k" not in caplog.text
    assert "1234" not in f"{source.pin}"
    assert f"{source.pin}" == "Secret(•••)"


@pytest.mark.parametrize("text", ['token = "t0k-in-clear"', 'pin = "t0k-in-clear"'])
def test_a_secret_in_clear_is_refused(tmp_path: Path, text: str) -> None:
    more = {"MIROIR_SOURCES__API__TOKEN": "x"} if text.startswith("pin") else {}
    problem = _problem(tmp_path, text, **more)
    assert problem.startswith(f"{tmp_path / 'miroir.toml'}: sources.api.")
    name = text.split()[0]
    assert f"in the secret file sources__api__{name}, or write {name} = " in problem
    assert "t0k" not in problem


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("token = 12345", "a secret: a text from a secret file or the environment"),
        ('token = { fil = "x" }', "a secret: a text from a secret file"),
        ('token = { file = "absent" }', "absent: No such file or directory"),
        ('token = { file = "latin" }', "a secret file in UTF-8"),
        ('token = { file = "empty" }', "a secret that is not empty"),
        ('token = { file = "long" }', "a secret of at most 65536 bytes"),
        ('token = { environment = "ABSENT_X" }', "ABSENT_X, which is not set"),
    ],
)
def test_a_secret_that_cannot_be_read(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "latin").write_bytes(b"\xe9")
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "long").write_text("x" * 65_537)
    problem = _problem(tmp_path, text)
    assert problem.startswith(
        f"{tmp_path / 'miroir.toml'}: sources.api.token: expected"
    )
    assert reason in problem
    assert "12345" not in problem


def test_what_the_environment_gives_a_source_is_hidden(tmp_path: Path) -> None:
    file = tmp_path / "miroir.toml"
    file.write_text(TABLE)
    layers = read_layers(file, environ={"MIROIR_SOURCES__API__SHIBBOLETH": "t0k"})
    shown = {row.key: row.value for row in rows(validate(layers))}
    assert shown["sources.api.shibboleth"] == "•••"
    assert shown["sources.api.connector"] == "'api'"


def test_the_schema_says_how_a_secret_is_written() -> None:
    schema = json_schema({"api": CONNECTOR}, {})
    ways = schema["$defs"]["sources.api"]["properties"]["token"]["anyOf"]
    assert [way["type"] for way in ways] == ["string", "object", "object"]
