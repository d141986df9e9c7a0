"""A session of Tryton: opened with a password, shown at each call."""

from __future__ import annotations

import base64

from miroir import ActionRefused
from miroir.http import Exchange, Token, TokenAuthentication

from miroir_connectors.crm_tryton.rpc import request, result


class Session(TokenAuthentication):
    """Logs in once; a session that has ended is opened again."""

    def __init__(self, *, database: str, user: str, password: str) -> None:
        super().__init__()
        self._database = database
        self._user = user
        self._password = password

    def ask(self, exchange: Exchange) -> Token:
        asked = [self._user, {"password": self._password}, "fr"]
        login = request(self._database, "common.db.login", asked, writes=False)
        answer = result(exchange.alone(login))
        opened = answer.json()
        match opened:
            case [int(user), str(token), *_]:
                session = f"{self._user}:{user}:{token}".encode()
            case None:  # older series say so of a wrong password
                raise ActionRefused(f"{answer.host}: log in: refused", code="401")
            case _:
                raise answer.unreadable("not a session")
        shown = base64.b64encode(session).decode("ascii")
        return Token(headers={"Authorization": f"Session {shown}"})
