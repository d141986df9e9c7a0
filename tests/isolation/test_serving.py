"""The loop of a child, run here over two pipes."""

from __future__ import annotations

import base64
import io
import json
import pickle
import sys

import pytest
from miroir.errors import PluginGarbage
from miroir.isolation import serving
from miroir.isolation.host import decode
from miroir.isolation.inline import described


def served(state: str, *calls: dict[str, object]) -> list[dict[str, object]]:
    first = {
        "path": sys.path,
        "factory": "tests.isolation.misbehaving:make",
        "state": base64.b64encode(pickle.dumps(state)).decode(),
        "lifeline": -1,
        "wire": "json",
        "limits": {},
    }
    lines = [json.dumps(each).encode() + b"\n" for each in (first, *calls)]
    answers = io.BytesIO()
    serving.serve(io.BytesIO(b"".join(lines)), answers)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "impose", lambda limits: None)


def test_calls_are_answered_in_turn() -> None:
    ready, first, second = served(
        "here",
        {"method": "raises", "params": {}},
        {"method": "ok", "params": {"say": "yes"}},
    )
    assert ready == {"ready": True}
    assert first["kind"] == "ValueError" and "006 084" not in str(first["raised"])
    assert second == {"answer": {"state": "here", "said": "yes"}}


def test_what_does_not_load_says_why() -> None:
    (said,) = served("cannot load")
    assert "ImportError" in str(said["failed"])


@pytest.mark.parametrize("line", [b"\xff\n", b"[1]\n", b"{\n", b"[" * 100_000])
def test_what_is_no_answer_is_refused(line: bytes) -> None:
    with pytest.raises(PluginGarbage):
        decode(line)


def test_an_exception_that_cannot_be_told_is_named() -> None:
    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert described(Broken()) == "Broken"
