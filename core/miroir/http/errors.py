"""What HTTP comes to, for a destination and for a source at once.

Each is one of the outcomes that a destination raises, and the error of a source
that says the same: a source that speaks HTTP lets them through as they are.
"""

from __future__ import annotations

from miroir.errors import (
    ActionNotSent,
    ActionRefused,
    OutcomeUnknown,
    PreconditionFailed,
    SourceError,
    SourceUnavailable,
)


class NotSent(ActionNotSent, SourceUnavailable):
    """Surely not carried out; trying later may help."""


class TryAgain(NotSent):
    """Surely not carried out, and the same request may succeed in a moment."""


class Refused(ActionRefused, SourceError):
    """The other side said no."""


class ConditionFailed(PreconditionFailed, SourceError):
    """What was to be changed has changed meanwhile."""


class Lost(OutcomeUnknown, SourceUnavailable):
    """A write may have been carried out; what only reads may be asked again."""
