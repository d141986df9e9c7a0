"""Telling which plugin answered, when MIROIR_TRACE_HOOKS=1 asks for it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

from miroir.plugins.provider import Provider

VARIABLE = "MIROIR_TRACE_HOOKS"


class HookTrace:
    """One call of one hook of one plugin; begun when it is made."""

    def __init__(self, hook: str, provider: Provider) -> None:
        self._hook, self._provider = hook, provider
        self._begun = time.perf_counter()

    def gave(self, items: Sequence[object]) -> None:
        """Write one line on stderr: the hook, the plugin, what it gave, how long."""
        if os.environ.get(VARIABLE) != "1":
            return
        spent = (time.perf_counter() - self._begun) * 1000
        names = ", ".join(str(getattr(item, "name", "?")) for item in items)
        sys.stderr.write(
            f"hook {self._hook}: plugin {self._provider} gave {len(items)} "
            f"({names or 'nothing'}) in {spent:.1f} ms\n"
        )
