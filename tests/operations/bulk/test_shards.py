"""Shards: the same bytes however, wherever and how often they are worked."""

from __future__ import annotations

from pathlib import Path

import pytest
from miroir.errors import MiroirError, NothingFound, StoreError
from miroir.operations.bulk.assembling import assemble, prepare
from miroir.operations.bulk.executors import Local
from miroir.operations.bulk.plan import read_plan
from miroir.operations.bulk.running import shards_for, shards_found, specs_for
from miroir.operations.bulk.shard import ShardSpec, run_shard
from miroir.testing.payroll import SimulatedCompany
from miroir.types.period import Month

from tests.operations.bulk.places import BulkPlace, differences

MARCH = Month(2026, 3)
Companies = tuple[SimulatedCompany, ...]


def twin(place: BulkPlace, folder: Path, companies: Companies) -> BulkPlace:
    """Another place with the same keys and the same files."""
    adhesions = [each.adhesions_csv for each in companies]
    made = BulkPlace(folder, adhesions, keys=place.settings.keys.file)
    made.receive([file for each in companies for file in each.files])
    return made


def manifests(place: BulkPlace) -> list[str]:
    return [batch.manifest for batch in place.batches()]


def spec(
    place: BulkPlace, shard: int, shards: int, *, resume: bool = False
) -> ShardSpec:
    return ShardSpec(
        layout=place.layout, period=MARCH, shard=shard, shards=shards, resume=resume
    )


@pytest.mark.parametrize("range_rows", [1, 5])
def test_rows_on_the_disk_give_the_same_bytes(
    place: BulkPlace, tmp_path: Path, companies: Companies, range_rows: int
) -> None:
    other = twin(place, tmp_path / "other", companies)
    place.run("2026-03", shards=2)
    other.run("2026-03", shards=2, range_rows=range_rows)
    assert manifests(place) == manifests(other)
    assert len(manifests(place)) == 3
    assert list(other.layout.scratch.iterdir()) == []


def test_a_month_worked_twice_gives_the_same_bytes(place: BulkPlace) -> None:
    first = place.run("2026-03")
    found = manifests(place)
    again = place.run("2026-03")
    assert [str(month.period) for month in first] == ["2026-01", "2026-02", "2026-03"]
    assert [str(month.period) for month in again] == ["2026-03"]
    assert manifests(place) == found


def test_a_file_that_opens_with_an_employee_changes_nothing_for_the_others(
    place: BulkPlace, companies: Companies
) -> None:
    _, content = companies[0].files[0]
    start = content.index(b"S21.G00.30.001")
    stray = content[start : content.index(b"S90.G00.90")]
    whole = place.run("2026-03")[0].figures
    place.receive([("0-stray.dsn", stray + content), ("zz-stray.dsn", stray)])
    again = place.run("2026-03")[0]
    assert {each.code for each in again.unprocessed} == {"OUTSIDE_ENVELOPE"}
    assert again.figures["employees"] == whole["employees"]
    assert again.figures["gaps"] == whole["gaps"]


def test_any_number_of_shards_gives_the_same_lines(
    place: BulkPlace, tmp_path: Path, companies: Companies
) -> None:
    other = twin(place, tmp_path / "other", companies)
    one = place.run("2026-03")
    other.run("2026-02", shards=3)
    seven = other.run("2026-03", shards=7)
    assert one[-1].figures == seven[-1].figures
    assert differences(place.lines(), other.lines()) == []
    assert differences(place.lines(), place.reference("2026-03")) == []


def test_two_processes_do_as_one(
    place: BulkPlace, tmp_path: Path, companies: Companies
) -> None:
    other = twin(place, tmp_path / "other", companies)
    place.run("2026-03", shards=4)
    plan = prepare(other.settings, MARCH)
    specs = list(specs_for(other.layout, plan, 4, resume=False))
    results = list(Local(2).run(specs))
    assert sorted(own[0].shard for own in results) == [0, 1, 2, 3]
    assemble(other.settings, plan, 4)
    assert manifests(other) == manifests(place)


def test_a_missing_shard_refuses_the_publication(place: BulkPlace) -> None:
    plan = prepare(place.settings, MARCH)
    for shard in (0, 2):
        run_shard(spec(place, shard, 3))
    with pytest.raises(MiroirError, match="no result of shard 1/3 of 2026-01"):
        assemble(place.settings, plan, 3)
    assert place.batches() == ()
    run_shard(spec(place, 1, 3))
    assert shards_found(place.layout, plan) == 3
    assemble(place.settings, plan, 3)
    assert len(place.batches()) == 3


def test_results_of_other_inputs_are_not_assembled(
    place: BulkPlace, companies: Companies
) -> None:
    plan = prepare(place.settings, MARCH)
    run_shard(spec(place, 0, 1))
    name, content = companies[0].files[-1]
    changed = content.replace(b"\r\n", b"\n").replace(b"'PAIE", b"'AUTRE PAIE")
    place.receive([(f"again-{name}", changed + b"\n")])
    later = prepare(place.settings, MARCH)
    assert later.months[-1].inputs != plan.months[-1].inputs
    with pytest.raises(MiroirError, match="inputs of the plan"):
        assemble(place.settings, later, 1)
    assert place.batches() == ()


def test_several_numbers_of_shards_are_not_confused(place: BulkPlace) -> None:
    plan = prepare(place.settings, MARCH)
    with pytest.raises(MiroirError, match="no shard of 2026-03 was worked"):
        shards_found(place.layout, plan)
    run_shard(spec(place, 0, 1))
    run_shard(spec(place, 0, 2))
    with pytest.raises(MiroirError, match="worked in 1, 2 shards"):
        shards_found(place.layout, plan)
    assemble(place.settings, plan, 1)


def test_resuming_keeps_what_is_done(place: BulkPlace) -> None:
    prepare(place.settings, MARCH)
    done = run_shard(spec(place, 0, 1))
    folder = place.layout.result("2026-03", 0, 1, "").parent
    (path,) = folder.iterdir()
    before = path.stat().st_mtime_ns
    assert run_shard(spec(place, 0, 1, resume=True)) == done
    assert path.stat().st_mtime_ns == before
    run_shard(spec(place, 0, 1))
    assert path.stat().st_mtime_ns != before


def test_without_a_plan_a_shard_says_what_to_do(place: BulkPlace) -> None:
    with pytest.raises(NothingFound, match="--prepare"):
        run_shard(spec(place, 0, 1))
    with pytest.raises(NothingFound, match="no file was received for this month"):
        prepare(place.settings, Month(2026, 4))


def test_the_key_file_is_the_one_of_the_plan(place: BulkPlace, tmp_path: Path) -> None:
    prepare(place.settings, MARCH)
    other = BulkPlace(tmp_path / "other")
    place.settings.keys.file.chmod(0o600)
    place.settings.keys.file.write_bytes(other.settings.keys.file.read_bytes())
    with pytest.raises(MiroirError, match="give every machine the same one"):
        run_shard(spec(place, 0, 1))


def test_a_segment_that_is_lost_is_named(place: BulkPlace) -> None:
    (segment,) = place.layout.segments.folder.glob("*.segment")
    prepare(place.settings, MARCH)
    segment.rename(segment.with_suffix(".away"))
    with pytest.raises(StoreError, match=rf"{segment.name}: .*restore them"):
        run_shard(spec(place, 0, 1))
    segment.with_suffix(".away").rename(segment)
    assert run_shard(spec(place, 0, 1))


def test_the_number_of_shards_follows_the_size(place: BulkPlace) -> None:
    plan = prepare(place.settings, MARCH)
    assert read_plan(place.layout, MARCH) == plan
    assert shards_for(plan) == 1
    assert shards_for(plan, workers=3) == 16
    assert shards_for(plan, workers=1000) == 256
