"""Findings made of mirror lines: persons, months, amount, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from miroir.types.amounts import Cents
from miroir.types.calculation import DeclaredPart, MirrorLine
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import CompanyView, Finding, Scope, Status

SHOWN = 5
"""Pieces of evidence given per finding: enough to open the file and look."""


def finding_on(
    cause: str,
    lines: Sequence[MirrorLine],
    company: CompanyView,
    *,
    scope: Scope,
    status: Status = Status.ESTABLISHED,
    codes: Sequence[str] = ("131",),
    part: Callable[[MirrorLine], Cents] = lambda line: line.gap.total,
    detail: str = "",
    evidence: Sequence[Evidence] = (),
) -> Finding:
    """A finding whose amount is the gap of these lines, beyond the tolerance.

    `part`: what the cause explains of a line, when not all of its gap.
    """
    wrong = [line for line in lines if abs(line.gap.total) > company.tolerance]
    explained: Cents = sum(abs(part(line)) for line in wrong)
    whole = sum(abs(line.gap.total) for line in company.gaps)
    shown = evidence or [
        piece for line in lines[:SHOWN] for piece in line_evidence(line, codes)
    ]
    return Finding(
        cause=cause,
        scope=scope,
        status=status,
        periods=tuple(sorted({line.period for line in lines})),
        persons=tuple(sorted({line.person for line in lines})),
        amount=sum(part(line) for line in wrong),
        explained=_share(explained, whole),
        evidence=tuple(shown[: 2 * SHOWN]),
        detail=detail,
    )


def line_evidence(line: MirrorLine, codes: Iterable[str]) -> list[Evidence]:
    """The amounts of these codes (81.004) where they stand, else the bases."""
    wanted = set(codes)
    found = [
        part.declaration.evidence(contribution.block, "004")
        for part in line.parts
        for contribution in part.base.contributions
        if contribution.code in wanted and contribution.amount is not None
    ]
    return found or [base_evidence(part) for part in line.parts[:1]]


def bases_evidence(line: MirrorLine, codes: Iterable[str]) -> list[Evidence]:
    """The amounts of the bases (78.004) of these codes."""
    wanted = set(codes)
    return [base_evidence(part) for part in line.parts if part.base.code in wanted]


def base_evidence(part: DeclaredPart) -> Evidence:
    return part.declaration.evidence(part.base.block, "004")


def _share(part: Cents, whole: Cents) -> Decimal | None:
    if not whole:
        return None
    # Errors of opposite signs on one line may each exceed what is left of them.
    return min((Decimal(part) / whole), Decimal(1)).quantize(Decimal("0.001"))
