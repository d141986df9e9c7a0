"""A grade as its reader sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from miroir.testing.conformance.grading import Assessment


def assessment_lines(found: Assessment) -> Iterator[str]:
    """The grade, what the plugin gives, and what the next grade asks for."""
    yield f"{found.plugin} ({found.distribution}): {found.grade.value}"
    if found.import_seconds:
        yield f"  imported in {found.import_seconds:.2f} s"
    for thing in found.gives:
        counts = Counter(
            each.outcome for each in found.outcomes if each.is_about(thing)
        )
        told = ", ".join(f"{counts[name]} {name}" for name in sorted(counts))
        yield f"  {thing}: {told or 'no contract'}"
    for grade, reasons in list(found.against.items())[:1]:
        yield f"short of {grade.value}:"
        yield from (f"  - {reason}" for reason in reasons)
    if any(each.outcome == "failed" for each in found.outcomes):
        yield f"See more: pytest --pyargs {found.contracts}"


def assessment_json(found: Assessment) -> dict[str, object]:
    """The same, for programs."""
    return {
        "schema": "miroir.assessment/1",
        "plugin": found.plugin,
        "distribution": found.distribution,
        "grade": found.grade.value,
        "import_seconds": round(found.import_seconds, 3),
        "gives": found.gives,
        "contracts": found.contracts,
        "against": {grade.value: why for grade, why in found.against.items()},
        "tests": [
            {
                "kind": each.kind,
                "subject": each.subject,
                "test": each.test,
                "outcome": each.outcome,
                "reason": each.reason,
            }
            for each in found.outcomes
        ],
    }
