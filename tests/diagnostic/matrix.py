"""What was said of companies whose errors are known, as figures and a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from miroir.testing.payroll import EVERY_CAUSE

Causes = tuple[str, ...]
ERRORS = tuple(sorted(n for n, cause in EVERY_CAUSE.items() if cause.scope != "none"))
LEGITIMATE = tuple(sorted(n for n in EVERY_CAUSE if n.startswith("LEGITIME")))
UNKNOWN = tuple(sorted(EVERY_CAUSE.keys() - {*ERRORS, *LEGITIMATE}))
"""What is not known of a company, and is no error of anybody's."""


@dataclass(frozen=True, slots=True)
class Result:
    """One company: what was done to it, and what is said against the client,
    best first."""

    causes: Causes
    found: Causes
    named: frozenset[str]

    @property
    def errors(self) -> frozenset[str]:
        return frozenset(self.causes) & frozenset(ERRORS)

    @property
    def right(self) -> bool:
        """Every error in the first ranks, as many as there are; no alarm when
        there is none."""
        first = self.found[: len(self.errors)] if self.errors else self.found
        return frozenset(first) == self.errors


@dataclass(frozen=True, slots=True)
class Rate:
    right: int
    whole: int

    @classmethod
    def of(cls, results: Sequence[Result]) -> Rate:
        return cls(sum(each.right for each in results), len(results))

    @property
    def part(self) -> float:
        return self.right / self.whole

    def __str__(self) -> str:
        return f"{self.right} of {self.whole} ({100 * self.part:.1f} %)"


def alone(results: Sequence[Result]) -> list[Result]:
    return [each for each in results if len(each.causes) == 1 and each.errors]


def pairs_of(results: Sequence[Result]) -> list[Result]:
    return [each for each in results if len(each.errors) == 2]


def quiet(results: Sequence[Result]) -> list[Result]:
    """Nothing is to be said against these."""
    return [each for each in results if not each.errors]


def report(results: Sequence[Result]) -> str:
    """The figures and the confusion matrix, as Markdown."""
    mixed = [r for r in results if len(r.causes) == 2 and len(r.errors) == 1]
    rows = [
        "| companies | right |",
        "| --- | --- |",
        f"| one error: rank 1 | {Rate.of(alone(results))} |",
        f"| two errors: both in the first two ranks | {Rate.of(pairs_of(results))} |",
        f"| an error beside a legitimate situation: rank 1 | {Rate.of(mixed)} |",
        f"| right or legitimate: no alarm | {Rate.of(quiet(results))} |",
        "",
        "| injected | alone, rank 1 | in a pair, first two | said instead |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join([*rows, *(_row(name, results) for name in ERRORS)])


def _row(name: str, results: Sequence[Result]) -> str:
    single = [each for each in alone(results) if name in each.errors]
    couples = [each for each in pairs_of(results) if name in each.errors]
    seen = sum(name in each.found[:2] for each in couples)
    instead: Counter[str] = Counter()
    for each in (*single, *couples):
        if name not in each.found[: len(each.errors)]:
            others = set(each.found[: len(each.errors)]) - each.errors
            instead.update(others or {"—"})
    said = ", ".join(f"`{other}` × {n}" for other, n in instead.most_common(3))
    return (
        f"| `{name}` | {sum(each.right for each in single)} of {len(single)}"
        f" | {seen} of {len(couples)} | {said} |"
    )
