"""The code of the pages about what goes out is code that works."""

from __future__ import annotations

import re
from importlib import import_module
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


def module(text: str, name: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Any:
    (folder / f"{name}.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(folder)
    return import_module(name)


def test_the_client_of_the_page_speaks_to_its_hosts_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = module(blocks("http-client.md")[0], "page_client", monkeypatch, tmp_path)
    crm = page.crm
    assert crm.address(Request(what="a", path="notes")).startswith(crm.base)
    with pytest.raises(ConfigurationError):
        crm.address(Request(what="a", path="https://evil.example"))


def test_the_counterpart_of_the_page_is_strict(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    double, contract, judging = blocks("delivery-class.md")
    compile(contract, "delivery-class.md", "exec")
    compile(judging, "delivery-class.md", "exec")
    notes = module(double, "page_notes", monkeypatch, tmp_path).Notes()
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
