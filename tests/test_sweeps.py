from __future__ import annotations

import sys
import threading

import pytest

from tests.sweeps import first_measured, judged_only


@pytest.fixture
def tracer() -> object:
    return sys.gettrace()


@judged_only
def test_a_sweep_and_its_fixtures_are_not_traced(tracer: object) -> None:
    assert (tracer, sys.gettrace(), threading.gettrace()) == (None, None, None)


def test_what_comes_after_it_is_traced_again(pytestconfig: pytest.Config) -> None:
    if not pytestconfig.pluginmanager.has_plugin("_cov") or sys.version_info >= (3, 14):
        pytest.skip("nothing is measured, or without tracing")
    assert sys.gettrace() is not None


def test_the_first_value_is_measured() -> None:
    first, *others = first_measured(range(3))
    assert first == 0
    assert [each.values for each in others] == [(1,), (2,)]  # type: ignore[attr-defined]
