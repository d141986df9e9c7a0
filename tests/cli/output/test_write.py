"""Where the output goes: the standard output, or a file that is whole."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from miroir.cli.output import FORMATS, write
from miroir.types.diagnosis import Analysis
from miroir.types.identity import PersonNumber

from tests.cli.output.analyses import name_of, whole


def run(format: str, out: Path | None = None) -> Result:
    @click.command()
    def command() -> None:
        write(whole(), format, name_of, out)

    return CliRunner().invoke(command)


@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_results_go_to_the_standard_output(format: str) -> None:
    result = run(format)
    assert result.exit_code == 0
    assert "e-aaaaaaaaaaaaaaaa" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_holds_what_the_output_would(format: str, tmp_path: Path) -> None:
    out = tmp_path / "analyse"
    result = run(format, out)
    assert (result.exit_code, result.output) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["analyse"]
    if format == "xlsx":
        assert out.read_bytes().startswith(b"PK")
    else:
        assert out.read_bytes() == run(format).stdout_bytes


def test_a_workbook_needs_a_file() -> None:
    result = run("xlsx")
    assert result.exit_code == 2
    assert "-o FILE" in result.stderr


def test_a_path_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    result = run("json", tmp_path / "absent" / "a.json")
    assert result.exit_code == 2
    assert "absent/a.json: cannot be written (No such file or directory)" in (
        result.stderr.replace("\n", "")
    )


def test_an_output_that_fails_leaves_the_former_file(tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    out.write_text("before")

    def failing(person: PersonNumber) -> str:
        raise KeyError("no name")

    with pytest.raises(KeyError):
        write(whole(), "json", failing, out)
    assert out.read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_new_file_has_ordinary_rights(tmp_path: Path) -> None:
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.touch()
    run("json", ours)
    assert stat.S_IMODE(ours.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_an_unknown_format_is_a_usage_error() -> None:
    assert run("yaml").exit_code == 2


def test_the_tolerance_can_be_widened(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    write(whole(), "json", name_of, None, tolerance=5000)
    found = json.loads(capfdbinary.readouterr().out)
    assert [len(one["gaps"]) for one in found["companies"]] == [0, 1]
    assert found["tolerance"] == "50.00"


def test_an_empty_analysis_has_its_four_forms(tmp_path: Path) -> None:
    empty = Analysis(companies=(), refusals=())
    for format in FORMATS:
        write(empty, format, name_of, tmp_path / format)
        assert (tmp_path / format).stat().st_size > 0
