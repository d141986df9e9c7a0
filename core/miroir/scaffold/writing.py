"""A new distribution: names checked first, then all files or none."""

from __future__ import annotations

import keyword
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points, version
from pathlib import Path

from miroir.deprecation import HOOKS_VERSION
from miroir.errors import MiroirError
from miroir.scaffold.filling import project_files
from miroir.scaffold.kinds import KINDS

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_LONGEST = 40


class ScaffoldRefused(MiroirError):
    """A new plugin cannot be written under this name, or here."""


def write_plugin(name: str, into: Path, kinds: Sequence[str] = ("source",)) -> Path:
    """Write the distribution of plugin `name` in a new folder of `into`.

    `gps_acme` gives miroir-gps-acme, package miroir_gps_acme. `kinds` are keys
    of `KINDS`. Returns the new folder; raises ScaffoldRefused.
    """
    _check_name(name)
    dashed = name.replace("_", "-")
    target = into.absolute() / f"miroir-{dashed}"
    major, minor = version("miroir").split(".")[:2]
    names = {
        "name": name,
        "dashed": dashed,
        "upper": name.upper(),
        "distribution": f"miroir-{dashed}",
        "package": f"miroir_{name}",
        "at_least": f"{major}.{minor}",
        "below": str(int(major) + 1),
        "hooks_version": str(HOOKS_VERSION),
    }
    chosen = [kind for kind in KINDS.values() if kind.name in kinds]
    try:
        _write_all(target, dict(project_files(names, chosen)))
    except FileExistsError as error:
        raise ScaffoldRefused(
            f"{target}: there already. Give another name, or another --into."
        ) from error
    except OSError as error:
        raise ScaffoldRefused(
            f"{target}: cannot be written ({error.strerror}). Give another --into."
        ) from error
    return target


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or len(name) > _LONGEST:
        raise ScaffoldRefused(
            f"'{name}': not a plugin name. Give lower-case letters, digits and _, "
            f"beginning with a letter, at most {_LONGEST}, such as gps_acme."
        )
    if name.startswith("miroir"):
        raise ScaffoldRefused(
            f"'{name}': `miroir_` is put in front of the package by itself. "
            "Give the name alone, such as gps_acme."
        )
    for found in entry_points(group="miroir", name=name):
        owner = found.dist.name if found.dist else "another distribution"
        raise ScaffoldRefused(
            f"'{name}': {owner} has a plugin of this name. Give another one."
        )


def _write_all(target: Path, written: Mapping[str, str]) -> None:
    if target.exists():
        raise FileExistsError
    target.parent.mkdir(parents=True, exist_ok=True)
    # Written aside, so that an interruption leaves no half plugin behind.
    draft = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        for relative, text in written.items():
            path = draft / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        draft.chmod(0o755)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft)
        raise
