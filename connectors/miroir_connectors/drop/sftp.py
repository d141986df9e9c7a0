"""A drop on an SFTP server, whose key has to be the one that is known."""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from miroir import Secret, SourceError, SourceUnavailable

from miroir_connectors.drop.folder import nature_of
from miroir_connectors.drop.place import Entry, Nature, Place, read_all
from miroir_connectors.drop.source import Drop

if TYPE_CHECKING:
    from paramiko import PKey, SFTPAttributes, SFTPClient, SSHClient

_MISSING = "paramiko is not installed; run `pip install 'miroir[sftp]'`"


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
        if (self.private_key is None) == (self.password is None):
            raise ValueError("give either `private_key` or `password`")
        if ".." in self.folder.split("/"):
            raise ValueError("`folder` holds no ..")

    def reach(self) -> Place:
        try:
            import paramiko  # noqa: F401
        except ImportError as error:
            raise SourceError(f"{self.host}: {_MISSING}") from error
        with _explained(f"sftp://{self.host}:{self.port}"):
            return Sftp(_connected(self), self)


class Sftp(Place):
    """A session of its own, without any agent, key or command but those given."""

    def __init__(self, client: SSHClient, drop: SftpDrop) -> None:
        self._client = client
        self._root = drop.folder.rstrip("/") or "/"
        where = self._root.removeprefix("./").removeprefix(".").strip("/")
        self.address = f"sftp://{drop.host}/{where}".rstrip("/")
        self._sftp: SFTPClient = client.open_sftp()
        channel = self._sftp.get_channel()
        if channel is not None:
            channel.settimeout(drop.timeout_seconds)

    def entries(self, folder: str) -> Iterator[Entry]:
        with _explained(self.address):
            found = self._sftp.listdir_attr(self._path(folder))
        for each in found:
            path = f"{folder}/{each.filename}" if folder else each.filename
            # A server may send any name: this one is only compared and shown.
            if each.filename not in (".", ".."):
                yield _entry(path, each)

    def look(self, path: str) -> Entry | None:
        with _explained(self.address):
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
            _explained(f"{self.address}/{entry.path}"),
            self._sftp.open(self._path(entry.path), "rb") as file,
        ):
            file.prefetch(entry.size)
            return read_all(file.read, most, entry.path)

    def move(self, path: str, folder: str, name: str) -> None:
        target = f"{self._path(folder)}/{name}"
        with _explained(self.address):
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


def _connected(drop: SftpDrop) -> SSHClient:
    import paramiko

    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    try:
        client.load_host_keys(str(drop.known_hosts))
    except OSError as error:
        raise SourceError(
            f"{drop.known_hosts}: cannot be read ({error.strerror}). Write it with "
            f"`ssh-keyscan -p {drop.port} {drop.host}`, and have a person check the key."
        ) from error
    name = drop.host if drop.port == 22 else f"[{drop.host}]:{drop.port}"
    if client.get_host_keys().lookup(name) is None:
        raise SourceError(
            f"{drop.known_hosts}: it holds no key of {name}. Add it with "
            f"`ssh-keyscan -p {drop.port} {drop.host}`, and have a person check it."
        )
    seconds = float(drop.timeout_seconds)
    client.connect(
        drop.host,
        port=drop.port,
        username=drop.user,
        pkey=_key(drop),
        password=drop.password.reveal() if drop.password else None,
        allow_agent=False,
        look_for_keys=False,
        timeout=seconds,
        banner_timeout=seconds,
        auth_timeout=seconds,
        channel_timeout=seconds,
    )
    return client


def _key(drop: SftpDrop) -> PKey | None:
    if drop.private_key is None:
        return None
    import paramiko

    text = drop.private_key.reveal().rstrip("\n") + "\n"
    passphrase = drop.passphrase.reveal() if drop.passphrase else None
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            key: PKey = kind.from_private_key(io.StringIO(text), password=passphrase)
        except paramiko.PasswordRequiredException:
            raise SourceError(
                f"{drop.host}: the private key has a passphrase. Give `passphrase`."
            ) from None
        except (paramiko.SSHException, ValueError):
            continue
        return key
    raise SourceError(
        f"{drop.host}: `private_key` is not an Ed25519, ECDSA or RSA key, or "
        "`passphrase` is not its own."
    )


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """Errors of the network and of the server, in Miroir's words."""
    import paramiko

    try:
        yield
    except (SourceError, FileExistsError):
        raise
    except paramiko.BadHostKeyException:
        raise SourceError(
            f"{address}: the server's key is not the one that is known. Somebody may "
            "stand between; ask who keeps the server before changing `known_hosts`."
        ) from None
    except paramiko.AuthenticationException as error:
        raise SourceError(
            f"{address}: the server refuses this user ({error}). Correct `user`, "
            "and `private_key` or `password`."
        ) from None
    except PermissionError as error:
        raise SourceError(
            f"{address}: the server forbids it ({error}). Ask for the right to it."
        ) from error
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise SourceUnavailable(
            f"{address}: no answer, or one that broke off "
            f"({type(error).__name__}: {error}). It is tried again."
        ) from error
