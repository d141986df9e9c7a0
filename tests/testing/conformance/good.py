"""A plugin that keeps every contract; the tests spoil it one line at a time."""

from __future__ import annotations

PLUGIN = """
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import miroir

CAUSE = miroir.Cause(
    id="ACME_SEUL",
    label="Un établissement",
    explanation="L’entreprise n’a qu’un établissement.",
    responsible=miroir.Responsible.CLIENT,
    would_refute="Un second établissement.",
    remedy="Vérifier avec l’entreprise.",
)


@dataclass(frozen=True, kw_only=True)
class Drop(miroir.DsnSource):
    folder: Path
    suffix: str = ".edi"
    key: miroir.Secret = miroir.Secret("of nobody")

    def check(self) -> None:
        if not self.folder.is_dir():
            raise miroir.SourceError(f"{self.folder}: no such folder")

    def collect(self, request: miroir.CollectRequest) -> Iterator[miroir.ReceivedFile]:
        self.check()
        for path in sorted(self.folder.glob("*" + self.suffix)):
            yield miroir.ReceivedFile.from_path(path)


@dataclass(frozen=True, kw_only=True)
class Rows(miroir.CampaignSource):
    folder: Path

    def collect(self, request: miroir.CollectRequest) -> Iterator[miroir.ReceivedFile]:
        if not self.folder.is_dir():
            raise miroir.SourceError(f"{self.folder}: no such folder")
        for path in sorted(self.folder.glob("*.csv")):
            yield miroir.ReceivedFile.from_path(path)

    def read(self, file: miroir.ReceivedFile) -> miroir.CampaignReading:
        refusal = miroir.Refusal(
            file=file.name, line=1, code="COLUMN_VALUE", reason="not a SIREN"
        )
        return miroir.CampaignReading(lines=(), refusals=(refusal,))


@dataclass(frozen=True, kw_only=True)
class Notebook(miroir.CrmLogger):
    folder: Path
    promise = miroir.Promise(delivery=miroir.DeliveryClass.NATURAL_ID)

    def accounts(self, siren: str) -> Sequence[miroir.CrmAccount]:
        return [miroir.CrmAccount(id=siren, siren=siren)]

    def check(self) -> None:
        if not self.folder.is_dir():
            raise miroir.DestinationError(f"{self.folder}: no such folder")

    def send(self, action: miroir.CrmContact, intent: miroir.Intent) -> miroir.Receipt:
        self.check()
        page = self.folder / intent.key
        page.write_text(action.note)
        return miroir.Receipt(id=page.name)

    def find(
        self, action: miroir.CrmContact, intent: miroir.Intent
    ) -> Sequence[miroir.Receipt]:
        page = self.folder / intent.key
        return [miroir.Receipt(id=page.name)] if page.exists() else []


def examine(company: miroir.CompanyView) -> Sequence[miroir.Finding]:
    return [
        miroir.Finding(
            cause=CAUSE.id,
            scope=miroir.Scope.COMPANY,
            status=miroir.Status.HYPOTHESIS,
            periods=tuple(sorted({line.period for line in company.mirror})),
        )
    ]


def size(gaps: miroir.EstablishmentGaps) -> miroir.SampleSize:
    return gaps.configured


def count(run: miroir.JobRun) -> str:
    Path("counted").write_text("done")
    return "counted"


@click.command("acme")
def acme() -> None:
    "Greet."


@miroir.hookimpl
def miroir_sources() -> Sequence[miroir.SourceConnector]:
    return [
        miroir.SourceConnector(name="acme-drop", source=Drop),
        miroir.SourceConnector(name="acme-rows", source=Rows),
    ]


@miroir.hookimpl
def miroir_crm_loggers() -> Sequence[miroir.DestinationConnector[miroir.CrmLogger]]:
    return [miroir.DestinationConnector(name="acme-crm", destination=Notebook)]


@miroir.hookimpl
def miroir_diagnostics() -> Sequence[miroir.Diagnostic]:
    return [miroir.Diagnostic(name="acme-alone", causes=(CAUSE,), examine=examine)]


@miroir.hookimpl
def miroir_thresholds() -> Sequence[miroir.ThresholdPolicy]:
    return [miroir.ThresholdPolicy(name="acme-least", choose=lambda c: c.thresholds)]


@miroir.hookimpl
def miroir_ranking() -> Sequence[miroir.Ranking]:
    return [miroir.Ranking(name="acme-order", order=lambda c, found: list(found))]


@miroir.hookimpl
def miroir_sampling() -> Sequence[miroir.SamplingPolicy]:
    return [miroir.SamplingPolicy(name="acme-size", size=size)]


@miroir.hookimpl
def miroir_jobs() -> Sequence[miroir.Job]:
    return [miroir.Job(name="acme-count", rhythm="daily 06:30", run=count)]


@miroir.hookimpl
def miroir_followups() -> Sequence[miroir.FollowUpRule]:
    rule = miroir.FollowUpRule(
        name="acme-rappel",
        when={"echange": ("injoignable",)},
        after=("2 working days",),
        purpose="rappel",
        label="Rappeler l’entreprise",
    )
    return [rule]


@miroir.hookimpl
def miroir_commands() -> Sequence[click.Command]:
    return [acme]
"""
