"""A double of a plain REST system of notes, with tokens and idempotency keys.

It stands for no product: it is the counterpart of the client's own tests.
"""

from __future__ import annotations

import base64

from miroir.testing.counterpart import Call, Counterpart, Record, Reply

CLIENT = ("miroir", "s3cret-of-the-client")


class Notes(Counterpart):
    """`POST /token`, `POST /notes`, `GET /notes?reference=…`, `GET /notes/<id>`."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens: list[str] = []

    def phase(self, call: Call) -> str:
        if call.path == "/token":
            return "token"
        return "write" if call.method == "POST" else "look_up"

    def answer(self, call: Call) -> Reply:
        if call.path == "/token":
            return self._token(call)
        if call.headers.get("authorization") != f"Bearer {self._valid()}":
            return Reply.of(401, {"error": "invalid_token"})
        if call.path != "/notes":
            return Reply.of(404)
        if call.method == "GET":
            wanted = call.query.get("reference")
            found = [one.id for one in self.visible() if one.reference == wanted]
            return Reply.of(200, {"ids": found})
        return self._write(call)

    def _valid(self) -> str:
        return self.tokens[-1] if self.tokens else ""

    def _token(self, call: Call) -> Reply:
        pair = base64.b64encode(":".join(CLIENT).encode()).decode()
        if call.headers.get("authorization") != f"Basic {pair}":
            return Reply.of(401, {"error": "invalid_client"})
        if call.form.get("grant_type") != "client_credentials":
            return Reply.of(400, {"error": "unsupported_grant_type"})
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return Reply.of(
            200,
            {"access_token": self.tokens[-1], "token_type": "Bearer", "expires_in": 60},
        )

    def _write(self, call: Call) -> Reply:
        key = call.headers.get("idempotency-key", "")
        if key in self.keys:
            return self.keys[key]
        asked = call.json()
        if not isinstance(asked, dict) or {*asked} != {"reference", "text"}:
            return Reply.of(422, {"error": "expected reference and text"})
        made = Record(
            id=str(len(self.records) + 1), reference=asked["reference"], fields=asked
        )
        self.records.append(made)
        reply = Reply.of(201, {"id": made.id})
        if key:
            self.keys[key] = reply
        return reply
