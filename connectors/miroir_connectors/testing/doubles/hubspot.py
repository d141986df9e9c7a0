"""A double of HubSpot, written from its published CRM documentation of 2026-03.

Sources: developers.hubspot.com, «Create or update a batch of objects by unique
property values» (`idProperty`, `new`), «Search», «Read a batch» (207 when one is
missing), «Associate records (default)», «Calls» (`hs_timestamp` is required),
error categories.
"""

from __future__ import annotations

import re

from miroir.testing.counterpart import Call, Record, Reply

from miroir_connectors.testing.doubles.crm import SECRET, CrmDouble, Refused

_ASSOCIATION = re.compile(
    r"(calls|meetings|notes)/(\w+)/associations/default/companies/(\w+)"
)
_BODY = {
    "calls": {
        "hs_timestamp",
        "hs_call_title",
        "hs_call_body",
        "hs_call_direction",
        "hs_call_status",
        "hs_call_duration",
    },
    "meetings": {
        "hs_timestamp",
        "hs_meeting_title",
        "hs_meeting_body",
        "hs_meeting_outcome",
    },
    "notes": {"hs_timestamp", "hs_note_body"},
}


def error(status: int, category: str) -> Refused:
    said = {"status": "error", "message": "…", "category": category}
    return Refused(Reply.of(status, said))


class Hubspot(CrmDouble):
    def phase(self, call: Call) -> str:
        if call.path.endswith("/batch/read"):
            return "read_back"
        writes = call.path.endswith("/batch/upsert") or call.method == "PUT"
        return "write" if writes else "look_up"

    def respond(self, call: Call) -> Reply:
        if call.headers.get("authorization") != f"Bearer {SECRET}":
            raise error(401, "INVALID_AUTHENTICATION")
        path = call.path.removeprefix("/crm/objects/2026-03/")
        linked = _ASSOCIATION.fullmatch(path)
        if call.method == "PUT" and linked:
            return self._link(linked[2], linked[3])
        if call.method != "POST":
            raise error(405, "METHOD_NOT_ALLOWED")
        asked = call.json()
        if not isinstance(asked, dict):
            raise error(400, "VALIDATION_ERROR")
        if path == "companies/search":
            return self._search(asked)
        kind, _, what = path.partition("/")
        if what == "batch/upsert" and kind == "companies":
            return self._upsert_company(asked)
        if what == "batch/upsert" and kind in _BODY:
            return self._upsert(kind, asked)
        if what == "batch/read" and kind in _BODY:
            return self._read(asked)
        raise error(404, "OBJECT_NOT_FOUND")

    def _search(self, asked: dict[str, object]) -> Reply:
        match asked:
            case {
                "filterGroups": [
                    {
                        "filters": [
                            {
                                "propertyName": "siren",
                                "operator": "IN",
                                "values": [*values],
                            }
                        ]
                    }
                ],
                "limit": int(limit),
            } if limit <= 200:
                found = self.with_siren([str(one) for one in values])
            case _:
                raise error(400, "VALIDATION_ERROR")
        rows = [
            {"id": one.id, "properties": {"name": one.name, "siren": one.siren}}
            for one in found
        ]
        return Reply.of(200, {"total": len(rows), "results": rows})

    def _upsert_company(self, asked: dict[str, object]) -> Reply:
        match asked:
            case {
                "inputs": [
                    {
                        "idProperty": "siren",
                        "id": str(siren),
                        "properties": {"name": str(name)},
                    }
                ]
            }:
                found = self.with_siren([siren])
                made = found[0] if found else self.add_account(siren, name)
                return self._done(200, [{"id": made.id, "new": not found}])
        raise error(400, "VALIDATION_ERROR")

    def _upsert(self, kind: str, asked: dict[str, object]) -> Reply:
        match asked:
            case {
                "inputs": [
                    {"idProperty": "miroir_key", "id": str(key), "properties": dict(p)}
                ]
            } if {*p} == {*_BODY[kind], "miroir_key"}:
                pass
            case _:
                raise error(400, "VALIDATION_ERROR")
        found = [one for one in self.records if one.reference == key]
        if found:
            found[0].fields.update(p)
            return self._done(200, [{**_shown(found[0]), "new": False}])
        made = self.record(key, {**p, "linked": []})
        return self._done(201, [{**_shown(made), "new": True}])

    def _read(self, asked: dict[str, object]) -> Reply:
        match asked:
            case {"inputs": [{"id": str(key)}], "idProperty": "miroir_key"}:
                found = [one for one in self.visible() if one.reference == key]
            case {"inputs": [{"id": str(id)}]}:
                found = [one for one in self.records if one.id == id]
            case _:
                raise error(400, "VALIDATION_ERROR")
        return self._done(200 if found else 207, [_shown(one) for one in found])

    def _link(self, id: str, company: str) -> Reply:
        found = self.find(id)
        if found is None or self.account(company) is None:
            raise error(404, "OBJECT_NOT_FOUND")
        linked = found.fields["linked"]
        if isinstance(linked, list) and company not in linked:
            linked.append(company)
        spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 182}
        return self._done(
            200, [{"associationSpec": spec, "from": {"id": id}, "to": {"id": company}}]
        )

    def _done(self, status: int, results: list[dict[str, object]]) -> Reply:
        return Reply.of(status, {"status": "COMPLETE", "results": results})


def _shown(record: Record) -> dict[str, object]:
    return {"id": record.id, "properties": {"miroir_key": record.reference}}
