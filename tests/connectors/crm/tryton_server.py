"""A real Tryton server of the tests, with a database that is forgotten."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tests.connectors.crm.tryton_setup import (
    PASSWORD,
    configuration,
    home,
    template,
)

REST_KEY = "key-of-the-tests-0123456789abcdef"
_PATIENCE_S = 60


@dataclass
class TrytonServer:
    """What the tests see of it, by its own interface and not by ours."""

    port: int
    party: int = 0
    _session: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, method: str, *asked: object) -> Any:
        """One call of JSON-RPC, as `admin`; raises ValueError for an error."""
        headers = {"Content-Type": "application/json"}
        if self._session:
            headers["Authorization"] = f"Session {self._session}"
        body = json.dumps({"id": 1, "method": method, "params": asked}).encode()
        request = urllib.request.Request(f"{self.url}/gps/rpc/", body, headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            said = json.load(answer)
        if "error" in said:
            raise ValueError(said["error"])
        return said["result"]

    def log_in(self) -> None:
        """Open the session of the tests, and the way in by REST."""
        user, token, *_ = self.call(
            "common.db.login", "admin", {"password": PASSWORD}, "fr"
        )
        self._session = base64.b64encode(f"admin:{user}:{token}".encode()).decode()
        application = {
            "user": user,
            "application": "rest",
            "key": REST_KEY,
            "state": "validated",
        }
        self.call("model.res.user.application.create", [application], {})

    def add_party(self, name: str, siren: str) -> int:
        identifier = {"type": "fr_siren", "code": siren}
        party = {"name": name, "identifiers": [["create", [identifier]]]}
        return int(self.call("model.party.party.create", [party], {})[0])

    def notes(self, party: str | int) -> list[str]:
        """The notes of a party, in their order."""
        domain = [["resource", "=", f"party.party,{party}"]]
        rows = self.call(
            "model.ir.note.search_read",
            domain,
            0,
            None,
            [["id", "ASC"]],
            ["message"],
            {},
        )
        return [row["message"] for row in rows]

    def log_out(self, authorization: str) -> None:
        """End the session of somebody else, as the server does in time."""
        mine, self._session = self._session, authorization.removeprefix("Session ")
        self.call("common.db.logout")
        self._session = mine


@contextmanager
def tryton(port: int) -> Iterator[TrytonServer]:
    """Start a server on a new copy of the database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copyfile(template(), folder / "gps.sqlite")
        command = [str(home() / "bin" / "trytond")]
        command += ["-c", str(configuration(folder, port)), "-d", "gps"]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            server = TrytonServer(port)
            _wait(server, process, folder / "log")
            yield server
        finally:
            process.kill()
            process.wait()


def _wait(server: TrytonServer, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            server.log_in()
            return
        except (OSError, HTTPException) as error:
            if time.monotonic() > end or process.poll() is not None:
                raise RuntimeError(log.read_text()) from error
            time.sleep(0.2)
