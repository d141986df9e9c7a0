"""From a tree of blocks to a typed declaration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from miroir.declaration.employees import read_employee
from miroir.declaration.fields import Fields
from miroir.declaration.grammar import Rubrique
from miroir.declaration.refusals import Code, Refused
from miroir.types.declaration import (
    Block,
    Declaration,
    DeclarationKind,
    Employee,
    Payment,
    Sender,
)
from miroir.types.period import Month

MONTHLY, SUBSTITUTION = "01", "09"
EURO = "01"
READ_NATURES = frozenset({MONTHLY, SUBSTITUTION})

_ORDER = re.compile(r"[0-9]{1,18}", re.ASCII)
"""15 digits at most in the norm; more are read, and remarked upon, as long as
64 bits hold them."""
_FRACTION = re.compile(r"[1-9]{2}", re.ASCII)
_SIREN = re.compile(r"[0-9]{9}", re.ASCII)
_NIC = re.compile(r"[0-9]{5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a declaration was found."""

    file: str
    sha256: str
    norm: str
    test: bool
    sender: Sender | None = None


def sender_of(header: Iterable[Rubrique]) -> Sender:
    """Who sent an envelope, from its first lines."""
    told: dict[str, str] = {}
    for rubrique in header:
        told.setdefault(rubrique.code, rubrique.value)
    return Sender(
        siren=told.get("S10.G00.01.001", ""),
        name=told.get("S10.G00.01.003", ""),
        contact=told.get("S10.G00.02.002", ""),
        phone=told.get("S10.G00.02.005", ""),
        mail=told.get("S10.G00.02.004", ""),
    )


def read_header(root: Block, provenance: Provenance) -> Declaration:
    """The declaration without its content: who, which month, which version.

    Raises Refused when one of them cannot be read.
    """
    fields = Fields(root)
    if fields.text("010") not in (None, EURO):
        raise Refused(Code.CURRENCY, root.line_of("010"))
    nature = fields.required("001")
    kind = _kind(fields, nature)
    company, establishment = _employer(root)
    siren = _matching(company, "001", _SIREN, "nine digits")
    nic = _matching(establishment, "001", _NIC, "five digits")
    return Declaration(
        siren=siren,
        siret=siren + nic,
        period=_month(fields),
        fraction=_fraction(fields),
        order=int(_matching(fields, "004", _ORDER, "1 to 18 digits")),
        nature=nature,
        kind=kind,
        norm=provenance.norm,
        test=provenance.test,
        file=provenance.file,
        sha256=provenance.sha256,
        filed_on=fields.day("007"),
        idcc=establishment.text("022") or company.text("015"),
        payments=(),
        employees=(),
        block=root,
        sender=provenance.sender,
    )


def read_content(root: Block) -> tuple[tuple[Payment, ...], tuple[Employee, ...]]:
    """Payments and employees; raises Refused at the first unreadable value."""
    _, establishment = _employer(root)
    block = establishment.block
    payments = tuple(_payment(Fields(child)) for child in block.all("S21.G00.20"))
    employees = tuple(read_employee(child) for child in block.all("S21.G00.30"))
    return payments, employees


def _kind(fields: Fields, nature: str) -> DeclarationKind:
    value = fields.required("002")
    try:
        kind = DeclarationKind(value)
    except ValueError:
        raise fields.invalid("002", "one of 01 to 05") from None
    if kind is DeclarationKind.CANCELS and nature == MONTHLY:
        # Only events and substitutions may be cancelled (CT2025.1.3 §1.4.2).
        raise fields.invalid("002", "one of 01, 02, 03, 05 for a monthly DSN")
    return kind


def _employer(root: Block) -> tuple[Fields, Fields]:
    company = next(root.all("S21.G00.06"), None)
    if company is None:
        raise Refused(Code.RUBRIQUE_MISSING, root.line, "S21.G00.06.001")
    establishment = next(company.all("S21.G00.11"), None)
    if establishment is None:
        raise Refused(Code.RUBRIQUE_MISSING, company.line, "S21.G00.11.001")
    return Fields(company), Fields(establishment)


def _month(fields: Fields) -> Month:
    fields.required("005")
    day = fields.day("005")
    if day is None or day.day != 1:
        raise fields.invalid("005", "the first day of a month, 01MMAAAA")
    return Month.of(day)


def _fraction(fields: Fields) -> str:
    value = _matching(fields, "003", _FRACTION, "two digits, 11 when not split")
    if value[0] > value[1]:
        raise fields.invalid("003", "rank not greater than the number of fractions")
    return value


def _matching(
    fields: Fields, number: str, pattern: re.Pattern[str], expected: str
) -> str:
    value = fields.required(number)
    if pattern.fullmatch(value) is None:
        raise fields.invalid(number, expected)
    return value


def _payment(fields: Fields) -> Payment:
    return Payment(
        institution=fields.required("001"),
        entity=fields.text("002"),
        amount=fields.required_amount("005"),
        start=fields.required_day("006"),
        end=fields.required_day("007"),
        mode=fields.text("010"),
        payer=fields.text("012"),
        block=fields.block,
    )
