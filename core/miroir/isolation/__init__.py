"""Running code of others where it can harm nothing: a process of its own.

A `Host` answers calls: `ProcessHost` from a child process, which may crash,
loop, print or exit as it likes; `InlineHost` from this process, for tests and
for who asks for it. Both speak JSON, and raise the same errors.

This holds accidents, not malice: a child is the same user on the same machine.
"""

from __future__ import annotations

from miroir.isolation.host import Handler, Host, Json, Limits
from miroir.isolation.inline import InlineHost
from miroir.isolation.process import ProcessHost

__all__ = ["Handler", "Host", "InlineHost", "Json", "Limits", "ProcessHost"]
