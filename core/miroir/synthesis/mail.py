"""The sentences of a mail, and those that open a call."""

from __future__ import annotations

from miroir.synthesis import french, phrases
from miroir.synthesis.case import Case, Point, Side, Situation
from miroir.synthesis.wording import Level
from miroir.types.diagnosis import Responsible, Status

_SUBJECTS = {
    Situation.TO_CORRECT: "correction à prévoir",
    Situation.TO_CLARIFY: "précision à nous apporter",
    Situation.OURS: "rien à corriger de votre part",
    Situation.LEGITIMATE: "aucune correction à faire",
    Situation.NO_GAP: "aucun écart",
    Situation.NOT_COMPARED: "contrôle non réalisé",
}
_INTRODUCTIONS = {
    Situation.TO_CORRECT: "Une correction est nécessaire : vous trouverez ci-dessous "
    "ce que nous avons constaté, d’où cela vient et ce que nous vous demandons.",
    Situation.TO_CLARIFY: "Avant toute correction, nous avons besoin de votre aide "
    "pour comprendre ce qui suit.",
    Situation.OURS: "Un point est à revoir, et il l’est de notre côté : vous n’avez "
    "rien à corriger.",
    Situation.LEGITIMATE: "Tout est en ordre : aucune correction n’est à faire.",
    Situation.NO_GAP: "Elles sont égales, salarié par salarié, à quelques centimes "
    "près : aucune correction n’est à faire.",
}
_SECURED = (
    "Merci de ne joindre aucune donnée sur vos salariés à un simple courriel : "
    "utilisez votre espace sécurisé."
)
_NOTHING_TO_DO = (
    "Vous n’avez aucune démarche à faire. Nous restons à votre disposition pour "
    "toute question."
)


def _declarations(case: Case, level: Level) -> str:
    """«vos DSN de janvier à mai 2026»."""
    several = case.declarations > 1
    if level is Level.NOVICE:
        noun = (
            "vos déclarations sociales (DSN)"
            if several
            else "votre déclaration sociale (DSN)"
        )
    else:
        noun = "vos DSN" if several else "votre DSN"
    return f"{noun} {french.of(case.periods)}"


def opening(case: Case, level: Level) -> str:
    what = (
        "une correction est à prévoir"
        if case.situation is Situation.TO_CORRECT
        else "un point est à éclaircir avec vous"
    )
    return (
        f"Bonjour, je vous appelle au sujet de {_declarations(case, level)}. Nous "
        "avons comparé les cotisations de retraite complémentaire à notre calcul, et "
        f"{what}. Avez-vous quelques minutes ?"
    )


def subject(case: Case, level: Level) -> str:
    """One line: what it is about, what is expected, which company."""
    about = _declarations(case, Level.PAYROLL)
    number = phrases.siren(case.siren)
    line = f"{french.capital(about)} : {_SUBJECTS[case.situation]}"
    return f"{line} (SIREN {number})"


def introduction(case: Case, level: Level) -> str:
    if case.situation is Situation.NOT_COMPARED:
        return (
            "Nous n’avons pas pu calculer les cotisations de retraite complémentaire de "
            f"{_declarations(case, level)} : il n’y a rien à en conclure."
        )
    return (
        "Nous avons comparé les cotisations de retraite complémentaire de "
        f"{_declarations(case, level)} à celles que nous calculons. "
        f"{_INTRODUCTIONS[case.situation]}"
    )


def closing(case: Case, level: Level) -> str:
    if case.situation is Situation.TO_CORRECT:
        return (
            "Si une de ces explications ne correspond pas à votre situation, merci de "
            f"nous le dire avant de corriger. {_SECURED}"
        )
    if case.situation is Situation.TO_CLARIFY:
        return f"Merci de nous répondre avant toute correction. {_SECURED}"
    return _NOTHING_TO_DO


def why(case: Case) -> str:
    """The heading above the causes: as sure as they are."""
    points = case.points
    if not any(point.amount for point in points):
        several = len(points) > 1
        return "Les points à revoir" if several else "Le point à revoir"
    if all(point.status is Status.ESTABLISHED for point in points):
        return "D’où vient l’écart" if len(points) == 1 else "D’où viennent les écarts"
    if all(point.status is Status.NOT_DECIDABLE for point in points):
        return "Ce qui reste à éclaircir"
    if any(point.status is Status.HYPOTHESIS for point in points):
        return "L’origine probable"
    return "Ce que nous en savons"


def told(point: Point, explained: str, level: Level) -> str:
    """One cause in a mail: what, why, whom, how much."""
    sure = "" if point.status is not Status.HYPOTHESIS else "Hypothèse à confirmer : "
    where = phrases.where(point)
    if level is Level.NOVICE:
        said = french.lowered(explained) if sure else explained
        return " ".join(filter(None, (f"{sure}{said}", _whom(point, where))))
    title = french.lowered(point.cause.label) if sure else point.cause.label
    parts = [f"{sure}{title}{f' ({where})' if where else ''}. {explained}"]
    if point.detail:
        parts.append(point.detail)
    if level is Level.EXPERT:
        parts += [f"Voir {proof}." for proof in phrases.proofs(point)]
    return " ".join(parts)


def _whom(point: Point, where: str) -> str:
    """Whom a cause concerns, as a sentence; the months when it is nobody."""
    if point.persons:
        return f"Cela concerne {where}."
    if phrases.amount(point):
        return f"{french.capital(where)}."
    if not point.months:
        return ""
    noun = "Mois concerné" if len(point.months) == 1 else "Mois concernés"
    return f"{noun} : {where.removeprefix('en ')}."


def concerned(point: Point) -> str:
    noun = "Salarié concerné" if len(point.who) == 1 else "Salariés concernés"
    return f"{noun} : {french.enumeration(point.who, most=10)}."


def lasting(case: Case) -> str:
    """What would make the gap come back."""
    if any(one.cause.responsible is Responsible.EDITOR for one in case.of(Side.CLIENT)):
        return (
            "Le paramétrage de la paie est à corriger en premier : sans cela, l’écart "
            "reviendrait le mois suivant."
        )
    return ""
