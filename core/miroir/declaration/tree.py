"""From the lines of one declaration to its tree of blocks.

A block instance has no begin or end mark: a new one starts when the block
changes or when the rubrique's number does not increase. A child belongs to
the nearest preceding instance of its parent (CT2025.1.3 §3.2).
"""

from __future__ import annotations

from collections.abc import Sequence

from miroir.declaration.grammar import Rubrique
from miroir.declaration.norm import BlockRule, Norm
from miroir.declaration.notes import Notes
from miroir.declaration.refusals import Code, Refused
from miroir.types.declaration import Block

SERVICE_BLOCKS = frozenset({"S10.G00.95", "S20.G00.96"})
"""Added by the platform in delivered files."""
IN_EVENTS_ONLY = frozenset({"S21.G00.45", "S21.G00.63"})
"""Blocks of the end-of-contract report: a monthly DSN holds none."""
_ONCE = frozenset({"S21.G00.06", "S21.G00.11"})


def build(rubriques: Sequence[Rubrique], norm: Norm, notes: Notes | None) -> Block:
    """The declaration block with everything below it.

    Raises Refused on a faulty line, a block without its parent, or a second
    company or establishment; whatever can be kept is kept and noted. Without
    `notes`, what would only be noted is not looked for.
    """
    first = rubriques[0]
    root = current = Block(first.block, first.line, None)
    last = {root.id: root}
    number = ""
    for rubrique in rubriques:
        if rubrique.fault is not None:
            if rubrique.fault.refused:
                raise Refused(rubrique.fault, rubrique.line)
            if notes is not None:
                notes.add(rubrique.fault, rubrique.line, rubrique.code)
        if rubrique.block != current.id or rubrique.number <= number:
            current = _open(rubrique, root, last, norm, notes)
        number = rubrique.number
        current.rubriques.append((number, rubrique.value, rubrique.line))
        if notes is not None:
            check_value(rubrique, norm, notes)
    if notes is not None:
        _check_minimums(root, norm, notes)
    return root


def _open(
    rubrique: Rubrique,
    root: Block,
    last: dict[str, Block],
    norm: Norm,
    notes: Notes | None,
) -> Block:
    rule = norm.blocks.get(rubrique.block)
    if rule is None or not rule.parent:
        if notes is not None and rubrique.block not in SERVICE_BLOCKS:
            notes.add(Code.UNKNOWN_BLOCK, rubrique.line, rubrique.block)
        return _attach(rubrique, root)
    parent = last.get(rule.parent)
    if parent is None:
        raise Refused(Code.BLOCK_WITHOUT_PARENT, rubrique.line, rubrique.block)
    if notes is not None or rule.id in _ONCE:
        _check_place(rubrique, rule, parent, norm, notes)
    block = _attach(rubrique, parent)
    last[block.id] = block
    for below in norm.descendants[block.id]:
        last.pop(below, None)
    return block


def _attach(rubrique: Rubrique, parent: Block) -> Block:
    block = Block(rubrique.block, rubrique.line, parent)
    parent.children.append(block)
    return block


def _check_place(
    rubrique: Rubrique,
    rule: BlockRule,
    parent: Block,
    norm: Norm,
    notes: Notes | None,
) -> None:
    if rule.maximum == 1 and any(parent.all(rule.id)):
        if rule.id in _ONCE:
            raise Refused(Code.BLOCK_REPEATED, rubrique.line, rule.id)
        if notes is not None:
            notes.add(Code.CARDINALITY, rubrique.line, rule.id)
    if notes is not None and parent.children:
        before = norm.blocks.get(parent.children[-1].id)
        if before is not None and before.rank > rule.rank:
            notes.add(Code.BLOCK_ORDER, rubrique.line, rule.id)


def _check_minimums(root: Block, norm: Norm, notes: Notes) -> None:
    """Note a block that its parent must hold and does not."""
    for block in root.walk():
        for id in norm.children.get(block.id, ()):
            needed = norm.blocks[id].minimum and id not in IN_EVENTS_ONLY
            if needed and not any(block.all(id)):
                notes.add(Code.CARDINALITY, block.line, f"{id} absent")


def check_value(rubrique: Rubrique, norm: Norm, notes: Notes) -> None:
    """Note a rubrique or a value that the norm does not know."""
    code = rubrique.code
    check = norm.check(code)
    if check is None:
        service = rubrique.number.startswith("9")
        known = rubrique.block in norm.blocks
        if known and not service:
            notes.add(Code.UNKNOWN_RUBRIQUE, rubrique.line, code)
    elif not check.accepts(rubrique.value):
        notes.add(Code.VALUE_OUT_OF_NORM, rubrique.line, code)
