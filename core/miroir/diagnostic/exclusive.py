"""Two reductions of contributions on one pay, which exclude each other."""

from __future__ import annotations

from collections.abc import Sequence

from miroir.diagnostic.findings import finding_on
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import CompanyView, Finding, Scope, Status

CAUSES = ("DEUX_REDUCTIONS_CUMULEES",)
GENERAL = "106"
OTHERS = frozenset({"110", "111", "112", "113"})
"""Lodeom (110, 112, 113) and help at home (111)."""


def examine(company: CompanyView) -> Sequence[Finding]:
    """The employees whose one base carries both."""
    unusual = [line for line in company.mirror if not line.plain]
    found = [(line, piece) for line in unusual if (piece := _second(line))]
    if not found:
        return []
    return [
        finding_on(
            "DEUX_REDUCTIONS_CUMULEES",
            [line for line, _ in found],
            company,
            scope=Scope.EMPLOYEES,
            # Which one is due is the employer's choice: the data do not tell.
            status=Status.HYPOTHESIS,
            part=lambda line: 0,
            evidence=[piece for _, piece in found],
        )
    ]


def _second(line: MirrorLine) -> Evidence | None:
    for part in line.parts:
        codes = {each.code for each in part.base.contributions if each.amount}
        if GENERAL not in codes:
            continue
        for contribution in part.base.contributions:
            if contribution.code in OTHERS and contribution.amount:
                return part.declaration.evidence(contribution.block, "001")
    return None
