"""Horizon Prévoyance from one end to the other: SFTP, CSV, XLSX, a REST CRM."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from miroir.testing.counterpart import Certificates, Running, running
from miroir.testing.payroll import make_company
from miroir_connectors.testing.doubles.crm import SECRET
from miroir_connectors.testing.services.openssh import Ssh, openssh
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from tests.gps.working import Gps

CONFIGURATION = Path(__file__).parents[2] / "plugins/gps_exemple/config/miroir.toml"


@pytest.fixture(scope="module")
def ssh() -> Iterator[Ssh]:
    with openssh() as server:
        yield server


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    certificates = Certificates.make(tmp_path_factory.mktemp("certificates"))
    with running(
        "miroir_connectors.testing.doubles.rest_crm:RestCrm", certificates
    ) as double:
        yield double


@pytest.fixture
def horizon(
    tmp_path: Path, ssh: Ssh, crm: Running, monkeypatch: pytest.MonkeyPatch
) -> Gps:
    gps = Gps(tmp_path, CONFIGURATION, monkeypatch)
    for source in ("DSN", "ADHESIONS"):
        gps.here(
            **{
                f"SOURCES__{source}__HOST": "127.0.0.1",
                f"SOURCES__{source}__PORT": ssh.port,
                f"SOURCES__{source}__USER": ssh.user,
                f"SOURCES__{source}__KNOWN_HOSTS": str(ssh.known_hosts),
                f"SOURCES__{source}__PRIVATE_KEY": ssh.private_key,
                f"SOURCES__{source}__FOLDER": str(tmp_path / source.lower()),
            }
        )
    gps.here(
        DESTINATIONS__CRM__URL=crm.base,
        DESTINATIONS__CRM__TOKEN_URL=f"{crm.base}/oauth/token",
        DESTINATIONS__CRM__CA_FILE=str(crm.certificates.authority),
        DESTINATIONS__CRM__CLIENT_SECRET=SECRET,
    )
    return gps


def deliver(folder: Path) -> str:
    """What Horizon receives of one company, whose CET is missing; its SIREN."""
    company = make_company(41, 2026, 2, 6, cause="CET_ABSENTE", simple=True)
    for name in ("dsn", "adhesions"):
        (folder / name).mkdir()
    for name, content in company.files:
        (folder / "dsn" / name).write_bytes(content)
    (folder / "adhesions" / "conditions.csv").write_bytes(company.adhesions_csv)
    with Workbook(folder / "campagne.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["N° SIREN", "Mois de paie"])
        sheet.write_row(1, 0, [company.siren, "01/2026"])
    return company.siren


def known(crm: Running, siren: str) -> None:
    """The company has an account in the CRM of Horizon."""
    asked = requests.post(
        f"{crm.base}/societes",
        json={"siren": siren, "nom": "Entreprise Fictive"},
        headers={"Authorization": f"Bearer {SECRET}"},
        verify=str(crm.certificates.authority),
        timeout=30,
    )
    assert asked.status_code == 201


def test_from_the_drop_to_the_crm_and_again(horizon: Gps, crm: Running) -> None:
    siren = deliver(horizon.folder)
    known(crm, siren)
    horizon.run("init")
    assert horizon.run("doctor").count("reached by") == 4

    said = horizon.run("sync")
    assert "dsn: 2 files given, 2 new, 1 companies, 0 refusals" in said
    assert "adhesions: 1 files given, 1 new" in said
    assert "campagne: 1 files given, 1 new" in said
    assert horizon.causes(siren)[0] == ("CET_ABSENTE", "established")
    assert siren in horizon.run("dossiers", "list", "--select", "gaps>0")

    horizon.call(siren)
    horizon.send()
    assert len(crm.records()) == 1
    horizon.send()
    horizon.run("sync")
    assert horizon.causes(siren)[0] == ("CET_ABSENTE", "established")
    horizon.send()
    assert len(crm.records()) == 1, "nothing goes out twice"
