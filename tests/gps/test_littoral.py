"""Littoral Retraite from one end to the other: SQL views, fixed width, Tryton.

Its plugin judges its own way, as that of Horizon does: the two are never
installed together, so that `tox -e scaffold` runs this.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from miroir.testing.payroll import SimulatedCompany, make_company
from miroir_connectors.testing.services.required import free_port

from tests.connectors.crm.tryton_server import TrytonServer, tryton
from tests.connectors.crm.tryton_setup import PASSWORD, install, template
from tests.gps.working import Gps
from tests.store.conftest import binaries_or_skip
from tests.store.postgresql import server as postgresql

PLUGIN = "miroir_gps_littoral"
CONFIGURATION = Path(__file__).parents[2] / "plugins/gps_littoral/config/miroir.toml"
pytestmark = pytest.mark.skipif(
    find_spec(PLUGIN) is None, reason="miroir-gps-littoral is alone in tox -e scaffold"
)
_CATEGORIES = {"01": "C", "02": "AM", "04": "NC"}
_COLUMNS = (
    *("contrat", "siren", "siret", "population", "debut", "fin", "taux_1", "taux_2"),
    *("part", "idcc", "institution", "rythme", "effectif"),
)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgresql(binaries_or_skip()) as address:
        yield address


@pytest.fixture(scope="module")
def crm() -> Iterator[TrytonServer]:
    if not template().exists():
        if os.environ.get("MIROIR_REQUIRE_SERVICES") != "1":
            pytest.skip("no Tryton: python3 tests/connectors/crm/tryton_setup.py")
        install()
    with tryton(free_port()) as started:
        yield started


@pytest.fixture
def littoral(
    tmp_path: Path,
    database: str,
    crm: TrytonServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Gps:
    gps = Gps(tmp_path, CONFIGURATION, monkeypatch)
    gps.here(
        SOURCES__ADHESIONS__URL=database,
        SOURCES__CORBEILLES__URL=database,
        DESTINATIONS__CRM__URL=crm.url,
        DESTINATIONS__CRM__USER="admin",
        DESTINATIONS__CRM__PASSWORD=PASSWORD,
    )
    return gps


def deliver(folder: Path, database: str, *companies: SimulatedCompany) -> None:
    """What Littoral knows of these companies: files, views, a campaign."""
    (folder / "depot").mkdir()
    for company in companies:
        for name, content in company.files:
            (folder / "depot" / name).write_bytes(content)
    lines = [
        f"{company.siren}202601{100_00:>10}{120_00:>10}\n" for company in companies
    ]
    (folder / "campagne.txt").write_text("".join(lines))
    with psycopg.connect(database, autocommit=True) as connection:
        columns = ", ".join(f"{name} text" for name in _COLUMNS)
        connection.execute(f"CREATE TABLE contrats ({columns})".encode())
        connection.execute("CREATE VIEW vue_adhesions AS SELECT * FROM contrats")
        connection.execute(
            "CREATE TABLE vue_corbeilles "
            "(numero int, siren text, conseiller text, objet text)"
        )
        for company in companies:
            for row in _contracts(company):
                marks = ", ".join(["%s"] * len(row))
                insert = f"INSERT INTO contrats VALUES ({marks})"
                connection.execute(insert.encode(), row)
        connection.execute(
            "INSERT INTO vue_corbeilles VALUES (1, %s, 'awa', 'Écart signalé')",
            (companies[0].siren,),
        )


def _contracts(company: SimulatedCompany) -> Iterator[tuple[str, ...]]:
    text = company.adhesions_csv.decode("utf-8-sig")
    for number, row in enumerate(csv.DictReader(io.StringIO(text), delimiter=";")):
        yield (
            f"{company.siren}-{number}",
            *(row["siren"], row["siret"], _CATEGORIES[row["categorie"]]),
            *(row["date_effet"], row["date_fin"]),
            *(row["taux_calcul_t1"], row["taux_calcul_t2"], row["part_employeur"]),
            *(row["idcc"], row["siret_institution"], row["periodicite"]),
            row["effectif"],
        )


def test_from_the_views_to_tryton_and_again(
    littoral: Gps, database: str, crm: TrytonServer
) -> None:
    wrong = make_company(51, 2026, 2, 6, cause="CEG_ABSENTE", simple=True)
    right = make_company(52, 2026, 2, 6, simple=True)
    deliver(littoral.folder, database, wrong, right)
    party = crm.add_party("Entreprise Fictive", wrong.siren)
    littoral.run("init")
    assert littoral.run("doctor").count("reached by") == 5

    said = littoral.run("sync")
    assert "dsn: 4 files given, 4 new, 2 companies, 0 refusals" in said
    for source in ("adhesions", "corbeilles", "campagne"):
        assert f"{source}: 1 files given, 1 new" in said
    assert littoral.causes(wrong.siren)[0] == ("CEG_ABSENTE", "established")
    found = dict(littoral.causes(right.siren))
    assert found["LITTORAL_LIGNE_DEJA_CORRIGEE"] == "legitimate"
    assert "CONDITIONS_ADHESION_SUPPOSEES" not in found

    littoral.call(wrong.siren)
    littoral.send()
    (note,) = crm.notes(party)
    assert "Message laissé au standard." in note
    littoral.send()
    littoral.run("sync")
    littoral.causes(wrong.siren)
    littoral.send()
    assert len(crm.notes(party)) == 1, "nothing goes out twice"
