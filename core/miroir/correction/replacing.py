"""A month declared again, right: the annule et remplace of an open month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from miroir.correction import blocks
from miroir.correction.draft import Draft, Entry, LineKey
from miroir.correction.places import Places
from miroir.correction.plan import Correction, How, Mode, PlannedDeclaration
from miroir.correction.writing import Line, add, adopt, block, copied, envelope, put
from miroir.declaration.fields import Fields
from miroir.recomputation.facts import SMIC
from miroir.recomputation.situation import CEILING_DAYS, GROSS_PAY
from miroir.types.amounts import Cents
from miroir.types.declaration import Block, Declaration
from miroir.types.identity import PersonNumber

REPLACES = "03"


def replacements(draft: Draft, places: Places) -> Iterator[PlannedDeclaration]:
    """Every declaration of `draft` whole, with the right values in place."""
    originals: dict[tuple[object, ...], Declaration] = {}
    keys: dict[tuple[object, ...], list[LineKey]] = defaultdict(list)
    for key in sorted(draft.lines()):
        own = places.replaced(key)
        assert own is not None  # a draft of replacements holds only these
        originals[own.key] = own
        keys[own.key].append(key)
    for due in draft.payments:
        own = places.declaration(due.siret)
        originals.setdefault(own.key, own)
    for key_of_month, own in originals.items():
        yield _Replacement(draft, places, own).made(keys[key_of_month])


@dataclass(slots=True)
class _Replacement:
    """One declaration made again. `right`: by its line in the original, each
    block that changes, as it has to be."""

    draft: Draft
    places: Places
    original: Declaration
    corrections: list[Correction] = field(default_factory=list)
    right: dict[int, Block] = field(default_factory=dict)

    def made(self, keys: Sequence[LineKey]) -> PlannedDeclaration:
        original = self.original
        persons: dict[PersonNumber, Block] = {}
        for one in original.naming({key.unit.person for key in keys}):
            if one.person not in persons:
                persons[one.person] = self._again(one.block)
        for key in keys:
            self._correct(key, persons[key.unit.person])
        self._pay()
        calendar = self.places.calendar(original.siret)
        return PlannedDeclaration(
            siret=original.siret,
            fraction=original.fraction,
            deposit=calendar.replacement(original.period),
            mode=Mode.REPLACEMENT,
            corrections=tuple(self.corrections),
            write=self._written,
        )

    def _again(self, block: Block) -> Block:
        self.right[block.line] = copied(block)
        return self.right[block.line]

    def _written(self) -> bytes:
        """The whole declaration, the right blocks in their places."""
        root = copied(self.original.block)
        put(root, "002", REPLACES)
        put(root, "004", str(self.original.order + 1))
        put(root, "007", blocks.day(self.places.on))
        for one in list(root.walk()):
            one.children = [self.right.get(each.line, each) for each in one.children]
        return envelope([root], self.original, self.original.norm)

    def _correct(self, key: LineKey, person: Block) -> None:
        # Held until the end: what is dropped must not leave its id to another.
        held = list(person.walk())
        before = _lines_of(held)
        amount = 0
        status = self.draft.statuses.get(key.unit)
        scheme = self.draft.schemes.get(key.unit)
        for contract in person.all("S21.G00.40"):
            if contract.get("009") not in key.unit.contract.split("+"):
                continue
            if status is not None and key.period in status.periods:
                put(contract, "003", status.new)
            if scheme is not None and key.period in scheme.periods:
                contract.children = [
                    one for one in contract.children if one.id != "S21.G00.71"
                ]
                adopt(contract, blocks.scheme(None))
        if (days := self.draft.days.get(key)) is not None:
            for activity in _ceiling_days(person):
                put(activity, "002", f"{days:.2f}")
        for entry in self.draft.entries.get(key, ()):
            amount += entry.amount
            if entry.how is How.CANCELLED:
                _drop_one(person, entry)
            else:
                self._amend(key, person, entry)
        after = _lines_of(person.walk())
        removed = {one: lines for one, lines in before.items() if one not in after}
        self._note(
            key, amount, tuple(_changed(before, after)), tuple(_changed({}, removed))
        )

    def _amend(self, key: LineKey, person: Block, entry: Entry) -> None:
        """Add the differences to the bases and contributions that are there."""
        needed = {*entry.bases, *(blocks.carrier(code, entry) for code in entry.codes)}
        for base in sorted(needed):
            own = self._base(key, person, base)
            add(own, "004", entry.bases.get(base, 0))
        for code in entry.codes:
            self._contribute(key, person, code, entry)
        if entry.smic:
            owner = self._base(key, person, "03")
            component = block("S21.G00.79", {"001": SMIC})
            add(adopt(owner, component), "004", entry.smic)

    def _base(self, key: LineKey, person: Block, code: str) -> Block:
        """The first base of this code and contract, a new one where absent."""
        for base in _bases(key, person):
            if base.get("001") == code:
                return base
        entry = Entry(how=How.AMOUNTS, bases={code: 0})
        number = self.places.line(key).contract.split("+")[-1]
        (made,) = blocks.bases(entry, self.places.dates(key), number)
        return adopt(list(person.all("S21.G00.50"))[-1], made)

    def _contribute(self, key: LineKey, person: Block, code: str, entry: Entry) -> None:
        """One contribution, wherever it stands; gone when nothing is left."""
        owner, found = self._contribution(key, person, code, entry)
        total = add(found, "004", entry.amounts[code]) if code in entry.amounts else 1
        if code in entry.assiettes:
            add(found, "003", entry.assiettes[code])
        if not total:
            owner.children.remove(found)

    def _contribution(
        self, key: LineKey, person: Block, code: str, entry: Entry
    ) -> tuple[Block, Block]:
        """The largest line of the code, zero lines being there for show; a new
        one where there is none."""
        found = [
            (base, own)
            for base in _bases(key, person)
            for own in base.all("S21.G00.81")
            if own.get("001") == code
        ]
        if found:
            return max(found, key=lambda one: abs(Fields(one[1]).amount("004") or 0))
        base = self._base(key, person, blocks.carrier(code, entry))
        return base, adopt(base, block("S21.G00.81", {"001": code}))

    def _pay(self) -> None:
        """The payment of the month follows its details."""
        due = sum(one.amount for one in self.corrections)
        due += sum(
            one.amount
            for one in self.draft.payments
            if one.siret == self.original.siret and one.period == self.original.period
        )
        institutions = {one.institution for one in self.draft.payments}
        right = self.places.institution(self.original.siret)
        for payment in self.original.payments if due else ():
            if payment.institution in {right, *institutions}:
                again = self._again(payment.block)
                put(again, "005", "0.00")
                add(again, "005", max(payment.amount + due, 0))
                self._note_payment(again)
                return

    def _note(
        self,
        key: LineKey,
        amount: Cents,
        lines: tuple[Line, ...],
        removed: tuple[Line, ...],
    ) -> None:
        self.corrections.append(
            Correction(
                siret=key.unit.siret,
                person=key.unit.person,
                contract=key.unit.contract,
                period=key.period,
                how=How.REPLACED,
                causes=tuple(sorted(self.draft.causes.get(key, ()))),
                amount=amount,
                lines=lines,
                removed=removed,
            )
        )

    def _note_payment(self, payment: Block) -> None:
        self.corrections.append(
            Correction(
                siret=self.original.siret,
                person=None,
                contract="",
                period=self.original.period,
                how=How.PAYMENT,
                causes=(),
                amount=0,
                lines=(("S21.G00.20.005", payment.get("005") or ""),),
            )
        )


def _bases(key: LineKey, person: Block) -> Iterator[Block]:
    """The person's bases of the line's month and contract."""
    numbers = {*key.unit.contract.split("+"), None}
    for pay in person.all("S21.G00.50"):
        for base in pay.all("S21.G00.78"):
            start = Fields(base).day("002")
            dated = start is not None and start in key.period
            if dated and base.get("006") in numbers:
                yield base


def _ceiling_days(person: Block) -> Iterator[Block]:
    for one in person.walk():
        gross = one.parent is not None and one.parent.get("011") == GROSS_PAY
        if one.id == "S21.G00.53" and one.get("003") == CEILING_DAYS and gross:
            yield one


def _drop_one(person: Block, entry: Entry) -> None:
    """Take one of two equal bases away, the last one."""
    ((code, cents),) = entry.bases.items()
    for pay in person.all("S21.G00.50"):
        same = [
            base
            for base in pay.all("S21.G00.78")
            if base.get("001") == code and Fields(base).amount("004") == -cents
        ]
        if len(same) > 1:
            pay.children = [one for one in pay.children if one is not same[-1]]
            return


def _lines_of(held: Iterable[Block]) -> Mapping[int, tuple[Line, ...]]:
    return {
        id(one): tuple((f"{one.id}.{n}", value) for n, value, _ in one.rubriques)
        for one in held
    }


def _changed(
    before: Mapping[int, tuple[Line, ...]], after: Mapping[int, tuple[Line, ...]]
) -> Iterable[Line]:
    """The lines of every block that changed or came, as they are now."""
    for one, lines in after.items():
        if before.get(one) != lines:
            yield from lines
