"""Salesforce, by its REST interface: a task on an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from miroir import (
    CrmAccount,
    CrmContact,
    DeliveryClass,
    Intent,
    NeedsPerson,
    Promise,
    Receipt,
)

from miroir_connectors.crm_base import HttpCrm, digits, spellings
from miroir_connectors.crm_text import body, subject

if TYPE_CHECKING:
    from miroir.http import Answer, Authentication, Exchange, Semantics

_SEVERAL = 300


@dataclass(frozen=True)
class _Rows:
    records: list[dict[str, object]]
    done: bool


@dataclass(frozen=True)
class _Row:
    Id: str


@dataclass(frozen=True)
class _Saved:
    id: str
    success: bool


@dataclass(frozen=True)
class _Fault:
    errorCode: str


@dataclass(frozen=True, kw_only=True)
class SalesforceCrm(HttpCrm):
    """An org of Salesforce, reached by the client credentials of an application.

    `siren_field`: the field of Account that holds the SIREN. `key_field`: a
    field of Activity, text of 64 or more, External ID and Unique, where our key
    is written; `version` is that of the interface.

    Class B: a task is made under our key, and the same key makes no second one.
    """

    client_id: str
    client_secret: str = field(repr=False)
    siren_field: str = "SIREN__c"
    key_field: str = "Miroir_Key__c"
    version: str = "v62.0"

    @property
    def promise(self) -> Promise:
        return self.bounds(DeliveryClass.NATURAL_ID)

    def authentication(self) -> Authentication:
        from miroir.http import ClientCredentials

        return ClientCredentials(
            url=f"{self.url.rstrip('/')}/services/oauth2/token",
            client_id=self.client_id,
            client_secret=self.client_secret,
            in_form=True,
        )

    def semantics(self) -> Semantics:
        """A limit is said by 403 and a code; 503 is a server that cannot work."""
        from miroir.http import Semantics

        return Semantics(
            applied_on_429=False,
            later=frozenset({"REQUEST_LIMIT_EXCEEDED", "UNABLE_TO_LOCK_ROW"}),
        )

    def explain(self, answer: Answer) -> str:
        faults = answer.parse(list[_Fault])
        return faults[0].errorCode if faults else ""

    def look_up(self, exchange: Exchange, siren: str) -> Sequence[CrmAccount]:
        wanted = ", ".join(f"'{one}'" for one in spellings(siren))
        rows = self._query(
            exchange,
            f"SELECT Id, Name, {self.siren_field} FROM Account "
            f"WHERE {self.siren_field} IN ({wanted})",
        )
        return [
            CrmAccount(id=str(row["Id"]), siren=siren, name=str(row["Name"]))
            for row in rows
            if digits(row[self.siren_field]) == siren
        ]

    def create(self, exchange: Exchange, siren: str) -> CrmAccount:
        name = f"Entreprise {siren}"
        made = self._save(
            exchange, f"Account/{self.siren_field}/{siren}", {"Name": name}, siren
        )
        return CrmAccount(id=made.id, siren=siren, name=name)

    def log(
        self,
        exchange: Exchange,
        account: CrmAccount,
        contact: CrmContact,
        intent: Intent,
    ) -> Receipt:
        task = {
            "WhatId": account.id,
            "Subject": subject(contact)[:255],
            "Description": body(contact, intent)[:32_000],
            "ActivityDate": date.isoformat(contact.at.date()),
            "Status": "Completed",
            "TaskSubtype": _SUBTYPES.get(contact.channel, "Task"),
        }
        where = f"Task/{self.key_field}/{quote(intent.key, '')}"
        made = self._save(exchange, where, task, contact.siren)
        return Receipt(id=made.id, facts={"account": account.id})

    def logged(
        self, exchange: Exchange, contact: CrmContact, intent: Intent
    ) -> Sequence[Receipt]:
        rows = self._query(
            exchange, f"SELECT Id FROM Task WHERE {self.key_field} = '{intent.key}'"
        )
        return [Receipt(id=str(row["Id"])) for row in rows]

    def is_there(
        self, exchange: Exchange, contact: CrmContact, receipt: Receipt
    ) -> bool:
        from miroir.http import Request

        request = Request(
            what="read the task",
            path=self._path(f"sobjects/Task/{quote(receipt.id, '')}?fields=Id"),
            expected=frozenset({404}),
        )
        answer = exchange.send(request)
        return answer.status != 404 and answer.parse(_Row).Id == receipt.id

    def _query(self, exchange: Exchange, text: str) -> list[dict[str, object]]:
        from miroir.http import Request

        request = Request(what="query", path=self._path("query"), query={"q": text})
        return exchange.send(request).parse(_Rows).records

    def _save(
        self, exchange: Exchange, where: str, values: object, siren: str
    ) -> _Saved:
        """Make or complete what our key names; two of them are for a person."""
        from miroir.http import Request

        request = Request(
            what=f"save {where.partition('/')[0]}",
            method="PATCH",
            path=self._path(f"sobjects/{where}"),
            json=values,
            expected=frozenset({_SEVERAL}),
        )
        answer = exchange.send(request)
        if answer.status == _SEVERAL:  # nothing was written
            raise NeedsPerson(f"{siren}: several records in the CRM have our key")
        saved = answer.parse(_Saved)
        if not saved.success:
            raise answer.unreadable("not a success")
        return saved

    def _path(self, end: str) -> str:
        return f"services/data/{self.version}/{end}"


_SUBTYPES = {"call_in": "Call", "call_out": "Call", "mail": "Email"}
