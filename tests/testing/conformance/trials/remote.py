"""Destinations over HTTP: one of each class, and one that does not keep it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from miroir import (
    CrmAccount,
    CrmContact,
    CrmLogger,
    DeliveryClass,
    Intent,
    OutcomeUnknown,
    Promise,
    Receipt,
)
from miroir.http import HttpClient, Limits, Request, Tls

_LIMITS = Limits(connect_s=0.5, read_s=0.3, deadline_s=1.2, tries=1)
_SOON = timedelta(milliseconds=50)


def promise(delivery: DeliveryClass) -> Promise:
    keyed = delivery is DeliveryClass.KEYED
    retention = timedelta(hours=24 if keyed else 0)
    return Promise(delivery=delivery, max_in_flight=_SOON, key_retention=retention)


@dataclass(frozen=True, kw_only=True)
class Keyed(CrmLogger):
    """Class A: the key goes with the note."""

    url: str
    ca_file: Path
    promise = promise(DeliveryClass.KEYED)

    def accounts(self, siren: str) -> Sequence[CrmAccount]:
        return [CrmAccount(id=siren, siren=siren)]

    def send(self, action: CrmContact, intent: Intent) -> Receipt:
        answer = self.client.send(self.request(intent))
        made = Receipt(id=answer.parse(dict[str, str])["id"])
        there = Request(what="look", path=f"notes/{made.id}", expected=frozenset({404}))
        if self.client.send(there).status == 404:
            raise OutcomeUnknown("it is said to be there, and is not")
        return made

    @property
    def client(self) -> HttpClient:
        return HttpClient(self.url, tls=Tls(authorities=self.ca_file), limits=_LIMITS)

    def key(self, intent: Intent) -> str:
        return intent.key

    def request(self, intent: Intent) -> Request:
        return Request(
            what="write",
            method="POST",
            path="notes",
            json={"reference": intent.key},
            headers={"Idempotency-Key": self.key(intent)},
        )


@dataclass(frozen=True, kw_only=True)
class Named(Keyed):
    """Class B: the note has the name that we give."""

    promise = promise(DeliveryClass.NATURAL_ID)

    def request(self, intent: Intent) -> Request:
        return Request(
            what="write", method="PUT", path=f"notes/{self.key(intent)}", json={}
        )


@dataclass(frozen=True, kw_only=True)
class Blind(Keyed):
    """Class D: a note, and nothing to find it by."""

    promise = promise(DeliveryClass.BLIND)

    def request(self, intent: Intent) -> Request:
        asked = {"reference": intent.key}
        return Request(what="write", method="POST", path="notes", json=asked)


@dataclass(frozen=True, kw_only=True)
class Sought(Blind):
    """Class C: a note that holds our reference."""

    promise = promise(DeliveryClass.READ_BACK)

    def find(self, action: CrmContact, intent: Intent) -> Sequence[Receipt]:
        asked = Request(what="search", path="notes", query={"reference": intent.key})
        return [Receipt(id=one) for one in self.client.send(asked).parse(list[str])]


@dataclass(frozen=True, kw_only=True)
class ForgetsItsKey(Keyed):
    def key(self, intent: Intent) -> str:
        return uuid.uuid4().hex


@dataclass(frozen=True, kw_only=True)
class NamesAnew(Blind):
    promise = Named.promise


@dataclass(frozen=True, kw_only=True)
class FindsOne(Sought):
    def find(self, action: CrmContact, intent: Intent) -> Sequence[Receipt]:
        return super().find(action, intent)[:1]


@dataclass(frozen=True, kw_only=True)
class Insists(Blind):
    def send(self, action: CrmContact, intent: Intent) -> Receipt:
        try:
            return super().send(action, intent)
        except OutcomeUnknown:
            return super().send(action, intent)
