"""The policies of a GPS at work in an analysis, and what happens when one fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from miroir.errors import DuplicatePluginName, WrongHookResult
from miroir.pipeline import Knowledge, analyse
from miroir.plugins import PluginManager
from miroir.plugins.judging import Judging
from miroir.plugins.provider import Provided, Provider
from miroir.testing.payroll import SimulatedCompany, make_company
from miroir.types.diagnosis import CompanyAnalysis, CompanyView, Diagnosis
from miroir.types.policies import Ranking, SamplingPolicy, ThresholdPolicy
from miroir.types.sampling import EstablishmentGaps, SampleSize
from miroir.types.source import ReceivedFile
from miroir.types.thresholds import Thresholds

from tests.plugins.distributions import Site, site

__all__ = ["site"]

PROVIDER = Provider(name="acme", distribution="miroir-acme", version="1.0")
SIZE = SampleSize(all_below=2, largest=1, per_cause=1, random=2)


@pytest.fixture(scope="module")
def made() -> SimulatedCompany:
    return make_company(11, 2026, 3, 12, cause="CEG_ABSENTE")


def analysed(made: SimulatedCompany, judging: Judging) -> CompanyAnalysis:
    knowledge = Knowledge(
        diagnostics=PluginManager.load(enabled=[]).diagnostics(), judging=judging
    )
    files = [ReceivedFile.of(name, content) for name, content in made.files]
    (company,) = analyse(files, knowledge).companies
    return company


def choosing(choose: Callable[[CompanyView], Thresholds]) -> Judging:
    policy = ThresholdPolicy(name="seuils", choose=choose)
    return Judging(threshold_policy=Provided(policy, PROVIDER))


def ordering(
    order: Callable[[CompanyView, Sequence[Diagnosis]], Sequence[Diagnosis]],
) -> Judging:
    return Judging(ranking=Provided(Ranking(name="ordre", order=order), PROVIDER))


def sizing(size: Callable[[EstablishmentGaps], SampleSize]) -> Judging:
    policy = SamplingPolicy(name="tirage", size=size)
    return Judging(size=SIZE, sampling=Provided(policy, PROVIDER))


def ids(company: CompanyAnalysis) -> list[str]:
    return [one.cause.id for one in company.diagnoses]


def test_thresholds_of_a_policy_take_the_place_of_the_configured_ones(
    made: SimulatedCompany,
) -> None:
    hard = Thresholds(established_employees=1_000)
    company = analysed(made, choosing(lambda company: hard))
    assert company.failures == ()
    assert company.view.thresholds is hard
    first = company.diagnoses[0]
    assert (first.cause.id, first.finding.status.value) == ("CEG_ABSENTE", "hypothesis")
    assert first.under[0].endswith("établi à partir de 1000")


def test_a_policy_of_thresholds_that_fails_is_named_and_leaves_the_configured_ones(
    made: SimulatedCompany,
) -> None:
    def choose(company: CompanyView) -> Thresholds:
        raise KeyError("mystère")

    company = analysed(made, choosing(choose))
    (failure,) = company.failures
    assert "Plugin 'acme' (miroir-acme 1.0) failed while choosing the thresholds" in (
        failure
    )
    assert ids(company) == ids(analysed(made, Judging()))


def test_an_order_is_numbered_again(made: SimulatedCompany) -> None:
    own = analysed(made, Judging())
    company = analysed(made, ordering(lambda company, own: own[::-1]))
    assert company.failures == ()
    assert ids(company) == ids(own)[::-1] and len(ids(own)) > 1
    assert [one.rank for one in company.diagnoses] == list(
        range(1, len(company.diagnoses) + 1)
    )


@pytest.mark.parametrize(
    "order, why",
    [
        (lambda company, own: own[1:], "other diagnoses than those it was given"),
        (lambda company, own: [*own, own[0]], "other diagnoses than those"),
        (lambda company, own: None, "returned None"),
        (lambda company, own: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_an_order_that_loses_one_is_refused_and_the_own_order_stays(
    made: SimulatedCompany,
    order: Callable[[CompanyView, Sequence[Diagnosis]], Sequence[Diagnosis]],
    why: str,
) -> None:
    company = analysed(made, ordering(order))
    (failure,) = company.failures
    assert why in failure and "ranking the diagnoses of 999" in failure
    assert ids(company) == ids(analysed(made, Judging()))


def test_a_size_of_a_policy_holds_and_the_sample_names_it(
    made: SimulatedCompany,
) -> None:
    company = analysed(made, sizing(lambda gaps: SampleSize(all_below=0, largest=4)))
    (sample,) = company.samples
    assert (sample.policy, sample.size.largest) == ("acme:tirage", 4)


def test_a_size_that_cannot_be_used_leaves_the_configured_one(
    made: SimulatedCompany,
) -> None:
    company = analysed(made, sizing(lambda gaps: 12))  # type: ignore[arg-type, return-value]
    (failure,) = company.failures
    assert "returned an object of type int; expected SampleSize" in failure
    assert company.samples[0].size == SIZE


POLICY = """
import miroir


@miroir.hookimpl
def miroir_thresholds():
    return [miroir.ThresholdPolicy(name="un", choose=lambda company: company.thresholds)]
"""


def test_two_policies_are_refused_and_both_named(site: Site) -> None:
    site.install("miroir-a", {"acme_a": POLICY})
    site.install("miroir-b", {"acme_b": POLICY})
    plugins = PluginManager.load(enabled=["acme_a", "acme_b"])
    with pytest.raises(DuplicatePluginName, match=r"threshold policy .*acme_a.*acme_b"):
        plugins.check()


@pytest.mark.parametrize(
    "hook, item, fault",
    [
        ("miroir_thresholds", "ThresholdPolicy(name='x', choose=1)", "`choose` cannot"),
        ("miroir_ranking", "Ranking(name='x', order=1)", "`order` cannot"),
        ("miroir_sampling", "SamplingPolicy(name='x', size=1)", "`size` cannot"),
        ("miroir_sampling", "SamplingPolicy(name='É', size=len)", "a name has"),
        ("miroir_ranking", "SampleSize()", "an object of type SampleSize"),
    ],
)
def test_a_policy_that_cannot_work_is_refused_when_loaded(
    site: Site, hook: str, item: str, fault: str
) -> None:
    code = (
        f"import miroir\n@miroir.hookimpl\ndef {hook}():\n    return [miroir.{item}]\n"
    )
    site.install("miroir-a", {"acme_a": code})
    with pytest.raises(WrongHookResult, match=fault):
        PluginManager.load(enabled=["acme_a"]).check()
