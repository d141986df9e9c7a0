"""Odoo from version 19, by its JSON-2 interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from miroir import CrmAccount, CrmContact, DeliveryClass, Intent, Promise, Receipt

from miroir_connectors.crm_base import HttpCrm, digits, spellings
from miroir_connectors.crm_text import as_html, body, subject

if TYPE_CHECKING:
    from miroir.http import Answer, Authentication, Exchange, Semantics


@dataclass(frozen=True)
class _Partner:
    id: int
    name: str


@dataclass(frozen=True)
class _Message:
    id: int


@dataclass(frozen=True)
class _Fault:
    name: str


@dataclass(frozen=True, kw_only=True)
class OdooCrm(HttpCrm):
    """An Odoo database. `siren_field` is the field of `res.partner` that holds it.

    Class C: `message_post` knows no key. Each call is one transaction, and what
    it wrote is found at once by the reference that stands in its text.
    """

    database: str
    api_key: str = field(repr=False)
    siren_field: str = "company_registry"

    @property
    def promise(self) -> Promise:
        return self.bounds(DeliveryClass.READ_BACK)

    def authentication(self) -> Authentication:
        from miroir.http import ApiKey

        return ApiKey(key=self.api_key, scheme="bearer")

    def semantics(self) -> Semantics:
        """Odoo publishes nothing of 429 and 503: they may come from a gateway."""
        from miroir.http import Semantics

        return Semantics()

    def explain(self, answer: Answer) -> str:
        return answer.parse(_Fault).name.rpartition(".")[2]

    def look_up(self, exchange: Exchange, siren: str) -> Sequence[CrmAccount]:
        asked = {
            "domain": [[self.siren_field, "in", spellings(siren)]],
            "fields": ["name", self.siren_field, "is_company"],
        }
        answer = self._call(exchange, "res.partner/search_read", asked)
        rows = answer.parse(list[dict[str, object]])  # the name of a field is a setting
        found = zip(answer.parse(list[_Partner]), rows, strict=True)
        return [
            CrmAccount(id=str(one.id), siren=siren, name=one.name)
            for one, row in found
            if digits(row.get(self.siren_field)) == siren
            and row.get("is_company") is not False
        ]

    def create(self, exchange: Exchange, siren: str) -> CrmAccount:
        name = f"Entreprise {siren}"
        values = {"name": name, "is_company": True, self.siren_field: siren}
        answer = self._call(
            exchange, "res.partner/create", {"vals_list": [values]}, writes=True
        )
        made = answer.parse(list[int])
        if len(made) != 1:
            raise answer.unreadable(f"{len(made)} partners created")
        return CrmAccount(id=str(made[0]), siren=siren, name=name)

    def log(
        self,
        exchange: Exchange,
        account: CrmAccount,
        contact: CrmContact,
        intent: Intent,
    ) -> Receipt:
        asked = {
            "ids": [int(account.id)],
            "subject": subject(contact),
            "body": as_html(body(contact, intent)),
            "body_is_html": True,
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_note",
        }
        answer = self._call(exchange, "res.partner/message_post", asked, writes=True)
        posted = answer.json()
        posted = posted[0] if isinstance(posted, list) and len(posted) == 1 else posted
        if not isinstance(posted, int) or isinstance(posted, bool):
            raise answer.unreadable("not the id of a message")
        return Receipt(id=str(posted), facts={"account": account.id})

    def logged(
        self, exchange: Exchange, contact: CrmContact, intent: Intent
    ) -> Sequence[Receipt]:
        domain = [["model", "=", "res.partner"], ["body", "ilike", intent.reference]]
        return self._messages(exchange, domain)

    def is_there(
        self, exchange: Exchange, contact: CrmContact, receipt: Receipt
    ) -> bool:
        return len(self._messages(exchange, [["id", "=", int(receipt.id)]])) == 1

    def _messages(
        self, exchange: Exchange, domain: Sequence[Sequence[object]]
    ) -> list[Receipt]:
        asked = {"domain": domain, "fields": ["id"]}
        answer = self._call(exchange, "mail.message/search_read", asked)
        return [Receipt(id=str(one.id)) for one in answer.parse(list[_Message])]

    def _call(
        self, exchange: Exchange, method: str, asked: object, *, writes: bool = False
    ) -> Answer:
        from miroir.http import Request

        return exchange.send(
            Request(
                what=method,
                method="POST",
                path=f"json/2/{method}",
                headers={"X-Odoo-Database": self.database},
                json=asked,
                writes=writes,
            )
        )
