"""`miroir schedule …` as an operator and an adviser run it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from miroir.cli import main
from miroir.cli import schedule as commands
from miroir.config.loading import load_settings
from miroir.operations.schedule.handing import LEASE
from miroir.operations.workplace import Workplace, opened
from miroir.schedule.dues import due_on
from miroir.testing.payroll import make_company
from miroir.types.schedule import Subject

from tests.plugins.distributions import Site

SIREN = "999000243"
CONFIGURATION = """
[schedule]
grace_seconds = 1
tick_seconds = 0.1
lease_seconds = 60
trace = "off" # a row every minute would hide the others
adhesion = "off"

[schedule.followups.rappel]
when = { echange = ["injoignable", "message laissé"] }
after = ["2 working days", "1 week"]
purpose = "rappel"
label = "Rappeler l’entreprise : elle n’a pas pu être jointe"

[schedule.followups.verification]
when = { suite = ["engagement"] }
after = ["1 month"]
at = "14:30"
purpose = "vérification"
label = "Vérifier que les DSN ont été corrigées"

[sources.adhesions]
connector = "adhesion-csv"
path = "adhesions.csv"
"""
SLOW = """
import time
import miroir

def work(run):
    print("slow began", flush=True)
    end = time.monotonic() + 30
    while time.monotonic() < end and not {stopping}:
        time.sleep(0.05)
    return "ended by itself"

@miroir.hookimpl
def miroir_jobs():
    return [miroir.Job(name="slow", rhythm="every 1 s", run=work)]
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MIROIR_KEY_FILE", str(tmp_path / "own" / "key"))
    assert miroir("init", tmp_path).exit_code == 0
    path = tmp_path / "miroir.toml"
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "schedule.toml").write_text(CONFIGURATION)
    company = make_company(3, 2026, 1, 2)
    (tmp_path / "adhesions.csv").write_bytes(company.adhesions_csv)
    monkeypatch.setenv("MIROIR_CONFIG", str(path))
    return path


def miroir(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def schedule(*arguments: object) -> Result:
    return miroir("schedule", *arguments)


def workplace(config: Path) -> Workplace:
    with opened(load_settings(config)) as ready:
        return ready


def test_run_once_does_what_is_due(config: Path) -> None:
    first = schedule("run-once")
    assert first.exit_code == 0, first.output
    assert first.stdout.startswith("0 rows handed over\n")
    assert "sync:adhesions: done: 1 files given, 1 new" in first.stdout
    (config.parent / "adhesions.csv").unlink()
    failed = schedule("run-once", "sync:adhesions")
    assert failed.exit_code == 1
    assert "sync:adhesions: failed:" in failed.stdout
    unknown = schedule("run-once", "sink")
    assert unknown.exit_code == 1
    assert "sync:adhesions" in unknown.stderr


def test_list_tells_jobs_sources_and_rows(config: Path) -> None:
    before = schedule("list")
    assert before.exit_code == 0, before.output
    assert "no scheduler has ever run on this store" in before.stdout
    schedule("run-once")
    text = schedule("list").stdout
    assert re.search(
        r"^diagnose +every 15 min +20\d\d-.* done: 0 companies", text, re.MULTILINE
    )
    assert re.search(r"^adhesions +20\d\d.* ok$", text, re.MULTILINE)
    assert "no scheduler is live; last heartbeat never" in text
    found = json.loads(schedule("list", "--format", "json").stdout)
    assert found["schema"] == "miroir.schedule/1"
    assert found["scheduler"]["live"] is False
    assert {job["name"] for job in found["jobs"]} == {
        *("adhesion", "anchor", "diagnose", "purge", "sync:adhesions", "trace"),
    }
    (source,) = found["sources"]
    assert source["held"] is False and source["lag"] >= 0 and source["size"] > 0


def test_list_tells_what_is_wrong_with_a_source(config: Path) -> None:
    schedule("run-once")
    path = config.parent / "adhesions.csv"
    whole = path.read_bytes()
    path.unlink()
    schedule("run-once", "sync:adhesions")
    assert re.search(r"failed 1 times, again 20.*no such file", schedule("list").stdout)
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[:1]))
    held = schedule("run-once", "sync:adhesions")
    assert "held since" in held.stdout
    assert "HELD: 0 instead of" in schedule("list").stdout
    by_hand = miroir("sync")
    assert by_hand.exit_code == 1 and "miroir schedule release" in by_hand.stderr
    assert schedule("release", "nothing").exit_code == 1
    released = schedule("release", "adhesions", "--by", "Ana")
    assert released.stdout == "adhesions: released; 0 is its size from now on\n"
    assert miroir("sync").exit_code == 0


def test_status_says_whether_a_scheduler_is_live(config: Path) -> None:
    assert schedule("status").exit_code == 1
    with opened(load_settings(config)) as ready:
        with ready.store.write() as tables:
            tables.leases.take(LEASE, "host:1:abc", timedelta(seconds=60))
        silent = schedule("status")
        assert (silent.exit_code, silent.stdout[:7]) == (1, "silent:")
        with ready.store.write() as tables:
            tables.leases.beat(LEASE, 1)
        live = schedule("status")
        assert live.exit_code == 0
        assert re.match(r"live: host:1:abc, number 1, since \d+ s, last", live.stdout)
        refused = schedule("run-once")
        assert refused.exit_code == 1 and "A scheduler is live" in refused.stderr


def test_next_tells_jobs_and_rows_in_order(config: Path) -> None:
    schedule("follow-up", SIREN, "--choose", "echange=injoignable")
    table = schedule("next", "-n", 3).stdout.splitlines()
    assert len(table) == 4 and table[0].startswith("AT ")
    found = json.loads(schedule("next", "-n", 1000, "--format", "json").stdout)["next"]
    rows = [each for each in found if each["what"] == f"rappel company:{SIREN}"]
    assert rows and "Rappeler" in rows[0]["label"]


def test_follow_ups_are_shown_before_they_are_saved(config: Path) -> None:
    choices = ("--choose", "echange=injoignable", "--choose", "suite=engagement")
    options = (SIREN, *choices, "--on", "2026-04-02")
    shown = schedule("follow-up", *options, "--dry-run")
    assert shown.exit_code == 0, shown.output
    plain = shown.stdout.replace("\u00a0", " ").replace("\u202f", " ")
    assert plain == (
        "Relances de l’entreprise 999 000 243 :\n"
        "  prévue  mardi 7 avril 2026 à 9 h    Rappeler l’entreprise : elle n’a pas"
        " pu être jointe\n"
        "  prévue  jeudi 9 avril 2026 à 9 h    Rappeler l’entreprise : elle n’a pas"
        " pu être jointe\n"
        "  prévue  lundi 4 mai 2026 à 14 h 30  Vérifier que les DSN ont été"
        " corrigées\n"
        "Rien n’a été enregistré (--dry-run).\n"
    )
    assert schedule("due").stdout.count("reminder|") == 0
    saved = schedule("follow-up", *options)
    assert "--dry-run" not in saved.stdout
    assert schedule("due").stdout.count("reminder|") == 3
    again = schedule("follow-up", *options)
    assert again.stdout.count("déjà prévue") == 3
    assert schedule("due").stdout.count("reminder|") == 3


def test_another_choice_cancels_what_the_first_started(config: Path) -> None:
    day = ("--on", "2026-04-02")
    schedule("follow-up", SIREN, "--choose", "echange=injoignable", *day)
    changed = schedule(
        *("follow-up", SIREN, "--choose", "echange=joint", *day, "--format", "json")
    )
    found = json.loads(changed.stdout)
    assert (found["added"], found["kept"], found["saved"]) == ([], [], True)
    assert [each["rule"] for each in found["cancelled"]] == ["rappel", "rappel"]
    assert "choix modifié" in schedule("due", "--state", "cancelled").stdout
    nothing = schedule("follow-up", SIREN, "--choose", "echange=joint")
    assert "Aucune relance ne découle" in nothing.stdout


def test_follow_ups_follow_the_calendar_of_the_territory(config: Path) -> None:
    options = ("--on", "2026-05-25", "--territory", "guadeloupe", "--format", "json")
    done = schedule("follow-up", SIREN, "--choose", "echange=injoignable", *options)
    first = json.loads(done.stdout)["added"][0]
    # The 25th is Whit Monday, the 27th the abolition of slavery.
    assert first["due_at"] == "2026-05-28T13:00:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((SIREN, "--choose", "echange"), "no choice such as echange=message"),
        ((SIREN, "--choose", "a=1", "--choose", "a=2"), "two values are chosen"),
        ((SIREN, "--choose", "a=1", "--on", "demain"), "no date such as"),
        ((SIREN, "--choose", "a=1", "--territory", "corse"), "there are metropole"),
        (("123456789", "--choose", "a=1"), "not a SIREN"),
        ((SIREN,), "Missing option '--choose'"),
    ],
)
def test_a_wrong_follow_up_is_a_usage_error(
    config: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = schedule("follow-up", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_menu_that_no_rule_looks_at_is_told(config: Path) -> None:
    result = schedule("follow-up", SIREN, "--choose", "motif=x", "--dry-run")
    assert "No rule looks at the menu «motif»; rules look at: echange, suite." in (
        result.stderr
    )


def test_a_rule_of_the_configuration_may_not_hide_that_of_a_plugin(
    config: Path, site: Site
) -> None:
    code = """
    import miroir

    @miroir.hookimpl
    def miroir_followups():
        return [miroir.FollowUpRule(
            name="rappel", when={"m": ("v",)}, after=("1 day",),
            purpose="p", label="l")]
    """
    site.install("miroir-gps-acme", {"gps_acme": code})
    result = schedule("follow-up", SIREN, "--choose", "a=1")
    assert result.exit_code == 4
    assert "schedule.followups.rappel: a plugin has a rule of this name" in (
        result.stderr
    )
    assert miroir("config", "check").stderr == result.stderr


def test_config_check_tells_names_of_nothing(config: Path) -> None:
    assert miroir("config", "check").exit_code == 0
    drop_in = config.parent / "conf.d" / "z.toml"
    drop_in.write_text('[schedule.sources.adhesion]\nrhythm = "off"\n')
    result = miroir("config", "check")
    assert result.exit_code == 4
    assert "schedule.sources.adhesion: no such source; did you mean adhesions?" in (
        result.stderr
    )


def test_rows_are_listed_cancelled_and_tried_again(config: Path) -> None:
    due = due_on(
        date(2030, 3, 4),
        clock_time(9),
        "Europe/Paris",
        rule="r",
        subject=Subject(kind="dossier", id="42"),
        purpose="relance",
        label="Relancer",
    )
    with opened(load_settings(config)) as ready, ready.store.write() as tables:
        tables.dues.add([due], datetime.now(UTC))
        tables.dues.park(due.key, "a defect", datetime.now(UTC))
    parked = schedule("due", "--subject", "dossier:42")
    assert "parked" in parked.stdout and "Relancer (a defect)" in parked.stdout
    assert schedule("retry", due.key).exit_code == 0
    rows = json.loads(schedule("due", "--format", "json").stdout)["due"]
    assert [(row["key"], row["state"]) for row in rows] == [(due.key, "pending")]
    assert schedule("cancel", due.key, "--reason", "corrigé").exit_code == 0
    gone = schedule("cancel", due.key, "--reason", "corrigé")
    assert gone.exit_code == 1 and "Nothing waits under the key" in gone.stderr
    assert schedule("due", "--subject", "42").exit_code == 2


def test_verify_compares_results_with_their_anchors(config: Path) -> None:
    done = schedule("verify")
    assert (done.exit_code, done.stdout) == (0, "0 anchors, 0 results covered\n")
    (config.parent / "anchors.log").write_text("1 2026-01-01T00:00:00Z run=1\n")
    broken = schedule("verify")
    assert broken.exit_code == 1
    assert "is in the file and not in the store" in broken.stderr


def test_run_works_until_it_is_stopped(config: Path) -> None:
    """In this process: the main thread is stopped by a real signal."""

    def stop() -> None:
        end = time.monotonic() + 30
        while schedule_live(config) is None and time.monotonic() < end:
            time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGTERM)

    stopping = threading.Thread(target=stop)
    stopping.start()
    result = schedule("run")
    stopping.join()
    assert result.exit_code == 0, result.output
    assert schedule_live(config) is None


def schedule_live(config: Path) -> str | None:
    with opened(load_settings(config)) as ready, ready.store.read() as tables:
        lease = tables.leases.of(LEASE)
    return lease.owner if lease and lease.owner and lease.beat_at else None


def test_jobs_left_behind_end_the_process_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes: list[int] = []
    monkeypatch.setattr(commands, "_exit_at_once", codes.append)
    commands._leave(())
    commands._leave(("sync:depot",))
    commands._leave(None)
    assert codes == [0, 1]
    assert "to be run again: sync:depot" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stopping", "left"), [("run.stopping()", False), ("False", True)]
)
def test_sigterm_ends_a_real_scheduler_cleanly(
    config: Path, site: Site, stopping: str, left: bool
) -> None:
    code = SLOW.replace("{stopping}", stopping)
    site.install("miroir-gps-acme", {"acme_slow": code})
    run = "import sys; from miroir.cli import main; sys.argv[0] = 'miroir'; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", run, "schedule", "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(site.folder)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "slow began\n"
    begun = time.monotonic()
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert time.monotonic() - begun < 15
    assert ("to be run again: slow" in errors) is left
    assert "Traceback" not in errors
    # The lease was given back: the next one need not wait for its end.
    assert schedule_live(config) is None
