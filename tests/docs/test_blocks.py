"""Every block of every page is run, or says why not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.languages import TEXTS, follow
from tests.docs.pages import ROOT, Page, pages
from tests.docs.places import Shelf
from tests.docs.tools import tools_of_the_page
from tests.plugins.distributions import Site

ELSEWHERE = {
    "docs/tutorial.md": "tests/scaffold/tutorial.py",
    "plugins/gps_littoral/README.md": "tox.ini",
}
"""Pages whose commands install something: `tox -e scaffold` follows them."""
PAGES = [page for page in pages() if page.blocks and str(page) not in ELSEWHERE]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Places where pages work, with the tools that docs/hooks.md gives."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "site").mkdir()
    site = Site(folder / "site")
    tools_of_the_page(site)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(site.folder)
        patch.delenv("MIROIR_CONFIG", raising=False)
        patch.setenv("MIROIR_ADVISER", "marie")
        yield Shelf(folder)
    site.forget_modules()


def _missing(page: Page) -> list[str]:
    """Programs that the blocks of a page need and that are not here."""
    typed = " ".join(block.text for block in page.blocks if block.language == "sh")
    needed = [one for one in ("bash", "openssl", "xargs") if f"{one} " in typed]
    return [one for one in needed if shutil.which(one) is None]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_block_does_what_it_says(page: Page, shelf: Shelf) -> None:
    missing = _missing(page)
    if missing and os.environ.get("MIROIR_REQUIRE_SERVICES") != "1":
        pytest.skip(f"no {', '.join(missing)} here")
    session = shelf.session("empty") if _quiet(page) else None
    try:
        for block in page.blocks:
            if session is None or block.place:
                session = shelf.session(block.place or "work")
            try:
                follow(block, session)
            except Exception as error:
                raise AssertionError(f"{block} ({block.language}): {error}") from error
    finally:
        if session is not None:
            session.close()


def _quiet(page: Page) -> bool:
    """No block types a command: nothing to prepare."""
    return not {block.language for block in page.blocks} & {"sh", "console", "sql"}


def test_no_reason_for_text_is_left_over() -> None:
    said = {
        block.words
        for page in pages()
        for block in page.blocks
        if block.language == "text"
    }
    assert said == set(TEXTS)


@pytest.mark.parametrize(("page", "follower"), ELSEWHERE.items())
def test_what_is_followed_elsewhere_is(page: str, follower: str) -> None:
    said = (ROOT / follower).read_text("utf-8")
    assert Path(page).name in said or Path(page).parent.name in said
    assert Page(ROOT / page).blocks
