"""Who is on the line, and what may be said: gated by the mandate checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from miroir.dossier.moves import MoveRefused


class Role(StrEnum):
    COMPANY = "company"
    ACCOUNTANT = "accountant"
    OTHER = "other"


class Mandate(StrEnum):
    """How far the person may be answered, once it was checked."""

    NONE = "none"
    COMPANY = "company"
    EMPLOYEES = "employees"


class Topic(StrEnum):
    """What is talked about, from the least to the most personal."""

    GENERAL = "general"
    COMPANY = "company"
    EMPLOYEES = "employees"


ROLES = {
    Role.COMPANY: "l’entreprise",
    Role.ACCOUNTANT: "le tiers déclarant",
    Role.OTHER: "un autre interlocuteur",
}
MANDATES = {
    Mandate.NONE: "aucun mandat vérifié",
    Mandate.COMPANY: "habilité pour l’entreprise, sans données individuelles",
    Mandate.EMPLOYEES: "habilité, données individuelles comprises",
}
TOPICS = {
    Topic.GENERAL: "la réglementation et les outils, sans rien du dossier",
    Topic.COMPANY: "les montants et les causes au niveau de l’entreprise",
    Topic.EMPLOYEES: "les écarts salarié par salarié",
}

_COMPANY_LEVEL = (Topic.GENERAL, Topic.COMPANY)
_MAY: dict[tuple[Role, Mandate], tuple[Topic, ...]] = {
    (Role.COMPANY, Mandate.COMPANY): _COMPANY_LEVEL,
    (Role.COMPANY, Mandate.EMPLOYEES): (*_COMPANY_LEVEL, Topic.EMPLOYEES),
    (Role.ACCOUNTANT, Mandate.COMPANY): _COMPANY_LEVEL,
    (Role.ACCOUNTANT, Mandate.EMPLOYEES): (*_COMPANY_LEVEL, Topic.EMPLOYEES),
    # Someone else, such as an editor helping, never hears of a person.
    (Role.OTHER, Mandate.COMPANY): _COMPANY_LEVEL,
    (Role.OTHER, Mandate.EMPLOYEES): _COMPANY_LEVEL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interlocutor:
    """A person who answers for the company's declarations.

    `checked_on`: the day the mandate was checked, `how`: by what means;
    `expires_on` is the last day it holds, None without limit.
    """

    name: str = field(repr=False)
    role: Role
    mandate: Mandate = Mandate.NONE
    contact: str = field(default="", repr=False)
    checked_on: date | None = None
    expires_on: date | None = None
    how: str = ""


def may_hear(interlocutor: Interlocutor | None, on: date) -> tuple[Topic, ...]:
    """What may be said to someone on a day; at least what is public."""
    if interlocutor is None or interlocutor.checked_on is None:
        return (Topic.GENERAL,)
    if interlocutor.expires_on is not None and on > interlocutor.expires_on:
        return (Topic.GENERAL,)
    key = (interlocutor.role, interlocutor.mandate)
    return _MAY.get(key, (Topic.GENERAL,))


def require(interlocutor: Interlocutor | None, topic: Topic, on: date) -> None:
    """Raise MoveRefused, in French, when this may not be said to this person."""
    if topic in may_hear(interlocutor, on):
        return
    raise MoveRefused(
        f"Ne pas parler de ce sujet ({TOPICS[topic]}) : {_why(interlocutor, on)}."
        " Vérifier le mandat, ou demander l’interlocuteur habilité."
    )


def _why(interlocutor: Interlocutor | None, on: date) -> str:
    if interlocutor is None:
        return "l’interlocuteur n’est pas identifié"
    if interlocutor.checked_on is None or interlocutor.mandate is Mandate.NONE:
        return "son mandat n’a pas été vérifié"
    if interlocutor.expires_on is not None and on > interlocutor.expires_on:
        return f"son mandat a expiré le {interlocutor.expires_on:%d/%m/%Y}"
    if interlocutor.mandate is Mandate.EMPLOYEES:
        return "seuls l’entreprise et son tiers déclarant peuvent en entendre parler"
    return "son habilitation s’arrête au niveau de l’entreprise"
