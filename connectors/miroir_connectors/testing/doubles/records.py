"""A double of a tool that holds the records of companies, over REST.

It knows records by SIREN and entries by our reference. Nobody publishes such an
interface: this is what ours may be told to expect, and no proof of any tool.
"""

from __future__ import annotations

import re

from miroir.testing.counterpart.double import Call, Counterpart, Record, Reply

TOKEN = "un-jeton"
_ENTRY = re.compile(r"/records/(\w+)/entries(?:/(\w+))?")


class RecordTool(Counterpart):
    """Records are `R1`, `R2`…; entries are in the ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.companies: dict[str, list[str]] = {}

    def prepare(self, name: str, value: object) -> None:
        """`records`: how many a SIREN has, such as {"999000015": 2}."""
        if name != "records" or not isinstance(value, dict):
            raise ValueError(name)
        self.companies = {
            siren: [f"R{siren[-3:]}{rank}" for rank in range(count)]
            for siren, count in value.items()
        }

    def phase(self, call: Call) -> str:
        if call.method != "GET":
            return "write"
        return "read_back" if _ENTRY.fullmatch(call.path) else "look_up"

    def answer(self, call: Call) -> Reply:
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply.of(401, {"error": "who are you?"})
        entry = _ENTRY.fullmatch(call.path)
        if entry:
            return self._entries(call, entry[1], entry[2])
        if call.path != "/records":
            return Reply.of(404, {"error": "no such path"})
        if call.method == "GET":
            found = self.companies.get(call.query["siren"], [])
            return Reply.of(200, {"found": [{"number": one} for one in found]})
        asked = call.json()
        assert isinstance(asked, dict)
        known = self.companies.setdefault(str(asked["siren"]), [])
        known.append(f"R{str(asked['siren'])[-3:]}{len(known)}")
        return Reply.of(201, {"number": known[-1]})

    def _entries(self, call: Call, record: str, key: str | None) -> Reply:
        if not any(record in numbers for numbers in self.companies.values()):
            return Reply.of(404, {"error": "no such record"})
        if call.method == "GET":
            wanted = call.query["reference"]
            found = [one for one in self.visible() if one.reference == wanted]
            return Reply.of(200, {"found": [{"id": one.id} for one in found]})
        asked = call.json()
        assert isinstance(asked, dict)
        if len(str(asked["analyse"])) > 200:
            return Reply.of(422, {"error": "analyse is too long"})
        same = [one for one in self.records if key and one.id == key]
        made = Record(
            id=key or f"E{len(self.records)}",
            reference=str(asked["reference"]),
            fields=dict(asked),
        )
        if same:
            same[0].fields = made.fields
        else:
            self.records.append(made)
        return Reply.of(200, {"id": made.id})
