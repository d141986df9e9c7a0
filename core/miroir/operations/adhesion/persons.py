"""Who acts on a plan: an account, in the one form that the database takes."""

from __future__ import annotations

import os

from miroir.adhesion.accounts import account
from miroir.dossier.moves import MoveRefused
from miroir.operations.workplace import Workplace

SESSION = "session"


def person(workplace: Workplace, actor: str) -> str:
    """The account of whoever acts; raises MoveRefused, in French.

    With `[adhesion] identity = "session"` it is the user that the operating
    system runs this program for: a name that was given is refused.
    """
    named = account(actor)
    if workplace.settings.adhesion.identity != SESSION:
        return named
    mine = account(_session_user())
    if named != mine:
        raise MoveRefused(
            f"Chacun agit sous son propre compte : cette session est celle de {mine},"
            f' pas de {named} (adhesion.identity = "session").'
        )
    return mine


def _session_user() -> str:
    # Not getpass.getuser: it believes $LOGNAME.
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name
