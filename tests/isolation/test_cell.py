"""Objects to a child and back: only what Miroir's own types are made of."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from miroir.errors import (
    ActionNotSent,
    PluginGarbage,
    PluginNotStarted,
    PluginRaised,
    PluginTooSlow,
    SourceUnavailable,
)
from miroir.isolation import Cell, Foreseen, Limits, Mode
from miroir.isolation.births import forked
from miroir.isolation.objects import serve_objects, told
from miroir.isolation.offspring import Child
from miroir.isolation.wire import parts, read_known, written
from miroir.types.period import Month
from miroir.types.source import ReceivedFile

from tests.isolation.misdeeds import Stranger


class Down(SourceUnavailable):
    """An error of a plugin's own, of a class of Miroir's."""


def echo(request: object) -> object:
    if isinstance(request, Exception):
        raise request
    if callable(request):
        return request()
    return request


@pytest.fixture(params=[Mode.FORK, Mode.PROCESS])
def cell(request: pytest.FixtureRequest) -> Iterator[Cell]:
    made = Cell(echo, request.param, Limits(answer_bytes=4_000_000))
    yield made
    made.close()


def read_back(message: object, most: int = 10_000_000) -> object:
    stream = io.BytesIO(b"".join(written(message)))
    return read_known(stream.read, most)


def test_types_of_miroir_go_and_come_back(cell: Cell) -> None:
    content = b"x" * 3_000_000
    file = ReceivedFile(
        name="été.dsn",
        content=content,
        sha256="0" * 64,
        modified_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    for message in (
        file,
        [Month(2026, 3), Decimal("1.5"), {"a": (1, None)}],
        Path("/"),
    ):
        assert cell.call(message, 20) == message
    assert cell.alive and cell.close().printed == 0 and not cell.alive


def test_a_view_of_a_mapping_comes_back_as_one() -> None:
    assert read_back(MappingProxyType({"a": 1})) == {"a": 1}


def test_what_is_none_of_our_types_is_refused_and_named() -> None:
    with pytest.raises(PluginGarbage, match=r"tests\.isolation\.misdeeds\.Stranger"):
        read_back(Stranger())
    message = b"".join(written(Stranger()))
    assert parts(io.BytesIO(message).read)[1] == []


@pytest.mark.parametrize(
    "stream",
    [
        b"\0" * 8 + b"\xff" * 4,
        (2**60).to_bytes(8) + b"\0" * 4,
        (5).to_bytes(8) + b"\0" * 4 + b"abcde",
    ],
)
def test_what_is_no_message_is_refused(stream: bytes) -> None:
    with pytest.raises(PluginGarbage):
        read_known(io.BytesIO(stream).read, 1_000)


def test_a_request_may_hold_many_arrays() -> None:
    cell = Cell(total, Mode.PROCESS, Limits())
    assert cell.call([np.arange(each) for each in range(40)], 20) == 9_880
    cell.close()


def total(request: object) -> int:
    assert isinstance(request, list)
    return sum(int(each.sum()) for each in request)


def test_errors_of_miroir_come_back_as_they_are(cell: Cell) -> None:
    with pytest.raises(Foreseen) as caught:
        cell.call(ActionNotSent("later", retry_after=3.0), 20)
    error = caught.value.error
    assert type(error) is ActionNotSent and error.retry_after == 3.0
    with pytest.raises(Foreseen) as caught:
        cell.call(Down("503"), 20)
    assert type(caught.value.error) is SourceUnavailable
    assert str(caught.value) == "503"
    with pytest.raises(PluginRaised, match="KeyError"):
        cell.call(KeyError("other"), 20)


def test_an_error_that_cannot_say_where_it_was_raised() -> None:
    said, kind, where, ours = told(ValueError("x"))
    assert (said, kind, where, ours) == ("ValueError: x", "ValueError", "", None)


def test_a_call_that_cannot_travel_was_not_made(cell: Cell) -> None:
    with pytest.raises(PluginNotStarted, match="cannot be written"):
        cell.call(lambda: 1, 20)


def test_a_handler_that_does_not_load_was_not_called() -> None:
    with pytest.raises(PluginNotStarted):
        Cell(Unloadable(), Mode.PROCESS, Limits()).call(1, 20)


class Unloadable:
    """Sent without a word, and refuses to be made again."""

    def __call__(self, request: object) -> object:
        return request

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return int, ("not a number",)


def test_a_copy_has_nothing_of_ours_open(tmp_path: Path) -> None:
    with (tmp_path / "ours").open("w") as ours:
        number = ours.fileno()
        cell = Cell(
            lambda _: sorted(map(str, Path("/proc/self/fd").iterdir())),
            Mode.FORK,
            Limits(),
        )
        found = cell.call(None, 20)
        cell.close()
    assert isinstance(found, list)
    assert len(found) <= 6 and f"/proc/self/fd/{number}" not in found[3:5]


def test_the_loop_answers_until_there_are_no_more_calls(tmp_path: Path) -> None:
    calls = io.BytesIO(b"".join(b"".join(written(each)) for each in (1, "a")))
    with (tmp_path / "answers").open("wb", 0) as answers:
        serve_objects(echo, calls, answers)
    with (tmp_path / "answers").open("rb") as stream:
        given = [read_known(stream.read, 1_000) for _ in range(2)]
    assert given == [("given", 1), ("given", "a")]


def test_a_copy_whose_work_fails_ends_with_a_code_of_its_own() -> None:
    born = forked(Limits(), lambda calls, answers: 1 // 0)  # type: ignore[arg-type]
    assert born.process.wait(20) == 70


def test_a_lock_that_another_thread_held_is_waited_for_in_vain() -> None:
    """Why a copy that is late is asked again elsewhere, where there are threads."""
    lock = threading.Lock()
    with lock:
        cell = Cell(lambda _: lock.acquire(), Mode.FORK, Limits())
        with pytest.raises(PluginTooSlow):
            cell.call(None, 0.2)
    assert not cell.alive


def test_a_copy_that_is_just_born_can_be_killed() -> None:
    for _ in range(50):
        child = Child(forked(Limits(), lambda calls, answers: time.sleep(60)))
        child.kill()
        assert not child.alive()
