"""How the findings of a company become its answer, a GPS's policies included.

A policy that fails is named in the failures of the company, and Miroir's own
thresholds, order or sample stand in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Self

from miroir.diagnostic.ranking import numbered, rank
from miroir.diagnostic.sampling import OWN_POLICY, drawn, establishments
from miroir.errors import PluginError
from miroir.plugins.answer import Answer
from miroir.plugins.containment import Containment, Task
from miroir.plugins.guarding import describe
from miroir.plugins.provider import Provided
from miroir.types.diagnosis import Cause, CompanyView, Diagnosis
from miroir.types.policies import Ranking, SamplingPolicy, ThresholdPolicy
from miroir.types.sampling import USUAL_SIZE, EstablishmentGaps, SampleSize
from miroir.types.thresholds import NO_THRESHOLDS, Thresholds

if TYPE_CHECKING:
    from miroir.plugins.manager import PluginManager


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """Thresholds and sizes of the configuration, and the policies of plugins."""

    thresholds: Thresholds = NO_THRESHOLDS
    size: SampleSize = USUAL_SIZE
    threshold_policy: Provided[ThresholdPolicy] | None = None
    ranking: Provided[Ranking] | None = None
    sampling: Provided[SamplingPolicy] | None = None

    @classmethod
    def of(
        cls,
        plugins: PluginManager,
        thresholds: Thresholds = NO_THRESHOLDS,
        size: SampleSize = USUAL_SIZE,
    ) -> Self:
        """The policies of the plugins that are on."""
        return cls(
            thresholds=thresholds,
            size=size,
            threshold_policy=plugins.threshold_policy(),
            ranking=plugins.ranking(),
            sampling=plugins.sampling(),
        )

    def open(self, batch: Sequence[Answer], containment: Containment) -> None:
        """Give each company the thresholds that hold for it."""
        for answer in batch:
            answer.view = replace(answer.view, thresholds=self.thresholds)
        if self.threshold_policy is None:
            return
        policy, provider = self.threshold_policy
        tasks = [
            Task(
                provider=provider,
                doing=f"choosing the thresholds of {answer.view.siren} ({policy.name})",
                what=f"choosing thresholds ({policy.name})",
                call=partial(policy.choose, answer.view),
                expected=Thresholds,
            )
            for answer in batch
        ]
        answers = containment.run(tasks)
        for answer, chosen in zip(batch, answers, strict=True):
            if isinstance(chosen, PluginError):
                answer.failures.append(str(chosen))
            else:
                answer.view = replace(answer.view, thresholds=chosen)

    def rank(
        self,
        batch: Sequence[Answer],
        causes: Mapping[str, Cause],
        containment: Containment,
    ) -> None:
        """Put the diagnoses in order: that of the GPS when it has one."""
        for answer in batch:
            answer.diagnoses = rank(answer.findings, causes, answer.view)
        if self.ranking is None:
            return
        tasks = [_ordering(answer, self.ranking) for answer in batch]
        answers = containment.run(tasks)
        for answer, places in zip(batch, answers, strict=True):
            if isinstance(places, PluginError):
                answer.failures.append(str(places))
            else:
                own = answer.diagnoses
                answer.diagnoses = numbered(own[place] for place in places)

    def sample(self, batch: Sequence[Answer], containment: Containment) -> None:
        """Choose what to study in each establishment with gaps."""
        drawing = [
            (answer, to_draw)
            for answer in batch
            for to_draw in establishments(answer.view, answer.diagnoses, self.size)
        ]
        sizes: Sequence[SampleSize | PluginError] = [self.size] * len(drawing)
        name = OWN_POLICY
        if self.sampling is not None:
            policy, provider = self.sampling
            name = f"{provider.name}:{policy.name}"
            tasks = [_sizing(to_draw.gaps, self.sampling) for _, to_draw in drawing]
            asked = containment.run(tasks)
            sizes = asked
        for (answer, to_draw), size in zip(drawing, sizes, strict=True):
            if isinstance(size, PluginError):
                answer.failures.append(str(size))
                size = self.size
            answer.samples += (drawn(to_draw, size, name),)


def _ordering(answer: Answer, given: Provided[Ranking]) -> Task[tuple[int, ...]]:
    ranking, provider = given
    own = answer.diagnoses
    return Task(
        provider=provider,
        doing=f"ranking the diagnoses of {answer.view.siren} ({ranking.name})",
        what=f"ranking diagnoses ({ranking.name})",
        call=partial(_places, ranking, answer.view, own),
        expected=tuple[int, ...],
        wrong=partial(_lost, len(own)),
    )


def _sizing(
    gaps: EstablishmentGaps, given: Provided[SamplingPolicy]
) -> Task[SampleSize]:
    policy, provider = given
    return Task(
        provider=provider,
        doing=f"choosing the sample of {gaps.siret} ({policy.name})",
        what=f"choosing samples ({policy.name})",
        call=partial(policy.size, gaps),
        expected=SampleSize,
    )


def _places(
    ranking: Ranking, company: CompanyView, own: Sequence[Diagnosis]
) -> tuple[int, ...]:
    """The order of a GPS, by the places in Miroir's; -1 for a stranger."""
    given: object = ranking.order(company, own)
    if not isinstance(given, list | tuple):
        raise TypeError(f"returned {describe(given)}, expected a list of Diagnosis")
    places = {id(one): place for place, one in enumerate(own)}
    return tuple(places.get(id(one), -1) for one in given)


def _lost(count: int, places: Sequence[int]) -> str:
    if sorted(places) == list(range(count)):
        return ""
    return (
        "returned other diagnoses than those it was given; expected the same ones,"
        " each once"
    )
