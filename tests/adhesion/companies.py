"""Simulated companies beside contracts that do not agree with them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from miroir.adhesion.coherence import incoherences
from miroir.adhesion.menu import Menu
from miroir.adhesion.menu_reading import read_menu, shipped
from miroir.adhesion.model import Incoherence
from miroir.declaration.reader import read_dsn
from miroir.declaration.validity import judge_versions
from miroir.pipeline import Knowledge, analyse_company
from miroir.testing.payroll import SimulatedCompany
from miroir.types.adhesion import AdhesionCondition
from miroir.types.declaration import DeclarationVersion
from miroir.types.diagnosis import CompanyView
from miroir.types.source import ReceivedFile

from tests.adhesion.samples import SIREN, TODAY

MENU = read_menu([shipped()])


def versions(*companies: SimulatedCompany) -> tuple[DeclarationVersion, ...]:
    return _versions(tuple(each.files for each in companies))


@cache
def _versions(
    files: tuple[tuple[tuple[str, bytes], ...], ...],
) -> tuple[DeclarationVersion, ...]:
    found = [
        declaration
        for own in files
        for name, content in own
        for declaration in read_dsn(ReceivedFile.of(name, content)).declarations
    ]
    return tuple(judge_versions(found))


def viewed(
    contract: Sequence[AdhesionCondition], *companies: SimulatedCompany
) -> CompanyView:
    """A company whose contract is `contract`."""
    knowledge = Knowledge(diagnostics=(), conditions=tuple(contract))
    return analyse_company(SIREN, versions(*companies), knowledge).view


def checked(
    contract: Sequence[AdhesionCondition],
    *companies: SimulatedCompany,
    menu: Menu = MENU,
) -> dict[str, Incoherence]:
    """What does not agree, by code; the first of each."""
    found: dict[str, Incoherence] = {}
    for one in incoherences(viewed(contract, *companies), menu, TODAY):
        found.setdefault(one.code, one)
    return found
