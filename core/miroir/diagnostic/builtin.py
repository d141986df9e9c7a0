"""The diagnostics that Miroir ships, given by the hook that a GPS uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from miroir.diagnostic import (
    adhesion,
    agreement,
    contributions,
    exclusive,
    impossible,
    integration,
    legitimate,
    paying,
    payment_periods,
    presence,
    structure,
)
from miroir.diagnostic.catalogue import by_id
from miroir.hookspecs import hookimpl
from miroir.types.diagnosis import CompanyView, Diagnostic, Finding


@hookimpl
def miroir_diagnostics() -> Sequence[Diagnostic]:
    return [
        _diagnostic("structure", structure.CAUSES, structure.examine),
        _diagnostic("presence", presence.CAUSES, presence.examine),
        _diagnostic("contributions", contributions.CAUSES, contributions.examine),
        _diagnostic("payments", paying.CAUSES, paying.examine),
        _diagnostic("payment-periods", payment_periods.CAUSES, payment_periods.examine),
        _diagnostic("adhesion", adhesion.CAUSES, adhesion.examine),
        _diagnostic("agreement", agreement.CAUSES, agreement.examine),
        _diagnostic("exclusive", exclusive.CAUSES, exclusive.examine),
        _diagnostic("impossible", impossible.CAUSES, impossible.examine),
        _diagnostic("integration", integration.CAUSES, integration.examine),
        _diagnostic("legitimate", legitimate.CAUSES, legitimate.examine),
    ]


def _diagnostic(
    name: str,
    causes: Sequence[str],
    examine: Callable[[CompanyView], Sequence[Finding]],
) -> Diagnostic:
    known = by_id()
    absent = [cause for cause in causes if cause not in known]
    if absent:
        raise LookupError(f"{name}: not in causes/*.toml: {', '.join(absent)}")
    return Diagnostic(
        name=name, causes=tuple(known[cause] for cause in causes), examine=examine
    )
