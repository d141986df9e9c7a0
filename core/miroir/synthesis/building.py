"""From the analysis of a company to its case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from miroir.diagnostic.ranking import BACKGROUND
from miroir.stakes.attribution import worths
from miroir.stakes.company import stakes_of
from miroir.synthesis.calendar import proposed
from miroir.synthesis.case import (
    Case,
    Contact,
    Example,
    Point,
    Reader,
    Side,
    Step,
    situation_of,
)
from miroir.synthesis.figures import figures_of
from miroir.synthesis.told import observed, otherwise
from miroir.synthesis.wording import wording_of
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import Declaration, Sender
from miroir.types.diagnosis import (
    CompanyAnalysis,
    CompanyView,
    Diagnosis,
    Responsible,
    Scope,
    Status,
)
from miroir.types.identity import PersonNumber

_CONTACTS = {
    "04": "cotisations de Sécurité sociale",
    "05": "retraite complémentaire",
    "06": "identification des salariés",
    "08": "tous sujets",
}
"""S20.G00.07.004, the ones that an adviser may call; in order of use."""
_CALLED_FIRST = ("05", "08", "04", "06")
_EXAMPLES = 3


def case_of(
    analysis: CompanyAnalysis,
    reader: Reader,
    on: date,
    calendar: Sequence[Step] | None = None,
    risks: Sequence[str] = (),
) -> Case:
    """The case of one company, told on the day `on`, to which stakes are counted.

    `calendar`: the one that was agreed; without it, the next DSN that can carry
    the correction are proposed. `risks` are sentences to add to what is at stake.
    """
    view = analysis.view
    labels = {each.cause.id: each.cause.label for each in analysis.diagnoses}
    names = _names(view) if reader.names else {}
    ordered = sorted(analysis.diagnoses, key=lambda one: one.rank)
    worth = worths(ordered, view)
    told = [
        replace(_point(each, view, labels, names), amount=worth[index])
        for index, each in enumerate(ordered)
    ]
    limits = tuple(one for one in told if one.cause.id in BACKGROUND)
    settled = tuple(
        one for one in told if one.side is Side.NOBODY and one not in limits
    )
    points = tuple(one for one in told if one not in limits and one not in settled)
    figures = figures_of(view)
    declarations = view.current or tuple(each.declaration for each in view.versions)
    situation = situation_of(
        points, settled, figures, any(line.computed for line in view.mirror)
    )
    if calendar is None:
        calendar = proposed(view, situation, on)
    return Case(
        siren=view.siren,
        name=_company_name(declarations),
        sirets=tuple(sorted({one.siret for one in declarations})),
        periods=tuple(sorted({one.period for one in declarations})),
        declarations=len(view.current),
        missing=view.missing,
        contacts=_contacts(declarations),
        sender=_third_party(declarations, view.siren),
        figures=figures,
        points=points,
        settled=settled,
        limits=limits,
        examples=tuple(_examples(view, reader, names)),
        situation=situation,
        stakes=stakes_of(analysis, on),
        on=on,
        named=reader.names,
        calendar=tuple(calendar),
        risks=tuple(risks),
    )


def _point(
    diagnosis: Diagnosis,
    view: CompanyView,
    labels: Mapping[str, str],
    names: Mapping[PersonNumber, str],
) -> Point:
    cause, finding = diagnosis.cause, diagnosis.finding
    persons = tuple(sorted(set(finding.persons)))
    return Point(
        cause=cause,
        status=finding.status,
        side=_side(diagnosis),
        months=finding.periods,
        persons=persons,
        everybody=finding.scope in (Scope.COMPANY, Scope.NATIONAL)
        and len(persons) in (0, len({line.person for line in view.mirror})),
        amount=finding.amount,
        payment=wording_of(cause).payment,
        detail=_detail(finding.detail, labels),
        evidence=tuple(
            replace(one, file=PurePath(one.file).name) for one in finding.evidence
        ),
        who=tuple(names[one] for one in persons if one in names),
    )


def _side(diagnosis: Diagnosis) -> Side:
    cause, status = diagnosis.cause, diagnosis.finding.status
    if cause.legitimate or status is Status.LEGITIMATE:
        return Side.NOBODY
    if wording_of(cause).together:
        return Side.TOGETHER
    if cause.responsible in (Responsible.CLIENT, Responsible.EDITOR):
        return Side.CLIENT if status is Status.ESTABLISHED else Side.TOGETHER
    return Side.OURS


def _detail(text: str, labels: Mapping[str, str]) -> str:
    """Sentences: what was found, then the causes that explain as much."""
    found = observed(text, labels)
    said = f"Constat : {found}." if found else ""
    return " ".join(filter(None, (said, otherwise(text, labels))))


def _contacts(declarations: Iterable[Declaration]) -> tuple[Contact, ...]:
    """The contacts of the latest declaration that has some, the right one first."""
    for declaration in sorted(declarations, key=lambda one: one.period, reverse=True):
        blocks = [
            (_CALLED_FIRST.index(kind), block)
            for block in declaration.head().all("S20.G00.07")
            if (kind := block.get("004") or "") in _CONTACTS
        ]
        if blocks:
            return tuple(
                Contact(
                    name=block.get("001") or "",
                    phone=block.get("002") or "",
                    mail=block.get("003") or "",
                    about=_CONTACTS[block.get("004") or ""],
                )
                for _, block in sorted(blocks, key=lambda one: one[0])
            )
    return ()


def _third_party(declarations: Iterable[Declaration], siren: str) -> Sender | None:
    """Who sent the latest declaration, unless it is the company."""
    latest = max(declarations, key=lambda one: one.period, default=None)
    sender = latest.sender if latest is not None else None
    if sender is None or sender.siren in ("", siren):
        return None
    return sender


def _company_name(declarations: Iterable[Declaration]) -> str:
    """S21.G00.06.903, which the platform adds to what it delivers; else empty."""
    for declaration in declarations:
        employer = declaration.employer()
        if employer is not None and (name := employer[0].get("903")):
            return name
    return ""


def _names(view: CompanyView) -> dict[PersonNumber, str]:
    return {
        one.person: f"{one.first_names.title()} {one.family_name}"
        for declaration in view.current
        for one in declaration.employees
    }


def _examples(
    view: CompanyView, reader: Reader, names: Mapping[PersonNumber, str]
) -> Iterator[Example]:
    """The employees whose gaps weigh most; ties in the order of who they are."""
    lines: dict[PersonNumber, list[MirrorLine]] = defaultdict(list)
    for line in view.gaps:
        lines[line.person].append(line)
    weights = {
        one: sum(abs(line.gap.total) for line in own) for one, own in lines.items()
    }
    for one in sorted(lines, key=lambda one: (-weights[one], one))[:_EXAMPLES]:
        yield Example(
            who=names.get(one) or f"salarié n° {reader.name_of(one)}",
            months=tuple(sorted({line.period for line in lines[one]})),
            gap=sum(line.gap.total for line in lines[one]),
        )
