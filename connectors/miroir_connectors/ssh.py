"""One SSH connection, to a server whose key has to be the one that is known.

No agent is asked, no key of this user is tried, nothing is run at the server.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from miroir import Secret

if TYPE_CHECKING:
    from paramiko import PKey, SSHClient

MISSING = "paramiko is not installed; run `pip install 'miroir[sftp]'`"


@dataclass(frozen=True, slots=True, kw_only=True)
class SshServer:
    """A server, and who we are there. `seconds`: how long a step may take."""

    host: str
    port: int
    user: str
    known_hosts: Path
    private_key: Secret | None
    password: Secret | None
    passphrase: Secret | None = None
    seconds: float

    def check(self) -> None:
        """Raise ValueError unless there is one way to say who we are."""
        if (self.private_key is None) == (self.password is None):
            raise ValueError("give either `private_key` or `password`")

    def connect(self) -> SSHClient:
        """An open connection; raises what `explained` explains."""
        import paramiko

        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        try:
            client.load_host_keys(str(self.known_hosts))
            client.connect(
                self.host,
                port=self.port,
                username=self.user,
                pkey=self._key(),
                password=self.password.reveal() if self.password else None,
                allow_agent=False,
                look_for_keys=False,
                timeout=self.seconds,
                banner_timeout=self.seconds,
                auth_timeout=self.seconds,
                channel_timeout=self.seconds,
            )
        except BaseException:
            client.close()
            raise
        return client

    def _key(self) -> PKey | None:
        if self.private_key is None:
            return None
        import paramiko

        text = self.private_key.reveal().rstrip("\n") + "\n"
        passphrase = self.passphrase.reveal() if self.passphrase else None
        for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
            try:
                key: PKey = kind.from_private_key(io.StringIO(text), passphrase)
            except paramiko.PasswordRequiredException:
                raise ValueError(
                    "the private key has a passphrase; give `passphrase`"
                ) from None
            except (paramiko.SSHException, ValueError):
                continue
            return key
        raise ValueError(
            "`private_key` is not an Ed25519, ECDSA or RSA key, or `passphrase` is not "
            "its own"
        )


def refusal(server: SshServer, error: Exception) -> str:
    """Why a connection cannot be, and what to do; «» when it may be later.

    Holds no secret.
    """
    import paramiko

    if isinstance(error, paramiko.BadHostKeyException):
        return (
            "the server's key is not the one that is known. Somebody may stand between; "
            "ask who keeps the server before changing `known_hosts`"
        )
    if isinstance(error, paramiko.AuthenticationException):
        return (
            f"the server refuses {server.user}. Correct `user`, and `private_key` or "
            "`password`"
        )
    scan = f"`ssh-keyscan -p {server.port} {server.host}`"
    if isinstance(error, paramiko.SSHException) and "known_hosts" in str(error):
        return (
            f"the server's key is not in {server.known_hosts}. Add it with {scan}, and "
            "have a person check it"
        )
    if isinstance(error, OSError) and error.filename == str(server.known_hosts):
        return (
            f"{error.filename} cannot be read ({error.strerror}). Write it with {scan}, "
            "and have a person check the key"
        )
    return str(error) if isinstance(error, ValueError) else ""
