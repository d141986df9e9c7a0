"""A shell in one folder, that goes on from block to block.

`miroir` alone runs in this process, as click's runner does; a line that needs a shell
runs in a real one, where `miroir` is the one under test.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner
from miroir.cli import main

from tests.docs.command_lines import ASSIGNED, ELSEWHERE, SHELL, faults, parts, split
from tests.docs.shown import paired, replaced
from tests.plugins.distributions import Site

UNENDING = (["miroir", "schedule", "run"], ["miroir", "worker"])
"""Commands that go on until SIGTERM: a real process, which then ends with 0."""
ASKING = (["miroir", "dossiers", "call"],)
"""Commands that ask questions: at the end of the input, one must have been asked."""
DOUBLES = Path(__file__).with_name("doubles")
_CODE = re.compile(r"#.*exit code (\d)")


@dataclass
class Session:
    """`instead`: what is typed in place of what the page says, longest first."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    pairs: dict[str, str] = field(default_factory=dict)
    background: list[subprocess.Popen[bytes]] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)

    def run(self, command: str, shown: str = "") -> None:
        """Run a line and compare. AssertionError: it fails, or prints another thing."""
        for one in parts(command):
            wrong = faults(one)
            assert not wrong, f"{command}\n{wrong}"
        for old, new in self.instead.items():
            command, shown = command.replace(old, new), shown.replace(old, new)
        command = replaced(command, self.pairs)
        expected = _expected(command, shown)
        code, printed = self._each(command)
        assert code in expected, f"{command}\nexit code {code}\n{printed}"
        if shown.strip():
            try:
                self.pairs |= paired(shown, printed)
            except AssertionError as error:
                raise AssertionError(f"{command}\n{error}") from None

    def _each(self, command: str) -> tuple[int, str]:
        """Commands joined by `&&`, one after the other, until one fails."""
        printed = ""
        for one in command.split(" && "):
            code, more = self._done(one)
            printed += more
            if code:
                break
        return code, printed

    def _done(self, command: str) -> tuple[int, str]:
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            self.environ[name] = value
            return 0, ""
        if command.rstrip().endswith(" &"):
            self._start(command.rstrip().removesuffix("&"))
            return 0, ""
        if SHELL.search(re.sub(r"'[^']*'|\"[^\"]*\"|#.*", "", command)):
            return self.shell(command)
        words = split(command)
        environ = dict(word.split("=", 1) for word in words if ASSIGNED.match(word))
        words = words[len(environ) :]
        if words in UNENDING:
            return self._until_stopped(words)
        if words[0].rpartition("/")[2] == "miroir":
            return self._in_process(words, environ)
        ours = (self.folder / words[-1]).is_file()
        if words[0].rpartition("/")[2] in ELSEWHERE and not ours:
            return 0, ""
        return self.shell(command)

    def _in_process(
        self, words: list[str], environ: Mapping[str, str]
    ) -> tuple[int, str]:
        for word in words:
            inner = word.startswith((str(self.folder), "/dev/"))
            assert inner or not word.startswith("/"), f"{word}: not of this place"
        with inside(self.folder):
            done = CliRunner().invoke(
                main, words[1:], prog_name="miroir", env={**self.environ, **environ}
            )
        asks = words[:3] in ASKING and "--from" not in words and "--form" not in words
        if asks and done.exit_code == 1 and " ?:" in done.output:
            return 0, done.output
        return done.exit_code, done.output

    def shell(self, command: str) -> tuple[int, str]:
        """By a real shell: its exit code, both outputs."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self._environ(),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def whole(self, text: str) -> None:
        """Run a block in one shell, which stops at the first command that fails."""
        for old, new in self.instead.items():
            text = text.replace(old, new)
        code, printed = self.shell(f"set -e\n{text}")
        assert code == 0, f"{text}\nexit code {code}\n{printed}"

    def _environ(self) -> dict[str, str]:
        """Where `miroir` and `python` are those of the tests."""
        folder = self.folder.parent / f"{self.folder.name}-bin"
        if not folder.exists():
            folder.mkdir()
            for name, what in (
                ("miroir", "-m miroir"),
                ("python", ""),
                ("pytest", "-m pytest"),
                ("sbatch", f'"{DOUBLES}/sbatch"'),
            ):
                path = folder / name
                path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {what} "$@"\n')
                path.chmod(0o755)
        found = f"{folder}{os.pathsep}{os.environ['PATH']}"
        installed = [str(site.folder) for site in self.sites]
        paths = os.pathsep.join((*installed, self.environ.get("PYTHONPATH", "")))
        return os.environ | {"PATH": found} | self.environ | {"PYTHONPATH": paths}

    def _start(self, command: str) -> None:
        self.background.append(
            subprocess.Popen(
                shlex.split(command),
                cwd=self.folder,
                env=self._environ(),
                stdout=subprocess.DEVNULL,
            )
        )

    def _until_stopped(self, words: list[str]) -> tuple[int, str]:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=self.folder,
            env=self._environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        while process.poll() is None and not _ready(process.pid):
            time.sleep(0.05)
        assert process.poll() is None, f"{words}: {process.communicate()[0]}"
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=60)
        return process.returncode, printed

    def close(self) -> None:
        """Stop what was left running."""
        for started in self.background:
            started.terminate()
            started.wait()
        for site in list(self.sites):
            self.forget(site)

    def forget(self, site: Site) -> None:
        """Uninstall a distribution of the page."""
        self.sites.remove(site)
        sys.path.remove(str(site.folder))
        site.forget_modules()


def _ready(pid: int) -> bool:
    """Whether a process has said what it does of SIGTERM, as Linux tells."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():  # another system: long enough for any
        time.sleep(5)
        return True
    caught = re.search(r"SigCgt:\s*([0-9a-f]+)", status.read_text())
    return caught is not None and bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


def _expected(command: str, shown: str) -> set[int]:
    said = _CODE.search(command)
    if said:
        return {int(said[1])}
    return {1, 2, 4} if shown.startswith("Error: ") else {0}


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
