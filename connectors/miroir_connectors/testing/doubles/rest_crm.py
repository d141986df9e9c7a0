"""A double of a CRM of a GPS, with a REST interface of its own. It names nobody.

One interface for the four classes: `Idempotency-Key` is remembered, a contact
may be put under an id that the caller chooses, and contacts are searched by
their external reference.
"""

from __future__ import annotations

from base64 import b64encode

from miroir.testing.counterpart import Call, Record, Reply

from miroir_connectors.testing.doubles.crm import SECRET, CrmDouble

_CLIENT = b64encode(f"miroir:{SECRET}".encode()).decode()
_FIELDS = {"objet", "texte", "reference", "joint", "societe"}


class RestCrm(CrmDouble):
    def phase(self, call: Call) -> str:
        if call.path == "/oauth/token":
            return "token"
        if call.method in ("POST", "PUT"):
            return "write"
        return "read_back" if call.path.startswith("/contacts") else "look_up"

    def respond(self, call: Call) -> Reply:
        if call.path == "/oauth/token":
            if call.headers.get("authorization") != f"Basic {_CLIENT}":
                return Reply.of(401, {"error": "invalid_client"})
            return Reply.of(200, {"access_token": SECRET, "expires_in": 3600})
        if call.headers.get("authorization") != f"Bearer {SECRET}":
            return Reply.of(401)
        match call.method, call.path.strip("/").split("/"):
            case "GET", ["societes"]:
                wanted = call.query.get("siren", "")
                return Reply.of(
                    200,
                    {
                        "data": {
                            "items": [
                                {"ref": one.id, "siren": one.siren, "nom": one.name}
                                for one in self.accounts
                                if one.siren.replace(" ", "") == wanted
                            ]
                        }
                    },
                )
            case "POST", ["societes"]:
                asked = call.json()
                if not isinstance(asked, dict):
                    return Reply.of(422)
                return Reply.of(
                    201, {"ref": self.add_account(asked["siren"], asked["nom"]).id}
                )
            case "GET", ["contacts"]:
                wanted = call.query.get("reference", "")
                found = [one for one in self.visible() if one.reference == wanted]
                return Reply.of(200, [{"id": one.id} for one in found])
            case "GET", ["contacts", id]:
                return Reply.of(404 if self.find(id) is None else 200, {"id": id})
            case "POST", ["contacts"]:
                return self._post(call)
            case "PUT", ["contacts", id]:
                return self._put(id, call)
        return Reply.of(404)

    def _post(self, call: Call) -> Reply:
        key = call.headers.get("idempotency-key", "")
        if key in self.keys:
            return self.keys[key]
        made = self._made(call, None)
        if made is None:
            return Reply.of(422, {"erreur": "champ"})
        reply = Reply.of(201, {"id": made.id})
        if key:
            self.keys[key] = reply
        return reply

    def _put(self, id: str, call: Call) -> Reply:
        if self.find(id) is not None:
            return Reply.of(200, {"id": id})
        made = self._made(call, id)
        return Reply.of(422) if made is None else Reply.of(201, {"id": made.id})

    def _made(self, call: Call, id: str | None) -> Record | None:
        asked = call.json()
        if not isinstance(asked, dict) or {*asked} != _FIELDS:
            return None
        if not isinstance(asked["joint"], bool):
            return None
        if self.account(asked["societe"]["ref"]) is None:
            return None
        return self.record(asked["reference"], asked, id)
