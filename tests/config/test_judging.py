"""What [diagnosis] and [sampling] become."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from miroir.config.loading import load_settings
from miroir.errors import ConfigurationError
from miroir.types.diagnosis import Scope
from miroir.types.sampling import USUAL_SIZE, SampleSize
from miroir.types.thresholds import Thresholds


def test_without_a_word_nothing_changes() -> None:
    settings = load_settings(environ={})
    assert settings.sampling.size == USUAL_SIZE
    thresholds = settings.diagnosis.thresholds
    assert set(thresholds.least.values()) == {0}
    assert thresholds.minimum_explained == 0
    assert thresholds.established_explained == 0


def test_every_threshold_is_read() -> None:
    environ = {
        "MIROIR_DIAGNOSIS__LEAST_EMPLOYEES": "1.5",
        "MIROIR_DIAGNOSIS__LEAST_GROUP": "2",
        "MIROIR_DIAGNOSIS__LEAST_COMPANY": "10.05",
        "MIROIR_DIAGNOSIS__LEAST_NATIONAL": "1000",
        "MIROIR_DIAGNOSIS__MINIMUM_EXPLAINED": "0.05",
        "MIROIR_DIAGNOSIS__ESTABLISHED_EXPLAINED": "0.2",
        "MIROIR_DIAGNOSIS__ESTABLISHED_EMPLOYEES": "3",
    }
    assert load_settings(environ=environ).diagnosis.thresholds == Thresholds(
        least={
            Scope.EMPLOYEES: 150,
            Scope.GROUP: 200,
            Scope.COMPANY: 1005,
            Scope.NATIONAL: 100_000,
        },
        minimum_explained=Decimal("0.05"),
        established_explained=Decimal("0.2"),
        established_employees=3,
    )


def test_the_size_of_samples_is_read(tmp_path: Path) -> None:
    file = tmp_path / "miroir.toml"
    file.write_text(
        "[sampling]\nall_below = 3\nlargest = 2\nper_cause = 1\nrandom = 0\n"
        'confidence = "0.9"\n'
        "[diagnosis]\nestablished_employees = 2\nnational_companies = 9\n"
    )
    settings = load_settings(file, environ={})
    assert settings.sampling.size == SampleSize(
        all_below=3, largest=2, per_cause=1, random=0, confidence=Decimal("0.9")
    )
    assert settings.diagnosis.thresholds.established_employees == 2
    assert settings.diagnosis.thresholds.national_companies == 9


@pytest.mark.parametrize(
    "table, line, expected",
    [
        ("diagnosis", "least_group = 1.0", "an amount in euros, in quotes"),
        ("diagnosis", 'least_group = "-1"', "an amount in euros, in quotes"),
        ("diagnosis", 'minimum_explained = "1.1"', "a part in quotes"),
        ("diagnosis", "minimum_explained = 0.5", "a part in quotes"),
        ("diagnosis", "established_employees = 0", "a number, 1 or more"),
        ("diagnosis", "national_companies = 1", "a number, 2 or more"),
        ("sampling", "largest = -1", "as many of the largest gaps"),
        ("sampling", 'random = "trois"', "as many at random"),
        ("sampling", "random = true", "as many at random"),
        ("sampling", 'confidence = "1"', 'between "0" and "1"'),
    ],
)
def test_a_wrong_value_says_what_is_expected(
    tmp_path: Path, table: str, line: str, expected: str
) -> None:
    file = tmp_path / "miroir.toml"
    file.write_text(f"[{table}]\n{line}\n")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(file, environ={})
    (problem,) = caught.value.problems
    assert expected in problem and f"{table}.{line.split(' ')[0]}" in problem
