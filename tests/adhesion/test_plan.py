"""A plan is one document: its hash is what is approved."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from miroir.adhesion.confirming import effect, subject, text
from miroir.adhesion.images import conditions_of, digest, image
from miroir.adhesion.model import Change, Effect
from miroir.adhesion.plan import Plan, TamperedPlan, expiry
from miroir.adhesion.rows import applied
from miroir.dossier.moves import MoveRefused
from miroir.dossier.workdays import Workdays
from miroir.types.adhesion import AdhesionCondition, Headcount

from tests.adhesion.samples import plan, row

PARIS = ZoneInfo("Europe/Paris")


def test_a_plan_is_read_as_it_was_written() -> None:
    written = plan(reason="«accord» d’été", undoes="a" * 64)
    read = Plan.read(written.document, written.hash)
    assert read == written and read.document == written.document


def test_every_field_is_in_the_hash() -> None:
    base = plan()
    others: dict[str, Any] = {
        "siren": "999000250",
        "proposed_at": base.proposed_at - timedelta(seconds=1),
        "expires_at": base.expires_at + timedelta(seconds=1),
        "before": (),
        "after": (),
        "items": (),
        "effect": Effect(),
        "undoes": "b" * 64,
    }
    for field in fields(Plan):
        other = replace(base, **{field.name: others.get(field.name, "autre")})
        assert other.hash != base.hash, field.name


def test_a_document_of_another_hash_is_no_plan() -> None:
    written = plan()
    with pytest.raises(TamperedPlan, match="what is stored is not what was proposed"):
        Plan.read(written.document.replace("1987", "1988"), written.hash)


_CALM = settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
_RATES = st.decimals(min_value=1, max_value=100, places=2)
_DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2030, 1, 1))
_ROWS = st.builds(
    AdhesionCondition,
    siren=st.just("999000243"),
    siret=st.sampled_from(["", "99900024300017"]),
    category=st.sampled_from(["01", "02", "04"]),
    valid_from=_DAYS,
    valid_until=st.none() | _DAYS,
    rate_t1=_RATES,
    rate_t2=_RATES,
    employer_share=_RATES,
    idcc=st.sampled_from(["", "1486"]),
    institution=st.just("30558637200321"),
    periodicity=st.sampled_from(["M", "T"]),
    headcount=st.none() | st.sampled_from(list(Headcount)),
    guarantees=st.tuples() | st.just(("T1-DC",)),
)


@_CALM
@given(st.lists(_ROWS, max_size=4))
def test_an_image_gives_the_contract_back(rows: list[AdhesionCondition]) -> None:
    assert list(conditions_of(image(rows))) == rows
    spaced = [replace(each, rate_t1=each.rate_t1 + Decimal("0.000")) for each in rows]
    assert digest(image(spaced)) == digest(image(rows))
    read = [replace(each, file="f.csv", line=3) for each in rows]
    assert image(read) == image(rows)


@_CALM
@given(_DAYS, _DAYS, _DAYS)
def test_values_change_on_their_days_alone(
    first: date, second: date, day: date
) -> None:
    """Whatever the days, a change holds where it says and nowhere else."""
    since, until = sorted((first, second))
    before = (row(valid_from=date(1999, 1, 1)),)
    change = Change(
        siret=before[0].siret,
        category="01",
        basis=plan().items[0].basis,
        label="",
        since=since,
        until=until,
        values={"rate_t1": "8.00"},
    )
    (held,) = [each for each in applied(before, [change]) if each.covers(day)]
    assert held.rate_t1 == (
        Decimal("8.00") if since <= day <= until else Decimal("6.20")
    )


def test_a_change_of_a_row_that_is_gone_is_refused() -> None:
    change = Change(siret="", category="04", basis=plan().items[0].basis, label="")
    with pytest.raises(MoveRefused, match="n’est plus dans le contrat"):
        applied((row(),), [change])


@pytest.mark.parametrize(
    ("creates", "why"),
    [
        (row(valid_from=date(2020, 1, 1)), "vaudraient ensemble"),
        (row("02", valid_until=date(2010, 1, 1)), "avant de commencer"),
    ],
)
def test_rows_that_could_not_hold_are_refused(
    creates: AdhesionCondition, why: str
) -> None:
    change = Change(
        siret=creates.siret,
        category=creates.category,
        basis=plan().items[0].basis,
        label="",
        creates=creates,
    )
    with pytest.raises(MoveRefused, match=why):
        applied((row(),), [change])


def test_five_working_days_leave_holidays_out() -> None:
    """Friday 30 April 2027 is followed by 1 and 8 May on Saturdays, and by the
    Ascension on Thursday 6."""
    end = expiry(date(2027, 4, 30), Workdays(), PARIS)
    assert end == datetime(2027, 5, 11, tzinfo=PARIS)
    assert end.astimezone(UTC).hour == 22


def test_the_mail_says_what_changed_and_what_it_does() -> None:
    found = plan()
    assert subject(found).endswith("(SIREN 999\u00a0000\u00a0243)")
    assert "- Porter le taux." in text(found)
    assert "de janvier\u00a02026, les cotisations dues passent de 100,00" in text(found)
    assert "ne changent pas" in effect(plan(effect=Effect()))
    assert "annulé une mise à jour" in text(plan(undoes="a" * 64))
