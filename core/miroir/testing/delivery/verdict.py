"""What the trials of a destination came to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from miroir.types.delivery import DeliveryClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial: what was done to it, and what was wrong, «» when nothing was."""

    name: str
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassVerdict:
    """Whether the declared class was kept in every trial.

    `lag` is how long it took until what was done could be found (class C).
    """

    declared: DeliveryClass
    trials: tuple[Trial, ...]
    lag: timedelta | None = None

    @property
    def kept(self) -> bool:
        """No trial found anything wrong."""
        return not self.failures

    @property
    def failures(self) -> tuple[Trial, ...]:
        """The trials that found something wrong."""
        return tuple(trial for trial in self.trials if trial.wrong)

    @property
    def delivery(self) -> DeliveryClass:
        """The class to act by: the declared one, or D when it was not kept."""
        return self.declared if self.kept else DeliveryClass.BLIND

    @property
    def reason(self) -> str:
        """What was wrong, in one line."""
        return "; ".join(f"{one.name}: {one.wrong}" for one in self.failures)

    def write(self, path: Path) -> None:
        """Write it for `miroir actions judged`; raises OSError."""
        document = {
            "format": "miroir.delivery-verdict/1",
            "declared": self.declared.value,
            "delivery": self.delivery.value,
            "reason": self.reason,
            "trials": {one.name: one.wrong for one in self.trials},
            "lag_s": None if self.lag is None else self.lag.total_seconds(),
        }
        text = json.dumps(document, ensure_ascii=False, indent=2)
        path.write_text(text + "\n", "utf-8")

    def __str__(self) -> str:
        said = f"declares {self.declared.value}, {len(self.trials)} trials"
        if self.kept:
            return f"{said}, kept"
        return f"{said}, to be acted upon as D: {self.reason}"
