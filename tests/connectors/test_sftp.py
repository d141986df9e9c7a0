"""What is particular to SFTP, on a real OpenSSH server."""

from __future__ import annotations

import socket
import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from miroir import Secret, SourceError, SourceUnavailable
from miroir_connectors.drop.sftp import SftpDrop
from miroir_connectors.testing.services.openssh import Ssh

from tests.connectors.drops import Local
from tests.connectors.test_drops import collected, names


def drop(ssh: Ssh, folder: Path, **settings: Any) -> SftpDrop:
    source = Local(folder, ssh).source(**settings)
    assert isinstance(source, SftpDrop)
    return source


def new_key(folder: Path, *options: str) -> str:
    path = folder / "-".join(["key", *options]).replace("/", "")
    subprocess.run(
        ["ssh-keygen", "-q", "-f", str(path), *options], check=True, capture_output=True
    )
    return path.read_text()


def problem(source: SftpDrop) -> SourceError:
    with pytest.raises(SourceError) as caught:
        source.check()
    return caught.value


def test_a_server_whose_key_is_not_known_is_refused(ssh: Ssh, tmp_path: Path) -> None:
    nobody = tmp_path / "known_hosts"
    nobody.write_text("")
    said = str(problem(drop(ssh, tmp_path, known_hosts=nobody)))
    assert f"the server's key is not in {nobody}" in said
    assert f"ssh-keyscan -p {ssh.port} 127.0.0.1" in said
    absent = problem(drop(ssh, tmp_path, known_hosts=tmp_path / "absent"))
    assert "cannot be read (No such file or directory)" in str(absent)


def test_a_server_with_another_key_is_refused(ssh: Ssh, tmp_path: Path) -> None:
    new_key(tmp_path, "-t", "ed25519", "-N", "")
    (public,) = tmp_path.glob("*.pub")
    known = tmp_path / "known_hosts"
    kind, key, _ = public.read_text().split(maxsplit=2)
    known.write_text(f"[127.0.0.1]:{ssh.port} {kind} {key}\n")
    error = problem(drop(ssh, tmp_path, known_hosts=known))
    assert "the server's key is not the one that is known" in str(error)
    assert not isinstance(error, SourceUnavailable)


def test_a_user_who_is_refused(ssh: Ssh, tmp_path: Path) -> None:
    stranger = Secret(new_key(tmp_path, "-t", "ed25519", "-N", ""))
    error = problem(drop(ssh, tmp_path, private_key=stranger))
    assert f"the server refuses {ssh.user}" in str(error)
    assert not isinstance(error, SourceUnavailable)
    by_password = drop(ssh, tmp_path, private_key=None, password=Secret("pa55"))
    assert f"the server refuses {ssh.user}" in str(problem(by_password))
    assert "pa55" not in f"{problem(by_password)} {by_password}"


@pytest.mark.parametrize(
    "options",
    [("-t", "rsa", "-b", "2048"), ("-t", "ecdsa"), ("-t", "ed25519")],
    ids=["rsa", "ecdsa", "ed25519"],
)
def test_keys_of_every_kind_and_with_a_passphrase(
    ssh: Ssh, tmp_path: Path, options: tuple[str, ...]
) -> None:
    key = Secret(new_key(tmp_path, *options, "-N", "open sesame"))
    (public,) = tmp_path.glob("*.pub")
    with (ssh.folder / "authorized").open("a") as file:
        file.write(public.read_text())
    inside = tmp_path / "drop"
    Local(inside).put("b.csv")
    opened = drop(ssh, inside, private_key=key, passphrase=Secret("open sesame"))
    assert names(collected(opened)) == ["b.csv"]
    without = problem(drop(ssh, inside, private_key=key))
    assert "has a passphrase; give `passphrase`" in str(without)
    wrong = problem(drop(ssh, inside, private_key=key, passphrase=Secret("no")))
    assert "is not an Ed25519, ECDSA or RSA key" in str(wrong)


def test_a_server_that_is_not_there_may_come_back(ssh: Ssh, tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = int(nobody.getsockname()[1])
        known = tmp_path / "known_hosts"
        line = ssh.known_hosts.read_text().replace(str(ssh.port), str(port))
        known.write_text(line)
        source = drop(ssh, tmp_path, known_hosts=known)
        gone = replace(source, port=port)
        assert isinstance(problem(gone), SourceUnavailable)


def test_a_server_that_never_answers_is_left_in_time(ssh: Ssh, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = int(silent.getsockname()[1])
        known = tmp_path / "known_hosts"
        known.write_text(ssh.known_hosts.read_text().replace(str(ssh.port), str(port)))
        source = replace(drop(ssh, tmp_path), known_hosts=known, port=port)
        mute = replace(source, timeout_seconds=1)
        found: list[SourceError] = []
        asking = threading.Thread(target=lambda: found.append(problem(mute)))
        asking.start()
        asking.join(timeout=30)
        assert isinstance(found[0], SourceUnavailable)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"password": Secret("x")}, "either `private_key` or `password`"),
        ({"private_key": None}, "either `private_key` or `password`"),
    ],
)
def test_settings_that_cannot_be(
    ssh: Ssh, tmp_path: Path, settings: dict[str, object], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        drop(ssh, tmp_path, **settings)
    with pytest.raises(ValueError, match="`folder` holds no"):
        drop(ssh, tmp_path / "..")
