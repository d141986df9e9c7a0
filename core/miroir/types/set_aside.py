"""One file that cannot be had does not cost the others."""

from __future__ import annotations

from miroir.errors import SourceError, SourceUnavailable

_SILENCES, _TOLD = 3, 5


class SetAside:
    """Files that cannot be had are set aside until the others were given.

    A place that does not answer three times in a row is left at once.

    Example::

        aside = miroir.SetAside()
        for name in names:
            with aside:
                yield miroir.ReceivedFile.of(name, self.read(name))
        aside.tell()
    """

    def __init__(self) -> None:
        self._errors: list[SourceError] = []
        self._silences = 0

    def __enter__(self) -> None:
        """Begin one file."""

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: object
    ) -> bool:
        if not isinstance(error, SourceError):
            self._silences = 0
            return False
        self._silences += isinstance(error, SourceUnavailable)
        if self._silences == _SILENCES:
            return False
        self._errors.append(error)
        return True

    def tell(self) -> None:
        """Raise SourceUnavailable or SourceError for what was set aside, if any."""
        if not self._errors:
            return
        later = any(isinstance(each, SourceUnavailable) for each in self._errors)
        told = list(map(str, self._errors[:_TOLD]))
        if len(self._errors) > _TOLD:
            told.append(f"and {len(self._errors) - _TOLD} more")
        raise (SourceUnavailable if later else SourceError)("; ".join(told))
