"""Where plugins run, and what is asked of a plugin once more or not at all."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest
from miroir.errors import (
    PluginError,
    PluginSetAside,
    PluginTooSlow,
    SourceError,
    WrongHookResult,
)
from miroir.plugins import containment as containing
from miroir.plugins.conduct import Conduct, Misbehaviour
from miroir.plugins.containment import Containment, Task, Terms
from miroir.plugins.provider import Provider

from tests.isolation import misdeeds

ACME = Provider(name="acme", distribution="miroir-acme", version="1.0")
OURS = Provider(name="dsn-folder", distribution="miroir", version="1.0")
HELD = threading.Lock()


def task(call: object, provider: Provider = ACME) -> Task[int]:
    assert callable(call)
    return Task(
        provider=provider, doing="counting 1", what="counting", call=call, expected=int
    )


def one() -> int:
    return 1


def takes_the_lock() -> int:
    with HELD:
        return 2


def is_down() -> int:
    raise SourceError("503")


@pytest.fixture(params=["fork", "process", "none"])
def containment(request: pytest.FixtureRequest) -> Containment:
    return Containment(Terms(mode=request.param, seconds=20))


def test_what_is_given_is_checked_and_its_order_kept(containment: Containment) -> None:
    given = containment.run(
        [task(one), task(str), task(one, OURS), task(misdeeds.raises), task(one)]
    )
    containment.close()
    assert (given[0], given[2], given[4]) == (1, 1, 1)
    assert isinstance(given[1], WrongHookResult)
    assert "while counting 1: returned an object of type str" in str(given[1])
    assert isinstance(given[3], PluginError)
    assert "failed while counting 1: ValueError" in str(given[3])
    assert containment.conduct.counts() == {
        "acme": {Misbehaviour.WRONG_RESULT: 1, Misbehaviour.RAISED: 1}
    }


def test_what_a_contract_foresees_is_no_misbehaviour(containment: Containment) -> None:
    with pytest.raises(SourceError, match=r"^503$"):
        containment.ask(task(is_down), through=(SourceError,))
    assert containment.conduct.counts() == {}
    blame = r"'acme'.* failed while counting 1: SourceError: 503"
    with pytest.raises(PluginError, match=blame):
        containment.ask(task(is_down))
    containment.close()
    assert containment.conduct.counts() == {"acme": {Misbehaviour.RAISED: 1}}


def test_a_plugin_of_ours_runs_here_unless_it_is_named() -> None:
    terms = Terms(mode="fork", modes={"dsn-folder": "process", "acme": "none"})
    assert terms.mode_of(OURS) == "process" and terms.mode_of(ACME) == "none"
    assert Terms().mode_of(OURS) == "none" and Terms().mode_of(ACME) == "fork"


def test_a_plugin_that_is_set_aside_is_not_asked() -> None:
    containment = Containment(Terms(), Conduct(strikes=2))
    given = containment.run([task(misdeeds.crashes)] * 2 + [task(one)] * 2)
    assert [isinstance(each, PluginSetAside) for each in given] == [
        *(False, False, True, True),
    ]
    (told,) = containment.conduct.told()
    assert told.endswith("not done: counting (2 times)")


def test_what_a_thread_held_when_a_copy_was_made_is_not_the_fault_of_a_plugin() -> None:
    containment = Containment(Terms(seconds=0.5))
    ready, over = threading.Event(), threading.Event()

    def hold() -> None:
        with HELD:
            ready.set()
            over.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    ready.wait(30)
    try:
        # Its copy waits in vain; a new process takes a lock of its own.
        assert containment.ask(task(takes_the_lock)) == 2
        with pytest.raises(PluginTooSlow, match=r"did not answer within 0\.5 s"):
            containment.ask(task(partial(time.sleep, 60)))
        assert containment.conduct.counts() == {"acme": {Misbehaviour.TOO_SLOW: 1}}
    finally:
        over.set()
        thread.join()


def test_what_lasts_is_no_copy_among_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    containment = Containment(Terms(seconds=20))
    seen = []
    for among in (False, True):
        monkeypatch.setattr(containing, "among_threads", lambda among=among: among)
        for handle in (as_it_was, lambda request: request):
            child = containment.lasting(ACME, handle, 1_000)
            seen.append(child.ask(1, doing="x", what="x", seconds=20))
            child.close()
    # A new process imported this module again; what cannot travel is copied.
    assert seen == [True, 1, False, 1]


def as_it_was(request: object) -> bool:
    return MARK


MARK = False


@pytest.fixture(autouse=True)
def _mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "MARK", True)


def test_what_floods_or_stays_is_counted() -> None:
    containment = Containment()
    containment.run(
        [
            Task(provider=ACME, doing="x", what="x", call=call, expected=type(None))
            for call in (misdeeds.floods, misdeeds.leaves_a_child)
        ]
    )
    assert containment.conduct.counts() == {
        "acme": {Misbehaviour.FLOODED: 1, Misbehaviour.LEFT_PROCESSES: 1}
    }
