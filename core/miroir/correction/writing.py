"""From a tree of blocks to the lines of a DSN, as `declaration` reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from miroir.declaration import norm as norms
from miroir.declaration.fields import Fields
from miroir.types.amounts import Cents, format_cents
from miroir.types.declaration import Block, Declaration

Line = tuple[str, str]
"""A rubrique and its value: («S21.G00.78.004», «-95.00»)."""


def block(id: str, values: Mapping[str, str | None]) -> Block:
    """A new block; what has no value has no line (CT2025.1.3 §4.4)."""
    made = Block(id, 0, None)
    made.rubriques = [
        (number, value, 0) for number, value in sorted(values.items()) if value
    ]
    return made


def put(owner: Block, number: str, value: str) -> None:
    """Set one rubrique, at its place in the block."""
    kept = [each for each in owner.rubriques if each[0] != number]
    owner.rubriques = sorted([*kept, (number, value, 0)])


def adopt(parent: Block, child: Block) -> Block:
    """Put a block under another."""
    child.parent = parent
    parent.children.append(child)
    return child


def copied(original: Block, keep: Iterable[str] | None = None) -> Block:
    """A copy with what is below it, of these blocks only when they are named."""
    wanted = None if keep is None else frozenset(keep)
    made = Block(original.id, original.line, None)
    made.rubriques = list(original.rubriques)
    for child in original.children:
        if wanted is None or child.id in wanted:
            adopt(made, copied(child, wanted))
    return made


def add(owner: Block, number: str, difference: Cents) -> Cents:
    """Add cents to an amount, zero where absent; gives the new one."""
    total = (Fields(owner).amount(number) or 0) + difference
    put(owner, number, format_cents(total))
    return total


def lines_of(roots: Iterable[Block], norm: str) -> Iterator[Line]:
    """Every rubrique below these blocks, in the order of the norm."""
    ranks = norms.load(norms.table_for(norm)).blocks
    for root in sorted(roots, key=lambda one: _rank(one, ranks)):
        for number, value, _ in root.rubriques:
            yield f"{root.id}.{number}", value
        yield from lines_of(root.children, norm)


def _rank(one: Block, ranks: Mapping[str, norms.BlockRule]) -> int:
    rule = ranks.get(one.id)
    return rule.rank if rule else -1


def envelope(declarations: Sequence[Block], like: Declaration, norm: str) -> bytes:
    """A whole envelope (S10 to S90) that holds these declarations.

    `like` says who sends: its SIREN and NIC. The file is marked as real
    (S10.G00.00.005 = 02): a test would be set aside by whoever reads it.
    """
    lines = [*_header(like, norm), *lines_of(declarations, norm)]
    lines.append(("S90.G00.90.001", str(len(lines) + 2)))
    lines.append(("S90.G00.90.002", str(len(declarations))))
    text = "".join(f"{code},'{value}'\n" for code, value in lines)
    try:
        return text.encode("iso-8859-1")
    except UnicodeEncodeError:  # read from UTF-8, and written as it was
        return text.encode()


def _header(like: Declaration, norm: str) -> Sequence[Line]:
    return (
        ("S10.G00.00.001", "MIROIR"),
        ("S10.G00.00.002", "MIROIR"),
        ("S10.G00.00.005", "02"),
        ("S10.G00.00.006", norm),
        ("S10.G00.00.007", "01"),
        ("S10.G00.00.008", "01"),
        ("S10.G00.01.001", like.siren),
        ("S10.G00.01.002", like.siret[9:]),
        ("S10.G00.01.003", "FRAGMENT A REPRENDRE DANS LA PAIE"),
        ("S10.G00.02.001", "01"),
        ("S10.G00.02.002", "CONTACT A REPRENDRE"),
        ("S10.G00.02.004", "contact@exemple.invalid"),
        ("S10.G00.02.005", "0100000000"),
    )
