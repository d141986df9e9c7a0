"""Heads signed in time, and kept in a second place whatever happens between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from miroir.errors import StoreError
from miroir.operations.schedule.jobs import scheduled_jobs
from miroir.operations.trace.anchoring import anchor, anchor_what_is_new, kept
from miroir.operations.trace.rules import versions_of
from miroir.operations.trace.verifying import verify
from miroir.operations.workplace import Workplace
from miroir.trace.entry import Entry
from miroir.trace.heads import NoHead, SignedHead, read_head
from miroir.types.schedule import JobRun

START = datetime(2026, 11, 25, 9, tzinfo=UTC)
RUN = JobRun(job="trace", occurrence="x", due_at=START, stopping=lambda: False)


@pytest.fixture
def watched(workplace: Workplace) -> Workplace:
    return replace(workplace, clock=lambda: START)


def act(workplace: Workplace, times: int = 1) -> None:
    with workplace.store.write() as tables:
        for _ in range(times):
            tables.journal.append(Entry(act="mail.sent", actor="marie"))


def files(workplace: Workplace) -> list[str]:
    found = workplace.settings.trace.heads.glob("*")
    return sorted(path.name[:17] for path in found)


def test_new_lines_are_signed(watched: Workplace) -> None:
    nothing = "nothing new to sign, 0 heads kept"
    assert anchor_what_is_new(watched, RUN) == nothing
    for rank in (1, 2):
        act(watched)
        said = f"head signed at line {rank}, 1 heads kept"
        assert anchor_what_is_new(watched, RUN) == said
        assert anchor_what_is_new(watched, RUN) == nothing
    assert files(watched) == ["head-000000000001", "head-000000000002"]
    assert verify(watched).faults == ()


def test_a_head_that_could_not_be_kept_is_kept_later(
    watched: Workplace, tmp_path: Path
) -> None:
    folder = watched.settings.trace.heads
    folder.write_text("a file in the way")
    act(watched)
    with pytest.raises(StoreError, match=r"trace\.heads"):
        anchor(watched)
    act(watched)
    folder.unlink()
    said = anchor_what_is_new(watched, RUN)
    assert said == "head signed at line 2, 2 heads kept"
    assert files(watched) == ["head-000000000001", "head-000000000002"]


def test_a_head_removed_from_its_place_is_missed(watched: Workplace) -> None:
    act(watched)
    anchor(watched)
    (file,) = watched.settings.trace.heads.glob("head-*.json")
    file.unlink()
    (fault,) = verify(watched).faults
    assert "was removed, or not kept yet" in str(fault)


def test_the_job_is_one_of_the_schedule(watched: Workplace) -> None:
    job = scheduled_jobs(watched)["trace"]
    assert job.written == "every 15 min"
    act(watched)
    assert job.run(RUN) == "head signed at line 1, 1 heads kept"


def test_a_head_is_read_as_it_was_written(watched: Workplace) -> None:
    act(watched)
    signed, _ = anchor(watched)
    assert signed is not None
    (found,), problems = kept(watched.settings.trace.heads)
    assert (found, problems) == (signed, ())
    public = watched.keys.trace.public(signed.kid)
    assert found.genuine(public)
    assert not found.genuine(None)
    assert not replace(found, signature="é").genuine(public)
    assert watched.keys.trace.public("none") is None
    for text in (
        "",
        "[]",
        "{}",
        '{"format": "x"}',
        '{"format": "miroir.trace.head/1"}',
    ):
        with pytest.raises(NoHead):
            read_head(text)


def test_another_one_signed_first(watched: Workplace) -> None:
    act(watched)
    with watched.store.write() as tables:
        assert tables.heads.add(watched.keys.trace, START) is not None
        assert tables.heads.add(watched.keys.trace, START) is None
        head = tables.heads.last()
    assert isinstance(head, SignedHead)


def test_versions_tell_of_settings_and_plugins(watched: Workplace) -> None:
    own = versions_of(watched.settings, watched.plugins)
    other = watched.settings.model_copy(
        update={
            "gap": watched.settings.gap.model_copy(update={"tolerance": Decimal(1)})
        }
    )
    assert versions_of(other, watched.plugins).settings != own.settings
    assert versions_of(other, watched.plugins).parameters == own.parameters
    assert any("miroir-gps-exemple" in name for name in own.plugins)
