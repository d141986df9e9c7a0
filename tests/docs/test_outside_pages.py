"""The code of the pages about what goes out is code that works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from miroir.errors import ConfigurationError
from miroir.http import Request
from miroir.testing.counterpart import Call

PAGES = Path(__file__).parents[2] / "docs" / "connectors"


def blocks(name: str) -> list[str]:
    text = (PAGES / name).read_text("utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_the_client_of_the_page_speaks_to_its_hosts_only() -> None:
    names: dict[str, Any] = {"__name__": "page"}
    exec(compile(blocks("http-client.md")[0], "http-client.md", "exec"), names)
    crm = names["crm"]
    assert crm.address(Request(what="a", path="notes")).startswith(crm.base)
    with pytest.raises(ConfigurationError):
        crm.address(Request(what="a", path="https://evil.example"))


def test_the_counterpart_of_the_page_is_strict() -> None:
    names: dict[str, Any] = {"__name__": "page"}
    double, judging = blocks("delivery-class.md")
    exec(compile(double, "delivery-class.md", "exec"), names)
    compile(judging, "delivery-class.md", "exec")
    notes = names["Notes"]()
    known = {"authorization": "Bearer s3cret"}

    def said(method: str, target: str, headers: dict[str, str], body: bytes) -> int:
        call = Call(method=method, target=target, headers=headers, body=body)
        assert notes.phase(call) in ("write", "read_back")
        return int(notes.answer(call).status)

    assert said("POST", "/", {}, b"{}") == 401
    assert said("POST", "/", known, b"{}") == 422
    assert said("POST", "/", known, b'{"reference": "r"}') == 201
    assert said("GET", "/?reference=r", known, b"") == 200
    assert len(notes.records) == 1
