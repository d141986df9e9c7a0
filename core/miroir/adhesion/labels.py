"""What each kind of incoherence is called, by its code. Read by advisers."""

from __future__ import annotations

LABELS = {
    "CPN_ABSENTE": "Catégorie déclarée, absente du contrat",
    "ETABLISSEMENT_SANS_CONDITIONS": "Établissement déclaré, absent du contrat",
    "CONDITIONS_SANS_ETABLISSEMENT": "Établissement au contrat, sans déclaration",
    "CPN_SANS_SALARIE": "Catégorie au contrat, sans salarié",
    "CATEGORIE_INCONNUE": "Catégorie qui n’existe pas",
    "DATE_EFFET_TARDIVE": "Date d’effet après les premières paies",
    "TROU_DE_DATES": "Jours sans conditions",
    "CPN_FERMEE": "Conditions fermées, salariés encore déclarés",
    "CHEVAUCHEMENT": "Deux lignes pour les mêmes jours",
    "DATE_EFFET_NON_JUGEE": "Date d’effet au-delà des paramètres publiés",
    "TAUX_T1_DIFFERENT": "Taux T1 déclaré autre que celui du contrat",
    "TAUX_T2_DIFFERENT": "Taux T2 déclaré autre que celui du contrat",
    "REPARTITION_DIFFERENTE": "Répartition déclarée autre que celle du contrat",
    "TAUX_APPELE_AU_CONTRAT": "Taux appelé saisi au lieu du taux de calcul",
    "TAUX_SOUS_LE_DROIT_COMMUN": "Taux sous le droit commun",
    "TAUX_SUPERIEUR_SANS_ORIGINE": "Taux supérieur sans origine connue",
    "TAUX_HORS_USAGE": "Taux au-dessus de ce que l’on rencontre",
    "REPARTITION_SANS_ORIGINE": "Répartition dérogatoire sans origine connue",
    "GARANTIE_INCONNUE": "Garantie qui n’est pas au menu",
    "GARANTIE_HORS_CATEGORIE": "Garantie fermée à la catégorie",
    "GARANTIE_FERMEE": "Garantie fermée à la date d’effet",
    "GARANTIE_CONTRAIRE_AUX_TAUX": "Garantie contraire aux taux",
    "GARANTIE_DE_BRANCHE_ABSENTE": "Garantie de branche absente",
    "IDCC_DIFFERENT": "IDCC déclaré autre que celui du contrat",
    "INSTITUTION_DIFFERENTE": "Versements à une autre institution",
    "TRIMESTRIEL_NON_PERMIS": "Périodicité trimestrielle non permise",
    "PERIODICITE_DIFFERENTE": "Périodicité des versements autre qu’au contrat",
    "EFFECTIF_DIFFERENT": "Tranche d’effectif autre que l’effectif déclaré",
}
