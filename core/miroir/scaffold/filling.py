"""The templates filled in: files of the project, then those of each kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template

from miroir.scaffold.kinds import Kind

SUFFIX = ".tmpl"
_RECORDED = 'RECORDED = Path(__file__).with_name("settings.json")\n'


def project_files(
    names: Mapping[str, str], kinds: Sequence[Kind]
) -> Iterator[tuple[str, str]]:
    """Every file of a new distribution: its path there, and its text."""
    template = files("miroir.scaffold") / "template"
    words = {**names, **_assembled(template, names, kinds)}
    for relative, source in _templates(template / "project"):
        path = relative.replace("/package/", f"/{names['package']}/")
        yield path, _filled(source, words)
    for kind in kinds:
        yield from _kind_files(template, names, kind)


def _kind_files(
    template: Traversable, names: Mapping[str, str], kind: Kind
) -> Iterator[tuple[str, str]]:
    folder = template / "kinds" / kind.folder
    words = _words(names, kind)
    package, module = names["package"], kind.module
    yield f"src/{package}/{module}.py", _filled(folder / "module.py.tmpl", words)
    yield f"tests/test_{module}.py", _filled(folder / "test.py.tmpl", words)
    golden = folder / f"golden_{module}.txt.tmpl"
    yield f"tests/golden/{module}.txt", _filled(golden, words)


def _assembled(
    template: Traversable, names: Mapping[str, str], kinds: Sequence[Kind]
) -> dict[str, str]:
    """What the files of the project hold of each kind."""
    package = names["package"]
    by_module = sorted(kinds, key=lambda kind: kind.module)
    contracts = sorted({kind.contract for kind in kinds})
    texts = [
        _filled(
            template / "kinds" / kind.folder / "contract.py.tmpl", _words(names, kind)
        )
        for kind in kinds
    ]
    return {
        "imports": "\n".join(
            f"from {package}.{kind.module} import {kind.hook}" for kind in by_module
        ),
        "exported": "\n".join(
            f'    "{hook}",' for hook in sorted(kind.hook for kind in kinds)
        ),
        "contract_imports": _contract_imports(contracts, "\n".join(texts)),
        "contracts": "\n\n".join(texts).rstrip("\n"),
        "tables": "".join(
            _filled(
                template / "kinds" / kind.folder / "table.toml.tmpl",
                _words(names, kind),
            )
            for kind in kinds
            if kind.table
        ).rstrip("\n"),
    }


def _contract_imports(contracts: Sequence[str], text: str) -> str:
    standard = []
    if "Mapping[" in text:
        standard.append("from collections.abc import Mapping")
    if "Path" in text:
        standard.append("from pathlib import Path")
    one_line = f"from miroir.testing.conformance import {', '.join(contracts)}"
    several = "".join(f"    {name},\n" for name in contracts)
    ours = f"from miroir.testing.conformance import (\n{several})"
    lines = [*standard, "", one_line if len(one_line) <= 88 else ours]
    end = [f"\n{_RECORDED}"] if "RECORDED" in text else [""]
    return "\n".join([*lines, *end]).strip("\n") + "\n"


def _words(names: Mapping[str, str], kind: Kind) -> dict[str, str]:
    return {**names, "module": kind.module, "hook": kind.hook, **kind.words}


def _filled(source: Traversable, words: Mapping[str, str]) -> str:
    return Template(source.read_text(encoding="utf-8")).substitute(words)


def _templates(
    folder: Traversable, prefix: str = ""
) -> Iterator[tuple[str, Traversable]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _templates(item, f"{prefix}{item.name}/")
        elif item.name.endswith(SUFFIX):
            yield prefix + item.name.removesuffix(SUFFIX), item
