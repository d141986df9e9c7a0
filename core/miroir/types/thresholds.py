"""From where on a diagnosis counts: for a GPS to set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from miroir.types.amounts import Cents

if TYPE_CHECKING:
    from miroir.types.diagnosis import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What a GPS takes for established, national, or worth being told first.

    least: under this weight in cents, a finding of this scope is told behind
    the others; its weight is the part of the gaps that it explains, else its
    amount. minimum_explained: the same under this part of the company's gaps,
    0 to 1. established_explained, established_employees: an error deduced from
    amounts that explains less, or concerns fewer employees, is a hypothesis.
    national_companies: as many companies of one run with one cause that begins
    in one month make it national. Nothing is ever left out for being under a
    threshold.
    """

    least: Mapping[Scope, Cents] = field(default_factory=dict)
    minimum_explained: Decimal = Decimal(0)
    established_explained: Decimal = Decimal(0)
    established_employees: int = 1
    national_companies: int = 5

    def __post_init__(self) -> None:
        for name in ("minimum_explained", "established_explained"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a part, between 0 and 1")
        if self.established_employees < 1 or self.national_companies < 2:
            raise ValueError("established_employees is 1 or more, national_companies 2")
        if any(cents < 0 for cents in self.least.values()):
            raise ValueError("least holds amounts in cents, 0 or more")


NO_THRESHOLDS = Thresholds()
"""Nothing is put behind, and nothing in doubt."""
