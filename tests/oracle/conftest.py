"""Two published models of French social law, run live in `tox -e oracle`.

Elsewhere they are not installed and the tests are skipped, saying so. In that
environment, MIROIR_REQUIRE_SERVICES=1 makes a missing model a failure.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest

from tests.oracle.grid import Point, Result

NPM_PACKAGES = ("modele-social@11.1.0", "publicodes@1.10.3")
_SCRIPT = Path(__file__).with_name("modele_social.mjs")
_HERE = os.environ.get("TOX_ENV_NAME") == "oracle"

Model = Callable[[Sequence[Point]], list[Result]]


def _missing(why: str) -> NoReturn:
    if _HERE and os.environ.get("MIROIR_REQUIRE_SERVICES") == "1":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def openfisca() -> None:
    if find_spec("openfisca_france") is None:
        _missing("openfisca-france is not installed: run `tox -e oracle`")


@pytest.fixture(scope="session")
def modele_social(pytestconfig: pytest.Config) -> Model:
    if find_spec("openfisca_france") is None and not _HERE:
        _missing("modele-social is run in `tox -e oracle` only")
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        _missing("node and npm are needed to run modele-social")
    assert pytestconfig.cache is not None
    folder = Path(pytestconfig.cache.mkdir("modele-social"))
    if not (folder / "node_modules" / "modele-social").exists():
        command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
        done = subprocess.run(
            [*command, *NPM_PACKAGES], check=False, capture_output=True, text=True
        )
        if done.returncode:
            _missing(f"npm could not install modele-social: {done.stderr[-300:]}")
    script = folder / _SCRIPT.name  # node looks for packages beside the script
    shutil.copyfile(_SCRIPT, script)
    return lambda points: _run(node, script, points)


def _run(node: str, script: Path, points: Sequence[Point]) -> list[Result]:
    asked = [
        {"year": point.year, "cadre": point.cadre, "salary": str(point.salary)}
        for point in points
    ]
    done = subprocess.run(
        [node, str(script)],
        input=json.dumps(asked),
        check=True,
        capture_output=True,
        text=True,
    )
    return [_result(row) for row in json.loads(done.stdout, parse_float=Decimal)]


def _result(row: dict[str, Decimal | int]) -> Result:
    found = {}
    for key, amount in row.items():
        line, share = key.split()
        found[line, share] = Decimal(amount)
    return found
