"""The contract of a company, from the management tool or from the sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from miroir.adhesion.images import digest, image
from miroir.dossier.moves import MoveRefused
from miroir.errors import DestinationError
from miroir.operations.workplace import Workplace
from miroir.plugins.containment import Task
from miroir.plugins.destinations import ConfiguredDestination
from miroir.types.action import ADHESION_UPDATE, AdhesionContract, AdhesionUpdater
from miroir.types.adhesion import AdhesionCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """`destination` is empty when it comes from the sources: nothing can then be
    sent. `version` is the management tool's, empty when it has no contract."""

    siren: str
    destination: str
    version: str
    conditions: tuple[AdhesionCondition, ...] = field(repr=False)


def updater(workplace: Workplace) -> ConfiguredDestination | None:
    """The destination that takes updates of adhesions, if one is configured."""
    for configured in workplace.destinations.values():
        if configured.kind == ADHESION_UPDATE:
            return configured
    return None


def read_contract(workplace: Workplace, siren: str) -> Contract:
    """The contract now.

    Raises DestinationError when it cannot be read, and MoveRefused where nothing
    could know it: an unknown contract is not an empty one.
    """
    configured = updater(workplace)
    if configured is None:
        with workplace.store.read() as tables:
            known = tables.adhesions.conditions_of(siren)
        given = any(
            each.source.kind == "adhesion" for each in workplace.sources.values()
        )
        if not known and not given:
            raise MoveRefused(
                "Aucun contrat d’adhésion n’est connu ici : ni outil de gestion, ni"
                " source de conditions d’adhésion. Ajouter une table"
                " [sources.<nom>] de ces conditions, ou [destinations.<nom>]."
            )
        return Contract(
            siren=siren, destination="", version=digest(image(known)), conditions=known
        )
    found = _read(workplace, configured, siren)
    return Contract(
        siren=siren,
        destination=configured.name,
        version=found.version if found else "",
        conditions=found.conditions if found else (),
    )


def _read(
    workplace: Workplace, configured: ConfiguredDestination, siren: str
) -> AdhesionContract | None:
    tool = configured.destination
    assert isinstance(tool, AdhesionUpdater)
    place = f"[destinations.{configured.name}]"
    reading = Task(
        provider=configured.provider,
        doing=f"reading the contract of {siren} in {place}",
        what=f"reading contracts in {place}",
        call=partial(tool.read, siren),
        expected=AdhesionContract | None,
    )
    found = workplace.plugins.containment.ask(reading, through=(DestinationError,))
    strangers = {each.siren for each in found.conditions} - {siren} if found else set()
    if found and (strangers or found.siren != siren):
        raise DestinationError(
            f"[destinations.{configured.name}] gave the contract of another company"
            f" than {siren}; nothing is done with it"
        )
    return found


def require_tool(contract: Contract) -> None:
    """Raise MoveRefused when nothing could be sent."""
    if not contract.destination:
        raise MoveRefused(
            "Aucun outil de gestion n’est configuré pour recevoir la mise à jour :"
            " ajouter une table [destinations.<nom>] dont le connecteur met à jour les"
            " adhésions."
        )
