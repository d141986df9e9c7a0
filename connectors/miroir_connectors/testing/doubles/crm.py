"""What the doubles of CRMs have in common. They stand for no real product."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from miroir.testing.counterpart import Call, Counterpart, Record, Reply

SIREN = "999000003"
SPACED = "999 000 003"
TWO_ACCOUNTS = "999000011"
NO_ACCOUNT = "999000029"
SECRET = "s3cret-of-the-double"


@dataclass(slots=True, kw_only=True)
class Account:
    id: str
    siren: str
    name: str


class Refused(Exception):
    """The double refuses; it carries the answer."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(reply.status)


class CrmDouble(Counterpart):
    """A CRM with a company that is spelt with spaces, and one that is there twice."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens: list[str] = []
        self.accounts = [
            Account(id=self.new_id(1), siren=SPACED, name="Horlogerie Fictive"),
            Account(id=self.new_id(2), siren=TWO_ACCOUNTS, name="Deux Fois"),
            Account(id=self.new_id(3), siren=TWO_ACCOUNTS, name="Deux fois (bis)"),
        ]

    def new_id(self, number: int) -> str:
        return str(number)

    def answer(self, call: Call) -> Reply:
        try:
            return self.respond(call)
        except Refused as refused:
            return refused.reply

    def respond(self, call: Call) -> Reply:
        raise NotImplementedError

    def with_siren(self, sirens: list[str]) -> list[Account]:
        return [one for one in self.accounts if one.siren in sirens]

    def account(self, id: str) -> Account | None:
        return next((one for one in self.accounts if one.id == id), None)

    def add_account(self, siren: str, name: str) -> Account:
        made = Account(id=self.new_id(len(self.accounts) + 1), siren=siren, name=name)
        self.accounts.append(made)
        return made

    def record(
        self, reference: str, fields: dict[str, Any], id: str | None = None
    ) -> Record:
        made = Record(
            id=id or self.new_id(1000 + len(self.records)),
            reference=reference,
            fields=fields,
        )
        self.records.append(made)
        return made

    def find(self, id: str) -> Record | None:
        return next((one for one in self.records if one.id == id), None)

    def new_token(self) -> str:
        self.tokens.append(f"token-{uuid.uuid4().hex}")
        return self.tokens[-1]
