"""Miroir's own jobs: sources held or failing, companies diagnosed, anchors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import pytest
from miroir.config.loading import load_settings
from miroir.dossier.model import Channel, Signal
from miroir.errors import (
    ConfigurationError,
    LeaseLost,
    NothingFound,
    SourceUnavailable,
    StoreError,
)
from miroir.operations import sync as syncing
from miroir.operations.dossiers import commitments
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.intake import receive
from miroir.operations.schedule import builtin
from miroir.operations.schedule.builtin import Stopped
from miroir.operations.schedule.handing import LEASE
from miroir.operations.schedule.jobs import scheduled_jobs
from miroir.operations.schedule.once import run_once
from miroir.operations.schedule.outlook import coming, outlook
from miroir.operations.schedule.verifying import verify
from miroir.operations.sync import collect
from miroir.operations.workplace import Workplace, opened
from miroir.schedule.dues import due_on
from miroir.store.schedule.jobs import RunState
from miroir.types.schedule import JobRun, Subject
from miroir.types.source import CollectRequest, DsnSource, ReceivedFile

from tests.operations.conftest import Place
from tests.plugins.distributions import Site

PLUGIN = """
import miroir

def work(run):
    return f"{run.job} worked"

def stop(run):
    raise SystemExit(3)

@miroir.hookimpl
def miroir_jobs():
    return [
        miroir.Job(name="acme", rhythm="daily 06:30", run=work),
        miroir.Job(name="acme-stop", rhythm="off", run=stop),
    ]
"""


def run(stopping: bool = False) -> JobRun:
    return JobRun(
        job="j",
        occurrence="o",
        due_at=datetime.now(UTC),
        stopping=lambda: stopping,
    )


def configure(place: Place, text: str) -> None:
    place.config.write_text(place.config.read_text() + text)


def halve(path: Path) -> None:
    """Cut a table file as a broken transfer does, at the end of a line."""
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: 1 + len(lines[1:]) // 2]))


def test_a_source_that_shrinks_is_held_until_it_is_released(
    place: Place, workplace: Workplace
) -> None:
    source = workplace.sources["adhesions"]
    whole = collect(workplace, source)
    assert (whole.size, whole.held) == (3, False)
    halve(place.folder / "adhesions.csv")
    held = collect(workplace, source)
    assert held.held
    assert "it gives 1 instead of 3" in held.error
    assert "miroir schedule release adhesions" in held.error
    with workplace.store.read() as tables:
        # Nothing of the file was taken.
        assert len(tables.adhesions.conditions_of(place.company.siren)) == 3
        assert tables.files.pending("adhesions") == ()
    (place.folder / "adhesions.csv").write_bytes(place.company.adhesions_csv)
    assert collect(workplace, source).held, "held until a person releases it"
    with workplace.store.write() as tables:
        tables.watches.release("adhesions", "ana", datetime.now(UTC))
    released = collect(workplace, source)
    assert (released.error, released.size) == ("", 3)


def test_a_drop_with_much_fewer_files_is_held(
    place: Place, workplace: Workplace
) -> None:
    place.deliver()
    assert collect(workplace, workplace.sources["depot"]).size == 4
    for path in sorted(place.drop.iterdir())[:1]:
        path.unlink()
    report = collect(workplace, workplace.sources["depot"])
    assert report.held and "3 instead of 4" in report.error


def test_how_much_a_source_may_lose_is_a_setting(place: Place) -> None:
    configure(place, "[schedule.sources.depot]\nshrink_percent = 25\n")
    place.deliver()
    with opened(load_settings(place.config)) as workplace:
        collect(workplace, workplace.sources["depot"])
        for path in sorted(place.drop.iterdir())[:1]:
            path.unlink()
        assert collect(workplace, workplace.sources["depot"]).error == ""


def test_a_file_of_unknown_columns_is_refused_and_holds_nothing(
    place: Place, workplace: Workplace
) -> None:
    source = workplace.sources["adhesions"]
    collect(workplace, source)
    (place.folder / "adhesions.csv").write_text("a;b\n1;2\n")
    report = collect(workplace, source)
    assert (report.size, report.held) == (None, False)
    assert [refusal.code for refusal in report.refusals] == ["COLUMNS_UNKNOWN"]


@dataclass(frozen=True, kw_only=True)
class Increments(DsnSource):
    """Gives what is new after its cursor, and says how much there is in all."""

    contents: list[bytes]
    sizes: list[int]

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        for rank, content in enumerate(self.contents[int(request.cursor or 0) :]):
            yield ReceivedFile.of(f"{rank}.dsn", content)

    def next_cursor(self) -> str:
        return str(len(self.contents))

    def size(self) -> int | None:
        return self.sizes[0] if self.sizes else None


def test_a_source_that_gives_only_what_is_new_is_judged_by_what_it_says(
    place: Place, workplace: Workplace
) -> None:
    files = [content for _, content in place.company.files]
    source = Increments(contents=files[:3], sizes=[])
    configured = replace(workplace.sources["depot"], name="api", source=source)
    assert (collect(workplace, configured).given, source.size()) == (3, None)
    source.contents.append(files[3])
    increment = collect(workplace, configured)
    # One file after three is no shrinking: it is the next increment.
    assert (increment.given, increment.new, increment.held) == (1, 1, False)
    source.sizes.append(100)
    assert collect(workplace, configured).size == 100
    source.sizes[0] = 79
    held = collect(workplace, configured)
    assert held.held and "79 instead of 100" in held.error


def test_sources_are_collected_and_their_companies_diagnosed(
    place: Place, workplace: Workplace
) -> None:
    place.deliver()
    jobs = scheduled_jobs(workplace)
    assert jobs["sync:depot"].run(run()) == (
        "4 files given, 4 new, 1 companies, 0 refusals"
    )
    assert jobs["diagnose"].run(run()) == "1 companies diagnosed"
    assert jobs["diagnose"].run(run()) == "0 companies diagnosed"
    # New conditions are something new too.
    jobs["sync:adhesions"].run(run())
    assert jobs["diagnose"].run(run()) == "1 companies diagnosed"
    with workplace.store.read() as tables:
        history = tables.results.history(place.company.siren)
    assert [each.trigger for each in history] == ["schedule", "schedule"]


def test_a_held_source_is_no_failure_that_is_tried_again(
    place: Place, workplace: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = scheduled_jobs(workplace)
    jobs["sync:adhesions"].run(run())
    halve(place.folder / "adhesions.csv")
    assert "held since" in str(jobs["sync:adhesions"].run(run()))
    assert "held since" in caplog.text


def test_a_source_that_fails_raises(place: Place, workplace: Workplace) -> None:
    (place.folder / "adhesions.csv").unlink()
    with pytest.raises(Exception, match="no such file"):
        scheduled_jobs(workplace)["sync:adhesions"].run(run())


def test_refusals_are_logged(
    place: Place, workplace: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    (place.drop / "note.txt").write_text("bonjour")
    scheduled_jobs(workplace)["sync:depot"].run(run())
    assert "NOT_A_DSN" in caplog.text


def test_jobs_stop_between_two_files_and_two_companies(
    place: Place, workplace: Workplace
) -> None:
    place.deliver()
    jobs = scheduled_jobs(workplace)
    with pytest.raises(Stopped):
        jobs["sync:depot"].run(run(stopping=True))
    jobs["sync:depot"].run(run())
    with pytest.raises(Stopped):
        jobs["diagnose"].run(run(stopping=True))
    assert jobs["diagnose"].run(run()) == "1 companies diagnosed"


@pytest.mark.parametrize("error", [SourceUnavailable("no file"), KeyError("x")])
def test_a_company_that_cannot_be_diagnosed_is_set_aside(
    place: Place,
    workplace: Workplace,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    place.deliver()
    collect(workplace, workplace.sources["depot"])

    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(builtin, "reprocess", fail)
        said = builtin.diagnose(workplace, run())
    assert said == "0 companies diagnosed, 1 failed and will be tried again"
    assert outlook(workplace).companies_failing == 1
    assert builtin.diagnose(workplace, run()) == "0 companies diagnosed"
    with workplace.store.write() as tables:
        tables.inputs.changed([place.company.siren], datetime.now(UTC))
    assert builtin.diagnose(workplace, run()) == "1 companies diagnosed"
    assert outlook(workplace).companies_failing == 0


def test_a_commitment_that_brings_no_declaration_is_measured_all_the_same(
    place: Place, workplace: Workplace
) -> None:
    place.deliver()
    collect(workplace, workplace.sources["depot"])
    now, siren = workplace.clock(), place.company.siren
    with workplace.store.write() as tables:
        desk = Desk(tables=tables, actor="conseil", now=now, rules=workplace.rules)
        receive(desk, Signal(key="k", channel=Channel.ADVISER, at=now, siren=siren))
    assert builtin.diagnose(workplace, run()) == "1 companies diagnosed"
    with workplace.store.write() as tables:
        desk = Desk(tables=tables, actor="conseil", now=now, rules=workplace.rules)
        day = commitments.proposed_days(desk, siren)[0]
        commitments.commit(desk, siren, "déclarer la CET", day, "Mme Durand")
    assert builtin.diagnose(workplace, run()) == "0 companies diagnosed"
    late = replace(workplace, clock=lambda: now + timedelta(days=120))
    said = builtin.diagnose(late, run())
    assert said == "0 companies diagnosed, 1 commitments measured"
    assert builtin.diagnose(late, run()) == "0 companies diagnosed"


def test_a_database_that_fails_blames_no_company(
    place: Place, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.deliver()
    collect(workplace, workplace.sources["depot"])

    def away(*_: object, **__: object) -> None:
        raise StoreError("away")

    monkeypatch.setattr(builtin, "reprocess", away)
    with pytest.raises(StoreError):
        builtin.diagnose(workplace, run())
    assert outlook(workplace).companies_failing == 0


def test_results_are_anchored_in_the_store_and_in_a_file(
    place: Place, workplace: Workplace
) -> None:
    place.deliver()
    jobs = scheduled_jobs(workplace)
    assert jobs["anchor"].run(run()) == "no new result"
    jobs["sync:depot"].run(run())
    jobs["diagnose"].run(run())
    assert "1 new results" in str(jobs["anchor"].run(run()))
    assert jobs["anchor"].run(run()) == "no new result"
    assert verify(workplace).problems == ()
    file = workplace.settings.schedule.anchors
    kept = file.read_text()
    assert kept.count("\n") == 1
    # As a crash in the middle of the line leaves it.
    file.write_text(kept[:30])
    (missing, strange) = sorted(verify(workplace).problems)
    assert "is not in the store" in missing or "in the file" in missing
    assert strange
    assert jobs["anchor"].run(run()) == "1 anchors written"
    assert file.read_text().splitlines()[-1] == kept.strip()


def test_what_ended_long_ago_is_purged(workplace: Workplace) -> None:
    due = due_on(
        date(2020, 3, 2),
        clock_time(9),
        "Europe/Paris",
        rule="r",
        subject=Subject(kind="dossier", id="1"),
        purpose="p",
    )
    with workplace.store.write() as tables:
        tables.dues.add([due], due.due_at)
        tables.dues.cancel_key(due.key, "x", due.due_at)
    said = scheduled_jobs(workplace)["purge"].run(run())
    assert said == "1 rows that ended more than 400 days ago forgotten"


def test_jobs_of_plugins_run_at_the_rhythm_of_the_configuration(
    place: Place, site: Site
) -> None:
    site.install("miroir-gps-acme", {"acme_jobs": PLUGIN})
    configure(place, '[schedule.jobs]\nacme = "off"\n')
    with opened(load_settings(place.config)) as workplace:
        jobs = scheduled_jobs(workplace)
        assert (jobs["acme"].written, jobs["acme"].provider) == ("off", "acme_jobs")
        assert jobs["acme"].run(run()) == "j worked"
        with pytest.raises(Exception, match=r"miroir-gps-acme 1\.0"):
            jobs["acme-stop"].run(run())


def test_a_plugin_cannot_take_the_name_of_a_job(place: Place, site: Site) -> None:
    code = PLUGIN.replace('"acme"', '"purge"')
    site.install("miroir-gps-acme", {"acme_jobs": code})
    with (
        opened(load_settings(place.config)) as workplace,
        pytest.raises(ConfigurationError, match="the job 'purge', which Miroir has"),
    ):
        scheduled_jobs(workplace)


def test_names_of_nothing_are_refused(place: Place) -> None:
    configure(
        place,
        '[schedule.sources.depo]\nrhythm = "off"\n[schedule.jobs]\nacme = "off"\n',
    )
    with (
        opened(load_settings(place.config)) as workplace,
        pytest.raises(ConfigurationError) as caught,
    ):
        scheduled_jobs(workplace)
    first, second = caught.value.problems
    assert "schedule.sources.depo: no such source; did you mean depot?" in first
    assert "schedule.jobs.acme: no such job of a plugin; there are none" in second


def test_what_is_due_is_run_once_and_nothing_twice(
    place: Place, workplace: Workplace
) -> None:
    place.deliver()
    first = run_once(workplace)
    assert not first.failed
    assert {job.name for job in first.jobs} == set(scheduled_jobs(workplace))
    assert {job.state for job in first.jobs} == {RunState.DONE}
    asked = run_once(workplace, ["purge"])
    assert [job.name for job in asked.jobs] == ["purge"]
    with pytest.raises(
        NothingFound, match=r"No job is named purj\. Jobs: adhesion, anchor"
    ):
        run_once(workplace, ["purj"])


def test_run_once_tells_a_job_that_failed(place: Place, workplace: Workplace) -> None:
    (place.folder / "adhesions.csv").unlink()
    done = run_once(workplace, ["sync:adhesions"])
    assert done.failed
    assert "no such file" in done.jobs[0].outcome


def test_run_once_is_refused_while_a_scheduler_is_live(workplace: Workplace) -> None:
    with workplace.store.write() as tables:
        tables.leases.take(LEASE, "host:1:abc", timedelta(seconds=60))
    with pytest.raises(LeaseLost, match=r"live \(host:1:abc\)"):
        run_once(workplace)


def test_the_outlook_tells_lag_failures_and_holds(
    place: Place, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "ATTEMPTS", 1)
    place.deliver()
    before = outlook(workplace)
    assert not before.live
    assert all(line.behind and line.lag is None for line in before.sources)
    run_once(workplace, ["sync:depot", "sync:adhesions"])
    after = {line.source.source: line for line in outlook(workplace).sources}
    assert not any(line.behind for line in after.values())
    assert after["depot"].watch.size == 4
    assert after["depot"].lag is not None and after["depot"].lag < timedelta(minutes=1)
    (place.folder / "adhesions.csv").unlink()
    run_once(workplace, ["sync:adhesions"])
    failing = {line.source.source: line for line in outlook(workplace).sources}
    state = failing["adhesions"].job.state
    assert state is not None and state.failures == 1
    following = failing["adhesions"].job.next
    assert following is not None and state.retry_at is not None
    assert following <= state.retry_at


def test_what_comes_is_told_in_order(workplace: Workplace) -> None:
    found = coming(workplace, 30)
    assert len(found) == 30
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert {each.what for each in found} >= {"sync:depot", "diagnose"}


def test_what_never_comes_by_itself_is_not_told_as_coming(place: Place) -> None:
    configure(
        place,
        '[schedule]\nsync = "off"\nanchor = "off"\ntrace = "off"\ndiagnose = "off"\n'
        'adhesion = "off"\n',
    )
    with opened(load_settings(place.config)) as workplace:
        due = due_on(
            date(2035, 3, 2),
            clock_time(9),
            "Europe/Paris",
            rule="r",
            subject=Subject(kind="dossier", id="1"),
            purpose="relance",
            label="Relancer",
        )
        with workplace.store.write() as tables:
            tables.dues.add([due], datetime.now(UTC))
        found = coming(workplace, 3)
        assert [each.what for each in found[:2]] == ["purge", "purge"]
        lines = {line.job.name: line for line in outlook(workplace).jobs}
        assert lines["anchor"].next is None
        assert not any(source.behind for source in outlook(workplace).sources)
        # Run on demand all the same.
        assert not run_once(workplace, ["anchor"]).failed


def test_a_campaign_cut_in_half_is_held(place: Place) -> None:
    lines = [f"999000243;2026-0{month};1,00;2,00\n" for month in range(1, 7)]
    path = place.folder / "campagne.csv"
    path.write_text("".join(["SIREN;Mois;Montant déclaré;Montant calculé\n", *lines]))
    configure(
        place,
        '[sources.campagne]\nconnector = "campaign-file"\npath = "campagne.csv"\n'
        'campaign = "2026"\n[sources.campagne.columns]\nsiren = "SIREN"\n'
        'period = "Mois"\n',
    )
    with opened(load_settings(place.config)) as workplace:
        source = workplace.sources["campagne"]
        assert collect(workplace, source).size == 6
        halve(path)
        assert collect(workplace, source).held
        with workplace.store.read() as tables:
            assert len(tables.campaigns.lines_of("999000243")) == 6
