"""Pages made from the code are the ones that the code makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import make_commands, make_errors, make_parameters, make_settings

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    "page", [make_commands, make_errors, make_parameters, make_settings]
)
def test_the_page_is_up_to_date(page: object) -> None:
    assert isinstance(page, type(make_errors))
    name = page.__name__.rpartition(".")[2]
    assert page.PAGE.read_text("utf-8") == page.render(), f"run python docs/{name}.py"


def test_every_error_says_what_it_means() -> None:
    for error in make_errors.classes():
        assert error.__doc__, error.__name__


def test_every_page_is_in_a_table_of_contents() -> None:
    index = (DOCS / "index.md").read_text("utf-8")
    listed = set(re.findall(r"^([\w/*-]+)$", index, re.MULTILINE))
    for page in DOCS.rglob("*.md"):
        name = str(page.relative_to(DOCS).with_suffix(""))
        folder = f"{name.rpartition('/')[0]}/*"
        assert name == "index" or name in listed or folder in listed, name


def test_every_readme_of_a_connector_is_a_page() -> None:
    package = DOCS.parent / "connectors" / "miroir_connectors"
    for readme in package.glob("*/README.md"):
        page = DOCS / "connectors" / f"{readme.parent.name.replace('_', '-')}.md"
        assert f"{readme.parent.name}/README.md" in page.read_text("utf-8")
