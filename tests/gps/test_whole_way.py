"""One company from its gap to the end, on real systems, and all of it again.

The store is a PostgreSQL, the CRM a Tryton, the mail goes through a Postfix; the
adhesion contract is a registry and the shared record a drop of files. Each
destination runs in a process of its own. Nothing is done twice, and nobody's
number nor any secret is anywhere but in the files received.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template

import pytest
from miroir.testing.payroll import make_company
from miroir_connectors.testing.services.required import free_port

from tests.cli.commands import miroir
from tests.connectors.crm.tryton_server import TrytonServer, tryton
from tests.connectors.crm.tryton_setup import PASSWORD as TRYTON_PASSWORD
from tests.connectors.crm.tryton_setup import install, template
from tests.connectors.smtp.mail_server import (
    PASSWORD as MAIL_PASSWORD,
)
from tests.connectors.smtp.mail_server import (
    USER,
    MailServer,
    mail_server,
    missing,
)
from tests.operations.adhesion.companies import REGISTRY, SIREN, company, deliver
from tests.store.conftest import binaries_or_skip
from tests.store.postgresql import server as postgresql

CONFIGURATION = Path(__file__).with_name("whole_way.toml")
NAME, ADDRESS = "Mme Exemple", "paie@example.org"
CALL: Mapping[str, object] = {
    "reached": True,
    "presented": True,
    "interlocutor": NAME,
    "role": "company",
    "contact": f"01 23 45 67 89, {ADDRESS}",
    "right_person": True,
    "mandate": "company",
    "mandate_how": "rappel au numéro du contrat",
    "call_reason": "écarts depuis janvier",
    "can_act": "himself",
    "available": True,
    "exposed": "company",
    "resolution": "L’adhésion est à mettre à jour de notre côté.",
    "appropriated": True,
    "all_answered": True,
    "committed": False,
    "alerted": True,
    "refusal": "L’erreur n’est pas la sienne.",
    "summary": "Taux de 8 % confirmé par l’entreprise.",
}
CANARIES = 200
OTHER_SECRETS = 18
_NIR = re.compile(rb"S21\.G00\.30\.001,'([0-9AB]{13})'")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgresql(binaries_or_skip()) as address:
        yield address


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    if reason := missing():
        if os.environ.get("MIROIR_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def crm() -> Iterator[TrytonServer]:
    if not template().exists():
        if os.environ.get("MIROIR_REQUIRE_SERVICES") != "1":
            pytest.skip("no Tryton: python3 tests/connectors/crm/tryton_setup.py")
        install()
    with tryton(free_port()) as started:
        yield started


class Office:
    """The commands of a GPS; all that they say is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = ""

    def run(self, *words: str, code: int = 0) -> str:
        done = miroir(*words)
        self.said += done.output
        assert done.exit_code == code, f"{words}: {done.output}"
        return done.stdout


@pytest.fixture
def secrets(tmp_path: Path) -> Mapping[str, str]:
    """Twenty secrets: two that open something, eighteen of sources that fail."""
    others = {
        f"sources__liste{number}__url": f"postgresql://lecteur:canari{number}-"
        f"{'x' * 12}@127.0.0.1:1/base"
        for number in range(OTHER_SECRETS)
    }
    return {
        "destinations__crm__password": TRYTON_PASSWORD,
        "destinations__courriel__password": MAIL_PASSWORD,
        **others,
    }


@pytest.fixture
def office(
    tmp_path: Path,
    database: str,
    mail: MailServer,
    crm: TrytonServer,
    secrets: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Office:
    folder = tmp_path / "office"
    for name in ("depot", "fiches", "secrets", "nowhere"):
        (folder / name).mkdir(parents=True)
    for name, value in secrets.items():
        # A secret file of a source is a key of it: those of lists that are nowhere
        # have a folder of their own.
        place = "nowhere" if name.startswith("sources") else "secrets"
        for kept in {place, "nowhere"}:
            (folder / kept / name).write_text(value)
    text = Template(CONFIGURATION.read_text("utf-8")).substitute(
        tryton=crm.url,
        smtp=mail.smtp,
        user=USER,
        authority=mail.certificates.authority,
    )
    nowhere = "".join(
        f'\n[sources.liste{number}]\nconnector = "sql"\nkind = "task"\n'
        'query = "SELECT numero, siren FROM taches"\n'
        f'[sources.liste{number}.columns]\nreference = "numero"\n'
        for number in range(OTHER_SECRETS)
    )
    store = f'[store]\nurl = "{database}"\n\n[secrets]\nfolder = "secrets"\n\n'
    (folder / "miroir.toml").write_text(store + text, "utf-8")
    elsewhere = store.replace('folder = "secrets"', 'folder = "nowhere"')
    (folder / "nowhere.toml").write_text(elsewhere + text + nowhere, "utf-8")
    (folder / "registre.csv").write_text(REGISTRY)
    deliver(folder / "depot", company(), "a")
    many = make_company(61, 2026, 1, CANARIES + 20)
    for name, content in many.files:
        (folder / "depot" / name).write_bytes(content)
    (folder / "appel.json").write_text(json.dumps(CALL), "utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MIROIR_KEY_FILE", str(folder / "miroir.keys"))
    return Office(folder)


def persons(folder: Path) -> set[bytes]:
    """The numbers of everybody who is in the files received."""
    found = (_NIR.findall(path.read_bytes()) for path in (folder / "depot").iterdir())
    return {nir for several in found for nir in several}


def everything_once(office: Office) -> None:
    """What an adviser does for one company; a second time, it changes nothing."""
    office.run("reprocess", SIREN)
    office.run("dossiers", "record", SIREN, "--choose", "motif=02", "--as", "marie")
    office.run("dossiers", "mail", SIREN, "--to", NAME, "--as", "marie")
    office.run("worker", "--until-idle")


def test_from_the_gap_to_the_end_and_again(
    office: Office,
    database: str,
    crm: TrytonServer,
    mail: MailServer,
    secrets: Mapping[str, str],
) -> None:
    party = crm.add_party("Ateliers Fictifs", SIREN)
    office.run("init")
    office.run("sync", "depot")
    # Eighteen lists are nowhere, and each error could quote its secret.
    office.run("doctor", "--config", "nowhere.toml", code=1)
    office.run("reprocess", SIREN)
    office.run("dossiers", "open", SIREN, "--as", "marie")
    office.run("dossiers", "move", SIREN, "analyse", "--as", "marie")
    office.run("dossiers", "move", SIREN, "prepare", "--as", "marie")

    office.run("adhesion", "check", SIREN, code=3)
    office.run("adhesion", "propose", SIREN, "--as", "marie")
    plan = re.findall(r"\b[0-9a-f]{12,64}\b", office.run("adhesion", "show", SIREN))[0]
    office.run("adhesion", "approve", SIREN, plan, "--as", "marie", code=1)
    office.run("adhesion", "approve", SIREN, plan, "--as", "jean", "--confirm", "none")
    office.run("dossiers", "call", SIREN, "--from", "appel.json", "--as", "marie")
    for _ in range(2):
        everything_once(office)

    registry = (office.folder / "registre.csv").read_text()
    assert registry.count(f"{SIREN};") == REGISTRY.count(f"{SIREN};") + 1
    assert ";8.00;" in registry.splitlines()[-2] + registry.splitlines()[-3]
    notes = [plain(note) for note in crm.notes(party)]
    call, sent = sorted(notes, key=lambda note: "Message-ID" in note)
    assert "Taux de 8 % confirmé" in call
    assert "Courriel de synthèse envoyé au client." in sent
    assert len(list((office.folder / "fiches").glob("*.json"))) == 1
    (letter,) = mail.mails(ADDRESS, 1)
    office.run("trace", "verify")
    actions = json.loads(
        office.run("actions", "list", "--state", "confirmed", "--format", "json")
    )
    ended = [(each["kind"], each["status"]) for each in actions["actions"]]
    assert sorted(ended) == [
        ("adhesion_update", "confirmed"),
        ("crm_contact", "confirmed"),
        ("crm_contact", "confirmed"),
        ("mail", "confirmed"),
        ("record_entry", "confirmed"),
    ]

    texts = [str(letter), *notes, office.said, dump(database)]
    leaks(office, [text.encode() for text in texts], secrets)


def plain(text: str) -> str:
    """With spaces that break, as they are typed here."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def dump(database: str) -> str:
    """Every row of the store, as text."""
    program = shutil.which("pg_dump")
    assert program is not None, "pg_dump: install the client of PostgreSQL"
    command = [program, "--data-only", "--inserts", database]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout


def leaks(office: Office, texts: list[bytes], secrets: Mapping[str, str]) -> None:
    """Neither a person nor a secret is where it should not be."""
    received = {"depot", "received", "secrets", "nowhere"}
    kept = [
        path
        for path in office.folder.rglob("*")
        if path.is_file() and not received & set(path.relative_to(office.folder).parts)
    ]
    assert len(kept) > 4
    hidden = {
        one.rpartition("@")[0].rpartition(":")[2] or one for one in secrets.values()
    }
    canaries = {*persons(office.folder), *(one.encode() for one in hidden)}
    assert len(canaries) >= CANARIES + len(secrets)
    for content in [*texts, *(path.read_bytes() for path in kept)]:
        found = [canary for canary in canaries if canary in content]
        assert not found, f"{len(found)} leaks beside {content[:60]!r}"
