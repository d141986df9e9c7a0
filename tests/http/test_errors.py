"""What HTTP comes to is what a source may raise, here and from a child process."""

from __future__ import annotations

import pickle

import pytest
from miroir import SourceError, SourceUnavailable
from miroir.errors import (
    ConfigurationError,
    DestinationError,
    HttpRefused,
    MiroirError,
)
from miroir.http import Limits, Request
from miroir.isolation.objects import told
from miroir.testing.counterpart import Fault, Running

from tests.http.clients import QUICK, client, look_up

READS = [
    (Fault.RESET, True, 0),
    (Fault.HANG, True, 0),
    (Fault.LOGIN_PAGE, True, 0),
    (Fault.STATUS, False, 401),
    (Fault.STATUS, False, 404),
    (Fault.STATUS, True, 503),
    (Fault.ENDLESS, False, 0),
]


def _raised(notes: Running, fault: Fault, status: int) -> DestinationError:
    notes.arm(fault, after=1, status=status or 500)
    with pytest.raises(DestinationError) as caught:
        look_up(client(notes).exchange(), "r1")
    return caught.value


def _there(error: MiroirError) -> MiroirError:
    """As it comes from the child that a plugin runs in."""
    (*_, ours) = told(error)
    assert ours is not None
    read = pickle.loads(pickle.dumps(ours))
    assert isinstance(read, MiroirError)
    return read


@pytest.mark.parametrize(("fault", "later", "status"), READS)
def test_a_read_that_fails_fails_a_source(
    notes: Running, fault: Fault, later: bool, status: int
) -> None:
    error = _raised(notes, fault, status)
    for each in (error, _there(error)):
        assert isinstance(each, SourceError)
        assert isinstance(each, SourceUnavailable) == later
        assert str(each) == str(error)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_access_says_what_to_check(notes: Running, status: int) -> None:
    error = _raised(notes, Fault.STATUS, status)
    assert isinstance(error, HttpRefused)
    assert f"answer {status}: our access was refused; check the key" in str(error)


def test_one_that_is_too_big_says_its_limit(notes: Running) -> None:
    notes.arm(Fault.ENDLESS, after=1)
    small = Limits(read_s=QUICK.read_s, deadline_s=QUICK.deadline_s, max_bytes=1000)
    with pytest.raises(SourceError, match="more than 1000 bytes, its limit"):
        client(notes, limits=small).send(Request(what="read", path="notes"))


def test_problems_of_the_configuration_come_from_a_child_too() -> None:
    error = _there(ConfigurationError(["a: one", "b: two"], value="https://host"))
    assert isinstance(error, ConfigurationError)
    assert (error.problems, error.value) == (("a: one", "b: two"), "https://host")
