"""What is compiled when the distribution is built.

The loops of bulk work, when a C compiler is at hand; without one the
distribution is built all the same: numpy reads then. The catalogue of causes, from
TOML, which people write, to JSON, which is read forty times faster.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COLUMNS = Path("core", "miroir", "declaration", "columns")
CAUSES = Path("core", "miroir", "diagnostic", "causes")
SOURCES = (
    COLUMNS / "kernel.c",
    *(
        Path("core", "miroir", "recomputation", "bulk", name)
        for name in ("facts_kernel.c", "month_kernel.c")
    ),
    Path("core", "miroir", "store", "bulk", "siphash.c"),
)
FLAGS = ("-std=c11", "-O3", "-fwrapv", "-shared", "-fPIC")


class Compile(BuildHookInterface[Any]):
    """Beside their sources, in the checkout and in the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_data["artifacts"].append(self._compiled_causes().as_posix())
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

    def _compiled_causes(self) -> Path:
        """Each file with the mark of the text it comes from (catalogue.py)."""
        folder = Path(self.root) / CAUSES
        found = {}
        for path in sorted(folder.glob("*.toml")):
            content = path.read_bytes()
            found[path.stem] = {
                "of": hashlib.sha256(content).hexdigest(),
                "causes": tomllib.loads(content.decode()),
            }
        text = json.dumps(found, ensure_ascii=False)
        (folder / "compiled.json").write_text(text, encoding="utf-8")
        return CAUSES / "compiled.json"

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
