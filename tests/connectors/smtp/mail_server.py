"""A private Postfix with Dovecot behind it: real SMTP in, real IMAP out."""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from miroir.testing.counterpart.certificates import Certificates

USER, PASSWORD = "gps@example.org", "un-mot-de-passe"

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.org
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = example.org
virtual_mailbox_maps = static:ok
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = error:5.1.2 no mail leaves this machine
relay_transport = error:5.1.2 no mail leaves this machine
smtpd_recipient_restrictions = check_recipient_access inline:{{nobody@example.org=REJECT,later@example.org=DEFER}}, permit_sasl_authenticated, reject_unauth_destination
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_tls_auth_only = yes
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate}
message_size_limit = 200000
smtpd_error_sleep_time = 0
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
"""
_MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
_DOVECOT = """
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot
log_path = {folder}/dovecot.log
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
default_login_user = dovenull
default_internal_user = dovecot
auth_mechanisms = plain login
mail_location = maildir:{folder}/boxes/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/boxes/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener auth {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A server that runs. `smtp` takes STARTTLS, `smtps` TLS from the start."""

    smtp: int
    smtps: int
    imap: int
    certificates: Certificates

    def mails(
        self, address: str, expected: int, seconds: float = 20
    ) -> list[EmailMessage]:
        """What came for an address, once it is as much as expected."""
        end = time.monotonic() + seconds
        while True:
            found = self._fetch(address)
            if len(found) >= expected or time.monotonic() > end:
                return found
            time.sleep(0.1)

    def _fetch(self, address: str) -> list[EmailMessage]:
        with imaplib.IMAP4("127.0.0.1", self.imap) as box:
            box.login(address, PASSWORD)
            box.select("INBOX", readonly=True)
            _, (numbers,) = box.search(None, "ALL")
            mails = []
            for number in numbers.split():
                _, parts = box.fetch(number.decode(), "(RFC822)")
                assert isinstance(parts[0], tuple)
                mails.append(message_from_bytes(parts[0][1], policy=policy.default))
            return mails


def missing() -> str:
    """What keeps a server from running here; empty when nothing does."""
    tools = [name for name in ("postfix", "dovecot") if shutil.which(name) is None]
    if tools:
        return f"no {' and no '.join(tools)}: install postfix, dovecot-imapd, dovecot-lmtpd"
    return "" if os.geteuid() == 0 else "only root starts Postfix"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Start both; they end with the block."""
    folder = Path(tempfile.mkdtemp(prefix="miroir-mail-"))
    folder.chmod(0o755)
    (folder / "tls").mkdir()
    certificates = Certificates.make(folder / "tls")
    ports = {name: _free() for name in ("smtp", "smtps", "imap", "lmtp", "auth")}
    words = {
        "folder": folder,
        "password": PASSWORD,
        "certificate": certificates.good,
        **ports,
    }
    for name in ("queue", "data", "boxes", "dovecot", "postfix"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "boxes", "mail", "mail")
    (folder / "postfix" / "main.cf").write_text(_MAIN.format(**words))
    (folder / "postfix" / "master.cf").write_text(_MASTER.format(**words))
    (folder / "dovecot.conf").write_text(_DOVECOT.format(**words))
    dovecot = ["dovecot", "-c", str(folder / "dovecot.conf")]
    postfix = ["postfix", "-c", str(folder / "postfix")]
    try:
        _run(dovecot)
        _run([*postfix, "start"])
        for name in ("smtp", "imap", "lmtp", "auth"):
            _wait(ports[name])
        yield MailServer(
            smtp=ports["smtp"],
            smtps=ports["smtps"],
            imap=ports["imap"],
            certificates=certificates,
        )
    finally:
        with suppress(subprocess.CalledProcessError):
            _run([*postfix, "abort"])
        with suppress(subprocess.CalledProcessError):
            _run([*dovecot, "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str]) -> None:
    # Not to a pipe: a daemon keeps it open.
    quiet = subprocess.DEVNULL
    subprocess.run(
        command, check=True, timeout=60, stdin=quiet, stdout=quiet, stderr=quiet
    )


def _wait(port: int) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
