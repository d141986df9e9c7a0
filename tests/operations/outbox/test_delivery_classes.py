"""A CRM behind the real outbox, and what its trials change in how it is treated."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from miroir.config.loading import load_settings
from miroir.errors import NothingFound, WrongState
from miroir.operations.outbox.classes import FORMAT, JudgedClass, record, terms_by_name
from miroir.operations.outbox.worker import Worker, lanes
from miroir.operations.workplace import Workplace, opened
from miroir.outbox.model import Status, StoredAction
from miroir.privacy import create_key_file
from miroir.testing.counterpart import Certificates, Fault, Running, running
from miroir.testing.delivery import ClassVerdict, Trial
from miroir.types.delivery import DeliveryClass
from miroir_connectors.testing.doubles.crm import SECRET

from tests.cli.commands import miroir
from tests.connectors.crm.crms import CONTACT
from tests.store.ready import make_ready

TABLE = """
[secrets]
folder = "secrets"

[destinations.crm]
connector = "crm-odoo"
url = "{url}"
ca_file = "{authority}"
database = "gps"
read_s = 1.0
deadline_s = 8.0
max_in_flight_s = 0.2
"""
ODOO = "miroir_connectors.testing.doubles.odoo:Odoo"
KEPT_NOT = JudgedClass(
    format=FORMAT,
    declared=DeliveryClass.READ_BACK,
    delivery=DeliveryClass.BLIND,
    reason="twice: 1 found of 2",
)


@pytest.fixture(scope="module")
def odoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    certificates = Certificates.make(tmp_path_factory.mktemp("certificates"))
    with running(ODOO, certificates) as started:
        yield started


@pytest.fixture
def configuration(tmp_path: Path, odoo: Running) -> Path:
    odoo.disarm()
    odoo.clear()
    path = tmp_path / "miroir.toml"
    authority = odoo.certificates.authority
    path.write_text(TABLE.format(url=odoo.base, authority=authority))
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "destinations__crm__api_key").write_text(SECRET)
    settings = load_settings(path)
    create_key_file(settings.keys.file)
    make_ready(settings.store.url)
    return path


@pytest.fixture
def workplace(configuration: Path) -> Iterator[Workplace]:
    with opened(load_settings(configuration)) as ready:
        yield ready


def sent(workplace: Workplace) -> StoredAction:
    """Give a contact to the outbox, and let a worker do what it can."""
    with workplace.store.write() as tables:
        key = tables.outbox.enqueue(CONTACT, dossier="dossier:1")
    stop = threading.Event()
    timer = threading.Timer(60, stop.set)
    timer.start()
    Worker(workplace.store, lanes(workplace), poll=0.05).until_idle(stop)
    timer.cancel()
    with workplace.store.read() as tables:
        return tables.outbox.get(key)


def test_a_contact_goes_through_the_outbox_in_a_process_of_its_own(
    workplace: Workplace, odoo: Running
) -> None:
    row = sent(workplace)
    assert row.status is Status.CONFIRMED
    assert len(odoo.records()) == 1


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.RESET_COMMITTED])
def test_a_lost_answer_is_looked_for_and_sent_again_if_it_is_absent(
    workplace: Workplace, odoo: Running, fault: Fault
) -> None:
    odoo.arm(fault, after=1, times=1)
    row = sent(workplace)
    assert row.status is Status.CONFIRMED
    assert len(odoo.records()) == 1


def test_after_a_bad_verdict_a_lost_answer_is_for_a_person(
    workplace: Workplace, odoo: Running
) -> None:
    with workplace.store.write() as tables:
        record(workplace, tables, "crm", KEPT_NOT, "M. Essai")
    assert terms_by_name(workplace)["crm"].promise.delivery is DeliveryClass.BLIND
    odoo.arm(Fault.RESET, after=1, times=1)
    row = sent(workplace)
    assert row.status is Status.NEEDS_PERSON and row.doubt
    assert odoo.records() == []  # never sent again alone
    with workplace.store.read() as tables:
        [line] = tables.journal.lines(subject="destination:crm")
    assert (line.act, line.actor, line.outcome) == (
        "destination.judged",
        "M. Essai",
        "D",
    )


def test_a_better_verdict_takes_the_place_of_the_first(workplace: Workplace) -> None:
    kept = JudgedClass(
        format=FORMAT,
        declared=DeliveryClass.READ_BACK,
        delivery=DeliveryClass.READ_BACK,
        reason="",
    )
    for judged in (KEPT_NOT, kept):
        with workplace.store.write() as tables:
            record(workplace, tables, "crm", judged, "M. Essai")
    assert terms_by_name(workplace)["crm"].promise.delivery is DeliveryClass.READ_BACK


def test_a_verdict_on_something_else_is_refused(workplace: Workplace) -> None:
    other = JudgedClass(
        format=FORMAT,
        declared=DeliveryClass.KEYED,
        delivery=DeliveryClass.BLIND,
        reason="",
    )
    with workplace.store.write() as tables:
        with pytest.raises(NothingFound, match="there are: crm"):
            record(workplace, tables, "autre", KEPT_NOT, "M. Essai")
        with pytest.raises(WrongState, match="declares C: judge it again"):
            record(workplace, tables, "crm", other, "M. Essai")


def test_a_verdict_on_another_connector_says_nothing(workplace: Workplace) -> None:
    with workplace.store.write() as tables:
        tables.verdicts.record(
            "crm",
            "crm-tryton",
            DeliveryClass.READ_BACK,
            DeliveryClass.BLIND,
            reason="",
            by="M. Essai",
        )
    assert terms_by_name(workplace)["crm"].promise.delivery is DeliveryClass.READ_BACK


def test_a_verdict_goes_from_its_file_to_the_worker(
    configuration: Path, tmp_path: Path
) -> None:
    verdict = ClassVerdict(
        declared=DeliveryClass.READ_BACK,
        trials=(Trial(name="twice", wrong="1 found of 2"), Trial(name="reset")),
    )
    verdict.write(tmp_path / "verdict.json")
    config = ("--config", str(configuration))
    listed = miroir("actions", "classes", *config, "--format", "json")
    [before] = json.loads(listed.stdout)
    assert (before["declares"], before["acted_as"], before["judged"]) == ("C", "C", "")
    told = miroir("actions", "judged", "crm", str(tmp_path / "verdict.json"), *config)
    assert told.exit_code == 0, told.output
    assert "classe C non tenue, traitée comme D" in told.output
    shown = miroir("actions", "classes", *config).stdout
    assert "1 found of 2" in shown
    ClassVerdict(declared=DeliveryClass.READ_BACK, trials=()).write(
        tmp_path / "verdict.json"
    )
    told = miroir("actions", "judged", "crm", str(tmp_path / "verdict.json"), *config)
    assert "classe C tenue" in told.output


@pytest.mark.parametrize("text", ["", "{}", '{"format": "x"}', None])
def test_a_file_that_is_no_verdict(
    text: str | None, configuration: Path, tmp_path: Path
) -> None:
    path = tmp_path / "verdict.json"
    if text is not None:
        path.write_text(text)
    config = ("--config", str(configuration))
    told = miroir("actions", "judged", "crm", str(path), *config)
    assert told.exit_code == 2
    assert "verdict.json" in told.output
