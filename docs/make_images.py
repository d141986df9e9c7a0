"""Redraw docs/images/demo.svg from what `miroir demo` shows on a terminal.

Run it after a change of the demo or of the table output:

    .venv/bin/python docs/make_images.py
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH, HEIGHT = 104, 50
IMAGE = Path(__file__).parent / "images" / "demo.svg"

# The picture asks no other site for its font.
_WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def main() -> None:
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text("$ miroir demo", style="bold"))
    console.print(Text.from_ansi(_shown(["miroir", "demo"])))
    svg = console.export_svg(title="miroir demo", unique_id="demo")
    svg = _WEB_FONT.sub("", svg).replace("Fira Code", "DejaVu Sans Mono")
    IMAGE.parent.mkdir(exist_ok=True)
    IMAGE.write_text(svg, "utf-8")


def _shown(command: list[str]) -> str:
    """What a command writes on a terminal of our size, with its colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    with tempfile.TemporaryDirectory() as state:
        environment = os.environ | {
            "TERM": "xterm-256color",
            "XDG_STATE_HOME": state,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        for name in ("COLUMNS", "NO_COLOR"):
            environment.pop(name, None)
        with subprocess.Popen(command, stdout=theirs, env=environment) as process:
            os.close(theirs)
            text = _read(ours)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed ({process.returncode})")
    return text


def _read(terminal: int) -> str:
    chunks = []
    while True:
        try:
            chunk = os.read(terminal, 65_536)
        except OSError:  # how Linux says that the other side has closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(terminal)
    return b"".join(chunks).decode("utf-8").replace("\r\n", "\n")


if __name__ == "__main__":
    main()
