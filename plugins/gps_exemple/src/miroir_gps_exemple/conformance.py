"""What our plugin keeps: run by pytest, and by `miroir plugins check gps_exemple`."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from miroir.testing.conformance import (
    CommandContract,
    DiagnosticContract,
    RankingContract,
    SamplingContract,
    SourceContract,
    ThresholdContract,
)

RECORDED = Path(__file__).with_name("settings.json")
TOKEN = "s3cret-of-the-contracts"
FILES = {"d1": b"S10.G00.00.001,'A'\n", "d2": b"S10.G00.00.001,'B'\n"}
CONDITION = (
    "CND" "999000243" "99900024300017" "CA" "20260101" "99991231"
    "00787" "02159" "06000" "1486" "30558637200321" "M" "1" "CONTRAT N° 01 "
)  # fmt: skip
EXPORT = ("ENT20260301", CONDITION, "CND, and nothing to be read", "FIN00000002")


class _Tool(BaseHTTPRequestHandler):
    """Our DSN tool, as it answers."""

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        id = asked.path.removeprefix("/declarations").strip("/")
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._say(401, b"")
        elif id:
            self._say(200, FILES[id])
        else:
            after = parse_qs(asked.query).get("after", [""])[0]
            listed = [
                {"id": id, "sha256": hashlib.sha256(content).hexdigest()}
                for id, content in FILES.items()
                if id > after
            ]
            page = {"declarations": listed, "next": None}
            self._say(200, json.dumps(page).encode())

    def _say(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def tool() -> Iterator[int]:
    """The port of our DSN tool, on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Tool) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


class TestDsnTool(SourceContract):
    connector = "horizon-dsn"
    recorded = RECORDED
    files = len(FILES)
    port: ClassVar[int]

    @pytest.fixture(autouse=True)
    def _tool(self, tool: int) -> Iterator[None]:
        type(self).port = tool
        yield
        FILES.pop("d3", None)

    def more(self, folder: Path) -> None:
        FILES["d3"] = b"S10.G00.00.001,'C'\n"

    def settings(self, folder: Path) -> Mapping[str, object]:
        return self._at("127.0.0.1", self.port)

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "token": "another"}

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        return self._at(host, port)

    def _at(self, host: str, port: int) -> Mapping[str, object]:
        bounds = {"read_seconds": 1.0, "attempts": 1}
        return {"url": f"http://{host}:{port}", "token": TOKEN, **bounds}


class TestAdhesions(SourceContract):
    connector = "horizon-adhesions"
    on_the_network = False
    recorded = RECORDED

    def settings(self, folder: Path) -> Mapping[str, object]:
        (folder / "export.txt").write_text("\r\n".join(EXPORT), encoding="cp1252")
        return {"path": folder / "export.txt"}

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {"path": folder / "absent.txt"}


class TestWithoutCondition(DiagnosticContract):
    diagnostic = "horizon-adhesion"


class TestExport(CommandContract):
    command = "horizon-export"


class TestThresholds(ThresholdContract):
    policy = "horizon"


class TestDoubtLast(RankingContract):
    policy = "horizon-doubt-last"


class TestStake(SamplingContract):
    policy = "horizon"
