"""Tryton: a note on a party, by JSON-RPC with a user, or by REST with a key."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from miroir import CrmAccount, CrmContact, DeliveryClass, Intent, Promise, Receipt

from miroir_connectors.crm_base import HttpCrm
from miroir_connectors.crm_text import body, subject

if TYPE_CHECKING:
    from miroir.http import Answer, Authentication, Exchange, Semantics


@dataclass(frozen=True)
class _Party:
    id: int
    rec_name: str = ""


@dataclass(frozen=True)
class _Record:
    id: int


@dataclass(frozen=True, kw_only=True)
class TrytonCrm(HttpCrm):
    """A Tryton database with the modules `party` and `party_siret`.

    With `application_key`, the key of a user application «rest», it is spoken to
    by REST; else by JSON-RPC as `user`, with `password`.

    Class C: a note has no key of its own. Each call is one transaction, and what
    it wrote is found at once by the reference that stands in its text.
    """

    database: str
    user: str = ""
    password: str = field(default="", repr=False)
    application_key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if bool(self.application_key) == bool(self.user):
            raise ValueError("give `application_key`, or `user` and `password`")

    @property
    def promise(self) -> Promise:
        return self.bounds(DeliveryClass.READ_BACK)

    def authentication(self) -> Authentication:
        from miroir.http import ApiKey

        from miroir_connectors.crm_tryton.session import Session

        if self.application_key:
            return ApiKey(key=self.application_key, scheme="bearer")
        return Session(database=self.database, user=self.user, password=self.password)

    def semantics(self) -> Semantics:
        """429 comes from its log-in, before any work; 503 only from a gateway."""
        from miroir.http import Semantics

        return Semantics(applied_on_429=False)

    def look_up(self, exchange: Exchange, siren: str) -> Sequence[CrmAccount]:
        # Tryton writes a SIREN its own way, with spaces: `code_compact` has none.
        domain = [["identifiers", "where", _identifier(siren)]]
        answer = self._search(exchange, "party.party", domain)
        return [
            CrmAccount(id=str(one.id), siren=siren, name=one.rec_name)
            for one in answer.parse(list[_Party])
        ]

    def create(self, exchange: Exchange, siren: str) -> CrmAccount:
        name = f"Entreprise {siren}"
        identifier = {"type": "fr_siren", "code": siren}
        values = {"name": name, "identifiers": [["create", [identifier]]]}
        made = self._create(exchange, "party.party", values)
        return CrmAccount(id=made, siren=siren, name=name)

    def log(
        self,
        exchange: Exchange,
        account: CrmAccount,
        contact: CrmContact,
        intent: Intent,
    ) -> Receipt:
        message = f"{subject(contact)}\n\n{body(contact, intent)}"
        values = {"resource": f"party.party,{account.id}", "message": message}
        made = self._create(exchange, "ir.note", values)
        return Receipt(id=made, facts={"account": account.id})

    def logged(
        self, exchange: Exchange, contact: CrmContact, intent: Intent
    ) -> Sequence[Receipt]:
        return self._notes(exchange, ["message", "like", f"%{intent.reference}%"])

    def is_there(
        self, exchange: Exchange, contact: CrmContact, receipt: Receipt
    ) -> bool:
        return len(self._notes(exchange, ["id", "=", int(receipt.id)])) == 1

    def _notes(self, exchange: Exchange, clause: Sequence[object]) -> list[Receipt]:
        answer = self._search(exchange, "ir.note", [clause])
        return [Receipt(id=str(one.id)) for one in answer.parse(list[_Record])]

    def _search(
        self, exchange: Exchange, model: str, domain: Sequence[Sequence[object]]
    ) -> Answer:
        from miroir.http import Request

        if not self.application_key:
            asked = [domain, 0, None, None, ["id", "rec_name"], {}]
            return self._rpc(exchange, f"{model}.search_read", asked, writes=False)
        packed = base64.urlsafe_b64encode(json.dumps(domain).encode()).decode()
        return exchange.send(
            Request(
                what=f"search {model}",
                path=f"{self.database}/rest/model/{model}",
                query={"d": packed, "f": "rec_name"},
            )
        )

    def _create(self, exchange: Exchange, model: str, values: object) -> str:
        from miroir.http import Request

        if self.application_key:
            request = Request(
                what=f"create {model}",
                method="POST",
                path=f"{self.database}/rest/model/{model}",
                json=values,
            )
            return str(exchange.send(request).parse(_Record).id)
        asked = [[values], {}]
        answer = self._rpc(exchange, f"{model}.create", asked, writes=True)
        made = answer.parse(list[int])
        if len(made) != 1:
            raise answer.unreadable(f"{len(made)} records created")
        return str(made[0])

    def _rpc(
        self, exchange: Exchange, method: str, asked: object, *, writes: bool
    ) -> Answer:
        from miroir_connectors.crm_tryton.rpc import request, result

        sent = request(self.database, f"model.{method}", asked, writes=writes)
        return result(exchange.send(sent))


def _identifier(siren: str) -> list[list[str]]:
    return [["type", "=", "fr_siren"], ["code_compact", "=", siren]]
