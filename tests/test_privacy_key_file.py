from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from miroir.errors import KeyFileError
from miroir.privacy import (
    create_key_file,
    load_keys,
    user_keys,
)
from miroir.types.identity import PersonNumber

NIR = PersonNumber("1850578006084")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_key_file(tmp_path / "keys")
    return tmp_path / "keys"


def test_a_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys"
    umask = os.umask(0)
    try:
        create_key_file(path)
    finally:
        os.umask(umask)
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with pytest.raises(KeyFileError, match=f"{path}.*never overwritten.*keep it"):
        create_key_file(path)
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_a_key_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyFileError, match="cannot be written"):
        create_key_file(tmp_path / "file" / "keys")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_may_use_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyFileError, match=f"mode {mode:03o}.*chmod 600 {path}"):
        load_keys(path)


def test_a_credential_of_systemd_is_accepted(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(path.parent))
    load_keys(path)


def test_a_missing_key_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"restore it from its backup.*miroir init"):
        load_keys(tmp_path / "keys")
    with pytest.raises(KeyFileError, match="cannot be read"):
        load_keys(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"nir": None},
        {"nir": {"id": "a b", "key": "AAAA"}},
        {"pseudonym": {"id": "a", "key": "AAAA"}},
        {"pseudonym": {"id": "a"}},
        {"pseudonym": {"id": "a", "key": 12}},
        {"retired_nir": [[]]},
        {"retired_nir": 3},
    ],
)
def test_a_malformed_key_file_shows_no_key(
    path: Path, change: dict[str, object]
) -> None:
    document = json.loads(path.read_text())
    secret = document["pseudonym"]["key"]
    path.write_text(json.dumps({**document, **change}))
    with pytest.raises(KeyFileError, match="not a key file; expected JSON") as caught:
        load_keys(path)
    assert secret not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"3", b"\xff", b'{"format', b"[" * 9999]
)
def test_what_is_not_json_is_no_key_file(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match="not a key file") as caught:
        load_keys(path)
    assert caught.value.__context__ is None


def test_a_retired_key_is_read(path: Path) -> None:
    old = load_keys(path)
    sealed = old.encrypt(NIR, "c")
    document = json.loads(path.read_text())
    create_key_file(path.with_name("other"))
    new = json.loads(path.with_name("other").read_text())["nir"]
    rotated = {**document, "nir": new, "retired_nir": [document["nir"]]}
    path.write_text(json.dumps(rotated))
    keys = load_keys(path)
    assert keys.decrypt(sealed, "c") == NIR
    assert keys.nir_id == new["id"] != old.nir_id
    assert keys.pseudonym(NIR) == old.pseudonym(NIR)


def test_user_keys_are_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MIROIR_KEY_FILE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    first, again = user_keys(), user_keys()
    assert not first.ephemeral
    assert first.pseudonym(NIR) == again.pseudonym(NIR)
    assert (tmp_path / "state/miroir/keys").is_file()
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    user_keys()
    assert (tmp_path / ".local/state/miroir/keys").is_file()
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "mine"))
    user_keys()
    assert (tmp_path / "mine").is_file()


def test_user_keys_that_cannot_be_kept_are_ephemeral(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "file" / "keys"))
    keys = user_keys()
    assert keys.ephemeral
    assert keys.pseudonym(NIR) != user_keys().pseudonym(NIR)


def test_user_keys_that_are_damaged_are_not_replaced(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(path))
    path.write_text("{}")
    with pytest.raises(KeyFileError):
        user_keys()


def test_processes_that_start_together_share_user_keys(tmp_path: Path) -> None:
    program = (
        "from miroir.privacy import user_keys;"
        "from miroir.types.identity import PersonNumber;"
        "import sys; sys.stdout.write(user_keys().pseudonym(PersonNumber('1')))"
    )
    environment = {**os.environ, "MIROIR_KEY_FILE": str(tmp_path / "keys")}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for _ in range(8)
    ]
    names = {process.communicate()[0] for process in processes}
    assert len(names) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_a_key_file_of_an_earlier_version_seals_too(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    create_key_file(path)
    new = load_keys(path)
    document = json.loads(path.read_text())
    old = {**document}
    del old["trace"], old["retired_trace"]
    path.write_text(json.dumps(old))
    derived = load_keys(path)
    assert derived.trace.id == derived.pseudonym_id
    sealed = derived.trace.seal(derived.trace.id, b"line")
    assert sealed is not None
    # A root of its own later: what the derived one sealed still verifies.
    assert new.trace.seal(derived.trace.id, b"line") == sealed
    assert new.trace.seal(new.trace.id, b"line") != sealed
    rotated = {**document, "retired_trace": [document["trace"]]}
    rotated["trace"] = {**document["pseudonym"], "id": "newer"}
    path.write_text(json.dumps(rotated))
    both = load_keys(path).trace
    assert both.id == "newer"
    assert both.seal(new.trace.id, b"x") == new.trace.seal(new.trace.id, b"x")
    assert both.commit("x", new.trace.id) == new.trace.commit("x")
    assert (both.commit("x", "none"), both.seal("none", b"x")) == ("", None)
    assert both.wrapping("none") is None
    assert repr(both) == "TraceKeys(•••)"
