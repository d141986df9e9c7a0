"""The logger of class A that a page shows keeps its class, and is found out if not."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import miroir
import pytest
from miroir.testing.counterpart import Certificates, Running, running
from miroir.testing.delivery import ClassVerdict, judge

PAGE = Path(__file__).parents[2] / "docs" / "write-a-plugin.md"
TRIALS = (
    "hang_committed",
    "login_page_committed",
    "no_effect",
    "the same intent twice",
)
CONTACT = miroir.CrmContact(
    siren="999000243",
    at=datetime(2026, 12, 1, 9, tzinfo=UTC),
    channel="call_out",
    subject="Appel",
    note="Message laissé.",
    adviser="marie",
)
_NAMED = re.compile(r"<!-- file: (\w+\.py) -->\n```python\n(.*?)```", re.DOTALL)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name, text in _NAMED.findall(PAGE.read_text("utf-8")):
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    yield tmp_path
    for name in ("gps_acme_crm", "acme_double"):
        sys.modules.pop(name, None)


@pytest.fixture
def double(written: Path) -> Iterator[Running]:
    certificates = Certificates.make(written)
    with running("acme_double:Acme", certificates) as started:
        yield started


def _judged(double: Running, only: tuple[str, ...]) -> ClassVerdict:
    logger: Any = importlib.import_module("gps_acme_crm").AcmeCrm

    def make() -> miroir.CrmLogger:
        made = logger(
            url=double.base,
            token=miroir.Secret("s3cret"),
            ca_file=double.certificates.authority,
            read_s=0.4,
            in_flight_s=0.4,
        )
        assert isinstance(made, miroir.CrmLogger)
        return made

    return judge(make, double, CONTACT, only=only)


def test_it_keeps_its_class_and_looks_back(double: Running) -> None:
    verdict = _judged(double, TRIALS)
    assert verdict.kept, str(verdict)
    made = importlib.import_module("gps_acme_crm").AcmeCrm(
        url=double.base,
        token=miroir.Secret("s3cret"),
        ca_file=double.certificates.authority,
    )
    intent = miroir.Intent(key="ab" * 32, siren=CONTACT.siren)
    assert made.find(CONTACT, intent) == []
    receipt = made.send(CONTACT, intent)
    assert made.find(CONTACT, intent) == [receipt]


def test_without_its_key_it_is_found_out(written: Path, double: Running) -> None:
    page = written / "gps_acme_crm.py"
    text = page.read_text("utf-8")
    key = '{"Idempotency-Key": intent.key}'
    other = text.replace(
        key, '{"Idempotency-Key": f"{intent.key}{os.urandom(4).hex()}"}'
    )
    other = f"import os\n{other}"
    assert key in text
    page.write_text(other, "utf-8")
    assert not _judged(double, ("hang_committed", "the same intent twice")).kept
