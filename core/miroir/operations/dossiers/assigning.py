"""To whom a dossier goes when nobody decides: the rules do."""

from __future__ import annotations

from dataclasses import replace

from miroir.dossier.assignment import choose
from miroir.dossier.model import Dossier, EventKind
from miroir.operations.dossiers.desk import Desk


def assign_by_rule(desk: Desk, dossier: Dossier, named: str = "") -> Dossier:
    """To who has it, else to whom the signal names, else by the rules."""
    if dossier.adviser:
        return dossier
    if named:
        why, adviser = "corbeille individuelle", named
    else:
        hypotheses = desk.tables.promises.hypotheses_of(dossier.id)
        choice = choose(
            dossier.siren,
            [each.cause for each in hypotheses],
            desk.rules.advisers,
            desk.load(),
            desk.today,
        )
        why, adviser = choice.why, choice.adviser
    if not adviser:
        return dossier
    desk.robot().say(dossier, EventKind.ASSIGNED, f"Confié à {adviser} : {why}.")
    desk.load()[adviser] = desk.load().get(adviser, 0) + 1
    return desk.save(replace(dossier, adviser=adviser))
