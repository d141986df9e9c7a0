"""The worked examples of config/, each collected from its real server.

Only addresses are changed, by the environment; secrets are secret files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from miroir.config.connecting import fields_model
from miroir.config.loading import load_settings
from miroir.operations.sync import SourceReport, collect
from miroir.operations.workplace import Workplace, opened
from miroir.plugins import PluginManager
from miroir.privacy import create_key_file
from miroir.testing.counterpart import Certificates, running
from miroir.testing.payroll import make_company
from miroir_connectors.testing.services.dovecot import Imap
from miroir_connectors.testing.services.openssh import Ssh
from miroir_connectors.testing.services.swift import S3

from tests.connectors.drops import Bucket, Local
from tests.connectors.test_mailbox import Owner, attach, mail
from tests.connectors.test_mapping import as_rows
from tests.store.ready import make_ready

EXAMPLES = Path(__file__).parents[2] / "config" / "conf.d"
CONDITION = {
    "Entreprise": "552100554",
    "Population": "NON CADRES",
    "Depuis le": "01/01/2026",
    "Jusqu’au": "",
    "Taux T1": "6,20",
    "Taux T2": "17",
    "Part patronale": "60",
    "Institution": "30558637200321",
}


@contextmanager
def workplace(
    folder: Path,
    example: str,
    secrets: Mapping[str, str] | None = None,
    **keys: object,
) -> Iterator[Workplace]:
    """The example at work. `keys`: SOURCE__KEY, its value here."""
    (folder / "conf.d").mkdir()
    (folder / "miroir.toml").write_text("")
    text = (EXAMPLES / f"{example}.toml.example").read_text("utf-8")
    (folder / "conf.d" / f"{example}.toml").write_text(text, "utf-8")
    credentials = folder / "credentials"
    credentials.mkdir()
    for name, value in (secrets or {}).items():
        (credentials / f"sources__{name}").write_text(value)
    environ = {"CREDENTIALS_DIRECTORY": str(credentials)}
    environ |= {f"MIROIR_SOURCES__{name}": str(keys[name]) for name in keys}
    settings = load_settings(folder / "miroir.toml", environ=environ)
    create_key_file(settings.keys.file)
    make_ready(settings.store.url)
    with opened(settings) as ready:
        yield ready


def collected(ready: Workplace, name: str) -> SourceReport:
    ready.sources[name].source.check()
    report = collect(ready, ready.sources[name])
    assert report.error == ""
    again = collect(ready, ready.sources[name])
    assert (again.new, again.error) == (0, "")
    return report


def test_file(tmp_path: Path) -> None:
    path = tmp_path / "adhesions.xlsx"
    bad = {**CONDITION, "Population": "STAGIAIRES"}
    rows = [list(each.values()) for each in (CONDITION, bad)]
    path.write_bytes(as_rows([list(CONDITION), *rows], "Conditions"))
    with workplace(tmp_path, "file", ADHESIONS_CLASSEUR__PATH=path) as ready:
        report = collected(ready, "adhesions_classeur")
        assert [one.code for one in report.refusals] == ["ADHESION_CODE"]
        with ready.store.read() as tables:
            (condition,) = tables.adhesions.conditions_of("552100554")
        assert (condition.category, condition.periodicity) == ("04", "M")


def test_folder(tmp_path: Path) -> None:
    hand = Local(tmp_path / "depot")
    line = b"552100554032026000000100000000000123456\n"
    hand.put("CAMP01.txt", line)
    hand.put("CAMP02.txt", line)
    hand.put("CAMP01.txt.done", b"")
    with workplace(
        tmp_path, "folder", CAMPAGNE_DEPOT__FOLDER=tmp_path / "depot"
    ) as ready:
        assert collected(ready, "campagne_depot").new == 1
        with ready.store.read() as tables:
            (found,) = tables.campaigns.lines_of("552100554")
        assert (str(found.period), found.calculated) == ("2026-03", 123456)
    assert hand.all().keys() == {
        *("CAMP02.txt", "taken/CAMP01.txt", "taken/CAMP01.txt.done"),
    }


def test_sftp(tmp_path: Path, ssh: Ssh) -> None:
    company = make_company(3, 2026, 2, 6)
    hand = Local(tmp_path / "in", ssh)
    for name, content in company.files:
        hand.put(f"2026/{name}", content)
    with workplace(
        tmp_path,
        "sftp",
        {"dsn_sftp__private_key": ssh.private_key},
        DSN_SFTP__HOST="127.0.0.1",
        DSN_SFTP__PORT=ssh.port,
        DSN_SFTP__USER=ssh.user,
        DSN_SFTP__KNOWN_HOSTS=ssh.known_hosts,
        DSN_SFTP__FOLDER=tmp_path / "in",
        DSN_SFTP__STABLE_SECONDS=0,
        DSN_SFTP__PATTERNS='["*"]',
    ) as ready:
        report = collected(ready, "dsn_sftp")
        assert (report.new, report.sirens) == (len(company.files), {company.siren})
    assert {name.partition("/")[0] for name in hand.all()} == {"taken"}


def test_s3(tmp_path: Path, s3: S3) -> None:
    hand = Bucket(s3)
    text = (
        "Établissement;Mois de paie;Cotisation recalculée\n55210055400013;2026-03;1,00"
    )
    hand.put("a.csv", text.encode())
    with workplace(
        tmp_path,
        "s3",
        {
            "campagne_s3__access_key": s3.access_key,
            "campagne_s3__secret_key": s3.secret_key,
        },
        CAMPAGNE_S3__BUCKET=hand.bucket,
        CAMPAGNE_S3__PREFIX="in",
        CAMPAGNE_S3__ENDPOINT=s3.endpoint,
    ) as ready:
        assert collected(ready, "campagne_s3").new == 1
        with ready.store.read() as tables:
            (line,) = tables.campaigns.lines_of("552100554")
        assert (line.campaign, line.calculated) == ("Fiabilisation 2026", 100)
    assert hand.all().keys() == {"a.csv"}


VIEWS = """
CREATE VIEW v_conditions_adhesion AS SELECT 7 AS id_contrat, '552100554' AS siren,
    '' AS siret, '01' AS categorie, DATE '2026-01-01' AS date_effet,
    CAST(NULL AS DATE) AS date_fin, 6.20 AS taux_t1, 17.0 AS taux_t2,
    60 AS part_patronale, '' AS idcc, '30558637200321' AS institution,
    'M' AS periodicite, '' AS effectif;
CREATE VIEW v_taches AS SELECT n AS id, '552100554' AS siren, 'marie' AS corbeille,
    'CET' AS objet FROM generate_series(1, 3) AS n
"""


@pytest.fixture
def database(postgresql: str) -> Iterator[str]:
    """A database of its own, with a user who may write: the connector does not."""
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE DATABASE gestion")
        yield f"{postgresql.rpartition('/')[0]}/gestion"
        connection.execute("DROP DATABASE gestion")


def test_sql(tmp_path: Path, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(VIEWS.encode())
    urls = {f"{name}__url": database for name in ("adhesions_sql", "taches_sql")}
    with workplace(tmp_path, "sql", urls) as ready:
        assert collected(ready, "adhesions_sql").refusals == []
        assert collected(ready, "taches_sql").new == 1
        with ready.store.read() as tables:
            (condition,) = tables.adhesions.conditions_of("552100554")
            assert tables.sources.state("taches_sql").cursor == "3"
        assert (condition.category, str(condition.rate_t1)) == ("01", "6.20")


def test_imap(tmp_path: Path, imap: Imap) -> None:
    owner = Owner(imap)
    owner.deliver(mail("Question – 552100554", "Bonjour"))
    owner.deliver(mail("Question", "sans numéro"))
    owner.client.create_folder("Campagnes")
    message = mail("Lignes", sender="x@federation.example")
    attach(message, "lignes.csv", b"siren;mois\n552100554;2026-03\n")
    owner.client.append("Campagnes", message.as_bytes())
    keys: dict[str, object] = {}
    for name in ("DEMANDES", "CAMPAGNE_MAIL"):
        keys |= {f"{name}__HOST": "127.0.0.1", f"{name}__PORT": imap.tls_port}
        keys |= {f"{name}__USER": owner.user, f"{name}__CA_FILE": imap.ca_file}
    secrets = {
        f"{name}__password": imap.password for name in ("demandes", "campagne_mail")
    }
    with workplace(tmp_path, "imap", secrets, **keys) as ready:
        report = collected(ready, "demandes")
        assert report.new == 2
        assert [one.code for one in report.refusals] == ["TACHE_SIREN"]
        assert collected(ready, "campagne_mail").new == 1
        with ready.store.read() as tables:
            assert len(tables.campaigns.lines_of("552100554")) == 1
    owner.client.logout()


def test_rest(tmp_path: Path) -> None:
    certificates = Certificates.make(tmp_path)
    tasks = [
        {
            "numero": f"T-{n}",
            "entreprise": {"siren": "552100554"},
            "affectation": {"conseiller": "marie"},
            "modifie_le": f"2026-03-0{n}T08:00:00",
        }
        for n in range(1, 6)
    ]
    place = tmp_path / "place"
    place.mkdir()
    with running(
        "miroir_connectors.testing.doubles.listing:Basket", certificates
    ) as double:
        double.prepare("items", tasks)
        with workplace(
            place,
            "rest",
            {"taches_rest__client_secret": "s3cret-of-the-tests"},
            TACHES_REST__URL=f"{double.base}/api/v2/taches",
            TACHES_REST__TOKEN_URL=f"{double.base}/oauth/token",
            TACHES_REST__CA_FILE=certificates.authority,
            TACHES_REST__PAGE_SIZE=2,
        ) as ready:
            assert collected(ready, "taches_rest").new == 1
            with ready.store.read() as tables:
                cursor = tables.sources.state("taches_rest").cursor
            assert cursor == "2026-03-05T08:00:00"
        targets = [call["target"] for call in double.calls()]
        assert any("apres=" in target for target in targets)
        assert json.dumps(targets).count("etat=ouverte") >= 3


@pytest.mark.parametrize(
    "path", sorted(EXAMPLES.glob("*.example")), ids=lambda path: path.name
)
def test_every_example_is_collected(path: Path) -> None:
    name = path.name.partition(".")[0]
    assert f"test_{name}" in globals() or name == "horizon"


DOCS = Path(__file__).parents[2] / "docs" / "connectors"
NAMES = ("file", "folder", "sftp", "s3", "sql", "imap", "rest")


def keys_of(name: str) -> set[str]:
    return set(
        fields_model(PluginManager.load().sources()[name].value.source).model_fields
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_key_has_its_line(name: str) -> None:
    pages = "".join(
        (DOCS / f"{page}.md").read_text("utf-8") for page in (name, "mapping")
    )
    rows = "".join(line for line in pages.splitlines() if line.startswith("|"))
    assert {key for key in keys_of(name) if f"`{key}`" not in rows} == set()
