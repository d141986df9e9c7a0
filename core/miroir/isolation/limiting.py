"""What a child may take of the machine, imposed by itself before others' code."""

from __future__ import annotations

import contextlib
import os
import resource
from pathlib import Path

from miroir.isolation.host import MIB, Limits

_STATM = Path("/proc/self/statm")


def impose(limits: Limits, *, mapped: int = 0) -> None:
    """Hold this process, for ever, to its limits.

    `mapped`: bytes that it has from its parent, which do not count.
    """
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, mapped + limits.memory_mib * MIB),
        (resource.RLIMIT_FSIZE, limits.file_mib * MIB),
        (resource.RLIMIT_NOFILE, limits.open_files),
    ):
        hardest = resource.getrlimit(kind)[1]
        if hardest != resource.RLIM_INFINITY:
            most = min(most, hardest)
        # Some systems refuse some limits; the others still hold.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def mapped_bytes() -> int:
    """The address space of this process; what RLIMIT_AS counts."""
    try:
        pages = int(_STATM.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        # Not Linux: as much as it ever had resident, and room for libraries.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + 1024 * MIB
    return pages * os.sysconf("SC_PAGE_SIZE")
