"""What an error of a destination means for the action."""

from __future__ import annotations

from collections.abc import Sequence

from miroir.errors import (
    ActionNotSent,
    ActionRefused,
    NeedsPerson,
    OutcomeUnknown,
    PreconditionFailed,
)
from miroir.outbox.model import Answer, Outcome
from miroir.privacy import mask
from miroir.types.delivery import Receipt

PRECONDITION = "precondition_failed"
_LOGIN = ("401", "407")
"""Our own access is refused: nothing was done, and the action is not to blame."""
_LONGEST_REASON = 500


def refused_by(error: Exception) -> Answer:
    """The answer that an exception of `send` is; unknown unless it says better."""
    reason = mask(str(error))[:_LONGEST_REASON]
    if isinstance(error, ActionNotSent):
        return Answer(
            outcome=Outcome.NOT_SENT,
            code="not_sent",
            reason=reason,
            retry_after=error.retry_after,
        )
    if isinstance(error, ActionRefused) and error.code in _LOGIN:
        return Answer(outcome=Outcome.NOT_SENT, code=error.code, reason=reason)
    if isinstance(error, PreconditionFailed):
        return Answer(outcome=Outcome.REFUSED, code=PRECONDITION, reason=reason)
    if isinstance(error, ActionRefused):
        code = error.code or "refused"
        return Answer(outcome=Outcome.REFUSED, code=code, reason=reason)
    if isinstance(error, NeedsPerson):
        return Answer(outcome=Outcome.NEEDS_PERSON, code="needs_person", reason=reason)
    known = isinstance(error, OutcomeUnknown)
    code = OutcomeUnknown.__name__ if known else type(error).__name__
    return Answer(outcome=Outcome.UNKNOWN, code=code, reason=reason)


def found(receipts: Sequence[Receipt]) -> Answer:
    """The answer that the result of `find` is."""
    if not receipts:
        return Answer(outcome=Outcome.ABSENT, code="absent")
    if len(receipts) == 1:
        return Answer(outcome=Outcome.CONFIRMED, receipt=receipts[0], code="found")
    ids = ", ".join(receipt.id for receipt in receipts)
    return Answer(
        outcome=Outcome.SEVERAL,
        code="several",
        reason=mask(f"there more than once: {ids}")[:_LONGEST_REASON],
    )
