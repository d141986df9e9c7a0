"""A drop on an SFTP server, whose key has to be the one that is known."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from miroir import ActionNotSent, Secret

from miroir_connectors.outgoing.once import Folder
from miroir_connectors.ssh import MISSING, SshServer, refusal

if TYPE_CHECKING:
    from paramiko import SFTPClient, SSHClient


@dataclass(frozen=True, kw_only=True)
class SftpSettings:
    """An SFTP server, as settings of `[destinations.<name>]`.

    `known_hosts`: a file such as `ssh-keyscan` writes, checked by a person; a
    server with another key is refused. Either `private_key` or `password`.
    Each step may take `step_s` seconds.
    """

    host: str
    user: str
    known_hosts: Path
    folder: str = "."
    port: int = 22
    private_key: Secret | None = field(default=None, repr=False)
    password: Secret | None = field(default=None, repr=False)
    step_s: float = 10.0

    def __post_init__(self) -> None:
        self.server.check()

    @property
    def server(self) -> SshServer:
        """The server, and who we are there."""
        return SshServer(
            host=self.host,
            port=self.port,
            user=self.user,
            known_hosts=self.known_hosts,
            private_key=self.private_key,
            password=self.password,
            seconds=self.step_s,
        )

    @contextmanager
    def folder_opened(self) -> Iterator[Folder]:
        """The folder, for the time of a block."""
        with opened(self) as folder:
            yield folder


@contextmanager
def opened(server: SftpSettings) -> Iterator[SftpFolder]:
    """The folder, until the end of the block; raises ActionNotSent.

    What breaks inside raises OSError, as a folder of this machine does.
    """
    try:
        import paramiko
    except ImportError:
        raise ActionNotSent(f"{server.host}: {MISSING}") from None
    client: SSHClient | None = None
    try:
        client = server.server.connect()
        sftp = client.open_sftp()
        channel = sftp.get_channel()
        assert channel is not None
        channel.settimeout(server.step_s)
    except (paramiko.SSHException, OSError, EOFError, ValueError) as error:
        if client is not None:
            client.close()
        why = refusal(server.server, error)
        raise ActionNotSent(
            f"sftp://{server.host}:{server.port}: "
            f"{why or f'it cannot be reached ({type(error).__name__})'}"
        ) from None
    try:
        yield SftpFolder(sftp, server.folder)
    except (paramiko.SSHException, EOFError) as error:
        raise ActionNotSent(
            f"sftp://{server.host}: the connection was lost ({type(error).__name__})"
        ) from None
    finally:
        with suppress(OSError, EOFError):
            client.close()


class SftpFolder:
    """A folder on the server, as `once.Folder` wants it."""

    def __init__(self, sftp: SFTPClient, root: str) -> None:
        self._sftp, self._root = sftp, root.rstrip("/") or "/"

    def exists(self, path: str) -> bool:
        try:
            self._sftp.lstat(self._path(path))
        except FileNotFoundError:
            return False
        return True

    def write(self, path: str, content: bytes) -> None:
        target = self._path(path)
        # `putfo` compares the size at the end with what was sent.
        self._sftp.putfo(io.BytesIO(content), f"{target}.part", confirm=True)
        self._sftp.posix_rename(f"{target}.part", target)

    def rename(self, path: str, target: str) -> None:
        if self.exists(target):
            raise FileExistsError
        # OpenSSH makes a link, then unlinks, for the other kind of rename.
        self._sftp.posix_rename(self._path(path), self._path(target))

    def make(self, path: str) -> None:
        if not self.exists(path):
            self._sftp.mkdir(self._path(path))

    def _path(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root
