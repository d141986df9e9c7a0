"""A drop on an SFTP server, whose key has to be the one that is known."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from miroir import Secret, SourceError, SourceUnavailable

from miroir_connectors.drop.folder import nature_of
from miroir_connectors.drop.place import Entry, Nature, Place, read_all
from miroir_connectors.drop.source import Drop
from miroir_connectors.ssh import MISSING, SshServer, refusal

if TYPE_CHECKING:
    from paramiko import SFTPAttributes, SFTPClient, SSHClient


@dataclass(frozen=True, kw_only=True)
class SftpDrop(Drop):
    """Files of `folder`, from the root of `user` on `host`.

    `known_hosts`: a file such as `ssh-keyscan` writes, checked by a person; a
    server with another key is refused. Either `private_key`, with its
    `passphrase` when it has one, or `password`.
    """

    host: str
    user: str
    known_hosts: Path
    folder: str = "."
    port: int = 22
    private_key: Secret | None = None
    passphrase: Secret | None = None
    password: Secret | None = None
    timeout_seconds: int = 30

    def __post_init__(self) -> None:
        Drop.__post_init__(self)
        self.server.check()
        if ".." in self.folder.split("/"):
            raise ValueError("`folder` holds no ..")

    @property
    def server(self) -> SshServer:
        """The server, and who we are there."""
        return SshServer(
            host=self.host,
            port=self.port,
            user=self.user,
            known_hosts=self.known_hosts,
            private_key=self.private_key,
            passphrase=self.passphrase,
            password=self.password,
            seconds=float(self.timeout_seconds),
        )

    def reach(self) -> Place:
        try:
            import paramiko  # noqa: F401
        except ImportError as error:
            raise SourceError(f"{self.host}: {MISSING}") from error
        with _explained(f"sftp://{self.host}:{self.port}", self.server):
            client = self.server.connect()
            try:
                return Sftp(client, self)
            except BaseException:
                client.close()
                raise


class Sftp(Place):
    """A session of its own, without any agent, key or command but those given."""

    def __init__(self, client: SSHClient, drop: SftpDrop) -> None:
        self._client = client
        self._explained = partial(_explained, server=drop.server)
        self._root = drop.folder.rstrip("/") or "/"
        where = self._root.removeprefix("./").removeprefix(".").strip("/")
        self.address = f"sftp://{drop.host}/{where}".rstrip("/")
        self._sftp: SFTPClient = client.open_sftp()
        channel = self._sftp.get_channel()
        if channel is not None:
            channel.settimeout(drop.timeout_seconds)

    def entries(self, folder: str) -> Iterator[Entry]:
        with self._explained(self.address):
            found = self._sftp.listdir_attr(self._path(folder))
        for each in found:
            path = f"{folder}/{each.filename}" if folder else each.filename
            # A server may send any name: this one is only compared and shown.
            if each.filename not in (".", ".."):
                yield _entry(path, each)

    def look(self, path: str) -> Entry | None:
        with self._explained(self.address):
            try:
                return _entry(
                    path,
                    # The drop itself may be reached by a link: it was configured.
                    self._sftp.lstat(self._path(path))
                    if path
                    else self._sftp.stat(self._root),
                )
            except FileNotFoundError:
                return None

    def read(self, entry: Entry, most: int) -> bytes:
        with (
            self._explained(f"{self.address}/{entry.path}"),
            self._sftp.open(self._path(entry.path), "rb") as file,
        ):
            file.prefetch(entry.size)
            return read_all(file.read, most, entry.path)

    def move(self, path: str, folder: str, name: str) -> None:
        target = f"{self._path(folder)}/{name}"
        with self._explained(self.address):
            if self.look(folder) is None:
                self._sftp.mkdir(self._path(folder))
            if self.look(f"{folder}/{name}") is not None:
                raise FileExistsError(errno.EEXIST, "already there", target)
        try:
            # Not posix_rename: this one refuses to write over a file.
            self._sftp.rename(self._path(path), target)
        except OSError as error:
            raise SourceError(
                f"{self.address}/{path}: cannot be moved into {folder} ({error}). Give "
                f'this user the right to write there, or set `after = "leave"`.'
            ) from error

    def close(self) -> None:
        with suppress(OSError, EOFError):
            self._client.close()

    def _path(self, path: str) -> str:
        return f"{self._root.rstrip('/')}/{path}" if path else self._root


def _entry(path: str, found: SFTPAttributes) -> Entry:
    nature = nature_of(found.st_mode)
    modified = found.st_mtime
    return Entry(
        path=path,
        # Without its size, a file cannot be said to be whole.
        nature=Nature.OTHER if found.st_size is None else nature,
        size=found.st_size or 0,
        version=str(modified),
        modified_at=None if modified is None else datetime.fromtimestamp(modified, UTC),
    )


@contextmanager
def _explained(address: str, server: SshServer) -> Iterator[None]:
    """Errors of the network and of the server, in Miroir's words."""
    import paramiko

    try:
        yield
    except (SourceError, FileExistsError):
        raise
    except PermissionError as error:
        raise SourceError(
            f"{address}: the server forbids it ({error}). Ask for the right to it."
        ) from error
    except (paramiko.SSHException, OSError, EOFError, ValueError) as error:
        if why := refusal(server, error):
            raise SourceError(f"{address}: {why}.") from None
        raise SourceUnavailable(
            f"{address}: no answer, or one that broke off "
            f"({type(error).__name__}: {error}). It is tried again."
        ) from error
