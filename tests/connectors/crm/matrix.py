"""Every fault in every phase of every CRM connector, and what is left of it.

Run as `python -m tests.connectors.crm.matrix [--write FILE]`: all the cells.
"""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from miroir import (
    ActionNotSent,
    ActionRefused,
    DeliveryClass,
    OutcomeUnknown,
    PreconditionFailed,
)
from miroir.testing.counterpart import Certificates, Fault, Running, running
from miroir_connectors.crm_base import HttpCrm

from tests.connectors.crm.crms import CONTACT, INTENT, KINDS, Kind
from tests.connectors.crm.faults import (
    BEFORE,
    STRIKES,
    Outcome,
    Phase,
    Strike,
    applies,
    expected,
)

_IN_CALLS = {
    Phase.TOKEN: "token",
    Phase.LOOK_UP: "look_up",
    Phase.WRITE: "write",
    Phase.SECOND_WRITE: "write",
    Phase.CONFIRM: "read_back",
    Phase.READ_BACK: "read_back",
}
_SLACK_S = 0.7


@dataclass(frozen=True)
class Cell:
    """One fault in one phase of one connector."""

    strike: Strike
    kind: Kind
    phase: Phase

    def __str__(self) -> str:
        strike = self.strike
        return f"{self.kind.name}: {strike.number} {strike.name}, {self.phase}"


def cells(calls: dict[str, list[str]], finds: dict[str, list[str]]) -> list[Cell]:
    """All the cells that exist, from what each connector calls when all is well."""
    return [
        Cell(strike, kind, phase)
        for kind in KINDS
        for phase in Phase
        for strike in STRIKES
        if applies(strike, kind, phase)
        and _index(phase, finds if phase is Phase.READ_BACK else calls, kind) >= 0
    ]


def usual_calls(kind: Kind, double: Running) -> tuple[list[str], list[str]]:
    """The phases of the calls of a sending, and of a look back."""
    crm = kind.connector(double)
    double.disarm()
    crm.send(CONTACT, INTENT)
    sending = double.phases()
    double.disarm()
    if crm.promise.delivery is not DeliveryClass.BLIND:
        kind.connector(double).find(CONTACT, INTENT)
    looking = double.phases()
    double.clear()
    double.forget_keys()
    return sending, looking


def strike_cell(cell: Cell, double: Running, calls: Sequence[str]) -> list[str]:
    """Run one cell; give what was wrong, nothing when all is as it has to be."""
    crm = cell.kind.connector(double)
    if cell.phase is Phase.READ_BACK:
        crm.send(CONTACT, INTENT)
        crm = cell.kind.connector(double)
    after = _index(cell.phase, {cell.kind.name: calls}, cell.kind)
    began = time.monotonic()
    with _armed(cell.strike, double, after):
        found = _outcome(crm, looking=cell.phase is Phase.READ_BACK)
    took = time.monotonic() - began
    wrong = []
    promise = crm.promise
    wanted = expected(cell.strike, cell.kind, cell.phase, promise.delivery)
    if found is not wanted:
        wrong.append(f"{found} where {wanted} was expected")
    if took > promise.deadline.total_seconds() + _SLACK_S:
        wrong.append(f"took {took:.1f} s")
    effects = double.effects(cell.kind.reference(INTENT))
    if effects > 1 or (effects and _nothing_done(found, cell.phase)):
        wrong.append(f"{found} with {effects} effects")
    return wrong + _recovered(cell, crm, double, found)


def _recovered(cell: Cell, crm: HttpCrm, double: Running, found: Outcome) -> list[str]:
    """Do what the class allows when all is well again: one effect is left."""
    double.disarm()
    delivery = crm.promise.delivery
    if found in (Outcome.REFUSED, Outcome.CHANGED) or cell.phase is Phase.READ_BACK:
        return []
    if found is Outcome.UNKNOWN and delivery is DeliveryClass.BLIND:
        return []  # never sent again alone
    again = found is Outcome.NOT_SENT or (
        found is Outcome.UNKNOWN
        and (delivery is not DeliveryClass.READ_BACK or not crm.find(CONTACT, INTENT))
    )
    if again:
        crm.send(CONTACT, INTENT)
    effects = double.effects(cell.kind.reference(INTENT))
    return [] if effects == 1 else [f"{effects} effects in the end"]


def _nothing_done(found: Outcome, phase: Phase) -> bool:
    said = found in (Outcome.NOT_SENT, Outcome.REFUSED, Outcome.CHANGED)
    return said and phase in {*BEFORE, Phase.WRITE}


def _outcome(crm: HttpCrm, *, looking: bool) -> Outcome:
    try:
        if looking:
            crm.find(CONTACT, INTENT)
        else:
            crm.send(CONTACT, INTENT)
    except PreconditionFailed:
        return Outcome.CHANGED
    except ActionRefused:
        return Outcome.REFUSED
    except ActionNotSent:
        return Outcome.NOT_SENT
    except OutcomeUnknown:
        return Outcome.UNKNOWN
    return Outcome.DONE


def _index(phase: Phase, calls: Mapping[str, Sequence[str]], kind: Kind) -> int:
    """The place of the first call of a phase among those of a connector."""
    wanted, skipped = _IN_CALLS[phase], int(phase is Phase.SECOND_WRITE)
    places = [at for at, name in enumerate(calls[kind.name]) if name == wanted]
    return places[skipped] if len(places) > skipped else -1


@contextmanager
def _armed(strike: Strike, double: Running, after: int) -> Iterator[None]:
    if isinstance(strike.fault, Fault):
        double.arm(
            strike.fault,
            after=after,
            times=strike.times,
            status=strike.status,
            headers=strike.headers,
        )
        yield
        return
    # A name stops being known for this process alone, after so many connections:
    # the double closes each of them.
    double.arm(Fault.REFUSED, after=1_000)
    left, real = [after], socket.getaddrinfo

    def resolve(*asked: object, **more: object) -> object:
        left[0] -= asked[0] == "localhost"  # numbers are resolved too
        if left[0] < 0:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(*asked, **more)  # type: ignore[arg-type]

    with patch.object(socket, "getaddrinfo", resolve):
        yield


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all the cells; the status is 1 when one of them is not as it has to be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="a page whose table is renewed")
    chosen = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        certificates = Certificates.make(Path(folder))
        doubles = {
            name: stack.enter_context(running(name, certificates))
            for name in {one.double for one in KINDS}
        }
        usual = {one.name: usual_calls(one, doubles[one.double]) for one in KINDS}
        calls = {name: both[0] for name, both in usual.items()}
        finds = {name: both[1] for name, both in usual.items()}
        failed: list[tuple[Cell, list[str]]] = []
        every = cells(calls, finds)
        for cell in every:
            double = doubles[cell.kind.double]
            double.clear()
            double.forget_keys()
            looked = finds if cell.phase is Phase.READ_BACK else calls
            wrong = strike_cell(cell, double, looked[cell.kind.name])
            if wrong:
                failed.append((cell, wrong))
    for cell, wrong in failed:
        sys.stdout.write(f"{cell}: {'; '.join(wrong)}\n")
    seconds = time.monotonic() - began
    sys.stdout.write(
        f"{len(every)} cells, {len(failed)} not as they have to be, {seconds:.0f} s\n"
    )
    if chosen.write is not None and not failed:
        _renew(chosen.write, every)
    return int(bool(failed))


def _renew(page: Path, every: Sequence[Cell]) -> None:
    """Write how many cells there are, by fault and connector, into a page."""
    counts = Counter((one.strike.number, one.kind.name) for one in every)
    names: dict[int, list[str]] = {}
    for strike in STRIKES:
        names.setdefault(strike.number, []).append(strike.name)
    kinds = [one.name for one in KINDS]
    lines = [
        f"| fault | {' | '.join(kinds)} |",
        f"| --- |{' ---: |' * len(kinds)}",
    ]
    for number, forms in names.items():
        row = " | ".join(str(counts[number, one]) for one in kinds)
        lines.append(f"| {number} {'; '.join(forms)} | {row} |")
    total = " | ".join(
        str(sum(counts[number, one] for number in names)) for one in kinds
    )
    lines.append(f"| all {len(every)} | {total} |")
    start, end = "<!-- cells -->\n", "<!-- /cells -->"
    text = page.read_text("utf-8")
    head, rest = text.split(start)
    _, tail = rest.split(end)
    page.write_text(head + start + "\n".join(lines) + "\n" + end + tail, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
