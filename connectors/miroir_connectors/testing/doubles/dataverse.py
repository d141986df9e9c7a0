"""A double of the Dataverse Web API, written from its published documentation.

Sources: «Update and delete table rows using the Web API» and «Perform
conditional operations» (upsert answers 204; `If-None-Match: *` on a row that is
there is 412, `If-Match: *` on one that is not is 404), «Service protection API
limits» (429 with Retry-After), the phonecall and task tables.
"""

from __future__ import annotations

import re
import uuid

from miroir.testing.counterpart import Call, Reply

from miroir_connectors.testing.doubles.crm import SECRET, CrmDouble, Refused

_EQUALS = re.compile(r"accountnumber eq '([^']*)'")
_ROW = re.compile(r"(phonecalls|tasks)\(([0-9a-f-]{36})\)")
_COLUMNS = {
    "subject",
    "description",
    "scheduledstart",
    "scheduledend",
    "actualdurationminutes",
}
_CLOSED = {"phonecalls": (2, 4), "tasks": (5,)}


def error(status: int, code: str) -> Refused:
    return Refused(Reply.of(status, {"error": {"code": code, "message": "…"}}))


class Dataverse(CrmDouble):
    def new_id(self, number: int) -> str:
        return str(uuid.UUID(int=number))

    def phase(self, call: Call) -> str:
        if call.path.endswith("/token"):
            return "token"
        if call.method == "PATCH":
            return "write"
        return "look_up" if "accounts" in call.path else "read_back"

    def respond(self, call: Call) -> Reply:
        if call.path == "/gps-tenant/oauth2/v2.0/token":
            return self._token(call)
        if call.headers.get("authorization") not in [
            f"Bearer {one}" for one in self.tokens
        ]:
            return Reply(status=401, headers={"WWW-Authenticate": "Bearer"})
        if call.headers.get("odata-version") != "4.0":
            raise error(400, "0x8006088a")
        path = call.path.removeprefix("/api/data/v9.2/")
        if path == "accounts" and call.method == "GET":
            return self._accounts(call)
        by_key = re.fullmatch(r"accounts\(accountnumber='(\d+)'\)", path)
        if by_key and call.method == "PATCH":
            return self._upsert_account(by_key[1], call)
        row = _ROW.fullmatch(path)
        if row is None:
            raise error(404, "0x80060888")
        if call.method == "PATCH":
            return self._patch(row[1], row[2], call)
        found = self.find(row[0])
        if found is None:
            raise error(404, "0x80040217")
        return Reply.of(200, {"activityid": row[2]})

    def _token(self, call: Call) -> Reply:
        form = call.form
        scope = form.pop("scope", "")
        if not scope.endswith("/.default") or form != {
            "grant_type": "client_credentials",
            "client_id": "miroir",
            "client_secret": SECRET,
        }:
            return Reply.of(401, {"error": "invalid_client", "error_codes": [7000215]})
        return Reply.of(
            200,
            {
                "token_type": "Bearer",
                "expires_in": 3599,
                "ext_expires_in": 3599,
                "access_token": self.new_token(),
            },
        )

    def _accounts(self, call: Call) -> Reply:
        wanted = _EQUALS.findall(call.query.get("$filter", ""))
        rows = [
            {"accountid": one.id, "name": one.name, "accountnumber": one.siren}
            for one in self.with_siren(wanted)
        ]
        return Reply.of(200, {"@odata.context": "…", "value": rows})

    def _upsert_account(self, siren: str, call: Call) -> Reply:
        found = self.with_siren([siren])
        asked = call.json()
        if not isinstance(asked, dict):
            raise error(400, "0x80048d19")
        made = found[0] if found else self.add_account(siren, asked["name"])
        if call.headers.get("prefer") != "return=representation":
            return Reply(status=204)
        return Reply.of(
            200 if found else 201, {"accountid": made.id, "name": made.name}
        )

    def _patch(self, table: str, id: str, call: Call) -> Reply:
        place = f"{table}({id})"
        found, asked = self.find(place), call.json()
        if not isinstance(asked, dict):
            raise error(400, "0x80048d19")
        if found is not None and call.headers.get("if-none-match") == "*":
            raise error(412, "0x80060892")
        if found is None and call.headers.get("if-match") == "*":
            raise error(404, "0x80040217")
        if found is not None:
            if asked.get("statuscode") not in _CLOSED[table]:
                raise error(400, "0x80048408")
            found.fields.update(asked)
            return Reply(status=204)
        bound = f"regardingobjectid_account_{table[:-1]}@odata.bind"
        allowed = {*_COLUMNS, bound, *({"directioncode"} & {*asked})}
        if {*asked} - allowed or "statecode" in asked:
            raise error(400, "0x80060891")
        account = str(asked.get(bound, ""))
        if self.account(account.removeprefix("/accounts(").rstrip(")")) is None:
            raise error(404, "0x80040217")
        self.record(id, asked, id=place)
        return Reply(
            status=204, headers={"OData-EntityId": f"https://gps.example/{place}"}
        )
