"""A company received and analysed once; each test works on a copy."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from miroir.config.loading import load_settings
from miroir.dossier.mandate import Interlocutor, Mandate, Role
from miroir.dossier.model import Channel, Signal
from miroir.operations.dossiers import acts
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.intake import receive
from miroir.operations.outbox.worker import Worker, lanes
from miroir.operations.reprocess import reprocess
from miroir.operations.sync import collect
from miroir.operations.workplace import Workplace, opened
from miroir.privacy import create_key_file
from miroir.testing.payroll import make_company
from miroir_connectors.testing.doubles.smtp import Double, double

from tests.store.ready import make_ready

CONFIGURATION = """
[documents]
record_limit = 400

[record]
summary_limit = 60

[record.menus.motif]
label = "Motif de l’écart"
required = true
lists = [
  { since = 2025-01-01, until = 2025-12-31, codes = { "9" = "Ancien motif" } },
  { since = 2026-01-01, codes = { "01" = "Paramétrage", "02" = "Adhésion" } },
]

[record.menus.suite]
label = "Suite"
lists = [{ since = 2026-01-01, codes = { R = "À rappeler", C = "Close" } }]

[schedule.followups.rappel]
when = { suite = ["R"] }
after = ["2 working days"]
purpose = "rappel"
label = "Rappeler l’entreprise"

[outbox]
isolation = "none"

[sources.depot]
connector = "dsn-folder"
folder = "depot"

[sources.adhesions]
connector = "adhesion-csv"
path = "adhesions.csv"

[destinations.record]
connector = "record-drop"
folder = "records"
fields = { names = { siren = "{siren}", analyse = "{analysis}", appel = "{call}", synthese = "{call_summary}", motif = "{menu.motif}", suite = "{menu.suite}" }, lengths = { analyse = 400 } }

[destinations.services]
connector = "hand-over-drop"
folder = "cases"
"""
MAIL = """
[destinations.mail]
connector = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "gps@example.org"
step_s = 20
"""
NAME, ADDRESS = "Mme Exemple", "paie@example.org"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder ready to be copied, and the SIREN of its company."""
    folder = tmp_path_factory.mktemp("outward")
    company = make_company(3, 2026, 4, 6, cause="CET_ABSENTE")
    (folder / "miroir.toml").write_text(CONFIGURATION)
    (folder / "adhesions.csv").write_bytes(company.adhesions_csv)
    for name in ("depot", "records", "cases"):
        (folder / name).mkdir()
    for name, content in company.files:
        (folder / "depot" / name).write_bytes(content)
    settings = load_settings(folder / "miroir.toml")
    create_key_file(settings.keys.file)
    make_ready(settings.store.url)
    with opened(settings) as workplace:
        for source in workplace.sources.values():
            collect(workplace, source, say=lambda _: None)
        siren = company.siren
        reprocess(workplace, siren, collecting=False)
        with workplace.store.write() as tables:
            desk = Desk(
                tables=tables,
                actor="marie",
                now=workplace.clock(),
                rules=workplace.rules,
            )
            at = workplace.clock()
            signal = Signal(key="a", channel=Channel.ADVISER, at=at, siren=siren)
            dossier = receive(desk, signal).dossier
            acts.move(desk, siren, "analyse")
            for person in people():
                tables.memories.save_interlocutor(dossier.id, person)
    return folder, siren


def people() -> Iterator[Interlocutor]:
    checked = date(2026, 1, 5)
    company = Role.COMPANY
    yield Interlocutor(
        name=NAME,
        role=company,
        mandate=Mandate.COMPANY,
        contact=f"01 23 45 67 89, {ADDRESS}",
        checked_on=checked,
    )
    yield Interlocutor(name="M. Inconnu", role=company, contact="b@example.org")
    yield Interlocutor(
        name="M. Sansadresse",
        role=company,
        mandate=Mandate.COMPANY,
        checked_on=checked,
    )
    yield Interlocutor(
        name="M. Expiré",
        role=Role.ACCOUNTANT,
        mandate=Mandate.EMPLOYEES,
        contact="c@example.org, d@example.org",
        checked_on=checked,
        expires_on=date(2026, 2, 1),
    )


@pytest.fixture
def siren(template: tuple[Path, str]) -> str:
    return template[1]


@pytest.fixture
def config(template: tuple[Path, str], tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    shutil.copytree(template[0], folder)
    return folder / "miroir.toml"


@pytest.fixture(scope="session")
def cruel() -> Iterator[Double]:
    with double() as running:
        yield running


@pytest.fixture
def mailing(config: Path, cruel: Double) -> Double:
    """Mail goes out too, to a double that is right until it is told."""
    config.write_text(config.read_text() + MAIL.format(port=cruel.port))
    cruel.go_wrong("none", "none")
    return cruel


@pytest.fixture
def workplace(config: Path) -> Iterator[Workplace]:
    with opened(load_settings(config)) as ready:
        yield ready


@pytest.fixture
def work(config: Path) -> Callable[[], None]:
    """Carry out what waits in the outbox, as `miroir worker` does."""

    def until_idle() -> None:
        stop = threading.Event()
        timer = threading.Timer(60, stop.set)
        timer.daemon = True
        timer.start()
        with opened(load_settings(config)) as own:
            Worker(own.store, lanes(own), poll=0.05).until_idle(stop)
        assert timer.is_alive()
        timer.cancel()

    return until_idle


def thread(workplace: Workplace, siren: str) -> list[str]:
    with workplace.store.read() as tables:
        events = tables.cases.thread(tables.cases.get(siren).id)
    return [event.text for event in events]
