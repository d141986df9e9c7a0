"""Some seventy cells of the matrix of faults. All of them: `tox -e faults`."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.connectors.crm.conftest import Doubles
from tests.connectors.crm.crms import KINDS
from tests.connectors.crm.faults import STRIKES, Phase, Strike
from tests.connectors.crm.matrix import Cell, cells, strike_cell, usual_calls

Usual = dict[str, tuple[list[str], list[str]]]


@pytest.fixture(scope="module")
def usual(doubles: Doubles) -> Usual:
    return {one.name: usual_calls(one, doubles(one)) for one in KINDS}


@pytest.mark.parametrize(
    ("number", "strike"),
    list(enumerate(STRIKES)),
    ids=[f"{one.number} {one.name}" for one in STRIKES],
)
def test_a_fault_comes_to_what_the_table_says(
    number: int, strike: Strike, usual: Usual, doubles: Doubles
) -> None:
    """Two cells of each fault: connectors and phases are dealt round."""
    mine = [one for one in _all(usual) if one.strike is strike]
    for cell in (mine[number * 7 % len(mine)], mine[number * 13 % len(mine) - 1]):
        sent, looked = usual[cell.kind.name]
        calls: Sequence[str] = looked if cell.phase is Phase.READ_BACK else sent
        assert strike_cell(cell, doubles(cell.kind), calls) == [], str(cell)


def test_there_is_a_cell_for_every_fault_connector_and_phase(usual: Usual) -> None:
    every = _all(usual)
    assert {one.strike.number for one in every} == {*range(33, 51), *range(53, 56)}
    for kind in KINDS:
        phases = {one.phase for one in every if one.kind is kind}
        assert {Phase.LOOK_UP, Phase.WRITE, Phase.CONFIRM} <= phases
    assert len(every) > 1_500


def _all(usual: Usual) -> list[Cell]:
    return cells(
        {name: sent for name, (sent, _) in usual.items()},
        {name: looked for name, (_, looked) in usual.items()},
    )
