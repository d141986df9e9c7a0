"""Who acts after each diagnosis, and what only the company can tell."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from miroir.correction.plan import Action, Actor, Verdict, Wanted
from miroir.correction.writing import Line
from miroir.diagnostic.ranking import BACKGROUND
from miroir.types.diagnosis import Diagnosis, Responsible, Status

PAYMENT_SHORT = "PAIEMENT_DIFFERENT_DU_DETAIL"
WRONG_INSTITUTION = "SIRET_INSTITUTION_ERRONE"
PAYMENTS = frozenset({PAYMENT_SHORT, WRONG_INSTITUTION, "PAIEMENT_142_146_AJOUTEES"})
_CREDIT = (
    "Le versement ne se corrige pas par la DSN : il ne peut être négatif. Convenir avec"
    " le service recouvrement de l’imputation ou du remboursement du trop-versé."
)
_INSTITUTION = (
    "Mettre le SIRET de l’institution de l’adhésion en 20.001 dès la prochaine DSN. Le"
    " versement déjà parti est à faire réaffecter par le service recouvrement."
)
_UNDECIDED = (
    "Rien n’est demandé à l’entreprise tant que la cause n’est pas établie. Ce qui"
    " trancherait : "
)
_ADHESION = "Rien n’est demandé à l’entreprise avant la réponse du service adhésion."
_OURS = "L’écart vient de notre côté : rien n’est demandé à l’entreprise."
_SUPPOSED = "La cause est une hypothèse, à confirmer avec l’entreprise."


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What `answers.toml` says of one cause."""

    confirm: str = ""
    note: str = ""
    why: str = ""
    wanted: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class _Answer:
    verdict: Verdict
    actor: Actor
    why: str = ""
    detail: str = ""


@cache
def answers() -> Mapping[str, Told]:
    """By cause; a cause without a line is corrected by differences of amounts."""
    text = files(__package__).joinpath("answers.toml").read_text(encoding="utf-8")
    return {
        cause: Told(**row | {"wanted": tuple(map(tuple, row.get("wanted", ())))})
        for cause, row in tomllib.loads(text).items()
    }


def action_of(diagnosis: Diagnosis) -> Action:
    """What a diagnosis leads to; amounts are planned elsewhere."""
    answer, finding = _answer(diagnosis), diagnosis.finding
    wanted: tuple[Wanted, ...] = ()
    if answer.verdict is Verdict.CLIENT_VALUE:
        rubriques = answers()[diagnosis.cause.id].wanted
        wanted = (
            Wanted(
                periods=finding.periods, rubriques=rubriques, persons=finding.persons
            ),
        )
    return Action(
        rank=diagnosis.rank,
        cause=diagnosis.cause,
        status=finding.status,
        verdict=answer.verdict,
        actor=answer.actor,
        periods=finding.periods,
        persons=finding.persons,
        why=answer.why,
        detail=answer.detail,
        wanted=wanted,
    )


def _answer(diagnosis: Diagnosis) -> _Answer:
    cause, finding = diagnosis.cause, diagnosis.finding
    if cause.legitimate or finding.status is Status.LEGITIMATE:
        return _Answer(Verdict.NOTHING, Actor.NOBODY, "Situation légitime.")
    if finding.status is Status.NOT_DECIDABLE or cause.id in BACKGROUND:
        why = _UNDECIDED + cause.would_refute[:1].lower() + cause.would_refute[1:]
        return _Answer(Verdict.NOT_DECIDABLE, Actor.ADVISER, why)
    match cause.responsible:
        case Responsible.ADHESION:
            return _Answer(Verdict.ADHESION, Actor.ADHESION, _ADHESION)
        case Responsible.GPS:
            return _Answer(Verdict.OURS, Actor.GPS, _OURS)
        case Responsible.REFERENT:
            return _Answer(Verdict.OURS, Actor.REFERENT, _OURS)
    return _of_the_company(diagnosis)


def _of_the_company(diagnosis: Diagnosis) -> _Answer:
    cause, finding = diagnosis.cause, diagnosis.finding
    told = answers().get(cause.id, Told())
    if told.wanted:
        return _Answer(Verdict.CLIENT_VALUE, Actor.COMPANY, told.why)
    if cause.id == WRONG_INSTITUTION:
        return _Answer(Verdict.CORRECT, Actor.COMPANY, _INSTITUTION)
    if cause.id in PAYMENTS and finding.amount > 0:
        return _Answer(Verdict.OURS, Actor.GPS, _CREDIT)
    if finding.status is Status.HYPOTHESIS:
        return _Answer(Verdict.CONFIRM, Actor.COMPANY, _SUPPOSED, finding.detail)
    verdict = Verdict.CONFIRM if told.confirm else Verdict.CORRECT
    return _Answer(verdict, Actor.COMPANY, told.confirm or told.note)
