"""The code of the pages about what goes out does what its page says of it.

That it runs is test_blocks; here, that it is strict, and that it keeps its class.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from miroir.errors import ConfigurationError
from miroir.http import Request
from miroir.testing.counterpart import Call
from miroir.testing.delivery import judge

from tests.docs.pages import ROOT, Page
from tests.plugins.distributions import Site

PAGES = ROOT / "docs" / "connectors"
FEW = frozenset({"reset_committed", "no_effect"})
"""Trials of the usual tests; `tox -e faults` makes all of them."""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The blocks of both pages, as modules to import."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for name in ("delivery-class.md", "http-client.md"):
        for block in Page(PAGES / name).blocks:
            if block.language == "python":
                file = block.file or "page_client.py"
                (tmp_path / file).write_text(block.text, "utf-8")
    site = Site(tmp_path)
    yield site
    site.forget_modules()


def test_the_client_of_the_page_speaks_to_its_hosts_only(modules: Site) -> None:
    crm: Any = import_module("page_client").crm
    assert crm.address(Request(what="a", path="notes")).startswith(crm.base)
    with pytest.raises(ConfigurationError):
        crm.address(Request(what="a", path="https://evil.example"))


def test_the_counterpart_of_the_page_is_strict(modules: Site) -> None:
    notes: Any = import_module("notes").Notes()
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


def test_the_destination_of_the_page_keeps_its_class(
    modules: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page: Any = import_module("test_acme")
    if os.environ.get("MIROIR_FULL_FAULTS") != "1":
        monkeypatch.setattr(page, "judge", partial(judge, only=FEW))
    page.test_the_class_is_kept(tmp_path)
    assert (tmp_path / "verdict.json").exists()
