"""The configuration as it is in force, for `config show`: no secret in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from miroir.config.entries import dotted, flatten
from miroir.config.problems import show
from miroir.config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One key, its value for the eyes, the place it was written."""

    key: str
    value: str
    origin: str


def rows(settings: Settings) -> Iterator[Shown]:
    """Every setting in force, in the order of the sections."""
    for key, value in flatten(settings.model_dump(mode="json")):
        if value is None or value == {}:
            continue
        yield Shown(
            key=dotted(key),
            value=show(settings.layers, key, value),
            origin=settings.origin(key).place,
        )
