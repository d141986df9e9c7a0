"""Typed values of one block, each refused at its own line."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from miroir.declaration.refusals import Code, Refused
from miroir.types.amounts import Cents, parse_cents
from miroir.types.declaration import Block

_DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


class Fields:
    """Reads the rubriques of a block; raises Refused naming rubrique and line."""

    __slots__ = ("block",)

    def __init__(self, block: Block) -> None:
        self.block = block

    def text(self, number: str) -> str | None:
        return self.block.get(number)

    def required(self, number: str) -> str:
        value = self.block.get(number)
        if value is None:
            code = f"{self.block.id}.{number}"
            raise Refused(Code.RUBRIQUE_MISSING, self.block.line, code)
        return value

    def amount(self, number: str) -> Cents | None:
        """Cents; exactly two decimals."""
        value = self.block.get(number)
        if value is None:
            return None
        try:
            return parse_cents(value)
        except ValueError:
            raise self.invalid(number, "an amount such as 1234.56") from None

    def required_amount(self, number: str) -> Cents:
        self.required(number)
        amount = self.amount(number)
        assert amount is not None
        return amount

    def number(self, number: str) -> Decimal | None:
        """A quantity or a rate."""
        value = self.block.get(number)
        if value is None:
            return None
        if _NUMBER.fullmatch(value) is None:
            raise self.invalid(number, "a number such as 151.67")
        return Decimal(value)

    def day(self, number: str) -> date | None:
        """A date written JJMMAAAA that exists in the calendar."""
        value = self.block.get(number)
        if value is None:
            return None
        match = _DATE.fullmatch(value)
        try:
            if match is None:
                raise ValueError
            return date(int(match[3]), int(match[2]), int(match[1]))
        except ValueError:
            raise self.invalid(number, "a date JJMMAAAA") from None

    def required_day(self, number: str) -> date:
        self.required(number)
        day = self.day(number)
        assert day is not None
        return day

    def invalid(self, number: str, expected: str) -> Refused:
        """The refusal of one value: the value itself is not repeated."""
        detail = f"{self.block.id}.{number}: {expected} is expected"
        return Refused(Code.VALUE_INVALID, self.block.line_of(number), detail)
