"""Every hook of Miroir. Nothing else is a hook.

A plugin is a module with functions named after these, marked `@hookimpl`,
and reached through the entry-point group `miroir`. Each hook shows its
shortest plugin. Hooks return lists, in the order that the plugin wants.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from click import Command

    from miroir.types.action import (
        AdhesionUpdater,
        CrmLogger,
        HandOverDesk,
        Mailer,
        TraceWriter,
    )
    from miroir.types.delivery import DestinationConnector
    from miroir.types.diagnosis import Diagnostic
    from miroir.types.policies import Ranking, SamplingPolicy, ThresholdPolicy
    from miroir.types.schedule import FollowUpRule, Job
    from miroir.types.source import SourceConnector

hookspec = pluggy.HookspecMarker("miroir")
hookimpl = pluggy.HookimplMarker("miroir")


@hookspec
def miroir_sources() -> Sequence[SourceConnector]:
    """Give the places that files can come from.

    DSN tools, DSN drops, campaign files, tasks of baskets, requests of clients,
    adhesion conditions. The fields of
    the source are the keys of its table in the configuration.

    Example::

        from collections.abc import Iterator, Sequence
        from dataclasses import dataclass
        from pathlib import Path

        import miroir


        @dataclass(frozen=True, kw_only=True)
        class Drop(miroir.DsnSource):
            folder: Path

            def collect(
                self, request: miroir.CollectRequest
            ) -> Iterator[miroir.ReceivedFile]:
                for path in sorted(self.folder.glob("*.edi")):
                    yield miroir.ReceivedFile.from_path(path)


        @miroir.hookimpl
        def miroir_sources() -> Sequence[miroir.SourceConnector]:
            return [miroir.SourceConnector(name="drop", source=Drop)]

    Returns:
        Sequence[SourceConnector]: one per kind of place.
    """
    raise AssertionError("a hook specification is never called")


@hookspec
def miroir_diagnostics() -> Sequence[Diagnostic]:
    """Give diagnostics beside the built-in ones.

    A diagnostic sees one company (declarations, mirror, payments, adhesion
    conditions) and returns findings about causes that it declares.

    Example::

        from collections.abc import Sequence

        import miroir

        CAUSE = miroir.Cause(
            id="SALARIE_SEUL",
            label="Un seul salarié déclaré",
            explanation="L’entreprise ne déclare qu'un salarié.",
            responsible=miroir.Responsible.CLIENT,
            would_refute="Un second salarié dans la même déclaration.",
            remedy="Vérifier l’effectif avec l’entreprise.",
        )


        def alone(company: miroir.CompanyView) -> Sequence[miroir.Finding]:
            if len({line.person for line in company.mirror}) != 1:
                return []
            return [
                miroir.Finding(
                    cause=CAUSE.id,
                    scope=miroir.Scope.COMPANY,
                    status=miroir.Status.HYPOTHESIS,
                    periods=tuple({line.period for line in company.mirror}),
                )
            ]


        @miroir.hookimpl
        def miroir_diagnostics() -> Sequence[miroir.Diagnostic]:
            return [miroir.Diagnostic(name="alone", causes=(CAUSE,), examine=alone)]

    Returns:
        Sequence[Diagnostic]: run in the order of their names.
    """
    raise AssertionError("a hook specification is never called")


@hookspec
def miroir_thresholds() -> Sequence[ThresholdPolicy]:
    """Choose the thresholds of each company: what is established, what is minor.

    `company.thresholds` are those of the `[diagnosis]` table; what `choose`
    returns takes their place. One plugin at most may give a policy.

    Example::

        from collections.abc import Sequence
        from dataclasses import replace

        import miroir


        def choose(company: miroir.CompanyView) -> miroir.Thresholds:
            persons = {line.person for line in company.mirror}
            if len(persons) < 50:
                return company.thresholds
            return replace(
                company.thresholds, least={miroir.Scope.EMPLOYEES: 10_00}
            )


        @miroir.hookimpl
        def miroir_thresholds() -> Sequence[miroir.ThresholdPolicy]:
            return [miroir.ThresholdPolicy(name="by-headcount", choose=choose)]

    Returns:
        Sequence[ThresholdPolicy]: one, or none.
    """
    raise AssertionError("a hook specification is never called")


@hookspec
def miroir_ranking() -> Sequence[Ranking]:
    """Put the diagnoses of a company in another order.

    `order` is given them in Miroir's order and returns the same ones, each
    once; they are numbered again from 1. One plugin at most may give one.

    Example::

        from collections.abc import Sequence

        import miroir


        def order(
            company: miroir.CompanyView, diagnoses: Sequence[miroir.Diagnosis]
        ) -> Sequence[miroir.Diagnosis]:
            return sorted(diagnoses, key=lambda one: -abs(one.finding.amount))


        @miroir.hookimpl
        def miroir_ranking() -> Sequence[miroir.Ranking]:
            return [miroir.Ranking(name="heaviest", order=order)]

    Returns:
        Sequence[Ranking]: one, or none.
    """
    raise AssertionError("a hook specification is never called")


@hookspec
def miroir_sampling() -> Sequence[SamplingPolicy]:
    """Say how many individual gaps are studied in an establishment.

    Miroir draws them, the same ones each time: the largest, some of each
    cause, a random tail. `gaps.configured` is the size of the `[sampling]`
    table. One plugin at most may give a policy.

    Example::

        from collections.abc import Sequence
        from dataclasses import replace

        import miroir


        def size(gaps: miroir.EstablishmentGaps) -> miroir.SampleSize:
            return replace(gaps.configured, random=max(10, gaps.employees // 20))


        @miroir.hookimpl
        def miroir_sampling() -> Sequence[miroir.SamplingPolicy]:
            return [miroir.SamplingPolicy(name="one-in-twenty", size=size)]

    Returns:
        Sequence[SamplingPolicy]: one, or none.
    """
    raise AssertionError("a hook specification is never called")


@hookspec
def miroir_commands() -> Sequence[Command]:
    """Give commands of your own to `miroir`.

    Example::

        from collections.abc import Sequence

        import click
        import miroir


        @click.command("hello")
        def hello() -> None:
            click.echo("bonjour")


        @miroir.hookimpl
        def miroir_commands() -> Sequence[click.Command]:
            return [hello]

    Returns:
        Sequence[click.Command]: shown by `miroir --help` under their names.
    """
    raise AssertionError("a hook specification is never called")


@hookspec
def miroir_jobs() -> Sequence[Job]:
    """Give jobs that `miroir schedule run` runs at a rhythm.

    A run may be repeated after a crash: doing the same work twice has to give
    the same as doing it once. The configuration may change the rhythm, under
    `[schedule.jobs]`.

    Example::

        from collections.abc import Sequence
        from pathlib import Path

        import miroir

        FOLDER = Path("depot")


        def count(run: miroir.JobRun) -> str:
            found = sum(1 for _ in FOLDER.glob("*.dsn"))
            return f"{found} files wait in {FOLDER}"


        @miroir.hookimpl
        def miroir_jobs() -> Sequence[miroir.Job]:
            return [miroir.Job(name="acme-count", rhythm="mon-fri 07:15", run=count)]

    Returns:
        Sequence[Job]: listed by `miroir schedule list` under their names.
    """
    raise AssertionError("a hook specification is never called")


@hookspec
def miroir_followups() -> Sequence[FollowUpRule]:
    """Give rules that turn choices in menus into dated follow-ups.

    Rules of the configuration, `[schedule.followups.<name>]`, come beside
    them. What an adviser reads is in French.

    Example::

        from collections.abc import Sequence

        import miroir

        RECALL = miroir.FollowUpRule(
            name="acme-rappel",
            when={"echange": ("injoignable", "message laissé")},
            after=("2 working days", "5 working days"),
            purpose="rappel",
            label="Rappeler l’entreprise, qui n’a pas pu être jointe",
        )


        @miroir.hookimpl
        def miroir_followups() -> Sequence[miroir.FollowUpRule]:
            return [RECALL]

    Returns:
        Sequence[FollowUpRule]: applied in the order of their names.
    """
    raise AssertionError("a hook specification is never called")


@hookspec
def miroir_adhesion_updaters() -> Sequence[DestinationConnector[AdhesionUpdater]]:
    """Give the management tools that hold adhesion contracts.

    The fields of the class are the keys of its table `[destinations.<name>]`.

    Example::

        import json
        from collections.abc import Sequence
        from dataclasses import asdict, dataclass
        from pathlib import Path

        import miroir


        @dataclass(frozen=True, kw_only=True)
        class Orders(miroir.AdhesionUpdater):
            folder: Path
            promise = miroir.Promise(delivery=miroir.DeliveryClass.NATURAL_ID)

            def read(self, siren: str) -> miroir.AdhesionContract | None:
                return None

            def send(
                self, action: miroir.AdhesionUpdate, intent: miroir.Intent
            ) -> miroir.Receipt:
                order = json.dumps(asdict(action), default=str)
                (self.folder / f"{intent.key}.json").write_text(order)
                return miroir.Receipt(id=intent.key)


        @miroir.hookimpl
        def miroir_adhesion_updaters() -> (
            Sequence[miroir.DestinationConnector[miroir.AdhesionUpdater]]
        ):
            return [miroir.DestinationConnector(name="orders", destination=Orders)]

    Returns:
        Sequence[DestinationConnector[AdhesionUpdater]]: one per kind of tool.
    """
    raise AssertionError("a hook specification is never called")


@hookspec
def miroir_crm_loggers() -> Sequence[DestinationConnector[CrmLogger]]:
    """Give the CRMs where contacts with companies are logged.

    Example::

        from collections.abc import Sequence
        from dataclasses import dataclass
        from pathlib import Path

        import miroir


        @dataclass(frozen=True, kw_only=True)
        class Notebook(miroir.CrmLogger):
            folder: Path
            promise = miroir.Promise(delivery=miroir.DeliveryClass.NATURAL_ID)

            def accounts(self, siren: str) -> Sequence[miroir.CrmAccount]:
                return [miroir.CrmAccount(id=siren, siren=siren)]

            def send(
                self, action: miroir.CrmContact, intent: miroir.Intent
            ) -> miroir.Receipt:
                page = self.folder / f"{action.siren}-{intent.key}.txt"
                page.write_text(f"{action.subject} : {action.note}")
                return miroir.Receipt(id=page.name)


        @miroir.hookimpl
        def miroir_crm_loggers() -> (
            Sequence[miroir.DestinationConnector[miroir.CrmLogger]]
        ):
            return [miroir.DestinationConnector(name="notebook", destination=Notebook)]

    Returns:
        Sequence[DestinationConnector[CrmLogger]]: one per kind of CRM.
    """
    raise AssertionError("a hook specification is never called")


@hookspec
def miroir_trace_writers() -> Sequence[DestinationConnector[TraceWriter]]:
    """Give the tools where the record of a company is found or created.

    Example::

        import json
        from collections.abc import Sequence
        from dataclasses import dataclass
        from pathlib import Path

        import miroir


        @dataclass(frozen=True, kw_only=True)
        class Drop(miroir.TraceWriter):
            folder: Path
            promise = miroir.Promise(delivery=miroir.DeliveryClass.NATURAL_ID)

            def send(
                self, action: miroir.RecordEntry, intent: miroir.Intent
            ) -> miroir.Receipt:
                entry = {"siren": action.siren, "analyse": action.analysis}
                (self.folder / f"{intent.key}.json").write_text(json.dumps(entry))
                return miroir.Receipt(id=intent.key)


        @miroir.hookimpl
        def miroir_trace_writers() -> (
            Sequence[miroir.DestinationConnector[miroir.TraceWriter]]
        ):
            return [miroir.DestinationConnector(name="drop", destination=Drop)]

    Returns:
        Sequence[DestinationConnector[TraceWriter]]: one per kind of tool.
    """
    raise AssertionError("a hook specification is never called")


@hookspec
def miroir_mailers() -> Sequence[DestinationConnector[Mailer]]:
    """Give the ways for mail to leave.

    Example::

        from collections.abc import Sequence
        from dataclasses import dataclass
        from email.message import EmailMessage
        from pathlib import Path

        import miroir


        @dataclass(frozen=True, kw_only=True)
        class Pickup(miroir.Mailer):
            folder: Path
            promise = miroir.Promise(delivery=miroir.DeliveryClass.NATURAL_ID)

            def send(
                self, action: miroir.Mail, intent: miroir.Intent
            ) -> miroir.Receipt:
                message = EmailMessage()
                message["To"], message["Subject"] = action.to, action.subject
                message.set_content(action.text)
                (self.folder / f"{intent.key}.eml").write_bytes(bytes(message))
                return miroir.Receipt(id=intent.key)


        @miroir.hookimpl
        def miroir_mailers() -> Sequence[miroir.DestinationConnector[miroir.Mailer]]:
            return [miroir.DestinationConnector(name="pickup", destination=Pickup)]

    Returns:
        Sequence[DestinationConnector[Mailer]]: one per way.
    """
    raise AssertionError("a hook specification is never called")


@hookspec
def miroir_hand_overs() -> Sequence[DestinationConnector[HandOverDesk]]:
    """Give the desks where a service takes the cases given to it.

    The referent for a technical dysfunction, the adhésion service.

    Example::

        from collections.abc import Sequence
        from dataclasses import dataclass
        from pathlib import Path

        import miroir


        @dataclass(frozen=True, kw_only=True)
        class Tray(miroir.HandOverDesk):
            folder: Path
            promise = miroir.Promise(delivery=miroir.DeliveryClass.NATURAL_ID)

            def send(
                self, action: miroir.HandOver, intent: miroir.Intent
            ) -> miroir.Receipt:
                sheet = self.folder / f"{action.reference}.txt"
                sheet.write_text(f"{action.subject} : {action.text}")
                return miroir.Receipt(id=action.reference)


        @miroir.hookimpl
        def miroir_hand_overs() -> (
            Sequence[miroir.DestinationConnector[miroir.HandOverDesk]]
        ):
            return [miroir.DestinationConnector(name="tray", destination=Tray)]

    Returns:
        Sequence[DestinationConnector[HandOverDesk]]: one per kind of desk.
    """
    raise AssertionError("a hook specification is never called")
