"""The one way to speak HTTP, for connectors and for plugins.

It knows what a careless client forgets: a server that drips, an answer that
never ends, a redirect that carries the body elsewhere, a retry that does the
same thing twice. What comes back is an answer, or one of the outcomes that a
destination raises: not sent, refused, precondition failed, outcome unknown. Each
is the error of a source too, so that a source lets it through as it is.

Importing this package imports `requests`: do it where a call is made.
"""

from __future__ import annotations

from miroir.http.authentication import (
    Anonymous,
    ApiKey,
    Authentication,
    Basic,
    ClientCredentials,
    Token,
    TokenAuthentication,
)
from miroir.http.client import Exchange, HttpClient
from miroir.http.limits import Limits, Semantics, Tls
from miroir.http.message import Answer, Request

__all__ = [
    "Anonymous",
    "Answer",
    "ApiKey",
    "Authentication",
    "Basic",
    "ClientCredentials",
    "Exchange",
    "HttpClient",
    "Limits",
    "Request",
    "Semantics",
    "Tls",
    "Token",
    "TokenAuthentication",
]
