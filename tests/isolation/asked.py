"""Two plugins side by side where they are asked: one does well, one does not.

Each place says what is said of the bad one, what the good one gave, and how
long that took.
"""

from __future__ import annotations

import decimal
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic, perf_counter
from typing import Protocol

from miroir.errors import MiroirError, PluginError
from miroir.isolation import ForkedHost, Json, Limits, ProcessHost
from miroir.outbox.serving import FACTORY, Call
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.conduct import Conduct
from miroir.plugins.containment import Containment, Terms
from miroir.plugins.provider import Provided, Provider
from miroir.plugins.source_work import at_work
from miroir.plugins.sources import ConfiguredSource
from miroir.testing.payroll import make_company
from miroir.types.action import HandOver, HandOverDesk
from miroir.types.delivery import DeliveryClass, Intent, Promise, Receipt
from miroir.types.diagnosis import (
    Cause,
    CompanyView,
    Diagnostic,
    Finding,
    Responsible,
    Scope,
    Status,
)
from miroir.types.source import CollectRequest, DsnSource, ReceivedFile

from tests.isolation.misdeeds import GARBAGE, MISDEEDS

GOOD = Provider(name="good", distribution="miroir-good", version="1.0")
BAD = Provider(name="bad", distribution="miroir-bad", version="2.0")
WELL = ""
SECONDS = 0.6
"""Within which a plugin has to answer here."""
_SEEN, _SEEN_TOO = (
    Cause(
        id=id,
        label="Vu",
        explanation="L’entreprise a été vue.",
        responsible=Responsible.GPS,
        would_refute="Rien.",
        remedy="Aucun.",
    )
    for id in ("VU", "VU_AUSSI")
)


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


def surroundings() -> str:
    """What the process of a plugin that does well is like."""
    return "|".join(
        (
            os.getcwd(),  # noqa: PTH109
            os.environ.get("MISDEED", ""),
            os.environ.get("PATH", ""),
            str(decimal.getcontext().prec),
            str(sys.getrecursionlimit()),
            str(sum((1, 2, 3))),
        )
    )


def containment(mode: str) -> Containment:
    return Containment(
        Terms(mode=mode, seconds=SECONDS, next_seconds=SECONDS), Conduct(10**9)
    )


# --- diagnostics ---------------------------------------------------------


def examine(misdeed: str, company: CompanyView) -> Sequence[Finding]:
    given = MISDEEDS[misdeed]() if misdeed else None
    if misdeed in GARBAGE:
        return given  # type: ignore[return-value]
    return [
        Finding(
            cause=(_SEEN_TOO if misdeed else _SEEN).id,
            scope=Scope.COMPANY,
            status=Status.HYPOTHESIS,
            periods=tuple(sorted({line.period for line in company.mirror})),
            detail=surroundings(),
        )
    ]


class Diagnosing:
    """`analyse` of two companies, by a good diagnostic, a bad one, a good one."""

    def __init__(self, mode: str) -> None:
        self._files = [
            ReceivedFile.of(name, content)
            for seed in (3, 4)
            for name, content in make_company(seed, 2026, 1, 2).files
        ]
        self._containment = containment(mode)

    def ask(self, misdeed: str) -> Seen:
        diagnostics = [diagnostic("a", GOOD, WELL), diagnostic("z", GOOD, WELL)]
        if misdeed:
            diagnostics.insert(1, diagnostic("m", BAD, misdeed))
        knowledge = Knowledge(diagnostics=diagnostics, containment=self._containment)
        begun = perf_counter()
        found = analyse(self._files, knowledge).companies
        spent = perf_counter() - begun
        gave = [
            (company.view.siren, one.finding)
            for company in found
            for one in company.diagnoses
            if one.cause is _SEEN
        ]
        assert len(gave) == 4
        said = [each for company in found for each in company.failures]
        return Seen(said, gave, spent)

    def close(self) -> None:
        self._containment.close()


def diagnostic(name: str, provider: Provider, misdeed: str) -> Provided[Diagnostic]:
    cause = _SEEN_TOO if misdeed else _SEEN
    examining = partial(examine, misdeed)
    return Provided(Diagnostic(name=name, causes=(cause,), examine=examining), provider)


# --- sources -------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Depot(DsnSource):
    """Gives two files; does its misdeed before the second."""

    misdeed: str = WELL

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        yield ReceivedFile.of("1.dsn", b"1" * 100_000)
        given = MISDEEDS[self.misdeed]() if self.misdeed else None
        if self.misdeed in GARBAGE:
            yield given  # type: ignore[misc]
        yield ReceivedFile.of("2.dsn", surroundings().encode())


class Collecting:
    """A collection of a bad source beside one of a good source."""

    def __init__(self, mode: str) -> None:
        self._containment = containment(mode)

    def ask(self, misdeed: str) -> Seen:
        said = []
        if misdeed:
            try:
                self._collect(BAD, Depot(misdeed=misdeed))
            except PluginError as error:
                said.append(str(error))
        begun = perf_counter()
        gave = self._collect(GOOD, Depot())
        return Seen(said, gave, perf_counter() - begun)

    def close(self) -> None:
        self._containment.close()

    def _collect(self, provider: Provider, source: Depot) -> list[ReceivedFile]:
        configured = ConfiguredSource(
            name="depot", connector="depot", provider=provider, source=source
        )
        with at_work(configured, self._containment) as working:
            return list(working.collect(CollectRequest()))


# --- destinations --------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Tray(HandOverDesk):
    misdeed: str = WELL
    promise = Promise(delivery=DeliveryClass.KEYED)

    def send(self, action: HandOver, intent: Intent) -> Receipt:
        given = MISDEEDS[self.misdeed]() if self.misdeed else None
        if self.misdeed in GARBAGE:
            return given  # type: ignore[return-value]
        return Receipt(id=intent.key, facts={"in": surroundings()})


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
                answer = send(bad, SECONDS)
                if answer["outcome"] != "confirmed":
                    said.append(f"{answer['outcome']} {answer['code']}")
            except MiroirError as error:
                said.append(str(error))
            finally:
                bad.close()
        begun = perf_counter()
        gave = send(self._good, 30)
        return Seen(said, gave, perf_counter() - begun)

    def close(self) -> None:
        self._good.close()


def send(host: ProcessHost, seconds: float) -> Json:
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
    return host.call("send", call.params(), seconds)


PLACES: Mapping[str, Callable[[str], Place]] = {
    "diagnostic": Diagnosing,
    "source": Collecting,
    "destination": Sending,
}
MODES = ("fork", "process")
