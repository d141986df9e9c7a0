"""From blocks as columns to one row per employee: `month_facts` for many.

A row is sure when nothing in the employee's blocks asks for a judgment: one
contract without a change other than of status, bases of the declaration's own month only, one
employer, a rule that is published. The others are for the full recomputation.
"""

from __future__ import annotations

from miroir.declaration.columns.tables import Batch
from miroir.recomputation.bulk.bases import bases_of, declared_of
from miroir.recomputation.bulk.blocks import Employees
from miroir.recomputation.bulk.contracts import Contracts
from miroir.recomputation.bulk.rows import PERSON_WORDS, MonthRows, Words

EMPLOYEE = "S21.G00.30"


def facts_of(batch: Batch) -> MonthRows:
    """One row per employee of a batch, in the same order; those of files that
    hold no declaration are left out."""
    employees = Employees(batch)
    person = _person(employees)
    contracts = Contracts(employees)
    quota = contracts.quota()
    bases, declared = bases_of(employees), declared_of(employees)
    contracts.doubt_without_scheme(declared.any)
    table = employees.table(EMPLOYEE)
    offset = batch.places.offsets(table.first)
    rows = MonthRows(
        declaration=table.parent,
        person=person,
        contract=contracts.number(),
        start=contracts.start,
        end=contracts.end,
        status=contracts.status(),
        days=contracts.days(bases.first, bases.last, bases.paid),
        worked=quota.worked,
        reference=quota.reference,
        reduced_days_contract=quota.reduced_days_contract,
        apprentice=contracts.apprentice(),
        gross=bases.gross,
        cadre_gross=contracts.promotions.cadre_gross(bases.gross),
        capped=bases.capped,
        declared_131=declared.c131,
        declared_132=declared.c132,
        declared_106=declared.c106,
        legacy_105=declared.legacy_105,
        exempt_109=declared.c109,
        reduction_018=declared.c018,
        has_018=declared.has_018,
        reduction_106=declared.c106,
        has_106=declared.has_106,
        smic=bases.smic,
        line=batch.places.line_numbers(table.first),
        offset=offset,
        length=batch.employee_end - offset,
        sure=employees.sure,
    )
    return rows if (rows.declaration >= 0).all() else rows.take(rows.declaration >= 0)


def _person(employees: Employees) -> Words:
    words = employees.texts(EMPLOYEE, "001", PERSON_WORDS + 1)
    employees.sure &= employees.present(EMPLOYEE, "001")
    employees.sure &= words[:, PERSON_WORDS] == 0
    return words[:, :PERSON_WORDS]
