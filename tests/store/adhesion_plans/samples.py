"""A plan and a decision, with a text of one's own wherever one may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from miroir.adhesion.plan import PlanState
from miroir.errors import PersonalNumberInAction
from miroir.store import Tables
from miroir.store.adhesion_plans.plans import APPROVED

from tests.adhesion.samples import plan, row


def fill_plan(tables: Tables, said: str) -> None:
    """What a plan may not hold is refused whole; what is said beside is masked."""
    # A version is the tool's own token: digits in it are chance.
    clean = plan(version="4a8a9804a3535f35aee3490015429780")
    (item,) = clean.items
    for told in (
        plan(reason=said),
        plan(version=said),
        plan(after=(row(idcc=said),)),
        plan(items=(replace(item, fact=said),)),
    ):
        with pytest.raises(PersonalNumberInAction):
            tables.plans.propose(told)
    now = datetime.now(UTC)
    stored = tables.plans.propose(clean)
    decided = tables.plans.decide(stored, clean.hash, "jean", APPROVED, now, said)
    assert tables.plans.end(decided, PlanState.FAILED, now, said)
