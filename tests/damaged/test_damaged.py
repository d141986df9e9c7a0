"""Whatever is given, `miroir analyse` says what is wrong, where, what to do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from miroir.cli import main
from miroir.declaration.reader import read_dsn
from miroir.testing.payroll import Habits, make_company
from miroir.types.source import ReceivedFile

from tests.damaged.corpus import corpus
from tests.damaged.good import READ, REFUSED, Damage, good
from tests.damaged.values import WRONG_NIRS

EVERY = pytest.mark.parametrize("damage", corpus(), ids=lambda damage: damage.name)
IN_A_PROCESS = pytest.mark.parametrize(
    "damage", corpus()[:: len(corpus()) // 10][:10], ids=lambda damage: damage.name
)
MIROIR = Path(sys.executable).with_name("miroir")
_PERSONAL = re.compile(r"S21\.G00\.30\.00[12],'(.+)'")


def personal_values() -> set[str]:
    """NIRs and family names of the people in the files."""
    found = set(_PERSONAL.findall(good().decode("iso-8859-1")))
    assert len(found) > 5
    return found | {value for value, _ in WRONG_NIRS.values()}


def check(damage: Damage, status: int, output: str, errors: str) -> None:
    assert "Traceback" not in output + errors
    assert not [v for v in personal_values() if v in output + errors]
    document = json.loads(output)
    assert document["schema"] == "miroir.analysis/1"
    if damage.expected == READ:
        assert status == 0
        assert statuses(document) - {"rejected"}
    else:
        assert status == 1
        assert statuses(document) <= {"rejected"}
        check_refusals(document, damage.name)


def statuses(document: Mapping[str, list[dict[str, list[dict[str, str]]]]]) -> set[str]:
    return {
        declaration["status"]
        for company in document["companies"]
        for declaration in company["declarations"]
    }


def check_refusals(document: Mapping[str, list[dict[str, object]]], name: str) -> None:
    assert document["rejected"]
    for refusal in document["rejected"]:
        assert str(refusal["file"]).endswith(f"{name}.dsn")
        assert isinstance(refusal["line"], int) and refusal["line"] >= 0
        assert re.fullmatch(r"[A-Z][A-Z0-9_]+", str(refusal["code"]))
        assert refusal["reason"]
        assert refusal["remedy"]


def written(damage: Damage, folder: Path) -> Path:
    path = folder / f"{damage.name}.dsn"
    path.write_bytes(damage.content)
    return path


def test_there_are_many_of_them_and_the_good_one_is_good() -> None:
    assert len(corpus()) >= 100
    assert read_dsn(ReceivedFile.of("good.dsn", good())).refusals == ()
    assert all(d.why for d in corpus() if d.expected == READ)
    assert {d.expected for d in corpus()} == {READ, REFUSED}
    assert all(d.content != good() for d in corpus())


@EVERY
def test_analyse_reads_or_refuses(damage: Damage, tmp_path: Path) -> None:
    path = written(damage, tmp_path)
    result = CliRunner().invoke(main, ["analyse", str(path), "--format", "json"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    check(damage, result.exit_code, result.stdout, result.stderr)


@IN_A_PROCESS
def test_the_command_itself(damage: Damage, tmp_path: Path) -> None:
    path = written(damage, tmp_path)
    command = [str(MIROIR), "analyse", str(path), "--format", "json"]
    done = subprocess.run(command, check=False, capture_output=True, timeout=60)
    check(damage, done.returncode, done.stdout.decode(), done.stderr.decode())


@EVERY
def test_the_reason_is_the_one_expected(damage: Damage) -> None:
    reading = read_dsn(ReceivedFile.of("given.dsn", damage.content))
    told = [*reading.refusals, *reading.observations]
    if damage.code:
        assert damage.code in {each.code for each in told}
    lines = damage.content.count(b"\n") + 1
    assert all(0 <= each.line <= lines for each in told)
    texts = " ".join(f"{each.reason} {each.remedy}" for each in told)
    assert not [value for value in personal_values() if value in texts]


def test_a_good_file_beside_a_bad_one_is_still_read(tmp_path: Path) -> None:
    (tmp_path / "good.dsn").write_bytes(good())
    written(corpus()[3], tmp_path)
    result = CliRunner().invoke(main, ["analyse", str(tmp_path), "--format", "json"])
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert statuses(document) == {"current"}
    check_refusals(document, corpus()[3].name)


def test_one_bad_declaration_leaves_the_others(tmp_path: Path) -> None:
    made = make_company(21, 2026, 1, 6, Habits(), establishments=2, simple=True)
    content = made.files[0][1]
    spoilt = content.replace(b"S20.G00.05.003,'11'", b"S20.G00.05.003,'00'", 1)
    assert spoilt != content
    path = tmp_path / "two.dsn"
    path.write_bytes(spoilt)
    result = CliRunner().invoke(main, ["analyse", str(path), "--format", "json"])
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert "current" in statuses(document)
    assert [r["code"] for r in document["rejected"]] == ["VALUE_INVALID"]
