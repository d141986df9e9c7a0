"""How the documentation is built: `tox -e lint`, warnings being errors."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version as version_of
from pathlib import Path

from docutils.nodes import Text, document, literal, literal_block, reference
from miroir.cli.output.typography import typographic
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

project = "Miroir"
author = "Miroir"
release = version_of("miroir")
version = release
language = "en"

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "fieldlist"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "examples", "dossiers", "man", "tutorial"]

html_theme = "furo"
html_title = f"Miroir {release}"
html_copy_source = False
man_pages = [("commands", "miroir", "commands of Miroir", author, 1)]

_ROOT = Path(__file__).resolve().parent.parent


_READMES = _ROOT / "connectors" / "miroir_connectors"


def _lead_beyond(app: Sphinx, page: document) -> None:
    """A link to the README of a connector leads to its page, which includes it.

    One to another file outside of this folder becomes its name: where the
    repository is read it is a link. A link to nothing stays, and so a warning.
    """
    name = app.env.docname
    included = _READMES / name.rpartition("/")[2].replace("-", "_")
    here = Path(app.env.doc2path(name)).parent
    for link in list(page.findall(pending_xref)):
        target = link.get("reftarget", "")
        ours = list(_files(here / target))
        found = next(iter((*ours, *_files(included / target))), None)
        if found is None or (ours and found.is_relative_to(app.srcdir)):
            continue  # for Sphinx to find, or to warn of
        leads = _page_of(found, Path(app.srcdir))
        if leads:
            uri = app.builder.get_relative_uri(name, leads)
            there = reference("", "", *link.children, refuri=uri, internal=True)
            link.replace_self(there)
        else:
            link.replace_self(link.children)


def _files(target: Path) -> Iterator[Path]:
    """The file of this repository that a link means, its suffix left out or not."""
    for beside in (target, target.with_name(f"{target.name}.md")):
        found = beside.resolve()
        if found.is_relative_to(_ROOT) and found.exists():
            yield found


def _page_of(found: Path, docs: Path) -> str:
    """The page that includes a README, or that a README leads to; else nothing."""
    if found.is_relative_to(docs):
        return str(found.relative_to(docs).with_suffix(""))
    if found.parent.parent == _READMES and found.name == "README.md":
        return f"connectors/{found.parent.name.replace('_', '-')}"
    return ""


def _set_french(app: Sphinx, page: document) -> None:
    """Put no-break spaces where French has them, in the guides of fr/."""
    if app.env.docname.startswith("fr/"):
        for text in list(page.findall(Text)):
            if not isinstance(text.parent, literal | literal_block):
                text.parent.replace(text, Text(typographic(text.astext())))


def _say_french(
    app: Sphinx, name: str, template: str, context: dict[str, object], page: object
) -> None:
    """Tell browsers and screen readers the language of fr/."""
    if name.startswith("fr/"):
        context["language"] = "fr"


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("doctree-read", _lead_beyond)
    app.connect("doctree-read", _set_french)
    app.connect("html-page-context", _say_french)
