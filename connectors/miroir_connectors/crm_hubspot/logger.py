"""HubSpot, by its dated CRM interface: a call, an e-mail, a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

from miroir import (
    ActionRefused,
    CrmAccount,
    CrmContact,
    DeliveryClass,
    Intent,
    Promise,
    Receipt,
)

from miroir_connectors.crm_base import HttpCrm, digits, spellings
from miroir_connectors.crm_text import as_html, body, subject

if TYPE_CHECKING:
    from miroir.http import Answer, Authentication, Exchange, Semantics

_PARTLY = 207


@dataclass(frozen=True)
class _Object:
    id: str
    properties: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Objects:
    results: list[_Object]


@dataclass(frozen=True)
class _Fault:
    category: str


@dataclass(frozen=True)
class _Linked:
    results: list[dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class HubspotCrm(HttpCrm):
    """A HubSpot account, reached by the token of a private application.

    `siren_property`: the property of companies that holds the SIREN; with
    `create_account` it must hold unique values. `key_property`: a property of
    calls, notes and so on, with unique values, where our key is written.

    Class B: an activity is made under our key, then linked to the company; both
    may be repeated without a second effect. Its search finds what is new after
    some seconds: `lag_s`.
    """

    token: str = field(repr=False)
    url: str = "https://api.hubapi.com"
    siren_property: str = "siren"
    key_property: str = "miroir_key"
    version: str = "2026-03"
    lag_s: float = 10.0

    @property
    def promise(self) -> Promise:
        return self.bounds(DeliveryClass.NATURAL_ID)

    def authentication(self) -> Authentication:
        from miroir.http import ApiKey

        return ApiKey(key=self.token)

    def semantics(self) -> Semantics:
        """429 is the limit of the account: what it stops was not begun."""
        from miroir.http import Semantics

        return Semantics(applied_on_429=False)

    def explain(self, answer: Answer) -> str:
        return answer.parse(_Fault).category

    def look_up(self, exchange: Exchange, siren: str) -> Sequence[CrmAccount]:
        wanted = {
            "propertyName": self.siren_property,
            "operator": "IN",
            "values": spellings(siren),
        }
        asked = {
            "filterGroups": [{"filters": [wanted]}],
            "properties": ["name", self.siren_property],
            "limit": 100,
        }
        answer = self._post(exchange, "companies/search", asked, writes=False)
        return [
            CrmAccount(id=one.id, siren=siren, name=one.properties.get("name") or "")
            for one in answer.parse(_Objects).results
            if digits(one.properties.get(self.siren_property)) == siren
        ]

    def create(self, exchange: Exchange, siren: str) -> CrmAccount:
        name = f"Entreprise {siren}"
        values = {"name": name, self.siren_property: siren}
        made = self._upsert(exchange, "companies", self.siren_property, siren, values)
        return CrmAccount(id=made, siren=siren, name=name)

    def log(
        self,
        exchange: Exchange,
        account: CrmAccount,
        contact: CrmContact,
        intent: Intent,
    ) -> Receipt:
        kind = _kind(contact)
        values = {**_properties(contact, intent), self.key_property: intent.key}
        made = self._upsert(exchange, kind, self.key_property, intent.key, values)
        self._link(exchange, kind, made, account.id)
        return Receipt(id=made, facts={"account": account.id})

    def logged(
        self, exchange: Exchange, contact: CrmContact, intent: Intent
    ) -> Sequence[Receipt]:
        found = self._read(exchange, contact, self.key_property, intent.key)
        return [Receipt(id=one) for one in found]

    def is_there(
        self, exchange: Exchange, contact: CrmContact, receipt: Receipt
    ) -> bool:
        return self._read(exchange, contact, "", receipt.id) == [receipt.id]

    def _read(
        self, exchange: Exchange, contact: CrmContact, by: str, value: str
    ) -> list[str]:
        """Read by an id, which unlike a search never lags."""
        asked: dict[str, object] = {"inputs": [{"id": value}], "properties": []}
        if by:
            asked["idProperty"] = by
        path = f"{_kind(contact)}/batch/read"
        answer = self._post(exchange, path, asked, writes=False)
        return [one.id for one in answer.parse(_Objects).results]

    def _upsert(
        self, exchange: Exchange, kind: str, by: str, value: str, values: object
    ) -> str:
        asked = {"inputs": [{"id": value, "idProperty": by, "properties": values}]}
        answer = self._post(exchange, f"{kind}/batch/upsert", asked, writes=True)
        if answer.status == _PARTLY:  # of one input, none
            raise ActionRefused(f"{answer.host}: upsert {kind}: refused", code="207")
        made = answer.parse(_Objects).results
        if len(made) != 1:
            raise answer.unreadable(f"{len(made)} objects for one")
        return made[0].id

    def _link(self, exchange: Exchange, kind: str, made: str, account: str) -> None:
        from miroir.http import Request

        place = f"{kind}/{made}/associations/default/companies/{account}"
        request = Request(
            what="link to the company",
            method="PUT",
            path=f"crm/objects/{self.version}/{place}",
            expected=frozenset({404}),
        )
        answer = exchange.send(request)
        if answer.status == 404:
            raise answer.unreadable("what was just made is not there")
        if not answer.parse(_Linked).results:
            raise answer.unreadable("no link")

    def _post(
        self, exchange: Exchange, path: str, asked: object, *, writes: bool
    ) -> Answer:
        from miroir.http import Request

        return exchange.send(
            Request(
                what=path,
                method="POST",
                path=f"crm/objects/{self.version}/{path}",
                json=asked,
                writes=writes,
            )
        )


def _kind(contact: CrmContact) -> str:
    kinds = {"call_in": "calls", "call_out": "calls", "meeting": "meetings"}
    return kinds.get(contact.channel, "notes")


def _properties(contact: CrmContact, intent: Intent) -> dict[str, str]:
    text = as_html(body(contact, intent))[:65_000]
    at = f"{contact.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    match _kind(contact):
        case "calls":
            inbound = contact.channel == "call_in"
            return {
                "hs_timestamp": at,
                "hs_call_title": subject(contact),
                "hs_call_body": text,
                "hs_call_direction": "INBOUND" if inbound else "OUTBOUND",
                "hs_call_status": "COMPLETED" if contact.happened else "NO_ANSWER",
                "hs_call_duration": str(contact.duration_minutes * 60_000),
            }
        case "meetings":
            return {
                "hs_timestamp": at,
                "hs_meeting_title": subject(contact),
                "hs_meeting_body": text,
                "hs_meeting_outcome": "COMPLETED" if contact.happened else "NO_SHOW",
            }
        case _:
            title = as_html(subject(contact))
            return {"hs_timestamp": at, "hs_note_body": title + text}
