"""Tables of moves: what is allowed, what is refused and why, what blocks closing."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import pytest
from miroir.dossier import lease
from miroir.dossier.closing import blockers, outcome_of, require_closable
from miroir.dossier.moves import MoveRefused, Moves
from miroir.dossier.states import (
    COMMITMENT_MOVES,
    DOSSIER_MOVES,
    HYPOTHESIS_MOVES,
    QUESTION_MOVES,
    CommitmentState,
    GapState,
    HypothesisState,
    Outcome,
    QuestionState,
    State,
)

from tests.dossier.samples import NOW, commitment, dossier, gap, question, ref

TABLES = (DOSSIER_MOVES, HYPOTHESIS_MOVES, QUESTION_MOVES, COMMITMENT_MOVES)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.what)
def test_every_pair_of_a_table_moves_or_says_why_not(table: Moves[StrEnum]) -> None:
    for state in table.labels:
        for move in table.table:
            if state in move.sources:
                assert table.target(state, move.name, "parce que") is move.target
            else:
                with pytest.raises(MoveRefused, match="Impossible de") as caught:
                    table.target(state, move.name, "parce que")
                assert table.labels[state] in str(caught.value)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.what)
def test_every_state_can_be_reached(table: Moves[StrEnum]) -> None:
    start = next(iter(table.labels))
    reached, frontier = {start}, [start]
    while frontier:
        for move in table.possible(frontier.pop()):
            if move.target not in reached:
                reached.add(move.target)
                frontier.append(move.target)
    assert reached == set(table.labels)


def test_a_refusal_says_what_can_be_done_instead() -> None:
    with pytest.raises(MoveRefused) as caught:
        DOSSIER_MOVES.target(State.CLOSED, "wait", "x")
    assert "«\u00a0clos\u00a0»" in str(caught.value)
    assert "On peut\u00a0: reopen (rouvrir)." in str(caught.value)
    with pytest.raises(MoveRefused, match="Cet état est définitif"):
        COMMITMENT_MOVES.target(CommitmentState.KEPT, "cancel", "x")
    with pytest.raises(MoveRefused, match="Aucun mouvement ne s’appelle fermer"):
        DOSSIER_MOVES.target(State.CLOSED, "fermer")


def test_some_moves_need_a_reason() -> None:
    with pytest.raises(MoveRefused, match="il faut dire pourquoi"):
        HYPOTHESIS_MOVES.target(HypothesisState.OPEN, "refute", "  ")
    assert DOSSIER_MOVES.target(State.RECEIVED, "analyse") is State.ANALYSIS


def test_an_open_question_blocks_every_way_of_closing() -> None:
    for outcome in Outcome:
        (reason, *_) = blockers(outcome, [], [question()], [])
        assert reason == "question sans réponse (n° 7) : Quel logiciel de paie ?"


def test_what_blocks_closing_is_all_said() -> None:
    found = list(blockers(Outcome.CORRECTED, [gap()], [question()], [commitment()]))
    assert len(found) == 4
    assert "1\u00a0écart encore ouvert, 17,50\u00a0€ en valeur absolue" in found[1]
    assert found[2] == "engagement en cours pour le 15/06/2026"
    assert found[3] == "aucun écart n’a été corrigé"
    with pytest.raises(MoveRefused, match=r"Impossible de clore\s: question"):
        require_closable(found, Outcome.CORRECTED, "")


def test_a_dossier_may_be_closed_uncorrected_with_a_reason() -> None:
    found = list(blockers(Outcome.UNRESOLVED, [gap()], [], [commitment()]))
    assert found == []
    with pytest.raises(MoveRefused, match="il faut dire pourquoi"):
        require_closable(found, Outcome.UNRESOLVED, "")
    require_closable(found, Outcome.UNRESOLVED, "relances sans effet")


def test_the_outcome_follows_the_gaps() -> None:
    right = gap(ref("e-b"), state=GapState.LEGITIMATE)
    done = gap(state=GapState.CORRECTED)
    assert outcome_of([done, right]) is Outcome.CORRECTED
    assert outcome_of([right]) is Outcome.LEGITIMATE
    assert outcome_of([]) is Outcome.NO_GAP
    answered = question(QuestionState.ANSWERED)
    assert list(blockers(Outcome.CORRECTED, [done, right], [answered], [])) == []
    (said,) = blockers(Outcome.NO_GAP, [done], [], [])
    assert said.startswith("des écarts ont été constatés")


def test_one_person_at_a_time() -> None:
    hour = timedelta(hours=1)
    mine = lease.claim(dossier(), "marie", NOW, hour)
    with pytest.raises(MoveRefused, match="marie travaille sur ce dossier jusqu’au"):
        lease.claim(mine, "alix", NOW, hour)
    again = lease.claim(mine, "marie", NOW + hour / 2, hour)
    assert again.claimed_until == NOW + hour * 1.5
    assert lease.holder(again, NOW + hour * 1.5) == ""
    taken = lease.claim(again, "alix", NOW + hour * 2, hour)
    assert taken.claimed_by == "alix"
    freed = lease.release(taken, "alix", NOW + hour * 2)
    assert lease.holder(freed, NOW + hour * 2) == ""
