"""How long, how much, and what the other side means by «too busy»."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of one exchange, in seconds and bytes.

    `deadline_s` is wall-clock time for everything: names, connections, tokens,
    waits, every request, to the last byte. `read_s` bounds one silence.
    `max_bytes` counts what a compressed answer expands to. `tries` is how often
    one request may be sent when the earlier ones surely were not carried out.
    A wait that the other side asks for is cut at `longest_wait_s`.
    """

    connect_s: float = 3.0
    read_s: float = 10.0
    deadline_s: float = 30.0
    max_bytes: int = 10 * MEBIBYTE
    tries: int = 3
    first_wait_s: float = 0.5
    longest_wait_s: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Semantics:
    """What a status of this system means, for a request that writes.

    `applied_on_429`, `applied_on_503`: it may have been carried out all the
    same; then it is never sent again. `in_progress`: statuses that say an
    earlier request with our key is still at work. `later`: the system's own
    codes of a refusal that passes with time, such as a quota of the day.
    """

    applied_on_429: bool = True
    applied_on_503: bool = True
    in_progress: frozenset[int] = frozenset()
    later: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """The certificates. The other side is always verified.

    `authorities` is a file of certificate authorities; those of `certifi` by
    default. `certificate` and `key` are ours, for a server that asks for one.
    """

    authorities: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
