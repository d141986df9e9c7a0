"""Saying that a backup was restored: heads signed since are of lines that are lost.

The word of a person, sealed in the journal, is all that tells a restore from
someone who cut the end. What is lost stays proved by the heads kept elsewhere.
"""

from __future__ import annotations

from miroir.errors import NothingFound
from miroir.operations.trace.anchoring import kept
from miroir.operations.workplace import Workplace
from miroir.trace.entry import Entry, Fact
from miroir.trace.verifying import RESTORED


def restored(workplace: Workplace, actor: str, reason: str) -> tuple[int, int]:
    """Note it; the first and the last line that heads tell of and that are lost.

    Raises NothingFound when every head kept is of a line that is there.
    """
    away, _ = kept(workplace.settings.trace.heads)
    with workplace.store.write() as tables:
        wanted = {head.seq for head in away}
        lines = {x.seq: x.digest for x in tables.journal.lines() if x.seq in wanted}
        lost = [head.seq for head in away if lines.get(head.seq) != head.digest]
        if not lost:
            raise NothingFound(
                "Every signed head is of a line of the journal: nothing was lost that "
                "anyone signed, and there is nothing to say."
            )
        after, until = min(lost) - 1, max(lost)
        facts: dict[str, Fact] = {"after": after, "until": until, "reason": reason}
        act = Entry(act=RESTORED, actor=actor, facts=facts)
        tables.journal.append(act, workplace.clock())
    return after + 1, until
