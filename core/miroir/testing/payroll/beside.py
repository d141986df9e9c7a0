"""Errors beside arithmetic: of filing and payment, of adhesion, of the federation.

Same names as the known causes, as in `causes.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from miroir.testing.payroll import edits
from miroir.testing.payroll import population as p
from miroir.testing.payroll.cause import COMPANY, EMPLOYEES, LAST, NONE, Cause
from miroir.testing.payroll.causes import CAUSES
from miroir.testing.payroll.model import Adhesion, Delivery
from miroir.testing.payroll.rules import Federal, Held, Pays

_FEBRUARY = frozenset({2})

FILING: Mapping[str, Cause] = {
    "FRACTION_MANQUANTE": Cause(
        scope=COMPANY,
        delivery=Delivery(fractions=2, lost=_FEBRUARY),
        certain=False,
        months=3,
    ),
    "DSN_MEME_ORDRE": Cause(scope=COMPANY, delivery=Delivery(same_order=LAST)),
    "HISTORIQUE_MANQUANT": Cause(
        scope=NONE, delivery=Delivery(missing=frozenset({1})), certain=False, months=2
    ),
    "PERIODE_DU_VERSEMENT_ERRONEE": Cause(scope=COMPANY, misdated=3, months=3),
    "LEGITIME_VERSEMENT_TRIMESTRIEL": Cause(
        scope=NONE,
        adhesion=Adhesion(periodicity="T"),
        pays=Pays.BY_QUARTER,
        months=3,
    ),
    "LEGITIME_VERSEMENT_POUR_L_ENTREPRISE": Cause(
        scope=NONE, pays=Pays.FOR_THE_COMPANY, establishments=2
    ),
}

BLOCKS: Mapping[str, Cause] = {
    "BASE_03_INFERIEURE_A_LA_BASE_02": Cause(
        scope=EMPLOYEES,
        careers=(p.employee,),
        edit=edits.base_03_below_base_02,
        certain=False,
    ),
    "DEUX_REDUCTIONS_CUMULEES": Cause(
        scope=EMPLOYEES,
        careers=(p.employee, p.employee),
        edit=edits.two_reductions,
        certain=False,
    ),
    "ECART_INEXPLIQUE": Cause(
        scope=EMPLOYEES, careers=(p.employee,), edit=edits.without_reason
    ),
    "MOIS_NON_CALCULES": Cause(
        scope=NONE, careers=(p.employee,), edit=edits.icp_base, certain=False
    ),
}

ADHESION: Mapping[str, Cause] = {
    "IDCC_DIFFERENT_DE_L_ADHESION": Cause(
        scope=COMPANY, adhesion=Adhesion(idcc="1501")
    ),
    "CONDITIONS_ADHESION_SUPPOSEES": Cause(
        scope=NONE, adhesion=Adhesion(valid_until=date(1, 1, 31)), months=2
    ),
}

FEDERATION: Mapping[str, Cause] = {
    "DSN_ACCEPTEE_NON_INTEGREE": Cause(
        scope=COMPANY, federal=Federal(held=Held.NOTHING)
    ),
    "DSN_INTEGREE_DEUX_FOIS": Cause(scope=COMPANY, federal=Federal(held=Held.TWICE)),
    "VERSION_REMPLACEE_CONSERVEE": Cause(
        scope=COMPANY,
        delivery=Delivery(replaced=LAST),
        federal=Federal(held=Held.FIRST_VERSION),
    ),
    "DSN_DE_SUBSTITUTION_NON_INTEGREE": Cause(
        scope=COMPANY,
        delivery=Delivery(substituted=LAST),
        federal=Federal(held=Held.FIRST_VERSION),
    ),
    "EXTRAIT_DIFFERENT_DES_FICHIERS": Cause(
        scope=COMPANY, federal=Federal(held=Held.ANOTHER_AMOUNT)
    ),
    "PARAMETRE_FEDERAL_PERIME": Cause(
        scope=COMPANY,
        careers=(p.cadre, p.cadre),
        federal=Federal(old_ceiling=True),
    ),
    "CATEGORIE_ABSENTE_DE_L_ADHESION": Cause(
        scope=COMPANY,
        adhesion=Adhesion(rate_t1=8000),
        federal=Federal(standard_rate=True),
    ),
}
"""What they are set against is `SimulatedCompany.campaign_csv`."""

EVERY_CAUSE: Mapping[str, Cause] = {
    **CAUSES,
    **FILING,
    **BLOCKS,
    **ADHESION,
    **FEDERATION,
}
