"""`miroir trace …` as an operator and an auditor run it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from miroir.config.loading import load_settings
from miroir.operations.workplace import Workplace, opened
from miroir.store.engine import make_engine, parse_url, transaction
from miroir.trace.entry import Entry
from sqlalchemy import text

from tests.cli.commands import miroir

SIREN = "999000015"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    done = miroir("init", str(tmp_path))
    assert done.exit_code == 0
    return tmp_path / "miroir.toml"


@pytest.fixture
def workplace(config: Path) -> Iterator[Workplace]:
    with opened(load_settings(config)) as ready:
        yield ready


@pytest.fixture
def acts(workplace: Workplace) -> Workplace:
    person = workplace.keys.contact(SIREN, "Jeanne Exemple")
    with workplace.store.write() as tables:
        for outcome in ("confirmed", "refused"):
            tables.journal.append(
                Entry(
                    act="mail.sent",
                    actor="marie",
                    siren=SIREN,
                    subject="action:abc",
                    outcome=outcome,
                    facts={"recipients": 1},
                    person=person,
                    detail={"to": "jeanne@example.org"},
                )
            )
        tables.journal.append(Entry(act="sync.done", actor="Miroir"))
    return workplace


def tamper(workplace: Workplace, statement: str) -> None:
    engine = make_engine(parse_url(workplace.settings.store.url))
    with transaction(engine, write=True) as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for name in connection.execute(text(triggers)).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement))
    engine.dispose()


def head_file(config: Path) -> Path:
    (found,) = (config.parent / "heads").glob("head-*.json")
    return found


def run(config: Path, *words: str) -> tuple[int, str]:
    done = miroir("trace", *words, "--config", str(config))
    return done.exit_code, done.output


def test_lines_are_shown(acts: Workplace, config: Path) -> None:
    code, said = run(config, "show")
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()] == ["LINE", "1", "2", "3"]
    assert "jeanne" not in said
    code, said = run(config, "show", "--siren", SIREN, "-n", "1")
    assert re.search(r"2 .* marie +mail.sent +999000015 +action:abc +refused", said)
    code, said = run(config, "show", "--format", "json", "--after", "2")
    (line,) = json.loads(said)["lines"]
    assert (line["act"], line["detail"]) == ("sync.done", None)
    assert line["versions"]["settings"]


def test_reading_details_is_a_line_too(acts: Workplace, config: Path) -> None:
    code, said = run(config, "show", "--details")
    assert (code, "--details needs --reason" in said) == (2, True)
    detailed = ("show", "--details", "--reason", "audit", "--as", "paul")
    code, said = run(config, *detailed)
    assert said.count("to=jeanne@example.org") == 2
    code, said = run(config, "show", "--after", "3")
    assert re.search(r"4 .* paul +trace.read .* lines=2 .*reason=audit", said)


def test_a_journal_is_verified_and_signed(acts: Workplace, config: Path) -> None:
    code, said = run(config, "verify")
    assert code == 0
    assert "3 lines, 0 heads signed, as they were written" in said
    assert "the last 3 are not signed yet" in said
    code, said = run(config, "anchor")
    assert "signed at line 3; 1 heads written" in said
    assert head_file(config).name.startswith("head-000000000003-")
    code, said = run(config, "anchor")
    assert "nothing new to sign; 0 heads written" in said
    assert run(config, "verify") == (
        0,
        "3 lines, 1 heads signed, as they were written\n",
    )


def test_what_was_changed_is_told(acts: Workplace, config: Path) -> None:
    run(config, "anchor")
    tamper(acts, "UPDATE trace_line SET outcome = 'confirmed' WHERE seq = 2")
    code, said = run(config, "verify")
    assert code == 1
    assert "line 2 is not what was written" in said
    tamper(acts, "UPDATE trace_line SET at = 'yesterday' WHERE seq = 1")
    code, said = run(config, "verify")
    assert (code, "line 1 or one soon after it cannot be read" in said) == (1, True)


def test_a_cut_is_told_by_the_head_kept_elsewhere(
    acts: Workplace, config: Path
) -> None:
    run(config, "anchor")
    tamper(acts, "DELETE FROM trace_line")
    start = "0" * 64
    tamper(acts, f"UPDATE trace_head SET seq=0, digest='{start}', seal='{start}'")
    tamper(acts, "DELETE FROM trace_anchor")
    code, said = run(config, "verify")
    assert code == 1
    assert "line 3 was signed and the last line is 0" in said
    head_file(config).write_text("{}")
    code, said = run(config, "verify")
    assert (code, "no signed head can be read here" in said) == (1, True)


def test_an_auditor_verifies_an_export_without_secrets(
    acts: Workplace, config: Path, tmp_path: Path
) -> None:
    _, said = run(config, "anchor")
    key = said.split()[-1]
    out = tmp_path / "journal.ndjson"
    assert run(config, "export", "-o", str(out))[0] == 0
    audit = ("trace", "verify", "--export", str(out))
    heads = ("--heads", str(config.parent / "heads"))
    done = miroir(*audit, "--public-key", key, *heads)
    assert done.stdout == "3 lines, 1 heads signed, as they were written\n"
    assert miroir(*audit).exit_code == 2
    assert miroir(*audit, "--public-key", "short").exit_code == 2
    stranger = miroir(*audit, "--public-key", "A" * 43 + "=")
    assert "was not signed by Miroir" in stranger.stderr
    out.write_text(out.read_text().replace("refused", "confirmed"))
    changed = miroir(*audit, "--public-key", key)
    assert (changed.exit_code, "line 2 is not what" in changed.stderr) == (1, True)
    head_file(config).write_text("{")
    assert miroir(*audit, "--public-key", key, *heads).exit_code == 1


def test_only_a_whole_export_proves_anything(
    acts: Workplace, config: Path, tmp_path: Path
) -> None:
    out = tmp_path / "part.ndjson"
    audit = ("trace", "verify", "--public-key", "A" * 43 + "=", "--export", str(out))
    run(config, "export", "--siren", SIREN, "-o", str(out))
    assert len(out.read_text().splitlines()) == 3
    assert "export the whole journal" in miroir(*audit).output
    code, said = run(config, "export")
    assert (code, len(said.splitlines())) == (0, 4)
    out.write_text(said)
    assert "no head was signed" in miroir(*audit).output
    out.write_text(said.replace('"line"', '"word"'))
    assert "cannot be read as an export" in miroir(*audit).output


def test_erasing_a_person_leaves_the_chain_whole(acts: Workplace, config: Path) -> None:
    wrapped = "SELECT wrapped FROM trace_person"
    engine = make_engine(parse_url(acts.settings.store.url))
    with transaction(engine, write=False) as connection:
        key = connection.execute(text(wrapped)).scalar_one()
    engine.dispose()
    assert run(config, "erase", "--reason", "demande")[0] == 2
    contact = ("--contact", SIREN, "jeanne  EXEMPLE")
    code, said = run(config, "erase", *contact, "--reason", "demande", "--as", "dpo")
    assert code == 0
    assert said.startswith("c-")
    assert "erased" in said
    files = [path.read_bytes() for path in config.parent.glob("miroir.db*")]
    assert not any(key in content for content in files)
    code, said = run(config, "erase", *contact, "--reason", "demande")
    assert "was erased before" in said
    code, said = run(config, "show", "--details", "--reason", "audit")
    assert "jeanne" not in said
    assert "trace.erased" in said
    code, said = run(config, "verify")
    assert (code, "as they were written" in said) == (0, True)
    assert "no detail of e-x" in run(config, "erase", "e-x", "--reason", "x")[1]


def test_a_key_stays_while_another_program_reads(acts: Workplace, config: Path) -> None:
    contact = ("--contact", SIREN, "Jeanne Exemple")
    with acts.store.read() as tables:
        list(tables.journal.lines())
        code, said = run(config, "erase", *contact, "--reason", "demande")
    assert (code, "run this again when they are done" in said) == (0, True)


def test_heads_that_cannot_be_kept_are_said(acts: Workplace, config: Path) -> None:
    (config.parent / "heads").write_text("a file in the way")
    code, said = run(config, "anchor")
    assert (code, "correct `trace.heads`" in said) == (1, True)
    (config.parent / "heads").unlink()
    assert "nothing new to sign; 1 heads written" in run(config, "anchor")[1]


def test_the_rights_of_the_application_are_printed() -> None:
    said = miroir("trace", "grants", "miroir_app").stdout
    assert 'GRANT SELECT, INSERT ON "trace_line" TO miroir_app;' in said
    assert 'GRANT SELECT, INSERT, UPDATE (seq, digest, seal) ON "trace_head"' in said
    assert miroir("trace", "--help").exit_code == 0
    assert miroir("trace", "nothing").exit_code == 2


def test_a_restored_backup_is_told_once_and_for_all(
    acts: Workplace, config: Path
) -> None:
    store = config.parent / "miroir.db"
    run(config, "anchor")
    copy = config.parent / "copy.db"
    acts.store.scrub()
    shutil.copy(store, copy)
    for rank in range(3):
        act(acts, f"mail.lost{rank}")
        run(config, "anchor")
    acts.store.close()
    for path in config.parent.glob("miroir.db*"):
        path.unlink()
    shutil.copy(copy, store)
    code, said = run(config, "verify")
    assert (code, "line 6 was signed and the last line is 3" in said) == (1, True)
    with opened(load_settings(config)) as again:
        act(again, "mail.sent")
        act(again, "mail.sent")
    code, said = run(config, "verify")
    assert (code, "line 5 is not the one signed" in said) == (1, True)
    code, said = run(config, "restored", "--reason", "disque", "--as", "ops")
    assert said == "noted: lines up to 6 were signed, those from 4 are lost\n"
    for _ in range(2):
        code, said = run(config, "verify")
        assert code == 0, said
        assert "3 heads are of lines that a restore lost" in said
        run(config, "anchor")
    code, said = run(config, "restored", "--reason", "encore")
    assert code == 0
    with opened(load_settings(config)) as again:
        for _ in range(3):
            act(again, "mail.sent")
    run(config, "anchor")
    assert run(config, "verify")[0] == 0


def test_nothing_lost_is_nothing_to_say(acts: Workplace, config: Path) -> None:
    run(config, "anchor")
    code, said = run(config, "restored", "--reason", "x")
    assert (code, "there is nothing to say" in said) == (1, True)


def act(workplace: Workplace, name: str) -> None:
    with workplace.store.write() as tables:
        tables.journal.append(Entry(act=name, actor="marie"))
