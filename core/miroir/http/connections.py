"""The connections of requests and urllib3, watched by the guard of each request."""

from __future__ import annotations

import logging
import re
import socket
import ssl
import threading
from collections.abc import Sequence
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

from miroir.http.guard import Guard, current
from miroir.http.limits import Tls
from miroir.masking import HIDDEN


class _HideQueries(logging.Filter):
    """urllib3 logs whole addresses, and what it could not read of an answer."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = re.sub(r"\?[^\s\")]+", f"?{HIDDEN}", record.getMessage())
        record.args = record.exc_info = record.exc_text = None
        return True


for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).addFilter(_HideQueries())


class Unreachable(OSError):
    """No connection could be opened: nothing was sent. Its text may be shown."""


class _Watched(HTTPConnection):
    """Opens within the deadline, and says when it starts to send."""

    def _new_conn(self) -> socket.socket:
        guard = current()
        last: OSError | None = None
        for address in _resolve(self.host, self.port, guard):
            try:
                opened = create_connection(
                    address,
                    guard.time_to_connect(),
                    socket_options=self.socket_options,
                )
            except OSError as error:
                last = error
                continue
            guard.watch(opened)
            return opened
        raise Unreachable(_why(last))

    def connect(self) -> None:
        guard = current()
        try:
            super().connect()
        finally:
            guard.sending = False  # what a proxy was told is not the request

    def send(self, data: Any) -> None:
        guard = current()
        if self.sock is None:
            self.connect()
        elif not guard.sending:  # one that an earlier request left open
            guard.watch(self.sock)
        guard.sending = True
        super().send(data)


class _WatchedTls(_Watched, HTTPSConnection):
    """The same, encrypted."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTls


_POOLS = {"http": _Pool, "https": _TlsPool}


class Adapter(HTTPAdapter):
    """An adapter of requests that never retries by itself."""

    def __init__(self, tls: Tls) -> None:
        self._tls = tls
        super().__init__(max_retries=0, pool_connections=4, pool_maxsize=4)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=_context(self._tls), **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        context = _context(self._tls)
        manager = super().proxy_manager_for(proxy, ssl_context=context, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def _context(tls: Tls) -> ssl.SSLContext:
    # The authorities are added by requests, from `verify`.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.certificate is not None:
        context.load_cert_chain(tls.certificate, tls.key)
    return context


def _resolve(host: str, port: int | None, guard: Guard) -> Sequence[tuple[str, int]]:
    """The addresses of a name; a resolver that hangs is left behind."""
    found: list[tuple[str, int]] = []
    failed: list[str] = []

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            failed.append("the name of the host is not known")
            return
        found.extend((str(one[4][0]), int(one[4][1])) for one in answers)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(guard.time_to_connect())
    if thread.is_alive():
        raise Unreachable("the name of the host was not resolved in time")
    if failed:
        raise Unreachable(failed[0])
    return found


def _why(error: OSError | None) -> str:
    if isinstance(error, TimeoutError):
        return "no connection in time"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    return "no connection"
