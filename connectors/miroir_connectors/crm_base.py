"""What every CRM over HTTP has in common: one contact, once, on one account."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from miroir import (
    ActionNotSent,
    ActionRefused,
    Address,
    CrmAccount,
    CrmContact,
    CrmLogger,
    DeliveryClass,
    DestinationError,
    Intent,
    NeedsPerson,
    OutcomeUnknown,
    Promise,
    Receipt,
)

if TYPE_CHECKING:
    from miroir.http import Answer, Authentication, Exchange, HttpClient, Semantics

_NOBODY = "000000000"
_TO_ANSWER_S = 5.0
"""What a process that was cut off by its own deadline may take to say so."""
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class HttpCrm(CrmLogger):
    """A CRM over HTTP. Its fields are settings of `[destinations.<name>]`.

    `url` is its address; `hosts` are others that it may send us to. `ca_file`
    holds the authorities that signed its certificate, when they are private;
    `certificate` and `key_file` are ours, when it asks for one. `proxy` is the
    way out of this network, if there is one. `create_account`:
    a company without an account gets one, instead of going to a person.
    `deadline_s` bounds one attempt; `max_in_flight_s` is how long the CRM may
    work on a request whose caller has gone, `lag_s` how long until its search
    finds what was written.
    """

    url: Address
    hosts: tuple[str, ...] = ()
    ca_file: Path | None = None
    proxy: str = field(default="", repr=False)
    certificate: Path | None = None
    key_file: Path | None = None
    create_account: bool = False
    connect_s: float = 3.0
    read_s: float = 10.0
    deadline_s: float = 30.0
    max_in_flight_s: float = 120.0
    lag_s: float = 0.0
    tries: int = 3

    def bounds(self, delivery: DeliveryClass) -> Promise:
        """A promise of this class, with the bounds of the settings."""
        return Promise(
            delivery=delivery,
            deadline=timedelta(seconds=self.deadline_s + _TO_ANSWER_S),
            max_in_flight=timedelta(seconds=self.max_in_flight_s),
            lag=timedelta(seconds=self.lag_s),
        )

    def accounts(self, siren: str) -> Sequence[CrmAccount]:
        return _unless_refused(lambda: self.look_up(self.client.exchange(), siren))

    def send(self, action: CrmContact, intent: Intent) -> Receipt:
        exchange = self.client.exchange()
        account = self._account(exchange, action.siren)
        receipt = self.log(exchange, account, action, intent)
        self._confirm(exchange, action, receipt)
        return receipt

    def find(self, action: CrmContact, intent: Intent) -> Sequence[Receipt]:
        return _unless_refused(
            lambda: self.logged(self.client.exchange(), action, intent)
        )

    def check(self) -> None:
        self.look_up(self.client.exchange(), _NOBODY)

    @cached_property
    def client(self) -> HttpClient:
        """The client of this CRM; it keeps its connections and its token."""
        from miroir.http import HttpClient, Limits, Tls

        return HttpClient(
            self.url,
            hosts=self.hosts,
            authentication=self.authentication(),
            limits=Limits(
                connect_s=self.connect_s,
                read_s=self.read_s,
                deadline_s=self.deadline_s,
                tries=self.tries,
            ),
            semantics=self.semantics(),
            tls=Tls(
                authorities=self.ca_file,
                certificate=self.certificate,
                key=self.key_file,
            ),
            proxy=self.proxy,
            explain=self.explain,
        )

    @abstractmethod
    def authentication(self) -> Authentication:
        """Who we are there."""

    @abstractmethod
    def semantics(self) -> Semantics:
        """What its statuses mean, from what its vendor publishes."""

    def explain(self, answer: Answer) -> str:
        """Its own code for a refusal."""
        return ""

    @abstractmethod
    def look_up(self, exchange: Exchange, siren: str) -> Sequence[CrmAccount]:
        """Its accounts of this SIREN, whatever the spaces in it."""

    @abstractmethod
    def create(self, exchange: Exchange, siren: str) -> CrmAccount:
        """Make an account; called when there is none."""

    @abstractmethod
    def log(
        self,
        exchange: Exchange,
        account: CrmAccount,
        contact: CrmContact,
        intent: Intent,
    ) -> Receipt:
        """Write the contact on the account, all at once."""

    @abstractmethod
    def logged(
        self, exchange: Exchange, contact: CrmContact, intent: Intent
    ) -> Sequence[Receipt]:
        """What was written for this intent."""

    @abstractmethod
    def is_there(
        self, exchange: Exchange, contact: CrmContact, receipt: Receipt
    ) -> bool:
        """Whether what was just written can be read by its id."""

    def _account(self, exchange: Exchange, siren: str) -> CrmAccount:
        found = {one.id: one for one in self.look_up(exchange, siren)}
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            raise NeedsPerson(
                f"{siren}: {len(found)} accounts in the CRM "
                f"({', '.join(sorted(found))}); merge them, or log the contact by hand"
            )
        if not self.create_account:
            raise NeedsPerson(
                f"{siren}: no account in the CRM; create one, or set `create_account`"
            )
        return self.create(exchange, siren)

    def _confirm(
        self, exchange: Exchange, contact: CrmContact, receipt: Receipt
    ) -> None:
        """Some systems say yes and do nothing: what was written is read again."""
        try:
            if self.is_there(exchange, contact, receipt):
                return
            reason = "it is not there"
        except DestinationError as error:
            reason = f"it cannot be read: {error}"
        raise OutcomeUnknown(f"{self.url}: the answer was yes, and {reason}")


def digits(siren: object) -> str:
    """A SIREN as a CRM keeps it, without spaces and such."""
    return "".join(filter(str.isdigit, str(siren or "")))


def spellings(siren: str) -> list[str]:
    """How a CRM may keep a SIREN: «732829320», «732 829 320»."""
    return [siren, f"{siren[:3]} {siren[3:6]} {siren[6:]}"]


def _unless_refused(look: Callable[[], Sequence[T]]) -> Sequence[T]:
    """A search that is refused says nothing of what was done before."""
    try:
        return look()
    except ActionRefused as error:
        refused = str(error)
    raise ActionNotSent(f"cannot look: {refused}")
