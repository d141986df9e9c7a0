"""Who we say we are. No secret ever shows in a repr or in an error."""

from __future__ import annotations

import base64
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from miroir.http.message import Request

if TYPE_CHECKING:
    from miroir.http.client import Exchange

_LEEWAY_S = 30.0


class Authentication(ABC):
    """What every request of a client carries."""

    @abstractmethod
    def headers(self, exchange: Exchange) -> Mapping[str, str]:
        """The headers to add; a token is asked for within `exchange`."""

    def renew(self) -> bool:
        """Drop what was just refused; True if there may be something newer."""
        return False


class Anonymous(Authentication):
    """Nobody."""

    def headers(self, exchange: Exchange) -> Mapping[str, str]:
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey(Authentication):
    """A key in a header: `Authorization: Bearer …` unless said otherwise."""

    key: str = field(repr=False)
    header: str = "Authorization"
    scheme: str = "Bearer"

    def headers(self, exchange: Exchange) -> Mapping[str, str]:
        return {self.header: f"{self.scheme} {self.key}".strip()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basic(Authentication):
    """A user and a password at each request."""

    user: str
    password: str = field(repr=False)

    def headers(self, exchange: Exchange) -> Mapping[str, str]:
        return {"Authorization": _basic(self.user, self.password)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a server gave to be shown again; `lasts_s` is how long, if it said."""

    headers: Mapping[str, str] = field(repr=False)
    lasts_s: float | None = None


class TokenAuthentication(Authentication):
    """A token that is asked for once, kept, and asked for again when refused."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._until = 0.0

    @abstractmethod
    def ask(self, exchange: Exchange) -> Token:
        """Log in, with `exchange.alone`; raises what an exchange raises."""

    def headers(self, exchange: Exchange) -> Mapping[str, str]:
        with self._lock:
            if self._token is None or time.monotonic() >= self._until:
                self._token = self.ask(exchange)
                lasts = self._token.lasts_s
                self._until = time.monotonic() + (
                    float("inf") if lasts is None else max(lasts - _LEEWAY_S, 0.0)
                )
            return self._token.headers

    def renew(self) -> bool:
        with self._lock:
            self._token = None
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Granted:
    access_token: str = field(repr=False)
    expires_in: int | None = None
    token_type: str = "Bearer"


class ClientCredentials(TokenAuthentication):
    """OAuth 2.0, a program that acts for itself (RFC 6749, §4.4).

    The identifiers go in the Authorization header (§2.3.1), or in the form
    with `in_form`. `url` is on an allowed host.
    """

    def __init__(
        self,
        *,
        url: str,
        client_id: str,
        client_secret: str,
        scope: str = "",
        in_form: bool = False,
    ) -> None:
        super().__init__()
        self._url = url
        self._client_id = client_id
        self._client_secret = client_secret
        self._scope = scope
        self._in_form = in_form

    def ask(self, exchange: Exchange) -> Token:
        form = {"grant_type": "client_credentials"}
        headers = {}
        if self._scope:
            form["scope"] = self._scope
        if self._in_form:
            form["client_id"] = self._client_id
            form["client_secret"] = self._client_secret
        else:
            # Each part is first encoded as in a form.
            parts = (quote(self._client_id, ""), quote(self._client_secret, ""))
            headers["Authorization"] = _basic(*parts)
        answer = exchange.alone(
            Request(
                what="ask for a token",
                method="POST",
                path=self._url,
                form=form,
                headers=headers,
                writes=False,
            )
        )
        granted = answer.parse(_Granted)
        bearer = {"Authorization": f"Bearer {granted.access_token}"}
        return Token(headers=bearer, lasts_s=granted.expires_in)


def _basic(user: str, password: str) -> str:
    pair = f"{user}:{password}".encode()
    return "Basic " + base64.b64encode(pair).decode("ascii")
