"""What pages name exists, and their links lead somewhere."""

from __future__ import annotations

import pytest

from tests.docs.pages import Page, pages
from tests.docs.references import broken, wrong


@pytest.mark.parametrize("page", pages(), ids=str)
def test_what_a_page_names_exists(page: Page) -> None:
    assert list(wrong(page)) == []


@pytest.mark.parametrize("page", pages(), ids=str)
def test_links_lead_somewhere(page: Page) -> None:
    assert list(broken(page)) == []
