"""Comparing results, their anchors in the store, and the copies kept elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from miroir.operations.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """`problems`: one line each, none when everything agrees."""

    anchors: int
    runs: int
    problems: tuple[str, ...]


def verify(workplace: Workplace) -> Verified:
    """Compute every digest again, and compare with the file of anchors."""
    path = workplace.settings.schedule.anchors
    copies = path.read_text("ascii").splitlines() if path.exists() else []
    with workplace.store.read() as tables:
        anchors = tables.anchors.all()
        broken = tuple(tables.anchors.broken())
    stored = {str(anchor) for anchor in anchors}
    problems = [
        f"anchor {anchor.seq}: the results up to run {anchor.last_run} are not the "
        "ones that were anchored: they were changed since"
        for anchor in broken
    ]
    problems += [
        f"{path}: «{line}» is in the file and not in the store: the store was "
        "changed, or restored from an earlier backup"
        for line in copies
        if line and line not in stored
    ]
    problems += [
        f"anchor {anchor.seq} is not in {path}: the file was changed, or the job "
        "`anchor` has not run since"
        for anchor in anchors
        if str(anchor) not in copies
    ]
    return Verified(
        anchors=len(anchors),
        runs=sum(anchor.runs for anchor in anchors),
        problems=tuple(problems),
    )
