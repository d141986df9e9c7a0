"""Every error of Miroir. The docstring of a class is its message.

An error says what was wrong, where, and what to do. Whether trying again can
help is the class's family, never its text: `Retriable` or not.
"""

from __future__ import annotations

from collections.abc import Iterable

from miroir.masking import mask


class MiroirError(Exception):
    """Something went wrong in Miroir."""

    # Its text may be a plugin's, and goes to terminals, logs, rows and mails.
    # Masked when it is made: the secrets that it may hold are known then.
    def __init__(self, *args: object) -> None:
        told = args or (type(self).__doc__,)
        super().__init__(*(mask(a) if isinstance(a, str) else a for a in told))

    def __str__(self) -> str:
        return mask(super().__str__())


class Retriable(MiroirError):
    """The outside did not answer; the same call may succeed later."""


class ConfigurationError(MiroirError):
    """The configuration cannot be used.

    `problems` holds one line per problem: file, key, what was expected. Who
    does not know the file and the key gives the `value` that is wrong, an
    address say: they are found by it.
    """

    def __init__(self, problems: Iterable[str], *, value: str = "") -> None:
        self.value = value
        super().__init__(*problems)

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(map(str, self.args))

    def __str__(self) -> str:
        return mask("\n".join(self.problems))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.problems,), {"value": self.value}


class BeyondHorizon(MiroirError):
    """No published value is known for this date: a value is never prolonged."""


class SourceError(MiroirError):
    """A source could not be read."""


class SourceUnavailable(SourceError, Retriable):
    """A source did not answer; it may later."""


class SourceHeld(SourceError):
    """A source gives much less than before; it waits for a person."""


class RowsRefused(SourceError):
    """A table file cannot be read: its columns are not the ones expected."""


class PluginError(MiroirError):
    """A plugin cannot be used."""


class PluginLoadError(PluginError):
    """A plugin failed to load."""


class DuplicatePluginName(PluginError):
    """Two distributions register a plugin under the same name."""


class UnknownHook(PluginError):
    """A plugin implements a hook that does not exist."""


class WrongHookResult(PluginError):
    """A hook returned something else than its contract."""


class PluginFailure(PluginError):
    """A plugin raised while it was at work."""


class PluginNotStarted(PluginError):
    """A plugin was not reached: what it was called for was surely not begun."""


class PluginRaised(PluginFailure):
    """A plugin raised in a process of its own. `kind` is the class it raised."""

    def __init__(self, *args: object, kind: str = "") -> None:
        self.kind = kind
        super().__init__(*args)


class PluginTooSlow(PluginFailure):
    """A plugin did not answer in time; its process was killed."""


class PluginCrashed(PluginFailure):
    """The process of a plugin died while it was at work."""


class PluginGarbage(PluginFailure):
    """A plugin answered what nobody can use."""


class PluginSetAside(PluginError):
    """A plugin that misbehaved too often is left alone for the rest of the run."""


class StoreError(MiroirError):
    """The store cannot be used."""


class DestinationError(MiroirError):
    """An outside system cannot be used."""


class ActionNotSent(DestinationError, Retriable):
    """The action was surely not carried out; it will be tried again.

    `retry_after`: seconds that the other side asked to wait, None if it did not.
    """

    def __init__(self, *args: object, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(*args)


class AnswerTooBig(ActionNotSent, SourceError):
    """An answer is beyond its bound: who reads it again gets no further."""


class ActionRefused(DestinationError):
    """The other side refused the action.

    `code` is its own word for it, such as an HTTP status.
    """

    def __init__(self, *args: object, code: str = "") -> None:
        self.code = code
        super().__init__(*args)


class PreconditionFailed(ActionRefused):
    """What the action changes has changed meanwhile; it must be proposed anew."""


class NeedsPerson(DestinationError):
    """Nothing was sent: only a person can choose, between two accounts say."""


class OutcomeUnknown(DestinationError):
    """The answer was lost: the action may have been carried out, or not."""


# What `miroir.http` raises is at once what a destination and what a source may
# raise, so that neither converts it. They stand here to go from process to process.


class HttpNotSent(ActionNotSent, SourceUnavailable):
    """A request was surely not carried out; trying later may help."""


class HttpRefused(ActionRefused, SourceError):
    """The other side answered no."""


class HttpConditionFailed(PreconditionFailed, SourceError):
    """What a request changes has changed meanwhile."""


class HttpOutcomeUnknown(OutcomeUnknown, SourceUnavailable):
    """A request may have been carried out, or not; one that only reads may be sent
    again."""


class ActionUnreadable(MiroirError):
    """What is stored of an action cannot be read."""


class PersonalNumberInAction(MiroirError):
    """An action holds what looks like a NIR."""


class IntentDiffers(MiroirError):
    """Another action was written under the same intent."""


class WrongState(MiroirError):
    """This cannot be done to an action in the state it is in."""


class LeaseLost(MiroirError):
    """Another scheduler has taken the lease; this one writes nothing more."""


class KeyFileError(MiroirError):
    """The key file cannot be used."""


class NothingFound(MiroirError):
    """Nothing matches what was asked."""
