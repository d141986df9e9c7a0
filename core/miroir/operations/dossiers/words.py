"""Free text that an adviser writes: what may not be kept is refused.

A note is read by others and handed over: no number of a person, no pay, no
word about health, no judgement (CNIL, «zones bloc-notes et commentaires»).
"""

from __future__ import annotations

from collections.abc import Mapping

from miroir.dossier.moves import MoveRefused
from miroir.synthesis.lint import Kind, problems

_SAID = {
    Kind.PERSON_NUMBER: "un numéro de Sécurité sociale ou un compte bancaire",
    Kind.PAY: "la rémunération d’une personne",
    Kind.HEALTH: "un mot sur la santé",
    Kind.JUDGEMENT: "un jugement",
}


def require_sober(*texts: str) -> None:
    """Raise MoveRefused, in French, when a text holds what may not be kept."""
    found = {
        _SAID[problem.kind] + (f" («{problem.word}»)" if problem.word else "")
        for text in texts
        for problem in problems(text)
    }
    if found:
        raise MoveRefused(
            f"Texte refusé : il contient {', '.join(sorted(found))}. Écrire"
            " seulement ce qui sert au dossier, par exemple «absence»."
        )


def require_sober_answers(answers: Mapping[str, str]) -> None:
    """The same for the answers of a form; the name of a contact may be any."""
    require_sober(
        *(text for name, text in answers.items() if name not in ("interlocutor",))
    )
