"""Answers that say two things, waits that make no sense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from miroir.errors import ActionNotSent, OutcomeUnknown
from miroir.http import Answer, Request, retry_after, strict_json
from miroir.http.strict_json import NotStrictJson

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b'{"a": 1, "a": 2}', "same key twice"),
        (b'[{"b": {"a": 1, "a": 1}}]', "same key twice"),
        (b'{"a": NaN}', "NaN"),
        (b"[-Infinity]", "NaN"),
        (b"<html>", "not JSON"),
        (b"", "not JSON"),
        (b"\xff{}", "not UTF-8"),
        (b"[" * 200_000, "nested too deep"),
        (b"9" * 5_000, "not JSON"),
    ],
)
def test_json_that_is_not_strict(text: bytes, why: str) -> None:
    with pytest.raises(NotStrictJson, match=why) as refused:
        strict_json.loads(text)
    assert refused.value.__context__ is None


def test_json_that_is_strict() -> None:
    assert strict_json.loads(b'\xef\xbb\xbf{"a": [1, 2.5, null, "\xc3\xa9"]}') == {
        "a": [1, 2.5, None, "é"]
    }


@dataclass(frozen=True)
class Shape:
    id: str
    parts: list[int]


def answer(content: bytes, *, method: str = "GET") -> Answer:
    request = Request(what="read it", method=method)
    return Answer(
        host="a.example", request=request, status=200, headers={}, content=content
    )


def test_an_answer_has_the_shape_expected() -> None:
    read = answer(b'\xef\xbb\xbf{"id": "1", "parts": [2], "more": 3}').parse(Shape)
    assert read == Shape(id="1", parts=[2])


@pytest.mark.parametrize("content", [b'{"id": 1, "parts": ["x"]}', b"[]", b"null"])
def test_an_answer_of_another_shape_says_where_and_not_what(content: bytes) -> None:
    with pytest.raises(ActionNotSent, match="read it: answer 200: not as expected"):
        answer(content).parse(Shape)
    with pytest.raises(OutcomeUnknown) as unknown:
        answer(content, method="POST").parse(Shape)
    assert "x" not in str(unknown.value).split("expected")[-1]


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("0", 0.0),
        (" 12 ", 12.0),
        ("3601", 3600.0),
        ("1" * 5_000, 3600.0),
        ("1.5", None),
        ("-1", None),
        ("١٢", None),
        (None, None),
        ("Wed, 25 Nov 2026 12:00:20 GMT", 20.0),
        ("Wed, 25 Nov 2026 12:00:20", 20.0),
        ("Wed, 25 Nov 2026 11:00:00 GMT", 0.0),
        ("Wed, 25 Nov 9999 11:00:00 GMT", 3600.0),
        ("Wed, 99 Nov 2026 11:00:00 GMT", None),
    ],
)
def test_retry_after(header: str | None, wait: float | None) -> None:
    assert retry_after.seconds(header, NOW, 3600.0) == wait
