"""Catalogue and diagnostics agree: what is said to be found is, by that one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import miroir.diagnostic
import pytest
from miroir.diagnostic import builtin
from miroir.diagnostic.catalogue import entries

DIAGNOSTICS = {each.name: each for each in builtin.miroir_diagnostics()}
CLAIMED = sorted((e.cause.id, e.detector) for e in entries() if e.detector)
(FOLDER,) = miroir.diagnostic.__path__


@pytest.mark.parametrize("name", sorted(DIAGNOSTICS))
def test_every_cause_of_a_diagnostic_says_so(name: str) -> None:
    """`detector` in causes/*.toml is the one place to change."""
    declared = {cause.id for cause in DIAGNOSTICS[name].causes}
    claimed = {id for id, detector in CLAIMED if detector == name}
    assert declared == claimed


def test_every_detector_is_a_diagnostic() -> None:
    assert {detector for _, detector in CLAIMED} <= DIAGNOSTICS.keys()


@pytest.mark.parametrize("id", [id for id, _ in CLAIMED])
def test_code_names_every_cause_that_it_is_said_to_find(id: str) -> None:
    """A cause that only a list of causes names is never found."""
    assert id in NAMED


def test_a_diagnostic_of_an_unknown_cause_is_refused() -> None:
    with pytest.raises(LookupError, match=r"mine: not in causes/\*.toml: INCONNUE"):
        builtin._diagnostic("mine", ("CET_ABSENTE", "INCONNUE"), lambda company: [])


def _named() -> Iterator[str]:
    """Every text of the diagnostics, those of `CAUSES = (…)` left out."""
    for path in Path(FOLDER).glob("*.py"):
        for statement in ast.parse(path.read_text("utf-8")).body:
            if not _lists_causes(statement):
                yield from (
                    node.value
                    for node in ast.walk(statement)
                    if isinstance(node, ast.Constant) and isinstance(node.value, str)
                )


def _lists_causes(statement: ast.stmt) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(isinstance(t, ast.Name) and t.id == "CAUSES" for t in targets)


NAMED = frozenset(_named())
