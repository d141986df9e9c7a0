"""An address that is spoken to over HTTP, checked where it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def fault(address: str, *, plain: bool = False) -> str:
    """What is wrong with an address, «» when nothing is.

    It is https://host…, without a user and a password; http:// is for this
    machine, and with `plain` for a network that is trusted.
    """
    try:
        parts = urlsplit(address)
        host, user, _ = parts.hostname, parts.username, parts.port
    except ValueError:  # a bracket that is not closed, a port of letters
        host, user = None, None
    if host is None or parts.scheme not in ("https", "http") or user is not None:
        return "expected an address https://…, without a password"
    if parts.scheme == "http" and not plain and host not in _LOOPBACK:
        return "expected https://, found http://"
    return ""


class _Checked:
    """What `Address` adds to a text: pydantic is not imported for it."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(_valid, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "format": "uri"}


def _valid(address: str) -> str:
    wrong = fault(address)
    if wrong:
        raise ValueError(wrong.removeprefix("expected "))
    return address


Address = Annotated[str, _Checked()]
"""A field of a connector that `miroir.http` is to speak with: a text.

One that is not https:// (http:// on this machine only) is told with the file and
the key where it was written, before anything is contacted.
"""
