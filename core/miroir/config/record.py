"""The table `[record]`: the shared record of a company, its limits, its menus."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field

from miroir.config.judging import Number
from miroir.config.section import Section


class CodesSection(Section):
    """The codes of a menu, from a day to another."""

    since: date = Field(description="the first day that these codes hold")
    until: date | None = Field(
        default=None, description="the last day; without it, until further notice"
    )
    codes: dict[str, str] = Field(
        min_length=1, description="a table of codes, each with what it means, in French"
    )


def _one_at_a_time(lists: tuple[CodesSection, ...]) -> tuple[CodesSection, ...]:
    ordered = sorted(lists, key=lambda each: each.since)
    for before, after in pairwise(ordered):
        if before.until is None or before.until >= after.since:
            raise ValueError("their days overlap")
    return lists


class MenuSection(Section):
    """One menu of the record."""

    label: str = Field(min_length=1, description="what an adviser reads, in French")
    required: bool = Field(
        default=False, description="true: no record is written without a choice in it"
    )
    lists: Annotated[tuple[CodesSection, ...], AfterValidator(_one_at_a_time)] = Field(
        min_length=1,
        description="a list of tables, one per list of codes, whose days do not overlap",
    )


class RecordSection(Section):
    """What the shared record of a company takes."""

    summary_limit: Annotated[
        Number | None,
        Field(
            ge=1,
            description="a number, 1 or more: the most that the summary of a call may "
            "hold; without it, no limit",
        ),
    ] = None
    menus: dict[str, MenuSection] = Field(
        default_factory=dict,
        description="tables [record.menus.<name>], one per menu of the record",
    )
