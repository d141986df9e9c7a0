"""The faults of HTTP by their numbers, and what each has to come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from miroir import DeliveryClass
from miroir.testing.counterpart import Fault

from tests.connectors.crm.crms import Kind


class Phase(StrEnum):
    """Where in the work of a connector the fault strikes."""

    TOKEN = "token"
    LOOK_UP = "look-up"
    WRITE = "write"
    SECOND_WRITE = "second write"
    CONFIRM = "confirm"
    READ_BACK = "read-back"


class Outcome(StrEnum):
    """What the outbox is told."""

    DONE = "done"
    NOT_SENT = "not sent"
    REFUSED = "refused"
    CHANGED = "precondition failed"
    UNKNOWN = "unknown"


BEFORE = frozenset({Phase.TOKEN, Phase.LOOK_UP})
DNS = "dns"


@dataclass(frozen=True, kw_only=True)
class Strike:
    """One fault of the table, in one of its forms."""

    number: int
    name: str
    fault: Fault | str
    status: int = 500
    times: int = 1_000_000
    headers: Mapping[str, str] = field(default_factory=dict)


def _too_busy(number: int, status: int, wait: str) -> Strike:
    return Strike(
        number=number,
        name=f"{status}, Retry-After: {wait}",
        fault=Fault.STATUS,
        status=status,
        headers={"Retry-After": wait},
    )


def _status(number: int, status: int, fault: Fault = Fault.STATUS) -> Strike:
    done = ", committed" if fault is Fault.STATUS_COMMITTED else ""
    return Strike(number=number, name=f"{status}{done}", fault=fault, status=status)


STRIKES = (
    Strike(number=33, name="unknown name", fault=DNS),
    Strike(number=34, name="connection refused", fault=Fault.REFUSED),
    Strike(number=35, name="connection times out", fault=Fault.CONNECT_TIMEOUT),
    Strike(number=36, name="certificate expired", fault=Fault.TLS_EXPIRED),
    Strike(number=36, name="certificate of another", fault=Fault.TLS_WRONG_HOST),
    Strike(number=37, name="no answer", fault=Fault.HANG),
    Strike(number=37, name="no answer, committed", fault=Fault.HANG_COMMITTED),
    Strike(number=38, name="reset", fault=Fault.RESET),
    Strike(number=38, name="reset, committed", fault=Fault.RESET_COMMITTED),
    Strike(number=39, name="half an answer", fault=Fault.HALF_BODY),
    Strike(number=40, name="body drips", fault=Fault.DRIP),
    Strike(number=40, name="headers drip", fault=Fault.DRIP_HEADERS),
    _status(41, 500),
    _status(41, 500, Fault.STATUS_COMMITTED),
    _status(42, 502),
    _status(42, 504, Fault.STATUS_COMMITTED),
    _too_busy(43, 503, "120"),
    _too_busy(44, 429, "30"),
    _too_busy(44, 429, "Wed, 25 Nov 2099 12:00:00 GMT"),
    _too_busy(44, 429, "99999999999999999999"),
    _too_busy(44, 429, "-1"),
    Strike(number=45, name="401 once", fault=Fault.STATUS, status=401, times=1),
    _status(45, 401),
    _status(46, 403),
    _status(46, 404),
    _status(46, 422),
    _status(47, 409),
    _status(48, 412),
    Strike(number=49, name="login page", fault=Fault.LOGIN_PAGE),
    Strike(number=49, name="login page, committed", fault=Fault.LOGIN_PAGE_COMMITTED),
    Strike(number=49, name="JSON said twice", fault=Fault.NOT_JSON),
    Strike(number=49, name="empty answer", fault=Fault.EMPTY),
    Strike(number=50, name="yes, and nothing done", fault=Fault.NO_EFFECT),
    Strike(number=53, name="redirect 307", fault=Fault.REDIRECT, status=307),
    Strike(number=53, name="redirect 302", fault=Fault.REDIRECT, status=302),
    Strike(number=54, name="gzip bomb", fault=Fault.GZIP_BOMB),
    Strike(number=55, name="endless answer", fault=Fault.ENDLESS),
)
NEVER_LEFT = range(33, 37)
SAID_NO = range(45, 49)


def applies(strike: Strike, kind: Kind, phase: Phase) -> bool:
    """Whether there is such a cell."""
    if strike.number == 50:  # only a write has an effect
        return phase is Phase.WRITE
    if strike.name == "401 once":  # with a key that does not change, it is «401»
        return kind.name not in ("tryton-rest", "hubspot", "odoo") and (
            phase is not Phase.TOKEN
        )
    return True


def expected(
    strike: Strike, kind: Kind, phase: Phase, delivery: DeliveryClass
) -> Outcome:
    """What the table says: reliability of what goes out, outcomes of an attempt."""
    if strike.name == "401 once":
        return Outcome.DONE
    if phase is Phase.READ_BACK:  # «cannot look», whatever the reason
        return Outcome.NOT_SENT
    if phase is Phase.CONFIRM:
        return Outcome.UNKNOWN
    no = strike.number in SAID_NO or strike.name == "redirect 307"
    if phase in BEFORE:
        redirected = strike.number == 53
        return Outcome.REFUSED if no or redirected else Outcome.NOT_SENT
    if strike.number in NEVER_LEFT:
        return Outcome.NOT_SENT
    if strike.number == 44:
        return Outcome.UNKNOWN if kind.name == "odoo" else Outcome.NOT_SENT
    if phase is Phase.SECOND_WRITE and strike.name == "404":  # of what was just made
        return Outcome.UNKNOWN
    if strike.number == 47 and delivery is DeliveryClass.KEYED:
        return Outcome.UNKNOWN
    if strike.number == 48:
        return Outcome.CHANGED
    return Outcome.REFUSED if no else Outcome.UNKNOWN
