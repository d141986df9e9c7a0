"""JSON-RPC as Tryton speaks it: an error comes with status 200."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from http import HTTPStatus

from miroir import ActionRefused
from miroir.http import Answer, Request

# Raised by the server after it has undone the transaction.
_UNDONE = re.compile(r"UserError|UserWarning|LoginException|ConcurrencyException")


def request(database: str, method: str, asked: object, *, writes: bool) -> Request:
    """A call of `method`; the last of what is asked is the context."""
    return Request(
        what=method,
        method="POST",
        path=f"{database}/rpc/",
        json={"id": 0, "method": method, "params": asked},
        writes=writes,
    )


def result(answer: Answer) -> Answer:
    """The same answer with its result only.

    Raises ActionRefused for what a user did wrong, which left nothing behind;
    for a failure of the server itself, what `Answer.unreadable` gives.
    """
    said = answer.json()
    if not isinstance(said, dict) or ("result" in said) == ("error" in said):
        raise answer.unreadable("neither a result nor an error")
    if "result" in said:
        return replace(answer, content=json.dumps(said["result"]).encode())
    fault = said["error"]
    name = fault[0] if isinstance(fault, list) and fault else None
    if isinstance(name, str) and _UNDONE.fullmatch(name):
        what = f"{answer.host}: {answer.request.what}: {name}"
        raise ActionRefused(what, code=name)
    if isinstance(name, str) and name.startswith(str(HTTPStatus.FORBIDDEN.value)):
        raise ActionRefused(f"{answer.host}: {answer.request.what}", code="403")
    raise answer.unreadable("the server failed")
