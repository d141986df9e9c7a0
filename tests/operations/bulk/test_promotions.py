"""A status that changes within the month, by columns and by the reference."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from miroir.declaration.columns import compiled

from tests.declaration.columns.conftest import need_kernel
from tests.operations.bulk.places import BulkPlace, differences
from tests.written import (
    Lines,
    as_bytes,
    base,
    contract,
    contribution,
    declaration,
    employee,
    envelope,
    pay,
)

MONTHS = "2026-01", "2026-02", "2026-03"
STATUSES = ("01", "01", "01", "04", "04", "02", "98")


def drawn(random: Random, number: int, month: str) -> Lines:
    """One or several bases 03, below zero too, with or without 132 and 79."""
    short = month.replace("2026-", "")
    gross = [random.choice([0, -20_000, 150_000, 400_000, 900_000])]
    if random.random() < 0.4:
        gross.append(random.randint(-50_000, 400_000))
    starts = [1, random.randint(2, 28)]
    bases = []
    for amount, start in zip(gross, starts, strict=False):
        components = [("03", "12.34")] if random.random() < 0.2 else []
        owed = contribution("131", f"{amount * 11 // 100 / 100:.2f}")
        written = f"{amount / 100:.2f}"
        bases.append(base("02", written, month, owed, first=start))
        bases.append(base("03", written, month, first=start, components=components))
    if random.random() < 0.5:
        bases.append(contribution("132", f"{random.randint(0, 400) / 100:.2f}"))
    changes = [
        {"n001": f"{random.randint(1, 28):02d}{short}2026", "n003": each}
        for each in random.sample(STATUSES, random.choice([1, 1, 1, 1, 2]))
    ]
    hired = random.random() < 0.2 and month == MONTHS[0]
    made = contract(
        f"{random.randint(2, 20):02d}012026" if hired else "01012020",
        status=random.choice(STATUSES),
        end=f"{random.randint(15, 28):02d}{short}2026"
        if random.random() < 0.1
        else None,
        changes=changes if random.random() < 0.9 else (),
    )
    pays = [pay(month, f"{sum(gross) / 100:.2f}", days="20.00")]
    return employee([made], month, pays, bases, nir=f"19901999{number:05d}")


def test_any_change_is_as_the_reference_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Month after month, by the compiled loops and by numpy: the same bytes."""
    need_kernel()
    # Names of one length: where a file is in a segment counts that of those before.
    one = BulkPlace(tmp_path / "1")
    other = BulkPlace(tmp_path / "2", keys=one.settings.keys.file)
    told = []
    for place, switch in ((one, ""), (other, "1")):
        monkeypatch.setenv(compiled.SWITCH, switch)
        compiled.kernel.cache_clear()
        random = Random(30)
        for month in MONTHS:
            people = [drawn(random, number, month) for number in range(150)]
            content = as_bytes(envelope(declaration(month, *people)))
            place.receive([(f"{month}.dsn", content)])
            (done,) = place.run(month)
            if month == MONTHS[0]:
                assert 50 < done.figures["sure"] < 150
        assert differences(place.lines(), place.reference(month)) == []
        told.append([sorted(p.sha256 for p in own) for own in place.parts().values()])
    compiled.kernel.cache_clear()
    assert told[0] == told[1]
