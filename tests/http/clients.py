"""Clients of the double of a system of notes."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from miroir.http import (
    ClientCredentials,
    Exchange,
    HttpClient,
    Limits,
    Request,
    Semantics,
    Tls,
)
from miroir.testing.counterpart import Running

from tests.doubles.notes import CLIENT

QUICK = Limits(
    connect_s=0.4,
    read_s=0.3,
    deadline_s=0.9,
    max_bytes=1 << 20,
    tries=2,
    first_wait_s=0.01,
)


@dataclass(frozen=True)
class Made:
    id: str


@dataclass(frozen=True)
class Found:
    ids: list[str]


def client(
    notes: Running,
    *,
    limits: Limits = QUICK,
    semantics: Semantics | None = None,
    secret: str = CLIENT[1],
    stop: threading.Event | None = None,
) -> HttpClient:
    return HttpClient(
        notes.base,
        authentication=ClientCredentials(
            url=f"{notes.base}/token", client_id=CLIENT[0], client_secret=secret
        ),
        limits=limits,
        semantics=semantics,
        tls=Tls(authorities=notes.certificates.authority),
        stop=stop,
    )


def look_up(exchange: Exchange, reference: str) -> list[str]:
    request = Request(
        what="search the note", path="/notes", query={"reference": reference}
    )
    return exchange.send(request).parse(Found).ids


def write(exchange: Exchange, reference: str, text: str = "Appel") -> str:
    body = {"reference": reference, "text": text}
    request = Request(what="write the note", method="POST", path="/notes", json=body)
    return exchange.send(request).parse(Made).id
