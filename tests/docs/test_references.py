"""What pages name exists, and their links lead somewhere."""

from __future__ import annotations

import re

import pytest

from tests.docs.command_lines import ELSEWHERE, known
from tests.docs.pages import Page, pages
from tests.docs.references import NO_HOOKS, broken, wrong


@pytest.mark.parametrize("page", pages(), ids=str)
def test_what_a_page_names_exists(page: Page) -> None:
    assert list(wrong(page)) == []


@pytest.mark.parametrize("page", pages(), ids=str)
def test_links_lead_somewhere(page: Page) -> None:
    assert list(broken(page)) == []


def test_every_command_is_told_by_a_page_that_a_person_wrote() -> None:
    told = "".join(page.text for page in pages() if page.path.name != "commands.md")
    assert [name for name in known() if f"miroir {name}" not in told] == []


def test_no_exception_is_left_over() -> None:
    typed = "".join(
        block.text
        for page in pages()
        for block in page.blocks
        if block.language in ("sh", "console")
    )
    named = {code.text.split(" ")[0] for page in pages() for code in page.codes}
    typed = re.sub(r"\S*/", "", typed)
    assert [one for one in ELSEWHERE if not re.search(rf"\b{one} ", typed)] == []
    assert [one for one in NO_HOOKS if one not in named] == []
