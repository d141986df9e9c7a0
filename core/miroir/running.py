"""The name of this run of the program, by which its lines are known."""

from __future__ import annotations

import os
from functools import cache
from secrets import token_hex


@cache
def run_id() -> str:
    """The name of this run: that of MIROIR_RUN_ID, or one of its own.

    A scheduler that starts several commands for one job gives them one name.
    """
    return os.environ.get("MIROIR_RUN_ID") or token_hex(6)
