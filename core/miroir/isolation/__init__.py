"""Running code of others where it can harm nothing.

A `Host` answers calls in JSON: `ProcessHost` from a new process, `ForkedHost`
from a copy of this one, `InlineHost` from this very one. A `Cell` answers
calls in objects, from either kind of child, which may crash, loop, print or
exit as it likes.

This holds accidents, not malice: a child is the same user on the same machine.
"""

from __future__ import annotations

from miroir.isolation.cell import Cell, Ended, Foreseen, Mode
from miroir.isolation.host import Handler, Host, Json, Limits
from miroir.isolation.inline import InlineHost
from miroir.isolation.process import ForkedHost, ProcessHost

__all__ = [
    "Cell",
    "Ended",
    "Foreseen",
    "ForkedHost",
    "Handler",
    "Host",
    "InlineHost",
    "Json",
    "Limits",
    "Mode",
    "ProcessHost",
]
