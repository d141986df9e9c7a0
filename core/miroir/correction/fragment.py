"""The fragment of a later DSN: corrections by differences, month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from miroir.correction import blocks
from miroir.correction.draft import Draft, Due, Entry, LineKey, UnitKey
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
    norm: str = ""

    def made(
        self, units: Sequence[UnitKey], payments: Sequence[Due]
    ) -> PlannedDeclaration:
        deposit = self.places.deposit(self.siret)
        like = self.places.declaration(self.siret)
        self.norm = norm_of(deposit.month, like.norm)
        root, establishment = _frame(like, deposit.month, self.fraction, self.places)
        persons: dict[object, list[UnitKey]] = defaultdict(list)
        for unit in units:
            persons[unit.person].append(unit)
        individuals = [self._individual(own) for own in persons.values()]
        for made in self._payments(payments, deposit.month):
            adopt(establishment, made)
        for made in individuals:
            adopt(establishment, made)
        return PlannedDeclaration(
            siret=self.siret,
            fraction=self.fraction,
            deposit=deposit,
            mode=Mode.DIFFERENTIAL,
            corrections=tuple(self.corrections),
            content=envelope([root], like, self.norm),
        )

    def _individual(self, units: Sequence[UnitKey]) -> Block:
        """Block 30 with its contracts and what is attached to past months."""
        original = self.places.latest(units[0]).employee.block
        person = Block(original.id, 0, None)
        person.rubriques = [
            each for each in original.rubriques if each[0] in _KEPT_OF_PERSON
        ]
        for unit in units:
            adopt(person, self._contract(unit))
        pay = block(
            "S21.G00.50",
            {"001": blocks.day(self.places.deposit(self.siret).month.last)},
        )
        for unit in units:
            for made in self._past(unit):
                adopt(pay, made)
        adopt(person, pay)
        return person

    def _contract(self, unit: UnitKey) -> Block:
        """The contract as it was declared last, with what was wrong in it."""
        contract = self.places.contract(unit)
        made = copied(contract.block, keep={_END, _SCHEME})
        status = self.draft.statuses.get(unit)
        if status is not None:
            since = max(min(status.periods).first, contract.start)
            put(made, "003", status.new)
            change = adopt(made, blocks.status_change(status.old, since))
            where = LineKey(unit, min(status.periods))
            self._note(where, How.STATUS, [_only(made, "003"), change])
        planned = self.draft.schemes.get(unit)
        if planned is not None:
            made.children = [each for each in made.children if each.id != _SCHEME]
            scheme = adopt(made, blocks.scheme(planned))
            how = How.WRONG_SCHEME if planned.wrong else How.SCHEME
            wrong = blocks.wrong_scheme(planned, contract.number)
            where = LineKey(unit, min(planned.periods))
            self._note(where, how, [scheme, *(copied(one, keep=()) for one in wrong)])
        return made

    def _past(self, unit: UnitKey) -> Iterator[Block]:
        """What goes under block 50, in the order of the months."""
        number = self.places.contract(unit).number
        for key in sorted(key for key in self.draft.days if key.unit == unit):
            dates = self.places.dates(key)
            pay = blocks.ceiling_days(self.draft.days[key], dates, number)
            self._note(key, How.DAYS, [pay])
            yield pay
        for key in sorted(key for key in self.draft.entries if key.unit == unit):
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


def _only(owner: Block, number: str) -> Block:
    """One rubrique of a block, to be shown."""
    return block(owner.id, {number: owner.get(number)})


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
