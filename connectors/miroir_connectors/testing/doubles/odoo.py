"""A double of Odoo 19, written from its published JSON-2 documentation.

Sources: odoo.com, «External JSON-2 API» (POST /json/2/<model>/<method>, bearer
key, X-Odoo-Database, named arguments, one transaction per call, errors with
`name`, `message`, `arguments`), and the models res.partner and mail.message.
"""

from __future__ import annotations

import html
import re

from miroir.testing.counterpart import Call, Reply

from miroir_connectors.testing.doubles.crm import SECRET, CrmDouble, Refused

_REFERENCE = re.compile(r"MIROIR-[0-9A-F]{24}")
_POST = {"ids", "subject", "body", "body_is_html", "message_type", "subtype_xmlid"}


def error(status: int, name: str) -> Refused:
    said = {"name": name, "message": "…", "arguments": [], "context": {}, "debug": "…"}
    return Refused(Reply.of(status, said))


class Odoo(CrmDouble):
    def phase(self, call: Call) -> str:
        if call.path.endswith(("/message_post", "/create")):
            return "write"
        return "read_back" if "mail.message" in call.path else "look_up"

    def respond(self, call: Call) -> Reply:
        if call.headers.get("authorization") != f"bearer {SECRET}":
            raise error(401, "werkzeug.exceptions.Unauthorized")
        if call.headers.get("x-odoo-database") != "gps":
            raise error(404, "werkzeug.exceptions.NotFound")
        if call.method != "POST" or "application/json" not in call.headers.get(
            "content-type", ""
        ):
            raise error(415, "werkzeug.exceptions.UnsupportedMediaType")
        asked = call.json()
        if not isinstance(asked, dict):
            raise error(400, "werkzeug.exceptions.BadRequest")
        match call.path.removeprefix("/json/2/"):
            case "res.partner/search_read":
                return self._partners(asked)
            case "res.partner/create":
                return self._create(asked)
            case "res.partner/message_post":
                return self._post(asked)
            case "mail.message/search_read":
                return self._messages(asked)
        raise error(404, "werkzeug.exceptions.NotFound")

    def _partners(self, asked: dict[str, object]) -> Reply:
        match asked:
            case {"domain": [["company_registry", "in", [*values]]], "fields": [*_]}:
                found = self.with_siren([str(one) for one in values])
            case _:
                raise error(422, "odoo.exceptions.ValidationError")
        return Reply.of(
            200,
            [
                {
                    "id": int(one.id),
                    "name": one.name,
                    "company_registry": one.siren,
                    "is_company": True,
                }
                for one in found
            ],
        )

    def _create(self, asked: dict[str, object]) -> Reply:
        match asked:
            case {
                "vals_list": [
                    {
                        "name": str(name),
                        "company_registry": str(siren),
                        "is_company": True,
                    }
                ]
            }:
                return Reply.of(200, [int(self.add_account(siren, name).id)])
        raise error(422, "odoo.exceptions.ValidationError")

    def _post(self, asked: dict[str, object]) -> Reply:
        if {*asked} != _POST:
            raise error(422, "builtins.TypeError")
        match asked["ids"]:
            case [int(id)] if self.account(str(id)) is not None:
                pass
            case _:
                raise error(404, "odoo.exceptions.MissingError")
        reference = _REFERENCE.search(html.unescape(str(asked["body"])))
        made = self.record(reference[0] if reference else "", asked)
        return Reply.of(200, [int(made.id)])

    def _messages(self, asked: dict[str, object]) -> Reply:
        match asked:
            case {"domain": [["id", "=", int(id)]]}:
                found = [one for one in self.records if one.id == str(id)]
            case {
                "domain": [["model", "=", "res.partner"], ["body", "ilike", str(text)]]
            }:
                found = [
                    one
                    for one in self.visible()
                    if text.lower() in str(one.fields["body"]).lower()
                ]
            case _:
                raise error(422, "odoo.exceptions.ValidationError")
        return Reply.of(200, [{"id": int(one.id)} for one in found])
