"""One month of many people by OpenFisca-France, in an interpreter that has it.

    python -P benchmarks/openfisca_month.py PAY.npz CLAIMS

PAY.npz holds `gross` (euros, January) and `cadre`. Imports nothing of Miroir.
Writes the seconds of the computation alone and the sum of contributions.
"""

import json
import sys
from time import process_time

import numpy as np
from openfisca_core.simulation_builder import (  # type: ignore[import-not-found]
    SimulationBuilder,
)
from openfisca_france import (  # type: ignore[import-not-found]
    FranceTaxBenefitSystem,
)

PERIOD = "2026-01"
VARIABLES = (
    "agirc_arrco_employeur",
    "agirc_arrco_salarie",
    "contribution_equilibre_general_employeur",
    "contribution_equilibre_general_salarie",
    "contribution_equilibre_technique_employeur",
    "contribution_equilibre_technique_salarie",
    "apec_employeur",
    "apec_salarie",
)
REDUCTION = "allegement_general"


def main() -> None:
    pay = np.load(sys.argv[1])
    system = FranceTaxBenefitSystem()
    count = len(pay["gross"])
    simulation = SimulationBuilder().build_default_simulation(system, count=count)
    kinds = system.get_variable("categorie_salarie").possible_values
    work = system.get_variable("contrat_de_travail").possible_values
    often = system.get_variable("cotisation_sociale_mode_recouvrement").possible_values
    inputs = {
        "salaire_de_base": pay["gross"],
        "categorie_salarie": np.where(
            pay["cadre"], kinds.prive_cadre.index, kinds.prive_non_cadre.index
        ),
        "contrat_de_travail": np.full(count, work.temps_plein.index),
        "contrat_de_travail_debut": np.full(count, np.datetime64("2010-01-01")),
        "cotisation_sociale_mode_recouvrement": np.full(
            count, often.mensuel_strict.index
        ),
        "effectif_entreprise": np.full(count, 30),
    }
    for name, values in inputs.items():
        simulation.set_input(name, PERIOD, values)
    wanted = (*VARIABLES, REDUCTION) if sys.argv[2] == "1" else VARIABLES
    started = process_time()
    found = {name: simulation.calculate(name, PERIOD) for name in wanted}
    seconds = process_time() - started
    euros = sum(-found[name].astype(np.float64).sum() for name in VARIABLES)
    told = {"seconds": seconds, "cents": round(euros * 100)}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
