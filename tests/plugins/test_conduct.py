"""Who is set aside, for how long, and what is kept of it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from miroir.errors import PluginSetAside
from miroir.plugins import conduct as conducting
from miroir.plugins import notes
from miroir.plugins.conduct import Conduct, Misbehaviour
from miroir.plugins.provider import Provider

ACME = Provider(name="acme", distribution="miroir-acme", version="1.0")


def ask(conduct: Conduct, siren: str = "999000243") -> None:
    conduct.require_at_work(ACME, f"examining {siren} (seul)", "examining (seul)")


def test_a_plugin_that_costs_its_process_too_often_is_set_aside(
    caplog: pytest.LogCaptureFixture,
) -> None:
    conduct = Conduct(strikes=2)
    conduct.note(ACME, Misbehaviour.CRASHED, "it fell")
    conduct.note(ACME, Misbehaviour.RAISED, "it raised")
    ask(conduct)
    assert list(conduct.told()) == []
    with caplog.at_level(logging.ERROR):
        conduct.note(ACME, Misbehaviour.TOO_SLOW, "it was late")
    assert "plugin 'acme' (miroir-acme 1.0) is set aside" in caplog.text
    for _ in range(3):
        with pytest.raises(PluginSetAside, match="while examining 999000243"):
            ask(conduct)
    (told,) = conduct.told()
    assert told == (
        "plugin 'acme' (miroir-acme 1.0) was set aside (crashed 1, raised 1,"
        " too slow 1); not done: examining (seul) (3 times)"
    )


def test_exceptions_set_nobody_aside() -> None:
    conduct = Conduct(strikes=1)
    for _ in range(10):
        conduct.note(ACME, Misbehaviour.RAISED, "it raised")
    ask(conduct)


def test_a_scheduler_that_lasts_asks_again_after_an_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(conducting, "monotonic", lambda: now[0])
    conduct = Conduct(strikes=1)
    conduct.note(ACME, Misbehaviour.CRASHED, "it fell")
    with pytest.raises(PluginSetAside):
        ask(conduct)
    now[0] = 3601.0
    ask(conduct)
    conduct.note(ACME, Misbehaviour.CRASHED, "it fell again")
    with pytest.raises(PluginSetAside):
        ask(conduct)


def test_notes_are_kept_without_a_person(tmp_path: Path) -> None:
    conduct = Conduct(notes=tmp_path / "runs")
    conduct.note(ACME, Misbehaviour.RAISED, "vu 1 85 05 78 006 084 36")
    conduct.note(ACME, Misbehaviour.CRASHED, "it fell")
    first, second = notes.read(tmp_path / "runs")
    assert (first.plugin, first.release, first.kind) == (
        "acme",
        "miroir-acme 1.0",
        "raised",
    )
    assert "006 084" not in first.told and first.run == second.run != ""
    with (tmp_path / "runs" / notes.FILE).open("a") as file:
        file.write('{"at": "cut sho')
    assert len(list(notes.read(tmp_path / "runs"))) == 2
    assert list(notes.read(tmp_path / "elsewhere")) == []


def test_a_file_that_is_full_makes_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "_MOST_BYTES", 10)
    Conduct(notes=tmp_path).note(ACME, Misbehaviour.RAISED, "it raised")
    assert not (tmp_path / notes.FILE).exists()
    (note,) = notes.read(tmp_path)
    assert (note.plugin, note.told) == ("acme", "it raised")


def test_a_folder_that_cannot_be_written_to_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "runs").write_text("a file")
    Conduct(notes=tmp_path / "runs").note(ACME, Misbehaviour.RAISED, "it raised")
    assert "File exists" in caplog.text
