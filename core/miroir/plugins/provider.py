"""Who gives what: a plugin, its distribution and its version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

BUILTIN_DISTRIBUTION = "miroir"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Provider:
    """One plugin. Written «'gps_acme' (miroir-gps-acme 0.1.0)»."""

    name: str
    distribution: str
    version: str

    @property
    def builtin(self) -> bool:
        """Comes with Miroir itself."""
        return self.distribution == BUILTIN_DISTRIBUTION

    @property
    def release(self) -> str:
        return f"{self.distribution} {self.version}"

    def __str__(self) -> str:
        return f"'{self.name}' ({self.release})"


class Provided(NamedTuple, Generic[T]):
    """Something a plugin gave, and the plugin that gave it."""

    value: T
    provider: Provider
