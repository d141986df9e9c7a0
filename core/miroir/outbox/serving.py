"""A destination behind a host: what it answers to each call, in JSON.

`serve` runs in the child process; the contract's own errors become answers
there, so that only what nobody foresaw is an error on this side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING

from miroir.errors import PluginGarbage
from miroir.isolation import Handler, Json
from miroir.outbox.crashing import crashpoint
from miroir.outbox.model import Answer, Outcome
from miroir.outbox.outcome import found, refused_by
from miroir.outbox.payload import dump, load
from miroir.types.delivery import Destination, Intent, Receipt

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FACTORY = "miroir.outbox.serving:serve"


def serve(destination: Destination[object]) -> Handler:
    """The handler of one destination: `send`, `find`."""

    def handle(method: str, params: Json) -> Json:
        action = load(str(params["kind"]), str(params["payload"]).encode())
        intent = Intent(
            key=str(params["key"]),
            siren=str(params["siren"]),
            attempt=int(str(params["attempt"])),
        )
        if method == "find":
            looked = _look(destination, action, intent)
            crashpoint("serving.looked")
            return _written(looked)
        if monotonic() > float(str(params["until"])):
            # This process slept: another worker may have it by now.
            return _written(Answer(outcome=Outcome.NOT_SENT, code="too_late"))
        crashpoint("serving.loaded")
        answer = _send(destination, action, intent)
        crashpoint("serving.sent")
        if answer.outcome is Outcome.REFUSED and params["doubt"]:
            # Refused perhaps because the lost attempt did it.
            answer = _doubted(answer, destination, action, intent)
            crashpoint("serving.doubted")
        return _written(answer)

    return handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it is written to the host.

    `until`: by the monotonic clock of the machine, which no one sets.
    """

    action: object
    kind: str
    intent: Intent
    doubt: bool
    until: float

    def params(self) -> Json:
        return {
            "kind": self.kind,
            "payload": dump(self.action).decode(),
            "key": self.intent.key,
            "siren": self.intent.siren,
            "attempt": self.intent.attempt,
            "doubt": self.doubt,
            "until": self.until,
        }


def answered(message: Json) -> Answer:
    """The answer in what a host gave; raises PluginGarbage."""
    from pydantic import ValidationError

    try:
        answer = _adapter().validate_python(message)
    except ValidationError:
        raise PluginGarbage("what it answered is no answer") from None
    if (answer.outcome is Outcome.CONFIRMED) != (answer.receipt is not None):
        raise PluginGarbage("a receipt goes with what is confirmed")
    return answer


def can_find(destination: Destination[object]) -> bool:
    """It has a `find` of its own."""
    return type(destination).find is not Destination.find


def _send(destination: Destination[object], action: object, intent: Intent) -> Answer:
    try:
        receipt = destination.send(action, intent)
    except Exception as error:  # noqa: BLE001
        return refused_by(error)
    if not isinstance(receipt, Receipt):
        # It may have sent, whatever it answers then.
        return Answer(outcome=Outcome.UNKNOWN, code="no_receipt")
    return Answer(outcome=Outcome.CONFIRMED, receipt=_plain(receipt))


def _look(destination: Destination[object], action: object, intent: Intent) -> Answer:
    try:
        receipts = destination.find(action, intent)
    except Exception as error:  # noqa: BLE001
        return refused_by(error)
    if not isinstance(receipts, Sequence) or not all(
        isinstance(each, Receipt) for each in receipts
    ):
        return Answer(outcome=Outcome.UNKNOWN, code="no_receipts")
    return found([_plain(receipt) for receipt in receipts])


def _doubted(
    answer: Answer, destination: Destination[object], action: object, intent: Intent
) -> Answer:
    if not can_find(destination):
        return answer
    looked = _look(destination, action, intent)
    if looked.outcome is Outcome.ABSENT:
        return replace(answer, absent=True)
    return looked if looked.outcome is Outcome.CONFIRMED else answer


def _plain(receipt: Receipt) -> Receipt:
    facts = {str(name): str(value) for name, value in receipt.facts.items()}
    return Receipt(id=str(receipt.id), version=str(receipt.version), facts=facts)


def _written(answer: Answer) -> Mapping[str, object]:
    dumped = _adapter().dump_python(answer, mode="json")
    assert isinstance(dumped, dict)
    return dumped


@cache
def _adapter() -> TypeAdapter[Answer]:
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)
