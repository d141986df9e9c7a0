"""The destination that speaks to the double, in any of the four classes."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from miroir.errors import ActionNotSent, ActionRefused, OutcomeUnknown
from miroir.outbox.crashing import crashpoint
from miroir.types.action import CrmAccount, CrmContact, CrmLogger
from miroir.types.delivery import DeliveryClass, Intent, Promise, Receipt


@dataclass(frozen=True, kw_only=True)
class DoubleLogger(CrmLogger):
    """Logs a contact on the double. `delivery`: A, B, C or D."""

    port: int
    delivery: str
    deadline_ms: int = 2000
    in_flight_ms: int = 40
    lag_ms: int = 0
    retention_s: float = 3600.0
    rate: float = 10_000.0

    @property
    def promise(self) -> Promise:
        return Promise(
            delivery=DeliveryClass(self.delivery),
            deadline=timedelta(milliseconds=self.deadline_ms),
            max_in_flight=timedelta(milliseconds=self.in_flight_ms),
            lag=timedelta(milliseconds=self.lag_ms),
            key_retention=timedelta(seconds=self.retention_s),
            rate=self.rate,
            burst=1_000_000,
        )

    def accounts(self, siren: str) -> Sequence[CrmAccount]:
        return [CrmAccount(id=siren, siren=siren)]

    def send(self, action: CrmContact, intent: Intent) -> Receipt:
        body = {"ref": intent.key, "text": action.note}
        if self.delivery == "A":
            body["key"] = intent.key
        if self.delivery == "B":
            body["name"] = intent.key
        status, answer = self._post("/effects", body)
        if status == 503:
            raise ActionNotSent("busy")
        if status == 422:
            raise ActionRefused("no", code="422")
        if status != 200:
            raise OutcomeUnknown(f"status {status}")
        try:
            return Receipt(id=str(json.loads(answer)["id"]))
        except (ValueError, LookupError):
            raise OutcomeUnknown("no id") from None

    def find(self, action: CrmContact, intent: Intent) -> Sequence[Receipt]:
        connection = self._connect()
        crashpoint("find.connected")
        try:
            connection.request("GET", f"/effects?ref={intent.key}")
            crashpoint("find.asked")
            answer = connection.getresponse().read()
        except (OSError, http.client.HTTPException) as error:
            raise ActionNotSent(f"cannot look: {type(error).__name__}") from None
        finally:
            connection.close()
        crashpoint("find.answered")
        return [Receipt(id=str(each)) for each in json.loads(answer)["ids"]]

    def _post(self, path: str, body: object) -> tuple[int, bytes]:
        connection = self._connect()
        crashpoint("send.connected")
        encoded = json.dumps(body).encode()
        half = len(encoded) // 2
        try:
            connection.putrequest("POST", path)
            connection.putheader("Content-Length", str(len(encoded)))
            connection.endheaders()
            crashpoint("send.headers_out")
            connection.send(encoded[:half])
            crashpoint("send.half_body_out")
            connection.send(encoded[half:])
            crashpoint("send.body_out")
            response = connection.getresponse()
            crashpoint("send.headers_in")
            answer = response.read(1)
            crashpoint("send.first_byte_in")
            answer += response.read()
        except (OSError, http.client.HTTPException) as error:
            raise OutcomeUnknown(type(error).__name__) from None
        finally:
            connection.close()
        crashpoint("send.body_in")
        return response.status, answer

    def _connect(self) -> http.client.HTTPConnection:
        # Less than the deadline: the error is then its own, not the host's.
        seconds = self.deadline_ms / 1000 * 0.8
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.connect()
        except OSError as error:
            raise ActionNotSent(f"no connection: {type(error).__name__}") from None
        return connection


@dataclass(frozen=True, kw_only=True)
class BlindLogger(DoubleLogger):
    """The same where nothing can be looked for."""

    find = CrmLogger.find
