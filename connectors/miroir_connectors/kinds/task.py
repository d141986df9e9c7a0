"""Tasks: one row is one task of a basket, or one request of a client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from miroir import Refusal, Task

from miroir_connectors.mapping.cells import Cells

Channel = Literal["basket", "callback", "mail", "call"]
PREFIX = "TACHE"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "siren": ("n° siren", "numero siren", "siren entreprise"),
    "siret": ("n° siret", "numero siret", "siret etablissement"),
    "period": ("periode", "mois", "mois de paie"),
    "reference": ("n° tache", "numero de tache", "n° demande", "identifiant"),
    "adviser": ("conseiller", "corbeille", "affecte a", "gestionnaire"),
    "subject": ("objet", "libelle", "demande", "motif"),
}


def read_task(cells: Cells, channel: Channel) -> Task | Refusal:
    """What a row says, or one refusal with all its reasons."""
    siret = cells.siret()
    found = Task(
        channel=channel,
        siren=cells.siren(siret),
        siret=siret,
        period=cells.period(),
        reference=cells.text("reference"),
        adviser=cells.text("adviser"),
        subject=cells.text("subject"),
        file=cells.file,
        line=cells.line,
    )
    if not found.reference:
        cells.fault("REFERENCE", "reference is empty", "Give the task's number.")
    return cells.refusal(PREFIX) if cells.faults else found
