"""What a template may call: one document's words, for one reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from miroir.synthesis import at_stake, french, mail, phrases
from miroir.synthesis.case import Case, MonthFigures, Point, Side, Situation
from miroir.synthesis.wording import Level, explanation, request
from miroir.types.diagnosis import Status

MONTHS_SHOWN = 12


class Document(StrEnum):
    CALL = "call"
    MAIL = "mail"
    RECORD = "record"


_ASKING = (Side.CLIENT, Side.TOGETHER)


def vocabulary(document: Document, level: Level) -> Mapping[str, Callable[..., Any]]:
    """The functions of a template, bound to its document and its level."""

    def explained(point: Point) -> str:
        return explanation(point.cause, level, len(point.persons))

    def limited(point: Point) -> str:
        """What is not known; to the adviser, what to do about it too."""
        called = document is Document.CALL
        why = point.cause.explanation if called else explained(point)
        told = "" if level is Level.NOVICE else point.detail.removeprefix("Constat : ")
        todo = french.sentences(point.cause.remedy)[0] if called else ""
        said = (french.sentences(why)[0], french.capital(told), todo)
        return " ".join(filter(None, said))

    def requested(point: Point) -> str:
        return confirmed(point, request(point.cause, level, len(point.persons)))

    return {
        "absent": phrases.absent,
        "asked": lambda case: asked(case, document),
        "asking": lambda case: "Ce que nous avons besoin de savoir",
        "calls": calls,
        "closing": mail.closing,
        "company": phrases.company,
        "concerned": mail.concerned,
        "contacts": phrases.contacts,
        "controlled": phrases.controlled,
        "declarant": lambda case: phrases.declarant(case, document is Document.CALL),
        "establishments": phrases.establishments,
        "explanation": explained,
        "first_sentence": lambda text: french.sentences(text)[0],
        "found": phrases.found,
        "has_found": phrases.has_found,
        "heaviest": phrases.heaviest,
        "in_play": at_stake.in_one_sentence,
        "in_short": lambda case: phrases.IN_SHORT[case.situation],
        "introduction": mail.introduction,
        "lasting": mail.lasting,
        "left_out": left_out,
        "limit": limited,
        "month_table": month_table,
        "months_note": months_note,
        "opening": mail.opening,
        "others": others,
        "ours": lambda case: _once(requested(one) for one in case.of(Side.OURS)),
        "owner": lambda point: phrases.OWNERS[point.cause.responsible],
        "proofs": phrases.proofs,
        "recorded": lambda case: recorded(case, level),
        "requests": lambda case: _once(requested(one) for one in case.of(*_ASKING)),
        "risks": lambda case: at_stake.at_stake(
            case, level, to_company=document is Document.MAIL
        ),
        "shown_months": shown_months,
        "status": lambda point: phrases.STATUSES[point.status],
        "subject": mail.subject,
        "to_agree": to_agree,
        "told": lambda point: mail.told(point, explained(point), level),
        "untouched": untouched,
        "where": phrases.where,
        "why": mail.why,
        "worth": phrases.worth,
    }


def calls(case: Case) -> bool:
    """Whether somebody has to be called."""
    return case.situation in (Situation.TO_CORRECT, Situation.TO_CLARIFY)


def asked(case: Case, document: Document) -> list[str]:
    """A call confirms everything, each question with the causes it decides; what
    is written asks what is not settled.

    In a mail, only hypotheses: the rest is among the requests already.
    """
    points = case.of(*_ASKING)
    if document is Document.CALL:
        several = len(case.points) > 1
        told = phrases.questions(
            one if one.side in _ASKING else None for one in case.points
        )
        return [_decides(*each) if several else each[0] for each in told.items()]
    if document is Document.MAIL:
        points = tuple(one for one in points if one.status is Status.HYPOTHESIS)
    if document is Document.RECORD:
        points = case.of(Side.TOGETHER)
    return list(phrases.questions(points))


def _decides(question: str, numbers: Sequence[int]) -> str:
    """«(1 et 3) …», as the causes are numbered on the sheet."""
    return f"({french.enumeration([str(one) for one in numbers])}) {question}"


def confirmed(point: Point, what: str) -> str:
    """Nothing is to be changed for a hypothesis before it is confirmed."""
    if point.status is not Status.HYPOTHESIS:
        return what
    return f"Si l’hypothèse se confirme, {french.lowered(what)}"


def to_agree(case: Case) -> str:
    """The calendar as long as no correction was planned."""
    if case.situation is Situation.TO_CORRECT:
        return (
            "À convenir avec l’entreprise : correction dans la prochaine DSN, chaque "
            "montant rattaché à son mois d’origine."
        )
    return "À convenir avec l’entreprise : date de sa réponse, puis suite à donner."


def recorded(case: Case, level: Level) -> list[str]:
    """What is to be done, as colleagues read it later: sentence by sentence."""
    leads = {
        Side.CLIENT: "À corriger par l’entreprise",
        Side.TOGETHER: "À voir avec l’entreprise",
    }
    said: list[str] = []
    before = ""
    for point in case.points:
        first, *rest = french.sentences(point.cause.remedy)
        lead = leads.get(point.side) or phrases.OWNERS[point.cause.responsible]
        if point.status is Status.HYPOTHESIS:
            said.append(confirmed(point, first))
        elif lead == before:
            said.append(first)
        elif ":" in first:  # not put after another colon
            said += [f"{lead}.", first]
        else:
            said.append(f"{lead} : {french.lowered(first)}")
        before = lead if point.status is not Status.HYPOTHESIS else ""
        said += rest if level is not Level.NOVICE else []
    return _once(said)


def untouched(case: Case) -> str:
    """What colleagues must not reopen, in one sentence; empty without any."""
    told = [
        f"{french.lowered(one.cause.label)}{f' ({where})' if where else ''}"
        for one in case.settled
        for where in (phrases.where(one),)
    ]
    return f"À ne pas rouvrir, car légitime : {' ; '.join(told)}." if told else ""


def others(points: tuple[Point, ...], most: int) -> str:
    """The causes that there was no room for, named."""
    left = [french.lowered(one.cause.label) for one in points[most:]]
    if not left:
        return ""
    noun = "Autre cause" if len(left) == 1 else "Autres causes"
    return f"{noun} : {' ; '.join(left)}."


def left_out(items: Sequence[object], most: int) -> str:
    """How many of a list there was no room for; empty when all are there."""
    left = len(items) - most
    if left < 1:
        return ""
    return f"Et {french.count(left, 'autre')}, dans le mail de synthèse."


def shown_months(case: Case) -> tuple[MonthFigures, ...]:
    return case.figures.wrong_months[-MONTHS_SHOWN:]


def months_note(case: Case) -> str:
    """How many months are not in the table; empty when all are."""
    left = len(case.figures.wrong_months) - MONTHS_SHOWN
    if left < 1:
        return ""
    earlier = french.count(left, "mois antérieur", "mois antérieurs")
    return f"Non repris dans le tableau : {earlier} avec un écart."


def month_table(case: Case) -> str:
    """The months with a gap, in columns of text."""
    rows: list[tuple[str, ...]] = [("Mois", "Déclaré", "Calculé", "Écart", "Salariés")]
    for one in shown_months(case):
        amounts = (french.euros(cents) for cents in (one.declared, one.due, one.gap))
        rows.append((french.month(one.period), *amounts, str(one.employees)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join(lines)


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
