"""A double of a board of notes that offers what each class needs."""

from __future__ import annotations

from miroir.testing.counterpart import Call, Counterpart, Record, Reply


class Board(Counterpart):
    """`POST /notes` (Idempotency-Key), `PUT /notes/<reference>`, and reading."""

    def phase(self, call: Call) -> str:
        return "read_back" if call.method == "GET" else "write"

    def answer(self, call: Call) -> Reply:
        name = call.path.removeprefix("/notes").strip("/")
        if call.method == "GET" and name:
            there = any(name == one.id for one in self.records)
            return Reply.of(200, {"id": name}) if there else Reply.of(404)
        if call.method == "GET":
            wanted = call.query["reference"]
            found = [one.id for one in self.visible() if one.reference == wanted]
            return Reply.of(200, found)
        return self._put(name) if name else self._post(call)

    def _put(self, reference: str) -> Reply:
        if all(reference != one.id for one in self.records):
            self.records.append(Record(id=reference, reference=reference, fields={}))
        return Reply.of(200, {"id": reference})

    def _post(self, call: Call) -> Reply:
        key = call.headers.get("idempotency-key", "")
        if key in self.keys:
            return self.keys[key]
        asked = call.json()
        if not isinstance(asked, dict) or "reference" not in asked:
            return Reply.of(422)
        made = Record(
            id=str(len(self.records) + 1), reference=asked["reference"], fields={}
        )
        self.records.append(made)
        reply = Reply.of(201, {"id": made.id})
        if key:
            self.keys[key] = reply
        return reply
