"""Calling plugins where they can harm nothing but their own answer.

Those of Miroir run in place. Those of a GPS run in a child, one child per
plugin and per batch of calls: what one does to its process is felt by none of
the others, nor by the program.
"""

from __future__ import annotations

import pickle
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from miroir.errors import PluginError, WrongHookResult
from miroir.plugins.among import among_threads
from miroir.plugins.conduct import Conduct, kind_of
from miroir.plugins.conforming import fault
from miroir.plugins.guarding import Allowed, guard
from miroir.plugins.provider import Provider

if TYPE_CHECKING:
    from miroir.config.settings import Settings
    from miroir.plugins.contained import Contained

T = TypeVar("T")

FORK, PROCESS, NONE = "fork", "process", "none"
_MOST_ANSWER = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How plugins are contained: the table `[plugins]`.

    `mode` is that of the plugins of a GPS, unless `modes` names them. Those of
    Miroir run in place unless they are named. `seconds`: for one call;
    `next_seconds`: for a source to give its next file; `collect_seconds`: for
    all of them. `memory_mib`: beyond what the program has already.
    """

    mode: str = FORK
    modes: Mapping[str, str] = field(default_factory=dict)
    memory_mib: int = 512
    seconds: float = 30.0
    next_seconds: float = 300.0
    collect_seconds: float = 14_400.0

    def mode_of(self, provider: Provider) -> str:
        """Where a plugin runs: fork, process or none."""
        return self.modes.get(provider.name, NONE if provider.builtin else self.mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Generic[T]):
    """One call of a plugin.

    `doing` completes «failed while»: «examining 552100554 (alone)»; `what` is
    the same for every company. `expected` is the type of what it gives, as an
    annotation; `wrong` says what else is wrong in it, or nothing.
    """

    provider: Provider
    doing: str
    what: str
    call: Callable[[], T]
    expected: Any
    wrong: Callable[[T], str] = lambda given: ""


class Containment:
    """Runs plugins under `terms`, and keeps what they did wrong in `conduct`."""

    def __init__(
        self, terms: Terms | None = None, conduct: Conduct | None = None
    ) -> None:
        self.terms, self.conduct = terms or Terms(), conduct or Conduct()
        self._kept: dict[tuple[Provider, int], Contained] = {}

    def run(self, tasks: Sequence[Task[T]]) -> list[T | PluginError]:
        """What each task gives, or why it gives nothing: in their order.

        A plugin that fails at one of its tasks goes on with the next, unless
        it is set aside. Nothing of a plugin's is raised.
        """
        places: dict[Provider, list[int]] = defaultdict(list)
        for place, task in enumerate(tasks):
            places[task.provider].append(place)
        found: dict[int, T | PluginError] = {}
        for own in places.values():
            with self._caller([tasks[place] for place in own]) as call:
                for turn, place in enumerate(own):
                    try:
                        found[place] = call(turn)
                    except PluginError as error:
                        found[place] = error
        return [found[place] for place in range(len(tasks))]

    def ask(self, task: Task[T], through: Allowed = ()) -> T:
        """What one task gives.

        Raises PluginError, and unchanged the errors of `through`.
        """
        with self._caller([task], through) as call:
            return call(0)

    def lasting(
        self,
        provider: Provider,
        handle: Callable[[object], object],
        answer_bytes: int,
    ) -> Contained:
        """A child that serves many calls of one plugin; to be closed.

        Where other threads are at work a new process rather than a copy: a
        copy may wait for ever for what one of them held when it was made.
        """
        mode = self.terms.mode_of(provider)
        if mode == FORK and among_threads() and _travels(handle):
            mode = PROCESS
        return self._contained(provider, handle, mode, answer_bytes)

    def _contained(
        self,
        provider: Provider,
        handle: Callable[[object], object],
        mode: str,
        answer_bytes: int = _MOST_ANSWER,
    ) -> Contained:
        from miroir.isolation import Limits, Mode
        from miroir.plugins.contained import Contained

        limits = Limits(memory_mib=self.terms.memory_mib, answer_bytes=answer_bytes)
        return Contained(provider, handle, Mode(mode), limits, self.conduct)

    @contextmanager
    def _caller(
        self, tasks: Sequence[Task[T]], through: Allowed = ()
    ) -> Iterator[Callable[[int], T]]:
        """Calls the tasks of one plugin by their place, where it is to run."""
        provider = tasks[0].provider
        mode = self.terms.mode_of(provider)
        if mode == NONE:
            yield lambda place: self._here(tasks[place], through)
        elif mode == FORK:
            from miroir.plugins.contained import Nth

            calls = Nth([task.call for task in tasks])
            child = self._contained(provider, calls, mode)
            try:
                yield lambda place: self._there(child, place, tasks[place], through)
            finally:
                child.close()
        else:
            kept = self._kept_for(provider)
            yield lambda place: self._there(
                kept, tasks[place].call, tasks[place], through
            )

    def _here(self, task: Task[T], through: Allowed) -> T:
        try:
            given = guard(task.provider, task.doing, task.call, through=through)
        except PluginError as error:
            self.conduct.note(task.provider, kind_of(error), str(error))
            raise
        return self._checked(task, given)

    def _there(
        self, child: Contained, request: object, task: Task[T], through: Allowed
    ) -> T:
        given = child.ask(
            request,
            doing=task.doing,
            what=task.what,
            seconds=self.terms.seconds,
            through=through,
            apart=task.call,
        )
        return self._checked(task, cast(T, given))

    def _kept_for(self, provider: Provider) -> Contained:
        """The process of a plugin: it took time to start, and is kept."""
        from miroir.plugins.contained import perform

        key = (provider, threading.get_ident())
        if key not in self._kept:
            self._kept[key] = self._contained(provider, perform, PROCESS)
        return self._kept[key]

    def close(self) -> None:
        """End the processes that were kept for the next call."""
        while self._kept:
            self._kept.popitem()[1].close()

    def _checked(self, task: Task[T], given: T) -> T:
        """What was given, if it is what was promised; raises WrongHookResult."""
        self.require(task.provider, task.doing, given, task.expected, task.wrong)
        return given

    def require(
        self,
        provider: Provider,
        doing: str,
        given: T,
        expected: Any,
        wrong: Callable[[T], str] = lambda given: "",
    ) -> None:
        """Raise WrongHookResult unless a plugin of a GPS gave what it promised."""
        if provider.builtin:
            return
        told = fault(given, expected) or wrong(given)
        if told:
            error = WrongHookResult(
                f"Plugin {provider}, while {doing}: {told}. Correct the plugin."
            )
            self.conduct.note(provider, kind_of(error), str(error))
            raise error


def _travels(handle: object) -> bool:
    try:
        pickle.dumps(handle)
    except Exception:  # noqa: BLE001 - pickle raises whatever it met
        return False
    return True


def containment_of(settings: Settings) -> Containment:
    """What the table `[plugins]` asks for; misbehaviours are noted beside the runs."""
    asked = settings.plugins
    terms = Terms(
        mode=asked.isolation,
        modes=asked.isolation_of,
        memory_mib=asked.memory_mib,
        seconds=asked.seconds,
        next_seconds=asked.next_seconds,
        collect_seconds=asked.collect_seconds,
    )
    return Containment(terms, Conduct(asked.strikes, settings.runs))


IN_PLACE = Containment(Terms(mode=NONE))
"""Every plugin here: for tests, and for who wants no child."""
