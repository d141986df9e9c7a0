"""The employees to study: the same ones each time, each cause, nothing hidden."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from miroir.diagnostic.sampling import OWN_POLICY, drawn, establishments
from miroir.types.calculation import MirrorLine
from miroir.types.diagnosis import CompanyView, Diagnosis, Status
from miroir.types.period import Month
from miroir.types.sampling import Drawn, Sample, SampleSize

from tests.diagnostic.views import MARCH, SIRET, company, diagnosis, line

OTHER = "99900024300027"
SIZE = SampleSize(all_below=5, largest=3, per_cause=2, random=4)
LINES = [line(f"P{each:03}", -(1000 + each)) for each in range(100)]
RARE = diagnosis(2, "RARE", ["P000", "P001", "P002"])
COMMON = diagnosis(1, "COURANTE", [f"P{each:03}" for each in range(3, 100)])


def samples(
    view: CompanyView,
    diagnoses: tuple[Diagnosis, ...],
    size: SampleSize,
    policy: str = OWN_POLICY,
) -> tuple[Sample, ...]:
    return tuple(
        drawn(one, size, policy) for one in establishments(view, diagnoses, size)
    )


def sampled(
    lines: list[MirrorLine] = LINES,
    diagnoses: tuple[Diagnosis, ...] = (COMMON, RARE),
    size: SampleSize = SIZE,
) -> Sample:
    (sample,) = samples(company(*lines), diagnoses, size)
    return sample


def persons(sample: Sample) -> list[str]:
    return [one.person.reveal() for one in sample.studied]


def test_few_are_all_studied() -> None:
    sample = sampled(LINES[:5])
    assert {one.drawn for one in sample.studied} == {Drawn.ALL}
    assert persons(sample) == ["P004", "P003", "P002", "P001", "P000"]
    assert (sample.left, sample.left_amount, sample.doubtful_bound) == (0, 0, 0)
    assert sample.doubtful_amount == 0


def test_many_are_sampled_the_largest_each_cause_and_a_random_tail() -> None:
    sample = sampled()
    assert Counter(one.drawn for one in sample.studied) == {
        Drawn.LARGEST: 3,
        Drawn.CAUSE: 2,
        Drawn.RANDOM: 4,
    }
    assert persons(sample)[:5] == ["P099", "P098", "P097", "P002", "P001"]
    assert len(set(persons(sample))) == 9
    assert sample.employees == 100 and sample.left == 91
    assert sample.amount == sum(range(1000, 1100))
    assert sample.covered + sample.left_amount == sample.amount


def test_the_draw_does_not_depend_on_the_order_of_lines() -> None:
    shuffled = list(LINES)
    Random(1).shuffle(shuffled)
    assert sampled(shuffled) == sampled()


def test_another_establishment_or_period_draws_others() -> None:
    def tail(lines: list[MirrorLine]) -> set[str]:
        studied = sampled(lines).studied
        return {one.person.reveal() for one in studied if one.drawn is Drawn.RANDOM}

    other = [replace(each, siret=OTHER) for each in LINES]
    later = [replace(each, period=MARCH.next) for each in LINES]
    assert len({frozenset(tail(each)) for each in (LINES, other, later)}) == 3


def test_one_employee_more_hardly_moves_the_random_tail() -> None:
    tail = {one.person for one in sampled().studied if one.drawn is Drawn.RANDOM}
    more = sampled([*LINES, line("P500", -900)])
    kept = {one.person for one in more.studied if one.drawn is Drawn.RANDOM}
    assert len(tail & kept) >= 3


def test_all_months_and_contracts_of_an_employee_are_one() -> None:
    lines = [
        line("A", -100),
        line("A", 300, MARCH.next),
        line("A", -50, contract="2"),
        line("B", -200),
        line("B", 3),
    ]
    (sample,) = samples(company(*lines), (), SIZE)
    assert [(one.person.reveal(), one.amount) for one in sample.studied] == [
        ("A", 450),
        ("B", 200),
    ]
    assert sample.periods == (MARCH, MARCH.next)


def test_each_establishment_has_its_sample() -> None:
    lines = [*LINES[:10], *(replace(each, siret=OTHER) for each in LINES[10:13])]
    found = samples(company(*lines), (), SIZE)
    assert [(one.siret, one.employees, one.left) for one in found] == [
        (SIRET, 10, 3),
        (OTHER, 3, 0),
    ]


def test_those_that_no_cause_concerns_are_a_stratum() -> None:
    sample = sampled(diagnoses=(COMMON,))
    assert persons(sample)[3:5] == ["P002", "P001"]
    assert sample.studied[3].causes == ()


def test_background_and_legitimate_diagnoses_are_no_cause() -> None:
    everybody = [each.person.reveal() for each in LINES]
    none = (
        diagnosis(1, "HISTORIQUE_MANQUANT", everybody),
        diagnosis(2, "LEGITIME_X", everybody, status=Status.LEGITIMATE),
    )
    assert {one.causes for one in sampled(diagnoses=none).studied} == {()}


def test_what_is_left_is_estimated_from_the_random_tail() -> None:
    sample = sampled()
    # Every employee has an established cause: none of the tail is doubtful.
    assert sample.doubtful_amount == 0
    assert 0 < sample.doubtful_bound < sample.left_amount
    doubt = tuple(
        replace(one, finding=replace(one.finding, status=Status.HYPOTHESIS))
        for one in (COMMON, RARE)
    )
    sample = sampled(diagnoses=doubt)
    assert sample.doubtful_amount == sample.doubtful_bound == sample.left_amount


def test_without_random_tail_nothing_is_estimated_and_the_bound_is_all() -> None:
    sample = sampled(size=replace(SIZE, random=0))
    assert sample.doubtful_amount is None
    assert sample.doubtful_bound == sample.left_amount > 0


def test_a_policy_decides_on_what_the_establishment_has() -> None:
    (one,) = establishments(company(*LINES), (COMMON, RARE), SIZE)
    gaps = one.gaps
    sample = drawn(one, replace(SIZE, largest=gaps.employees // 10), "acme:dix")
    assert sample.policy == "acme:dix"
    assert sum(each.drawn is Drawn.LARGEST for each in sample.studied) == 10
    assert (gaps.siren, gaps.siret, gaps.periods) == ("999000243", SIRET, (MARCH,))
    assert (gaps.employees, gaps.lines, gaps.amount) == (100, 100, sample.amount)
    assert gaps.causes == {"COURANTE": 97, "RARE": 3}
    assert gaps.configured == SIZE


def test_no_gap_no_sample() -> None:
    assert samples(company(line("A", 0), line("B", 5, Month(2026, 1))), (), SIZE) == ()


@pytest.mark.parametrize(
    "wrong", [{"largest": -1}, {"random": -1}, {"confidence": 1}, {"confidence": 0}]
)
def test_a_size_that_means_nothing_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"0 or more|between 0 and 1"):
        SampleSize(**wrong)  # type: ignore[arg-type]
