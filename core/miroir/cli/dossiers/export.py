"""Worklists as a workbook, what is to come as a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from miroir.dossier.reminders import PURPOSES
from miroir.dossier.states import STATES
from miroir.dossier.worklist import Line
from miroir.operations.dossiers.agenda import Action

_COLUMNS = (
    ("SIREN", 11),
    ("État", 24),
    ("Conseiller", 16),
    ("Âge (jours)", 11),
    ("Écarts ouverts", 14),
    ("Montant (€)", 13),
    ("Engagement", 12),
    ("Campagne", 24),
    ("Causes", 40),
)
_SLOT = timedelta(minutes=30)


def write_xlsx(path: Path, lines: Sequence[Line], now: datetime) -> None:
    """One row for each dossier; texts are never formulas."""
    import xlsxwriter  # type: ignore[import-untyped]

    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "# ##0.00"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Dossiers")
        for column, (name, width) in enumerate(_COLUMNS):
            sheet.write_string(0, column, name, bold)
            sheet.set_column(column, column, width)
        for row, line in enumerate(lines, start=1):
            texts = {
                0: line.dossier.siren,
                1: STATES[line.dossier.state],
                2: line.dossier.adviser,
                7: ", ".join(line.campaigns),
                8: ", ".join(line.causes),
            }
            for column, text in texts.items():
                sheet.write_string(row, column, text)
            sheet.write_number(row, 3, line.age(now))
            sheet.write_number(row, 4, line.gaps)
            sheet.write_number(row, 5, Decimal(line.amount) / 100, money)
            if line.due_on is not None:
                sheet.write_datetime(row, 6, line.due_on, day)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(lines)), len(_COLUMNS) - 1)


def calendar(actions: Iterable[Action], now: datetime) -> bytes:
    """An iCalendar file; the same action keeps its UID from one to the next."""
    from icalendar import Calendar, Event

    found = Calendar()
    found.add("prodid", "-//Miroir//dossiers//FR")
    found.add("version", "2.0")
    for action in actions:
        event = Event()
        event.add("uid", f"{action.key}@miroir")
        event.add("dtstamp", now)
        event.add("dtstart", action.due_at)
        event.add("dtend", action.due_at + _SLOT)
        event.add("summary", f"{action.siren} : {action.text}")
        event.add("description", PURPOSES[action.purpose])
        found.add_component(event)
    return bytes(found.to_ical())
