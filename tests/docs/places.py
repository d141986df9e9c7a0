"""Folders that pages work in: prepared once, copied for each page that asks.

A page says `<!-- place: NAME -->` before its first block; without it, `work`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from miroir.cli.init import template
from miroir.config.loading import load_settings
from miroir.demo import demo_adhesions, demo_files
from miroir.operations.outbox.worker import Worker, lanes
from miroir.operations.workplace import opened
from miroir.privacy import create_key_file
from miroir.store import schema
from miroir.store.engine import make_engine, parse_url, transaction
from miroir.testing.payroll import make_company
from stdnum.luhn import calc_check_digit

from tests.docs.session import Session
from tests.docs.tools import ADHESIONS, CALL, REGISTRY, REMOTE_TABLE, SOURCES, TOOLS
from tests.operations.adhesion import companies
from tests.outbox.samples import contact
from tests.store.ready import make_ready

SIREN = "999000243"


def files(folder: Path) -> Mapping[str, str]:
    """The demonstration company in `depot`, its adhesion beside; nothing else."""
    (folder / "depot").mkdir()
    for name, content in demo_files():
        (folder / "depot" / name).write_bytes(content)
    (folder / "adhesions.csv").write_bytes(demo_adhesions())
    create_key_file(folder / "miroir.keys")
    return {}


def started(folder: Path, *tables: str) -> Session:
    """A workplace as `miroir init` makes it, with tables of its own."""
    text = template()
    (folder / "miroir.toml").write_text(text + "".join(tables), "utf-8")
    if not (folder / "miroir.keys").exists():
        create_key_file(folder / "miroir.keys")
    make_ready(f"sqlite:///{folder / 'miroir.db'}")
    return Session(folder=folder)


def work(folder: Path) -> Mapping[str, str]:
    """A dossier of the demonstration company, called once, tools that take files."""
    files(folder)
    for name in ("carnet", "courrier", "transmissions", "fiches"):
        (folder / name).mkdir()
    (folder / "synthese.pdf").write_bytes(b"%PDF-1.4\n")
    (folder / "appel.json").write_text(json.dumps(CALL), "utf-8")
    session = started(folder, SOURCES, ADHESIONS, TOOLS)
    session.run("miroir sync")
    session.run(f"miroir dossiers open {SIREN} --as marie")
    session.run(f"miroir reprocess {SIREN}")
    session.run(f"miroir dossiers call {SIREN} --from appel.json --as marie")
    session.run(f'miroir dossiers mail {SIREN} --to "Mme Exemple" --as marie')
    session.run("miroir worker --until-idle")
    return {
        "/srv/miroir": str(folder / "srv"),
        "/mnt/worm": str(folder / "heads"),
    }


def held(folder: Path) -> Mapping[str, str]:
    """A source of adhesion conditions that gave 1204 rows, and now gives 611."""
    row = companies.STRANGER.replace("999000250", "{siren}")
    session = started(folder, ADHESIONS)
    for rows in (1204, 611):
        sirens = (f"{99_900_100 + one}" for one in range(rows))
        lines = [row.format(siren=one + calc_check_digit(one)) for one in sirens]
        (folder / "adhesions.csv").write_text(companies.registry(*lines))
        session.run("miroir schedule run-once sync:adhesions")
    return {}


def stuck(folder: Path) -> Mapping[str, str]:
    """Actions that wait for a person: refused, lost, not sent yet."""
    session = started(folder, '\n[outbox]\nisolation = "none"\n', REMOTE_TABLE)
    keys = _sent(session, "refus 1", "refus 2", "perdu")
    (waiting,) = _written(session, "à venir")
    shown = ("3f2a9c", "b80d41", "5e17f2", "c94a60")
    found = (keys[0], keys[1], keys[2], waiting)
    return dict(zip(shown, (key[:16] for key in found), strict=True))


def _written(session: Session, *notes: str) -> list[str]:
    with (
        opened(load_settings(session.folder / "miroir.toml")) as workplace,
        workplace.store.write() as tables,
    ):
        return [
            tables.outbox.enqueue(
                contact(note), dossier=f"dossier:{note}", occasion=note
            )
            for note in notes
        ]


def _sent(session: Session, *notes: str) -> list[str]:
    keys = _written(session, *notes)
    with opened(load_settings(session.folder / "miroir.toml")) as workplace:
        Worker(workplace.store, lanes(workplace)).until_idle()
    return keys


def adhesion(folder: Path) -> Mapping[str, str]:
    """Two establishments, cadres at 8 % that the contract does not know of."""
    (folder / "depot").mkdir()
    companies.deliver(folder / "depot", companies.company(), "a")
    companies.deliver(folder / "depot", companies.second(), "b")
    rows = (companies.HISTORY, companies.CADRES)
    (folder / "registre.csv").write_text(companies.registry(*rows))
    started(folder, SOURCES, REGISTRY).run("miroir sync")
    return {"/srv/miroir": str(folder)}


def month(folder: Path) -> Mapping[str, str]:
    """January of three companies, one of them wrong, before it is run."""
    (folder / "depot").mkdir()
    for seed, cause in ((21, "CEG_ABSENTE"), (22, None), (23, None)):
        company = make_company(seed, 2026, 1, 8, cause=cause, simple=True)
        for name, content in company.files:
            (folder / "depot" / name).write_bytes(content)
    started(folder)
    dask = " --executor dask --scheduler tls://scheduler.example.org:8786"
    return {
        "seq 0 15": "seq 0 1",
        "/16": "/2",
        "0-63": "0-1",
        "/64": "/2",
        "--shards 64": "--shards 2",
        "/data/depot": "depot",
        dask: "",
        "--workers 4": "--workers 2",
    }


def empty(folder: Path) -> Mapping[str, str]:
    """Nothing, but a key file of its own."""
    create_key_file(folder / "miroir.keys")
    return {"/srv/miroir": str(folder / "srv")}


def older(folder: Path) -> Mapping[str, str]:
    """A workplace whose store is at the revision before the last."""
    (folder / "miroir.toml").write_text(template(), "utf-8")
    create_key_file(folder / "miroir.keys")
    engine = make_engine(parse_url(f"sqlite:///{folder / 'miroir.db'}"))
    with transaction(engine, write=True) as connection:
        schema._migrate(connection, f"{int(schema.head()) - 1:04d}")
    (folder / "miroir.db").chmod(0o600)
    engine.dispose()
    return {}


PLACES: Mapping[str, Callable[[Path], Mapping[str, str]]] = {
    "empty": empty,
    "older": older,
    "files": files,
    "work": work,
    "stuck": stuck,
    "held": held,
    "adhesion": adhesion,
    "month": month,
}


class Shelf:
    """Places by name, each prepared when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._instead: dict[str, Mapping[str, str]] = {}

    def session(self, name: str) -> Session:
        """A place as it was prepared, where it was: paths are in what it stores.

        KeyError: no place has this name.
        """
        folder, kept = self.folder / name, self.folder / f"{name}-kept"
        if name not in self._instead:
            folder.mkdir()
            self._instead[name] = PLACES[name](folder)
            shutil.copytree(folder, kept)
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
        environ = {
            "MIROIR_KEY_FILE": str(folder / "miroir.keys"),
            "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        }
        return Session(folder=folder, instead=self._instead[name], environ=environ)
