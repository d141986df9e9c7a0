"""How the documentation is built: `tox -e lint`, warnings being errors."""

from __future__ import annotations

from importlib.metadata import version as version_of
from pathlib import Path

from docutils.nodes import Text, document, literal, literal_block
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


def _name_files_beside(app: Sphinx, page: document) -> None:
    """A link to a file outside of this folder becomes its name.

    Where the repository is read it is a link; a link to nothing stays one, and
    so a warning.
    """
    folder = Path(app.env.doc2path(app.env.docname)).parent
    for link in list(page.findall(pending_xref)):
        target = folder / link.get("reftarget", "")
        for beside in (target, target.with_name(f"{target.name}.md")):
            found = beside.resolve()
            outside = not found.is_relative_to(app.srcdir)
            if outside and found.is_relative_to(_ROOT) and found.exists():
                link.replace_self(link.children)
                break


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
    app.connect("doctree-read", _name_files_beside)
    app.connect("doctree-read", _set_french)
    app.connect("html-page-context", _say_french)
