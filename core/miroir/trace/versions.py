"""Under which rules an act was done: program, parameters, plugins, settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points, version
from importlib.resources import files

_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """`miroir` is the version of the program, and so of its rules.

    `parameters` and `settings` are digests: of the dated values that were in
    force, and of what the configuration changes in the rules. `plugins` maps
    each distribution that gives plugins to its version.
    """

    miroir: str
    parameters: str
    settings: str = ""
    plugins: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """As each line holds it: JSON with its keys sorted."""
        names = self.__slots__
        return canonical_json({name: getattr(self, name) for name in names})


@cache
def installed() -> Versions:
    """The versions of what is installed here, whatever is switched on."""
    found = {
        point.dist.name: point.dist.version
        for point in entry_points(group="miroir")
        if point.dist is not None and point.dist.name != "miroir"
    }
    return Versions(
        miroir=version("miroir"),
        parameters=parameters_digest(),
        plugins=dict(sorted(found.items())),
    )


@cache
def parameters_digest() -> str:
    """16 hexadecimal digits of the dated values shipped with this version."""
    digest = hashlib.sha256()
    tables = (each for each in files("miroir.parameters").iterdir())
    for table in sorted(tables, key=lambda each: each.name):
        if table.name.endswith(".toml"):
            content = table.read_bytes()
            digest.update(f"{table.name}:{len(content)}:".encode() + content)
    return digest.hexdigest()[:_DIGITS]


def digest_of(document: object) -> str:
    """16 hexadecimal digits of anything that JSON can hold."""
    return hashlib.sha256(canonical_json(document).encode()).hexdigest()[:_DIGITS]


def canonical_json(document: object) -> str:
    """One text for one value: keys sorted, nothing between the parts."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )
