"""A CRM with a REST interface of its own, described by the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from miroir import CrmAccount, CrmContact, DeliveryClass, Intent, Promise, Receipt

from miroir_connectors.crm_base import HttpCrm, digits
from miroir_connectors.crm_rest.layout import (
    Search,
    Values,
    Write,
    at,
    check,
    check_fields,
    contact_values,
    filled_fields,
    filled_path,
    id_in,
)

if TYPE_CHECKING:
    from miroir.http import Authentication, Exchange, Semantics


@dataclass(frozen=True, kw_only=True)
class RestCrm(HttpCrm):
    """A REST interface in JSON.

    `search_account` finds the accounts of `{siren}`, `write_contact` writes a
    contact on `{account}`, `search_contact` finds it again by `{key}` or
    `{reference}`, `read_contact` is the path that reads it by `{id}`, its
    id standing where that of `write_contact` does, and `write_account` makes an
    account.

    `delivery` is what the interface promises, and has to hold together: «A» it
    takes `key_header` and remembers it for `key_retention_h`; «B» the path of
    `write_contact` holds `{key}`; «C» there is a `search_contact`; «D» nothing.
    `applied_on_429` and `applied_on_503`: false where the vendor writes that
    what is answered so was not done.

    It is told who we are by `token`, by `api_key` in `api_key_header`, by `user`
    and `password`, or by the OAuth 2.0 client `client_id` of `token_url`.
    """

    search_account: Search
    write_contact: Write
    search_contact: Search | None = None
    read_contact: str = ""
    write_account: Write | None = None
    delivery: DeliveryClass = DeliveryClass.BLIND
    key_header: str = "Idempotency-Key"
    key_retention_h: float = 0.0
    applied_on_429: bool = True
    applied_on_503: bool = True
    token: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    api_key_header: str = "X-Api-Key"
    user: str = ""
    password: str = field(default="", repr=False)
    token_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    scope: str = ""

    def __post_init__(self) -> None:
        check(self._texts())
        for write in filter(None, (self.write_contact, self.write_account)):
            check_fields(write.fields)
        needed = {
            DeliveryClass.KEYED: (self.key_retention_h > 0, "`key_retention_h`"),
            DeliveryClass.NATURAL_ID: (
                "{key}" in self.write_contact.path,
                "`{key}` in the path of `write_contact`",
            ),
            DeliveryClass.READ_BACK: (
                self.search_contact is not None,
                "`search_contact`",
            ),
            DeliveryClass.BLIND: (True, ""),
        }
        given, what = needed[self.delivery]
        if not given:
            raise ValueError(f"a delivery of class {self.delivery} needs {what}")
        if self.create_account and self.write_account is None:
            raise ValueError("`create_account` needs `write_account`")
        identities = (self.token, self.api_key, self.user, self.token_url)
        if sum(map(bool, identities)) > 1:
            raise ValueError("give one of `token`, `api_key`, `user`, `token_url`")

    @property
    def promise(self) -> Promise:
        kept = timedelta(hours=self.key_retention_h)
        return replace(self.bounds(self.delivery), key_retention=kept)

    def authentication(self) -> Authentication:
        from miroir.http import Anonymous, ApiKey, Basic, ClientCredentials

        if self.token:
            return ApiKey(key=self.token)
        if self.api_key:
            return ApiKey(key=self.api_key, header=self.api_key_header, scheme="")
        if self.user:
            return Basic(user=self.user, password=self.password)
        if self.token_url:
            return ClientCredentials(
                url=self.token_url,
                client_id=self.client_id,
                client_secret=self.client_secret,
                scope=self.scope,
            )
        return Anonymous()

    def semantics(self) -> Semantics:
        from miroir.http import Semantics

        keyed = self.delivery is DeliveryClass.KEYED
        return Semantics(
            applied_on_429=self.applied_on_429,
            applied_on_503=self.applied_on_503,
            in_progress=frozenset({409}) if keyed else frozenset(),
        )

    def look_up(self, exchange: Exchange, siren: str) -> Sequence[CrmAccount]:
        search = self.search_account
        found = self._found(exchange, "search the account", search, {"siren": siren})
        return [
            CrmAccount(
                id=one, siren=siren, name=str(at(item, search.name or "?") or "")
            )
            for one, item in found
            if not search.siren or digits(at(item, search.siren)) == siren
        ]

    def create(self, exchange: Exchange, siren: str) -> CrmAccount:
        if self.write_account is None:
            raise AssertionError("checked with the settings")
        name = f"Entreprise {siren}"
        values: Values = {"siren": siren, "subject": name}
        made = self._write(exchange, "create the account", self.write_account, values)
        return CrmAccount(id=made, siren=siren, name=name)

    def log(
        self,
        exchange: Exchange,
        account: CrmAccount,
        contact: CrmContact,
        intent: Intent,
    ) -> Receipt:
        keyed = self.delivery is DeliveryClass.KEYED
        made = self._write(
            exchange,
            "write the contact",
            self.write_contact,
            contact_values(contact, intent, account.id),
            {self.key_header: intent.key} if keyed else {},
        )
        return Receipt(id=made, facts={"account": account.id})

    def logged(
        self, exchange: Exchange, contact: CrmContact, intent: Intent
    ) -> Sequence[Receipt]:
        if self.search_contact is None:
            raise NotImplementedError("the settings have no `search_contact`")
        values = contact_values(contact, intent, "")
        found = self._found(exchange, "search the contact", self.search_contact, values)
        return [Receipt(id=one) for one, _ in found]

    def is_there(
        self, exchange: Exchange, contact: CrmContact, receipt: Receipt
    ) -> bool:
        from miroir.http import Request

        if not self.read_contact:
            return True
        path = filled_path(
            self.read_contact,
            {"id": receipt.id, **receipt.facts, "siren": contact.siren},
        )
        gone = frozenset({404})
        request = Request(what="read the contact", path=path, expected=gone)
        answer = exchange.send(request)
        if answer.status == 404:
            return False
        return id_in(answer, answer.json(), self.write_contact.id) == receipt.id

    def _found(
        self, exchange: Exchange, what: str, search: Search, values: Values
    ) -> list[tuple[str, object]]:
        """The items of a search, each with its id."""
        from miroir.http import Request

        path = filled_path(search.path, values)
        answer = exchange.send(Request(what=what, path=path))
        items = at(answer.json(), search.items)
        if not isinstance(items, list):
            raise answer.unreadable(f"no list at «{search.items}»")
        return [(id_in(answer, item, search.id), item) for item in items]

    def _write(
        self,
        exchange: Exchange,
        what: str,
        write: Write,
        values: Values,
        headers: dict[str, str] | None = None,
    ) -> str:
        from miroir.http import Request

        answer = exchange.send(
            Request(
                what=what,
                method=write.method,
                path=filled_path(write.path, values),
                json=filled_fields(write.fields, values),
                headers=headers or {},
            )
        )
        return id_in(answer, answer.json(), write.id)

    def _texts(self) -> dict[str, str]:
        """Every text with braces, under the name of its setting."""
        texts = {
            "search_account.path": self.search_account.path,
            "read_contact": self.read_contact,
        }
        if self.search_contact is not None:
            texts["search_contact.path"] = self.search_contact.path
        for name, write in (
            ("write_contact", self.write_contact),
            ("write_account", self.write_account),
        ):
            if write is not None:
                texts[f"{name}.path"] = write.path
                for key, text in write.fields.items():
                    texts[f"{name}.fields.{key}"] = text
        return texts
