"""SQL that would have one person decide alone, or change what was proposed.

Each attack is a sequence of statements of one transaction, as the application's
role could send them; `{id}` and `{hash}` are those of a plan that waits, which
«marie» proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_APPROVE = (
    "INSERT INTO adhesion_approval"
    " (plan_id, plan_hash, proposer, approver, decision, decided_at, reason)"
    " VALUES ({{id}}, '{hash}', '{proposer}', {approver}, '{decision}', {at}, '')"
)
NOW = "{now}"
_COPY = (
    "INSERT INTO adhesion_plan (siren, number, plan_hash, document, destination,"
    " remote_version, rules_version, proposer, proposed_at, expires_at, undoes, state,"
    " ended_at, why) SELECT {siren}, number + 1, {hash}, document, destination,"
    " remote_version, rules_version, {proposer}, {at}, {expires}, undoes, {state},"
    " {ended}, why FROM adhesion_plan WHERE id = {{id}}"
)


def approve(
    approver: str = "'marie'",
    *,
    proposer: str = "marie",
    plan_hash: str = "{hash}",
    decision: str = "approved",
    at: str = NOW,
) -> str:
    return _APPROVE.format(
        hash=plan_hash,
        proposer=proposer,
        approver=approver,
        decision=decision,
        at=at,
    )


def copy(
    *,
    siren: str = "'999000250'",
    plan_hash: str = "plan_hash",
    proposer: str = "proposer",
    at: str = "proposed_at",
    expires: str = "expires_at",
    state: str = "'proposed'",
    ended: str = "ended_at",
) -> str:
    return _COPY.format(
        siren=siren,
        hash=plan_hash,
        proposer=proposer,
        at=at,
        expires=expires,
        state=state,
        ended=ended,
    )


@dataclass(frozen=True, slots=True)
class Attack:
    name: str
    statements: Sequence[str]


_LOOK_ALIKES = {
    "capital": "'Marie'",
    "all capitals": "'MARIE'",
    "blank before": "' marie'",
    "blank after": "'marie '",
    "tabulation": "'marie\t'",
    "line end": "'marie\n'",
    "no-break space": "'marie\u00a0'",
    "zero width": "'ma\u200brie'",
    "accent": "'mari\u00e9'",
    "combining accent": "'marie\u0301'",
    "Cyrillic": "'m\u0430rie'",
    "full width": "'\uff4darie'",
    "nobody": "''",
    "the robot": "'miroir'",
}
WAITING = [
    Attack("own plan", [approve()]),
    Attack("own plan, refused", [approve(decision="refused")]),
    *(Attack(f"own plan, {n}", [approve(who)]) for n, who in _LOOK_ALIKES.items()),
    Attack("proposer of the approval", [approve(proposer="jean")]),
    Attack("other hash", [approve("'jean'", plan_hash="f" * 64)]),
    Attack("other decision", [approve("'jean'", decision="maybe")]),
    Attack(
        "other proposer first",
        [
            "UPDATE adhesion_plan SET proposer = 'jean' WHERE id = {id}",
            approve(proposer="jean"),
        ],
    ),
    Attack(
        "state alone", ["UPDATE adhesion_plan SET state = 'approved' WHERE id = {id}"]
    ),
    Attack(
        "applied at once",
        [
            (
                "UPDATE adhesion_plan SET state = 'applied', ended_at = proposed_at"
                " WHERE id = {id}"
            )
        ],
    ),
    Attack(
        "refused alone",
        [
            (
                "UPDATE adhesion_plan SET state = 'refused', ended_at = proposed_at"
                " WHERE id = {id}"
            )
        ],
    ),
    *(
        Attack(
            f"{column} changed",
            [f"UPDATE adhesion_plan SET {column} = {value} WHERE id = {{id}}"],
        )
        for column, value in {
            "id": "id + 1",
            "siren": "'999000250'",
            "number": "number + 1",
            "plan_hash": f"'{'e' * 64}'",
            "document": "document || ' '",
            "destination": "'autre'",
            "remote_version": "'v9'",
            "rules_version": "'r9'",
            "proposer": "'jean'",
            "proposed_at": "expires_at",
            "undoes": "plan_hash",
        }.items()
    ),
    Attack("deleted", ["DELETE FROM adhesion_plan WHERE id = {id}"]),
    Attack("born approved", [copy(state="'approved'", plan_hash=f"'{'a' * 64}'")]),
    Attack("born of nobody", [copy(proposer="'M A R I E'", plan_hash=f"'{'a' * 64}'")]),
    Attack("born of the robot", [copy(proposer="'miroir'", plan_hash=f"'{'a' * 64}'")]),
    Attack("a second open one", [copy(siren="siren", plan_hash=f"'{'d' * 64}'")]),
    Attack(
        "replaced in place",
        [
            (
                "INSERT INTO adhesion_plan SELECT * FROM adhesion_plan WHERE id = {id}"
                " ON CONFLICT (id) DO UPDATE SET proposer = 'jean'"
            )
        ],
    ),
    Attack("decided yesterday", [approve("'jean'", at="{yesterday}")]),
    Attack("decided tomorrow", [approve("'jean'", at="{tomorrow}")]),
    Attack("without plan", [approve("'jean'").replace("{id}", "{id} + 7")]),
]
"""While the plan waits."""

DECIDED = [
    Attack(
        "approver changed",
        ["UPDATE adhesion_approval SET approver = 'alix' WHERE plan_id = {id}"],
    ),
    Attack(
        "moved to another plan", ["UPDATE adhesion_approval SET plan_id = plan_id + 1"]
    ),
    Attack("decision deleted", ["DELETE FROM adhesion_approval"]),
    Attack("decided twice", [approve("'alix'")]),
    Attack(
        "decided anew in place",
        [approve("'alix'") + " ON CONFLICT (plan_id) DO UPDATE SET approver = 'alix'"],
    ),
    Attack(
        "document after approval",
        ["UPDATE adhesion_plan SET document = '{{}}' WHERE id = {id}"],
    ),
    Attack(
        "proposed again",
        ["UPDATE adhesion_plan SET state = 'proposed' WHERE id = {id}"],
    ),
    Attack("plan deleted", ["DELETE FROM adhesion_plan"]),
]
"""Once «jean» approved it."""

SQLITE = [
    Attack(
        "REPLACE of the plan",
        [
            (
                "INSERT OR REPLACE INTO adhesion_plan (id, siren, number, plan_hash, document,"
                " destination, remote_version, rules_version, proposer, proposed_at,"
                " expires_at, undoes, state, ended_at, why) SELECT id, siren, number,"
                " plan_hash, document, destination, remote_version, rules_version, 'jean',"
                " proposed_at, expires_at, undoes, state, ended_at, why FROM adhesion_plan"
                " WHERE id = {id}"
            )
        ],
    ),
    Attack(
        "UPDATE OR REPLACE",
        ["UPDATE OR REPLACE adhesion_plan SET proposer = 'jean' WHERE id = {id}"],
    ),
    Attack("a blob is no text", [approve("X'6D61726965'")]),
    Attack("a text with a NUL", [approve("'marie' || char(0)")]),
    Attack("no account", [approve("NULL")]),
    Attack("no plan", [approve("'jean'").replace("{id}", "NULL")]),
]
"""Beside the others, on SQLite."""
