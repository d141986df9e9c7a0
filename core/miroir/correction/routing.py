"""Who acts after each diagnosis, and what only the company can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from miroir.correction.plan import Action, Actor, Verdict, Wanted
from miroir.correction.writing import Line
from miroir.diagnostic.ranking import BACKGROUND
from miroir.types.diagnosis import Diagnosis, Responsible, Status

PAYMENT_SHORT = "PAIEMENT_DIFFERENT_DU_DETAIL"
WRONG_INSTITUTION = "SIRET_INSTITUTION_ERRONE"
PAYMENTS = frozenset({PAYMENT_SHORT, WRONG_INSTITUTION, "PAIEMENT_142_146_AJOUTEES"})

_CONFIRMED: Mapping[str, str] = {
    "APEC_NON_CADRE": (
        "Faire confirmer que ces salariés sont bien non-cadres ; sinon c’est le statut"
        " (40.003) qui est à corriger, et l’Apec est due."
    ),
    "STATUT_CADRE_DECLARE_NON_CADRE": (
        "Faire confirmer que ces salariés sont cadres au sens de la convention"
        " collective ; sinon c’est le statut conventionnel (40.002) qui est faux."
    ),
    "STATUT_99_AFFILIE": (
        "Faire confirmer le statut réel : celui du plan est déduit du statut"
        " conventionnel (40.002) et de l’Apec déclarée."
    ),
    "TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION": (
        "Vérifier d’abord avec l’entreprise que le taux de l’adhésion vaut toujours."
    ),
    "BASE_03_ABSENTE": (
        "Faire confirmer la base 03 : celle du plan est la rémunération brute (51.013,"
        " type 001). La réduction générale (018, 106) n’y figure que si l’entreprise la"
        " demande."
    ),
    "JOURS_53_A_ZERO": (
        "Faire confirmer le nombre de jours : celui du plan vient des dates du contrat"
        " et des bases, sans absence."
    ),
}
"""A fact that the company knows and that the plan takes for granted."""

_PRECISIONS: Mapping[str, str] = {
    "SALARIE_DECLARE_DEUX_FOIS": (
        "Le plan annule la part de la retraite complémentaire ; les autres cotisations"
        " de ces bases s’annulent de même auprès de leurs organismes."
    ),
    "BLOC_71_ABSENT": (
        "Les bases et cotisations déjà reçues restent : elles ne sont pas redéclarées."
    ),
    "REGIME_71_ERRONE": (
        "Les bases et cotisations déjà reçues restent : les blocs 72, 83 et 84 disent à"
        " quel régime elles ont été déclarées, elles ne sont pas redéclarées."
    ),
    "REDUCTION_106_MAUVAISE_PART": (
        "Le plan corrige le 106 ; l’entreprise vérifie le 018 auprès de l’Urssaf."
    ),
}
_MONTH_OF_PAY: tuple[Line, ...] = (
    ("S21.G00.51.013", "rémunérations du mois, types 001, 002, 003 et 010"),
    ("S21.G00.53.002", "jours calendaires pour le plafond (53.003 = 40)"),
    ("S21.G00.78.004", "bases 02 et 03 du mois"),
    ("S21.G00.81.004", "cotisations 131 et, s’il y a lieu, 132 et 106 du mois"),
)
_WANTED: Mapping[str, tuple[Line, ...]] = {
    "SALARIE_OMIS_UN_MOIS": _MONTH_OF_PAY,
    "DSN_MENSUELLE_MANQUANTE": (
        ("S20.G00.05.005", "la DSN entière du mois manquant, ou la preuve du dépôt"),
    ),
    "FRACTION_MANQUANTE": (
        ("S20.G00.05.003", "la fraction manquante, ou la preuve de son dépôt"),
    ),
    "NIR_SOUS_DEUX_NOMS": (
        ("S21.G00.30.001", "le bon numéro de chacun ; l’ancien va en 31.008"),
        ("S21.G00.31.009", "l’ancien nom, si c’est un changement de nom"),
    ),
}
_WHY_WANTED: Mapping[str, str] = {
    "SALARIE_OMIS_UN_MOIS": (
        "Rien n’a été déclaré ce mois-là : la paie du mois n’est connue que de"
        " l’entreprise. Elle la rattache au mois d’origine (51.001 et 51.002, 78.002"
        " et 78.003) dans la prochaine DSN, en différentiel."
    ),
    "DSN_MENSUELLE_MANQUANTE": (
        "Vérifier d’abord que la DSN n’a pas été reçue sans être intégrée. Une DSN"
        " mensuelle se dépose jusqu’à trois mois après son échéance ; au-delà, la paie"
        " du mois se rattache au mois d’origine dans la prochaine DSN."
    ),
    "FRACTION_MANQUANTE": (
        "Le mois annonce plus de fractions qu’il n’en est connu : vérifier d’abord la"
        " réception, puis faire déposer la fraction."
    ),
    "NIR_SOUS_DEUX_NOMS": (
        "Seule l’entreprise sait qui porte ce numéro. Les montants de ces salariés se"
        " corrigent une fois leur identité établie."
    ),
}
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


@dataclass(frozen=True, slots=True)
class _Answer:
    verdict: Verdict
    actor: Actor
    why: str = ""


def action_of(diagnosis: Diagnosis) -> Action:
    """What a diagnosis leads to; amounts are planned elsewhere."""
    answer, finding = _answer(diagnosis), diagnosis.finding
    wanted: tuple[Wanted, ...] = ()
    if answer.verdict is Verdict.CLIENT_VALUE:
        rubriques = _WANTED[diagnosis.cause.id]
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
        wanted=wanted,
    )


def _answer(diagnosis: Diagnosis) -> _Answer:
    cause, finding = diagnosis.cause, diagnosis.finding
    if cause.legitimate or finding.status is Status.LEGITIMATE:
        return _Answer(Verdict.NOTHING, Actor.NOBODY, "Situation légitime.")
    if finding.status is Status.NOT_DECIDABLE or cause.id in BACKGROUND:
        why = _UNDECIDED + cause.would_refute[:1].lower() + cause.would_refute[1:]
        return _Answer(Verdict.NOT_DECIDABLE, Actor.ADVISER, why)
    if cause.responsible is Responsible.ADHESION:
        why = "Rien n’est demandé à l’entreprise avant la réponse du service adhésion."
        return _Answer(Verdict.ADHESION, Actor.ADHESION, why)
    if cause.responsible in (Responsible.GPS, Responsible.REFERENT):
        technical = cause.responsible is Responsible.REFERENT
        why = "L’écart vient de notre côté : rien n’est demandé à l’entreprise."
        return _Answer(Verdict.OURS, Actor.REFERENT if technical else Actor.GPS, why)
    return _of_the_company(diagnosis)


def _of_the_company(diagnosis: Diagnosis) -> _Answer:
    cause, finding = diagnosis.cause, diagnosis.finding
    if cause.id in _WANTED:
        return _Answer(Verdict.CLIENT_VALUE, Actor.COMPANY, _WHY_WANTED[cause.id])
    if cause.id == WRONG_INSTITUTION:
        return _Answer(Verdict.CORRECT, Actor.COMPANY, _INSTITUTION)
    if cause.id in PAYMENTS and finding.amount > 0:
        return _Answer(Verdict.OURS, Actor.GPS, _CREDIT)
    if finding.status is Status.HYPOTHESIS:
        why = (
            "La cause est une hypothèse, à confirmer avec l’entreprise. "
            + finding.detail
        )
        return _Answer(Verdict.CONFIRM, Actor.COMPANY, why.strip())
    if cause.id in _CONFIRMED:
        return _Answer(Verdict.CONFIRM, Actor.COMPANY, _CONFIRMED[cause.id])
    why = _PRECISIONS.get(cause.id, "")
    return _Answer(Verdict.CORRECT, Actor.COMPANY, why)
