"""A private Dovecot for the tests, on the loopback only: IMAP over TLS."""

from __future__ import annotations

import base64
import grp
import os
import pwd
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from miroir_connectors.testing.services.certificates import self_signed
from miroir_connectors.testing.services.required import (
    free_port,
    program_or_skip,
    wait_for,
)

_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/log
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 50
auth_failure_delay = 0
first_valid_uid = 1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
auth_mechanisms = plain xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


_TOKENS = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""
SIGNING_KEY = "what tokens are signed with in the tests"


@dataclass(frozen=True, kw_only=True)
class Imap:
    """A server where any user enters with this password, or with a token."""

    port: int
    tls_port: int
    password: str
    ca_file: Path


@contextmanager
def dovecot() -> Iterator[Imap]:
    """Start a server that is forgotten at the end."""
    program = program_or_skip("dovecot", "dovecot-imapd")
    with tempfile.TemporaryDirectory(prefix="miroir-dovecot-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        me = pwd.getpwuid(os.geteuid())
        root = me.pw_uid == 0
        owner = "dovecot" if root else me.pw_name
        group = "dovecot" if root else grp.getgrgid(me.pw_gid).gr_name
        (folder / "mail").mkdir()
        if root:
            os.chown(folder / "mail", pwd.getpwnam(owner).pw_uid, -1)
        self_signed(folder / "cert.pem", folder / "key.pem")
        server = Imap(
            port=free_port(),
            tls_port=free_port(),
            password="only-for-tests",
            ca_file=folder / "cert.pem",
        )
        text = _CONFIGURATION.format(
            folder=folder,
            owner=owner,
            group=group,
            internal=owner,
            login="dovenull" if root else me.pw_name,
            port=server.port,
            tls_port=server.tls_port,
            password=server.password,
        )
        (folder / "dovecot.conf").write_text(text)
        (folder / "oauth2.conf").write_text(_TOKENS.format(folder=folder))
        key = folder / "keys" / "default" / "HS256" / "default"
        key.parent.mkdir(parents=True)
        key.write_text(base64.b64encode(SIGNING_KEY.encode()).decode())
        command = [program, "-F", "-c", str(folder / "dovecot.conf")]
        with subprocess.Popen(
            command, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            try:
                wait_for(server.tls_port, lambda: process.poll() is None)
                yield server
            finally:  # with its helpers, which would end seconds later
                os.killpg(process.pid, signal.SIGKILL)
