"""The employees to study, on a terminal."""

from __future__ import annotations

from rich.console import Console

from miroir.cli.output import french
from miroir.cli.output.mask import Mask
from miroir.cli.output.samples import REASONS, codes, left_out, part
from miroir.cli.output.table_company import LONGEST, amount, table, title
from miroir.cli.output.typography import say
from miroir.types.diagnosis import CompanyAnalysis
from miroir.types.sampling import Sample

READABLE = 100
"""Sentences are folded there, however wide the screen."""


def show_samples(company: CompanyAnalysis, mask: Mask, console: Console) -> None:
    """Only where some are left out: elsewhere the list of gaps says it all."""
    partial = [sample for sample in company.samples if sample.left]
    if not partial:
        return
    title("À étudier, écarts en valeur absolue, en euros", console)
    for sample in partial:
        _show(sample, mask, console)


def _show(sample: Sample, mask: Mask, console: Console) -> None:
    studied = french.count(len(sample.studied), "salarié")
    covered, whole = french.euros(sample.covered), french.euros(sample.amount)
    say(
        console,
        f"Établissement {sample.siret} : {studied} sur {sample.employees},"
        f" {covered} sur {whole} ({part(sample.covered, sample.amount)}).",
    )
    grid = table("Salarié", "Retenu car", "Causes", amounts=("Écart",))
    for one in sample.studied[:LONGEST]:
        cells = (mask.name_of(one.person), REASONS[one.drawn], codes(one.causes))
        grid.add_row(*cells, amount(one.amount))
    console.print(grid)
    more = len(sample.studied) - LONGEST
    if more > 0:
        others = french.count(more, "autre")
        say(console, (f"… et {others} ; pour tout voir : --format json", "italic"))
    for sentence in left_out(sample):
        say(console, sentence, most=READABLE)
