"""«Coffre», the invented tool of the tutorial: DSN files, and contacts.

python coffre.py FOLDER --port 8765. It keeps everything in FOLDER:

    GET  /files                               names of the DSN files
    GET  /files/NAME                          one of them
    PUT  /companies/SIREN/contacts/REFERENCE  note a contact; twice is once
    GET  /companies/SIREN/contacts/REFERENCE  what was noted

Each request carries X-Api-Key: essai.
"""

from __future__ import annotations

import argparse
import json
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

KEY = "essai"


class Coffre(BaseHTTPRequestHandler):
    folder: Path

    def do_GET(self) -> None:
        match self.path.strip("/").split("/"):
            case _ if self.headers["X-Api-Key"] != KEY:
                self.answer(401, b"{}")
            case ["files"]:
                names = sorted(path.name for path in self.folder.glob("*.dsn"))
                self.answer(200, json.dumps(names).encode())
            case ["files", name] if (self.folder / name).is_file():
                self.answer(200, (self.folder / name).read_bytes())
            case ["companies", siren, "contacts", reference]:
                note = self.note(siren, reference)
                known = note.is_file()
                self.answer(
                    200 if known else 404, note.read_bytes() if known else b"{}"
                )
            case _:
                self.answer(404, b"{}")

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        match self.path.strip("/").split("/"):
            case _ if self.headers["X-Api-Key"] != KEY:
                self.answer(401, b"{}")
            case ["companies", siren, "contacts", reference]:
                note = self.note(siren, reference)
                note.parent.mkdir(parents=True, exist_ok=True)
                note.write_bytes(body)
                self.answer(200, json.dumps({"id": reference}).encode())
            case _:
                self.answer(404, b"{}")

    def note(self, siren: str, reference: str) -> Path:
        return self.folder / "contacts" / siren / f"{reference}.json"

    def answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with suppress(ConnectionError):  # who asked has seen enough
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def serve(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """Coffre on this machine, ready to `serve_forever`."""
    handler = type("Coffre", (Coffre,), {"folder": folder})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=8765)
    given = parser.parse_args()
    serve(given.folder, given.port).serve_forever()
