"""What has to exist beside the code, hook by hook."""

from __future__ import annotations

from pathlib import Path

import pytest
from miroir.plugins import PluginManager
from miroir.plugins.contract import HOOKS
from miroir.plugins.loading import hook_names

from docs import make_hooks

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("hook", hook_names())
def test_every_hook_is_documented(hook: str) -> None:
    page = make_hooks.PAGE.read_text(encoding="utf-8")
    assert f"## `{make_hooks.signature(hook)}`" in page


def test_the_page_of_hooks_is_the_one_of_the_code() -> None:
    page = make_hooks.PAGE.read_text(encoding="utf-8")
    assert page == make_hooks.render(), "run: python docs/make_hooks.py"


@pytest.mark.parametrize("hook", hook_names())
def test_every_hook_has_a_test(hook: str) -> None:
    path = ROOT / "tests" / "hooks" / f"test_{hook}.py"
    assert f'example("{hook}")' in path.read_text(encoding="utf-8")


def test_every_hook_has_a_contract() -> None:
    assert sorted(HOOKS) == list(hook_names())


def test_every_connector_has_a_page() -> None:
    package = ROOT / "connectors" / "miroir_connectors"
    pages = [*package.glob("*/README.md"), *(ROOT / "docs").glob("connectors/*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    for name, given in PluginManager.load().sources().items():
        if given.value.source.__module__.startswith("miroir_connectors."):
            assert f'connector = "{name}"' in text, name
