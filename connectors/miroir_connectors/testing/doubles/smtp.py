"""A double of an SMTP server, in a process of its own, that goes wrong when told.

It reads on its input, one line each, where and how to go wrong, such as
«dot accept-drop», and answers with the number of mails that it took since.
Stages: connect, ehlo, mail, rcpt, rcpt2 (the second recipient), data, body, dot. Ways: a code (450, 550),
drop, hang, garbage, drip; accept-drop and accept-hang take the mail first.
"""

from __future__ import annotations

import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

HANG_S = 30.0


class Dropped(Exception):
    """The connection is to be closed at once."""


class State:
    stage, way, taken = "", "", 0


class Conversation(socketserver.StreamRequestHandler):
    recipients = 0

    def handle(self) -> None:
        try:
            self.say("connect", "220 double ESMTP")
            while line := self.rfile.readline():
                self.answer(line.decode("ascii", "replace").strip().upper())
        except (Dropped, OSError):
            return

    def answer(self, command: str) -> None:
        verb = command.split(":")[0].split(" ")[0]
        if verb in ("EHLO", "HELO"):
            self.say("ehlo", "250-double\r\n250 8BITMIME")
        elif verb == "MAIL":
            self.recipients = 0
            self.say("mail", "250 OK")
        elif verb == "RCPT":
            self.recipients += 1
            second = self.recipients == 2 and State.stage == "rcpt2"
            self.say("rcpt2" if second else "rcpt", "250 OK")
        elif verb == "DATA":
            if self.say("data", "354 go on"):
                self.read_mail()
        elif verb in ("NOOP", "QUIT", "RSET"):
            self.wfile.write(b"250 OK\r\n")
        else:
            self.wfile.write(b"500 what?\r\n")

    def read_mail(self) -> None:
        if State.stage == "body":
            self.rfile.readline()
            raise Dropped
        while self.rfile.readline() not in (b".\r\n", b""):
            pass
        way = State.way if State.stage == "dot" else ""
        if not way or way.startswith("accept") or way == "drip":
            State.taken += 1
        self.say("dot", "250 taken")

    def say(self, stage: str, right: str) -> bool:
        way = State.way if State.stage == stage else ""
        if way.isdigit():
            self.wfile.write(f"{way} no\r\n".encode())
        elif way.endswith("drop"):
            raise Dropped
        elif way.endswith("hang"):
            time.sleep(HANG_S)
        elif way == "garbage":
            self.wfile.write(b"\x00\xff what\r\n")
        elif way == "drip":
            for byte in b"250 " + b"x" * 400:
                self.wfile.write(bytes([byte]))
                time.sleep(0.1)
        else:
            self.wfile.write(f"{right}\r\n".encode())
            return True
        return False


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """A double at work, seen from the test."""

    port: int
    _input: IO[str]
    _output: IO[str]

    def go_wrong(self, stage: str, way: str) -> None:
        """From the next connection on."""
        self._order(f"{stage} {way}")

    def taken(self) -> int:
        """How many mails it took since it was last told."""
        return self._order("count -")

    def _order(self, text: str) -> int:
        self._input.write(f"{text}\n")
        self._input.flush()
        return int(self._output.readline())


@contextmanager
def double() -> Iterator[Double]:
    """Start a double; it ends with the block."""
    with subprocess.Popen(
        [sys.executable, str(Path(__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline())
            yield Double(port=port, _input=process.stdin, _output=process.stdout)
        finally:
            process.kill()


def main() -> None:
    with Server(("127.0.0.1", 0), Conversation) as server:
        assert server.socket.family == socket.AF_INET
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tell = sys.stdout.write
        tell(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        for line in sys.stdin:
            stage, way = line.split()
            tell(f"{State.taken}\n")
            sys.stdout.flush()
            if stage != "count":
                State.stage, State.way, State.taken = stage, way, 0


if __name__ == "__main__":
    main()
