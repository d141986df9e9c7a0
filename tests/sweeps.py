"""Sweeps: the same code walked again on other data.

Coverage makes a walk four times slower (before Python 3.14 it traces every line),
and the second walk measures nothing that the first did not. A sweep is judged as
ever, and measured on its first value, or not at all where other tests walk its code.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

JUDGED_ONLY = "judged_only"
judged_only = pytest.mark.judged_only
"""For a test, or a `pytestmark`: run and judged, not measured."""


def first_measured(values: Iterable[object]) -> list[object]:
    """The values of a `parametrize`: the first is measured, all are judged."""
    first, *others = values
    return [first, *(pytest.param(each, marks=judged_only) for each in others)]
