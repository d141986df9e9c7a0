"""The employees to study: for programs, and the sentences about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from miroir.cli.output import french
from miroir.cli.output.mask import Mask
from miroir.types.amounts import Cents, format_cents
from miroir.types.diagnosis import CompanyAnalysis
from miroir.types.sampling import Drawn, Sample

REASONS = {
    Drawn.ALL: "tous sont étudiés",
    Drawn.LARGEST: "parmi les plus gros écarts",
    Drawn.CAUSE: "représente sa cause",
    Drawn.RANDOM: "tiré au hasard",
}


def samples_json(company: CompanyAnalysis, mask: Mask) -> list[Mapping[str, object]]:
    """Additional field `samples` of a company in `miroir.analysis/1`."""
    return [_json(sample, mask) for sample in company.samples]


def _json(sample: Sample, mask: Mask) -> Mapping[str, object]:
    doubtful = sample.doubtful_amount
    return {
        "siret": sample.siret,
        "periods": [str(period) for period in sample.periods],
        "policy": mask.text(sample.policy),
        "seed": sample.seed,
        "size": {
            "all_below": sample.size.all_below,
            "largest": sample.size.largest,
            "per_cause": sample.size.per_cause,
            "random": sample.size.random,
        },
        "employees": sample.employees,
        "amount": format_cents(sample.amount),
        "studied": [
            {
                "employee": mask.name_of(one.person),
                "amount": format_cents(one.amount),
                "causes": list(one.causes),
                "drawn": one.drawn.value,
            }
            for one in sample.studied
        ],
        "covered": format_cents(sample.covered),
        "left": {
            "employees": sample.left,
            "amount": format_cents(sample.left_amount),
            "without_established_cause": {
                "estimate": None if doubtful is None else format_cents(doubtful),
                "bound": format_cents(sample.doubtful_bound),
                "confidence": str(sample.size.confidence),
            },
        },
    }


def left_out(sample: Sample) -> Iterator[str]:
    """What is not studied, and what it may hide; nothing when all are."""
    if not sample.left:
        return
    employees = french.count(sample.left, "salarié")
    yield (
        f"Hors de l’échantillon : {employees}, {french.euros(sample.left_amount)}"
        " d’écarts."
    )
    bound = french.euros(sample.doubtful_bound)
    confidence = percent(sample.size.confidence)
    if sample.doubtful_amount is None:
        yield "Aucun salarié n’est tiré au hasard : ce reste n’est pas estimé."
        return
    estimate = french.euros(sample.doubtful_amount)
    drawn = sum(one.drawn is Drawn.RANDOM for one in sample.studied)
    yield (
        f"D’après {french.count(drawn, 'tirage')} au hasard, la part de ce reste sans"
        f" cause établie est estimée à {estimate} ; elle ne dépasse pas {bound}, avec"
        f" une confiance de {confidence}."
    )


def part(cents: Cents, whole: Cents) -> str:
    """«46,2 %» of a whole; empty of nothing."""
    return percent(Decimal(cents) / whole) if whole else ""


def percent(value: Decimal) -> str:
    text = f"{value * 100:.1f}".replace(".", ",").removesuffix(",0")
    return f"{text} %"


def codes(causes: Sequence[str]) -> str:
    return ", ".join(causes) or "aucune"
