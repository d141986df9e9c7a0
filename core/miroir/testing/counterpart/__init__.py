"""A counterpart that is as cruel as reality, for tests of what goes out.

A double of an outside system (`Counterpart`) runs in a process of its own
(`Running`), over TLS, and goes wrong when it is told to (`Fault`): it commits
then hangs, answers before it commits, forgets, lies, cuts, drips, redirects.
"""

from __future__ import annotations

from miroir.testing.counterpart.certificates import Certificates
from miroir.testing.counterpart.double import Call, Counterpart, Record, Reply
from miroir.testing.counterpart.faults import Fault
from miroir.testing.counterpart.process import Running, running

__all__ = [
    "Call",
    "Certificates",
    "Counterpart",
    "Fault",
    "Record",
    "Reply",
    "Running",
    "running",
]
