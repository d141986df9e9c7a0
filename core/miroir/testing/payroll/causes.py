"""The errors that a payroll makes, under the names of the known causes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from miroir.testing.payroll import edits, population
from miroir.testing.payroll.cause import COMPANY, EMPLOYEES, GROUP, LAST, NONE, Cause
from miroir.testing.payroll.model import Adhesion, Delivery
from miroir.testing.payroll.rules import Apec, Cet, Exemption, Reduction, Rules

_P = population
_DERIVED = Adhesion(rate_t1=8000)
_FEBRUARY = frozenset({2})

_MARCH = date(1, 3, 1)
"""Year 1 stands for the year of the simulation."""

_TWO_CADRES = (_P.cadre, _P.cadre)

CAUSES: Mapping[str, Cause] = {
    "PMSS_ANNEE_PRECEDENTE": Cause(
        scope=COMPANY, careers=_TWO_CADRES, rules=Rules(old_ceiling=True)
    ),
    "PLAFOND_NON_PRORATISE_ENTREE_SORTIE": Cause(
        scope=EMPLOYEES,
        careers=(_P.entry, _P.leaver),
        rules=Rules(entry_prorated=False),
    ),
    "PLAFOND_ABSENCE_NON_PRORATISEE": Cause(
        scope=EMPLOYEES,
        careers=(_P.absent, _P.absent),
        rules=Rules(absence_prorated=False),
    ),
    "PLAFOND_TRENTIEME": Cause(
        scope=EMPLOYEES,
        careers=(_P.entry, _P.leaver, _P.absent),
        rules=Rules(thirtieths=True),
    ),
    "REGULARISATION_PROGRESSIVE_ABSENTE": Cause(
        scope=COMPANY,
        careers=(_P.bonus, _P.bonus, _P.bonus),
        rules=Rules(cumulated=False),
    ),
    "CET_TEST_MENSUEL": Cause(
        scope=COMPANY,
        careers=(_P.bonus, _P.bonus, _P.bonus),
        rules=Rules(cet=Cet.MONTHLY),
    ),
    "T2_PERDUE": Cause(scope=COMPANY, careers=_TWO_CADRES, rules=Rules(t2_lost=True)),
    "T2_BORNEE_4_PSS": Cause(
        scope=EMPLOYEES, careers=(_P.top, _P.top), rules=Rules(t2_ceilings=4)
    ),
    "TAUX_STANDARD_AU_LIEU_DU_TAUX_ADHESION": Cause(
        scope=COMPANY, adhesion=_DERIVED, rules=Rules(rate_t1=6200)
    ),
    "TAUX_SUPERIEUR_A_ADHESION": Cause(scope=COMPANY, rules=Rules(rate_t1=8000)),
    "TAUX_APPEL_OUBLIE": Cause(scope=COMPANY, rules=Rules(call_rate=False)),
    "CEG_ABSENTE": Cause(scope=COMPANY, rules=Rules(ceg_t1=False, ceg_t2=False)),
    "CEG_T2_ABSENTE": Cause(
        scope=COMPANY, careers=_TWO_CADRES, rules=Rules(ceg_t2=False)
    ),
    "T2_AU_TAUX_T1": Cause(
        scope=COMPANY, careers=_TWO_CADRES, rules=Rules(t2_as_t1=True)
    ),
    "CET_ABSENTE": Cause(
        scope=COMPANY, careers=_TWO_CADRES, rules=Rules(cet=Cet.NEVER)
    ),
    "CET_SUR_T2_SEULE": Cause(
        scope=COMPANY, careers=_TWO_CADRES, rules=Rules(cet=Cet.ON_T2)
    ),
    "CET_SOUS_PLAFOND": Cause(
        scope=COMPANY,
        careers=(_P.employee, _P.employee),
        rules=Rules(cet=Cet.ALWAYS),
    ),
    "PART_PATRONALE_SEULE": Cause(scope=COMPANY, rules=Rules(employer_only=True)),
    "PART_SALARIALE_SEULE": Cause(scope=COMPANY, rules=Rules(employee_only=True)),
    "TAUX_INFERIEUR_A_ADHESION": Cause(
        scope=COMPANY, adhesion=_DERIVED, rules=Rules(rate_t1=7000)
    ),
    "REGULARISATION_MAL_RATTACHEE": Cause(
        scope=EMPLOYEES,
        careers=(_P.employee,),
        edit=edits.attached_a_month_late,
        months=3,
    ),
    "CORRECTIONS_SUR_UN_SEUL_MOIS": Cause(
        scope=EMPLOYEES,
        careers=(_P.employee,),
        edit=edits.corrected_at_once,
        months=3,
    ),
    "APEC_ABSENTE": Cause(
        scope=GROUP, careers=_TWO_CADRES, rules=Rules(apec=Apec.NOBODY)
    ),
    "APEC_NON_CADRE": Cause(
        scope=GROUP,
        careers=(_P.employee, _P.employee, _P.extension),
        rules=Rules(apec=Apec.EVERYBODY),
    ),
    "APEC_SANS_PLAFOND": Cause(
        scope=EMPLOYEES, careers=(_P.top, _P.top), rules=Rules(apec=Apec.UNCAPPED)
    ),
    "APEC_DANS_131": Cause(
        scope=GROUP, careers=_TWO_CADRES, rules=Rules(apec_in_131=True)
    ),
    "REDUCTION_106_ABSENTE": Cause(
        scope=GROUP,
        careers=(_P.employee, _P.employee),
        rules=Rules(reduction=Reduction.NOT_DECLARED),
    ),
    "REDUCTION_106_SIGNE": Cause(
        scope=GROUP,
        careers=(_P.employee, _P.employee),
        rules=Rules(reduction=Reduction.POSITIVE),
    ),
    "REDUCTION_106_MAUVAISE_PART": Cause(
        scope=GROUP,
        careers=(_P.employee, _P.employee),
        rules=Rules(reduction=Reduction.WRONG_SHARE),
    ),
    "APPRENTI_109_ABSENTE": Cause(
        scope=EMPLOYEES,
        careers=(_P.apprentice, _P.apprentice),
        rules=Rules(exemption=Exemption.FORGOTTEN),
    ),
    "APPRENTI_SEUIL_79": Cause(
        scope=EMPLOYEES,
        careers=(_P.apprentice, _P.apprentice),
        rules=Rules(exemption=Exemption.OLD_THRESHOLD),
    ),
    "COTISATION_131_ABSENTE": Cause(
        scope=EMPLOYEES, careers=(_P.employee,), edit=edits.without_131
    ),
    "BLOC_71_ABSENT": Cause(
        scope=EMPLOYEES,
        careers=(_P.employee,),
        edit=edits.without_71,
        certain=False,
    ),
    "REGIME_71_ERRONE": Cause(scope=COMPANY, edit=edits.old_scheme, certain=False),
    "STATUT_99_AFFILIE": Cause(
        scope=EMPLOYEES,
        careers=(_P.employee,),
        edit=edits.status_99,
        certain=False,
    ),
    "STATUT_CADRE_DECLARE_NON_CADRE": Cause(
        scope=EMPLOYEES,
        careers=(_P.cadre,),
        edit=edits.cadre_as_non_cadre,
        certain=False,
    ),
    "BASE_03_ABSENTE": Cause(
        scope=EMPLOYEES,
        careers=(_P.cadre,),
        edit=edits.without_base_03,
        certain=False,
    ),
    "JOURS_53_A_ZERO": Cause(
        scope=EMPLOYEES,
        careers=(_P.cadre,),
        edit=edits.zero_days,
        certain=False,
        needs_ceiling_days=True,
    ),
    "SALARIE_DECLARE_DEUX_FOIS": Cause(
        scope=EMPLOYEES,
        careers=(_P.employee,),
        edit=edits.declared_twice,
        certain=False,
    ),
    "SALARIE_OMIS_UN_MOIS": Cause(
        scope=EMPLOYEES,
        careers=(_P.employee,),
        edit=edits.omitted_in_february,
        certain=False,
    ),
    "CODE_105_APRES_2025": Cause(scope=COMPANY, edit=edits.code_105, certain=False),
    "SIRET_INSTITUTION_ERRONE": Cause(scope=COMPANY, wrong_institution=True),
    "PAIEMENT_DIFFERENT_DU_DETAIL": Cause(scope=COMPANY, payment=edits.payment_off),
    "PAIEMENT_142_146_AJOUTEES": Cause(
        scope=COMPANY,
        payment=edits.payment_with_employer_parts,
        needs_employer_parts=True,
    ),
    "DSN_MENSUELLE_MANQUANTE": Cause(
        scope=COMPANY, delivery=Delivery(missing=_FEBRUARY), certain=False
    ),
    "ETABLISSEMENT_ABSENT_DE_L_ADHESION": Cause(
        scope=COMPANY, adhesion=Adhesion(known=False)
    ),
    "DATE_EFFET_ADHESION_TARDIVE": Cause(
        scope=COMPANY, adhesion=Adhesion(valid_from=_MARCH)
    ),
    "NIR_SOUS_DEUX_NOMS": Cause(
        scope=EMPLOYEES,
        careers=(_P.cadre,),
        edit=edits.other_identity,
        certain=False,
    ),
    "LEGITIME_CORRIGE_PAR_RATTACHEMENT": Cause(
        scope=NONE, careers=(_P.well_paid,), late_pay=True
    ),
    "LEGITIME_ANNULE_ET_REMPLACE": Cause(scope=NONE, delivery=Delivery(replaced=LAST)),
    "LEGITIME_FICHIER_RECU_DEUX_FOIS": Cause(
        scope=NONE, delivery=Delivery(copied=LAST)
    ),
    "LEGITIME_TEMPS_PARTIEL_SANS_PRORATA": Cause(
        scope=NONE, careers=(_P.renounced, _P.renounced)
    ),
    "LEGITIME_EMPLOYEURS_MULTIPLES": Cause(
        scope=NONE, careers=(_P.several_employers, _P.several_employers)
    ),
    "LEGITIME_PAIEMENT_ARRONDI_EURO": Cause(scope=NONE, payment=edits.payment_in_euros),
    "LEGITIME_BASE_NEGATIVE": Cause(
        scope=NONE, careers=(_P.january_bonus, _P.january_bonus)
    ),
    "LEGITIME_REPARTITION_DEROGATOIRE": Cause(
        scope=NONE, adhesion=Adhesion(employer_share=70)
    ),
}
