"""Writing a new plugin distribution, complete and working, from a template."""

from __future__ import annotations

from miroir.scaffold.kinds import KINDS
from miroir.scaffold.writing import write_plugin

__all__ = ["KINDS", "write_plugin"]
