"""One bad configuration per message: which file, which key, what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from miroir.config.loading import load_settings
from miroir.errors import ConfigurationError

LEVELS = "expected one of debug, info, warning, error"


def _problems(
    folder: Path, content: bytes | str = "", **environ: str
) -> tuple[str, ...]:
    file = folder / "miroir.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigurationError) as caught:
        load_settings(file, environ=environ)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[store]\nulr = "x"', "store.ulr: unknown key; did you mean store.url?"),
        ("[store]\nx = 1", "store.x: unknown key; expected one of url"),
        ("[stor]\nx = 1", "stor: unknown key; did you mean store?"),
        ('store = "x"', "store: expected a table [store]; got 'x'"),
        ('[logging]\nlevel = "loud"', f"logging.level: {LEVELS}; got 'loud'"),
        (
            '[store]\nurl = "mysql://u:p@h/d"',
            (
                'store.url: expected an address such as "sqlite:///miroir.db" (a path from '
                'the folder of the configuration) or "postgresql://user@host/database"; got '
                "'mysql://u:•••@h/d'"
            ),
        ),
        (
            "[plugins]\nenabled = 3",
            (
                "plugins.enabled: expected a list of plugin names: those to switch on, "
                "beside the built-in ones; without it every installed plugin is on; got 3"
            ),
        ),
        (
            "[plugins]\ndisabled = [3]",
            (
                "plugins.disabled: expected a list of plugin names: those to switch off; "
                "got 3"
            ),
        ),
        (
            "archive = 3",
            (
                "archive: expected the path of the folder where received files are kept; "
                "got 3"
            ),
        ),
        ("[sources]\na = 1", "sources.a: expected a table [sources.a]; got 1"),
        (
            "[sources.a]\nx = 1",
            (
                "sources.a.connector: missing; expected the name of a connector, see "
                "`miroir plugins list`"
            ),
        ),
    ],
)
def test_a_key_that_is_wrong(tmp_path: Path, text: str, problem: str) -> None:
    assert _problems(tmp_path, text) == (f"{tmp_path / 'miroir.toml'}: {problem}",)


@pytest.mark.parametrize(
    "value", ["0.05", "-1", '"-0.05"', '"0,05"', '"10.01"', '"0.001"', '"x"', "true"]
)
def test_a_tolerance_that_is_no_amount_in_quotes(tmp_path: Path, value: str) -> None:
    (problem,) = _problems(tmp_path, f"[gap]\ntolerance = {value}")
    assert "gap.tolerance: expected an amount in euros per employee" in problem


def test_a_store_in_memory_would_be_lost(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, '[store]\nurl = "sqlite:///:memory:"')
    assert "store.url: expected an address" in problem


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[x", "is not valid TOML: Expected ']' at the end of a table declaration"),
        (b"a = 1\na = 2", "is not valid TOML: Cannot overwrite a value (at "),
        (b'a = "\xe9"', "is not UTF-8 (byte 5). Save it as UTF-8."),
    ],
)
def test_a_file_that_cannot_be_read(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    (problem,) = _problems(tmp_path, content)
    assert problem.startswith(f"{tmp_path / 'miroir.toml'}: {reason}")


def test_all_the_problems_at_once_each_with_its_own_place(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "a.toml").write_text('[logging]\nformat = "xml"')
    (tmp_path / "conf.d" / "b.toml").write_text("[x")
    problems = _problems(tmp_path, "[gap]\ntolerence = 1", MIROIR_LOGGING__LEVEL="loud")
    assert sorted(problem.split(": ")[0] for problem in problems) == [
        "$MIROIR_LOGGING__LEVEL",
        str(tmp_path / "conf.d" / "a.toml"),
        str(tmp_path / "conf.d" / "b.toml"),
        str(tmp_path / "miroir.toml"),
    ]


def test_an_environment_variable_that_names_no_key(tmp_path: Path) -> None:
    assert _problems(tmp_path, MIROIR_STORE__ULR="x") == (
        "$MIROIR_STORE__ULR: store.ulr: unknown key; did you mean store.url?",
    )


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "logging__level").write_text("s3cret")
    problems = _problems(tmp_path, CREDENTIALS_DIRECTORY=str(tmp_path))
    assert problems == (
        f"{tmp_path / 'logging__level'}: logging.level: {LEVELS}; got •••",
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"\xff", "the secret is not UTF-8 text"), (b"x" * 70_000, "has at most 65536")],
)
def test_a_secret_that_is_no_text(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "logging__level").write_bytes(content)
    (problem,) = _problems(tmp_path, CREDENTIALS_DIRECTORY=str(tmp_path))
    assert problem.startswith(f"{tmp_path / 'logging__level'}: ")
    assert reason in problem


def test_a_folder_of_secrets_that_is_not_there(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, '[secrets]\nfolder = "nowhere"')
    assert problem.startswith(f"{tmp_path / 'nowhere'}: the folder of secrets cannot")
    assert problem.endswith("Correct secrets.folder, or the rights on it.")


@pytest.mark.parametrize(
    ("asked", "environ", "how"),
    [
        (Path("/nowhere/x.toml"), {}, "--config"),
        (None, {"MIROIR_CONFIG": "/nowhere/x.toml"}, "MIROIR_CONFIG"),
    ],
)
def test_a_file_asked_for_that_is_not_there(
    asked: Path | None, environ: dict[str, str], how: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(asked, environ=environ)
    assert str(caught.value) == (
        f"/nowhere/x.toml: no such file, asked for by {how}. Correct the path."
    )


def test_no_file_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError) as caught:
        load_settings(environ={})
    assert str(caught.value) == (
        "no configuration file; looked at, in order: --config (not given), "
        f"$MIROIR_CONFIG (not set), {tmp_path}/miroir.toml, "
        f"{tmp_path}/config/miroir.toml, /etc/miroir/miroir.toml. "
        "Run `miroir init`, or give --config FILE."
    )
