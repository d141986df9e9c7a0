"""The contracts of what is scheduled: jobs, and follow-ups of menu choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from miroir.schedule.followups import planned
from miroir.schedule.territories import territory
from miroir.testing.conformance.contract import Contract
from miroir.types.schedule import Due, FollowUpRule, JobRun, Subject

_DAY = date(2026, 4, 2)
_MOMENT = datetime(2026, 4, 2, 5, 15, tzinfo=UTC)


class JobContract(Contract):
    """A job of `miroir_jobs`. `prepare` makes what it works on."""

    kind = "job"
    job: ClassVar[str] = ""

    @classmethod
    def subject(cls) -> str:
        return cls.job

    def prepare(self, folder: Path) -> None:
        """Make what the job needs; the current folder is `folder`."""

    def effects(self, folder: Path) -> object:
        """What the job has done so far, to be compared after a second run."""
        return sorted(
            (str(path.relative_to(folder)), path.read_bytes())
            for path in folder.rglob("*")
            if path.is_file()
        )

    def test_twice_is_as_good_as_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        self.prepare(tmp_path)
        outcome = self._run(stop=False)
        assert outcome is None or "\n" not in outcome, "the outcome is one line"
        once = self.effects(tmp_path)
        self._run(stop=False)
        assert self.effects(tmp_path) == once, "a run that is repeated does more"

    def test_it_stops_when_asked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        self.prepare(tmp_path)
        self._run(stop=True)

    def _run(self, *, stop: bool) -> str | None:
        job = self.given(lambda m: m.jobs().get(self.job)).value
        run = JobRun(
            job=self.job,
            occurrence=f"{self.job}@{_DAY}",
            due_at=_MOMENT,
            stopping=lambda: stop,
        )
        return job.run(run)


class FollowUpContract(Contract):
    """A rule of `miroir_followups`."""

    kind = "follow-up rule"
    rule: ClassVar[str] = ""

    @classmethod
    def subject(cls) -> str:
        return cls.rule

    def test_its_choices_start_follow_ups(self) -> None:
        rule = self._rule()
        choices = {menu: values[0] for menu, values in rule.when.items()}
        found = self._planned(choices)
        assert len(found) == len(rule.after)
        assert all(due.day > _DAY for due in found)

    def test_another_choice_starts_nothing(self) -> None:
        choices = dict.fromkeys(self._rule().when, "surely no value of a menu")
        assert not self._planned(choices)

    def _rule(self) -> FollowUpRule:
        return self.given(
            lambda m: {each.value.name: each.value for each in m.follow_ups()}.get(
                self.rule
            )
        )

    def _planned(self, choices: Mapping[str, str]) -> Sequence[Due]:
        return follow_ups(self._rule(), choices, _DAY)


def follow_ups(
    rule: FollowUpRule, choices: Mapping[str, str], day: date
) -> Sequence[Due]:
    """What these choices start for a company, in metropolitan France."""
    return list(
        planned(
            [rule],
            choices,
            subject=Subject(kind="company", id="999000243"),
            chosen_on=day,
            place=territory("metropole"),
        )
    )
