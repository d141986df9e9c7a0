"""Contracts and plans to write, of a company that does not exist."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from miroir.adhesion.model import Basis, Effect, MonthEffect
from miroir.adhesion.plan import Item, Plan
from miroir.types.adhesion import AdhesionCondition, Headcount
from miroir.types.period import Month

SIREN, SIRET, SECOND = "999000243", "99900024300017", "99900024300025"
INSTITUTION = "30558637200321"
TODAY = date(2026, 5, 20)


def row(category: str = "01", **more: object) -> AdhesionCondition:
    base = AdhesionCondition(
        siren=SIREN,
        siret=SIRET,
        category=category,
        valid_from=date(2016, 1, 1),
        valid_until=None,
        rate_t1=Decimal("6.20"),
        rate_t2=Decimal("17.00"),
        employer_share=Decimal(60),
        idcc="1486",
        institution=INSTITUTION,
        periodicity="M",
        headcount=Headcount.UNDER_50,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def plan(
    proposer: str = "marie", *, lasts: timedelta = timedelta(days=7), **more: object
) -> Plan:
    """A plan proposed now, that raises the rate of T1."""
    now = datetime.now(UTC)
    base = Plan(
        siren=SIREN,
        destination="adhesions",
        version="v1",
        rules="r1",
        facts="0" * 64,
        proposer=proposer,
        proposed_at=now,
        expires_at=now + lasts,
        reason="accord du 12/05/1987",
        before=(row(),),
        after=(row(rate_t1=Decimal("8.00")),),
        items=(
            Item(
                code="TAUX_T1_DIFFERENT",
                siret=SIRET,
                category="01",
                recorded="6,20 %",
                expected="8,00 %",
                since="2026-01-01",
                fact="Un fait.",
                decides="Ce qui décide.",
                label="Porter le taux",
                basis=Basis.DECLARED,
                source="ANI",
            ),
        ),
        effect=Effect(
            months=(
                MonthEffect(
                    month=Month(2026, 1),
                    due_before=100_00,
                    due_after=129_00,
                    gap_before=29_00,
                    gap_after=0,
                    lines=1,
                    closed=1,
                    opened=0,
                ),
            )
        ),
    )
    return replace(base, **more)  # type: ignore[arg-type]
