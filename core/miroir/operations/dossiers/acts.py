"""What an adviser does to a dossier: moves it, takes it, hands it over, notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from miroir.dossier import lease
from miroir.dossier.closing import blockers, require_closable
from miroir.dossier.model import Dossier, EventKind
from miroir.dossier.moves import MoveRefused
from miroir.dossier.states import DOSSIER_MOVES, Outcome, State
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.moving import (
    cancel_contacts,
    closed,
    moved,
    reopen,
)
from miroir.operations.dossiers.words import require_sober

BODIES = {"urssaf": "l’Urssaf", "msa": "la MSA"}


def move(desk: Desk, siren: str, name: str, reason: str = "") -> Dossier:
    """Move a dossier; raises MoveRefused, which says why it may not be."""
    require_sober(reason)
    dossier = desk.hold(siren)
    if name == "close":
        raise MoveRefused("Pour clore, dire comment : voir `miroir dossiers close`.")
    if name == "reopen":
        return reopen(desk, dossier, _why(dossier, reason))
    if name == "commit":
        raise MoveRefused(
            "Un engagement a un objet et une date : voir `miroir dossiers commit`."
        )
    return moved(desk, dossier, name, reason)


def close(desk: Desk, siren: str, outcome: Outcome, reason: str = "") -> Dossier:
    """Close a dossier; raises MoveRefused with all that stands in the way."""
    require_sober(reason)
    dossier, promises = desk.hold(siren), desk.tables.promises
    DOSSIER_MOVES.target(dossier.state, "close")
    reasons = blockers(
        outcome,
        desk.tables.cases.gaps_of(dossier.id),
        promises.questions_of(dossier.id),
        promises.commitments_of(dossier.id),
    )
    require_closable(list(reasons), outcome, reason)
    return closed(desk, dossier, outcome, reason)


def note(desk: Desk, siren: str, text: str) -> None:
    """Add a note to the thread."""
    if not text.strip():
        raise MoveRefused("Une note vide ne dit rien.")
    require_sober(text)
    desk.say(desk.hold(siren), EventKind.NOTE, text.strip())


def claim(desk: Desk, siren: str) -> Dossier:
    """Work on a dossier: nobody else may change it for the time of the lease."""
    dossier = desk.tables.cases.get(siren, lock=True)
    taken = lease.claim(dossier, desk.actor, desk.local_now, desk.rules.lease)
    if lease.holder(dossier, desk.now) != desk.actor:
        desk.say(dossier, EventKind.CLAIMED, f"{desk.actor} travaille sur le dossier.")
    return desk.save(taken)


def release(desk: Desk, siren: str) -> Dossier:
    """Leave a dossier to others."""
    dossier = desk.tables.cases.get(siren, lock=True)
    freed = lease.release(dossier, desk.actor, desk.local_now)
    if lease.holder(dossier, desk.now) == desk.actor:
        desk.say(dossier, EventKind.CLAIMED, f"{desk.actor} libère le dossier.")
    return desk.save(freed)


def assign(desk: Desk, siren: str, adviser: str, why: str = "") -> Dossier:
    """Give a dossier to an adviser, by hand."""
    dossier = desk.hold(siren)
    if not adviser.strip():
        raise MoveRefused("Nommer le conseiller à qui confier le dossier.")
    because = f" : {why}" if why else ""
    desk.say(dossier, EventKind.ASSIGNED, f"Confié à {adviser}{because}.")
    return desk.save(replace(dossier, adviser=adviser))


def hand_over(desk: Desk, siren: str, adviser: str, text: str) -> Dossier:
    """Pass a dossier on, with what the next one must know; it is let go."""
    if not text.strip():
        raise MoveRefused("Un passage de relais dit où en est le dossier.")
    require_sober(text)
    dossier = desk.hold(siren)
    desk.say(dossier, EventKind.ASSIGNED, f"Passage de relais à {adviser} : {text}")
    return desk.save(
        replace(dossier, adviser=adviser, claimed_by="", claimed_until=None)
    )


def handled_elsewhere(
    desk: Desk, siren: str, body: str, reason: str, until: date | None = None
) -> Dossier:
    """Urssaf or MSA works the same anomaly: nobody here is to call."""
    if body not in BODIES:
        raise MoveRefused(f"L’organisme est l’un de : {', '.join(BODIES)}.")
    dossier = moved(desk, desk.hold(siren), "suspend", reason)
    limit = f" jusqu’au {until:%d/%m/%Y}" if until else ""
    desk.say(dossier, EventKind.NOTE, f"Déjà traité par {BODIES[body]}{limit}.")
    cancel_contacts(desk, dossier, f"déjà traité par {BODIES[body]}")
    return desk.save(replace(dossier, handled_by=body, handled_until=until))


def take_back(desk: Desk, siren: str, reason: str) -> Dossier:
    """The other body is done: the dossier is worked here again."""
    dossier = desk.hold(siren)
    if not dossier.handled_by:
        raise MoveRefused("Aucun autre organisme ne traite ce dossier.")
    if not reason.strip():
        raise MoveRefused("Dire pourquoi le dossier est repris.")
    freed = desk.save(replace(dossier, handled_by="", handled_until=None))
    desk.say(freed, EventKind.NOTE, f"Dossier repris : {reason}")
    if freed.state is State.SUSPENDED:
        freed = moved(desk, freed, "analyse")
    return freed


def require_contact(dossier: Dossier, on: date) -> None:
    """Raise MoveRefused when another body is in contact with the company."""
    if not dossier.handled_by:
        return
    if dossier.handled_until is not None and on > dossier.handled_until:
        return
    raise MoveRefused(
        f"Ne pas contacter l’entreprise : {BODIES[dossier.handled_by]} traite déjà"
        " cette anomalie. Reprendre d’abord le dossier, en disant pourquoi."
    )


def _why(dossier: Dossier, reason: str) -> str:
    DOSSIER_MOVES.target(dossier.state, "reopen", reason)
    return reason.strip().rstrip(".")
