"""Horizon's DSN tool, played by a real HTTP server of this machine."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from miroir import CollectRequest, ReceivedFile, SourceError, SourceUnavailable
from miroir.config.layers import read_layers
from miroir.errors import ConfigurationError
from miroir.plugins import PluginManager, configured_sources
from miroir_gps_exemple.dsn_tool import HorizonDsn
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

TOKEN = "s3cret-token"
FILES = {"d1": b"S10.G00.00.001,'A'\n", "d2": b"S10.G00.00.001,'B'\n"}
Answer = Callable[[Request], Response]


def _listed(id: str) -> dict[str, str]:
    return {"id": id, "sha256": hashlib.sha256(FILES[id]).hexdigest()}


def _page(ids: list[str], following: str | None) -> Response:
    page = {"declarations": [_listed(id) for id in ids], "next": following}
    return Response(json.dumps(page), mimetype="application/json")


def _list(request: Request) -> Response:
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        return Response(status=401)
    after = request.args.get("after", "")
    ids = [id for id in FILES if id > after]
    if request.args.get("page") == "p2":
        return _page(ids[1:], None)
    return _page(ids[:1], "p2")


@pytest.fixture
def tool(httpserver: HTTPServer) -> HTTPServer:
    httpserver.expect_request("/declarations").respond_with_handler(_list)
    for id, content in FILES.items():
        httpserver.expect_request(f"/declarations/{id}").respond_with_data(content)
    return httpserver


def _source(server: HTTPServer, **settings: float) -> HorizonDsn:
    values: dict[str, float] = {"longest_wait_seconds": 0, "attempts": 2, **settings}
    return HorizonDsn(
        url=server.url_for("").rstrip("/"),
        token=TOKEN,
        longest_wait_seconds=values["longest_wait_seconds"],
        attempts=int(values["attempts"]),
        read_seconds=values.get("read_seconds", 5),
        total_seconds=values.get("total_seconds", 5),
        most_megabytes=values.get("most_megabytes", 1),
    )


def _collect(source: HorizonDsn, **request: str) -> list[ReceivedFile]:
    return list(source.collect(CollectRequest(**request)))


def test_gives_the_files_of_all_the_pages(tool: HTTPServer) -> None:
    source = _source(tool)
    files = _collect(source)
    assert [(file.name, file.content) for file in files] == [
        ("horizon/d1", FILES["d1"]),
        ("horizon/d2", FILES["d2"]),
    ]
    assert source.next_cursor() == "d2"


def test_begins_after_the_cursor(tool: HTTPServer) -> None:
    assert [file.name for file in _collect(_source(tool), cursor="d1")] == [
        "horizon/d2"
    ]


def test_nothing_new_keeps_the_cursor(tool: HTTPServer) -> None:
    source = _source(tool)
    assert _collect(source, cursor="d2") == []
    assert source.next_cursor() == "d2"


def test_one_company_does_not_move_the_cursor(tool: HTTPServer) -> None:
    source = _source(tool)
    _collect(source, siren="552100554")
    assert source.next_cursor() is None
    asked = [request.args.get("siren") for request, _ in tool.log[:1]]
    assert asked == ["552100554"]


def _first_then(first: Response, then: Answer) -> Answer:
    calls = iter([first])

    def answer(request: Request) -> Response:
        return next(calls, None) or then(request)

    return answer


@pytest.mark.parametrize(
    "first",
    [
        Response(status=503),
        Response(status=429),
        Response('{"declarations": [{"id": "d', mimetype="application/json"),
        Response(iter([b'{"declarations"']), headers={"Content-Length": "1000"}),
    ],
    ids=["503", "429", "truncated JSON", "cut connection"],
)
def test_what_passes_is_asked_again(httpserver: HTTPServer, first: Response) -> None:
    httpserver.expect_request("/declarations").respond_with_handler(
        _first_then(first, lambda _: _page([], None))
    )
    _source(httpserver).check()
    assert len(httpserver.log) == 2


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [(503, "", r"busy \(HTTP 503\)"), (200, '{"decl', "not JSON, or was cut")],
)
def test_what_does_not_pass_is_unavailable_after_all_attempts(
    httpserver: HTTPServer, status: int, body: str, reason: str
) -> None:
    httpserver.expect_request("/declarations").respond_with_data(body, status=status)
    with pytest.raises(SourceUnavailable, match=reason):
        _source(httpserver, attempts=3).check()
    assert len(httpserver.log) == 3


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "refuses the token"),
        (403, "refuses the token"),
        (404, "Is `url` right"),
        (302, "unexpected answer"),
    ],
)
def test_what_never_passes_is_told_at_once(
    httpserver: HTTPServer, status: int, reason: str
) -> None:
    httpserver.expect_request("/declarations").respond_with_data(status=status)
    with pytest.raises(SourceError, match=reason) as caught:
        _source(httpserver).check()
    assert not isinstance(caught.value, SourceUnavailable)
    assert len(httpserver.log) == 1
    assert TOKEN not in str(caught.value)


def test_the_token_follows_no_redirection(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/declarations").respond_with_response(
        Response(status=302, headers={"Location": httpserver.url_for("/other")})
    )
    httpserver.expect_request("/other").respond_with_handler(lambda _: _page([], None))
    with pytest.raises(SourceError, match=r"unexpected answer \(HTTP 302\)"):
        _source(httpserver).check()
    assert [request.path for request, _ in httpserver.log] == ["/declarations"]


def test_a_slow_answer_is_given_up(httpserver: HTTPServer) -> None:
    def slow(_: Request) -> Response:
        time.sleep(0.5)
        return _page([], None)

    httpserver.expect_request("/declarations").respond_with_handler(slow)
    with pytest.raises(SourceUnavailable, match="no whole answer"):
        _source(httpserver, read_seconds=0.1, attempts=1).check()


def test_an_answer_that_never_ends_is_given_up(httpserver: HTTPServer) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(40):
            time.sleep(0.05)
            yield b" " * 70_000

    httpserver.expect_request("/declarations").respond_with_handler(
        lambda _: Response(drip())
    )
    with pytest.raises(SourceUnavailable, match=r"not finished after 0\.2 s"):
        _source(httpserver, total_seconds=0.2, attempts=1).check()


def test_a_file_too_big_is_refused(tool: HTTPServer) -> None:
    with pytest.raises(SourceError, match="more than 5 bytes"):
        _collect(_source(tool, most_megabytes=0.000005))


def test_a_file_altered_on_the_way_is_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/declarations").respond_with_handler(
        lambda _: _page(["d1"], None)
    )
    httpserver.expect_request("/declarations/d1").respond_with_data(b"other")
    with pytest.raises(SourceUnavailable, match="declaration d1 came altered"):
        _collect(_source(httpserver))


@pytest.mark.parametrize(
    "page",
    [
        {},
        [],
        {"declarations": [{"id": "../etc", "sha256": "0" * 64}], "next": None},
        {"declarations": [{"id": "..", "sha256": "0" * 64}], "next": None},
        {"declarations": [{"id": "d1", "sha256": "x"}], "next": None},
        {"declarations": [], "next": 3},
    ],
)
def test_another_form_of_answer_is_refused(
    httpserver: HTTPServer, page: object
) -> None:
    httpserver.expect_request("/declarations").respond_with_json(page)
    with pytest.raises(SourceError, match="another form than expected"):
        _source(httpserver).check()


def test_pages_that_never_end_are_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/declarations").respond_with_handler(
        lambda _: _page([], "p1")
    )
    with pytest.raises(SourceError, match="never end"):
        _source(httpserver).check()


def test_nobody_listening_is_unavailable() -> None:
    source = HorizonDsn(url="http://127.0.0.1:9", token=TOKEN, attempts=1)
    with pytest.raises(SourceUnavailable, match="ConnectionError"):
        source.check()


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ('url = "http://dsn.horizon.example"\ntoken = "x"', "begin with https://"),
        ('url = "ftp://dsn"\ntoken = "x"', "begin with https://"),
        ('url = "https://dsn"\ntoken = "a\\nb"', "word of ASCII"),
        ('url = "https://dsn"\ntoken = "x"\nattempts = 0', "at least 1"),
        ('url = "https://dsn"', r"sources\.tool\.token: missing"),
    ],
)
def test_a_configuration_that_is_refused(
    tmp_path: Path, settings: str, problem: str
) -> None:
    file = tmp_path / "miroir.toml"
    file.write_text(f'[sources.tool]\nconnector = "horizon-dsn"\n{settings}\n')
    plugins = PluginManager.load(enabled=["gps_exemple"])
    with pytest.raises(ConfigurationError, match=problem):
        configured_sources(read_layers(file, environ={}), plugins)
