"""A private OpenSSH server for the tests, on the loopback only: SFTP alone."""

from __future__ import annotations

import getpass
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miroir import Secret

from miroir_connectors.testing.services.required import (
    free_port,
    program_or_skip,
    wait_for,
)

_CONFIGURATION = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile {folder}/pid
AuthorizedKeysFile {folder}/authorized
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
Subsystem sftp internal-sftp
ForceCommand internal-sftp
"""


@dataclass(frozen=True, kw_only=True)
class Ssh:
    """A server, and what a client needs to enter."""

    port: int
    user: str
    private_key: str
    known_hosts: Path
    folder: Path
    """A folder that its user sees."""

    @property
    def access(self) -> dict[str, Any]:
        """The settings by which a connector enters."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "user": self.user,
            "known_hosts": self.known_hosts,
            "private_key": Secret(self.private_key),
        }


@contextmanager
def openssh() -> Iterator[Ssh]:
    """Start a server that is forgotten at the end."""
    sshd = program_or_skip("sshd", "openssh-server")
    keygen = program_or_skip("ssh-keygen", "openssh-client")
    with tempfile.TemporaryDirectory(prefix="miroir-openssh-") as name:
        folder, port = Path(name), free_port()
        for key in ("host", "user"):
            new = [keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
            subprocess.run(new, check=True)
        public = (folder / "user.pub").read_text()
        (folder / "authorized").write_text(public)
        text = _CONFIGURATION.format(port=port, folder=folder)
        (folder / "sshd_config").write_text(text)
        host = " ".join((folder / "host.pub").read_text().split()[:2])
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host}\n")
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # where sshd locks itself in
        command = [sshd, "-D", "-e", "-f", str(folder / "sshd_config")]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                wait_for(port, lambda: process.poll() is None)
                yield Ssh(
                    port=port,
                    user=getpass.getuser(),
                    private_key=(folder / "user").read_text(),
                    known_hosts=folder / "known_hosts",
                    folder=folder,
                )
            finally:
                process.terminate()
