"""What a company is told of an update of its contract: mail, or call task."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from miroir.adhesion.plan import Plan
from miroir.dossier.mandate import Interlocutor, Topic, may_hear
from miroir.synthesis.french import euros, of, typographic
from miroir.synthesis.phrases import siren

_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class Confirmation(StrEnum):
    """How the company is told that its contract was updated."""

    MAIL = "mail"
    CALL = "call"
    NONE = "none"


def addressee(people: Sequence[Interlocutor], on: date) -> tuple[str, str] | None:
    """Name and address of the first who may hear of the company's contract."""
    for person in people:
        found = _ADDRESS.findall(person.contact)
        if len(found) == 1 and Topic.COMPANY in may_hear(person, on):
            return person.name, str(found[0])
    return None


def subject(plan: Plan) -> str:
    """The subject of the mail."""
    return typographic(
        f"Mise à jour de votre contrat de retraite complémentaire (SIREN"
        f" {siren(plan.siren)})"
    )


def text(plan: Plan) -> str:
    """The mail, in French, without anything about a person."""
    what = "annulé une mise à jour de" if plan.undoes else "mis à jour"
    changes = [f"- {one.label} ;" for one in plan.items]
    changes[-1] = changes[-1].removesuffix(" ;") + "."
    parts = [
        "Bonjour,",
        (
            f"Nous avons {what} votre contrat d’adhésion à la retraite complémentaire"
            " Agirc-Arrco :"
        ),
        "\n".join(changes),
        effect(plan),
        (
            "Si l’un de ces points ne correspond pas à votre situation, merci de répondre à"
            " ce message. Merci de ne joindre aucune donnée sur vos salariés à un simple"
            " courriel : utilisez votre espace sécurisé."
        ),
        "Cordialement,\nVotre conseiller entreprise",
    ]
    return typographic("\n\n".join(parts)) + "\n"


def effect(plan: Plan) -> str:
    """One sentence on the months that were declared already."""
    months = plan.effect.months
    if not months:
        return "Les cotisations dues pour les mois déjà déclarés ne changent pas."
    before = sum(each.due_before for each in months)
    after = sum(each.due_after for each in months)
    return (
        f"Pour vos déclarations {of(each.month for each in months)}, les cotisations"
        f" dues passent de {euros(before)} à {euros(after)}."
    )


def task(plan: Plan, number: int) -> str:
    """What an adviser has to say on the telephone."""
    changes = " ; ".join(one.label for one in plan.items)
    return typographic(
        f"Confirmer à l’entreprise la mise à jour de son adhésion (plan n° {number}) :"
        f" {changes}."
    )
