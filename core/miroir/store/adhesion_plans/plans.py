"""Plans written, looked up, decided."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from miroir.adhesion.confirming import Confirmation
from miroir.adhesion.plan import OPEN, Plan, PlanState, TamperedPlan
from miroir.errors import NothingFound, PersonalNumberInAction
from miroir.privacy import Keys, is_opaque
from miroir.store.adhesion_plans.sealing import Seals, require_same
from miroir.store.adhesion_plans.tables import adhesion_approval, adhesion_plan
from miroir.store.columns import safe
from miroir.store.dossiers.rows import read

log = logging.getLogger(__name__)
APPROVED, REFUSED = "approved", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a second person decided of a plan."""

    approver: str
    decision: str
    decided_at: datetime
    reason: str
    confirmation: Confirmation


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan:
    """A plan and where it stands. `number` counts the plans of a company."""

    id: int
    number: int
    plan: Plan
    state: PlanState
    ended_at: datetime | None
    why: str
    decision: Decision | None = None


class AdhesionPlans:
    """Tables `adhesion_plan` and `adhesion_approval`, from one transaction."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._seals = Seals(keys)

    def propose(self, plan: Plan) -> StoredPlan:
        """Write a new plan; the company has no open one, or StoreError.

        Raises PersonalNumberInAction when it holds what looks like a NIR: it
        could not be masked without becoming another plan.
        """
        if _tells_a_number(plan):
            raise PersonalNumberInAction(
                f"the plan of {plan.siren} holds what looks like a NIR or an IBAN, in"
                " the contract or in its proofs; take it out of there first"
            )
        table = adhesion_plan.c
        last = select(func.max(table.number)).where(table.siren == plan.siren)
        number = int(self._connection.execute(last).scalar() or 0) + 1
        self._connection.execute(
            insert(adhesion_plan).values(
                siren=plan.siren,
                number=number,
                plan_hash=plan.hash,
                document=plan.document,
                destination=plan.destination,
                remote_version=plan.version,
                rules_version=plan.rules,
                proposer=plan.proposer,
                proposed_at=plan.proposed_at,
                expires_at=plan.expires_at,
                undoes=plan.undoes or None,
                state=PlanState.PROPOSED,
                why="",
                seal=self._seals.of_plan(plan, number),
            )
        )
        return self.get(plan.siren, plan.hash)

    def get(self, siren: str, start: str, *, lock: bool = False) -> StoredPlan:
        """A plan of a company by its hash, or the beginning of it; NothingFound.

        `lock`: others who would decide of it wait until the end.
        """
        table = adhesion_plan.c
        query = select(adhesion_plan).where(
            table.siren == siren, table.plan_hash.startswith(start, autoescape=True)
        )
        if lock:
            query = query.with_for_update()
        rows = self._connection.execute(query.limit(2)).mappings().all()
        if len(rows) != 1:
            what = "several plans begin" if rows else "no plan begins"
            raise NothingFound(
                f"{siren}: {what} with «{start}»; `miroir adhesion show {siren}` lists"
                " them"
            )
        return self._stored(rows[0])

    def of(self, siren: str) -> tuple[StoredPlan, ...]:
        """Every plan of a company, the oldest first."""
        query = select(adhesion_plan).where(adhesion_plan.c.siren == siren)
        rows = self._connection.execute(query.order_by(adhesion_plan.c.number))
        return tuple(self._stored(row) for row in rows.mappings().all())

    def in_state(self, *states: PlanState) -> tuple[StoredPlan, ...]:
        """Plans of every company in these states, the oldest first.

        One that was altered is logged and left out: the others go on.
        """
        query = (
            select(adhesion_plan)
            .where(adhesion_plan.c.state.in_(states))
            .order_by(adhesion_plan.c.id)
        )
        rows = self._connection.execute(query).mappings().all()
        return tuple(self._readable(rows))

    def open_of(self, siren: str, *, lock: bool = False) -> StoredPlan | None:
        """The plan that waits to be decided or applied, if there is one."""
        table = adhesion_plan.c
        query = select(adhesion_plan).where(table.siren == siren, table.state.in_(OPEN))
        if lock:
            query = query.with_for_update()
        row = self._connection.execute(query).mappings().first()
        return None if row is None else self._stored(row)

    def decide(
        self,
        stored: StoredPlan,
        plan_hash: str,
        approver: str,
        decision: str,
        at: datetime,
        reason: str,
        confirmation: Confirmation = Confirmation.NONE,
    ) -> StoredPlan:
        """Write what a second person decided; the database takes it or refuses."""
        made = Decision(
            approver=approver,
            decision=decision,
            decided_at=at,
            reason=reason,
            confirmation=confirmation,
        )
        self._connection.execute(
            insert(adhesion_approval).values(
                plan_id=stored.id,
                plan_hash=plan_hash,
                proposer=stored.plan.proposer,
                seal=self._seals.of_decision(plan_hash, made),
                **asdict(made),
            )
        )
        return self.get(stored.plan.siren, stored.plan.hash)

    def end(
        self, stored: StoredPlan, state: PlanState, at: datetime, why: str = ""
    ) -> bool:
        """Close a plan that is still as it was read; false when it is not."""
        change = (
            update(adhesion_plan)
            .where(
                adhesion_plan.c.id == stored.id, adhesion_plan.c.state == stored.state
            )
            .values(state=state, ended_at=at, why=why)
        )
        return self._connection.execute(change).rowcount == 1

    def _readable(self, rows: Iterable[RowMapping]) -> Iterator[StoredPlan]:
        for row in rows:
            try:
                yield self._stored(row)
            except TamperedPlan as error:
                log.error("%s", error)

    def _stored(self, row: RowMapping) -> StoredPlan:
        plan = Plan.read(row["document"], row["plan_hash"])
        require_same(plan, row)
        self._seals.require(row["seal"], self._seals.of_plan(plan, row["number"]), plan)
        return StoredPlan(
            id=row["id"],
            number=row["number"],
            plan=plan,
            state=row["state"],
            ended_at=row["ended_at"],
            why=row["why"],
            decision=self._decision(row["id"], plan),
        )

    def _decision(self, plan_id: int, plan: Plan) -> Decision | None:
        query = select(adhesion_approval).where(adhesion_approval.c.plan_id == plan_id)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        found = read(Decision, row)
        self._seals.require(
            row["seal"], self._seals.of_decision(plan.hash, found), plan
        )
        return found


def _tells_a_number(plan: Plan) -> bool:
    """The version is left out when it is a token: its digits are chance."""
    seen = replace(plan, version="") if is_opaque(plan.version) else plan
    return safe(seen.document) != seen.document
