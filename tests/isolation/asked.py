"""Two plugins side by side where they are asked: one does well, one does not.

Each place says what is said of the bad one, what the good one gave, and how
long that took.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic, perf_counter
from typing import Protocol, TypeVar

from miroir.errors import MiroirError, PluginError
from miroir.isolation import ForkedHost, Json, Limits, ProcessHost
from miroir.outbox.serving import FACTORY, Call
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.conduct import Conduct
from miroir.plugins.contained import Contained
from miroir.plugins.containment import Containment, Task, Terms
from miroir.plugins.guarding import Allowed
from miroir.plugins.provider import Provided, Provider
from miroir.plugins.source_work import SourceAtWork, at_work
from miroir.plugins.sources import ConfiguredSource
from miroir.testing.payroll import make_company
from miroir.types.action import HandOver
from miroir.types.delivery import Intent
from miroir.types.diagnosis import (
    Diagnostic,
)
from miroir.types.source import CollectRequest, ReceivedFile

from tests.isolation.misdeeds import HARMLESS, LATE, SAID
from tests.isolation.plugins import (
    SEEN,
    SEEN_TOO,
    WELL,
    Depot,
    Tray,
    examine,
)

T = TypeVar("T")
GOOD = Provider(name="good", distribution="miroir-good", version="1.0")
BAD = Provider(name="bad", distribution="miroir-bad", version="2.0")
SECONDS, LATE_SECONDS = 30.0, 0.6
"""Within which a plugin has to answer; when one that never will is there."""


@dataclass(frozen=True, slots=True)
class Seen:
    """`said` of the bad one; what the good one gave, and in how many seconds."""

    said: Sequence[str]
    gave: object
    seconds: float


class Place(Protocol):
    """Somewhere plugins are asked, in one mode."""

    def ask(self, misdeed: str) -> Seen: ...

    def close(self) -> None: ...


def seconds(misdeed: str) -> float:
    return LATE_SECONDS if misdeed in LATE else SECONDS


class Timed(Containment):
    """Never sets aside, and counts the seconds of the good one."""

    def __init__(self, mode: str) -> None:
        super().__init__(Terms(mode=mode), Conduct(10**9))
        self.spent = 0.0

    def expect(self, misdeed: str) -> None:
        within = seconds(misdeed)
        self.terms = replace(self.terms, seconds=within, next_seconds=within)
        self.spent = 0.0

    def _there(
        self, child: Contained, request: object, task: Task[T], through: Allowed
    ) -> T:
        begun = perf_counter()
        try:
            return super()._there(child, request, task, through)
        finally:
            self.spent += (perf_counter() - begun) * (task.provider is GOOD)


def wrong(where: str, misdeed: str, seen: Seen, without: Seen) -> Iterator[str]:
    """What is not as it should be: the others, the blame, its words."""
    if seen.gave != without.gave or without.said:
        yield "the good one gave something else"
    if bool(seen.said) is (misdeed in HARMLESS):
        yield f"blamed: {list(seen.said)}"
    for said in seen.said:
        if "\n" in said or "006 084" in said:
            yield f"not one line without a person: {said}"
        if where == "destination":  # an outcome of its action, told by its name
            continue
        if "Plugin 'bad' (miroir-bad 2.0)" not in said or (
            SAID.get(misdeed, "") not in said
        ):
            yield f"blamed wrongly: {said}"


class Diagnosing:
    """`analyse` of two companies, by a good diagnostic, a bad one, a good one."""

    def __init__(self, mode: str) -> None:
        self._files = [
            ReceivedFile.of(name, content)
            for seed in (3, 4)
            for name, content in make_company(seed, 2026, 1, 2).files
        ]
        self._containment = Timed(mode)

    def ask(self, misdeed: str) -> Seen:
        self._containment.expect(misdeed)
        diagnostics = [diagnostic("a", GOOD, WELL), diagnostic("z", GOOD, WELL)]
        if misdeed:
            diagnostics.insert(1, diagnostic("m", BAD, misdeed))
        knowledge = Knowledge(diagnostics=diagnostics, containment=self._containment)
        found = analyse(self._files, knowledge).companies
        gave = [
            (company.view.siren, one.finding)
            for company in found
            for one in company.diagnoses
            if one.cause is SEEN
        ]
        assert len(gave) == 4
        said = [each for company in found for each in company.failures]
        return Seen(said, gave, self._containment.spent)

    def close(self) -> None:
        self._containment.close()


def diagnostic(name: str, provider: Provider, misdeed: str) -> Provided[Diagnostic]:
    cause = SEEN_TOO if misdeed else SEEN
    examining = partial(examine, misdeed)
    return Provided(Diagnostic(name=name, causes=(cause,), examine=examining), provider)


# --- sources -------------------------------------------------------------


class Collecting:
    """A collection of a bad source beside one of a good source."""

    def __init__(self, mode: str) -> None:
        self._containment = Timed(mode)
        self._open = ExitStack()
        self._good = self._open.enter_context(self._working(GOOD, WELL))

    def ask(self, misdeed: str) -> Seen:
        self._containment.expect(misdeed)
        said = []
        if misdeed:
            try:
                with self._working(BAD, misdeed) as bad:
                    list(bad.collect(CollectRequest()))
            except PluginError as error:
                said.append(str(error))
        begun = perf_counter()
        gave = list(self._good.collect(CollectRequest()))
        return Seen(said, gave, perf_counter() - begun)

    def close(self) -> None:
        self._open.close()

    def _working(
        self, provider: Provider, misdeed: str
    ) -> AbstractContextManager[SourceAtWork]:
        configured = ConfiguredSource(
            name="depot",
            connector="depot",
            provider=provider,
            source=Depot(misdeed=misdeed),
        )
        return at_work(configured, self._containment)


# --- destinations --------------------------------------------------------


class Sending:
    """A good destination that is called beside a bad one, in hosts."""

    def __init__(self, mode: str) -> None:
        self._kind = ForkedHost if mode == "fork" else ProcessHost
        self._good = self._kind(FACTORY, Tray())

    def ask(self, misdeed: str) -> Seen:
        said = []
        if misdeed:
            bad = self._kind(FACTORY, Tray(misdeed=misdeed), Limits())
            try:
                answer = send(bad, seconds(misdeed))
                if answer["outcome"] != "confirmed":
                    said.append(f"{answer['outcome']} {answer['code']}")
            except MiroirError as error:
                said.append(str(error))
            finally:
                bad.close()
        begun = perf_counter()
        gave = send(self._good, SECONDS)
        return Seen(said, gave, perf_counter() - begun)

    def close(self) -> None:
        self._good.close()


def send(host: ProcessHost, within: float) -> Json:
    action = HandOver(
        siren="999000243",
        reference="D-1",
        service="referent",
        subject="Écart",
        text="…",
    )
    call = Call(
        action=action,
        kind="hand_over",
        intent=Intent(key="ab" * 8, siren="999000243"),
        doubt=False,
        until=monotonic() + 60,
    )
    host.start()
    return host.call("send", call.params(), within)


PLACES: Mapping[str, Callable[[str], Place]] = {
    "diagnostic": Diagnosing,
    "source": Collecting,
    "destination": Sending,
}
MODES = ("fork", "process")
