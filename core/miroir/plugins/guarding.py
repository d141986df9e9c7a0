"""Running a plugin's code so that its failure is blamed by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from miroir.errors import (
    ConfigurationError,
    MiroirError,
    PluginError,
    PluginFailure,
    WrongHookResult,
)
from miroir.plugins.provider import Provider
from miroir.privacy import mask

T = TypeVar("T")
Allowed = tuple[type[MiroirError], ...]


def guard(
    provider: Provider, doing: str, call: Callable[[], T], *, through: Allowed = ()
) -> T:
    """Call a plugin; whatever it raises becomes a PluginFailure naming it.

    `doing` completes «failed while»: «examining 552100554». Errors of
    `through`, which the plugin's contract foresees, pass unchanged, and so do
    ConfigurationError, which is nobody's code, and KeyboardInterrupt;
    SystemExit does not.
    """
    try:
        return call()
    except ConfigurationError:
        raise
    except through:
        raise
    except (Exception, SystemExit) as error:
        raise failure(provider, doing, error) from error


def guard_each(
    provider: Provider,
    doing: str,
    call: Callable[[], Iterable[object]],
    item: type[T],
    *,
    through: Allowed = (),
) -> Iterator[T]:
    """Like `guard`, for results that a plugin gives one by one.

    Raises WrongHookResult when one of them is not of the type `item`.
    """
    items = guard(provider, doing, lambda: iter(call()), through=through)
    end = object()
    while True:
        found = guard(provider, doing, lambda: next(items, end), through=through)
        if found is end:
            return
        if not isinstance(found, item):
            raise WrongHookResult(
                f"Plugin {provider}, while {doing}: gave {describe(found)}, "
                f"expected {item.__name__}. Correct the plugin."
            )
        yield found


def failure(provider: Provider, doing: str, error: BaseException) -> PluginFailure:
    """The error that blames a plugin; personal numbers are hidden in it."""
    what = f"it stopped the program ({error!r})"
    if not isinstance(error, SystemExit):
        what = f"{type(error).__name__}: {error}"
    return PluginFailure(_told(provider, doing, mask(what)))


def blamed(provider: Provider, doing: str, error: PluginError) -> PluginError:
    """The same error of a child, with the plugin and what it was doing."""
    return type(error)(_told(provider, doing, mask(str(error))))


def _told(provider: Provider, doing: str, what: str) -> str:
    return (
        f"Plugin {provider} failed while {doing}: {what}. Correct or update "
        f"{provider.distribution}; until then switch it off with "
        f'[plugins] disabled = ["{provider.name}"].'
    )


def describe(value: object) -> str:
    """What a plugin gave, by its type only: values may be personal data."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return "None" if value is None else f"an object of type {type(value).__name__}"
