"""Dynamics 365, by the Web API of Dataverse: a phone call or a task."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from miroir import (
    CrmAccount,
    CrmContact,
    DeliveryClass,
    Intent,
    PreconditionFailed,
    Promise,
    Receipt,
)

from miroir_connectors.crm_base import HttpCrm, digits, spellings
from miroir_connectors.crm_text import body, subject

if TYPE_CHECKING:
    from miroir.http import Answer, Authentication, Exchange, Semantics

SPACE = uuid.UUID("6f0c3c9e-6a0e-5d7b-9f43-2d3c1c0b7a55")
_NO_ROW = "0x80040217"
_MICROSOFT = "https://login.microsoftonline.com"


@dataclass(frozen=True)
class _Accounts:
    value: list[dict[str, object]]


@dataclass(frozen=True)
class _Account:
    accountid: str
    name: str | None = None


@dataclass(frozen=True)
class _Activity:
    activityid: str


@dataclass(frozen=True)
class _Code:
    code: str


@dataclass(frozen=True)
class _Fault:
    error: _Code


@dataclass(frozen=True, kw_only=True)
class DataverseCrm(HttpCrm):
    """An environment of Dataverse, reached by an application of the tenant.

    `siren_field`: the column of `account` that holds the SIREN; with
    `create_account` it must be an alternate key. `login_url` is where tokens
    come from.

    Class B: we choose the id of the activity, made from our key, and ask for it
    to be made only if it is not there.
    """

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    siren_field: str = "accountnumber"
    login_url: str = _MICROSOFT
    version: str = "v9.2"

    @property
    def promise(self) -> Promise:
        return self.bounds(DeliveryClass.NATURAL_ID)

    def authentication(self) -> Authentication:
        from miroir.http import ClientCredentials

        return ClientCredentials(
            url=f"{self.login_url.rstrip('/')}/{self.tenant}/oauth2/v2.0/token",
            client_id=self.client_id,
            client_secret=self.client_secret,
            scope=f"{self.url.rstrip('/')}/.default",
            in_form=True,
        )

    def semantics(self) -> Semantics:
        """429 is the protection of the service: what it stops was not begun."""
        from miroir.http import Semantics

        return Semantics(applied_on_429=False)

    def explain(self, answer: Answer) -> str:
        return answer.parse(_Fault).error.code

    def look_up(self, exchange: Exchange, siren: str) -> Sequence[CrmAccount]:
        wanted = " or ".join(
            f"{self.siren_field} eq '{one}'" for one in spellings(siren)
        )
        asked = {"$select": f"name,{self.siren_field}", "$filter": wanted}
        answer = self._send(exchange, "search the account", "accounts", query=asked)
        rows = answer.parse(_Accounts).value
        return [
            CrmAccount(
                id=str(row["accountid"]), siren=siren, name=str(row.get("name") or "")
            )
            for row in rows
            if digits(row.get(self.siren_field)) == siren
        ]

    def create(self, exchange: Exchange, siren: str) -> CrmAccount:
        answer = self._send(
            exchange,
            "create the account",
            f"accounts({self.siren_field}='{siren}')",
            method="PATCH",
            json={"name": f"Entreprise {siren}"},
            headers={"Prefer": "return=representation"},
        )
        made = answer.parse(_Account)
        return CrmAccount(id=made.accountid, siren=siren, name=made.name or "")

    def log(
        self,
        exchange: Exchange,
        account: CrmAccount,
        contact: CrmContact,
        intent: Intent,
    ) -> Receipt:
        place = self._place(contact, intent)
        # Refused when an earlier attempt has made it: what follows is the same.
        with suppress(PreconditionFailed):
            made = _activity(account, contact, intent)
            self._patch(exchange, "create the activity", place, made, "If-None-Match")
        self._patch(exchange, "close the activity", place, _closed(contact), "If-Match")
        return Receipt(id=place, facts={"account": account.id})

    def logged(
        self, exchange: Exchange, contact: CrmContact, intent: Intent
    ) -> Sequence[Receipt]:
        receipt = Receipt(id=self._place(contact, intent))
        return [receipt] if self.is_there(exchange, contact, receipt) else []

    def is_there(
        self, exchange: Exchange, contact: CrmContact, receipt: Receipt
    ) -> bool:
        answer = self._send(
            exchange,
            "read the activity",
            receipt.id,
            query={"$select": "activityid"},
            expected=frozenset({404}),
        )
        if answer.status != 404:
            return answer.parse(_Activity).activityid in receipt.id
        if self.explain(answer) != _NO_ROW:
            raise answer.unreadable("not said by Dataverse")
        return False

    def _patch(
        self, exchange: Exchange, what: str, place: str, values: object, match: str
    ) -> None:
        """Write, whatever its version, a row that must or must not be there."""
        answer = self._send(
            exchange,
            what,
            place,
            method="PATCH",
            json=values,
            headers={match: "*"},
            expected=frozenset({404}) if match == "If-Match" else frozenset(),
        )
        if answer.status == 404:
            raise answer.unreadable("what was just made is not there")
        if answer.status != 204:
            raise answer.unreadable("not said by Dataverse")

    def _place(self, contact: CrmContact, intent: Intent) -> str:
        table = "phonecalls" if _is_call(contact) else "tasks"
        return f"{table}({uuid.uuid5(SPACE, intent.key)})"

    def _send(
        self,
        exchange: Exchange,
        what: str,
        path: str,
        *,
        method: str = "GET",
        json: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        expected: frozenset[int] = frozenset(),
    ) -> Answer:
        from miroir.http import Request

        odata = {"OData-MaxVersion": "4.0", "OData-Version": "4.0"}
        return exchange.send(
            Request(
                what=what,
                method=method,
                path=f"api/data/{self.version}/{path}",
                query=query or {},
                json=json,
                headers={"Accept": "application/json", **odata, **(headers or {})},
                expected=expected,
            )
        )


def _is_call(contact: CrmContact) -> bool:
    return contact.channel in ("call_in", "call_out")


def _activity(
    account: CrmAccount, contact: CrmContact, intent: Intent
) -> dict[str, object]:
    table = "phonecall" if _is_call(contact) else "task"
    activity: dict[str, object] = {
        "subject": subject(contact)[:200],
        "description": body(contact, intent)[:2_000_000],
        f"regardingobjectid_account_{table}@odata.bind": f"/accounts({account.id})",
        "scheduledstart": _utc(contact),
        "scheduledend": _utc(contact, minutes=contact.duration_minutes),
        "actualdurationminutes": contact.duration_minutes,
    }
    if _is_call(contact):
        activity["directioncode"] = contact.channel == "call_out"
    return activity


def _closed(contact: CrmContact) -> dict[str, int]:
    """Completed: 2 made, 4 received for a call; 5 for a task."""
    if not _is_call(contact):
        return {"statecode": 1, "statuscode": 5}
    return {"statecode": 1, "statuscode": 2 if contact.channel == "call_out" else 4}


def _utc(contact: CrmContact, *, minutes: int = 0) -> str:
    moment = contact.at.astimezone(UTC) + timedelta(minutes=minutes)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
