"""Write docs/man/miroir.1 from docs/commands.md: python docs/make_man.py.

The wheel installs it as share/man/man1/miroir.1. With --check it is only
compared; exit code 1 when it is not up to date.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import main as build

DOCS = Path(__file__).parent
PAGE = DOCS / "man" / "miroir.1"


def made() -> str:
    """The page as it is to be."""
    with tempfile.TemporaryDirectory() as folder:
        options = [
            "-q",
            "-W",
            "-b",
            "man",
            "-D",
            "today=",
            "-D",
            "release=",
            "-D",
            "version=",
        ]
        if build([*options, str(DOCS), folder]) != 0:
            raise SystemExit("the documentation does not build: tox -e lint")
        text = (Path(folder) / "miroir.1").read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    # Sphinx dates the page with the day it is built.
    return "".join(
        '.TH "MIROIR" "1" "" "" "Miroir"\n' if line.startswith(".TH ") else line
        for line in lines
    )


if __name__ == "__main__":
    page = made()
    if "--check" not in sys.argv:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        raise SystemExit("docs/man/miroir.1 is not up to date: python docs/make_man.py")
