"""The registry of contracts: versions, 412, replaced whole, kept byte for byte."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Barrier

import pytest
from miroir import (
    ActionNotSent,
    ActionRefused,
    AdhesionUpdate,
    DeliveryClass,
    DestinationError,
    Intent,
    PreconditionFailed,
)
from miroir_connectors.adhesion_registry.updater import AdhesionRegistry

from tests.operations.adhesion.companies import (
    CADRES,
    HEADER,
    HISTORY,
    OTHERS,
    REGISTRY,
    SIREN,
    STRANGER,
    registry,
)

INTENT = Intent(key="a" * 64, siren=SIREN)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "registre.csv"
    made.write_text(REGISTRY)
    return made


def update(tool: AdhesionRegistry, rate: str = "8.00") -> AdhesionUpdate:
    found = tool.read(SIREN)
    assert found is not None
    after = tuple(
        replace(each, rate_t1=Decimal(rate)) if each.valid_until is None else each
        for each in found.conditions
    )
    return AdhesionUpdate(
        siren=SIREN,
        plan="p" * 64,
        version=found.version,
        before=found.conditions,
        after=after,
    )


def test_it_is_read_with_its_lines(path: Path) -> None:
    tool = AdhesionRegistry(path=path)
    tool.check()
    found = tool.read(SIREN)
    assert found is not None and len(found.version) == 64
    assert [each.line for each in found.conditions] == [3, 4, 5]
    assert found.conditions[0].guarantees == ("T1-H800", "T2-DC", "REP-60", "APEC")
    assert tool.read("552100554") is None
    assert tool.promise.delivery is DeliveryClass.NATURAL_ID and tool.promise.pivot


def test_an_update_replaces_the_rows_of_its_company_alone(path: Path) -> None:
    odd = STRANGER + "\r"  # another program's line end, and a cell in quotes
    quoted = '999000268;;01;2016-01-01;;"6.20";17.00;60;;30558637200321;M;;'
    path.write_bytes(registry(odd, HISTORY, quoted, CADRES, OTHERS).encode())
    path.chmod(0o640)
    tool = AdhesionRegistry(path=path)
    action = update(tool)
    receipt = tool.send(action, INTENT)
    assert receipt.id == INTENT.reference
    found = tool.read(SIREN)
    assert found is not None and found.version == receipt.version
    lines = path.read_bytes().decode().split("\n")
    assert lines[:2] == [HEADER, odd] and quoted in lines
    assert lines[2:5] == [
        HISTORY,
        CADRES.replace("6.20", "8.00"),
        OTHERS.replace("6.20", "8.00"),
    ]
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in path.parent.iterdir() if "lock" not in each.name] == [
        "registre.csv"
    ]


def test_sent_twice_it_is_done_once(path: Path) -> None:
    tool = AdhesionRegistry(path=path)
    action = update(tool)
    first = tool.send(action, INTENT)
    content, when = path.read_bytes(), path.stat().st_mtime_ns
    assert tool.send(action, INTENT) == first
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (content, when)


@pytest.mark.parametrize(
    "changed",
    [
        registry(STRANGER, HISTORY, CADRES.replace("1486", "2216"), OTHERS),
        registry(STRANGER, HISTORY, CADRES),
        registry(STRANGER),
        registry(STRANGER, CADRES, HISTORY, OTHERS),
        REGISTRY.replace(";moins_50;T1-DC", "; moins_50;T1-DC", 1),
    ],
    ids=["cell", "row less", "no row", "order", "one blank"],
)
def test_any_change_by_anybody_is_a_412(path: Path, changed: str) -> None:
    tool = AdhesionRegistry(path=path)
    action = update(tool)
    path.write_text(changed)
    with pytest.raises(PreconditionFailed, match="any more") as caught:
        tool.send(action, INTENT)
    assert caught.value.code == "412"
    assert path.read_text() == changed


def test_a_first_contract_needs_that_there_be_none(path: Path) -> None:
    tool = AdhesionRegistry(path=path)
    other = "552100554"
    created = tuple(
        replace(each, siren=other, siret="", category=category)
        for each, category in zip(update(tool).after[1:], ("01", "04"), strict=True)
    )
    action = AdhesionUpdate(siren=other, plan="p", version="", before=(), after=created)
    tool.send(action, Intent(key="b" * 64, siren=other))
    found = tool.read(other)
    assert found is not None and len(found.conditions) == 2
    moved = replace(action, after=created[:1])
    with pytest.raises(PreconditionFailed):
        tool.send(moved, Intent(key="c" * 64, siren=other))


def test_a_contract_that_could_not_be_read_is_never_written(path: Path) -> None:
    tool = AdhesionRegistry(path=path)
    action = update(tool)
    twice = replace(
        action,
        after=(
            *action.after,
            replace(action.after[1], valid_from=date(2025, 6, 1)),
        ),
    )
    with pytest.raises(ActionRefused, match="no valid contract") as caught:
        tool.send(twice, INTENT)
    assert caught.value.code == "422" and path.read_text() == REGISTRY


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe", "not a CSV of UTF-8"),
        (REGISTRY.replace("1486", '"1486', 1).encode(), "not a CSV"),
        (REGISTRY.replace("date_effet", "debut effet").encode(), "columns"),
        (REGISTRY.replace("6.20", "zero").encode(), "rows of 999000243 are not right"),
    ],
)
def test_a_file_that_is_damaged_is_said_to_be(
    path: Path, content: bytes, why: str
) -> None:
    path.write_bytes(content)
    with pytest.raises(DestinationError, match=why):
        AdhesionRegistry(path=path).read(SIREN)


def test_check_says_what_is_missing(path: Path) -> None:
    path.write_text(REGISTRY.replace(";garanties", ""))
    with pytest.raises(DestinationError, match="missing columns: garanties"):
        AdhesionRegistry(path=path).check()
    with pytest.raises(ActionNotSent, match="cannot be read"):
        AdhesionRegistry(path=path.with_name("absent.csv")).check()


def test_of_many_at_once_one_changes_a_version(path: Path) -> None:
    tool = AdhesionRegistry(path=path)
    actions = [update(tool, f"{7 + rank / 100:.2f}") for rank in range(20)]
    ready = Barrier(len(actions))

    def send(action: AdhesionUpdate) -> str:
        ready.wait()
        try:
            tool.send(action, INTENT)
        except PreconditionFailed:
            return "412"
        return "done"

    with ThreadPoolExecutor(len(actions)) as pool:
        assert Counter(pool.map(send, actions)) == {"done": 1, "412": 19}
    found = tool.read(SIREN)
    assert found is not None and len(found.conditions) == 3


_KILLED = """
import os, sys, pickle
from pathlib import Path
from miroir_connectors.adhesion_registry import updater
tool, action, intent, at = pickle.loads(sys.stdin.buffer.read())
count = 0
for name in ("fsync", "fchmod", "open"):
    real = getattr(os, name)
    def die(*a, _real=real, **k):
        global count
        count += 1
        if count == at:
            os.kill(os.getpid(), 9)
        return _real(*a, **k)
    setattr(os, name, die)
tool.send(action, intent)
"""


@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
def test_killed_at_any_point_it_is_whole_and_finishes(path: Path, at: int) -> None:
    import pickle

    tool = AdhesionRegistry(path=path)
    action = update(tool)
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED],
        input=pickle.dumps((tool, action, INTENT, at)),
        env={**os.environ},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert path.read_text() in (
        REGISTRY,
        REGISTRY.replace("6.20", "8.00").replace(
            STRANGER.replace("6.20", "8.00"), STRANGER
        ),
    )
    tool.send(action, INTENT)
    found = tool.read(SIREN)
    assert found is not None and found.conditions[1].rate_t1 == Decimal("8.00")
