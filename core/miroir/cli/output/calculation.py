"""One employee's month: what was declared and where, what was due and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from miroir.cli.output.explanation import in_french
from miroir.cli.output.french import BASES, euros, month, note
from miroir.cli.output.mask import Mask
from miroir.cli.output.typography import typographic
from miroir.types.amounts import Cents, format_cents
from miroir.types.calculation import DeclaredPart, MirrorLine, Step

SCHEMA = "miroir.explanation/1"
_BASES = {
    "02": "Base plafonnée (02)",
    "03": "Base déplafonnée (03)",
    "22": "Base brute spécifique (22)",
    "23": "Base exceptionnelle (23)",
    "24": "Base plafonnée spécifique (24)",
    "43": "Base exceptionnelle plafonnée (43)",
    "45": "Base plafonnée ICP (45)",
}
"""The bases that bear contributions of Agirc-Arrco; the others are not shown."""
_CODES = {
    "018": "réduction générale, part Urssaf (018)",
    "131": "cotisation (131)",
    "132": "Apec (132)",
    "106": "réduction générale, part retraite (106)",
    "105": "ancienne cotisation (105)",
    "109": "exonération d’apprenti (109)",
}


def as_text(lines: Sequence[MirrorLine], mask: Mask) -> str:
    """Every line, in French, one after the other."""
    return "\n".join("\n".join(_line(line, mask)) + "\n" for line in lines)


def as_json(siren: str, lines: Sequence[MirrorLine], mask: Mask) -> str:
    """The same for programs: amounts are strings of euros and cents."""
    document = {
        "schema": SCHEMA,
        "siren": siren,
        "lines": [_document(line, mask) for line in lines],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _line(line: MirrorLine, mask: Mask) -> Iterator[str]:
    calculation = line.calculation
    contract = f", contrat {mask.text(line.contract)}" if line.contract else ""
    yield (
        f"{mask.name_of(line.person)}{contract}, {month(line.period)},"
        f" établissement {line.siret}"
    )
    yield "  Déclaré"
    yield from _columns([_shown(one, mask) for one in _declared(line)])
    if line.computed:
        yield typographic(f"  Calculé : {BASES[calculation.basis]}")
        yield from _steps(calculation.steps)
        yield "  Écart, déclaré − calculé"
        yield from _gap(line)
    else:
        yield "  Non calculé"
    for title, texts in (
        ("Lectures admises", calculation.readings),
        ("Remarques", calculation.remarks),
    ):
        for text in texts:
            yield typographic(f"  {title} : {mask.text(note(text))}")


Declared = tuple[str, Cents | None, DeclaredPart, str, int]
"""Label, amount, part, rubrique, line of the file."""


def _declared(line: MirrorLine) -> Iterator[Declared]:
    """The bases and the contributions under each, where they stand."""
    for part in line.parts:
        base = part.base
        borne = [one for one in base.contributions if one.code in _CODES]
        if base.code not in _BASES and not borne:
            continue
        label = _BASES.get(base.code, f"Base {base.code}")
        place = base.block.line_of("004")
        yield label, base.amount, part, "S21.G00.78.004", place
        for one in borne:
            number = "001" if one.amount is None else "004"
            place = one.block.line_of(number)
            label = f"  {_CODES[one.code]}"
            yield label, one.amount, part, f"S21.G00.81.{number}", place


def _shown(one: Declared, mask: Mask) -> tuple[str, str, str]:
    label, cents, part, rubrique, place = one
    declaration = part.declaration
    late = ""
    if declaration.period != part.base.month:
        late = f", dans la DSN de {month(declaration.period)}"
    where = f"{rubrique} {mask.text(declaration.file)}:{place}{late}"
    return label, "—" if cents is None else euros(cents), where


def _columns(rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    labels = max((len(label) for label, _, _ in rows), default=0)
    amounts = max((len(amount) for _, amount, _ in rows), default=0)
    for label, amount, rest in rows:
        yield f"    {label.ljust(labels)}  {amount.rjust(amounts)}  {rest}".rstrip()


def _steps(steps: Sequence[Step]) -> Iterator[str]:
    """Each step with its parameters and the number of its source; the sources."""
    sources: dict[str, int] = {}
    rows = []
    for step in steps:
        number = sources.setdefault(step.rule, len(sources) + 1)
        how = ", ".join(f"{name} {in_french(value)}" for name, value in step.inputs)
        rows.append((step.label, euros(step.amount), f"{how} [{number}]".lstrip()))
    yield from _columns(rows)
    for rule, number in sources.items():
        yield f"    [{number}] {typographic(rule)}"


def _gap(line: MirrorLine) -> Iterator[str]:
    declared, due = line.declared.by_code(), line.calculation.due.by_code()
    rows = [
        (code, euros(gap), f"= {euros(declared[code])} − {_operand(due[code])}")
        for code, gap in line.gap.by_code().items()
        if declared[code] or due[code]
    ]
    total = f"= {euros(line.declared.total)} − {_operand(line.calculation.due.total)}"
    yield from _columns([*rows, ("total", euros(line.gap.total), total)])


def _operand(cents: Cents) -> str:
    return f"({euros(cents)})" if cents < 0 else euros(cents)


def _document(line: MirrorLine, mask: Mask) -> dict[str, object]:
    calculation = line.calculation
    return {
        "siret": line.siret,
        "employee": mask.name_of(line.person),
        "contract": mask.text(line.contract),
        "period": str(line.period),
        "computed": line.computed,
        "basis": calculation.basis.value,
        "declared": [
            {
                "label": label.strip(),
                "amount": None if cents is None else format_cents(cents),
                "file": mask.text(part.declaration.file),
                "line": place,
                "rubrique": rubrique,
                "declared_in": str(part.declaration.period),
            }
            for label, cents, part, rubrique, place in _declared(line)
        ],
        "steps": [
            {
                "label": step.label,
                "amount": format_cents(step.amount),
                "rule": step.rule,
                "inputs": dict(step.inputs),
            }
            for step in calculation.steps
        ],
        "declared_by_code": _by_code(line.declared.by_code()),
        "calculated_by_code": _by_code(calculation.due.by_code()),
        "gap_by_code": _by_code(line.gap.by_code()),
        "readings": [mask.text(text) for text in calculation.readings],
        "remarks": [mask.text(text) for text in calculation.remarks],
    }


def _by_code(amounts: Mapping[str, Cents]) -> dict[str, str]:
    return {code: format_cents(cents) for code, cents in amounts.items()}
