"""What HTTP comes to, in the words of a source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from miroir import RowsRefused, SourceError, SourceUnavailable
from miroir.errors import ActionRefused, ConfigurationError, DestinationError


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Raise SourceError or SourceUnavailable for what a request raises."""
    try:
        yield
    except ActionRefused as error:
        raise SourceError(
            f"{error}. Correct `url`, `query` or who we are there ({name})."
        ) from None
    except DestinationError as error:
        raise SourceUnavailable(f"{error}. It is tried again.") from None
    except ConfigurationError as error:
        raise SourceError(f"{error}. Correct `url`, or `token_url`.") from None
    except RowsRefused as error:
        raise SourceError(str(error)) from None
