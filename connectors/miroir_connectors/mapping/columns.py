"""Finding columns by their names, whatever the accents, cases and spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from miroir import RowsRefused


def plain(name: str) -> str:
    """«N° SIREN» and «n_siren» become «n siren»."""
    text = unicodedata.normalize("NFKD", name.replace("°", " ").replace("º", " "))
    text = "".join(char for char in text if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()


def positions(
    header: Sequence[str],
    wanted: Mapping[str, Iterable[str]],
) -> Mapping[str, list[int]]:
    """For each wanted column, where the header holds it, under any alias."""
    names = [plain(cell) for cell in header]
    found: dict[str, list[int]] = {}
    for column, aliases in wanted.items():
        accepted = {plain(alias) for alias in (column, *aliases)}
        found[column] = [i for i, name in enumerate(names) if name in accepted]
    return found


def refuse_repeated(
    file: str, header: Sequence[str], found: Mapping[str, list[int]]
) -> None:
    """Raise RowsRefused when two columns of the file mean the same thing."""
    for column, places in found.items():
        if len(places) > 1:
            names = " and ".join(f"«{header[i]}»" for i in places)
            raise RowsRefused(
                f"{file}:1: two columns for {column}: {names}. Keep one of them."
            )
