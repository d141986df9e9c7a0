from __future__ import annotations

from miroir.store import ChangeKind, Store, StoredRun, compare
from miroir.types.diagnosis import CompanyAnalysis

from tests.store.samples import (
    NIR,
    NOW,
    OTHER,
    SIREN,
    analysis,
    diagnosis,
    line,
    payment,
)


def runs(store: Store, *analyses: CompanyAnalysis) -> list[StoredRun]:
    found = []
    for one in analyses:
        with store.write() as tables:
            tables.results.save_run(one, "sync", NOW)
            run = tables.results.last_run(SIREN)
        assert run is not None
        found.append(run)
    return found


def test_the_same_result_changes_nothing(store: Store) -> None:
    same = analysis(line(), payments=(payment(),), diagnoses=(diagnosis(),))
    before, after = runs(store, same, same)
    assert compare(before, after) == ()


def test_gaps_that_come_go_and_move(store: Store) -> None:
    third = line(contract="00002", gap=-100_000_00)
    before, after = runs(
        store,
        analysis(line(NIR), third),
        analysis(line(OTHER, gap=600), line(contract="00002", gap=-300)),
    )
    changes = {change.kind: change for change in compare(before, after)}
    closed = changes[ChangeKind.GAP_CLOSED]
    assert closed.label == (
        f"Écart disparu\u00a0: 2026-03, salarié {closed.employee}, −17,50\u00a0€"
    )
    assert (closed.before, closed.after) == (-1750, None)
    appeared = changes[ChangeKind.GAP_APPEARED]
    assert appeared.label.endswith(f"{appeared.employee}, 6,00\u00a0€")
    moved = changes[ChangeKind.GAP_CHANGED]
    assert moved.contract == "00002"
    assert moved.label.endswith("−100\u202f000,00\u00a0€ → −3,00\u00a0€")
    assert len(changes) == 3


def test_payments_that_come_go_and_move(store: Store) -> None:
    none, some, more = runs(
        store,
        analysis(payments=(payment(99_950, accepted="en euros entiers"),)),
        analysis(payments=(payment(),)),
        analysis(payments=(payment(90_050),)),
    )
    (appeared,) = compare(none, some)
    (changed,) = compare(some, more)
    (closed,) = compare(more, none)
    assert appeared.label == (
        "Écart de versement apparu\u00a0: 2026-03, "
        "institution 77566425600020, −0,50\u00a0€"
    )
    assert changed.kind is ChangeKind.PAYMENT_CHANGED
    assert (changed.before, changed.after) == (-50, -10_000)
    assert closed.kind is ChangeKind.PAYMENT_CLOSED


def test_causes_that_come_go_and_move(store: Store) -> None:
    before, after = runs(
        store,
        analysis(diagnoses=(diagnosis(1, "A"), diagnosis(2, "B"))),
        analysis(diagnoses=(diagnosis(1, "B"), diagnosis(2, "C"), diagnosis(3, "B"))),
    )
    labels = [change.label for change in compare(before, after)]
    assert labels == [
        "Cause de rang modifié\u00a0: Cause B, rang 2 → 1",
        "Cause apparue\u00a0: Cause C, rang 2",
        "Cause disparue\u00a0: Cause A, rang 1",
    ]


def test_all_of_a_first_result_appears(store: Store) -> None:
    (first,) = runs(store, analysis(line(), diagnoses=(diagnosis(),)))
    kinds = [change.kind for change in compare(None, first)]
    assert kinds == [ChangeKind.GAP_APPEARED, ChangeKind.CAUSE_APPEARED]
