"""A double of a REST interface that lists objects, page after page.

It stands for no product: it pages in every way that interfaces do.
"""

from __future__ import annotations

import base64
import hmac
import json
import time

from miroir.testing.counterpart import Call, Counterpart, Reply

from miroir_connectors.testing.services.dovecot import SIGNING_KEY

KEY = "k3y-of-the-tests"
USER = ("miroir", "pa55-of-the-tests")
CLIENT = ("client", "s3cret-of-the-tests")
TOKEN = "t0ken-of-the-tests"


class Listing(Counterpart):
    """`/page`, `/cursor`, `/link`, `/next`, `/whole`; the same below `/key`,
    `/basic` and `/oauth`, for those who say who they are."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[object] = []
        self.odd = ""

    def prepare(self, name: str, value: object) -> None:
        if name == "items" and isinstance(value, list):
            self.items = value
        else:
            self.odd = str(value)

    def phase(self, call: Call) -> str:
        return "token" if call.path == "/token" else "look_up"

    def answer(self, call: Call) -> Reply:
        if call.path == "/token":
            return self._token(call)
        _, *guard, way = call.path.split("/")
        if guard and not self._welcome(call, guard[0]):
            return Reply.of(401, {"error": "who are you?"})
        return self._list(call, way)

    def _welcome(self, call: Call, guard: str) -> bool:
        said = call.headers.get("authorization", "")
        match guard:
            case "key":
                return call.headers.get("x-api-key") == KEY
            case "basic":
                return said == f"Basic {_pair(USER)}"
        return said == f"Bearer {TOKEN}"

    def _token(self, call: Call) -> Reply:
        form = call.form
        by_form = (form.get("client_id"), form.get("client_secret")) == CLIENT
        said = call.headers.get("authorization") == f"Basic {_pair(CLIENT)}"
        if not (by_form or said) or form.get("scope") != "read":
            return Reply.of(400, {"error": "invalid_client"})
        return Reply.of(200, {"access_token": TOKEN, "expires_in": 3600})

    def _list(self, call: Call, way: str) -> Reply:
        query, found = call.query, self._asked(call)
        size = int(query.get("size", "2"))
        start = int(query.get("at", "0"))
        if way == "page":
            start = (int(query.get("page", "1")) - 1) * size
        elif way == "whole":
            size = len(found)
        end = start + size
        after = "" if end >= len(found) else f"{call.path}?at={end}&size={size}"
        body: dict[str, object] = {
            "data": found[start:end],
            "meta": {"total": len(found) + (self.odd == "moves")},
        }
        if way == "cursor" and after:
            body["meta"] = {"total": len(found), "next": end}
        if way == "next":
            body["next"] = after or None
        if self.odd == "elsewhere":
            body["next"] = "https://evil.example/next"
        if self.odd == "loop":
            body["next"] = f"{call.path}?at=0&size={size}"
        if way == "link" and after:
            return Reply.of(200, body, Link=f'<x>; rel="prev", <{after}>; rel="next"')
        return Reply.of(200, body)

    def _asked(self, call: Call) -> list[object]:
        found = self.items
        for name in ("siren", "since"):
            if (wanted := call.query.get(name)) is None:
                continue
            found = [
                item
                for item in found
                if isinstance(item, dict)
                and (
                    item["siren"] == wanted
                    if name == "siren"
                    else str(item["changed"]) > wanted
                )
            ]
        return found


def _pair(pair: tuple[str, str]) -> str:
    return base64.b64encode(":".join(pair).encode()).decode()


class Basket(Counterpart):
    """`/oauth/token` and `/api/v2/taches`: the interface of the worked example."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[dict[str, object]] = []

    def prepare(self, name: str, value: object) -> None:
        if isinstance(value, list):
            self.items = value

    def phase(self, call: Call) -> str:
        return "token" if call.path == "/oauth/token" else "look_up"

    def answer(self, call: Call) -> Reply:
        if call.path == "/oauth/token":
            pair = _pair(("miroir", CLIENT[1]))
            if call.headers.get("authorization") != f"Basic {pair}":
                return Reply.of(401, {"error": "invalid_client"})
            return Reply.of(200, {"access_token": TOKEN})
        query = call.query
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply.of(401)
        if call.path != "/api/v2/taches" or query.get("etat") != "ouverte":
            return Reply.of(404)
        since = query["modifie_depuis"]
        found = [one for one in self.items if str(one["modifie_le"]) > since]
        start = int(query.get("apres", "0"))
        end = start + int(query["taille"])
        after = end if end < len(found) else None
        return Reply.of(200, {"donnees": {"taches": found[start:end], "suite": after}})


class Tokens(Counterpart):
    """`/token`: gives a token in the name of the user in `scope`, signed (RFC 7519)."""

    def phase(self, call: Call) -> str:
        return "token"

    def answer(self, call: Call) -> Reply:
        form = call.form
        if (form.get("client_id"), form.get("client_secret")) != CLIENT:
            return Reply.of(401, {"error": "invalid_client"})
        now = int(time.time())
        claims = {"sub": form.get("scope"), "iat": now, "exp": now + 600}
        parts = [_b64({"alg": "HS256", "typ": "JWT"}), _b64(claims)]
        signature = hmac.new(
            SIGNING_KEY.encode(), ".".join(parts).encode(), "sha256"
        ).digest()
        parts.append(base64.urlsafe_b64encode(signature).decode().rstrip("="))
        return Reply.of(200, {"access_token": ".".join(parts), "expires_in": 600})


def _b64(value: object) -> str:
    text = json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")
