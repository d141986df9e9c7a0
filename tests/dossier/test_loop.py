"""What a later DSN changes: gaps closed, reduced, grown, returned; promises."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from miroir.dossier.loop import Followed, Found, follow, told
from miroir.dossier.measure import MOVE_TO, measured
from miroir.dossier.memory import LegitimateGap, MemoryScope
from miroir.dossier.model import GapRef
from miroir.dossier.states import COMMITMENT_MOVES, CommitmentState, GapState

from tests.dossier.samples import (
    FEBRUARY,
    JANUARY,
    NOW,
    SIREN,
    commitment,
    gap,
    ref,
)

FILED = date(2026, 4, 3)


def after(found: dict[GapRef, int], *tracked: object, **more: object) -> Followed:
    memories = more.pop("memories", ())
    seen = Found(gaps=found, filed_on={ref(): FILED}, at=NOW + timedelta(days=1))
    return follow(tracked, seen, memories)  # type: ignore[arg-type]


def test_a_gap_that_is_gone_was_corrected_the_day_its_month_was_filed() -> None:
    followed = after({}, gap(), gap(ref("e-b")))
    assert [each.corrected_on for each in followed.corrected] == [
        FILED,
        date(2026, 4, 8),
    ]
    assert followed.left == ()
    assert told(followed) == (
        "Nouvelle analyse : 2\u00a0écarts corrigés ; plus aucun écart ouvert."
    )


@pytest.mark.parametrize(
    ("amount", "sort"),
    [(-1_000, "reduced"), (-2_000, "grown"), (500, "grown")],
)
def test_a_gap_that_changes(amount: int, sort: str) -> None:
    followed = after({ref(): amount}, gap())
    (changed,) = getattr(followed, sort)
    assert (changed.first, changed.amount) == (-1_750, amount)
    assert followed.worse == (sort == "grown")


def test_a_rounding_is_no_change() -> None:
    followed = after({ref(): -1_755}, gap())
    assert not followed.changed
    assert followed.gaps[0].amount == -1_755
    assert after({ref(): -1_756}, gap()).grown


def test_nothing_is_said_when_nothing_changed() -> None:
    followed = after({ref(): -1_750}, gap())
    assert not followed.changed
    assert told(followed) == ""
    done = gap(state=GapState.CORRECTED, corrected_on=FILED)
    assert not after({}, done).changed


def test_a_corrected_gap_that_returns_is_work_again() -> None:
    done = gap(state=GapState.CORRECTED, corrected_on=FILED)
    followed = after({ref(): -900, ref("e-b"): -40}, done)
    assert [each.ref.subject for each in followed.returned] == ["e-aaaa"]
    assert [each.ref.subject for each in followed.appeared] == ["e-b"]
    assert followed.returned[0].corrected_on is None
    assert "1\u00a0écart revenu après correction" in told(followed)


def memory(**more: object) -> LegitimateGap:
    base: dict[str, object] = {
        "siren": SIREN,
        "scope": MemoryScope.EMPLOYEE,
        "subjects": ("e-aaaa",),
        "since": JANUARY,
        "justification": "temps partiel sur plafond entier",
        "decided_by": "marie",
        "decided_on": date(2026, 4, 1),
        "expires_on": date(2027, 12, 31),
    }
    return LegitimateGap(**{**base, **more})  # type: ignore[arg-type]


def test_a_remembered_gap_is_not_work() -> None:
    followed = after({ref(): -1_750, ref("e-b"): -40}, memories=[memory()])
    assert [each.ref.subject for each in followed.legitimate] == ["e-aaaa"]
    assert [each.ref.subject for each in followed.left] == ["e-b"]
    again = after({ref(): -1_800}, *followed.gaps, memories=[memory()])
    assert again.legitimate == ()
    assert again.gaps[0].state is GapState.LEGITIMATE


def test_a_memory_that_is_over_gives_the_gap_back() -> None:
    right = gap(state=GapState.LEGITIMATE)
    over = memory(expires_on=date(2026, 4, 7))
    (back,) = after({ref(): -1_750}, right, memories=[over]).appeared
    assert back.state is GapState.OPEN


def facts(*gaps: object) -> dict[GapRef, object]:
    return {each.ref: each for each in gaps}  # type: ignore[attr-defined]


ONE, TWO = ref(), ref(month=FEBRUARY)
IN_TIME, TOO_LATE = date(2026, 6, 15), date(2026, 6, 16)
P = CommitmentState


@pytest.mark.parametrize(
    ("corrected", "days_after", "before", "expected"),
    [
        ({ONE: IN_TIME, TWO: IN_TIME}, 0, P.PROMISED, P.KEPT),
        ({ONE: IN_TIME, TWO: TOO_LATE}, 1, P.PROMISED, P.LATE),
        ({ONE: IN_TIME}, 15, P.PROMISED, P.PROMISED),
        ({ONE: IN_TIME}, 16, P.PROMISED, P.PARTLY),
        ({}, 15, P.PROMISED, P.PROMISED),
        ({}, 16, P.PROMISED, P.NOT_KEPT),
        ({ONE: TOO_LATE}, 40, P.NOT_KEPT, P.PARTLY),
        ({ONE: TOO_LATE, TWO: TOO_LATE}, 40, P.NOT_KEPT, P.LATE),
        # Filed in time, received late: what was said is put right.
        ({ONE: IN_TIME, TWO: IN_TIME}, 40, P.NOT_KEPT, P.KEPT),
        ({}, 40, P.CANCELLED, P.CANCELLED),
    ],
)
def test_a_promise_is_measured_on_what_was_filed(
    corrected: dict[GapRef, date],
    days_after: int,
    before: CommitmentState,
    expected: CommitmentState,
) -> None:
    gaps = [
        gap(each, state=GapState.CORRECTED, corrected_on=corrected[each])
        if each in corrected
        else gap(each)
        for each in (ONE, TWO)
    ]
    promise = commitment(ONE, TWO, state=before)
    on = promise.due_on + timedelta(days=days_after)
    found = measured(promise, facts(*gaps), on, timedelta(days=15))  # type: ignore[arg-type]
    assert found is expected
    if found is not before:
        assert COMMITMENT_MOVES.target(before, MOVE_TO[found]) is found


def test_a_promise_about_what_became_legitimate_is_kept() -> None:
    right = gap(state=GapState.LEGITIMATE)
    found = measured(
        commitment(ONE),
        facts(right),  # type: ignore[arg-type]
        date(2027, 1, 1),
        timedelta(),
    )
    assert found is P.KEPT


def test_a_promise_without_gaps_is_not_measured() -> None:
    found = measured(commitment(), {}, date(2027, 1, 1), timedelta())
    assert found is P.PROMISED
