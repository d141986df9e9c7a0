"""Connectors that do not keep what they declare: each has one fault of its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from miroir import (
    ActionNotSent,
    CrmAccount,
    CrmContact,
    DeliveryClass,
    Intent,
    OutcomeUnknown,
    Promise,
    Receipt,
)
from miroir_connectors.crm_odoo.logger import OdooCrm
from miroir_connectors.crm_rest.layout import contact_values
from miroir_connectors.crm_rest.logger import RestCrm

if TYPE_CHECKING:
    from miroir.http import Exchange


@dataclass(frozen=True, kw_only=True)
class ClaimsNaturalId(OdooCrm):
    """Declares B, and makes a new record each time."""

    @property
    def promise(self) -> Promise:
        return self.bounds(DeliveryClass.NATURAL_ID)


@dataclass(frozen=True, kw_only=True)
class RetriesBlindly(OdooCrm):
    """Sends again when an answer is lost."""

    def log(
        self,
        exchange: Exchange,
        account: CrmAccount,
        contact: CrmContact,
        intent: Intent,
    ) -> Receipt:
        for _ in range(3):
            try:
                return super().log(self.client.exchange(), account, contact, intent)
            except OutcomeUnknown:
                continue
        raise OutcomeUnknown("three times")


@dataclass(frozen=True, kw_only=True)
class CallsALostAnswerNotSent(OdooCrm):
    """Says that nothing was sent when no answer came."""

    def send(self, action: CrmContact, intent: Intent) -> Receipt:
        try:
            return super().send(action, intent)
        except OutcomeUnknown as error:
            raise ActionNotSent("no answer") from error


@dataclass(frozen=True, kw_only=True)
class BelievesEveryYes(OdooCrm):
    """Takes an id for an effect."""

    def is_there(
        self, exchange: Exchange, contact: CrmContact, receipt: Receipt
    ) -> bool:
        return True


@dataclass(frozen=True, kw_only=True)
class FindsOne(OdooCrm):
    """Gives the first record that it finds."""

    def logged(
        self, exchange: Exchange, contact: CrmContact, intent: Intent
    ) -> Sequence[Receipt]:
        return super().logged(exchange, contact, intent)[:1]


@dataclass(frozen=True, kw_only=True)
class FindsAnything(OdooCrm):
    """Finds the last record, whatever it is of."""

    def logged(
        self, exchange: Exchange, contact: CrmContact, intent: Intent
    ) -> Sequence[Receipt]:
        return [Receipt(id="1")]


@dataclass(frozen=True, kw_only=True)
class ForgetsItsKey(RestCrm):
    """Declares A, and sends another key at each attempt."""

    def log(
        self,
        exchange: Exchange,
        account: CrmAccount,
        contact: CrmContact,
        intent: Intent,
    ) -> Receipt:
        other = {self.key_header: f"{uuid.uuid4()}"}
        values = contact_values(contact, intent, account.id)
        made = self._write(exchange, "write", self.write_contact, values, other)
        return Receipt(id=made)
