"""The key file: JSON, readable by its owner only, never overwritten.

Without it pseudonyms change and stored NIRs are lost: it is to be backed up,
apart from the database.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import stat
from pathlib import Path

from miroir.errors import KeyFileError
from miroir.privacy.keys import KEY_BYTES, KEY_ID, Keys

FORMAT = "miroir.keys/1"
_MAX_BYTES = 65_536


def create_key_file(path: Path) -> None:
    """Write new random keys to `path`, mode 600, with its folder if need be.

    Raises KeyFileError when the file exists or cannot be written.
    """
    keys = Keys.generate()
    nir = _entry(keys.nir_id, keys.nir_keys[keys.nir_id])
    trace = _entry(keys.trace_id, keys.trace_keys[keys.trace_id])
    document = {
        "format": FORMAT,
        "pseudonym": _entry(keys.pseudonym_id, keys.pseudonym_key),
        "nir": nir,
        "retired_nir": [],
        "trace": trace,
        "retired_trace": [],
    }
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = _write_new(path, json.dumps(document, indent=2) + "\n")
    except OSError as error:
        raise KeyFileError(
            f"{path}: the key file cannot be written ({error.strerror}); "
            "give a path in a folder that this user may write"
        ) from None
    if not written:
        raise KeyFileError(
            f"{path}: a key file is there and is never overwritten, because "
            "without it stored NIRs are lost; keep it, or give another path"
        )


def load_keys(path: Path) -> Keys:
    """Read a key file; raises KeyFileError, which never shows a key."""
    try:
        content = _read_private(path)
    except FileNotFoundError:
        raise KeyFileError(
            f"{path}: no key file; restore it from its backup, or on a new "
            "installation create it with `miroir init`"
        ) from None
    except OSError as error:
        raise KeyFileError(
            f"{path}: the key file cannot be read ({error.strerror}); "
            "it must belong to the user who runs miroir"
        ) from None
    keys = _parse(content)
    if keys is None:
        # Raised here and not while parsing: a JSON error holds the whole text.
        raise KeyFileError(
            f"{path}: not a key file; expected JSON with "
            f'"format": "{FORMAT}", then "pseudonym" and "nir", each with an '
            '"id" and a "key" of 32 bytes in base64; restore it from its backup'
        )
    return keys


def user_keys() -> Keys:
    """The keys of this user, for commands that need no configuration.

    The file is $MIROIR_KEY_FILE, else `miroir/keys` under $XDG_STATE_HOME
    (~/.local/state), created at first use. Where it cannot be created, the
    keys have `ephemeral` set. Raises KeyFileError when it is there and cannot
    be used.
    """
    try:
        path = _user_path()
        if not path.exists():
            with contextlib.suppress(KeyFileError):
                create_key_file(path)
        if not path.exists():
            return Keys.generate(ephemeral=True)
    except (OSError, RuntimeError):
        return Keys.generate(ephemeral=True)
    return load_keys(path)


def _user_path() -> Path:
    given = os.environ.get("MIROIR_KEY_FILE")
    if given:
        return Path(given)
    state = os.environ.get("XDG_STATE_HOME", "")
    # The XDG specification has relative paths ignored.
    home = Path(state) if Path(state).is_absolute() else Path.home() / ".local/state"
    return home / "miroir" / "keys"


def _entry(key_id: str, key: bytes) -> dict[str, str]:
    return {"id": key_id, "key": base64.b64encode(key).decode("ascii")}


def _write_new(path: Path, text: str) -> bool:
    """Let `path` appear complete, or not at all; False when it is there."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _make_durable(path.parent)
    return True


def _make_durable(folder: Path) -> None:
    # A power cut must not take the key of what was encrypted with it since.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_private(path: Path) -> bytes:
    # Mode and content come from one descriptor: no swap in between.
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if os.name == "posix" and mode & 0o077 and not _is_credential(path):
            raise KeyFileError(
                f"{path}: other users may use the key file (mode "
                f"{stat.S_IMODE(mode):03o}); expected 600: run `chmod 600 {path}`"
            )
        return file.read(_MAX_BYTES)


def _is_credential(path: Path) -> bool:
    # systemd grants its credentials by access list, which shows as mode 440.
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return bool(folder) and path.parent == Path(str(folder))


def _parse(content: bytes) -> Keys | None:
    try:
        document = json.loads(content)
        if document["format"] != FORMAT:
            return None
        pseudonym_id, pseudonym_key = _key(document["pseudonym"])
        nir_id, nir_key = _key(document["nir"])
        retired = dict(_key(entry) for entry in document.get("retired_nir", []))
        # A file of an earlier version has no key of the journal.
        trace = [_key(document["trace"])] if "trace" in document else []
        sealed = [_key(entry) for entry in document.get("retired_trace", [])]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return Keys(
        pseudonym_id=pseudonym_id,
        pseudonym_key=pseudonym_key,
        nir_id=nir_id,
        nir_keys={**retired, nir_id: nir_key},
        trace_id=trace[0][0] if trace else "",
        trace_keys=dict([*sealed, *trace]),
    )


def _key(entry: dict[str, str]) -> tuple[str, bytes]:
    key_id, key = entry["id"], base64.b64decode(entry["key"], validate=True)
    if KEY_ID.fullmatch(key_id) is None or len(key) != KEY_BYTES:
        raise ValueError("a key has an id and 32 bytes")
    return key_id, key
