"""What is asked and what is answered. Neither ever shows its content."""

from __future__ import annotations

from codecs import BOM_UTF8 as BOM
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from miroir.errors import DestinationError, HttpNotSent, HttpOutcomeUnknown
from miroir.http import strict_json

T = TypeVar("T")

SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request.

    `what` names it in errors and logs («search the account»): its address and
    its content never stand there. `path` is under the base of the client, or a
    whole address of an allowed host. `json` or `form` or `content` is the body.
    `writes`: it may change something at the other side; by default all but GET
    and HEAD. Statuses of `expected` are answers too, beside 2xx.
    """

    what: str
    method: str = "GET"
    path: str = field(default="", repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: object = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    writes: bool | None = None
    expected: frozenset[int] = frozenset()

    @property
    def is_write(self) -> bool:
        """Whether sending it twice could do something twice."""
        return self.method not in SAFE if self.writes is None else self.writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, whole and within its bounds."""

    host: str
    request: Request
    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    def json(self) -> object:
        """Its JSON: no key twice, no NaN. Raises as `unreadable` says."""
        try:
            return strict_json.loads(self.content)
        except strict_json.NotStrictJson as error:
            reason = str(error)
        raise self.unreadable(reason)

    def parse(self, shape: type[T]) -> T:
        """Its JSON as `shape`, a dataclass say; unknown keys are let by.

        Raises as `unreadable` says when a field is missing or of another type.
        """
        from pydantic import TypeAdapter, ValidationError

        self.json()
        adapter: TypeAdapter[T] = TypeAdapter(shape)
        try:
            return adapter.validate_json(self.content.removeprefix(BOM), strict=True)
        except ValidationError as error:
            where = {".".join(map(str, one["loc"])) for one in error.errors()}
        raise self.unreadable(f"not as expected: {', '.join(sorted(where)[:3])}")

    def unreadable(self, reason: str) -> DestinationError:
        """The error to raise when the answer does not say what it should.

        A login page with status 200 says nothing of what was done: after a
        write it is OutcomeUnknown, after a read ActionNotSent.
        """
        text = f"{self.host}: {self.request.what}: answer {self.status}: {reason}"
        kind = HttpOutcomeUnknown if self.request.is_write else HttpNotSent
        return kind(text)
