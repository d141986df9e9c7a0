"""Do what docs/tutorial.md says, block after block, and compare what comes out.

Run by `tox -e scaffold`: python -m tests.scaffold.tutorial FOLDER. Files are
written where their comment says; in what a command prints, «…» stands for
anything (tests/docs/shown.py).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.docs.command_lines import prompted
from tests.docs.pages import Page
from tests.docs.shown import paired

DOCS = Path(__file__).parents[2] / "docs"
PORT = "8765"
"""Of the tool in the page; here it is one that is free."""
MOST_LINES = 120
"""What a source and a CRM logger may take together."""


class Session:
    """A shell that goes on from block to block, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        binaries = str(Path(sys.executable).parent)
        self.environment = {
            **os.environ,
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "MIROIR_KEY_FILE": str(folder / "keys"),
        }
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = str(free.getsockname()[1])
        self.background: list[subprocess.Popen[bytes]] = []

    def run(self, command: str) -> str:
        """What a command prints; AssertionError when it fails."""
        if command.startswith(". "):
            self._activate(self.folder / command.removeprefix(". "))
            return ""
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            self.environment[name] = value
            return ""
        if command.endswith("&"):
            words = command.removesuffix("&").split()
            started = subprocess.Popen(
                words, cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL
            )
            self.background.append(started)
            return ""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def _activate(self, script: Path) -> None:
        """As the script does, for the commands to come.

        What is installed here is seen from the new environment: what the page
        installs is not fetched again.
        """
        assert script.is_file(), script
        binaries = script.parent
        python = str(binaries / "python")
        where = "import sysconfig; print(sysconfig.get_path('purelib'))"
        new = subprocess.check_output([python, "-c", where], text=True).strip()
        ours = sysconfig.get_path("purelib")
        Path(new, "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
        self.environment["VIRTUAL_ENV"] = str(binaries.parent)
        self.environment["PATH"] = f"{binaries}{os.pathsep}{self.environment['PATH']}"

    def close(self) -> None:
        """Stop what was left running."""
        for started in self.background:
            started.terminate()
            started.wait()


def follow(page: Page, session: Session) -> int:
    """Do every block of a page; how many commands were run."""
    count = 0
    for block in page.blocks:
        written = block.file or block.append
        if written:
            path = session.folder / written
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a" if block.append else "w", encoding="utf-8") as file:
                file.write(block.text.replace(PORT, session.port))
            continue
        assert block.language == "console", f"a block of no use: {block}"
        for command, shown in prompted(block.text):
            printed = session.run(command.replace(PORT, session.port))
            if shown.strip():
                paired(shown.replace(PORT, session.port), printed)
            count += 1
    return count


def main(folder: Path) -> None:
    """The tutorial, in `folder`, which is empty; its environment is in there too."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "miroir").symlink_to(DOCS.parent)
    session = Session(folder)
    try:
        count = follow(Page(DOCS / "tutorial.md"), session)
    finally:
        session.close()
    source = folder / "miroir-gps-coffre" / "src" / "miroir_gps_coffre"
    parts = ("source.py", "client.py", "crm_logger.py")
    lines = sum(len((source / part).read_text().splitlines()) for part in parts)
    assert lines < MOST_LINES, f"{lines} lines"
    sys.stdout.write(f"tutorial: {count} commands, {lines} lines of plugin\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
