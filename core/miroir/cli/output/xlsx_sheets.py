"""The sheets of the workbook: names, columns, and where their rows come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from miroir.cli.output import xlsx_rows
from miroir.cli.output.xlsx_rows import Context, Row


class Kind(Enum):
    """How a column is written: money holds cents, a month its first day."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    width: int
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Context], Iterator[Row]]


def _money(*headings: str) -> tuple[Column, ...]:
    return tuple(Column(heading, 14, Kind.MONEY) for heading in headings)


_WHO = (
    Column("SIREN", 11),
    Column("SIRET", 16),
    Column("Salarié", 18),
    Column("Contrat", 14),
    Column("Mois", 11, Kind.MONTH),
)
_HOW = (
    Column("Base du calcul", 24),
    Column("Lectures retenues", 40),
    Column("Remarques", 40),
)
_TOTALS = _money("Déclaré", "Calculé", "Écart")
_GAPS_BY_CODE = _money("Écart 131", "Écart 132", "Écart 106")
_BASES = _money(
    "Plafonnée déclarée",
    "Déplafonnée déclarée",
    "Plafond",
    "Tranche 1",
    "Tranche 2",
    "Base CET",
    "Base Apec",
)


SHEETS = (
    Sheet(
        "Synthèse",
        (
            Column("SIREN", 11),
            Column("Établissements", 14, Kind.NUMBER),
            Column("Déclarations en vigueur", 14, Kind.NUMBER),
            Column("Salariés", 10, Kind.NUMBER),
            Column("Mois", 24),
            *_money("Déclaré", "Calculé", "Écarts retenus"),
            Column("Nombre d’écarts", 12, Kind.NUMBER),
            Column("Première cause", 50),
            Column("Statut", 14),
        ),
        xlsx_rows.summary,
    ),
    Sheet("Miroir", _WHO + _TOTALS + _GAPS_BY_CODE + _BASES + _HOW, xlsx_rows.mirror),
    Sheet("Écarts", _WHO + _TOTALS + _GAPS_BY_CODE + _BASES + _HOW, xlsx_rows.gaps),
    Sheet(
        "Versements",
        (
            Column("SIREN", 11),
            Column("SIRET", 16),
            Column("Institution", 16),
            Column("Mois", 11, Kind.MONTH),
            *_money("Versé", "Attendu", "Écart"),
            Column("Écart admis car", 40),
            Column("Preuves", 60),
        ),
        xlsx_rows.payments,
    ),
    Sheet(
        "Diagnostics",
        (
            Column("SIREN", 11),
            Column("Rang", 6, Kind.NUMBER),
            Column("Cause", 34),
            Column("Libellé", 44),
            Column("Statut", 14),
            Column("Portée", 20),
            Column("Mois", 24),
            Column("Nombre de salariés", 10, Kind.NUMBER),
            Column("Salariés", 40),
            *_money("Montant"),
            Column("Part expliquée", 10),
            Column("À traiter par", 26),
            Column("Explication", 60),
            Column("Constat", 40),
            Column("Seuils du GPS", 40),
            Column("Correction", 60),
            Column("Ce qui l’infirmerait", 50),
            Column("Preuves", 60),
        ),
        xlsx_rows.diagnoses,
    ),
    Sheet(
        "À étudier",
        (
            Column("SIREN", 11),
            Column("SIRET", 16),
            Column("Salarié", 18),
            *_money("Écarts, en valeur absolue"),
            Column("Retenu car", 60),
            Column("Causes", 50),
        ),
        xlsx_rows.samples,
    ),
    Sheet(
        "Refus",
        (
            Column("Nature", 20),
            Column("Fichier", 50),
            Column("Ligne", 8, Kind.NUMBER),
            Column("Code", 24),
            Column("Motif", 60),
            Column("Remède", 60),
        ),
        xlsx_rows.refusals,
    ),
)
