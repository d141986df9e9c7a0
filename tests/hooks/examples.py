"""The example of each hook, taken out of its docstring."""

from __future__ import annotations

import inspect
from textwrap import dedent

from miroir import hookspecs


def example(hook: str) -> str:
    """The code below «Example::», down to «Returns:»."""
    text = inspect.getdoc(getattr(hookspecs, hook)) or ""
    _, found, rest = text.partition("Example::\n")
    code, end, _ = rest.partition("\nReturns:")
    assert found and end, f"the docstring of {hook} needs Example:: and Returns:"
    return dedent(code)
