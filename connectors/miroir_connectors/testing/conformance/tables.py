"""What the tables of the contracts have in common."""

from __future__ import annotations

from pathlib import Path

RECORDED = Path(__file__).with_name("settings.json")
"""What the keys of our connectors were, release after release."""
SIREN = "999000243"
ROWS = f"siren;siret;period;campaign\n{SIREN};;2026-03;F26\n1;;2026-03;F26\n"
"""Lines of a campaign: one is taken, one refused."""
CONDITIONS = (
    "siren;siret;categorie;date_effet;date_fin;taux_calcul_t1;taux_calcul_t2;"
    "part_employeur;idcc;siret_institution;periodicite;effectif\n"
    f"{SIREN};;04;2026-01-01;;6.20;17.00;60;1486;30558637200321;M;moins_50\n"
    "1;;04;2026-01-01;;6.20;17.00;60;1486;30558637200321;M;moins_50\n"
)
"""Conditions of adhesion: one is taken, one refused."""
TASKS = (
    f"siren;reference;adviser;subject\n{SIREN};7;marie;Rappeler\n1;8;marie;Rappeler\n"
)
"""Tasks of a basket: one is taken, one refused."""
