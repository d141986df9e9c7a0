"""What is wrong in what a plugin gave, told by types and never by values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import pytest
from miroir.plugins.conforming import fault
from miroir.types.declaration import Evidence
from miroir.types.diagnosis import Finding, Scope, Status
from miroir.types.identity import PersonNumber
from miroir.types.period import Month
from miroir.types.source import Reading, TaskReading
from miroir.types.thresholds import Thresholds

FINDING = Finding(
    cause="VU",
    scope=Scope.COMPANY,
    status=Status.HYPOTHESIS,
    periods=(Month(2026, 1),),
    persons=(PersonNumber("2690549588157"),),
    evidence=(Evidence(file="a.dsn", line=3, rubrique="S21", value="1.00"),),
)


def but(**wrong: Any) -> Finding:
    return replace(FINDING, **wrong)


@pytest.mark.parametrize(
    "value, expected",
    [
        ([FINDING], Sequence[Finding]),
        ((), Sequence[Finding]),
        (Thresholds(least={Scope.COMPANY: 100}), Thresholds),
        (None, str | None),
        ("a", str | None),
        (TaskReading(tasks=()), Reading),
        ((1, "a"), tuple[int, str]),
        ("dsn", Literal["dsn", "task"]),
        (object(), Any),
        (None, type(None)),
    ],
)
def test_what_is_as_promised_has_no_fault(value: object, expected: Any) -> None:
    assert fault(value, expected) == ""


@pytest.mark.parametrize(
    "value, expected, told",
    [
        (None, Sequence[Finding], "returned None; expected a list of Finding"),
        ("abc", Sequence[Finding], "an object of type str; expected a list of Finding"),
        (
            [3],
            Sequence[Finding],
            "a wrong [0]: an object of type int; expected Finding",
        ),
        ([but(amount="1")], Sequence[Finding], "[0].amount"),
        ([but(amount=True)], Sequence[Finding], "type bool; expected int"),
        ([but(periods=None)], Sequence[Finding], "a tuple of Month"),
        ([but(periods=("x",))], Sequence[Finding], "[0].periods[0]"),
        ([but(scope="company")], Sequence[Finding], "expected Scope"),
        ([but(remedy={1: "a"})], Sequence[Finding], "remedy (a key)"),
        ([but(remedy=3)], Sequence[Finding], "expected a mapping"),
        ({"a": 1}, Mapping[str, str], "a value"),
        (3, str | None, "expected str or None"),
        (TaskReading(tasks=(3,)), Reading, "a wrong tasks[0]"),  # type: ignore[arg-type]
        (3, int | str | None, ""),
        (3.5, int | str | None, "expected int or str or None"),
        (3, Reading, "AdhesionReading or CampaignReading or TaskReading"),
        ((1,), tuple[int, str], "1 items"),
        ((1, 2), tuple[int, str], "[1]"),
        ("none", Literal["dsn", "task"], "expected"),
        (3, type(None), "expected None"),
    ],
)
def test_what_is_not_is_told_by_its_place(
    value: object, expected: Any, told: str
) -> None:
    found = fault(value, expected)
    assert told in found and bool(found) is bool(told)
    assert "2690549588157" not in found
