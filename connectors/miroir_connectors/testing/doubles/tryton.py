"""A double of Tryton 8.0, for what its real server cannot be told to do wrong.

It answers as the real one was seen to (tests/connectors/crm/test_tryton.py runs
both): JSON-RPC errors with status 200, 401 without a session, a SIREN kept with
spaces and found by `code_compact`, 400 for what REST refuses.
"""

from __future__ import annotations

import base64
import json
import re

from miroir.http.strict_json import NotStrictJson, loads
from miroir.testing.counterpart import Call, Reply

from miroir_connectors.testing.doubles.crm import SECRET, CrmDouble, Refused

_REFERENCE = re.compile(r"MIROIR-[0-9A-F]{24}")


class Tryton(CrmDouble):
    def phase(self, call: Call) -> str:
        method = self._method(call)
        if method == "common.db.login":
            return "token"
        rest = "/rest/" in call.path and call.method == "POST"
        if rest or method.endswith(".create"):
            return "write"
        notes = "ir.note" in method or "ir.note" in call.path
        return "read_back" if notes else "look_up"

    def _method(self, call: Call) -> str:
        try:
            asked = call.json()
        except NotStrictJson:
            return ""
        return str(asked.get("method", "")) if isinstance(asked, dict) else ""

    def respond(self, call: Call) -> Reply:
        if call.path.startswith("/gps/rest/model/"):
            return self._rest(call)
        asked = call.json()
        if call.path != "/gps/rpc/" or not isinstance(asked, dict):
            return Reply.of(404)
        if {*asked} != {"id", "method", "params"}:
            return Reply.of(400)
        method, params = str(asked["method"]), asked["params"]
        if method == "common.db.login":
            if params[:2] != ["admin", {"password": SECRET}]:
                return Reply.of(401)
            return self._result(asked, [1, self.new_token(), None])
        if call.headers.get("authorization") not in [
            "Session " + base64.b64encode(f"admin:1:{one}".encode()).decode()
            for one in self.tokens
        ]:
            return Reply.of(401)
        if not isinstance(params[-1], dict):  # the context
            return self._error(asked, ["TypeError", "Traceback…"])
        model, _, verb = method.removeprefix("model.").rpartition(".")
        if verb == "search_read":
            return self._result(asked, self._search(model, params[0]))
        if verb == "create":
            made = [self._create(model, one) for one in params[0]]
            if None in made:
                said = ["UserError", ["The value is not valid.", "", None]]
                return self._error(asked, said)
            return self._result(asked, made)
        return Reply.of(403)

    def _rest(self, call: Call) -> Reply:
        if call.headers.get("authorization") != f"bearer {SECRET}":
            return Reply.of(401)
        model = call.path.rpartition("/")[2]
        if call.method == "GET":
            domain = loads(base64.urlsafe_b64decode(call.query["d"]))
            return Reply.of(200, self._search(model, domain))
        made = self._create(model, call.json())
        if made is None:
            return Reply.of(400, ["UserError", ["…", "", None]])
        return Reply.of(200, {"id": made, "__name__": model})

    def _search(self, model: str, domain: object) -> list[dict[str, object]]:
        match model, domain:
            case (
                "party.party",
                [
                    [
                        "identifiers",
                        "where",
                        [["type", "=", "fr_siren"], ["code_compact", "=", str(siren)]],
                    ]
                ],
            ):
                return [
                    {"id": int(one.id), "rec_name": one.name}
                    for one in self.accounts
                    if one.siren.replace(" ", "") == siren
                ]
            case "ir.note", [["id", "=", int(id)]]:
                return [{"id": id} for one in self.records if one.id == str(id)]
            case "ir.note", [["message", "like", str(text)]]:
                return [
                    {"id": int(one.id)}
                    for one in self.visible()
                    if text.strip("%") in str(one.fields["message"])
                ]
        raise Refused(Reply.of(500, {"error": json.dumps(domain)}))

    def _create(self, model: str, values: object) -> int | None:
        match model, values:
            case "ir.note", {"resource": str(place), "message": str(message)}:
                if self.account(place.removeprefix("party.party,")) is None:
                    return None
                found = _REFERENCE.search(message)
                note = {"resource": place, "message": message}
                return int(self.record(found[0] if found else "", note).id)
            case "party.party", {"name": str(name), "identifiers": [["create", [one]]]}:
                return int(self.add_account(one["code"], name).id)
        return None

    def _result(self, asked: dict[str, object], result: object) -> Reply:
        return Reply.of(200, {"id": asked["id"], "result": result})

    def _error(self, asked: dict[str, object], error: object) -> Reply:
        return Reply.of(200, {"id": asked["id"], "error": error})
