"""REST interfaces: a real one (Datasette), and a double that pages in every way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from miroir import (
    CampaignReading,
    CollectRequest,
    ReceivedFile,
    Secret,
    SourceError,
    SourceUnavailable,
)
from miroir.testing.counterpart import Certificates, Fault, Running, running
from miroir_connectors.rest.source import RestApi
from miroir_connectors.testing.doubles.listing import CLIENT, KEY, USER

from tests.services.datasette import datasette

ITEMS = [
    {
        "id": 1,
        "siren": "552100554",
        "mois": "2026-03",
        "declare": 1234.5,
        "changed": 11,
    },
    {"id": 2, "siren": "640151353", "mois": "2026-03", "declare": -0.1, "changed": 12},
    {"id": 3, "siren": "123456789", "mois": "2026-03", "declare": 1, "changed": 13},
    {"id": 4, "siren": "552100554", "mois": "2026-04", "declare": 2, "changed": 14},
    {"id": 5, "siren": "640151353", "mois": "2026-04", "declare": 3, "changed": 15},
]
WAYS: dict[str, dict[str, Any]] = {
    "page": {"paging": "page", "size_parameter": "size", "page_size": 2},
    "cursor": {"paging": "cursor", "next": "/meta/next", "next_parameter": "at"},
    "link": {"paging": "link"},
    "next": {"paging": "link", "next": "/next"},
    "whole": {},
}
CURSOR = {
    "cursor_path": "/changed",
    "cursor_parameter": "since",
    "cursor_start": "0",
    "cursor_type": "integer",
}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def _listing(certificates: Certificates) -> Iterator[Running]:
    with running(
        "miroir_connectors.testing.doubles.listing:Listing", certificates
    ) as started:
        yield started


@pytest.fixture
def listing(_listing: Running) -> Running:
    _listing.disarm()
    _listing.prepare("items", ITEMS)
    _listing.prepare("odd", "")
    return _listing


def api(listing: Running, path: str = "/whole", **settings: Any) -> RestApi:
    usual: dict[str, Any] = {
        "kind": "campaign",
        "url": f"{listing.base}{path}",
        "records": "/data",
        "total": "/meta/total",
        "key": "id",
        "ca_file": listing.certificates.authority,
        "timeout_seconds": 2,
    }
    return RestApi(**usual | settings)


def collected(source: RestApi, **request: Any) -> list[ReceivedFile]:
    return list(source.collect(CollectRequest(**request)))


def problem(source: RestApi) -> SourceError:
    with pytest.raises(SourceError) as caught:
        collected(source)
    return caught.value


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_page_gives_the_same(listing: Running, way: str) -> None:
    source = api(listing, f"/{way}", **WAYS[way])
    source.check()
    listing.disarm()
    (file,) = collected(source)
    assert len(listing.calls()) == (1 if way == "whole" else 3)
    assert file.name == f"{listing.base}/{way}"
    reading = source.read(file)
    assert isinstance(reading, CampaignReading)
    assert [(line.siren, line.declared) for line in reading.lines] == [
        ("552100554", 123450),
        ("640151353", -10),
        ("552100554", 200),
        ("640151353", 300),
    ]
    (refusal,) = reading.refusals
    assert (refusal.line, refusal.code) == (3, "CAMPAGNE_SIREN")
    assert refusal.reason.startswith("id 3: ")
    assert source.next_cursor() is None


@pytest.mark.parametrize("way", ["page", "cursor", "whole"])
def test_pages_without_anything(listing: Running, way: str) -> None:
    listing.prepare("items", [])
    source = api(listing, f"/{way}", **WAYS[way])
    (file,) = collected(source)
    assert source.read(file).rows == 0


def test_numbered_pages_without_a_size_end_with_an_empty_one(listing: Running) -> None:
    (file,) = collected(api(listing, "/page", paging="page"))
    assert file.content.count(b"\n") == 5
    assert len(listing.calls()) == 4


def test_a_cursor_gives_what_is_new(listing: Running) -> None:
    source = api(listing, **CURSOR)
    (file,) = collected(source)
    assert (file.content.count(b"\n"), source.next_cursor()) == (5, "15")
    assert collected(source, cursor="15") == []
    assert source.next_cursor() == "15"
    (file,) = collected(source, cursor="13")
    assert file.content.count(b"\n") == 2
    assert source.incremental
    wrong = api(listing, **{**CURSOR, "cursor_path": "/absent"})
    assert "an object holds nothing at /absent" in str(problem(wrong))


def test_one_company_is_asked_for(listing: Running) -> None:
    source = api(listing, siren_parameter="siren", **CURSOR)
    (file,) = collected(source, siren="640151353")
    assert file.content.count(b"\n") == 2


@pytest.mark.parametrize(
    ("path", "settings", "wrong"),
    [
        (
            "/key/whole",
            {"api_key": KEY, "api_key_header": "X-Api-Key", "api_key_scheme": ""},
            {"api_key": "n0t-it"},
        ),
        (
            "/basic/whole",
            {"user": USER[0], "password": USER[1]},
            {"password": "n0t-it"},
        ),
        (
            "/oauth/whole",
            {"client_id": CLIENT[0], "client_secret": CLIENT[1], "scope": "read"},
            {"client_secret": "n0t-it"},
        ),
        (
            "/oauth/whole",
            {
                "client_id": CLIENT[0],
                "client_secret": CLIENT[1],
                "scope": "read",
                "secret_in_form": True,
            },
            {"scope": "write"},
        ),
    ],
    ids=["key", "basic", "oauth", "oauth in the form"],
)
def test_who_we_are(
    listing: Running, path: str, settings: dict[str, Any], wrong: dict[str, Any]
) -> None:
    def source(**given: Any) -> RestApi:
        hidden = ("api_key", "password", "client_secret")
        if "client_id" in given:
            given["token_url"] = f"{listing.base}/token"
        return api(
            listing,
            path,
            **{k: Secret(v) if k in hidden else v for k, v in given.items()},
        )

    assert len(collected(source(**settings))) == 1
    error = problem(source(**settings | wrong))
    assert not isinstance(error, SourceUnavailable)
    said = f"{error} {source(**settings | wrong)!r}"
    assert not any(each in said for each in (KEY, USER[1], CLIENT[1], "n0t-it"))


def test_a_certificate_of_ours(certificates: Certificates) -> None:
    with running(
        "miroir_connectors.testing.doubles.listing:Listing", certificates, mutual=True
    ) as strict:
        strict.prepare("items", ITEMS)
        ours = api(strict, certificate=certificates.client)
        assert len(collected(ours)) == 1
        assert isinstance(problem(api(strict)), SourceUnavailable)
        absent = api(strict, certificate=Path("/absent.pem"))
        assert "Correct `url` or the certificates" in str(problem(absent))


def test_a_list_that_changes_while_it_is_read_is_read_again(listing: Running) -> None:
    listing.prepare("odd", "moves")
    error = problem(api(listing))
    assert isinstance(error, SourceUnavailable)
    assert "5 objects where 6 were announced" in str(error)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (
            {"url": "/next", "odd": "elsewhere", **WAYS["next"]},
            "evil.example: this host",
        ),
        (
            {"url": "/next", "odd": "loop", **WAYS["next"]},
            "two pages in a row|leads back",
        ),
        ({"url": "/whole", "paging": "page"}, "two pages in a row are the same"),
        ({"url": "/page", "paging": "page", "most_pages": 1}, "more than 1 pages"),
        ({"url": "/whole", "records": "/items"}, 'Lists found: "/data" (5)'),
        ({"url": "/whole", "total": "/data"}, "no number at /data"),
        ({"url": "/oauth/whole"}, "answer 401"),
    ],
)
def test_what_cannot_be_read(
    listing: Running, settings: dict[str, Any], reason: str
) -> None:
    listing.prepare("odd", settings.pop("odd", ""))
    error = problem(api(listing, settings.pop("url"), **settings))
    assert any(part in str(error) for part in reason.split("|"))
    assert not isinstance(error, SourceUnavailable)


@pytest.mark.parametrize(
    ("fault", "again"),
    [
        (Fault.LOGIN_PAGE, False),
        (Fault.NOT_JSON, False),
        (Fault.RESET, True),
        (Fault.HALF_BODY, True),
        (Fault.STATUS, True),
        (Fault.REDIRECT, False),
        (Fault.GZIP_BOMB, False),
        (Fault.TLS_EXPIRED, True),
    ],
)
def test_an_interface_that_goes_wrong(
    listing: Running, fault: Fault, again: bool
) -> None:
    status = 302 if fault is Fault.REDIRECT else 500
    listing.arm(fault, status=status, headers={"Location": "https://evil.example/"})
    error = problem(api(listing))
    assert isinstance(error, SourceUnavailable) == again


def test_a_real_interface() -> None:
    rows = [(n, "552100554", f"2026-{n:02}", n + 0.5) for n in range(1, 8)]
    with datasette(rows) as address:
        for settings in (
            {"paging": "cursor", "next": "/next", "next_parameter": "_next"},
            {"paging": "link", "next": "/next_url"},
        ):
            source = RestApi(
                kind="campaign",
                url=address,
                query={"_shape": "objects"},
                records="/rows",
                total="/filtered_table_rows_count",
                size_parameter="_size",
                page_size=3,
                key="id",
                **settings,  # type: ignore[arg-type]
            )
            source.check()
            (file,) = collected(source)
            reading = source.read(file)
            assert isinstance(reading, CampaignReading)
            assert [line.declared for line in reading.lines] == [
                100 * n + 50 for n in range(1, 8)
            ]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"url": "host/path"}, "`url`: expected an address"),
        ({"url": "https://h/p?x=1"}, "`url` has no \\?"),
        ({"paging": "cursor"}, "needs `next`"),
        ({"next": "meta"}, "`next` is a JSON pointer"),
        ({"cursor_path": "/id"}, "go together"),
        ({**CURSOR, "cursor_start": "x"}, "not of the type integer"),
        ({"most_pages": 0}, "1 or more"),
        ({"user": "u"}, "`user` and `password` go together"),
        ({"token_url": "https://h/t"}, "`client_secret` go together"),
        (
            {"api_key": Secret("k"), "user": "u", "password": Secret("p")},
            "give one of `api_key`",
        ),
        ({"certificate_key": Path("k")}, "goes with `certificate`"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], reason: str) -> None:
    usual: dict[str, Any] = {"kind": "campaign", "url": "https://h/p"}
    with pytest.raises(ValueError, match=reason):
        RestApi(**usual | settings)


@pytest.mark.parametrize("key", ["url", "token_url"])
def test_what_is_not_encrypted_stays_on_this_machine(key: str) -> None:
    usual: dict[str, Any] = {"kind": "campaign", "url": "https://host.example/p"}
    away, here = "http://host.example/p", "http://127.0.0.1/p"
    identity = {"client_id": "i", "client_secret": Secret("s"), "token_url": here}
    with pytest.raises(ValueError, match=f"`{key}`: expected https://"):
        RestApi(**usual | {key: away})
    assert RestApi(**usual | identity | {key: here})
    assert RestApi(**usual | identity | {key: away, "trusted_network": True})
