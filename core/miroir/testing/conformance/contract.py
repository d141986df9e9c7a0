"""What every contract has: the plugin at work, and nobody named in its output."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import ClassVar, TypeVar

import pytest

from miroir.errors import PluginError
from miroir.plugins import PluginManager
from miroir.plugins.discovery import installed_plugins
from miroir.privacy import mask

T = TypeVar("T")


@cache
def managers() -> Sequence[PluginManager]:
    """The installed plugins, each by itself: what another gives is no matter."""
    found = []
    for installed in installed_plugins():
        with suppress(PluginError):  # a broken one gives nothing
            found.append(PluginManager([installed]))
    return found


def given(what: str, look: Callable[[PluginManager], T | None]) -> T:
    """What the first plugin gives for which `look` finds something."""
    for manager in managers():
        with suppress(PluginError):
            found = look(manager)
            if found is not None:
                return found
    pytest.fail(f"no installed plugin gives the {what}: see `miroir plugins list`")


class Contract:
    """One thing that a plugin gives. Subclasses are named `Test…`."""

    kind: ClassVar[str] = ""
    """As in what `miroir plugins list` says: «source», «diagnostic»…"""

    @classmethod
    def subject(cls) -> str:
        """The name under which the plugin gives it."""
        raise NotImplementedError

    @classmethod
    def given(cls, look: Callable[[PluginManager], T | None]) -> T:
        """What the plugin gives under this name; the test fails if it does not."""
        return given(f"{cls.kind} {cls.subject()}", look)

    @pytest.fixture(autouse=True)
    def _nothing_personal_is_written(
        self, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
    ) -> Iterator[None]:
        caplog.set_level(logging.DEBUG)
        yield
        printed = capfd.readouterr()
        for place, text in (
            ("the standard output", printed.out),
            ("the standard error", printed.err),
            ("the log", caplog.text),
        ):
            assert mask(text) == text, (
                f"a NIR, an IBAN or a secret is written in {place}"
            )
