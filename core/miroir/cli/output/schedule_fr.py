"""Moments as an adviser reads them: «lundi 30 mars 2026 à 9 h»."""

from __future__ import annotations

from miroir.types.schedule import Due

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)
_NO_BREAK = "\u00a0"


def moment(due: Due) -> str:
    """The local moment of what comes due."""
    day, at = due.day, due.at
    number = "1er" if day.day == 1 else str(day.day)
    date = f"{_DAYS[day.weekday()]} {number} {_MONTHS[day.month - 1]} {day.year}"
    minutes = f"{_NO_BREAK}{at.minute:02}" if at.minute else ""
    return f"{date} à {at.hour}{_NO_BREAK}h{minutes}"
