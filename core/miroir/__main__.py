"""`python -m miroir` is `miroir`."""

from __future__ import annotations

from miroir.cli import main

if __name__ == "__main__":
    main(prog_name="miroir")
