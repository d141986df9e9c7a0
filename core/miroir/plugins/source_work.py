"""A configured source at work: asked where its plugin is to run.

One child serves a whole collection: it keeps its connections, its cursor and
the files it is at, and dies with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from miroir.errors import PluginError, SourceError
from miroir.plugins.conduct import kind_of
from miroir.plugins.containment import NONE, Containment
from miroir.plugins.guarding import Allowed, guard, guard_each
from miroir.plugins.sources import ConfiguredSource
from miroir.types.source import (
    CollectRequest,
    Kind,
    Reading,
    ReceivedFile,
    RowSource,
    Source,
)

if TYPE_CHECKING:
    from miroir.plugins.contained import Contained

_MOST_ANSWER = 2 * 1024**3
"""Bytes of one file: a source that gives more is at fault."""
_FORESEEN: Allowed = (SourceError,)


@contextmanager
def at_work(
    configured: ConfiguredSource, containment: Containment
) -> Iterator[SourceAtWork]:
    """A source for one collection; its child, if it has one, ends with it."""
    if containment.terms.mode_of(configured.provider) == NONE:
        yield SourceAtWork(configured, containment, None)
        return
    serving = Serving(configured.source)
    child = containment.lasting(configured.provider, serving, _MOST_ANSWER)
    try:
        yield SourceAtWork(configured, containment, child)
    finally:
        child.close()


class SourceAtWork:
    """What `Source` says, each answer checked. Used by one thread.

    Every method raises PluginError, which names the plugin, beside what the
    one of `Source` is foreseen to raise.
    """

    def __init__(
        self,
        configured: ConfiguredSource,
        containment: Containment,
        child: Contained | None,
    ) -> None:
        self.configured = configured
        self._containment, self._child = containment, child
        self._source, self._provider = configured.source, configured.provider
        self._left = containment.terms.collect_seconds

    @property
    def name(self) -> str:
        return self.configured.name

    @property
    def kind(self) -> Kind:
        return self._source.kind

    @property
    def has_rows(self) -> bool:
        """It reads its files itself."""
        return self.kind != "dsn" and isinstance(self._source, RowSource)

    def incremental(self) -> bool:
        """As `Source.incremental`."""
        return bool(self._ask("incremental", "asking whether it gives all", bool))

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        """As `Source.collect`; raises SourceError."""
        doing = f"collecting from {self.name}"
        if self._child is None:
            yield from self._collect_here(request, doing)
            return
        self._next(self._child, ("collect", request), doing, type(None))
        while given := self._next(
            self._child, ("next",), doing, tuple[ReceivedFile, ...]
        ):
            yield cast(tuple[ReceivedFile], given)[0]

    def _collect_here(
        self, request: CollectRequest, doing: str
    ) -> Iterator[ReceivedFile]:
        call = partial(self._source.collect, request)
        try:
            yield from guard_each(
                self._provider, doing, call, ReceivedFile, through=_FORESEEN
            )
        except PluginError as error:
            self._note(error)
            raise

    def taken(self, file: ReceivedFile) -> None:
        """As `Source.taken`; raises SourceError."""
        if type(self._source).taken is not Source.taken:
            self._ask("taken", f"putting away {file.name}", type(None), file)

    def read(self, file: ReceivedFile) -> Reading:
        """As `RowSource.read`; raises SourceError."""
        given = self._ask("read", f"reading {file.name}", Reading, file)
        return cast(Reading, given)

    def next_cursor(self) -> str | None:
        """As `Source.next_cursor`."""
        given = self._ask("next_cursor", "asking for the cursor", str | None)
        return cast(str | None, given)

    def size(self) -> int | None:
        """As `Source.size`."""
        given = self._ask("size", "asking for the size", int | None)
        return cast(int | None, given)

    def check(self) -> None:
        """As `Source.check`; raises SourceError."""
        self._ask("check", f"checking the source {self.name}", type(None))

    def _ask(
        self, method: str, doing: str, expected: Any, *given: ReceivedFile
    ) -> object:
        request = (method, *given)
        if self._child is None:
            call = partial(Serving(self._source), request)
            try:
                return guard(self._provider, doing, call, through=_FORESEEN)
            except PluginError as error:
                self._note(error)
                raise
        answer = self._child.ask(
            request,
            doing=doing,
            what=f"{method} of {self.name}",
            seconds=self._containment.terms.seconds,
            through=_FORESEEN,
        )
        return self._checked(answer, doing, expected)

    def _next(
        self, child: Contained, request: object, doing: str, expected: Any
    ) -> object:
        """One step of a collection, of which the time of the source is counted."""
        begun = monotonic()
        answer = child.ask(
            request,
            doing=doing,
            what=f"collect of {self.name}",
            seconds=max(min(self._left, self._containment.terms.next_seconds), 0),
            through=_FORESEEN,
        )
        self._left -= monotonic() - begun
        return self._checked(answer, doing, expected)

    def _checked(self, answer: object, doing: str, expected: Any) -> object:
        self._containment.require(self._provider, doing, answer, expected)
        return answer

    def _note(self, error: PluginError) -> None:
        self._containment.conduct.note(self._provider, kind_of(error), str(error))


class Serving:
    """A source in the child: its methods by name, its files one by one."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._files: Iterator[ReceivedFile] = iter(())

    def __call__(self, request: object) -> object:
        assert isinstance(request, tuple)
        method, *given = request
        if method == "collect":
            self._files = iter(self._source.collect(*given))
            return None
        if method == "next":
            return tuple(islice(self._files, 1))
        found = getattr(self._source, method)
        return found(*given) if callable(found) else found
