"""The document `miroir.analysis/1`, for programs.

Keys are only ever added; a change of meaning raises the version. Amounts are
strings with two decimals: no reader has to guess how a float was rounded.
What is at stake and the plan are told on the day of the run; all the rest
depends on the files alone.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import BinaryIO

from miroir.cli.output.figures import gaps_of, left_out_of, mirror_of
from miroir.cli.output.json_text import text_of
from miroir.cli.output.mask import Mask
from miroir.cli.output.remedy_json import Remedies
from miroir.cli.output.samples import samples_json
from miroir.cli.output.stakes_json import document as stakes_json
from miroir.stakes.company import stakes_of
from miroir.types.amounts import Cents, format_cents
from miroir.types.calculation import Amounts, MirrorLine
from miroir.types.declaration import DeclarationVersion, Evidence
from miroir.types.diagnosis import Analysis, CompanyAnalysis, Diagnosis, PaymentGap
from miroir.types.source import Refusal

SCHEMA = "miroir.analysis/1"

Json = Mapping[str, object]


def write_json(
    analysis: Analysis,
    mask: Mask,
    tolerance: Cents,
    stream: BinaryIO,
    explain: bool = False,
) -> None:
    """One document, UTF-8, ended by a line feed."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
    text.writelines(text_of(document(analysis, mask, tolerance, explain)))
    text.flush()
    text.detach()


def document(
    analysis: Analysis,
    mask: Mask,
    tolerance: Cents,
    explain: bool = False,
    on: date | None = None,
) -> Json:
    """`explain`: the whole mirror too, each line with its steps.

    `on`: the day that what is at stake is counted to; today without.
    """
    on = on or date.today()
    return {
        "schema": SCHEMA,
        "companies": [
            _company(company, mask, tolerance, on)
            | {"stakes": stakes_json(stakes_of(company, on), mask)}
            | ({"mirror": _mirror(company, mask)} if explain else {})
            for company in sorted(analysis.companies, key=lambda one: one.view.siren)
        ],
        "rejected": _refusals(analysis.refusals, mask),
        "observations": _refusals(analysis.observations, mask),
        "files_read": analysis.files_read,
        "tolerance": format_cents(tolerance),
    }


def _mirror(company: CompanyAnalysis, mask: Mask) -> list[Json]:
    return [
        _gap(line, mask)
        | {
            "steps": [
                {
                    "label": step.label,
                    "amount": format_cents(step.amount),
                    "rule": step.rule,
                    "inputs": dict(step.inputs),
                }
                for step in line.calculation.steps
            ]
        }
        for line in mirror_of(company, mask)
        if line.computed
    ]


def _company(
    company: CompanyAnalysis, mask: Mask, tolerance: Cents, on: date
) -> dict[str, object]:
    view, failures = company.view, list(company.failures)
    remedies = Remedies.of(company, on, mask, failures)
    return {
        "siren": view.siren,
        "declarations": [_declaration(version, mask) for version in view.versions],
        "gaps": [_gap(line, mask) for line in gaps_of(company, tolerance, mask)],
        "not_computed": [_left_out(line, mask) for line in left_out_of(company, mask)],
        "payments": [_payment(payment, mask) for payment in view.payments],
        "diagnoses": [
            _diagnosis(
                diagnosis,
                remedies.remedy(diagnosis.rank) if remedies else {},
                mask,
            )
            for diagnosis in company.diagnoses
        ],
        "plan": remedies.plan() if remedies else None,
        "samples": samples_json(company, mask),
        "missing": [
            {"siret": siret, "period": str(period)} for siret, period in view.missing
        ],
        "failures": [mask.text(failure) for failure in failures],
    }


def _declaration(version: DeclarationVersion, mask: Mask) -> Json:
    declaration = version.declaration
    return {
        "siret": declaration.siret,
        "period": str(declaration.period),
        "order": declaration.order,
        "type": declaration.kind.value,
        "fraction": declaration.fraction,
        "norm": declaration.norm,
        "sha256": declaration.sha256,
        "file": mask.text(declaration.file),
        "status": version.status.value,
        "reason": mask.text(version.reason),
    }


def _left_out(line: MirrorLine, mask: Mask) -> Json:
    return {
        "siret": line.siret,
        "employee": mask.name_of(line.person),
        "contract": mask.text(line.contract),
        "period": str(line.period),
        "declared": format_cents(line.declared.total),
        "reason": mask.text(" ; ".join(line.calculation.remarks)),
    }


def _by_code(amounts: Amounts) -> Json:
    return {code: format_cents(cents) for code, cents in amounts.by_code().items()}


def _gap(line: MirrorLine, mask: Mask) -> dict[str, object]:
    calculation = line.calculation
    return {
        "siret": line.siret,
        "employee": mask.name_of(line.person),
        "contract": mask.text(line.contract),
        "period": str(line.period),
        "declared": format_cents(line.declared.total),
        "calculated": format_cents(calculation.due.total),
        "amount": format_cents(line.gap.total),
        "by_code": _by_code(line.gap),
        "declared_by_code": _by_code(line.declared),
        "calculated_by_code": _by_code(calculation.due),
        "basis": calculation.basis.value,
        "readings": [mask.text(reading) for reading in calculation.readings],
        "remarks": [mask.text(remark) for remark in calculation.remarks],
    }


def _payment(payment: PaymentGap, mask: Mask) -> Json:
    return {
        "siret": payment.siret,
        "institution": payment.institution,
        "period": str(payment.period),
        "declared": format_cents(payment.declared),
        "expected": format_cents(payment.expected),
        "amount": format_cents(payment.amount),
        "accepted": mask.text(payment.accepted),
        "evidence": _evidence(payment.evidence, mask),
    }


def _diagnosis(diagnosis: Diagnosis, remedy: Json, mask: Mask) -> Json:
    cause, finding = diagnosis.cause, diagnosis.finding
    return {
        "rank": diagnosis.rank,
        "cause": cause.id,
        "label": cause.label,
        "scope": finding.scope.value,
        "status": finding.status.value,
        "periods": [str(period) for period in sorted(set(finding.periods))],
        "employees": sorted({mask.name_of(person) for person in finding.persons}),
        "amount": format_cents(finding.amount),
        "explained": _share(finding.explained),
        "evidence": _evidence(finding.evidence, mask),
        "detail": mask.text(finding.detail),
        "explanation": cause.explanation,
        "would_refute": cause.would_refute,
        "under_thresholds": list(diagnosis.under),
        "responsible": cause.responsible.value,
        "remedy": {
            "text": cause.remedy,
            **remedy,
            **{key: mask.text(value) for key, value in finding.remedy.items()},
        },
    }


def _share(explained: Decimal | None) -> str | None:
    if explained is None:
        return None
    return str(explained.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP))


def _evidence(evidence: Sequence[Evidence], mask: Mask) -> list[Json]:
    return [
        {
            "file": mask.text(one.file),
            "line": one.line,
            "rubrique": one.rubrique,
            "value": mask.value(one),
        }
        for one in evidence
    ]


def _refusals(refusals: Sequence[Refusal], mask: Mask) -> list[Json]:
    return [
        {
            "file": mask.text(refusal.file),
            "line": refusal.line,
            "code": refusal.code,
            "reason": mask.text(refusal.reason),
            "remedy": mask.text(refusal.remedy),
        }
        for refusal in refusals
    ]
