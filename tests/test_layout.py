"""What has to exist beside the code, hook by hook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from miroir.plugins import PluginManager
from miroir.plugins.contract import HOOKS
from miroir.plugins.loading import hook_names

from docs import make_hooks
from tests.plugins.distributions import Site, site

__all__ = ["site"]

ROOT = Path(__file__).parents[1]
TUTORIAL = ROOT / "docs" / "write-a-plugin.md"
TESTED = re.compile(r"<!-- tested: (\w+) -->\n```python\n(.*?)```", re.DOTALL)


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


def test_the_plugins_of_the_tutorial_work(site: Site) -> None:
    blocks = dict(TESTED.findall(TUTORIAL.read_text(encoding="utf-8")))
    site.install("miroir-gps-acme", blocks)
    plugins = PluginManager.load(enabled=list(blocks))
    plugins.check()
    assert "acme-drop" in plugins.sources()
    assert "acme" in [given.value.name for given in plugins.diagnostics()]
    given = (plugins.threshold_policy(), plugins.ranking(), plugins.sampling())
    assert [one and one.value.name for one in given] == [
        "acme",
        "acme-wide-first",
        "acme",
    ]


def test_every_connector_has_a_page() -> None:
    package = ROOT / "connectors" / "miroir_connectors"
    pages = [*package.glob("*/README.md"), *(ROOT / "docs").glob("connectors/*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    for name, given in PluginManager.load().sources().items():
        if given.value.source.__module__.startswith("miroir_connectors."):
            assert f'connector = "{name}"' in text, name
