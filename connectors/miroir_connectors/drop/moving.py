"""Putting away what was taken: never over another file, never one that is new."""

from __future__ import annotations

from miroir import SourceError

from miroir_connectors.drop.place import Entry, Place

_MOST_OF_A_NAME = 9_999


def put_away(place: Place, entry: Entry, folder: str, marker: str) -> None:
    """Move a file, then its marker, under a name that nothing has.

    Raises SourceError when it cannot be moved.
    """
    if not entry.same_as(place.look(entry.path)):
        return  # another one has come under its name: it is still to be taken
    _move(place, entry.path, folder)
    if marker and place.look(entry.path + marker) is not None:
        _move(place, entry.path + marker, folder)


def _move(place: Place, path: str, folder: str) -> None:
    name = path.rpartition("/")[2]
    stem, dot, ending = name.partition(".")
    for number in range(1, _MOST_OF_A_NAME + 1):
        free = name if number == 1 else f"{stem} ({number}){dot}{ending}"
        try:
            place.move(path, folder, free)
        except FileExistsError:
            continue
        return
    raise SourceError(f"{place.address}/{folder}: it holds too many files named {name}")
