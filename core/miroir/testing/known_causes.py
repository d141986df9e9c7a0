"""The contracts of the diagnostics that Miroir ships.

Each has to find one of its causes in a company of the payroll simulator, beside
the three that every diagnostic examines.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import ClassVar

from miroir.pipeline import Knowledge, analyse
from miroir.plugins import PluginManager
from miroir.testing.conformance import DiagnosticContract
from miroir.testing.payroll import make_company
from miroir.types.campaign import CampaignLine
from miroir.types.diagnosis import CompanyView
from miroir.types.source import AdhesionReading, CampaignReading, ReceivedFile


@cache
def _wrong(cause: str) -> CompanyView:
    """A company of this cause, with its adhesion and what the federation says."""
    made = make_company(71, 2026, 3, 6, cause=cause, simple=True)
    plugins = PluginManager.load()
    adhesion = _rows(plugins, "adhesion-csv", made.adhesions_csv)
    assert isinstance(adhesion, AdhesionReading)
    lines: Sequence[CampaignLine] = ()
    if made.campaign_csv:
        campaign = _rows(plugins, "campaign-file", made.campaign_csv)
        assert isinstance(campaign, CampaignReading)
        lines = campaign.lines
    knowledge = Knowledge(
        diagnostics=PluginManager.load(enabled=()).diagnostics(),
        conditions=adhesion.conditions,
        campaign=lines,
    )
    files = [ReceivedFile.of(name, content) for name, content in made.files]
    (company,) = analyse(files, knowledge).companies
    return company.view


def _rows(plugins: PluginManager, connector: str, content: bytes) -> object:
    """What a connector reads of a file: the core knows none by itself."""
    source = plugins.sources()[connector].value.source
    read = source(path=Path(connector)).read  # type: ignore[call-arg, attr-defined]
    return read(ReceivedFile.of(f"{connector}.csv", content))


class _OwnContract(DiagnosticContract):
    def companies(self) -> Sequence[CompanyView]:
        return [*super().companies(), *map(_wrong, sorted(self.finds))]


class TestAdhesion(_OwnContract):
    diagnostic = "adhesion"
    finds: ClassVar[frozenset[str]] = frozenset({"HISTORIQUE_MANQUANT"})


class TestAgreement(_OwnContract):
    diagnostic = "agreement"
    finds: ClassVar[frozenset[str]] = frozenset({"IDCC_DIFFERENT_DE_L_ADHESION"})


class TestContributions(_OwnContract):
    diagnostic = "contributions"
    finds: ClassVar[frozenset[str]] = frozenset({"CET_ABSENTE"})


class TestExclusive(_OwnContract):
    diagnostic = "exclusive"
    finds: ClassVar[frozenset[str]] = frozenset({"DEUX_REDUCTIONS_CUMULEES"})


class TestImpossible(_OwnContract):
    diagnostic = "impossible"
    finds: ClassVar[frozenset[str]] = frozenset({"BASE_03_INFERIEURE_A_LA_BASE_02"})


class TestIntegration(_OwnContract):
    diagnostic = "integration"
    finds: ClassVar[frozenset[str]] = frozenset({"DSN_INTEGREE_DEUX_FOIS"})


class TestLegitimate(_OwnContract):
    diagnostic = "legitimate"
    finds: ClassVar[frozenset[str]] = frozenset({"LEGITIME_ANNULE_ET_REMPLACE"})


class TestPaymentPeriods(_OwnContract):
    diagnostic = "payment-periods"
    finds: ClassVar[frozenset[str]] = frozenset({"PERIODE_DU_VERSEMENT_ERRONEE"})


class TestPayments(_OwnContract):
    diagnostic = "payments"
    finds: ClassVar[frozenset[str]] = frozenset({"PAIEMENT_DIFFERENT_DU_DETAIL"})


class TestPresence(_OwnContract):
    diagnostic = "presence"
    finds: ClassVar[frozenset[str]] = frozenset({"SALARIE_OMIS_UN_MOIS"})


class TestStructure(_OwnContract):
    diagnostic = "structure"
    finds: ClassVar[frozenset[str]] = frozenset({"BLOC_71_ABSENT"})
