"""The record of a company through a REST interface, described by the configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from miroir import (
    ActionRefused,
    Address,
    DeliveryClass,
    DestinationError,
    Intent,
    NeedsPerson,
    OutcomeUnknown,
    Promise,
    Receipt,
    RecordEntry,
    Secret,
    TraceWriter,
)

from miroir_connectors.record.layout import Fields, nested
from miroir_connectors.record.paths import (
    KNOWN,
    PLACE,
    Search,
    Write,
    at,
    filled,
    repeats,
    values,
)

if TYPE_CHECKING:
    from miroir.http import Answer, Exchange, HttpClient

_NOBODY = "000000000"


@dataclass(frozen=True, kw_only=True)
class RecordRest(TraceWriter):
    """A REST interface in JSON. Paths may hold `{siren}`, `{record}`, `{key}`,
    `{reference}`.

    `search_record` finds the record of a SIREN; `create_record` makes it when
    there is none, else a person does. `complete` writes the fields in it, and
    `search_entry` finds what was written under `{key}` or `{reference}`; unless
    `lag_s` says that it is late, it is asked after each writing too.

    `delivery` is what the interface promises: «A» it takes `key_header` and
    remembers it for `key_retention_h`; «B» writing the same again changes
    nothing: `complete` is a PUT or holds `{key}`, and so is `create_record`;
    «C» there is a `search_entry`; «D» nothing.
    """

    url: Address
    search_record: Search
    complete: Write
    create_record: Write | None = None
    search_entry: Search | None = None
    fields: Fields = field(default_factory=Fields)
    delivery: DeliveryClass = DeliveryClass.BLIND
    key_header: str = "Idempotency-Key"
    key_retention_h: float = 0.0
    token: Secret | None = field(default=None, repr=False)
    ca_file: Path | None = None
    deadline_s: float = 30.0
    max_in_flight_s: float = 120.0
    lag_s: float = 0.0
    applied_on_429: bool = True
    applied_on_503: bool = True

    def __post_init__(self) -> None:
        for name, path in self._paths().items():
            if unknown := {*PLACE.findall(path)} - KNOWN:
                raise ValueError(
                    f"`{name}` holds {{{', '.join(sorted(unknown))}}}; expected among "
                    f"{', '.join(sorted(KNOWN))}"
                )
        writes = [self.complete, *filter(None, [self.create_record])]
        again = all(repeats(write) for write in writes)
        needed = {
            DeliveryClass.KEYED: (self.key_retention_h > 0, "`key_retention_h`"),
            DeliveryClass.NATURAL_ID: (again, "writes with PUT, or `{key}` in a path"),
            DeliveryClass.READ_BACK: (self.search_entry is not None, "`search_entry`"),
            DeliveryClass.BLIND: (True, ""),
        }
        given, what = needed[self.delivery]
        if not given:
            raise ValueError(f"a delivery of class {self.delivery} needs {what}")

    @property
    def promise(self) -> Promise:
        return Promise(
            delivery=self.delivery,
            deadline=timedelta(seconds=self.deadline_s),
            max_in_flight=timedelta(seconds=self.max_in_flight_s),
            lag=timedelta(seconds=self.lag_s),
            key_retention=timedelta(hours=self.key_retention_h),
        )

    def send(self, action: RecordEntry, intent: Intent) -> Receipt:
        fields = self.fields.filled(action, intent)
        exchange = self._client.exchange()
        record = self._record(exchange, action.siren)
        made = "no"
        if record is None:
            record, made = self._create(exchange, intent), "yes"
        answer = self._write(
            exchange, "complete the record", self.complete, intent, record, fields
        )
        found = at(answer.json(), self.complete.id) if answer.content else None
        id = str(found) if isinstance(found, str | int) else record
        self._confirm(exchange, intent, record)
        return Receipt(id=id, facts={"record": record, "created": made})

    def _confirm(self, exchange: Exchange, intent: Intent, record: str) -> None:
        """Some tools say yes and do nothing: what was written is looked for.

        A search that is late (`lag_s`) would find nothing yet, and prove nothing.
        """
        if self.search_entry is None or self.lag_s:
            return
        try:
            if self._search(
                exchange, "look at the entry", self.search_entry, intent, record
            ):
                return
            reason = "it is not there"
        except DestinationError as error:
            reason = f"it cannot be looked for: {error}"
        raise OutcomeUnknown(f"{self.url}: the answer was yes, and {reason}")

    def find(self, action: RecordEntry, intent: Intent) -> Sequence[Receipt]:
        if self.search_entry is None:
            raise NotImplementedError("the settings have no `search_entry`")
        exchange = self._client.exchange()
        record = self._record(exchange, action.siren)
        if record is None:
            return []
        found = self._search(
            exchange, "search the entry", self.search_entry, intent, record
        )
        return [Receipt(id=one, facts={"record": record}) for one in found]

    def check(self) -> None:
        """Look for the record of nobody; nothing is written."""
        try:
            self._record(self._client.exchange(), _NOBODY)
        except ActionRefused as error:
            raise DestinationError(str(error)) from None

    @cached_property
    def _client(self) -> HttpClient:
        from miroir.http import Anonymous, ApiKey, HttpClient, Limits, Semantics, Tls

        known = ApiKey(key=self.token.reveal()) if self.token else Anonymous()
        return HttpClient(
            self.url,
            authentication=known,
            limits=Limits(deadline_s=self.deadline_s),
            semantics=Semantics(
                applied_on_429=self.applied_on_429, applied_on_503=self.applied_on_503
            ),
            tls=Tls(authorities=self.ca_file),
        )

    def _record(self, exchange: Exchange, siren: str) -> str | None:
        """The record of a company; several are for a person to choose from."""
        nobody = Intent(key="", siren=siren)
        found = self._search(
            exchange, "search the record", self.search_record, nobody, ""
        )
        if len(found) > 1:
            raise NeedsPerson(
                f"{len(found)} records bear the SIREN {siren}; have one of them closed "
                "or merged, then send again"
            )
        return found[0] if found else None

    def _create(self, exchange: Exchange, intent: Intent) -> str:
        if self.create_record is None:
            raise NeedsPerson(
                f"no record bears the SIREN {intent.siren}; have it created, or set "
                "`create_record`"
            )
        write = self.create_record
        answer = self._write(exchange, "create the record", write, intent, "", {})
        found = at(answer.json(), write.id)
        if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
            raise answer.unreadable(f"no id at «{write.id}»")
        return str(found)

    def _search(
        self, exchange: Exchange, what: str, search: Search, intent: Intent, record: str
    ) -> list[str]:
        from miroir.http import Request

        path = filled(search.path, intent, record)
        answer = exchange.send(Request(what=what, path=path))
        items = at(answer.json(), search.items)
        if not isinstance(items, list):
            raise answer.unreadable(f"no list at «{search.items}»")
        ids = [at(item, search.id) for item in items]
        if any(isinstance(id, bool) or not isinstance(id, str | int) for id in ids):
            raise answer.unreadable(f"an item without an id at «{search.id}»")
        return [str(id) for id in ids]

    def _write(
        self,
        exchange: Exchange,
        what: str,
        write: Write,
        intent: Intent,
        record: str,
        fields: Mapping[str, str],
    ) -> Answer:
        from miroir.http import Request

        own = {
            name: PLACE.sub(lambda found: values(intent, record)[found[1]], text)
            for name, text in write.values.items()
        }
        keyed = self.delivery is DeliveryClass.KEYED
        # Two writes of one intent are two requests: each has its own key.
        key = f"{intent.key}-{'entry' if record else 'record'}"
        return exchange.send(
            Request(
                what=what,
                method=write.method,
                path=filled(write.path, intent, record),
                json=nested({**own, **fields}),
                headers={self.key_header: key} if keyed else {},
            )
        )

    def _paths(self) -> dict[str, str]:
        paths = {
            "search_record.path": self.search_record.path,
            "complete.path": self.complete.path,
        }
        if self.create_record is not None:
            paths["create_record.path"] = self.create_record.path
            for name, text in self.create_record.values.items():
                paths[f"create_record.values.{name}"] = text
        if self.search_entry is not None:
            paths["search_entry.path"] = self.search_entry.path
        return paths
