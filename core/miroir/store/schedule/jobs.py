"""Where each job stands: its last occurrence, how it ended, when to try again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select, update

from miroir.store.conflict import upsert
from miroir.store.schedule.tables import job_state


class RunState(StrEnum):
    IDLE = "idle"
    """Known, never run."""
    RUNNING = "running"
    """Under way; under the number of a former scheduler, it was cut short."""
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """A job as it stands. `failures` in a row; `outcome` in one line."""

    name: str
    occurrence: str
    due_at: datetime
    state: RunState
    fence: int
    started_at: datetime | None
    finished_at: datetime | None
    outcome: str
    failures: int
    retry_at: datetime | None


class Jobs:
    """Table `job_state`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def states(self) -> dict[str, JobState]:
        """Every job ever known, by name."""
        rows = self._connection.execute(select(job_state)).mappings()
        return {
            row["name"]: JobState(**{**row, "state": RunState(row["state"])})
            for row in rows
        }

    def discover(self, name: str, at: datetime) -> None:
        """Note a job not known yet; what was due before is not made up for."""
        row = {
            "name": name,
            "occurrence": "",
            "due_at": at,
            "state": RunState.IDLE.value,
            "fence": 0,
            "outcome": "",
            "failures": 0,
        }
        upsert(self._connection, job_state, [row])

    def start(
        self, name: str, occurrence: str, due_at: datetime, fence: int, at: datetime
    ) -> None:
        """Note that an occurrence is under way. The job is to be known."""
        self._connection.execute(
            update(job_state)
            .where(job_state.c.name == name)
            .values(
                occurrence=occurrence,
                due_at=due_at,
                state=RunState.RUNNING.value,
                fence=fence,
                started_at=at,
                finished_at=None,
                retry_at=None,
            )
        )

    def finish(
        self,
        name: str,
        fence: int,
        outcome: str,
        at: datetime,
        *,
        failures: int = 0,
        retry_at: datetime | None = None,
    ) -> bool:
        """Say how a run ended; False when another scheduler took it over."""
        state = RunState.FAILED if failures else RunState.DONE
        change = (
            update(job_state)
            .where(
                job_state.c.name == name,
                job_state.c.fence == fence,
                job_state.c.state == RunState.RUNNING.value,
            )
            .values(
                state=state.value,
                finished_at=at,
                outcome=outcome,
                failures=failures,
                retry_at=retry_at,
            )
        )
        return self._connection.execute(change).rowcount == 1

    def interrupted(self, name: str, fence: int, outcome: str) -> None:
        """A run stopped before its end: the next scheduler takes it up at once."""
        self._connection.execute(
            update(job_state)
            .where(job_state.c.name == name, job_state.c.fence == fence)
            .values(fence=0, outcome=outcome)
        )
