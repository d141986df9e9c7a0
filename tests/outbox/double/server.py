"""A double of a remote system, in a process of its own, cruel when it is told to.

It keeps a ledger of what it did, which nobody else can write. Over HTTP, so
that a caller may be killed at any byte. `python -m tests.outbox.double.server`
prints its port.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CRUELTIES = (
    "ok",
    "commit_then_hang",  # the effect is there, the answer never comes
    "commit_then_reset",  # the connection is cut after the effect
    "commit_then_half",  # half an answer
    "commit_then_garbage",  # a page of HTML, status 200
    "commit_then_500",
    "hang",  # no effect, no answer
    "fail_500",  # no effect
    "late_commit",  # the caller is cut off, the effect comes later
    "answer_before_commit",  # says yes at once, does it later
    "says_ok_does_nothing",  # status 200 and an id, no effect
    "accept_two",  # two records for one request
    "slow",  # does it, and answers, after a while
    "refuse",  # 422
    "unavailable",  # 503 with Retry-After, no effect
)


@dataclass
class Remote:
    """What the double knows. `plan`: cruelties of the next sendings, in order."""

    late_seconds: float = 0.05
    hang_seconds: float = 30.0
    lag_seconds: float = 0.0
    forgets_keys: bool = False
    takes_keys: bool = True
    every: str = "ok"
    plan: deque[str] = field(default_factory=deque)
    ledger: list[tuple[str, str, float]] = field(default_factory=list)
    by_key: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)
    by_ref: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    sendings: Counter[str] = field(default_factory=Counter)
    coming: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    calls: Counter[str] = field(default_factory=Counter)

    def commit(self, ref: str, key: str, name: str) -> str:
        """Have the effect, unless the key or the name says it was had."""
        with self.lock:
            if self.takes_keys and not self.forgets_keys and key in self.by_key:
                return self.by_key[key]
            if name in self.by_name:
                return self.by_name[name]
            made, now = f"R{len(self.ledger) + 1}", time.time()
            self.ledger.append((made, ref, now))
            self.by_ref.setdefault(ref, []).append((made, now))
            if key:
                self.by_key[key] = made
            if name:
                self.by_name[name] = made
            return made

    def search(self, ref: str) -> list[str]:
        seen_before = time.time() - self.lag_seconds
        with self.lock:
            made = self.by_ref.get(ref, [])
            return [id for id, at in made if at <= seen_before]

    def cruelty(self, given: Mapping[str, str]) -> str:
        """What befalls a sending: what its text plans, else what we are told."""
        with self.lock:
            _, _, planned = given["text"].partition("plan:")
            own = [each for each in planned.split(",") if each]
            rank = self.sendings[given["ref"]]
            self.sendings[given["ref"]] += 1
            if rank < len(own):
                found = own[rank]
            else:
                found = self.plan.popleft() if self.plan else self.every
            self.calls[found] += 1
            return found


class Handler(BaseHTTPRequestHandler):
    """POST /effects does, GET /effects looks, /ledger and /control are ours."""

    remote: Remote

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        given = json.loads(body)
        if self.path == "/control":
            self._control(given)
            return
        getattr(self, f"_{self.remote.cruelty(given)}")(given)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/ledger":
            with self.remote.lock:
                done = Counter(ref for _, ref, _ in self.remote.ledger)
                self._answer(200, {"done": done, "calls": self.remote.calls})
            return
        if parts.path == "/order":
            refs = parse_qs(parts.query)["ref"]
            with self.remote.lock:
                had = self.remote.by_ref
                had_at = [(at, ref) for ref in refs for _, at in had.get(ref, [])]
                order = [ref for _, ref in sorted(had_at)]
                coming = self.remote.coming
            self._answer(200, {"order": order, "coming": coming})
            return
        ref = parse_qs(parts.query)["ref"][0]
        self.remote.calls["search"] += 1
        self._answer(200, {"ids": self.remote.search(ref)})

    def _control(self, given: Mapping[str, Any]) -> None:
        with self.remote.lock:
            for name, value in given.items():
                setattr(self.remote, name, deque(value) if name == "plan" else value)
        self._answer(200, {})

    def _ok(self, given: Mapping[str, str]) -> None:
        self._answer(200, {"id": self._commit(given)})

    def _slow(self, given: Mapping[str, str]) -> None:
        time.sleep(self.remote.late_seconds)
        self._ok(given)

    def _commit_then_hang(self, given: Mapping[str, str]) -> None:
        self._commit(given)
        self._hang(given)

    def _commit_then_reset(self, given: Mapping[str, str]) -> None:
        self._commit(given)
        self._cut()

    def _commit_then_half(self, given: Mapping[str, str]) -> None:
        self._commit(given)
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"id": ')
        self._cut()

    def _commit_then_garbage(self, given: Mapping[str, str]) -> None:
        self._commit(given)
        self._raw(200, b"<html>Please log in</html>")

    def _commit_then_500(self, given: Mapping[str, str]) -> None:
        self._commit(given)
        self._answer(500, {})

    def _hang(self, given: Mapping[str, str]) -> None:
        time.sleep(self.remote.hang_seconds)
        self._cut()

    def _fail_500(self, given: Mapping[str, str]) -> None:
        self._answer(500, {})

    def _late_commit(self, given: Mapping[str, str]) -> None:
        self._later(given)
        self._cut()

    def _answer_before_commit(self, given: Mapping[str, str]) -> None:
        self._later(given)
        self._answer(200, {"id": f"later-{given['ref']}"})

    def _says_ok_does_nothing(self, given: Mapping[str, str]) -> None:
        self._answer(200, {"id": "R0"})

    def _accept_two(self, given: Mapping[str, str]) -> None:
        for _ in range(2):
            self.remote.commit(given["ref"], "", "")
        self._cut()

    def _refuse(self, given: Mapping[str, str]) -> None:
        self._answer(422, {})

    def _unavailable(self, given: Mapping[str, str]) -> None:
        self._answer(503, {})

    def _commit(self, given: Mapping[str, str]) -> str:
        return self.remote.commit(
            given["ref"], given.get("key", ""), given.get("name", "")
        )

    def _later(self, given: Mapping[str, str]) -> None:
        with self.remote.lock:
            self.remote.coming += 1
        timer = threading.Timer(self.remote.late_seconds, self._come, (given,))
        timer.daemon = True
        timer.start()

    def _come(self, given: Mapping[str, str]) -> None:
        self._commit(given)
        with self.remote.lock:
            self.remote.coming -= 1

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _answer(self, status: int, document: object) -> None:
        self._raw(status, json.dumps(document).encode())

    def _raw(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: callers die here all the time."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that is killed is no error."""


def main() -> None:
    Handler.remote = Remote()
    with Server(("127.0.0.1", 0), Handler) as server:
        print(server.server_port, flush=True)  # noqa: T201
        server.serve_forever(poll_interval=0.5)


if __name__ == "__main__":
    main()
