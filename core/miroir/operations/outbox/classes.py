"""By which class each destination is acted upon: as it declares, or as D."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from miroir.errors import NothingFound, WrongState
from miroir.operations.workplace import Workplace
from miroir.outbox.policy import Terms
from miroir.outbox.serving import can_find
from miroir.plugins.destinations import ConfiguredDestination
from miroir.plugins.guarding import guard
from miroir.privacy import mask
from miroir.store.database import Tables
from miroir.store.outbox.verdicts import StoredVerdict
from miroir.types.delivery import DeliveryClass, Promise

FORMAT = "miroir.delivery-verdict/1"
_LONGEST_REASON = 2_000


@dataclass(frozen=True, kw_only=True)
class JudgedClass:
    """A verdict as `miroir.testing.delivery` writes it in a file."""

    format: str
    declared: DeliveryClass
    delivery: DeliveryClass
    reason: str


def terms_of(
    configured: ConfiguredDestination, verdict: StoredVerdict | None = None
) -> Terms:
    """What a destination promises; PluginFailure when it cannot say.

    One that did not keep its class in its trials is acted upon as D: a lost
    answer is for a person. A verdict on another connector, or on another class
    than it declares now, says nothing of it.
    """
    promise = guard(
        configured.provider,
        f"saying what [destinations.{configured.name}] promises",
        partial(_promise, configured),
    )
    if (
        verdict is not None
        and verdict.connector == configured.connector
        and verdict.declared is promise.delivery
    ):
        promise = replace(promise, delivery=verdict.delivery)
    return Terms(promise=promise, can_find=can_find(configured.destination))


def terms_by_name(workplace: Workplace) -> Mapping[str, Terms]:
    """The terms of every destination, the last verdicts taken into account."""
    with workplace.store.read() as tables:
        verdicts = tables.verdicts.all()
    return {
        name: terms_of(configured, verdicts.get(name))
        for name, configured in workplace.destinations.items()
    }


def record(
    workplace: Workplace, tables: Tables, name: str, judged: JudgedClass, by: str
) -> None:
    """Keep the verdict of a destination; a worker obeys it from its next start.

    Raises NothingFound when no destination has this name, WrongState when the
    verdict is of another class than it declares.
    """
    configured = workplace.destinations.get(name)
    if configured is None:
        known = ", ".join(sorted(workplace.destinations)) or "none"
        raise NothingFound(f"no destination is named {name!r}; there are: {known}")
    declares = terms_of(configured).promise.delivery
    if judged.declared is not declares:
        raise WrongState(
            f"the verdict is of class {judged.declared.value}, and "
            f"[destinations.{name}] declares {declares.value}: judge it again"
        )
    tables.verdicts.record(
        name,
        configured.connector,
        judged.declared,
        judged.delivery,
        reason=mask(judged.reason)[:_LONGEST_REASON],
        by=by,
    )


def _promise(configured: ConfiguredDestination) -> Promise:
    promise = configured.destination.promise
    if not isinstance(promise, Promise):
        raise TypeError("`promise` is no Promise")
    return promise
