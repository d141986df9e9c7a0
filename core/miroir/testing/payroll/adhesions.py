"""Adhesion conditions of a simulated company, as a GPS would export them."""

from __future__ import annotations

from datetime import date

from miroir.testing.payroll.model import Company

HEADER = (
    "siren;siret;categorie;date_effet;date_fin;taux_calcul_t1;taux_calcul_t2;"
    "part_employeur;idcc;siret_institution;periodicite;effectif"
)


def _percent(thousandths: int) -> str:
    return f"{thousandths // 1000}.{thousandths % 1000 // 10:02d}"


def adhesions_csv(company: Company, year: int) -> bytes:
    """UTF-8, `;`, one row by establishment and category."""
    return "\n".join([HEADER, *rows(company, year), ""]).encode()


def rows(company: Company, year: int) -> list[str]:
    """No row when the adhesion is not known."""
    adhesion = company.adhesion
    if not adhesion.known:
        return []
    since = _dated(adhesion.valid_from, year)
    until = _dated(adhesion.valid_until, year) if adhesion.valid_until else ""
    found = []
    for siret in company.sirets:
        for category in ("01", "02", "04"):
            cells = (
                company.siren,
                siret,
                category,
                since,
                until,
                _percent(adhesion.rate_t1),
                _percent(adhesion.rate_t2),
                str(adhesion.employer_share),
                adhesion.idcc or company.idcc,
                company.institution,
                adhesion.periodicity,
                "50_et_plus" if company.from_50 else "moins_50",
            )
            found.append(";".join(cells))
    return found


def _dated(day: date, year: int) -> str:
    """Year 1 stands for the simulated one."""
    return (day.replace(year=year) if day.year == 1 else day).isoformat()
