"""Twelve misbehaviours and some more, in either kind of child and in this process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from miroir.errors import (
    PluginCrashed,
    PluginError,
    PluginGarbage,
    PluginNotStarted,
    PluginRaised,
    PluginTooSlow,
)
from miroir.isolation import ForkedHost, Host, InlineHost, Limits, ProcessHost

from tests.isolation.misbehaving import make

ROOT = Path(__file__).parents[2]
FACTORY = "tests.isolation.misbehaving:make"
Errors = type[PluginError] | tuple[type[PluginError], ...]
BOTH: dict[str, Errors] = {
    "raises": PluginRaised,
    "garbage": (PluginGarbage, PluginRaised),
    "nothing": PluginGarbage,
    "too_long": PluginGarbage,
    "nan": (PluginGarbage, PluginRaised),
    "exits": PluginRaised,
    "recurses": PluginRaised,
}
"""What a host holds in this process, too."""
CHILD_ONLY: dict[str, Errors] = {
    "exits_at_once": PluginCrashed,
    "loops": PluginTooSlow,
    "sleeps": PluginTooSlow,
    "eats_memory": PluginRaised,
    "crashes": PluginCrashed,
    "kills_itself": PluginCrashed,
    "closes_everything": PluginError,
}
"""What would end this process, or never end."""


@pytest.fixture(scope="module", params=[ProcessHost, ForkedHost])
def child(request: pytest.FixtureRequest) -> Iterator[ProcessHost]:
    host: ProcessHost = request.param(FACTORY, "in a child")
    yield host
    host.close()


@pytest.fixture(scope="module", params=[ProcessHost, ForkedHost, InlineHost])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    kind = request.param
    host: Host = kind(make if kind is InlineHost else FACTORY, "in a child")
    yield host
    host.close()


def test_a_call_is_answered(host: Host) -> None:
    answer = host.call("ok", {"say": "été €"}, 20)
    assert answer == {"state": "in a child", "said": "été €"}


@pytest.mark.parametrize("misbehaviour", sorted(BOTH))
def test_what_either_host_holds(host: Host, misbehaviour: str) -> None:
    with pytest.raises(BOTH[misbehaviour]) as caught:
        host.call(misbehaviour, {}, 20)
    assert "006 084" not in str(caught.value)
    assert host.call("ok", {}, 20)["state"] == "in a child"


@pytest.mark.parametrize("misbehaviour", sorted(CHILD_ONLY))
def test_what_a_child_holds(child: ProcessHost, misbehaviour: str) -> None:
    child.start()
    begun = time.monotonic()
    with pytest.raises(CHILD_ONLY[misbehaviour]):
        child.call(misbehaviour, {}, 1)
    assert time.monotonic() - begun < 8
    assert child.call("ok", {}, 20)["state"] == "in a child"


def test_what_is_printed_goes_nowhere_near_the_answers(
    host: Host, capfd: pytest.CaptureFixture[str]
) -> None:
    assert host.call("floods", {}, 60) == {"printed": 20_000}
    assert host.call("ok", {"say": "still here"}, 20)["said"] == "still here"
    capfd.readouterr()


def test_a_child_has_nothing_of_the_environment(
    child: ProcessHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_TOKEN", "s3cret")
    limits = Limits(environment={"OWN_TOKEN": "its own"})
    alone = ProcessHost(FACTORY, "", limits)
    try:
        names = alone.call("environment", {}, 20)["names"]
    finally:
        alone.close()
    assert isinstance(names, list)
    assert "CRM_TOKEN" not in names and "OWN_TOKEN" in names
    assert child.call("reads_input", {}, 20) == {"read": ""}


@pytest.mark.parametrize("kind", [ProcessHost, ForkedHost])
def test_what_a_child_started_is_killed_with_it(kind: type[ProcessHost]) -> None:
    host = kind(FACTORY, "")
    pid = host.call("leaves_a_child", {}, 20)["pid"]
    host.close()
    assert isinstance(pid, int)
    assert _ends(pid)


PARENT = """
import sys
from miroir.isolation import ForkedHost, ProcessHost
kind = {"fork": ForkedHost, "process": ProcessHost}[sys.argv[1]]
host = kind("tests.isolation.misbehaving:make", "")
host.start()
print(host.pid, flush=True)
host.call("sleeps", {}, 3600)
"""


@pytest.mark.parametrize("kind", ["fork", "process"])
def test_a_child_dies_with_its_parent(kind: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, kind], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert _ends(child)


@pytest.mark.parametrize("state", ["cannot load", "exits while it loads"])
def test_what_does_not_load_was_not_called(state: str) -> None:
    host = ProcessHost(FACTORY, state)
    with pytest.raises(PluginNotStarted):
        host.call("ok", {}, 20)
    assert host.pid is None


def test_what_does_not_load_here_was_not_called() -> None:
    with pytest.raises(PluginNotStarted, match="ImportError"):
        InlineHost(make, "cannot load").start()
    with pytest.raises(PluginNotStarted, match=r"did not load"):
        ProcessHost("tests.isolation.gone:make", "").start()


def test_a_call_that_is_no_json_was_not_made(child: ProcessHost) -> None:
    with pytest.raises(PluginNotStarted, match="no JSON"):
        child.call("ok", {"say": object()}, 20)


def test_a_long_call_reaches_a_child_that_is_slow_to_read(child: ProcessHost) -> None:
    said = "x" * 900_000
    assert child.call("ok", {"say": said}, 30)["said"] == said


def _ends(pid: int, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if _is_dead(pid):
            return True
        time.sleep(0.05)
    return False


def _is_dead(pid: int) -> bool:
    # Nobody waits for an orphan in a container: it stays, dead.
    try:
        said = Path(f"/proc/{pid}/stat").read_text()
        return said.rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
