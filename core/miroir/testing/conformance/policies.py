"""The contracts of what decides for a GPS: thresholds, ranking, sampling."""

from __future__ import annotations

from typing import ClassVar, Protocol, TypeVar

from miroir.plugins.provider import Provided
from miroir.testing.conformance.companies import analysed
from miroir.testing.conformance.contract import Contract
from miroir.types.period import Month
from miroir.types.sampling import USUAL_SIZE, EstablishmentGaps, SampleSize
from miroir.types.thresholds import Thresholds


class _Named(Protocol):
    @property
    def name(self) -> str: ...


P = TypeVar("P", bound=_Named)


class _PolicyContract(Contract):
    policy: ClassVar[str] = ""

    @classmethod
    def subject(cls) -> str:
        return cls.policy

    def mine(self, found: Provided[P] | None) -> P | None:
        """The policy of a plugin, if it has the name that is looked for."""
        return found.value if found and found.value.name == self.policy else None


class ThresholdContract(_PolicyContract):
    """The policy of `miroir_thresholds`."""

    kind = "thresholds"

    def test_it_chooses_the_same_twice(self) -> None:
        policy = self.given(lambda m: self.mine(m.threshold_policy()))
        for company in analysed():
            chosen = policy.choose(company.view)
            assert isinstance(chosen, Thresholds)
            assert chosen == policy.choose(company.view)


class RankingContract(_PolicyContract):
    """The ranking of `miroir_ranking`."""

    kind = "ranking"

    def test_it_returns_the_same_diagnoses_each_once(self) -> None:
        policy = self.given(lambda m: self.mine(m.ranking()))
        for company in analysed():
            view, diagnoses = company.view, company.diagnoses
            ordered = list(policy.order(view, diagnoses))
            assert sorted(map(id, ordered)) == sorted(map(id, diagnoses))
            assert ordered == list(policy.order(view, diagnoses))


class SamplingContract(_PolicyContract):
    """The policy of `miroir_sampling`."""

    kind = "sampling"

    def test_it_sizes_establishments_of_every_size(self) -> None:
        policy = self.given(lambda m: self.mine(m.sampling()))
        for employees in (1, 19, 20, 21, 500, 50_000):
            gaps = EstablishmentGaps(
                siren="999000243",
                siret="99900024300017",
                periods=(Month(2026, 1),),
                employees=employees,
                lines=employees,
                amount=employees * 10_00,
                causes={"CEG_ABSENTE": employees},
                configured=USUAL_SIZE,
            )
            size = policy.size(gaps)
            assert isinstance(size, SampleSize)
            assert size == policy.size(gaps)
