"""Gaps and diagnoses to rows, and back."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import RowMapping

from miroir.store.redaction import Redaction
from miroir.store.runs import GapKey, StoredDiagnosis, StoredGap
from miroir.types.calculation import Amounts, Basis
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import Diagnosis, Responsible, Scope, Status
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

_CODES = ("131", "132", "106")


def gap_row(run: int, key: GapKey, gap: StoredGap) -> dict[str, object]:
    declared, due = gap.declared.by_code(), gap.due.by_code()
    return {
        "run_id": run,
        "siret": key.siret,
        "pseudonym": key.employee,
        "contract": key.contract,
        "period": key.period,
        **{f"declared_{code}": declared[code] for code in _CODES},
        **{f"due_{code}": due[code] for code in _CODES},
        "amount": gap.amount,
        "basis": gap.basis.value,
    }


def read_gap(row: RowMapping) -> tuple[GapKey, StoredGap]:
    key = GapKey(row["siret"], row["pseudonym"], row["contract"], row["period"])
    return key, StoredGap(
        declared=_amounts(row, "declared"),
        due=_amounts(row, "due"),
        basis=Basis(row["basis"]),
    )


def diagnosis_row(
    run: int,
    item: Diagnosis,
    names: Mapping[PersonNumber, str],
    redaction: Redaction,
) -> dict[str, object]:
    """`names`: the pseudonyms of the persons that the finding holds."""
    finding, cause = item.finding, item.cause
    remedy = finding.remedy.items()
    return {
        "run_id": run,
        "rank": item.rank,
        "cause": cause.id,
        "scope": finding.scope.value,
        "status": finding.status.value,
        "amount": finding.amount,
        "explained": finding.explained,
        "detail": redaction.text(finding.detail),
        "body": {
            "label": cause.label,
            "responsible": cause.responsible.value,
            "would_refute": cause.would_refute,
            "periods": [str(period) for period in finding.periods],
            "employees": [names[person] for person in finding.persons],
            "evidence": [redaction.evidence(found) for found in finding.evidence],
            "remedy": {key: redaction.text(text) for key, text in remedy},
        },
    }


def read_diagnosis(row: RowMapping) -> StoredDiagnosis:
    body = row["body"]
    return StoredDiagnosis(
        rank=row["rank"],
        cause=row["cause"],
        label=body["label"],
        responsible=Responsible(body["responsible"]),
        would_refute=body["would_refute"],
        scope=Scope(row["scope"]),
        status=Status(row["status"]),
        amount=row["amount"],
        explained=row["explained"],
        detail=row["detail"],
        periods=tuple(Month.parse(text) for text in body["periods"]),
        employees=tuple(body["employees"]),
        evidence=tuple(Evidence(**found) for found in body["evidence"]),
        remedy=body["remedy"],
    )


def _amounts(row: RowMapping, side: str) -> Amounts:
    return Amounts(
        c131=row[f"{side}_131"], c132=row[f"{side}_132"], c106=row[f"{side}_106"]
    )
