"""One company on screen: who it is, its mirror, its gaps, its payments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from miroir.cli.output import french
from miroir.cli.output.figures import (
    MonthTotals,
    by_month,
    gaps_of,
    heaviest_first,
    is_gap,
    not_computed,
)
from miroir.cli.output.mask import Mask
from miroir.cli.output.typography import say, typographic
from miroir.types.amounts import Cents
from miroir.types.calculation import Basis, MirrorLine
from miroir.types.declaration import VersionStatus
from miroir.types.diagnosis import CompanyAnalysis, PaymentGap

LONGEST = 20
"""Rows of a list on screen; what is left out is counted and priced."""


def show_company(
    company: CompanyAnalysis, mask: Mask, tolerance: Cents, console: Console
) -> None:
    _header(company, mask, console)
    computed = any(line.computed for line in company.view.mirror)
    if computed:
        _mirror(company, tolerance, console)
    gaps = gaps_of(company, tolerance, mask)
    if gaps:
        _gaps(gaps, mask, console)
    elif computed:
        none = f"Aucun écart au-delà de {french.euros(tolerance)} par salarié et mois."
        say(console, (none, "green"))
    _not_computed(company, mask, console)
    _payments(company.view.payments, mask, tolerance, console)


def title(text: str, console: Console) -> None:
    console.print()
    console.print(Text(f"  {typographic(text)}", style="bold cyan"))


def _header(company: CompanyAnalysis, mask: Mask, console: Console) -> None:
    view = company.view
    declarations = [version.declaration for version in view.versions]
    sirets = sorted(
        {one.siret for one in declarations} | {line.siret for line in view.mirror}
    )
    periods = {one.period for one in declarations}
    periods |= {line.period for line in view.mirror}
    console.print()
    console.rule(Text(f"SIREN {view.siren}", style="bold"), align="left")
    _fact(console, french.count(len(sirets), "établissement"), few(sirets))
    _fact(console, "mois", french.months(periods) or "aucun")
    statuses = Counter(version.status for version in view.versions)
    said = (f"{statuses[s]} {french.VERSIONS[s]}" for s in VersionStatus if statuses[s])
    files = french.count(len({one.file for one in declarations}), "fichier")
    _fact(console, "déclarations", f"{', '.join(said) or 'aucune'} ({files})")
    _fact(console, "salariés", str(len({line.person for line in view.mirror})))
    if view.missing:
        absent = few([f"{siret} {french.month(m)}" for siret, m in view.missing])
        _fact(console, "mois manquants", absent, "yellow")
    for failure in company.failures:
        _fact(console, "diagnostic en échec", mask.text(failure), "red")


def _fact(console: Console, name: str, value: str, style: str = "") -> None:
    say(console, (f"{name} : ", "dim"), (value, style))


def few(items: Sequence[str], most: int = 6) -> str:
    """The first ones of a list, and how many there are when it is cut."""
    shown = ", ".join(items[:most])
    return f"{shown}, … ({len(items)} en tout)" if len(items) > most else shown


def table(*texts: str, amounts: Sequence[str]) -> Table:
    """Text columns fold, amounts never: no figure is cut by a narrow screen."""
    grid = Table(box=SIMPLE, pad_edge=True, header_style="dim", padding=(0, 1))
    for heading in texts:
        # A month in two lines would read as two months.
        grid.add_column(heading, overflow="fold", no_wrap=heading == "Mois")
    for heading in amounts:
        grid.add_column(heading, justify="right", no_wrap=True)
    return grid


def euros(cents: Cents, tolerance: Cents | None = None) -> Text:
    """An amount; a gap (given its tolerance) beyond it is coloured."""
    beyond = tolerance is not None and abs(cents) > tolerance
    return Text(amount(cents), style="bold red" if beyond else "")


def amount(cents: Cents) -> str:
    """«1 234,56», where the heading says that these are euros."""
    return french.euros(cents).removesuffix("\u00a0€")


def _mirror(company: CompanyAnalysis, tolerance: Cents, console: Console) -> None:
    """Month by month; the codes are told apart where something is wrong."""
    title("Miroir, en euros", console)
    wrong = {line.period for line in company.view.mirror if is_gap(line, tolerance)}
    grid = table("Mois", "Code", amounts=("Déclaré", "Calculé", "Écart"))
    totals = by_month(company.view.mirror)
    for month in totals:
        _mirror_month(grid, month, month.period in wrong)
    if len(totals) > 1:
        declared = sum(month.declared.total for month in totals)
        due = sum(month.due.total for month in totals)
        grid.add_section()
        grid.add_row(
            "Total",
            "",
            euros(declared),
            euros(due),
            euros(declared - due),
            style="bold",
        )
    console.print(grid)


def _not_computed(company: CompanyAnalysis, mask: Mask, console: Console) -> None:
    left_out = not_computed(company.view.mirror)
    if not left_out:
        return
    title("Non calculé : rien n’est comparé", console)
    for each in left_out:
        lines = french.count(each.lines, "ligne")
        said = (
            f"{lines}, {french.months(each.months)}, déclaré"
            f" {french.euros(each.declared)} : {mask.text(each.reason)}"
        )
        say(console, (said, "yellow"))


def _mirror_month(grid: Table, month: MonthTotals, detailed: bool) -> None:
    name = french.month(month.period)
    declared, due = month.declared, month.due
    if detailed:
        for code, cents in declared.by_code().items():
            expected = due.by_code()[code]
            if cents or expected:
                gap = euros(cents - expected, tolerance=0)
                grid.add_row(name, code, euros(cents), euros(expected), gap)
                name = ""
    total = euros(month.gap.total, tolerance=0) if detailed else euros(month.gap.total)
    grid.add_row(name, "tous", euros(declared.total), euros(due.total), total)


def _gaps(lines: Sequence[MirrorLine], mask: Mask, console: Console) -> None:
    title("Écarts, déclaré − calculé, en euros", console)
    several = len({line.siret for line in lines}) > 1
    grid = table("Salarié", "Mois", amounts=("Déclaré", "Calculé", "Écart", "Par code"))
    ordered = heaviest_first(lines)
    before: tuple[str, ...] = ()
    for line in ordered[:LONGEST]:
        who = _who(line, several, mask)
        grid.add_row(Text("" if who == before else "\n".join(who)), *_gap(line))
        before = who
    console.print(grid)
    _rest([line.gap.total for line in ordered[LONGEST:]], console)
    _notes(lines, mask, console)


def _who(line: MirrorLine, several: bool, mask: Mask) -> tuple[str, ...]:
    """The employee, told once for all the months of one contract."""
    where = [f"NIC {line.siret[9:]}"] if several else []
    contract = [f"contrat {mask.text(line.contract)}"] if line.contract else []
    return (mask.name_of(line.person), *contract, *where)


def _gap(line: MirrorLine) -> list[Text]:
    declared_bases = line.calculation.basis is Basis.DECLARED_BASES
    codes = [
        f"{code} {amount(cents)}" for code, cents in line.gap.by_code().items() if cents
    ]
    return [
        Text(french.month(line.period)),
        euros(line.declared.total),
        euros(line.calculation.due.total) + Text("*" if declared_bases else ""),
        euros(line.gap.total, tolerance=0),
        Text("\n".join(codes)),
    ]


def _rest(left_out: Sequence[Cents], console: Console) -> None:
    if left_out:
        others = french.count(len(left_out), "autre ligne", "autres lignes")
        said = (
            f"… et {others}, montant {french.euros(sum(left_out))} ; "
            "pour tout voir : --format csv"
        )
        say(console, (said, "italic"))


def _notes(lines: Iterable[MirrorLine], mask: Mask, console: Console) -> None:
    kept = list(lines)
    if any(line.calculation.basis is Basis.DECLARED_BASES for line in kept):
        # The notes below say why: missing months, a ceiling shared or not cut.
        say(console, "* calculé sur les bases déclarées")
    notes = Counter(
        note
        for line in kept
        for note in (*line.calculation.readings, *line.calculation.remarks)
    )
    for note, times in sorted(notes.items()):
        lines_said = french.count(times, "ligne")
        said = f"Noté sur {lines_said} : {mask.text(french.note(note))}"
        say(console, (said, "dim"))


def _payments(
    payments: Sequence[PaymentGap], mask: Mask, tolerance: Cents, console: Console
) -> None:
    if not payments:
        return
    title("Versements, en euros", console)
    told = [one for one in payments if one.accepted or abs(one.amount) > tolerance]
    equal = len(payments) - len(told)
    if told:
        grid = table("Mois", "Institution", amounts=("Versé", "Attendu", "Écart"))
        grid.add_column("Admis car", overflow="fold")
        for one in told[:LONGEST]:
            gap = euros(one.amount) if one.accepted else euros(one.amount, tolerance)
            grid.add_row(
                french.month(one.period),
                one.institution,
                euros(one.declared),
                euros(one.expected),
                gap,
                Text(typographic(mask.text(one.accepted))),
            )
        console.print(grid)
        _rest([one.amount for one in told[LONGEST:]], console)
    if equal:
        same = french.count(equal, "versement égal", "versements égaux")
        say(console, f"{same} au détail des cotisations.")
