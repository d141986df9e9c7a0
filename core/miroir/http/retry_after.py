"""The header Retry-After: seconds or a date, and what servers make of it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds(header: str | None, now: datetime, longest: float) -> float | None:
    """How long to wait, at most `longest`; None when it does not say.

    A date that is past is no wait; a negative number says nothing.
    Source: RFC 9110, §10.2.3.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        # Longer numbers are cut first: int() has its own limit.
        return min(float(int(text[:12])), longest) if len(text) <= 12 else longest
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), longest)
