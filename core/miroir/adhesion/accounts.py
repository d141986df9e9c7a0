"""The account of a person, written in one way only.

«Marie», « MARIE » and «marie» are one person: a plan and its approval name
accounts as this module writes them, and the database takes no other form.
"""

from __future__ import annotations

import re
import unicodedata

from miroir.dossier.moves import MoveRefused

ROBOT = "miroir"
"""Who acts when nobody does: it neither proposes nor approves."""
FORM = re.compile(r"[a-z0-9._@-]{1,64}", re.ASCII)
_BLANKS = re.compile(r"\s+")


def account(name: str) -> str:
    """«Zoé Martin» is «zoe.martin»: no case, no accent, no blank.

    Raises MoveRefused, in French, for a name that has letters of another
    alphabet, which could look like someone else's, and for Miroir itself.
    """
    visible = "".join(each for each in name if unicodedata.category(each) != "Cf")
    letters = unicodedata.normalize("NFKD", visible)
    bare = "".join(each for each in letters if not unicodedata.combining(each))
    found = _BLANKS.sub(".", bare.strip()).casefold()
    if FORM.fullmatch(found) is None:
        raise MoveRefused(
            "Le nom de la personne qui agit doit être celui de son compte : lettres,"
            " chiffres, point, tiret, arobase, 64 au plus (voir --as et"
            " $MIROIR_ADVISER)."
        )
    if found == ROBOT:
        raise MoveRefused(
            "Une mise à jour d’adhésion se propose et s’approuve par des personnes,"
            " jamais par Miroir."
        )
    return found
