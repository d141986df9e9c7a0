"""What a double of an outside system is: strict, and with a ledger."""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it came. The names of `headers` are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        pairs = parse_qsl(urlsplit(self.target).query, keep_blank_values=True)
        return dict(pairs)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def json(self) -> object:
        """Its JSON; raises ValueError."""
        # Late: the client of HTTP comes with it, and trials without HTTP need none.
        from miroir.http.strict_json import loads

        return loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, value: object = None, **headers: str) -> Reply:
        """An answer in JSON; no body without a value."""
        if value is None:
            return cls(status=status, headers=headers)
        body = json.dumps(value).encode()
        return cls(
            status=status,
            body=body,
            headers={"Content-Type": "application/json", **headers},
        )


@dataclass(slots=True, kw_only=True)
class Record:
    """One effect. `reference` is what the caller wrote in it of its own."""

    id: str
    reference: str
    fields: dict[str, object]
    at: float = field(default_factory=time.monotonic)


class Counterpart(ABC):
    """A double of an outside system: it refuses what the system refuses.

    `records` is the ledger of what was done, in order. `lag_s`: what was done
    is not found by a search before. `keys` holds the answers given to
    idempotency keys.
    """

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.keys: dict[str, Reply] = {}
        self.lag_s = 0.0

    @abstractmethod
    def answer(self, call: Call) -> Reply:
        """Do what is asked, or refuse it."""

    @abstractmethod
    def phase(self, call: Call) -> str:
        """What a call is for: `token`, `look_up`, `write` or `read_back`."""

    def visible(self) -> list[Record]:
        """The records that a search finds now."""
        latest = time.monotonic() - self.lag_s
        return [one for one in self.records if one.at <= latest]

    def prepare(self, name: str, value: object) -> None:
        """Set up a situation by its name, such as `accounts`; ValueError if unknown."""
        raise ValueError(f"{type(self).__name__} cannot prepare {name!r}")
