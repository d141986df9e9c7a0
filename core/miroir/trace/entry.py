"""What an act says of itself to the journal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Fact = str | int | bool | None

_ACT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_LARGEST = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act. Who, what, on which company and thing, with which result.

    `act` is in two words or more: «mail.sent». `subject` names a thing:
    «dossier:12», «action:» and the key of an intent. `facts` are read by
    anyone who reads the journal: ids, digests, codes, amounts in cents, never
    a person. What is personal goes to `detail`, and is encrypted under the key
    of `person`, a pseudonym (`Keys.pseudonym`, `Keys.contact`): destroying
    that key makes it unreadable and leaves the chain whole.

    Raises ValueError for an act that is no act, a detail of nobody, or a
    number that a person could be found by.
    """

    act: str
    actor: str
    siren: str = ""
    subject: str = ""
    outcome: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    person: str = ""
    detail: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if _ACT.fullmatch(self.act) is None:
            raise ValueError(f"«{self.act}» names no act; write it as «mail.sent»")
        if self.detail and not self.person:
            raise ValueError("a detail is of a person: give a pseudonym")
        for name, value in self.facts.items():
            if isinstance(value, float) or (
                isinstance(value, int) and abs(value) >= _LARGEST
            ):
                raise ValueError(f"{name}: a fact is a text, or an int below 10^12")
