"""From what happened to one request, to what may be done next."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

from requests.exceptions import InvalidHeader, InvalidJSONError, InvalidURL

from miroir.errors import (
    AnswerTooBig,
    DestinationError,
    HttpConditionFailed,
    HttpNotSent,
    HttpOutcomeUnknown,
    HttpRefused,
)
from miroir.http import retry_after
from miroir.http.connections import Unreachable
from miroir.http.guard import Guard
from miroir.http.limits import Limits, Semantics
from miroir.http.message import Answer, Request

_LOGIN = (401, 403, 407)
_TOO_MANY, _UNAVAILABLE = 429, 503
_OURS = (InvalidHeader, InvalidJSONError, InvalidURL, UnicodeError)
"""A header with a line break, a NaN: to be corrected by whoever asks."""
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)


class TryAgain(HttpNotSent):
    """Surely not carried out, and the same request may succeed in a moment."""


class TooBig(OSError):
    """An answer beyond its bound. Its text may be shown."""


def of_failure(
    host: str, request: Request, error: Exception, guard: Guard, limits: Limits
) -> DestinationError:
    """What a request that got no answer, or half of one, comes to."""
    if isinstance(error, _OURS) and not guard.sending:
        text = f"{host}: {request.what}: what is sent cannot be written"
        return HttpRefused(text, code="request")
    reason = _reason(error, guard, limits)
    text = f"{host}: {request.what}: {reason}"
    if not guard.sending or _refused_by_tls(error):
        return TryAgain(text)
    if request.is_write:
        return HttpOutcomeUnknown(text)
    return AnswerTooBig(text) if isinstance(error, TooBig) else TryAgain(text)


def of_status(
    answer: Answer, semantics: Semantics, limits: Limits, code: str
) -> DestinationError | None:
    """What a status comes to; None when it is an answer.

    `code` is the system's own word for a refusal, if it gave one. Any other 4xx is a refusal. A 5xx, and a redirect that a form gives after
    it was taken, leave a write unknown.
    """
    status, request = answer.status, answer.request
    if 200 <= status < 300 or status in request.expected:
        return None
    text = f"{answer.host}: {request.what}: answer {status}"
    if _CODE.fullmatch(code):  # else it could be anything
        text = f"{text} {code}"
    if status in _LOGIN:
        text = f"{text}: our access was refused; check the key or the password"
    if status == 412 and request.is_write:
        return HttpConditionFailed(text, code="412")
    if code in semantics.later and 400 <= status < 500:
        return HttpNotSent(text, retry_after=limits.longest_wait_s)
    if status in (_TOO_MANY, _UNAVAILABLE):
        return _too_busy(answer, semantics, limits, text)
    if request.is_write and status in semantics.in_progress:
        return HttpOutcomeUnknown(f"{text}: an earlier request is still at work")
    if 300 <= status < 400:
        return _redirect(answer, text)
    if 400 <= status < 500 and status != 408:
        return HttpRefused(text, code=str(status))
    return HttpOutcomeUnknown(text) if request.is_write else TryAgain(text)


def _too_busy(
    answer: Answer, semantics: Semantics, limits: Limits, text: str
) -> DestinationError:
    wait = retry_after.seconds(
        answer.headers.get("Retry-After"), datetime.now(UTC), limits.longest_wait_s
    )
    may_be_applied = (
        semantics.applied_on_429
        if answer.status == _TOO_MANY
        else semantics.applied_on_503
    )
    if answer.request.is_write and may_be_applied:
        return HttpOutcomeUnknown(f"{text}: too busy, and it may have been done")
    return TryAgain(f"{text}: too busy", retry_after=wait)


def _redirect(answer: Answer, text: str) -> DestinationError:
    """Never followed: it would carry the body and the keys elsewhere."""
    text = f"{text}: redirects are not followed; correct the address"
    if answer.request.is_write and answer.status not in (307, 308):
        return HttpOutcomeUnknown(text)
    return HttpRefused(text, code=str(answer.status))


def _reason(error: Exception, guard: Guard, limits: Limits) -> str:
    for one in _chain(error):
        if isinstance(one, Unreachable | TooBig):
            return str(one)
        if isinstance(one, ssl.SSLCertVerificationError):
            return f"its certificate was not accepted ({one.verify_message})"
        if isinstance(one, ssl.SSLError):
            return f"TLS failed ({one.reason or 'closed'})"
    if guard.expired or not guard.deadline.left():
        return f"stopped after {limits.deadline_s:g} s"
    if any(isinstance(one, TimeoutError) for one in _chain(error)):
        return f"silent for {limits.read_s:g} s"
    return f"the connection broke ({type(error).__name__})"


def _refused_by_tls(error: Exception) -> bool:
    """In TLS 1.3 our certificate is refused after our first bytes have left.

    The alert comes from the encryption: what is behind it was given nothing.
    """
    return any(
        isinstance(one, ssl.SSLError) and "ALERT" in (one.reason or "")
        for one in _chain(error)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error with all that lies behind it, urllib3's own links included."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or one in seen:
            continue
        seen.append(one)
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None)]
        waiting += one.args
