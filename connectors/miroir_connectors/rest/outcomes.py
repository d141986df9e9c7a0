"""What is refused over HTTP, with what to correct."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from miroir import RowsRefused, SourceError
from miroir.errors import ActionRefused, AnswerTooBig, ConfigurationError


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Raise SourceError for a refusal; other errors of HTTP are a source's already."""
    try:
        yield
    except ActionRefused as error:
        raise SourceError(
            f"{error}. Correct `url`, `query` or who we are there ({name})."
        ) from None
    except AnswerTooBig as error:
        raise SourceError(f"{error} (the key `most_megabytes`; {name}).") from None
    except ConfigurationError as error:
        raise SourceError(f"{error}. Correct `url`, or `token_url`.") from None
    except RowsRefused as error:
        raise SourceError(str(error)) from None
