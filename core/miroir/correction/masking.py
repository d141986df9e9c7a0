"""A file of the plan without who it is about, still one that can be read.

Names, dates of birth, addresses and bank accounts are never written: payroll
software has them. A person stands under a technical number (30.020) made of
the SIREN and a pseudonym, or under the number itself where showing it was asked.
"""

from __future__ import annotations

from collections.abc import Callable

from miroir.correction.writing import adopt, block, envelope
from miroir.declaration.reader import read_dsn
from miroir.types.declaration import Block
from miroir.types.identity import PersonNumber
from miroir.types.source import ReceivedFile

_PERSON = "S21.G00.30"
_PLACEHOLDERS = {
    "002": "NOM A REPRENDRE",
    "004": "PRENOM A REPRENDRE",
    "006": "99991900",
}
_LEFT_OUT = frozenset({"S20.G00.07", "S21.G00.12", "S21.G00.31"})
"""Contacts, accounts, former identities."""
_BANK = {"S21.G00.20": {"003", "004"}, "S21.G00.60": {"007", "008"}}
_NOT_EMPLOYEES = "S89.G00."


def masked(
    content: bytes, name_of: Callable[[PersonNumber], str], *, reveal: bool = False
) -> bytes:
    """The same declarations; `reveal` keeps the numbers of persons."""
    reading = read_dsn(ReceivedFile.of("plan.dsn", content))
    found = []
    for declaration in reading.declarations:
        siren = declaration.siren

        def number(person: PersonNumber, siren: str = siren) -> tuple[str, str]:
            if reveal:
                return ("020" if person.is_ntt else "001"), person.reveal()
            return "020", f"1{siren}{name_of(person)}"

        root = _masked(declaration.block, number)
        found.append(envelope([root], declaration, declaration.norm))
    return b"".join(found)


def _masked(
    original: Block, number: Callable[[PersonNumber], tuple[str, str]]
) -> Block:
    made = Block(original.id, 0, None)
    hidden = _BANK.get(original.id, set())
    made.rubriques = [each for each in original.rubriques if each[0] not in hidden]
    if original.id == _PERSON:
        known = original.get("001") or original.get("020") or ""
        rubrique, shown = number(PersonNumber(known))
        made = block(_PERSON, {**_PLACEHOLDERS, rubrique: shown})
    for child in original.children:
        if child.id not in _LEFT_OUT and not child.id.startswith(_NOT_EMPLOYEES):
            adopt(made, _masked(child, number))
    return made
