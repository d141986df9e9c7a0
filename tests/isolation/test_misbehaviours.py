"""Every misdeed in every place and mode: blamed by name, felt by nobody else."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from itertools import product

import pytest
from miroir.plugins import contained, containment

from tests.isolation.asked import MODES, PLACES, Place, Seen, wrong
from tests.isolation.misdeeds import MISDEEDS
from tests.isolation.plugins import WELL, surroundings


@pytest.fixture(scope="module", params=list(product(PLACES, MODES)), ids="-".join)
def place(request: pytest.FixtureRequest) -> Iterator[tuple[str, Place, Seen]]:
    where, mode = request.param
    with pytest.MonkeyPatch.context() as patch:
        # Threads of the test runner hold nothing that a copy could wait for.
        for module in (containment, contained):
            patch.setattr(module, "among_threads", lambda: False)
        asked = PLACES[where](mode)
        yield where, asked, asked.ask(WELL)
        asked.close()


@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_a_misdeed_is_blamed_and_felt_by_nobody_else(
    place: tuple[str, Place, Seen], misdeed: str
) -> None:
    where, asked, without = place
    before = surroundings(), signal.getsignal(signal.SIGTERM)
    seen = asked.ask(misdeed)
    assert list(wrong(where, misdeed, seen, without)) == []
    assert before == (surroundings(), signal.getsignal(signal.SIGTERM))
