"""How rates, categories and establishments are written to an adviser."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from miroir.synthesis.french import NO_BREAK, decimal

CATEGORIES = {
    "01": "cadres (01)",
    "02": "extension cadre (02)",
    "04": "non-cadres (04)",
}
FIELDS = {
    "rate_t1": "taux de calcul T1",
    "rate_t2": "taux de calcul T2",
    "employer_share": "part de l’employeur",
    "idcc": "IDCC",
    "institution": "institution",
    "periodicity": "périodicité",
    "headcount": "effectif",
    "guarantees": "garanties",
    "valid_from": "date d’effet",
    "valid_until": "date de fin",
}
THE = {
    "rate_t1": "le taux de calcul T1",
    "rate_t2": "le taux de calcul T2",
    "employer_share": "la part de l’employeur",
}
PERIODICITIES = {"M": "mensuelle", "T": "trimestrielle"}
HEADCOUNTS = {"moins_50": "moins de 50 salariés", "50_et_plus": "50 salariés et plus"}
_HUNDREDTH = Decimal("0.01")


def percent(value: Decimal) -> str:
    """«60 %», «62,5 %»: no useless decimal."""
    return f"{decimal(Decimal(f'{value.normalize():f}'))}{NO_BREAK}%"


def rate(value: Decimal) -> str:
    """«6,20 %»: two decimals at least."""
    exponent = value.normalize().as_tuple().exponent
    fine = isinstance(exponent, int) and exponent < -2
    shown = value.normalize() if fine else value.quantize(_HUNDREDTH)
    return f"{decimal(shown)}{NO_BREAK}%"


def shown(field: str, value: Decimal) -> str:
    """The value of a field in percent."""
    return percent(value) if field == "employer_share" else rate(value)


def category(code: str) -> str:
    return CATEGORIES.get(code, f"catégorie {code}")


def establishment(siret: str) -> str:
    return f"établissement {siret}" if siret else "tous les établissements"


def place(siret: str, code: str) -> str:
    """«établissement 99900024300017, cadres (01)»."""
    parts = [establishment(siret), *([category(code)] if code else [])]
    return ", ".join(parts)


def day(value: date | None) -> str:
    return "sans fin" if value is None else f"{value:%d/%m/%Y}"
