"""A company examined: its contract, what does not agree, what a change would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from miroir.adhesion.coherence import incoherences
from miroir.adhesion.effect import effect
from miroir.adhesion.menu import Menu
from miroir.adhesion.model import Effect, Incoherence
from miroir.errors import NothingFound
from miroir.operations.adhesion.contracts import Contract, read_contract
from miroir.operations.adhesion.menus import menu_of, rules_version
from miroir.operations.recording import judged, stored_readings
from miroir.operations.workplace import Workplace
from miroir.pipeline import Knowledge, analyse_company
from miroir.store.redaction import Redaction
from miroir.types.adhesion import AdhesionCondition
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import CompanyAnalysis, CompanyView


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """`changes`: how much had come for the company when it was read."""

    contract: Contract
    found: tuple[Incoherence, ...]
    menu: Menu
    rules: str
    changes: int
    today: date
    view: CompanyView = field(repr=False)
    knowledge: Knowledge = field(repr=False)

    def simulate(self, after: Sequence[AdhesionCondition]) -> Effect:
        """Recompute every past month under another contract."""
        knowledge = replace(self.knowledge, conditions=tuple(after))
        other = analyse_company(self.view.siren, self.view.versions, knowledge)
        return effect(self.view.mirror, other.view.mirror, self.view.tolerance)


def examine(workplace: Workplace, siren: str) -> Examination:
    """Read the contract and every declaration of a company, and compare them.

    Raises NothingFound when no declaration of it is known, DestinationError
    when the management tool cannot be read.
    """
    with workplace.store.read() as tables:
        # Before reading: what comes meanwhile is not in what follows.
        changes = tables.inputs.changes_of(siren)
    versions = judged(stored_readings(workplace, siren), siren)
    if not versions:
        raise NothingFound(
            f"No declaration of {siren} is known. Check the SIREN, or collect its"
            " files first with `miroir sync`."
        )
    contract, menu = read_contract(workplace, siren), menu_of(workplace.settings)
    knowledge = Knowledge(
        diagnostics=(),
        conditions=contract.conditions,
        tolerance=workplace.settings.gap.tolerance_cents,
    )
    analysis = analyse_company(siren, versions, knowledge)
    today = workplace.rules.today(workplace.clock())
    return Examination(
        contract=contract,
        found=_redacted(workplace, analysis, incoherences(analysis.view, menu, today)),
        menu=menu,
        rules=rules_version(menu),
        changes=changes,
        today=today,
        view=analysis.view,
        knowledge=knowledge,
    )


def _redacted(
    workplace: Workplace, analysis: CompanyAnalysis, found: Sequence[Incoherence]
) -> tuple[Incoherence, ...]:
    """Evidence is kept and shown: who the employee is stays in the file."""
    redaction = Redaction(analysis, workplace.keys)

    def redacted(evidence: Evidence) -> Evidence:
        told = redaction.evidence(evidence)
        return Evidence(
            file=str(told["file"]),
            line=evidence.line,
            rubrique=evidence.rubrique,
            value=str(told["value"]),
        )

    return tuple(
        replace(one, evidence=tuple(map(redacted, one.evidence))) for one in found
    )
