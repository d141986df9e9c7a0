"""Records left as files, once: in a folder, and on a real OpenSSH server."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from miroir import (
    ActionNotSent,
    ActionRefused,
    DeliveryClass,
    DestinationError,
    Secret,
)
from miroir_connectors.outgoing import once
from miroir_connectors.outgoing.once import LocalFolder, leave, left
from miroir_connectors.record.drops import RecordDrop, RecordFiles, RecordSftp
from miroir_connectors.record.layout import Fields
from miroir_connectors.testing.services.openssh import Ssh

from tests.connectors.record.entries import ENTRY, SIREN, intent

FIELDS = Fields(
    names={
        "siren": "{siren}",
        "traitement.date": "{day}",
        "traitement.motif": "{menu.motif}",
        "traitement.suite": "{menu.suite}",
        "analyse": "{analysis}",
        "appel": "{call}",
        "synthese": "{call_summary}",
        "reference": "{reference}",
    },
    lengths={"analyse": 200},
    day_format="%d/%m/%Y",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


@pytest.fixture(params=["folder", "sftp"])
def drop(request: pytest.FixtureRequest, folder: Path) -> RecordFiles:
    if request.param == "folder":
        return RecordDrop(folder=folder, fields=FIELDS)
    server: Ssh = request.getfixturevalue("ssh")
    return RecordSftp(
        **server.access,
        folder=str(folder),
        fields=FIELDS,
    )


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name != ".miroir")


def test_an_entry_is_left_whole(drop: RecordFiles, folder: Path) -> None:
    drop.check()
    receipt = drop.send(ENTRY, intent())
    (file,) = files(folder)
    assert file.name == receipt.id == f"{SIREN}-{intent().key[:24]}.json"
    assert json.loads(file.read_text("utf-8")) == {
        "siren": SIREN,
        "traitement": {"date": "25/11/2026", "motif": "01", "suite": "R"},
        "analyse": ENTRY.analysis,
        "appel": "oui",
        "synthese": ENTRY.call_summary,
        "reference": intent().reference,
    }
    assert drop.promise.delivery is DeliveryClass.NATURAL_ID


def test_an_entry_that_was_taken_away_is_not_left_again(
    drop: RecordFiles, folder: Path
) -> None:
    assert drop.send(ENTRY, intent()).facts == {"left": "now"}
    (file,) = files(folder)
    file.unlink()
    assert drop.send(ENTRY, intent()).facts == {"left": "before"}
    assert files(folder) == []
    drop.send(ENTRY, intent("another"))
    assert len(files(folder)) == 1


class Killed(BaseException):
    """The process ended there."""


@pytest.mark.parametrize("step", range(5))
@pytest.mark.parametrize("done", [False, True])
def test_killed_at_any_step_it_is_left_once(
    drop: RecordFiles, folder: Path, step: int, done: bool
) -> None:
    """`step`: the call that is the last one; `done`: it was carried out."""
    calls = iter(range(10))

    def dying(act: Callable[..., Any]) -> Callable[..., Any]:
        def call(*words: object) -> object:
            last = next(calls) == step
            if last and not done:
                raise Killed
            made = act(*words)
            if last:
                raise Killed
            return made

        return call

    with drop.folder_opened() as place, pytest.MonkeyPatch.context() as patch:
        for name in ("make", "exists", "write", "rename"):
            patch.setattr(place, name, dying(getattr(place, name)))
        with pytest.raises(Killed):
            leave(place, "one.json", "k", b"whole")
            raise Killed  # fewer steps than that: nothing to interrupt
    seen = files(folder)
    for file in seen:
        assert file.read_bytes() == b"whole"
        file.unlink()
    with drop.folder_opened() as place:
        assert leave(place, "one.json", "k", b"whole") is not bool(seen)
        assert left(place, "k")
    assert len(files(folder)) + len(seen) == 1


def test_a_file_of_someone_else_is_left_alone(folder: Path) -> None:
    (folder / "one.json").write_text("theirs")
    with pytest.raises(ActionRefused, match="is not ours"):
        leave(LocalFolder(folder), "one.json", "k", b"ours")
    assert (folder / "one.json").read_text() == "theirs"
    assert not left(LocalFolder(folder), "k")


def test_a_drop_that_cannot_be_written_is_told(drop: RecordFiles, folder: Path) -> None:
    folder.rmdir()
    with pytest.raises(ActionNotSent, match="cannot be written"):
        drop.send(ENTRY, intent())
    with pytest.raises(DestinationError, match="cannot be used"):
        drop.check()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"port": 1}, "cannot be reached"),
        ({"known_hosts": Path("/nowhere")}, "/nowhere cannot be read"),
        ({"user": "personne"}, "refuses personne"),
        ({"private_key": Secret("none")}, "is not an Ed25519"),
        ({"known_hosts": Path(os.devnull)}, "not in /dev/null"),
    ],
)
def test_a_server_that_is_not_the_one_gets_nothing(
    ssh: Ssh, folder: Path, change: dict[str, Any], message: str
) -> None:
    drop = RecordSftp(
        **ssh.access,
        folder=str(folder),
        fields=FIELDS,
    )
    with pytest.raises(ActionNotSent, match=message):
        replace(drop, **change).send(ENTRY, intent())
    assert files(folder) == []


def test_a_key_that_changed_is_refused(ssh: Ssh, folder: Path, tmp_path: Path) -> None:
    name, kind, key = ssh.known_hosts.read_text().split()
    other = key[:-8] + ("A" if key[-8] != "A" else "B") + key[-7:]
    (tmp_path / "known").write_text(f"{name} {kind} {other}\n")
    drop = RecordSftp(
        **ssh.access | {"known_hosts": tmp_path / "known"},
        folder=str(folder),
        fields=FIELDS,
    )
    with pytest.raises(ActionNotSent, match="is not the one that is known"):
        drop.send(ENTRY, intent())


def test_csv_holds_no_formula(folder: Path) -> None:
    names = {"SIREN": "{siren}", "ANALYSE": "{analysis}", "APPEL": "{call}"}
    drop = RecordDrop(
        folder=folder,
        fields=Fields(names={**names, "M": "{menu.motif}{menu.suite}"}),
        format="csv",
        encoding="iso-8859-1",
        name="{day}-{key}.txt",
    )
    drop.send(replace(ENTRY, analysis="=1+1 ; été", call_happened=None), intent())
    (file,) = files(folder)
    assert file.name == f"20261125-{intent().key[:24]}.txt"
    lines = file.read_bytes().decode("iso-8859-1").split("\r\n")
    assert lines[0] == "SIREN;ANALYSE;APPEL;M"
    assert lines[1] == f'{SIREN};"\'=1+1 ; été";;01R'


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"analysis": "x" * 201}, "length"),
        ({"menus": {"motif": "01", "suite": "R", "autre": "1"}}, "menu"),
    ],
)
def test_what_does_not_fit_is_refused(
    folder: Path, change: dict[str, Any], code: str
) -> None:
    drop = RecordDrop(folder=folder, fields=FIELDS)
    with pytest.raises(ActionRefused) as caught:
        drop.send(replace(ENTRY, **change), intent())
    assert caught.value.code == code
    assert files(folder) == []


def test_bytes_are_counted_in_their_encoding(folder: Path) -> None:
    counted = replace(FIELDS, lengths={"analyse": 56}, count="utf-8")
    with pytest.raises(ActionRefused, match="its value is"):
        RecordDrop(folder=folder, fields=counted).send(ENTRY, intent())
    narrow = replace(FIELDS, lengths={"analyse": 56}, count="iso-8859-1")
    for drop in (
        RecordDrop(folder=folder, fields=narrow),
        RecordDrop(folder=folder, fields=replace(FIELDS, lengths={}), encoding="ascii"),
    ):
        with pytest.raises(ActionRefused) as caught:
            drop.send(ENTRY, intent())
        assert caught.value.code == "encoding"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "{siren}.json"}, "holds {key}"),
        ({"name": "../{key}"}, "holds {key}"),
        ({"format": "csv", "separator": ";;"}, "one character"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RecordDrop(folder=Path(), **settings)
    with pytest.raises(ValueError, match="either"):
        RecordSftp(host="h", user="u", known_hosts=Path())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"names": {"a": "{menu}"}}, r"`names.a` holds \{menu\}"),
        ({"lengths": {"b": 1}}, "of no field"),
        ({"names": {"a": "1", "a.b": "2", "m": "{menu.motif}{menu.suite}"}}, "another"),
    ],
)
def test_fields_that_cannot_be(
    settings: dict[str, Any], message: str, folder: Path
) -> None:
    with pytest.raises(ValueError, match=message):
        RecordDrop(folder=folder, fields=Fields(**settings)).send(ENTRY, intent())


def test_a_draft_that_was_cut_is_written_again(folder: Path) -> None:
    place, key = LocalFolder(folder), uuid.uuid4().hex
    place.make(once.APART)
    (folder / once.APART / f"{key}.draft").write_bytes(b"hal")
    assert leave(place, "one.json", key, b"whole")
    assert (folder / "one.json").read_bytes() == b"whole"
