"""The menu in force, and the name of all the rules that a plan is made with."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from importlib.resources import files

from miroir.adhesion.menu import Menu
from miroir.adhesion.menu_reading import read_menu, shipped
from miroir.config.settings import Settings
from miroir.errors import ConfigurationError


def menu_of(settings: Settings) -> Menu:
    """The shipped menu, then the GPS's own files. Raises ConfigurationError."""
    texts = [shipped()]
    section = settings.adhesion
    for key, path in (("menu", section.menu), ("agreements", section.agreements)):
        if path is None:
            continue
        try:
            texts.append((str(path), path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                [
                    (
                        f"{path}: cannot be read ({error}). Correct the key"
                        f" adhesion.{key}, or give this user the right to read it."
                    )
                ]
            ) from error
    return read_menu(texts)


def rules_version(menu: Menu) -> str:
    """Miroir, its dated parameters, the menu: another one is another plan."""
    parameters = files("miroir.parameters").joinpath("agirc_arrco.toml").read_bytes()
    digest = hashlib.sha256(parameters).hexdigest()[:12]
    return f"miroir {version('miroir')}; parameters {digest}; menu {menu.version}"
