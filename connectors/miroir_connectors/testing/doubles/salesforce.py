"""A double of Salesforce, written from its published REST documentation.

Sources: REST API Developer Guide, «Insert or Update (Upsert) a Record Using an
External ID» (201 created, 200 updated, 300 when several match and nothing is
written), «Query», «Status Codes and Error Responses»; OAuth 2.0 client
credentials flow (no `expires_in` in its answer).
"""

from __future__ import annotations

import re

from miroir.testing.counterpart import Call, Reply

from miroir_connectors.testing.doubles.crm import SECRET, CrmDouble, Refused

_QUERY = re.compile(
    r"SELECT (?P<fields>[\w, ]+) FROM (?P<table>Account|Task) WHERE "
    r"(?P<field>\w+) (?:= '(?P<one>[^']*)'|IN \((?P<many>[^)]*)\))"
)
_TASK = {
    "WhatId",
    "Subject",
    "Description",
    "ActivityDate",
    "Status",
    "TaskSubtype",
}


def error(status: int, code: str) -> Refused:
    return Refused(Reply.of(status, [{"errorCode": code, "message": "…"}]))


class Salesforce(CrmDouble):
    def new_id(self, number: int) -> str:
        return f"00T{number:012d}AAA"

    def phase(self, call: Call) -> str:
        if call.path == "/services/oauth2/token":
            return "token"
        if call.method == "PATCH":
            return "write"
        after = "FROM Task" in call.query.get("q", "") or "sobjects/Task" in call.path
        return "read_back" if after else "look_up"

    def respond(self, call: Call) -> Reply:
        if call.path == "/services/oauth2/token":
            return self._token(call)
        if call.headers.get("authorization") not in [
            f"Bearer {one}" for one in self.tokens
        ]:
            raise error(401, "INVALID_SESSION_ID")
        path = re.fullmatch(r"/services/data/v\d\d\.0/(.*)", call.path)
        if path is None:
            raise error(404, "NOT_FOUND")
        if path[1] == "query" and call.method == "GET":
            return self._query(call.query["q"])
        parts = path[1].split("/")
        if call.method == "PATCH" and parts[:2] == ["sobjects", "Task"]:
            return self._upsert(parts[2], parts[3], call)
        if call.method == "PATCH" and parts[:3] == ["sobjects", "Account", "SIREN__c"]:
            return self._upsert_account(parts[3], call)
        if call.method == "GET" and parts[:2] == ["sobjects", "Task"]:
            found = self.find(parts[2])
            if found is None:
                raise error(404, "NOT_FOUND")
            return Reply.of(200, {"attributes": {"type": "Task"}, "Id": found.id})
        raise error(404, "NOT_FOUND")

    def _token(self, call: Call) -> Reply:
        wanted = {
            "grant_type": "client_credentials",
            "client_id": "miroir",
            "client_secret": SECRET,
        }
        if call.form != wanted:
            return Reply.of(400, {"error": "invalid_client", "error_description": "…"})
        return Reply.of(
            200,
            {
                "access_token": self.new_token(),
                "signature": "…",
                "instance_url": "https://gps.my.salesforce.example",
                "id": "https://login.salesforce.example/id/00D/005",
                "token_type": "Bearer",
                "issued_at": "1764086400000",
            },
        )

    def _query(self, text: str) -> Reply:
        asked = _QUERY.fullmatch(text)
        if asked is None:
            raise error(400, "MALFORMED_QUERY")
        values = [asked["one"]] if asked["one"] else re.findall("'([^']*)'", asked[5])
        if asked["table"] == "Account":
            if asked["field"] != "SIREN__c":
                raise error(400, "INVALID_FIELD")
            rows = [
                {"Id": one.id, "Name": one.name, "SIREN__c": one.siren}
                for one in self.with_siren(values)
            ]
        else:
            if asked["field"] != "Miroir_Key__c":
                raise error(400, "INVALID_FIELD")
            rows = [{"Id": one.id} for one in self.visible() if one.reference in values]
        records = [{"attributes": {"type": asked["table"]}, **row} for row in rows]
        return Reply.of(
            200, {"totalSize": len(records), "done": True, "records": records}
        )

    def _upsert(self, field: str, key: str, call: Call) -> Reply:
        if field != "Miroir_Key__c":
            raise error(404, "NOT_FOUND")
        asked = call.json()
        if not isinstance(asked, dict) or not {*asked} <= _TASK:
            raise error(400, "INVALID_FIELD")
        if len(asked.get("Subject", "")) > 255 or len(asked["Description"]) > 32_000:
            raise error(400, "STRING_TOO_LONG")
        if self.account(asked.get("WhatId", "")) is None:
            raise error(400, "INVALID_CROSS_REFERENCE_KEY")
        found = [one for one in self.records if one.reference == key]
        if len(found) > 1:
            return Reply.of(
                300, [f"/services/data/v62.0/sobjects/Task/{one.id}" for one in found]
            )
        if found:
            found[0].fields.update(asked)
            return Reply.of(200, self._saved(found[0].id, created=False))
        return Reply.of(201, self._saved(self.record(key, asked).id, created=True))

    def _upsert_account(self, siren: str, call: Call) -> Reply:
        asked = call.json()
        if not isinstance(asked, dict) or "SIREN__c" in asked or "Name" not in asked:
            raise error(400, "INVALID_FIELD")
        found = self.with_siren([siren])
        if len(found) > 1:
            return Reply.of(300, [one.id for one in found])
        made = found[0] if found else self.add_account(siren, asked["Name"])
        return Reply.of(201, self._saved(made.id, created=not found))

    def _saved(self, id: str, *, created: bool) -> dict[str, object]:
        return {"id": id, "success": True, "created": created, "errors": []}
