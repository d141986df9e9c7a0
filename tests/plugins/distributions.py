"""Real distributions, written in a folder of the import path.

They have what pip would have installed: a dist-info with METADATA and
entry_points.txt, and modules.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent

import pytest


class Site:
    """A folder where distributions are installed for one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(
        self,
        distribution: str,
        modules: Mapping[str, str],
        plugins: Mapping[str, str] | None = None,
        version: str = "1.0",
        conformance: Mapping[str, str] | None = None,
    ) -> None:
        """Write a distribution; each module is a plugin unless `plugins` says.

        `conformance`: by plugin, the module of its contracts.
        """
        plugins = plugins or {name: name for name in modules}
        info = self.folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n",
            encoding="utf-8",
        )
        groups = {"miroir": plugins, "miroir.conformance": conformance or {}}
        (info / "entry_points.txt").write_text(
            "".join(map(_group, groups, groups.values())), encoding="utf-8"
        )
        for name, code in modules.items():
            path = self.folder / f"{name}.py"
            path.write_text(dedent(code), encoding="utf-8")
        importlib.invalidate_caches()

    def forget_modules(self) -> None:
        """Let another test import modules of the same names."""
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None)).startswith(str(self.folder)):
                del sys.modules[name]


def _group(name: str, targets: Mapping[str, str]) -> str:
    lines = (f"{entry} = {target}\n" for entry, target in targets.items())
    return f"[{name}]\n{''.join(lines)}"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An empty site, first on the import path."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    installed = Site(folder)
    yield installed
    installed.forget_modules()
