"""Pages made from the code are the ones that the code makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from miroir import errors

from docs import (
    make_commands,
    make_errors,
    make_parameters,
    make_settings,
    make_types,
)

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    "page",
    [make_commands, make_errors, make_parameters, make_settings, make_types],
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


def test_every_type_says_what_it_is() -> None:
    for each in (one for part in make_types.SECTIONS.values() for one in part):
        assert each.__doc__, each.__name__
    named = {one for part in make_types.MAY_RAISE.values() for one in part}
    foreseen = {one for one in make_errors.classes() if _may_be_raised(one)}
    assert foreseen <= named, foreseen - named


def _may_be_raised(error: type[Exception]) -> bool:
    """By a source or a destination: Miroir's own are not."""
    kinds = (errors.SourceError, errors.DestinationError)
    return issubclass(error, kinds) and error is not errors.SourceHeld
