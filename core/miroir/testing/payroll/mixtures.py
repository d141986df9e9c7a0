"""Which errors can be made together, each still showing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from miroir.testing.payroll.beside import EVERY_CAUSE
from miroir.testing.payroll.cause import NONE, Cause
from miroir.testing.payroll.model import Adhesion, Delivery
from miroir.testing.payroll.rules import RIGHT, Exemption
from miroir.testing.payroll.simulation import SimulatedCompany, simulate

USUAL = Adhesion()
_BY_ADHESION = frozenset({"rate_t1", "employer_share", "validity", "idcc"})


def refuse_clashes(causes: Sequence[str]) -> None:
    """Raises ValueError for two causes that settle one thing differently: a rule
    of payroll, a condition, a payment, what the federation says."""
    settled: dict[str, str] = {}
    for name in causes:
        for key in _settles(EVERY_CAUSE[name]):
            if key in settled:
                raise ValueError(f"{name} and {settled[key]} both settle {key}")
            settled[key] = name
    wrong_place = any(EVERY_CAUSE[name].wrong_institution for name in causes)
    if "known" in settled and (wrong_place or settled.keys() & _BY_ADHESION):
        raise ValueError("what is held against unknown conditions does not show")


def _settles(cause: Cause) -> Iterator[str]:
    yield from (f"rule {key}" for key in changes(cause.rules, RIGHT))
    for key in changes(cause.adhesion, USUAL):
        yield "validity" if key.startswith("valid") else key
    wrong = cause.payment is not None and cause.scope != NONE
    if wrong or cause.misdated or cause.pays:
        yield "the payment"
    if cause.pays or (cause.payment is not None and cause.scope == NONE):
        yield "the habit of payment"
    if cause.pays or cause.delivery.fractions > 1:
        yield "how many declarations one payment is for"
    if cause.federal is not None:
        yield "what the federation says"


def changes(value: object, usual: object) -> Sequence[str]:
    """The names of the fields that are not as usual."""
    names: Sequence[str] = type(value).__slots__  # type: ignore[attr-defined]
    return [n for n in names if getattr(value, n) != getattr(usual, n)]


def refuse_hidden(made: SimulatedCompany, delivery: Delivery | None) -> None:
    """Raises ValueError for an error without which all would read the same."""
    for rank, fault in enumerate(made.faults):
        cause = fault.cause
        if cause.adhesion != USUAL or (cause.careers and cause.scope == NONE):
            continue
        without = simulate(
            made.company,
            made.year,
            made.months,
            made.habits,
            [*made.faults[:rank], *made.faults[rank + 1 :]],
            delivery,
        )
        exemption = cause.rules.exemption is not Exemption.RIGHT
        same_gaps = without.expected_gaps == made.expected_gaps
        same = without.files == made.files
        if (same and without.campaign_csv == made.campaign_csv) or (
            exemption and same_gaps
        ):
            raise ValueError(
                f"{fault.name} cannot show in {made.months} months of {made.year}"
            )


def adhesion_of(causes: Sequence[Cause]) -> Adhesion:
    """The conditions that the causes need, each its own."""
    found = USUAL
    for cause in causes:
        changed = changes(cause.adhesion, USUAL)
        found = replace(found, **{n: getattr(cause.adhesion, n) for n in changed})
    return found
