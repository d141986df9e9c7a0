"""From hand-written declarations to mirror lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from miroir.declaration.validity import judge_versions
from miroir.recomputation.company import mirror
from miroir.types.adhesion import AdhesionCondition, Headcount
from miroir.types.calculation import MirrorLine
from miroir.types.declaration import VersionStatus

from tests.written import INSTITUTION, SIREN, SIRET, Lines, envelope, read


def condition(
    category: str = "04",
    *,
    t1: str = "6.20",
    t2: str = "17.00",
    share: str = "60",
    since: date = date(2016, 1, 1),
    until: date | None = None,
    headcount: Headcount | None = Headcount.UNDER_50,
    siret: str = SIRET,
    periodicity: str = "M",
) -> AdhesionCondition:
    return AdhesionCondition(
        siren=SIREN,
        siret=siret,
        category=category,
        valid_from=since,
        valid_until=until,
        rate_t1=Decimal(t1),
        rate_t2=Decimal(t2),
        employer_share=Decimal(share),
        idcc="1486",
        institution=INSTITUTION,
        periodicity=periodicity,
        headcount=headcount,
    )


STANDARD = [condition("01"), condition("04")]


def mirror_of(
    *declarations: Lines, conditions: Sequence[AdhesionCondition] = STANDARD
) -> tuple[MirrorLine, ...]:
    reading = read(envelope(*declarations))
    assert reading.refusals == ()
    versions = judge_versions(reading.declarations)
    current = [v.declaration for v in versions if v.status is VersionStatus.CURRENT]
    return mirror(current, list(conditions))


def only(lines: tuple[MirrorLine, ...]) -> MirrorLine:
    (line,) = lines
    return line
