"""Simulated companies, their analysis, and the files of a plan put with theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from random import Random

from miroir.cli.analyse import conditions_from
from miroir.correction.plan import PlannedDeclaration
from miroir.correction.writing import add, adopt, block, envelope, put
from miroir.declaration.fields import Fields
from miroir.declaration.reader import read_dsn
from miroir.diagnostic.catalogue import by_id
from miroir.diagnostic.ranking import BACKGROUND
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.manager import PluginManager
from miroir.testing.payroll import (
    CAUSES,
    Adhesion,
    Cause,
    Fault,
    Habits,
    SimulatedCompany,
    build,
    make_habits,
    population,
    simulate,
)
from miroir.testing.payroll.company import INSTITUTION
from miroir.testing.payroll.population import Career, Scene
from miroir.types.amounts import format_cents
from miroir.types.declaration import Block
from miroir.types.diagnosis import CompanyAnalysis, Diagnosis, Finding, Scope
from miroir.types.diagnosis import Status as DiagnosisStatus
from miroir.types.source import ReceivedFile

File = tuple[str, bytes]
PLAIN: tuple[Career, ...] = (population.cadre, population.employee)
_OTHERS: tuple[Career, ...] = (
    population.cadre,
    population.employee,
    population.extension,
    population.bonus,
    population.entry,
    population.leaver,
    population.apprentice,
    population.two_contracts,
    population.promoted,
    population.absent,
    population.top,
)


def simulated(
    causes: Sequence[str],
    seed: int = 1,
    months: int = 4,
    *,
    until: int = 12,
    habits: Habits | None = None,
    establishments: int = 1,
    others: Sequence[Career] = _OTHERS,
) -> SimulatedCompany:
    """A company with these errors, each on people of its own where it is an
    error of some employees; they stop after the month `until`."""
    random = Random(f"{seed}{causes}")
    known = [CAUSES[cause] for cause in causes]
    careers = [career for cause in known for career in cause.careers]
    careers += [random.choice(others) for _ in range(5)]
    scene = Scene(random, 2026, months)
    company = build(random, scene, careers, _adhesion(known), establishments)
    faults, first = [], 0
    for name, cause in zip(causes, known, strict=True):
        people = company.people[first : first + len(cause.careers)]
        first += len(cause.careers)
        numbers = frozenset(person.number for person in people)
        some = cause.scope == "employees" or cause.late_pay
        faults.append(Fault(name=name, people=numbers if some else None, until=until))
    made = habits or make_habits(random)
    needed = replace(
        made,
        ceiling_days=made.ceiling_days or any(c.needs_ceiling_days for c in known),
        employer_parts=made.employer_parts
        or any(c.needs_employer_parts for c in known),
    )
    return simulate(company, 2026, months, needed, faults)


def _adhesion(causes: Iterable[Cause]) -> Adhesion:
    own = [cause.adhesion for cause in causes if cause.adhesion != Adhesion()]
    return own[0] if own else Adhesion()


@cache
def _plugins() -> PluginManager:
    return PluginManager.load()


def analysed(
    made: SimulatedCompany,
    files: Sequence[File] | None = None,
    *,
    adhesions: bool = True,
) -> CompanyAnalysis:
    """The analysis of some of a company's files, all of them by default."""
    plugins = _plugins()
    given = ReceivedFile.of("adhesions.csv", made.adhesions_csv)
    conditions, _ = conditions_from(given, plugins)
    knowledge = Knowledge(
        diagnostics=plugins.diagnostics(),
        conditions=conditions if adhesions else None,
    )
    received = [ReceivedFile.of(*each) for each in files or made.files]
    return analyse(received, knowledge).companies[0]


def without(content: bytes, block: str) -> bytes:
    """A file without any block of one kind."""
    lines = content.splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(block.encode())]
    total = next(i for i, line in enumerate(kept) if b"S90.G00.90.001" in line)
    kept[total] = b"S90.G00.90.001,'%d'\n" % len(kept)
    return b"".join(kept)


def told(company: CompanyAnalysis, causes: Iterable[str]) -> CompanyAnalysis:
    """The analysis once the adviser knows the causes: what the gaps alone do
    not decide is settled, on every line with a gap that nothing else explains."""
    found = {one.cause.id for one in company.diagnoses}
    unclear = [
        one
        for one in company.diagnoses
        if one.finding.status is DiagnosisStatus.NOT_DECIDABLE
        and one.cause.id not in BACKGROUND
    ]
    if not unclear and found >= set(causes):
        return company
    kept = [one for one in company.diagnoses if one not in unclear]
    lines = company.view.gaps
    for cause in causes:
        finding = Finding(
            cause=cause,
            scope=Scope.COMPANY,
            status=DiagnosisStatus.ESTABLISHED,
            periods=tuple(sorted({line.period for line in lines})),
            persons=tuple(sorted({line.person for line in lines})),
        )
        kept.append(
            Diagnosis(rank=len(kept) + 1, cause=by_id()[cause], finding=finding)
        )
    return replace(company, diagnoses=tuple(kept))


def merged(own: bytes, planned: PlannedDeclaration) -> bytes:
    """A month's own file with a fragment taken up in it, as a payroll does."""
    (declaration,) = read_dsn(ReceivedFile.of("own.dsn", own)).declarations
    fragment = ReceivedFile.of("fragment.dsn", planned.content)
    (added,) = read_dsn(fragment).declarations
    target, source = _establishment(declaration.block), _establishment(added.block)
    if planned.amount < 0:  # taken off what is paid for the month
        payment = block(
            "S21.G00.20",
            {
                "001": INSTITUTION,
                "005": format_cents(planned.amount),
                "006": f"{declaration.period.first:%d%m%Y}",
            },
        )
        _pay(target, payment)
    for child in source.children:
        if child.id == "S21.G00.20":
            _pay(target, child)
        else:
            _take_up(target, child)
    return envelope([declaration.block], declaration, declaration.norm)


def _establishment(root: Block) -> Block:
    return next(next(root.all("S21.G00.06")).all("S21.G00.11"))


def _pay(target: Block, payment: Block) -> None:
    for own in target.all("S21.G00.20"):
        same = all(own.get(n) == payment.get(n) for n in ("001", "006"))
        if same:
            add(own, "005", Fields(payment).amount("005") or 0)
            return
    adopt(target, payment)


def _take_up(target: Block, person: Block) -> None:
    for own in target.all("S21.G00.30"):
        if _number(own) == _number(person):
            _contracts(own, person)
            pay = next(own.all("S21.G00.50"))
            for child in next(person.all("S21.G00.50")).children:
                adopt(pay, child)
            return
    adopt(target, person)  # someone who has left


def _number(person: Block) -> str:
    return person.get("001") or person.get("020") or ""


def _contracts(own: Block, person: Block) -> None:
    numbers = {contract.get("009") for contract in own.all("S21.G00.40")}
    for ended in list(person.all("S21.G00.40")):
        if ended.get("009") not in numbers:
            adopt(own, ended)
    for contract in own.all("S21.G00.40"):
        for right in person.all("S21.G00.40"):
            if right.get("009") != contract.get("009"):
                continue
            put(contract, "003", right.get("003") or "")
            contract.children = [
                one for one in contract.children if one.id != "S21.G00.71"
            ]
            for child in right.children:
                if child.id in ("S21.G00.41", "S21.G00.71"):
                    adopt(contract, child)


def applied(
    made: SimulatedCompany, planned: Iterable[PlannedDeclaration]
) -> CompanyAnalysis:
    """The company analysed again, the plan's files received after its own."""
    files = [*made.files]
    files += [(f"plan-{rank}.dsn", one.content) for rank, one in enumerate(planned)]
    return analysed(made, files)
