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

if TYPE_CHECKING:
    from paramiko import PKey, SFTPClient


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
        if (self.private_key is None) == (self.password is None):
            raise ValueError("give either `private_key` or `password`")

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
        raise ActionNotSent(
            f"{server.host}: paramiko is not installed; run `pip install "
            "'miroir[sftp]'`"
        ) from None
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    try:
        client.load_host_keys(str(server.known_hosts))
        client.connect(
            server.host,
            port=server.port,
            username=server.user,
            pkey=_key(server),
            password=server.password.reveal() if server.password else None,
            allow_agent=False,
            look_for_keys=False,
            timeout=server.step_s,
            banner_timeout=server.step_s,
            auth_timeout=server.step_s,
        )
        sftp = client.open_sftp()
        channel = sftp.get_channel()
        assert channel is not None
        channel.settimeout(server.step_s)
    except (paramiko.SSHException, OSError, EOFError, ValueError) as error:
        client.close()
        raise ActionNotSent(
            f"sftp://{server.host}:{server.port}: {_why(error)}"
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


def _key(server: SftpSettings) -> PKey | None:
    if server.private_key is None:
        return None
    import paramiko

    text = server.private_key.reveal().rstrip("\n") + "\n"
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            key: PKey = kind.from_private_key(io.StringIO(text))
        except (paramiko.SSHException, ValueError):
            continue
        return key
    raise ValueError("`private_key` is not an Ed25519, ECDSA or RSA key")


def _why(error: Exception) -> str:
    """What to do, in words that hold no secret."""
    import paramiko

    if isinstance(error, paramiko.BadHostKeyException):
        return "the server's key is not the one that is known; ask who keeps it"
    if isinstance(error, paramiko.AuthenticationException):
        return "the server refuses this user; correct `user`, `private_key`, `password`"
    if isinstance(error, paramiko.SSHException) and "known_hosts" in str(error):
        return "the server's key is not in `known_hosts`; have a person check it"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} cannot be read ({error.strerror})"
    if isinstance(error, ValueError):
        return str(error)
    return f"it cannot be reached ({type(error).__name__})"
