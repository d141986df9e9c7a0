"""One file that cannot be had does not cost the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from miroir import ReceivedFile, SetAside, SourceError, SourceUnavailable

Names = Mapping[str, Exception | None]


def _give(names: Names) -> Iterator[ReceivedFile]:
    aside = SetAside()
    for name, error in names.items():
        with aside:
            if error is not None:
                raise error
            yield ReceivedFile.of(name, b"x")
    aside.tell()


def _given(names: Names) -> tuple[list[str], Exception | None]:
    given: list[str] = []
    try:
        given.extend(file.name for file in _give(names))
    except (SourceError, ValueError) as error:
        return given, error
    return given, None


def _took(names: Names) -> list[str]:
    taken: list[str] = []
    with pytest.raises((SourceError, ValueError)):
        for file in _give(names):
            taken.append(file.name)
    return taken


def test_all_is_given_and_nothing_is_told() -> None:
    assert _given({"a": None, "b": None}) == (["a", "b"], None)


def test_the_good_ones_come_first_then_what_failed() -> None:
    names: Names = {
        "a": SourceError("a: too big"),
        "b": None,
        "c": SourceError("c: no"),
    }
    assert _took(names) == ["b"]
    _, error = _given(names)
    assert type(error) is SourceError
    assert str(error) == "a: too big; c: no"


def test_trying_later_may_help_when_it_may_for_one() -> None:
    _, error = _given({"a": SourceError("a"), "b": SourceUnavailable("b: 503")})
    assert type(error) is SourceUnavailable


def test_a_place_that_does_not_answer_is_left() -> None:
    silent: Names = {name: SourceUnavailable(name) for name in "abc"}
    assert _took({"0": None, **silent, "d": None}) == ["0"]
    between: Names = {"a": silent["a"], "b": silent["b"], "0": None, "c": silent["c"]}
    assert _took({**between, "d": None}) == ["0", "d"]


def test_what_is_no_error_of_a_source_is_not_set_aside() -> None:
    names: Names = {"a": ValueError("a defect"), "b": None}
    assert _took(names) == []


def test_many_failures_are_told_in_few_words() -> None:
    _, error = _given({f"{number}": SourceError(f"n{number}") for number in range(9)})
    assert str(error) == "n0; n1; n2; n3; n4; and 4 more"
