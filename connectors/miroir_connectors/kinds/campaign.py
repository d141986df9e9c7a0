"""Campaign lines: one row is one line, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from miroir import CampaignLine, Refusal

from miroir_connectors.mapping.cells import Cells

PREFIX = "CAMPAGNE"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "siren": ("n° siren", "numero siren", "siren entreprise", "siren declarant"),
    "siret": (
        "n° siret",
        "numero siret",
        "siret etablissement",
        "siret declarant",
        "siret d'affectation",
    ),
    "period": (
        "periode",
        "mois",
        "mois de paie",
        "periode de paie",
        "mois principal declare",
        "periode declaree",
    ),
    "campaign": ("campagne", "nom de la campagne", "libelle campagne"),
    "declared": (
        "declare",
        "montant declare",
        "cotisation declaree",
        "cotisations declarees",
    ),
    "calculated": (
        "calcule",
        "montant calcule",
        "montant recalcule",
        "cotisation calculee",
        "cotisations calculees",
    ),
}


def read_line(cells: Cells, campaign: str) -> CampaignLine | Refusal:
    """What a row says, or one refusal with all its reasons."""
    siret = cells.siret()
    found = CampaignLine(
        siren=cells.siren(siret),
        siret=siret,
        period=cells.period(),
        campaign=cells.text("campaign") or campaign,
        declared=cells.amount("declared"),
        calculated=cells.amount("calculated"),
        file=cells.file,
        line=cells.line,
        row=cells.row,
    )
    return cells.refusal(PREFIX) if cells.faults else found
