"""Compiles the loops of bulk work when a C compiler is at hand.

Without one the distribution is built all the same: numpy reads then.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COLUMNS = Path("core", "miroir", "declaration", "columns")
SOURCES = (
    COLUMNS / "kernel.c",
    Path("core", "miroir", "recomputation", "bulk", "facts_kernel.c"),
    Path("core", "miroir", "store", "bulk", "siphash.c"),
)
FLAGS = ("-std=c11", "-O3", "-fwrapv", "-shared", "-fPIC")


class CompileKernel(BuildHookInterface[Any]):
    """Each library beside its source, in the checkout and in the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        libraries = [source.with_suffix(".so") for source in SOURCES]
        root = Path(self.root)
        if not all(self._compiled(root / source) for source in SOURCES):
            for library in libraries:
                (root / library).unlink(missing_ok=True)
            return
        build_data["artifacts"].extend(library.as_posix() for library in libraries)
        # Called through ctypes: one for every Python of a platform.
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"

    def _compiled(self, source: Path) -> bool:
        compiler = shlex.split(os.environ.get("CC", "cc"))
        draft = source.with_suffix(".draft")
        headers = f"-I{Path(self.root) / COLUMNS}"
        command = [*compiler, *FLAGS, headers, str(source), "-o", str(draft)]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            told = getattr(error, "stderr", "") or str(error)
            self.app.display_warning(
                f"{source.name} was not compiled ({told.strip().splitlines()[0]}):"
                " bulk reading will use numpy alone, about three times slower"
            )
            return False
        draft.replace(source.with_suffix(".so"))
        return True
