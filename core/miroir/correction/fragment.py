"""The fragment of a later DSN: corrections by differences, month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from miroir.correction import blocks
from miroir.correction.draft import Draft, Due, Entry, LineKey, Status, UnitKey
from miroir.correction.due_dates import Deposit
from miroir.correction.places import Places, norm_of
from miroir.correction.plan import Correction, How, Mode, PlannedDeclaration
from miroir.correction.writing import adopt, block, copied, envelope, lines_of, put
from miroir.types.amounts import Cents
from miroir.types.declaration import Block, Declaration
from miroir.types.period import Month

_KEPT_OF_PERSON = frozenset({"001", "002", "004", "006", "020"})
_END, _SCHEME = "S21.G00.62", "S21.G00.71"


def fragments(draft: Draft, places: Places) -> Iterator[PlannedDeclaration]:
    """One later DSN for each establishment and fraction with something in it."""
    groups: dict[tuple[str, str], list[UnitKey]] = defaultdict(list)
    for unit in sorted(_units(draft)):
        latest = places.latest(unit).declaration
        groups[unit.siret, latest.fraction].append(unit)
    for due in draft.payments:
        if not any(siret == due.siret for siret, _ in groups):
            groups[due.siret, "11"] = []
    paid: set[str] = set()
    for (siret, fraction), units in sorted(groups.items()):
        payments = (
            []
            if siret in paid
            else [due for due in draft.payments if due.siret == siret]
        )
        paid.add(siret)
        yield _Fragment(draft, places, siret, fraction).made(units, payments)


def _units(draft: Draft) -> set[UnitKey]:
    return {
        *(key.unit for key in draft.entries),
        *(key.unit for key in draft.days),
        *draft.statuses,
        *draft.schemes,
    }


@dataclass(slots=True)
class _Fragment:
    """One declaration in the making."""

    draft: Draft
    places: Places
    siret: str
    fraction: str
    corrections: list[Correction] = field(default_factory=list)
    deposit: Deposit = field(init=False)
    like: Declaration = field(init=False)
    norm: str = field(init=False)
    days: dict[UnitKey, list[LineKey]] = field(init=False)
    entries: dict[UnitKey, list[LineKey]] = field(init=False)

    def __post_init__(self) -> None:
        self.deposit = self.places.deposit(self.siret)
        self.like = self.places.declaration(self.siret)
        self.norm = norm_of(self.deposit.month, self.like.norm)
        self.days = _by_unit(self.draft.days)
        self.entries = _by_unit(self.draft.entries)

    def made(
        self, units: Sequence[UnitKey], payments: Sequence[Due]
    ) -> PlannedDeclaration:
        persons: dict[object, list[UnitKey]] = defaultdict(list)
        for unit in units:
            persons[unit.person].append(unit)
        past: dict[UnitKey, Sequence[Block]] = {}
        for own in persons.values():
            for unit in own:
                self._note_contract(unit)
            past.update((unit, list(self._past(unit))) for unit in own)
        paid = list(self._payments(payments, self.deposit.month))
        return PlannedDeclaration(
            siret=self.siret,
            fraction=self.fraction,
            deposit=self.deposit,
            mode=Mode.DIFFERENTIAL,
            corrections=tuple(self.corrections),
            write=lambda: self._written(list(persons.values()), past, paid),
        )

    def _written(
        self,
        persons: Sequence[Sequence[UnitKey]],
        past: Mapping[UnitKey, Sequence[Block]],
        paid: Sequence[Block],
    ) -> bytes:
        """The file: the persons are read in full, together."""
        self.places.read_latest(unit for own in persons for unit in own)
        root, establishment = _frame(
            self.like, self.deposit.month, self.fraction, self.places
        )
        for made in (*paid, *(self._individual(own, past) for own in persons)):
            adopt(establishment, made)
        return envelope([root], self.like, self.norm)

    def _individual(
        self, units: Sequence[UnitKey], past: Mapping[UnitKey, Sequence[Block]]
    ) -> Block:
        """Block 30 with its contracts and what is attached to past months."""
        original = self.places.latest(units[0]).employee.block
        person = Block(original.id, 0, None)
        person.rubriques = [
            each for each in original.rubriques if each[0] in _KEPT_OF_PERSON
        ]
        for unit in units:
            adopt(person, self._contract(unit))
        pay = block("S21.G00.50", {"001": blocks.day(self.deposit.month.last)})
        for unit in units:
            for made in past[unit]:
                adopt(pay, made)
        adopt(person, pay)
        return person

    def _contract(self, unit: UnitKey) -> Block:
        """The contract as it was declared last, with what was wrong in it."""
        made = copied(self.places.contract(unit).block, keep={_END, _SCHEME})
        if (status := self.draft.statuses.get(unit)) is not None:
            put(made, "003", status.new)
            adopt(made, self._change(unit, status))
        if (planned := self.draft.schemes.get(unit)) is not None:
            made.children = [each for each in made.children if each.id != _SCHEME]
            adopt(made, blocks.scheme(planned))
        return made

    def _change(self, unit: UnitKey, status: Status) -> Block:
        start = self.places.contract(unit).start
        since = max(min(status.periods).first, start)
        return blocks.status_change(status.old, since)

    def _note_contract(self, unit: UnitKey) -> None:
        """What changes in the contract itself."""
        if (status := self.draft.statuses.get(unit)) is not None:
            right = block("S21.G00.40", {"003": status.new})
            where = LineKey(unit, min(status.periods))
            self._note(where, How.STATUS, [right, self._change(unit, status)])
        if (planned := self.draft.schemes.get(unit)) is not None:
            how = How.WRONG_SCHEME if planned.wrong else How.SCHEME
            number = self.places.contract(unit).number
            wrong = blocks.wrong_scheme(planned, number)
            made = [blocks.scheme(planned), *(copied(one, keep=()) for one in wrong)]
            self._note(LineKey(unit, min(planned.periods)), how, made)

    def _past(self, unit: UnitKey) -> Iterator[Block]:
        """What goes under block 50, in the order of the months."""
        number = self.places.contract(unit).number
        for key in self.days.get(unit, ()):
            dates = self.places.dates(key)
            pay = blocks.ceiling_days(self.draft.days[key], dates, number)
            self._note(key, How.DAYS, [pay])
            yield pay
        for key in self.entries.get(unit, ()):
            for entry in self.draft.entries[key]:
                made = list(blocks.bases(entry, self.places.dates(key), number))
                self._note(key, entry.how, made, entry)
                yield from made
        if (planned := self.draft.schemes.get(unit)) is not None:
            for month in sorted(planned.bases):
                made = list(blocks.wrong_bases(planned, month, number))
                self._note(LineKey(unit, month), How.WRONG_BASES, made)
            yield from blocks.wrong_scheme(planned, number)

    def _payments(self, payments: Sequence[Due], month: Month) -> Iterator[Block]:
        """What the corrections owe, with the month that declares them, then
        what completes the payments of earlier months."""
        found = [*payments]
        owed, institution = self._owed(), self.places.institution(self.siret)
        if owed > 0 and institution:
            own = Due(
                siret=self.siret, period=month, institution=institution, amount=owed
            )
            found.insert(0, own)
        for due in found:
            made = blocks.payment(due)
            self.corrections.append(
                Correction(
                    siret=self.siret,
                    person=None,
                    contract="",
                    period=due.period,
                    how=How.PAYMENT,
                    causes=(),
                    amount=0,
                    lines=tuple(lines_of([made], self.norm)),
                )
            )
            yield made

    def _owed(self) -> Cents:
        """What the corrections add, less what was already paid for it."""
        by_month: dict[Month, Cents] = defaultdict(int)
        for one in self.corrections:
            by_month[one.period] += one.amount
        over = self.places.overpaid(self.siret)
        paid = sum(
            min(over.get(month, 0), cents)
            for month, cents in by_month.items()
            if cents > 0
        )
        return sum(by_month.values()) - paid

    def _note(
        self,
        key: LineKey,
        how: How,
        made: Sequence[Block],
        entry: Entry | None = None,
    ) -> None:
        """Remember the lines of a correction as they are written."""
        self.corrections.append(
            Correction(
                siret=self.siret,
                person=key.unit.person,
                contract=key.unit.contract,
                period=key.period,
                how=how,
                causes=tuple(sorted(self.draft.causes.get(key, ()))),
                amount=entry.amount if entry is not None else 0,
                lines=tuple(lines_of(made, self.norm)),
            )
        )


def _by_unit(keys: Iterable[LineKey]) -> dict[UnitKey, list[LineKey]]:
    """The lines of each unit, in the order of their months."""
    found: dict[UnitKey, list[LineKey]] = defaultdict(list)
    for key in keys:
        found[key.unit].append(key)
    return {unit: sorted(own) for unit, own in found.items()}


def _frame(
    like: Declaration, month: Month, fraction: str, places: Places
) -> tuple[Block, Block]:
    """S20 with its company and establishment, as they were declared last."""
    root = block(
        "S20.G00.05",
        {
            "001": "01",
            "002": "01",
            "003": fraction,
            "004": "1",
            "005": blocks.day(month.first),
            "007": blocks.day(places.on),
            "008": "01",
            "010": "01",
        },
    )
    known = like.employer()
    assert known is not None  # a declaration that is read has an establishment
    employer, establishment = known
    company = adopt(root, copied(employer, keep=()))
    return root, adopt(company, copied(establishment, keep=()))
