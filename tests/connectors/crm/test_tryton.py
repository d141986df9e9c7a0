"""The connector of Tryton against a real server of the series 8.0."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from miroir import (
    ActionNotSent,
    ActionRefused,
    Intent,
    NeedsPerson,
    OutcomeUnknown,
)
from miroir.config.loading import load_settings
from miroir.operations.outbox.worker import Worker, lanes
from miroir.operations.workplace import opened
from miroir.outbox.model import Status, Step
from miroir.privacy import create_key_file
from miroir.testing.counterpart import Certificates, Fault, Running, running
from miroir_connectors.crm_base import HttpCrm
from miroir_connectors.crm_tryton.logger import TrytonCrm
from miroir_connectors.testing.conformance.crm import quick

from tests.connectors.crm.crms import CONTACT, INTENT, MAIL
from tests.connectors.crm.tryton_server import REST_KEY, TrytonServer, tryton
from tests.connectors.crm.tryton_setup import PASSWORD, install, template
from tests.store.ready import make_ready

BY_RPC = {"database": "gps", "user": "admin", "password": PASSWORD}
BY_REST = {"database": "gps", "application_key": REST_KEY}
both = pytest.mark.parametrize("way", [BY_RPC, BY_REST], ids=["rpc", "rest"])
SIRENS = iter(
    ("999000037", "999000045", "999000052", "999000060", "999000078", "999000086")
)


@pytest.fixture(scope="module")
def server() -> Iterator[TrytonServer]:
    if not template().exists():
        if os.environ.get("MIROIR_REQUIRE_SERVICES") != "1":
            pytest.skip("no Tryton: python3 tests/connectors/crm/tryton_setup.py")
        install()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tryton(port) as started:
        started.party = started.add_party("Horlogerie Fictive", CONTACT.siren)
        yield started


def crm(server: TrytonServer, way: dict[str, str], **more: object) -> HttpCrm:
    return TrytonCrm(**{"url": server.url, **way, **more})  # type: ignore[arg-type]


def intent(number: int) -> Intent:
    return replace(INTENT, key=hashlib.sha256(bytes([number])).hexdigest())


@both
def test_a_contact_becomes_a_note_of_the_party(
    server: TrytonServer, way: dict[str, str]
) -> None:
    ours = intent(1 if way is BY_RPC else 2)
    logger = crm(server, way)
    [account] = logger.accounts(CONTACT.siren)
    assert (account.id, account.name) == (str(server.party), "Horlogerie Fictive")
    assert logger.find(CONTACT, ours) == []
    receipt = logger.send(replace(CONTACT, mail=MAIL), ours)
    assert [one.id for one in logger.find(CONTACT, ours)] == [receipt.id]
    note = server.notes(server.party)[-1]
    assert note.startswith(
        "Écart de CET sur septembre 2026\n\nAppel émis du 25/11/2026"
    )
    assert note.endswith(f"Référence\u00a0: {ours.reference}")
    assert MAIL.sha256 in note


@both
def test_tryton_keeps_a_siren_its_own_way(
    server: TrytonServer, way: dict[str, str]
) -> None:
    domain = [["party", "=", server.party]]
    [kept] = server.call(
        "model.party.identifier.search_read", domain, 0, None, None, ["code"], {}
    )
    assert kept["code"] == "999 000 003"
    crm(server, way).check()


@both
def test_two_parties_of_one_siren_are_for_a_person(
    server: TrytonServer, way: dict[str, str]
) -> None:
    siren = next(SIRENS)
    parties = [server.add_party(name, siren) for name in ("Une", "Deux")]
    with pytest.raises(NeedsPerson, match="2 accounts"):
        crm(server, way, create_account=True).send(
            replace(CONTACT, siren=siren), intent(3)
        )
    assert [server.notes(one) for one in parties] == [[], []]


@both
def test_a_party_is_made_when_the_settings_say_so(
    server: TrytonServer, way: dict[str, str]
) -> None:
    contact = replace(CONTACT, siren=next(SIRENS))
    with pytest.raises(NeedsPerson, match="no account"):
        crm(server, way).send(contact, intent(4))
    receipt = crm(server, way, create_account=True).send(contact, intent(4))
    assert len(server.notes(receipt.facts["account"])) == 1
    crm(server, way, create_account=True).send(contact, intent(5))
    assert len(server.notes(receipt.facts["account"])) == 2


@both
def test_what_tryton_refuses_is_a_refusal(
    server: TrytonServer, way: dict[str, str]
) -> None:
    wrong = replace(CONTACT, siren="999000004")  # its key is not right
    with pytest.raises(ActionRefused) as refused:
        crm(server, way, create_account=True).send(wrong, intent(6))
    assert refused.value.code in ("UserError", "400")


def test_a_session_that_has_ended_is_opened_again(server: TrytonServer) -> None:
    logger = crm(server, BY_RPC)
    logger.check()
    shown = logger.client.authentication.headers(logger.client.exchange())
    server.log_out(shown["Authorization"])
    before = len(server.notes(server.party))
    logger.send(CONTACT, intent(7))
    assert len(server.notes(server.party)) == before + 1


def test_an_application_that_is_not_known(server: TrytonServer) -> None:
    with pytest.raises(ActionRefused) as refused:
        crm(server, {**BY_REST, "application_key": "wrong"}).check()
    assert refused.value.code == "401"


FAULTS = (
    (Fault.HANG_COMMITTED, OutcomeUnknown),
    (Fault.HANG, OutcomeUnknown),
    (Fault.RESET_COMMITTED, OutcomeUnknown),
    (Fault.RESET, OutcomeUnknown),
    (Fault.HALF_BODY, OutcomeUnknown),
    (Fault.STATUS_COMMITTED, OutcomeUnknown),
    (Fault.LOGIN_PAGE, OutcomeUnknown),
    (Fault.REFUSED, ActionNotSent),
    (Fault.TLS_EXPIRED, ActionNotSent),
)


@pytest.fixture(scope="module")
def relay(server: TrytonServer, certificates: Certificates) -> Iterator[Running]:
    with running("tests.doubles.relay:Relay", certificates) as started:
        started.prepare("upstream", server.port)
        yield started


@both
@pytest.mark.parametrize(("fault", "outcome"), FAULTS, ids=lambda one: str(one))
def test_one_note_is_left_whatever_goes_wrong_on_the_way(
    server: TrytonServer,
    relay: Running,
    way: dict[str, str],
    fault: Fault,
    outcome: type[Exception],
) -> None:
    number = 100 + list(Fault).index(fault) + 50 * (way is BY_REST)
    ours = intent(number)
    reached = {**quick(relay), "read_s": 1.0, "deadline_s": 4.0}
    logger = TrytonCrm(**{**reached, **way})
    relay.arm(fault, after=2 if way is BY_RPC else 1)
    with pytest.raises(outcome):
        logger.send(CONTACT, ours)
    relay.disarm()
    if not logger.find(CONTACT, ours):
        logger.send(CONTACT, ours)
    notes = server.notes(server.party)
    assert sum(ours.reference in note for note in notes) == 1


TABLE = """
[destinations.crm]
connector = "crm-tryton"
url = "{url}"
ca_file = "{authority}"
database = "gps"
user = "admin"
read_s = 2.0
deadline_s = 10.0
max_in_flight_s = 0.3
"""


def test_the_outbox_logs_a_contact_once_whatever_is_lost_and_done_again(
    server: TrytonServer, relay: Running, tmp_path: Path
) -> None:
    """A worker, its destination in a process of its own, a relay that cuts."""
    path = tmp_path / "miroir.toml"
    authority = relay.certificates.authority
    path.write_text(TABLE.format(url=relay.base, authority=authority))
    environ = {"MIROIR_DESTINATIONS__CRM__PASSWORD": PASSWORD}
    settings = load_settings(path, environ=environ)
    create_key_file(settings.keys.file)
    make_ready(settings.store.url)
    contact = replace(CONTACT, subject="Par la boîte d’envoi")
    relay.arm(Fault.RESET_COMMITTED, after=2, times=1)
    with opened(settings) as workplace:
        for _ in range(2):  # the same decision, taken again
            with workplace.store.write() as tables:
                key = tables.outbox.enqueue(contact, dossier="dossier:1")
            Worker(workplace.store, lanes(workplace), poll=0.05).until_idle()
            relay.disarm()
        with workplace.store.read() as tables:
            row = tables.outbox.get(key)
            attempts = tables.outbox.attempts(row)
    assert row.status is Status.CONFIRMED
    assert [one.step for one in attempts if one.ended] == [Step.SEND, Step.FIND]
    notes = server.notes(server.party)
    assert sum("Par la boîte d’envoi" in note for note in notes) == 1


def test_too_many_wrong_passwords_are_held_off(server: TrytonServer) -> None:
    """Last: Tryton then holds off this user, whatever the password."""
    wrong = crm(server, {**BY_RPC, "password": "wrong"}, tries=1)
    with pytest.raises(ActionRefused) as refused:
        wrong.check()
    assert refused.value.code == "401"
    with pytest.raises(ActionNotSent, match="429"):
        for _ in range(3):
            with suppress(ActionRefused):
                wrong.check()
