"""The rows of each sheet of the workbook, in the order of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from miroir.cli.output import french
from miroir.cli.output.figures import gaps_of, mirror_of
from miroir.cli.output.mask import Mask
from miroir.cli.output.refusals_fr import told, why_rejected
from miroir.cli.output.samples import REASONS, codes, left_out
from miroir.cli.output.typography import typographic
from miroir.synthesis.told import sentences_of
from miroir.types.amounts import Cents
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import Evidence, VersionStatus
from miroir.types.diagnosis import Analysis, CompanyAnalysis, Diagnosis
from miroir.types.period import Month
from miroir.types.source import Refusal

Cell = str | int | Month | None
Row = Sequence[Cell]

LISTED = 50
"""Employees and evidences written out in one cell; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Context:
    analysis: Analysis
    mask: Mask
    tolerance: Cents

    @property
    def companies(self) -> list[CompanyAnalysis]:
        return sorted(self.analysis.companies, key=lambda one: one.view.siren)


def summary(context: Context) -> Iterator[Row]:
    for company in context.companies:
        view = company.view
        current = [v for v in view.versions if v.status is VersionStatus.CURRENT]
        gaps = gaps_of(company, context.tolerance, context.mask)
        first = min(company.diagnoses, key=lambda one: one.rank, default=None)
        yield (
            view.siren,
            len({version.declaration.siret for version in current}),
            len(current),
            len({line.person for line in view.mirror}),
            french.months(line.period for line in view.mirror),
            sum(line.declared.total for line in view.mirror if line.computed),
            sum(line.calculation.due.total for line in view.mirror if line.computed),
            sum(line.gap.total for line in gaps),
            len(gaps),
            first.cause.label if first else "",
            french.STATUSES[first.finding.status] if first else "",
        )


def _line(line: MirrorLine, context: Context) -> Row:
    mask, calculation = context.mask, line.calculation
    tranches = calculation.tranches
    return (
        line.siren,
        line.siret,
        mask.name_of(line.person),
        mask.text(line.contract),
        line.period,
        line.declared.total,
        calculation.due.total if line.computed else None,
        line.gap.total if line.computed else None,
        *(gap if line.computed else None for gap in line.gap.by_code().values()),
        line.declared_t1,
        line.declared_gross,
        tranches.ceiling,
        tranches.t1,
        tranches.t2,
        tranches.cet,
        tranches.apec,
        french.BASES[calculation.basis],
        _said(french.notes(calculation.readings), mask),
        _said(french.notes(calculation.remarks), mask),
    )


def mirror(context: Context) -> Iterator[Row]:
    for company in context.companies:
        for line in mirror_of(company, context.mask):
            yield _line(line, context)


def gaps(context: Context) -> Iterator[Row]:
    for company in context.companies:
        for line in gaps_of(company, context.tolerance, context.mask):
            yield _line(line, context)


def payments(context: Context) -> Iterator[Row]:
    for company in context.companies:
        for payment in company.view.payments:
            yield (
                company.view.siren,
                payment.siret,
                payment.institution,
                payment.period,
                payment.declared,
                payment.expected,
                payment.amount,
                _said(payment.accepted, context.mask),
                _proofs(payment.evidence, context.mask),
            )


def diagnoses(context: Context) -> Iterator[Row]:
    for company in context.companies:
        for diagnosis in company.diagnoses:
            yield (company.view.siren, *_diagnosis(diagnosis, context.mask))


def _diagnosis(diagnosis: Diagnosis, mask: Mask) -> Row:
    cause, finding = diagnosis.cause, diagnosis.finding
    particulars = [f"{key} : {value}" for key, value in finding.remedy.items()]
    persons = sorted({mask.name_of(person) for person in finding.persons})
    return (
        diagnosis.rank,
        cause.id,
        cause.label,
        french.STATUSES[finding.status],
        french.SCOPES[finding.scope],
        french.months(finding.periods),
        len(persons),
        _listed(persons),
        finding.amount,
        french.percent(diagnosis),
        french.who_corrects(diagnosis),
        typographic(cause.explanation),
        _said(sentences_of(finding.detail, cause), mask),
        _said(" ; ".join(diagnosis.under), mask),
        _said("\n".join([cause.remedy, *particulars]), mask),
        typographic(cause.would_refute),
        _proofs(finding.evidence, mask),
    )


def samples(context: Context) -> Iterator[Row]:
    """The employees to study, then what each establishment leaves out."""
    mask = context.mask
    for company in context.companies:
        for sample in company.samples:
            start = (company.view.siren, sample.siret)
            for one in sample.studied:
                yield (
                    *start,
                    mask.name_of(one.person),
                    one.amount,
                    REASONS[one.drawn],
                    codes(one.causes),
                )
            if sample.left:
                said = _said("\n".join(left_out(sample)), mask)
                others = french.count(sample.left, "autre")
                yield (*start, others, sample.left_amount, said, "")


def refusals(context: Context) -> Iterator[Row]:
    mask = context.mask
    for nature, refusals in (
        ("Refus", context.analysis.refusals),
        ("Observation", context.analysis.observations),
    ):
        for refusal in refusals:
            yield (nature, *_refusal(refusal, mask))
    for company in context.companies:
        for version in company.view.versions:
            if version.status is VersionStatus.REJECTED:
                file = mask.text(version.declaration.file)
                why = _said(why_rejected(version.reason), mask)
                yield ("Déclaration refusée", file, 0, "", why)


def _refusal(refusal: Refusal, mask: Mask) -> Row:
    found = told(refusal)
    return (
        mask.text(refusal.file),
        refusal.line,
        refusal.code,
        _said(found.reason, mask),
        _said(found.remedy, mask),
    )


def _said(text: str, mask: Mask) -> str:
    """A sentence for an adviser; masked first, while its spaces are plain."""
    return typographic(mask.text(text))


def _proofs(evidence: Sequence[Evidence], mask: Mask) -> str:
    return _listed(
        [
            f"{mask.text(one.file)}:{one.line} {one.rubrique} = {mask.value(one)}"
            for one in evidence
        ],
        separator="\n",
    )


def _listed(items: Sequence[str], separator: str = ", ") -> str:
    text = separator.join(items[:LISTED])
    more = len(items) - LISTED
    return f"{text}{separator}… et {french.count(more, 'autre')}" if more > 0 else text
