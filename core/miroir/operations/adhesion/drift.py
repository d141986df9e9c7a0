"""Whether a plan still rests on what it was made from."""

from __future__ import annotations

from miroir.adhesion.images import image
from miroir.adhesion.model import Basis, Effect
from miroir.adhesion.plan import Plan, facts
from miroir.operations.adhesion.choosing import CHOSEN
from miroir.operations.adhesion.examining import Examination


def drift(plan: Plan, now: Examination) -> str:
    """What has changed since a plan was proposed, in French; empty if nothing.

    Months that came since are left out: they confirm the facts or change them.
    """
    if now.contract.destination != plan.destination:
        return "l’outil de gestion n’est plus le même"
    if now.contract.version != plan.version:
        return "le contrat a changé dans l’outil de gestion"
    if image(now.contract.conditions) != image(plan.before):
        return "le contrat n’est plus celui d’avant"
    if now.rules != plan.rules:
        return "les règles ou le menu des garanties ont changé"
    gone = _gone(plan, now)
    if gone:
        return f"ce qui était constaté ne l’est plus ({gone})"
    months = {each.month for each in plan.effect.months}
    effect = Effect(
        months=tuple(
            each for each in now.simulate(plan.after).months if each.month in months
        )
    )
    if facts(now.contract.conditions, plan.items, effect, now.rules) != plan.facts:
        return "l’effet sur les mois passés n’est plus le même"
    return ""


def _gone(plan: Plan, now: Examination) -> str:
    """The first item whose incoherence is not found word for word any more."""
    found = [
        [
            one.code,
            one.siret,
            one.category,
            one.recorded,
            one.expected,
            "" if one.since is None else one.since.isoformat(),
        ]
        for one in now.found
    ]
    for item in plan.items:
        if item.code == CHOSEN or item.basis is Basis.UNDO:
            continue
        if item.identity not in found:
            return item.label
    return ""
