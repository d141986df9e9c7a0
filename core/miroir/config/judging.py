"""The tables [diagnosis] and [sampling]: what counts, and what is studied."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from miroir.config.section import Section
from miroir.types.amounts import Cents
from miroir.types.diagnosis import Scope
from miroir.types.sampling import USUAL_SIZE, SampleSize
from miroir.types.thresholds import NO_THRESHOLDS, Thresholds

_EUROS = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,2}))?", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,6}", re.ASCII)
_PART = re.compile(r"0(?:\.[0-9]{1,4})?|1(?:\.0{1,4})?", re.ASCII)


def _cents(value: object) -> object:
    # A TOML float has already lost what was written.
    found = _EUROS.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError("not an amount in quotes")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _part(value: object) -> object:
    if not isinstance(value, str) or not _PART.fullmatch(value):
        raise ValueError("not a part in quotes")
    return Decimal(value)


def _confidence(value: object) -> object:
    part = _part(value)
    if part in (0, 1):
        raise ValueError("nothing is that sure")
    return part


def _number(value: object) -> object:
    # The environment gives texts.
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("not a number")
    return value


def _least(what: str) -> object:
    return Field(
        description=f"an amount in euros, in quotes: under it a diagnosis of {what}"
        " is told behind the others"
    )


Euros = Annotated[Cents, BeforeValidator(_cents)]
Part = Annotated[Decimal, BeforeValidator(_part)]
Number = Annotated[int, BeforeValidator(_number)]


class DiagnosisSection(Section):
    """What counts as established, as national, as worth being told first."""

    least_employees: Annotated[Euros, _least("some employees")] = 0
    least_group: Annotated[Euros, _least("a group of employees")] = 0
    least_company: Annotated[Euros, _least("a whole company")] = 0
    least_national: Annotated[Euros, _least("several companies")] = 0
    minimum_explained: Annotated[
        Part,
        Field(
            description='a part in quotes, "0" to "1": a diagnosis that explains '
            "less of the company's gaps is told behind the others"
        ),
    ] = NO_THRESHOLDS.minimum_explained
    established_explained: Annotated[
        Part,
        Field(
            description='a part in quotes, "0" to "1": an error deduced from '
            "amounts that explains less is a hypothesis"
        ),
    ] = NO_THRESHOLDS.established_explained
    established_employees: Annotated[
        Number,
        Field(
            ge=1,
            description="a number, 1 or more: an error deduced from the amounts of "
            "fewer employees is a hypothesis",
        ),
    ] = NO_THRESHOLDS.established_employees
    national_companies: Annotated[
        Number,
        Field(
            ge=2,
            description="a number, 2 or more: as many companies of one run with "
            "one cause that begins in one month make it national",
        ),
    ] = NO_THRESHOLDS.national_companies

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(
            least={
                Scope.EMPLOYEES: self.least_employees,
                Scope.GROUP: self.least_group,
                Scope.COMPANY: self.least_company,
                Scope.NATIONAL: self.least_national,
            },
            minimum_explained=self.minimum_explained,
            established_explained=self.established_explained,
            established_employees=self.established_employees,
            national_companies=self.national_companies,
        )


class SamplingSection(Section):
    """How many individual gaps of an establishment are studied."""

    all_below: Annotated[
        Number,
        Field(
            description="a number: up to as many employees with a gap, all of them "
            "are studied"
        ),
    ] = USUAL_SIZE.all_below
    largest: Annotated[
        Number,
        Field(description="a number: beyond, as many of the largest gaps"),
    ] = USUAL_SIZE.largest
    per_cause: Annotated[
        Number,
        Field(description="a number: then at least as many of each cause"),
    ] = USUAL_SIZE.per_cause
    random: Annotated[
        Number,
        Field(description="a number: then as many at random, always the same ones"),
    ] = USUAL_SIZE.random
    confidence: Annotated[
        Decimal,
        BeforeValidator(_confidence),
        Field(
            description='a part in quotes between "0" and "1": how surely the bound '
            "on what is left out holds"
        ),
    ] = USUAL_SIZE.confidence

    @property
    def size(self) -> SampleSize:
        return SampleSize(**self.model_dump())
