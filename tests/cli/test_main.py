"""What all commands share: help, errors, exit codes, speed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import miroir
from tests.plugins.distributions import Site

RUN = "import sys; from miroir.cli import main; sys.argv[0] = 'miroir'; main()"

COMMANDS = """
    import click, miroir
    from miroir.errors import SourceUnavailable

    @click.command("etat")
    @click.argument("how")
    def etat(how):
        if how == "bug": raise KeyError("1850578006084")
        if how == "known": raise SourceUnavailable("the tool did not answer")
        if how == "exit": raise SystemExit(7)
        if how == "stop": raise KeyboardInterrupt
        click.echo("bonjour")

    @miroir.hookimpl
    def miroir_commands(): return [etat]
"""


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _script(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, *args],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environ},
    )


def test_the_help_imports_no_heavy_library() -> None:
    code = (
        "import sys\nfrom miroir.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "heavy = {'pydantic', 'sqlalchemy', 'alembic', 'requests', 'rich', 'numpy'}\n"
        "print(sorted(heavy & {*sys.modules}), file=sys.stderr)"
    )
    environ = {**os.environ, "MIROIR_PLUGINS__ENABLED": "[]"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environ,
    )
    assert done.stderr == "[]\n"


def test_every_command_of_the_help_can_be_imported() -> None:
    listed = miroir("--help").stdout.partition("Commands:\n")[2].split("\n\n")[0]
    names = [line.split()[0] for line in listed.splitlines() if line[2:3] != " "]
    assert {"analyse", "config", "doctor", "init", "plugins", "sync"} <= {*names}
    for name in names:
        assert miroir(name, "--help").exit_code == 0, name


def test_an_unknown_command_suggests_the_nearest() -> None:
    result = miroir("snyc")
    assert result.exit_code == 2
    assert "No such command 'snyc'. Did you mean 'sync'?" in result.stderr


def test_an_error_is_one_line_and_its_exit_code() -> None:
    result = miroir("--config", "nowhere.toml", "config", "show")
    assert result.exit_code == 4
    assert result.stdout == ""
    assert result.stderr == (
        f"Error: {Path.cwd()}/nowhere.toml: no such file, asked for by --config. "
        "Correct the path.\n"
    )


def test_the_traceback_is_shown_on_demand() -> None:
    for done in (
        _script("--debug", "config", "show", "--config", "nowhere.toml"),
        _script("config", "show", "--config", "nowhere.toml", MIROIR_DEBUG="1"),
    ):
        assert done.returncode == 1
        assert "Traceback" in done.stderr
        assert "ConfigurationError" in done.stderr


def test_several_problems_have_a_line_each() -> None:
    Path("miroir.toml").write_text("[gap]\nx = 1\ny = 2\n")
    lines = miroir("config", "check").stderr.splitlines()
    assert lines[0] == "Error: 2 problems in the configuration"
    assert len(lines) == 3
    assert all(line.startswith("  ") for line in lines[1:])


@pytest.mark.parametrize(
    ("how", "exit_code", "stderr"),
    [
        ("fine", 0, ""),
        ("exit", 7, ""),
        ("stop", 130, "Interrupted.\n"),
        ("known", 1, "Error: the tool did not answer\n"),
        (
            "bug",
            1,
            (
                "Error: Plugin 'acme' (miroir-acme 1.0) failed while running `miroir "
                "etat`: KeyError: '•••'. Correct or update miroir-acme; until then switch "
                'it off with [plugins] disabled = ["acme"].\n'
            ),
        ),
    ],
)
def test_a_command_of_a_plugin(
    site: Site, how: str, exit_code: int, stderr: str
) -> None:
    site.install("miroir-acme", {"acme": COMMANDS})
    result = miroir("etat", how)
    assert (result.exit_code, result.stderr) == (exit_code, stderr)


def test_a_command_that_miroir_has_already(site: Site) -> None:
    site.install("miroir-acme", {"acme": COMMANDS.replace('"etat"', '"sync"')})
    assert miroir("sync", "--help").exit_code == 0, "ours still runs"
    result = miroir("etat", "x")
    assert result.exit_code == 1
    assert "Plugin 'acme' (miroir-acme 1.0) gives the command 'sync', which" in (
        result.stderr
    )


def test_a_broken_plugin_does_not_hide_the_help(site: Site) -> None:
    site.install("miroir-acme", {"acme": "1 / 0"})
    result = miroir("--help")
    assert result.exit_code == 0
    assert "analyse" in result.stdout
    assert "cannot be listed: Plugin 'acme' (miroir-acme 1.0) failed to load" in (
        " ".join(result.stdout.split())
    )


def test_the_commands_of_a_plugin_that_is_off_are_gone(site: Site) -> None:
    site.install("miroir-acme", {"acme": COMMANDS})
    Path("miroir.toml").write_text('[plugins]\ndisabled = ["acme"]\n')
    assert "etat" not in miroir("--help").stdout
    assert miroir("etat", "fine").exit_code == 2
    Path("other.toml").write_text("")
    assert miroir("--config", "other.toml", "etat", "fine").stdout == "bonjour\n"


@pytest.mark.parametrize("toml", ["[plugins]\nenabled = 3\n", "[plugins"])
def test_a_wrong_list_of_plugins_stops_their_commands(site: Site, toml: str) -> None:
    site.install("miroir-acme", {"acme": COMMANDS})
    Path("miroir.toml").write_text(toml)
    result = miroir("etat", "fine")
    assert result.exit_code == 4
    assert "miroir.toml: " in result.stderr


def test_a_closed_pipe_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -c {RUN!r} config schema | head -c 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MIROIR_GAP__TOLERANCE": "1"},
    )
    assert "Traceback" not in done.stderr
    assert "defect" not in done.stderr


def test_an_interruption_says_so() -> None:
    code = (
        "import os, signal, time\nfrom miroir.cli import main\n"
        # What is started in the background ignores interruptions.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from miroir.cli.init import init\n"
        "def stopped(folder):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    time.sleep(5)\n"
        "init.callback = stopped\n"
        "main(['init'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "Interrupted.\n")
