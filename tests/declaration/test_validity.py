"""Which version of a month is the valid one."""

from __future__ import annotations

from itertools import permutations

import pytest
from miroir.declaration.reader import read_dsn
from miroir.declaration.validity import judge_versions
from miroir.types.declaration import Declaration, VersionStatus
from miroir.types.source import ReceivedFile

from tests.written import as_bytes, declaration, envelope, plain

MONTH = "2026-03"


def one(
    name: str, gross: str = "2000.00", *, employees: bool = True, **options: str
) -> Declaration:
    people = [plain(MONTH, gross, gross, ("1.00", "0.00"))] if employees else []
    content = as_bytes(envelope(declaration(MONTH, *people, **options)))  # type: ignore[arg-type]
    (found,) = read_dsn(ReceivedFile.of(name, content)).declarations
    return found


def judged(*declarations: Declaration) -> dict[str, str]:
    versions = judge_versions(declarations)
    return {v.declaration.file: v.status.value for v in versions}


def test_the_highest_order_is_the_valid_one_whatever_the_order_of_files() -> None:
    versions = [
        one("1", order="1"),
        one("2", "2100.00", order="2", kind="03"),
        one("3", "2200.00", order="202604241059", kind="03"),
    ]
    for order in permutations(versions):
        assert judged(*order) == {
            "1": "superseded",
            "2": "superseded",
            "3": "current",
        }


def test_orders_are_numbers_not_text() -> None:
    assert judged(one("nine", order="9"), one("ten", "1.00", order="10")) == {
        "nine": "superseded",
        "ten": "current",
    }


def test_the_same_bytes_twice_are_one() -> None:
    first, copy = one("a"), one("b")
    assert judged(copy, first) == {"a": "current", "b": "duplicate"}


def test_a_copy_of_an_older_version_is_a_duplicate_of_it() -> None:
    assert judged(one("a"), one("b"), one("c", "3.00", order="2", kind="03")) == {
        "a": "superseded",
        "b": "duplicate",
        "c": "current",
    }


def test_two_contents_under_one_order_keep_one_and_say_so() -> None:
    versions = judge_versions([one("a"), one("b", "2100.00")])
    assert sorted(v.status for v in versions) == [
        VersionStatus.CURRENT,
        VersionStatus.SUPERSEDED,
    ]
    reasons = [v.reason for v in versions if v.reason]
    assert reasons == ["même numéro d’ordre que b, contenu différent"]


def test_a_replacement_without_employees_empties_the_month() -> None:
    gone = one("b", employees=False, kind="05", order="2")
    assert judged(one("a"), gone) == {"a": "superseded", "b": "current"}
    assert gone.employees == ()


@pytest.mark.parametrize(
    ("kind", "said"), [("03", "remplacée par b"), ("01", "suivie d’une seconde")]
)
def test_a_superseded_version_says_by_what(kind: str, said: str) -> None:
    versions = judge_versions([one("a"), one("b", "1.00", kind=kind, order="2")])
    assert said in versions[0].reason


def test_fractions_establishments_and_natures_do_not_replace_each_other() -> None:
    assert set(
        judged(
            one("1", fraction="12"),
            one("2", fraction="22"),
            one("3", nic="00025"),
            one("4", nature="09"),
        ).values()
    ) == {"current"}


def test_a_cancelled_substitution_leaves_nothing_current() -> None:
    assert judged(
        one("a", nature="09"), one("b", nature="09", kind="04", order="2")
    ) == {"a": "superseded", "b": "superseded"}


def test_a_month_is_split_one_way() -> None:
    assert judged(
        one("whole"),
        one("first", fraction="12", order="2"),
        one("second", fraction="22", order="3"),
    ) == {"whole": "superseded", "first": "current", "second": "current"}


def test_long_order_numbers_are_kept_exactly() -> None:
    assert one("a", order="999999999999999999").order == 999999999999999999
