"""Two schedulers, killed and paused at any moment: each row is handed over once."""

from __future__ import annotations

import os
import random
import signal
import time
from functools import partial

from tests.operations.schedule.places import FULL, SchedulePlace, until

REMINDERS, KILLS = (3000, 20) if FULL else (300, 4)
PAUSES = 8 if FULL else 3
TAKE_OVER = {"sqlite": 4, "postgresql": 30}
"""Seconds. PostgreSQL cuts one that is paused while it writes, after ten."""


def test_killed_schedulers_hand_over_each_row_once(fleet: SchedulePlace) -> None:
    fleet.watch_rows()
    dice = random.Random(7)
    pair = [fleet.start(), fleet.start()]
    fleet.wait_live()
    keys = fleet.remind(REMINDERS, over=KILLS * 2)
    killed_live = 0
    for _ in range(KILLS):
        fleet.wait_live()
        time.sleep(dice.uniform(0.0, 0.8))
        live = fleet.live()
        # The one at work, three times in four: the other has nothing to lose.
        chosen = 1 if (pair[1].pid == live) == (dice.random() < 0.75) else 0
        killed_live += pair[chosen].pid == live
        pair[chosen].kill()
        pair[chosen].wait()
        pair[chosen] = fleet.start()
    until(lambda: fleet.waiting() == 0, 120, "nothing waits any more")
    marked = fleet.marked()
    assert killed_live >= KILLS // 3
    assert sorted(marked) == sorted(keys)
    for process in pair:
        until(partial(fleet.up, process), what="it has started")
        process.terminate()
    assert [process.wait(timeout=30) for process in pair] == [0, 0]


def test_a_paused_scheduler_that_wakes_up_writes_nothing(fleet: SchedulePlace) -> None:
    fleet.watch_rows()
    keys = fleet.remind(100 * PAUSES, over=4 * PAUSES, after=3)
    pair = [fleet.start(), fleet.start()]
    taken_over = sum(_pause(fleet) for _ in range(PAUSES))
    # SQLite cuts nobody: one that is paused while it writes keeps the lock.
    assert taken_over == PAUSES if "postgresql" in fleet.url else taken_over >= 1
    until(lambda: fleet.waiting() == 0, 120, "nothing waits any more")
    assert sorted(fleet.marked()) == sorted(keys)
    assert [process.poll() for process in pair] == [None, None]


def _pause(fleet: SchedulePlace) -> bool:
    """Pause the live scheduler, then wake it; whether the other took over."""
    paused = fleet.wait_live()
    os.kill(paused, signal.SIGSTOP)
    try:
        seconds = TAKE_OVER[fleet.url.partition(":")[0]]
        until(lambda: fleet.live() not in (None, paused), seconds)
    except AssertionError:
        return False
    else:
        return True
    finally:
        os.kill(paused, signal.SIGCONT)
        time.sleep(0.5)
