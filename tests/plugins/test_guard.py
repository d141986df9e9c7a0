from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from miroir.errors import PluginFailure, SourceUnavailable, WrongHookResult
from miroir.plugins import Provider, guard, guard_each

ACME = Provider(name="gps_acme", distribution="miroir-gps-acme", version="1.2")


def _raise(error: BaseException) -> Callable[[], None]:
    def call() -> None:
        raise error

    return call


def test_gives_what_the_plugin_gives() -> None:
    assert guard(ACME, "counting", lambda: 3) == 3


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), MemoryError()])
def test_any_exception_is_blamed_on_the_plugin(error: BaseException) -> None:
    with pytest.raises(PluginFailure) as caught:
        guard(ACME, "examining 552100554", _raise(error))
    assert str(caught.value).startswith(
        "Plugin 'gps_acme' (miroir-gps-acme 1.2) failed while examining 552100554: "
    )
    assert caught.value.__cause__ is error


def test_an_interruption_is_not_the_plugin() -> None:
    with pytest.raises(KeyboardInterrupt):
        guard(ACME, "counting", _raise(KeyboardInterrupt()))


def test_what_the_contract_foresees_passes() -> None:
    error = SourceUnavailable("the tool did not answer")
    with pytest.raises(SourceUnavailable) as caught:
        guard(ACME, "collecting", _raise(error), through=(SourceUnavailable,))
    assert caught.value is error
    with pytest.raises(PluginFailure):
        guard(ACME, "collecting", _raise(error))


def test_a_generator_is_guarded_to_its_end() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise OSError("disk")

    given = guard_each(ACME, "counting", numbers, int)
    assert next(given) == 1
    with pytest.raises(PluginFailure, match="OSError: disk"):
        next(given)


def test_things_of_another_type_are_refused_without_showing_them() -> None:
    given = guard_each(ACME, "collecting", lambda: [1, "1850578006084"], int)
    assert next(given) == 1
    with pytest.raises(WrongHookResult) as caught:
        next(given)
    assert "gave an object of type str, expected int" in str(caught.value)
    assert "1850578006084" not in str(caught.value)


def test_something_that_is_no_list_is_blamed_on_the_plugin() -> None:
    with pytest.raises(PluginFailure, match="TypeError"):
        list(guard_each(ACME, "collecting", lambda: 3, int))  # type: ignore[arg-type, return-value]
