"""What each hook must return, and the names that must be given once only."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass
from typing import Generic, TypeVar, get_type_hints

from click import Command

from miroir.errors import WrongHookResult
from miroir.plugins.guarding import describe
from miroir.plugins.provider import Provider
from miroir.schedule import followups
from miroir.schedule.rhythm import parse_rhythm
from miroir.types.action import (
    AdhesionUpdater,
    CrmLogger,
    HandOverDesk,
    Mailer,
    TraceWriter,
)
from miroir.types.delivery import Destination, DestinationConnector
from miroir.types.diagnosis import Cause, Diagnostic
from miroir.types.policies import Ranking, SamplingPolicy, ThresholdPolicy
from miroir.types.schedule import FollowUpRule, Job
from miroir.types.source import (
    AdhesionSource,
    CampaignSource,
    DsnSource,
    RowSource,
    SourceConnector,
    TaskSource,
)

T = TypeVar("T")

_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_KINDS = (DsnSource, AdhesionSource, CampaignSource, TaskSource, RowSource)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract(Generic[T]):
    """One hook: the type of the things in its list, and what is wrong in one."""

    hook: str
    noun: str
    item: type[T]
    faults: Callable[[T], Iterator[str]]

    def check(self, result: object, provider: Provider) -> Sequence[T]:
        """Return the list of a hook, or raise WrongHookResult."""
        if not isinstance(result, list | tuple):
            got = describe(result)
            if inspect.isgenerator(result):
                got = "a generator (`yield`)"
                result.close()
            raise self._wrong(provider, f"returned {got}", "Return a list.")
        for item in result:
            if not isinstance(item, self.item):
                raise self._wrong(
                    provider, f"returned {describe(item)} in its list", "Correct it."
                )
            for fault in self.faults(item):
                name = getattr(item, "name", None)
                raise self._wrong(
                    provider, f"returned the {self.noun} {name!r}: {fault}"
                )
        return result

    def _wrong(self, provider: Provider, what: str, remedy: str = "") -> Exception:
        return WrongHookResult(
            f"Plugin {provider}, hook {self.hook}: {what}; expected a list of "
            f"{self.item.__name__}. {remedy}".rstrip()
        )


def _source_faults(connector: SourceConnector) -> Iterator[str]:
    yield from _name_faults(connector.name)
    yield from _class_faults(connector.source, "source", _KINDS)


def _class_faults(
    given: object, noun: str, kinds: tuple[type[object], ...]
) -> Iterator[str]:
    if not isinstance(given, type) or not issubclass(given, kinds):
        names = ", ".join(kind.__name__ for kind in kinds)
        yield f"its {noun} is {describe(given)}, not a subclass of {names}"
        return
    if inspect.isabstract(given):
        missing = ", ".join(sorted(getattr(given, "__abstractmethods__", ())))
        yield f"{given.__name__} lacks the method {missing}"
    if not is_dataclass(given) or "__dataclass_fields__" not in vars(given):
        yield f"{given.__name__} is not a dataclass; put @dataclass(frozen=True) on it"
    try:
        get_type_hints(given)
    except (NameError, TypeError) as error:
        yield (
            f"a field of {given.__name__} has a type unknown when running "
            f"({error}); import it outside TYPE_CHECKING"
        )


def _diagnostic_faults(diagnostic: Diagnostic) -> Iterator[str]:
    yield from _name_faults(diagnostic.name)
    if not callable(diagnostic.examine):
        yield "its `examine` cannot be called"
    causes: object = diagnostic.causes
    if not isinstance(causes, tuple) or not causes:
        yield "its `causes` is not a tuple of at least one Cause"
    elif not all(isinstance(cause, Cause) for cause in causes):
        yield "its `causes` holds something else than Cause"


def _command_faults(command: Command) -> Iterator[str]:
    yield from _name_faults(command.name)


def _threshold_faults(policy: ThresholdPolicy) -> Iterator[str]:
    yield from _name_faults(policy.name)
    if not callable(policy.choose):
        yield "its `choose` cannot be called"


def _ranking_faults(ranking: Ranking) -> Iterator[str]:
    yield from _name_faults(ranking.name)
    if not callable(ranking.order):
        yield "its `order` cannot be called"


def _sampling_faults(policy: SamplingPolicy) -> Iterator[str]:
    yield from _name_faults(policy.name)
    if not callable(policy.size):
        yield "its `size` cannot be called"


def _job_faults(job: Job) -> Iterator[str]:
    yield from _name_faults(job.name)
    if not callable(job.run):
        yield "its `run` cannot be called"
    try:
        parse_rhythm(job.rhythm)
    except ValueError as error:
        yield str(error)


def _follow_up_faults(rule: FollowUpRule) -> Iterator[str]:
    yield from _name_faults(rule.name)
    yield from followups.faults(rule)


def _name_faults(name: object) -> Iterator[str]:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        yield "a name has lower-case letters and digits, joined by - or _"


SOURCES = Contract(
    hook="miroir_sources",
    noun="connector",
    item=SourceConnector,
    faults=_source_faults,
)
DIAGNOSTICS = Contract(
    hook="miroir_diagnostics",
    noun="diagnostic",
    item=Diagnostic,
    faults=_diagnostic_faults,
)
COMMANDS = Contract(
    hook="miroir_commands",
    noun="command",
    item=Command,
    faults=_command_faults,
)
THRESHOLDS = Contract(
    hook="miroir_thresholds",
    noun="threshold policy",
    item=ThresholdPolicy,
    faults=_threshold_faults,
)
RANKING = Contract(
    hook="miroir_ranking",
    noun="ranking",
    item=Ranking,
    faults=_ranking_faults,
)
SAMPLING = Contract(
    hook="miroir_sampling",
    noun="sampling policy",
    item=SamplingPolicy,
    faults=_sampling_faults,
)
JOBS = Contract(
    hook="miroir_jobs",
    noun="job",
    item=Job,
    faults=_job_faults,
)
FOLLOW_UPS = Contract(
    hook="miroir_followups",
    noun="follow-up rule",
    item=FollowUpRule,
    faults=_follow_up_faults,
)


def _destinations(
    hook: str, noun: str, kind: type[object]
) -> Contract[DestinationConnector[Destination[object]]]:
    def faults(
        connector: DestinationConnector[Destination[object]],
    ) -> Iterator[str]:
        yield from _name_faults(connector.name)
        yield from _class_faults(connector.destination, "destination", (kind,))

    return Contract(hook=hook, noun=noun, item=DestinationConnector, faults=faults)


DESTINATIONS = (
    _destinations("miroir_adhesion_updaters", "adhesion updater", AdhesionUpdater),
    _destinations("miroir_crm_loggers", "CRM logger", CrmLogger),
    _destinations("miroir_trace_writers", "trace writer", TraceWriter),
    _destinations("miroir_mailers", "mailer", Mailer),
    _destinations("miroir_hand_overs", "hand-over desk", HandOverDesk),
)
"""One contract per kind of destination; their names are one namespace."""
HOOKS = (
    *(SOURCES.hook, DIAGNOSTICS.hook, COMMANDS.hook),
    *(THRESHOLDS.hook, RANKING.hook, SAMPLING.hook),
    *(JOBS.hook, FOLLOW_UPS.hook),
    *(contract.hook for contract in DESTINATIONS),
)
