"""The way of the data, from files to diagnoses. Only this module knows it.

source -> declaration -> recomputation -> gap -> diagnostic
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from miroir import parameters
from miroir.declaration.reader import DsnReading, read_dsn
from miroir.declaration.reading import MONTHLY
from miroir.declaration.validity import judge_versions
from miroir.diagnostic.spread import national
from miroir.errors import BeyondHorizon, PluginError
from miroir.gap.payments import payment_gaps
from miroir.large import LARGE
from miroir.plugins.answer import Answer
from miroir.plugins.containment import IN_PLACE, Containment, Task
from miroir.plugins.judging import Judging
from miroir.plugins.provider import Provided
from miroir.recomputation.company import mirror
from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.campaign import CampaignLine
from miroir.types.declaration import Declaration, DeclarationVersion, VersionStatus
from miroir.types.diagnosis import (
    TOLERANCE,
    Analysis,
    Cause,
    CompanyAnalysis,
    CompanyView,
    Diagnostic,
    Finding,
)
from miroir.types.period import Month
from miroir.types.source import ReceivedFile, Refusal

OWN_JUDGING = Judging()
BATCH = 64
"""Companies for which a plugin is called in one child."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What an analysis needs beside the declarations.

    `conditions` is None when no adhesion conditions were given at all.
    `containment` says where plugins run.
    """

    diagnostics: Sequence[Provided[Diagnostic]]
    conditions: Sequence[AdhesionCondition] | None = None
    tolerance: Cents = TOLERANCE
    judging: Judging = OWN_JUDGING
    accept_tests: bool = False
    campaign: Sequence[CampaignLine] = ()
    containment: Containment = IN_PLACE


def analyse(
    received: Iterable[ReceivedFile | Refusal],
    knowledge: Knowledge,
    observations: Sequence[Refusal] = (),
) -> Analysis:
    """Read, judge, recompute, compare and diagnose every company found.

    `observations` made before are reported with those of the reading.
    """
    readings: list[DsnReading] = []
    refusals: list[Refusal] = []
    for file in received:
        if isinstance(file, Refusal):
            refusals.append(file)
        else:
            reading = _read(file, knowledge.accept_tests)
            readings.append(reading)
            refusals.extend(reading.refusals)
    companies = _by_company(readings)
    refusals.extend(beyond_horizon(companies.values()))
    return Analysis(
        companies=national(analyse_companies(companies, knowledge)),
        refusals=tuple(refusals),
        observations=(
            *observations,
            *(each for reading in readings for each in reading.observations),
        ),
        files_read=len(readings),
    )


def analyse_company(
    siren: str, versions: Sequence[DeclarationVersion], knowledge: Knowledge
) -> CompanyAnalysis:
    """One company: its mirror, its payments, what explains the gaps."""
    (company,) = analyse_companies({siren: versions}, knowledge)
    return company


def analyse_companies(
    companies: Mapping[str, Sequence[DeclarationVersion]], knowledge: Knowledge
) -> list[CompanyAnalysis]:
    """Every company, by SIREN. Plugins are called for many companies at once."""
    found: list[CompanyAnalysis] = []
    sirens = sorted(companies)
    for start in range(0, len(sirens), BATCH):
        batch = [
            Answer(view=_view(siren, companies[siren], knowledge))
            for siren in sirens[start : start + BATCH]
        ]
        _judge(batch, knowledge)
        found.extend(answer.given() for answer in batch)
    return found


def _judge(batch: Sequence[Answer], knowledge: Knowledge) -> None:
    judging, containment = knowledge.judging, knowledge.containment
    judging.open(batch, containment)
    _examine(batch, knowledge.diagnostics, containment)
    judging.rank(batch, _causes(knowledge.diagnostics), containment)
    judging.sample(batch, containment)


def _view(
    siren: str, versions: Sequence[DeclarationVersion], knowledge: Knowledge
) -> CompanyView:
    current = [
        version.declaration
        for version in versions
        if version.status is VersionStatus.CURRENT
    ]
    conditions = [
        condition
        for condition in knowledge.conditions or ()
        if condition.siren == siren
    ]
    return CompanyView(
        siren=siren,
        versions=tuple(versions),
        mirror=_mirror(current, conditions),
        payments=payment_gaps(
            [each for each in current if each.nature == MONTHLY], conditions
        ),
        conditions=tuple(conditions),
        missing=missing_months(current),
        adhesions_given=knowledge.conditions is not None,
        tolerance=knowledge.tolerance,
        campaign=tuple(line for line in knowledge.campaign if line.siren == siren),
    )


def _read(file: ReceivedFile, accept_tests: bool) -> DsnReading:
    """A file, by columns when it is large and they can tell."""
    reading = None
    if len(file.content) >= LARGE:
        # Imported for large files alone: numpy takes a tenth of a second.
        from miroir.large.reading import read_large

        reading = read_large(file, accept_tests=accept_tests)
    return reading or read_dsn(file, accept_tests=accept_tests)


def _mirror(
    current: Sequence[Declaration], conditions: Sequence[AdhesionCondition]
) -> tuple[MirrorLine, ...]:
    if all(type(each) is Declaration for each in current):
        return mirror(current, conditions)
    from miroir.large.mirror import large_mirror

    return large_mirror(current, conditions)


def missing_months(
    declarations: Iterable[Declaration],
) -> tuple[tuple[str, Month], ...]:
    """Months without a monthly DSN between two that have one, by SIRET."""
    months: dict[str, set[Month]] = defaultdict(set)
    for declaration in declarations:
        if declaration.nature == MONTHLY:
            months[declaration.siret].add(declaration.period)
    return tuple(
        (siret, month)
        for siret in sorted(months)
        for month in min(months[siret]).until(max(months[siret]))
        if month not in months[siret]
    )


def _by_company(
    readings: Iterable[DsnReading],
) -> Mapping[str, Sequence[DeclarationVersion]]:
    """Every version of every company, the rejected ones last."""
    declarations = [d for reading in readings for d in reading.declarations]
    by_siren: dict[str, list[DeclarationVersion]] = defaultdict(list)
    for version in judge_versions(declarations):
        by_siren[version.declaration.siren].append(version)
    for reading in readings:
        for version in reading.rejected:
            by_siren[version.declaration.siren].append(version)
    return by_siren


def beyond_horizon(
    companies: Iterable[Sequence[DeclarationVersion]],
) -> Iterator[Refusal]:
    """Valid declarations of months for which nothing is published."""
    for versions in companies:
        for version in versions:
            declaration = version.declaration
            if version.status is not VersionStatus.CURRENT:
                continue
            try:
                parameters.ceiling(declaration.period.first)
            except BeyondHorizon as error:
                yield Refusal(
                    file=declaration.file,
                    line=declaration.block.line_of("005"),
                    code="BEYOND_HORIZON",
                    reason=str(error),
                    remedy="read, and not recomputed",
                )


def _examine(
    batch: Sequence[Answer],
    diagnostics: Sequence[Provided[Diagnostic]],
    containment: Containment,
) -> None:
    """Findings of every diagnostic; one that fails is named, others go on."""
    asked = [
        (answer, _examination(answer.view, given))
        for answer in batch
        for given in diagnostics
    ]
    answers = containment.run([task for _, task in asked])
    for (answer, _), found in zip(asked, answers, strict=True):
        if isinstance(found, PluginError):
            answer.failures.append(str(found))
        else:
            answer.findings.extend(found)


def _examination(
    view: CompanyView, given: Provided[Diagnostic]
) -> Task[Sequence[Finding]]:
    diagnostic, provider = given
    known = {cause.id for cause in diagnostic.causes}
    return Task(
        provider=provider,
        doing=f"examining {view.siren} ({diagnostic.name})",
        what=f"examining ({diagnostic.name})",
        call=partial(diagnostic.examine, view),
        expected=Sequence[Finding],
        wrong=partial(_strangers, known),
    )


def _strangers(known: Collection[str], found: Sequence[Finding]) -> str:
    strangers = sorted({finding.cause for finding in found} - set(known))
    if not strangers:
        return ""
    return (
        f"found causes that it does not declare: {', '.join(strangers)}; add them to"
        " the causes of the diagnostic"
    )


def _causes(diagnostics: Iterable[Provided[Diagnostic]]) -> Mapping[str, Cause]:
    return {
        cause.id: cause for diagnostic, _ in diagnostics for cause in diagnostic.causes
    }
