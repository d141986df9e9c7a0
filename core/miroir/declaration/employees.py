"""From block 30 to a typed employee: contracts, pay, bases."""

from __future__ import annotations

from itertools import chain

from miroir.declaration.fields import Fields
from miroir.declaration.refusals import Code, Refused
from miroir.types.declaration import (
    Activity,
    Base,
    Block,
    Component,
    Contract,
    ContractChange,
    Contribution,
    Employee,
    Remuneration,
)
from miroir.types.identity import PersonNumber


def read_employee(block: Block) -> Employee:
    """One employee; raises Refused at the first unreadable value."""
    fields = Fields(block)
    nir, ntt = fields.text("001"), fields.text("020")
    number = nir or ntt
    if number is None:
        raise Refused(
            Code.RUBRIQUE_MISSING, block.line, "S21.G00.30.001 or S21.G00.30.020"
        )
    pays = list(block.all("S21.G00.50"))
    return Employee(
        person=PersonNumber(number),
        ntt=PersonNumber(ntt) if ntt else None,
        family_name=fields.text("002") or "",
        first_names=fields.text("004") or "",
        birth_date=fields.text("006") or "",
        contracts=tuple(_contract(child) for child in block.all("S21.G00.40")),
        remunerations=tuple(
            _remuneration(child)
            for child in chain.from_iterable(pay.all("S21.G00.51") for pay in pays)
        ),
        bases=tuple(
            _base(child)
            for child in chain.from_iterable(pay.all("S21.G00.78") for pay in pays)
        ),
        block=block,
    )


def _contract(block: Block) -> Contract:
    fields = Fields(block)
    end = next(block.all("S21.G00.62"), None)
    # Reason 099 cancels an end that was declared before (CT2025.1.3 §1.4).
    ended = end is not None and end.get("002") != "099"
    return Contract(
        number=fields.required("009"),
        start=fields.required_day("001"),
        end=Fields(end).day("001") if end is not None and ended else None,
        status=fields.required("003"),
        conventional_status=fields.text("002"),
        nature=fields.text("007"),
        scheme=fields.text("008"),
        quota_unit=fields.text("011"),
        quota=fields.number("013"),
        reference_quota=fields.number("012"),
        modality=fields.text("014"),
        full_time_contribution=fields.text("044"),
        several_employers=fields.text("037"),
        idcc=fields.text("017"),
        job=fields.text("004"),
        pension_schemes=tuple(
            Fields(child).required("002") for child in block.all("S21.G00.71")
        ),
        changes=tuple(_change(child) for child in block.all("S21.G00.41")),
        block=block,
    )


def _change(block: Block) -> ContractChange:
    fields = Fields(block)
    return ContractChange(
        since=fields.required_day("001"),
        since_at_least=fields.day("028"),
        status=fields.text("003"),
        number=fields.text("014"),
        start=fields.day("021"),
        siret=fields.text("012"),
        quota=fields.number("007"),
        reference_quota=fields.number("022"),
        modality=fields.text("008"),
        full_time_contribution=fields.text("027"),
        block=block,
    )


def _remuneration(block: Block) -> Remuneration:
    fields = Fields(block)
    return Remuneration(
        kind=fields.required("011"),
        contract=fields.required("010"),
        start=fields.required_day("001"),
        end=fields.required_day("002"),
        amount=fields.required_amount("013"),
        hours=fields.number("012"),
        activities=tuple(_activity(child) for child in block.all("S21.G00.53")),
        block=block,
    )


def _activity(block: Block) -> Activity:
    fields = Fields(block)
    measure = fields.number("002")
    if measure is None:
        raise Refused(Code.RUBRIQUE_MISSING, block.line, "S21.G00.53.002")
    return Activity(
        kind=fields.required("001"),
        measure=measure,
        unit=fields.text("003"),
        block=block,
    )


def _base(block: Block) -> Base:
    fields = Fields(block)
    start, end = fields.required_day("002"), fields.required_day("003")
    if end < start:
        raise fields.invalid("003", "a date not before S21.G00.78.002")
    return Base(
        code=fields.required("001"),
        start=start,
        end=end,
        amount=fields.required_amount("004"),
        contract=fields.text("006"),
        components=tuple(_component(child) for child in block.all("S21.G00.79")),
        contributions=tuple(_contribution(child) for child in block.all("S21.G00.81")),
        block=block,
    )


def _component(block: Block) -> Component:
    fields = Fields(block)
    return Component(
        kind=fields.required("001"), amount=fields.required_amount("004"), block=block
    )


def _contribution(block: Block) -> Contribution:
    fields = Fields(block)
    return Contribution(
        code=fields.required("001"),
        amount=fields.amount("004"),
        base_amount=fields.amount("003"),
        rate=fields.number("007"),
        institution=fields.text("002"),
        block=block,
    )
