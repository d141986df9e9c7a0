"""A correction plan as an adviser reads it, and may read it out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from miroir.cli.output.correction_lines import reason, summary
from miroir.cli.output.french import STATUSES, count, euros
from miroir.cli.output.mask import Mask
from miroir.cli.output.typography import typographic
from miroir.correction.plan import (
    Action,
    Actor,
    Correction,
    How,
    Left,
    Mode,
    Plan,
    PlannedDeclaration,
    Verdict,
)
from miroir.synthesis.french import MONTHS, de, month, when
from miroir.synthesis.phrases import day, siren, siret
from miroir.types.amounts import format_euros
from miroir.types.diagnosis import Responsible
from miroir.types.period import Month

WIDTH = 92
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_VERDICTS = {
    Verdict.CORRECT: "à corriger",
    Verdict.CONFIRM: "à confirmer, puis à corriger",
    Verdict.CLIENT_VALUE: "valeur que seule l’entreprise peut donner",
    Verdict.ADHESION: "à ne pas demander à l’entreprise",
    Verdict.OURS: "à ne pas demander à l’entreprise",
    Verdict.NOT_DECIDABLE: "à éclaircir, rien à demander pour l’instant",
    Verdict.NOTHING: "rien à corriger",
}
_ACTORS = {
    Actor.COMPANY: "l’entreprise",
    Actor.ADHESION: "le service adhésion",
    Actor.GPS: "le GPS",
    Actor.REFERENT: "le référent technique",
    Actor.ADVISER: "le conseiller",
    Actor.NOBODY: "personne",
}
_MODES = {
    Mode.DIFFERENTIAL: "différentiel, rattaché aux mois d’origine",
    Mode.REPLACEMENT: "annule et remplace (S20.G00.05.002 = 03)",
}
_LASTING = frozenset({How.STATUS, How.SCHEME, How.WRONG_SCHEME})
_REMEDIED = frozenset({Verdict.CORRECT, Verdict.CONFIRM, Verdict.ADHESION})


def as_text(plan: Plan, mask: Mask) -> str:
    """The whole plan, lines of at most `WIDTH` characters where they can be."""
    parts = [*_head(plan)]
    for action in plan.actions:
        parts += ["", *_action(action, plan, mask)]
    for declaration in plan.declarations:
        parts += ["", *_declaration(declaration, plan, mask)]
    parts += ["", *_residual(plan, mask)]
    folded = (piece for line in parts for piece in _folded(typographic(line)))
    return "\n".join(folded) + "\n"


def _folded(line: str) -> list[str]:
    """A line in several, those that follow a little to the right."""
    margin = " " * (len(line) - len(line.lstrip(" ")) + 2)
    return (
        textwrap.wrap(line, WIDTH, subsequent_indent=margin, break_long_words=False)
        if len(line) > WIDTH
        else [line]
    )


def _head(plan: Plan) -> Iterator[str]:
    yield f"Plan de correction, SIREN {siren(plan.siren)}, établi le {day(plan.on)}"
    for number, calendar in sorted(plan.calendars.items()):
        said = ", ".join(
            f"DSN {de(month(one.month))} {_weekday(one.due)}"
            for one in calendar.proposals(plan.on)
        )
        yield f"Prochaines échéances, établissement {siret(number)} : {said}"
    if not plan.actions:
        yield "Rien à corriger : aucun écart n’a été trouvé."


def _action(action: Action, plan: Plan, mask: Mask) -> Iterator[str]:
    verdict = _VERDICTS[action.verdict]
    title = f"{action.rank}. {action.cause.label} ({STATUSES[action.status]})"
    yield f"{title} : {verdict}"
    who = _ACTORS[action.actor]
    if action.cause.responsible is Responsible.EDITOR and action.actor is Actor.COMPANY:
        who += ", après réglage par l’éditeur de son logiciel de paie"
    yield f"   Qui agit : {who}"
    if action.periods:
        people = len(set(action.persons))
        concerned = f", {count(people, 'salarié')}" if people else ""
        yield f"   Concerne : {when(action.periods)}{concerned}"
    if action.verdict in _REMEDIED:
        yield from _paragraph(action.cause.remedy)
    if why := reason(action):
        yield from _paragraph(mask.text(why))
    for wanted in action.wanted:
        yield "   À demander :"
        for rubrique, what in wanted.rubriques:
            yield f"   - {what} ({rubrique})"
    months = [
        f"DSN {de(month(one.deposit.month))}"
        for one in plan.declarations
        if any(action.cause.id in each.causes for each in one.corrections)
    ]
    if months:
        yield f"   Corrigé dans : {' et '.join(dict.fromkeys(months))}"


def _paragraph(text: str) -> Iterator[str]:
    lines = textwrap.wrap(typographic(text), WIDTH - 3, break_long_words=False)
    return (f"   {line}" for line in lines)


def _declaration(one: PlannedDeclaration, plan: Plan, mask: Mask) -> Iterator[str]:
    deposit = one.deposit
    fraction = "" if one.fraction[1] == "1" else f", fraction {one.fraction}"
    yield (
        f"DSN {de(month(deposit.month))}, établissement {siret(one.siret)}{fraction}"
    )
    calendar = plan.calendars[one.siret]
    until = "à minuit" if deposit.replaces else "à midi"
    yield f"   À déposer : au plus tard {_weekday(deposit.send_by)}, {until}"
    yield f"   Échéance : {_weekday(deposit.due)} (le {calendar.day}, {calendar.why})"
    yield f"   Mode, un seul pour toute la déclaration : {_MODES[one.mode]}"
    credit = ", à déduire du versement du mois" if one.amount < 0 else ""
    yield f"   Effet sur les cotisations : {_signed(one.amount)}{credit}"
    persons = [each for each in one.corrections if each.person is not None]
    for (name, contract), own in groupby(
        persons, key=lambda each: (_name(each, mask), each.contract)
    ):
        yield f"   Salarié {name}, contrat {mask.text(contract)}"
        yield from _corrections(list(own), mask)
    for each in one.corrections:
        if each.person is None:
            yield f"   Versement (bloc 20) : {summary(each)}"


def _name(one: Correction, mask: Mask) -> str:
    return mask.name_of(one.person) if one.person else ""


def _corrections(own: Sequence[Correction], mask: Mask) -> Iterator[str]:
    """The corrections of one contract; months that are corrected alike together."""
    said: dict[tuple[How, str], list[Month]] = {}
    for one in sorted(own, key=lambda each: (each.period, each.how)):
        text = mask.text(summary(one))
        said.setdefault((one.how, text), []).append(one.period)
    for (how, text), periods in said.items():
        each = ", chaque mois" if len(periods) > 1 else ""
        since = f"depuis {month(periods[0])}"
        where = since if how in _LASTING else when(periods) + each
        named = "" if how is How.REPLACED else f" (blocs {how.value})"
        yield f"     {where}{named} : {text}"


def _signed(cents: int) -> str:
    return f"+{format_euros(cents)}" if cents > 0 else euros(cents)


def _weekday(value: date) -> str:
    first = "1er" if value.day == 1 else str(value.day)
    name = _DAYS[value.weekday()]
    return f"le {name} {first} {MONTHS[value.month - 1]} {value.year}"


def _residual(plan: Plan, mask: Mask) -> Iterator[str]:
    """What the analysis finds once the plan is applied to the files."""
    residual = plan.residual
    yield "Résultat attendu, plan appliqué aux DSN reçues et analyse refaite"
    yield f"   Écarts avant : {euros(residual.before)}, après : {euros(residual.after)}"
    if residual.corrected:
        lines = count(residual.corrected, "ligne corrigée", "lignes corrigées")
        yield (
            f"   Sur {lines} (un salarié, un mois), le plus grand écart restant :"
            f" {euros(residual.worst)}"
        )
    if plan.conditions:
        rates = ", ".join(
            f"catégorie {one.category} : {str(one.rate_t1).replace('.', ',')} % en T1"
            for one in plan.conditions
        )
        yield from _paragraph(
            "Calculé avec l’adhésion complétée comme les déclarations le laissent"
            f" penser ({rates})."
        )
    yield from _left("Écarts que le plan laisse :", residual.left, mask)
    yield from _left("Écarts nouveaux, à examiner :", residual.appeared, mask)
    for number, period, cents in residual.payments:
        yield (
            f"   Versement {de(month(period))}, établissement {siret(number)} : "
            f"{_signed(cents)} par rapport au détail"
        )


def _left(title: str, left: Sequence[Left], mask: Mask) -> Iterator[str]:
    if not left:
        return
    yield f"   {title}"
    ordered = sorted(left, key=lambda one: (one.why, mask.name_of(one.person)))
    for (why, name), own in groupby(
        ordered, key=lambda one: (one.why, mask.name_of(one.person))
    ):
        lines = list(own)
        amount = euros(sum(one.after for one in lines))
        reason = f" ({why})" if why else ""
        yield f"   - {name}, {when(one.period for one in lines)} : {amount}{reason}"
