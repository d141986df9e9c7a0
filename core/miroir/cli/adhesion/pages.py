"""What `miroir adhesion` shows an adviser, in French."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from miroir.adhesion.labels import LABELS
from miroir.adhesion.model import BASES, SEVERITIES, Effect, Incoherence
from miroir.adhesion.plan import PLAN_STATES, Item, PlanState
from miroir.adhesion.words import (
    FIELDS,
    HEADCOUNTS,
    PERIODICITIES,
    day,
    place,
    shown,
)
from miroir.synthesis.french import count, euros, month, typographic
from miroir.types.adhesion import AdhesionCondition
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import Status

if TYPE_CHECKING:
    from miroir.operations.adhesion.examining import Examination
    from miroir.store.adhesion_plans.plans import StoredPlan

WIDTH = 88
_EVIDENCE = 3
_CERTAINTY = {
    Status.ESTABLISHED: "établi",
    Status.HYPOTHESIS: "à confirmer",
    Status.NOT_DECIDABLE: "non jugé",
    Status.LEGITIMATE: "normal",
}


def examination_page(found: Examination, *, every: bool = False) -> str:
    """The incoherences of a contract, numbered; those that ask for nothing last,
    told only by their number unless `every`."""
    contract = found.contract
    where = contract.destination or "conditions reçues des sources"
    lines = [
        (
            f"Adhésion de {contract.siren} ({where}) :"
            f" {count(len(contract.conditions), 'ligne')} au contrat,"
            f" {count(len(found.found), 'incohérence')}"
        )
    ]
    silent = 0
    for number, one in enumerate(found.found, 1):
        if one.status is Status.LEGITIMATE and not every:
            silent += 1
            continue
        lines += ["", *_incoherence(number, one)]
    if silent:
        what = count(silent, "autre ne demande", "autres ne demandent")
        lines += ["", f"{what} rien : --all les montre."]
    return "\n".join(map(typographic, lines))


def _incoherence(number: int, one: Incoherence) -> Iterator[str]:
    label = LABELS.get(one.code, one.code)
    yield f"{number}. {label} [{SEVERITIES[one.severity]}, {_CERTAINTY[one.status]}]"
    yield from _wrapped(one.fact)
    yield from _wrapped(f"Ce qui décide : {one.decides}")
    if one.change is not None:
        basis = BASES[one.change.basis]
        asks = ", à justifier" if one.change.asks_reason else ""
        yield from _wrapped(f"Proposition : {one.change.label}, selon {basis}{asks}.")
    if one.source:
        yield from _wrapped(f"Source : {one.source}.")
    yield from _proofs(one.evidence)


def _proofs(evidence: Sequence[Evidence]) -> Iterator[str]:
    for each in evidence[:_EVIDENCE]:
        value = f" = {each.value}" if each.value else ""
        yield f"   {each.file}:{each.line} {each.rubrique}{value}"
    if len(evidence) > _EVIDENCE:
        yield f"   et {count(len(evidence) - _EVIDENCE, 'autre')}"


def plan_page(stored: StoredPlan, zone: ZoneInfo) -> str:
    """A whole plan: what an approver has to read."""
    plan = stored.plan
    lines = [
        f"Plan n° {stored.number} de {plan.siren} : {PLAN_STATES[stored.state]}",
        f"   empreinte {plan.hash}",
        (
            f"   proposé par {plan.proposer} le"
            f" {plan.proposed_at.astimezone(zone):%d/%m/%Y à %H:%M}, valable jusqu’au"
            f" {_last_day(stored, zone):%d/%m/%Y}"
        ),
        f"   contrat : {plan.destination}, version {plan.version or 'aucune'}",
        f"   règles : {plan.rules}",
    ]
    if plan.undoes:
        lines.append(f"   annule le plan {plan.undoes[:12]}")
    if plan.reason:
        lines += _wrapped(f"Motif : {plan.reason}")
    lines += _decision(stored, zone)
    lines += ["", "Changements"]
    for number, one in enumerate(plan.items, 1):
        lines += _item(number, one)
    lines += ["", "Avant et après", *_images(plan.before, plan.after)]
    lines += ["", "Effet sur les mois passés, recalculé", *_effect(plan.effect)]
    if stored.state is PlanState.PROPOSED:
        lines += [
            "",
            (
                "Pour l’approuver, une autre personne : miroir adhesion approve"
                f" {plan.siren} {plan.hash[:12]}"
            ),
        ]
    return "\n".join(map(typographic, lines))


def _last_day(stored: StoredPlan, zone: ZoneInfo) -> datetime:
    """The last day on which it may be approved; it expires at the end of it."""
    return stored.plan.expires_at.astimezone(zone) - timedelta(minutes=1)


def _decision(stored: StoredPlan, zone: ZoneInfo) -> Iterator[str]:
    decision = stored.decision
    if decision is not None:
        what = "approuvé" if decision.decision == "approved" else "refusé"
        why = f" : {decision.reason}" if decision.reason else ""
        at = decision.decided_at.astimezone(zone)
        yield from _wrapped(
            f"{what} par {decision.approver} le {at:%d/%m/%Y à %H:%M}{why}"
        )
    if stored.why and (decision is None or stored.why != decision.reason):
        yield from _wrapped(f"{PLAN_STATES[stored.state]} : {stored.why}")


def _item(number: int, one: Item) -> Iterator[str]:
    said = f"{number}. {one.label}, selon {BASES[one.basis]}"
    yield from _wrapped(said, "   ", "      ")
    yield from _wrapped(one.fact, "      ")
    if one.decides:
        yield from _wrapped(f"Ce qui décide : {one.decides}", "      ")
    if one.source:
        yield from _wrapped(f"Source : {one.source}.", "      ")
    for line in _proofs(one.evidence):
        yield f"   {line}"


def _images(
    before: Sequence[AdhesionCondition], after: Sequence[AdhesionCondition]
) -> Iterator[str]:
    kept = [row for row in before if row in after]
    for sign, rows in (("-", before), ("+", after)):
        for row in rows:
            if row not in kept:
                yield from _wrapped(f"{sign} {_row(row)}", "   ", "     ")
    if kept:
        yield f"   {count(len(kept), 'ligne inchangée', 'lignes inchangées')}"


def _row(row: AdhesionCondition) -> str:
    parts = [
        place(row.siret, row.category),
        f"du {day(row.valid_from)}"
        + (f" au {day(row.valid_until)}" if row.valid_until else ", sans fin"),
        f"T1 {shown('rate_t1', row.rate_t1)}",
        f"T2 {shown('rate_t2', row.rate_t2)}",
        f"employeur {shown('employer_share', row.employer_share)}",
        f"IDCC {row.idcc or 'inconnu'}",
        PERIODICITIES.get(row.periodicity, row.periodicity or "périodicité inconnue"),
        HEADCOUNTS[row.headcount] if row.headcount else "effectif inconnu",
    ]
    if row.guarantees:
        parts.append(f"{FIELDS['guarantees']} {', '.join(row.guarantees)}")
    return " ; ".join(parts)


def _effect(effect: Effect) -> Iterator[str]:
    if not effect.months:
        yield "   aucun : les cotisations dues ne changent pas"
        return
    header = (
        "mois",
        "dû avant",
        "dû après",
        "différence",
        "écart avant",
        "écart après",
    )
    rows = [
        (
            month(each.month),
            *map(
                euros,
                (
                    each.due_before,
                    each.due_after,
                    each.due,
                    each.gap_before,
                    each.gap_after,
                ),
            ),
        )
        for each in effect.months
    ]
    total = (
        "total",
        euros(sum(each.due_before for each in effect.months)),
        euros(sum(each.due_after for each in effect.months)),
        euros(effect.due),
        euros(effect.gap_before),
        euros(effect.gap_after),
    )
    table = [header, *rows, total]
    widths = [max(len(line[at]) for line in table) for at in range(len(header))]
    for line in table:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True)]
        yield "   " + "  ".join(cells)
    closed = sum(each.closed for each in effect.months)
    opened = sum(each.opened for each in effect.months)
    yield (
        f"   écarts individuels, par mois : {count(closed, 'fermé')},"
        f" {count(opened, 'ouvert')}"
    )


def plans_page(siren: str, found: Sequence[StoredPlan], zone: ZoneInfo) -> str:
    """The plans of a company, one line each."""
    if not found:
        return typographic(f"{siren} : aucun plan.")
    lines = [
        f"n° {each.number}  {each.plan.hash[:12]}  {PLAN_STATES[each.state]}  "
        f"{each.plan.proposer}, {each.plan.proposed_at.astimezone(zone):%d/%m/%Y}"
        + (f", décidé par {each.decision.approver}" if each.decision else "")
        for each in found
    ]
    return "\n".join(map(typographic, lines))


def _wrapped(text: str, indent: str = "   ", later: str = "") -> list[str]:
    return textwrap.wrap(
        typographic(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=later or indent,
        break_on_hyphens=False,
    )
