"""Actions of the outbox, as an adviser reads them, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from miroir.synthesis.french import typographic

if TYPE_CHECKING:
    from miroir.operations.outbox.deciding import Shown
    from miroir.outbox.model import Attempt, Hold, StoredAction
    from miroir.store.outbox.gates import BreakerState

_PARIS = ZoneInfo("Europe/Paris")
_KINDS = {
    "adhesion_update": "mise à jour d'adhésion",
    "crm_contact": "contact dans la GRC",
    "record_entry": "fiche CFIAB",
    "mail": "courriel",
    "hand_over": "transmission",
}
_STATUSES = {
    "pending": "en attente",
    "in_flight": "en cours d'envoi",
    "unknown": "réponse perdue",
    "confirmed": "faite",
    "refused": "refusée",
    "needs_person": "à décider",
    "dead": "envoi impossible",
    "cancelled": "annulée",
}
_STEPS = {"send": "envoi", "find": "recherche"}
_OUTCOMES = {
    "confirmed": "faite",
    "refused": "refusée",
    "not_sent": "non envoyée",
    "unknown": "réponse perdue",
    "needs_person": "à décider",
    "absent": "introuvable",
    "several": "plusieurs trouvées",
}
_ACTS = {
    "enqueued": "écrite",
    "decision_proposed": "décision proposée",
    "follow_up_failed": "suite impossible",
}
_CHOICES = {
    "done": "elle a été faite",
    "resend": "elle n'a pas été faite, à renvoyer",
    "abandon": "elle n'a pas été faite, à abandonner",
}
_WAYS = {
    "resent": "renvoyées, sans risque de doublon",
    "looked_for": "recherchées avant tout renvoi",
    "person": "à décider par deux personnes",
}


def kind_fr(kind: str) -> str:
    """What an action is; its own name when it is of a plugin."""
    return _KINDS.get(kind, kind)


def status_fr(status: str) -> str:
    """Where an action stands."""
    return _STATUSES[status]


def choice_fr(choice: str) -> str:
    """What became of an action."""
    return _CHOICES[choice]


def way_fr(way: str) -> str:
    """How an action in doubt is treated."""
    return _WAYS[way]


def lines(
    rows: Sequence[StoredAction],
    held: Hold | None,
    breakers: Sequence[BreakerState],
    ended: Mapping[str, int] = MappingProxyType({}),
) -> tuple[Sequence[str], list[Sequence[str]], list[str]]:
    """A header, a line per action, remarks. `ended`: how many, by status."""
    header = ("CLÉ", "SIREN", "ACTION", "ÉTAT", "ESSAIS", "PROCHAIN", "MOTIF")
    cells = [_cells(row) for row in rows]
    none = "Aucune action en attente." if ended else "Aucune action."
    remarks = [] if rows else [typographic(none)]
    remarks += [_ended(status, count) for status, count in ended.items()]
    if held is not None:
        since = _moment(held.since)
        remarks.append(
            typographic(
                f"Aucun envoi depuis le {since} ({held.reason}) ; "
                "reprendre avec `miroir actions reconcile`."
            )
        )
    for each in breakers:
        if each.probe_at is not None:
            remarks.append(
                typographic(
                    f"{each.destination} : ne répond plus ; prochain essai le "
                    f"{_moment(each.probe_at)}."
                )
            )
    return header, cells, remarks


def document(
    rows: Sequence[StoredAction],
    held: Hold | None,
    breakers: Sequence[BreakerState],
    ended: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, object]:
    """The same, for a program."""
    return {
        "schema": "miroir.actions/1",
        "held_since": held and held.since.isoformat(),
        "actions": [_row(row) for row in rows],
        "ended": dict(ended),
        "breakers": [
            {
                "destination": each.destination,
                "state": each.state,
                "failures": each.failures,
                "probe_at": each.probe_at and each.probe_at.isoformat(),
            }
            for each in breakers
        ],
    }


def shown_lines(shown: Shown) -> Iterator[str]:
    """One action, for an adviser."""
    row = shown.row
    yield typographic(f"{kind_fr(row.kind)}, SIREN {row.siren}, {row.dossier}")
    yield typographic(f"Clé : {row.key}")
    state = status_fr(row.status)
    if row.doubt:
        state += ", peut-être déjà faite"
    yield typographic(f"État : {state}")
    if row.reason or row.code:
        yield typographic(f"Motif : {row.reason or row.code}")
    if row.receipt is not None:
        yield typographic(f"Accusé : {row.receipt.id}")
    if row.proposed:
        yield typographic(f"Proposé par {row.proposed_by} : {choice_fr(row.proposed)}")
    for needed in shown.needs:
        yield typographic(
            f"Attend : {kind_fr(needed.kind)} {needed.key[:12]} "
            f"({status_fr(needed.status)})"
        )
    ended = {each.fence for each in shown.attempts if each.ended}
    for each in shown.attempts:
        if each.ended or each.fence not in ended:
            yield typographic(_attempt(each))
    for at, act, actor, outcome in shown.history:
        name = act.removeprefix("action.")
        said = _ACTS.get(name) or _STATUSES.get(name, act)
        why = f" ({outcome})" if outcome else ""
        yield typographic(f"Journal : {at} UTC, {said}, {actor}{why}")


def shown_document(shown: Shown) -> dict[str, object]:
    """One action, for a program."""
    return {
        "schema": "miroir.action/1",
        **_row(shown.row),
        "needs": [row.key for row in shown.needs],
        "attempts": [
            {
                "fence": each.fence,
                "step": each.step.value,
                "ended": each.ended,
                "at": each.at.isoformat(),
                "outcome": each.outcome,
                "code": each.code,
                "milliseconds": each.milliseconds,
            }
            for each in shown.attempts
        ],
        "journal": [
            dict(zip(("at", "act", "actor", "outcome"), line, strict=True))
            for line in shown.history
        ],
    }


def _attempt(each: Attempt) -> str:
    what = _OUTCOMES.get(each.outcome, "sans réponse")
    return f"Essai {each.fence} : {_moment(each.at)}, {_STEPS[each.step]}, {what}"


def _ended(status: str, count: int) -> str:
    plural = "s" if count > 1 else ""
    told = f"{count} {status_fr(status)}{plural}"
    return typographic(f"{told} : `miroir actions list --state {status}`.")


def _cells(row: StoredAction) -> Sequence[str]:
    state = status_fr(row.status) + (" (doute)" if row.doubt else "")
    waits = row.status in ("pending", "unknown")
    return (
        row.key[:12],
        row.siren,
        typographic(kind_fr(row.kind)),
        typographic(state),
        str(row.fence),
        _moment(row.not_before) if waits else "",
        row.reason or row.code,
    )


def _row(row: StoredAction) -> dict[str, object]:
    return {
        "key": row.key,
        "kind": row.kind,
        "siren": row.siren,
        "dossier": row.dossier,
        "status": row.status.value,
        "doubt": row.doubt,
        "attempts": row.fence,
        "failures": row.attempts,
        "not_before": row.not_before.isoformat(),
        "first_sent_at": row.first_sent_at and row.first_sent_at.isoformat(),
        "destination": row.destination,
        "receipt": row.receipt and row.receipt.id,
        "code": row.code,
        "reason": row.reason,
        "proposed": row.proposed,
        "proposed_by": row.proposed_by,
        "created_at": row.created_at.isoformat(),
    }


def _moment(at: datetime) -> str:
    return f"{at.astimezone(_PARIS):%d/%m/%Y %H:%M}"
