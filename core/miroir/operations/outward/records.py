"""The shared record of a company: composed, shown, then written once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from miroir.config.settings import Settings
from miroir.dossier.menus import Codes, Menu, choose
from miroir.dossier.model import CallRecord, EventKind
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.words import require_sober
from miroir.operations.outward.company import stored_case
from miroir.operations.schedule.configured import follow_up_rules
from miroir.operations.schedule.followups import FollowUpPlan, plan, save
from miroir.operations.workplace import Workplace
from miroir.schedule.territories import territory
from miroir.store.database import Tables
from miroir.synthesis import limit as limits
from miroir.synthesis.documents import write as written
from miroir.synthesis.french import typographic
from miroir.synthesis.limit import Unit
from miroir.synthesis.vocabulary import Document
from miroir.synthesis.wording import Level
from miroir.trace.entry import Entry
from miroir.types.action import RecordEntry
from miroir.types.schedule import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What would be written; `left_out`: sentences that there was no room for.

    `labels` are the menus and the codes chosen, as an adviser reads them.
    """

    entry: RecordEntry
    left_out: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]
    follow_ups: FollowUpPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What an adviser gives; without a text, ours is taken.

    `analysis`: else the record document of the case. `summary`: else that of
    the last call. Without any call, `call_happened` stays unsaid.
    """

    choices: Mapping[str, str]
    analysis: str = ""
    summary: str = ""
    call_happened: bool | None = None


def menus_of(settings: Settings) -> tuple[Menu, ...]:
    """The menus of the configuration, by name."""
    return tuple(
        Menu(
            name=name,
            label=menu.label,
            required=menu.required,
            lists=tuple(
                Codes(since=each.since, until=each.until, codes=each.codes)
                for each in menu.lists
            ),
        )
        for name, menu in sorted(settings.record.menus.items())
    )


def draft(workplace: Workplace, siren: str, given: Given) -> Draft:
    """Compose a record and plan its follow-ups; nothing is written.

    Raises MoveRefused, in French, for a choice that no menu has, NothingFound,
    LimitTooSmall and what writing a document raises.
    """
    composed = _composed(workplace, siren, given)
    with workplace.store.read() as tables:
        follow_ups = _planned(workplace, tables, composed[0])
        return _draft(workplace, composed, follow_ups)


def write(workplace: Workplace, siren: str, given: Given, actor: str) -> str:
    """Write the record in the outbox and start its follow-ups, in one commit.

    The key of the intent; the same record of a day, written twice, is one.
    """
    composed = _composed(workplace, siren, given)
    entry = composed[0]
    with workplace.store.write() as tables:
        desk = Desk(
            tables=tables, actor=actor, now=workplace.clock(), rules=workplace.rules
        )
        dossier = desk.hold(siren)
        place = f"dossier:{dossier.id}"
        known = {row.key for row in tables.outbox.listed(dossier=place)}
        key = tables.outbox.enqueue(entry, dossier=place, by=actor)
        if key not in known:
            made = _draft(workplace, composed, _planned(workplace, tables, entry))
            save(tables, made.follow_ups, desk.now)
            desk.say(dossier, EventKind.NOTE, _told(made))
            act = Entry(
                act="record.decided",
                actor=actor,
                siren=siren,
                subject=f"action:{key}",
                facts={**entry.menus, "left_out": len(made.left_out)},
            )
            tables.journal.append(act, desk.now)
    return key


_Composed = tuple[RecordEntry, tuple[str, ...]]


def _composed(workplace: Workplace, siren: str, given: Given) -> _Composed:
    require_sober(given.analysis, given.summary)
    settings, today = workplace.settings, workplace.rules.today(workplace.clock())
    menus = choose(menus_of(settings), given.choices, today)
    unit = Unit(settings.documents.record_count)
    if given.analysis:
        cut = limits.cut(given.analysis, settings.documents.record_limit, unit)
        analysis, left = cut.text, cut.left_out
    else:
        made = written(
            Document.RECORD,
            stored_case(workplace, siren, Level.PAYROLL),
            Level.PAYROLL,
            "text",
            limit=settings.documents.record_limit,
            unit=unit,
            folder=settings.documents.templates,
        )
        analysis, left = made.text, made.left_out
    happened, summary = _call(workplace, siren, given)
    cut = limits.cut(summary, settings.record.summary_limit, unit)
    entry = RecordEntry(
        siren=siren,
        day=today,
        analysis=analysis.strip(),
        call_happened=happened,
        call_summary=cut.text,
        menus=menus,
    )
    return entry, (*left, *cut.left_out)


def _call(workplace: Workplace, siren: str, given: Given) -> tuple[bool | None, str]:
    """Whether a call happened, and its summary: the last one without being told."""
    if given.call_happened is not None or given.summary:
        return given.call_happened, given.summary
    with workplace.store.read() as tables:
        calls = tables.memories.calls_of(tables.cases.get(siren).id)
    last: CallRecord | None = max(calls, key=lambda call: call.at, default=None)
    if last is None:
        return None, ""
    return last.reached, last.answers.get("summary", "")


def _planned(workplace: Workplace, tables: Tables, entry: RecordEntry) -> FollowUpPlan:
    """Follow-ups of the choices; rules may name codes or what they mean."""
    rules = follow_up_rules(workplace.settings, workplace.plugins)
    dossier = tables.cases.get(entry.siren)
    place = territory(dossier.territory or workplace.settings.schedule.territory)
    return plan(
        tables,
        rules,
        entry.menus,
        subject=Subject(kind="company", id=entry.siren),
        chosen_on=entry.day,
        place=place,
    )


def _draft(workplace: Workplace, composed: _Composed, planned: FollowUpPlan) -> Draft:
    entry, left_out = composed
    labels = _labels(menus_of(workplace.settings), entry.menus, entry.day)
    return Draft(
        entry=entry, left_out=left_out, labels=tuple(labels), follow_ups=planned
    )


def _labels(
    menus: tuple[Menu, ...], chosen: Mapping[str, str], on: date
) -> list[tuple[str, str]]:
    return [
        (menu.label, f"{menu.codes(on)[chosen[menu.name]]} ({chosen[menu.name]})")
        for menu in menus
        if menu.name in chosen
    ]


def _told(made: Draft) -> str:
    chosen = ", ".join(f"{label} : {what}" for label, what in made.labels)
    said = "Fiche partagée confiée à l’écriture"
    return typographic(f"{said} ({chosen})." if chosen else f"{said}.")
