from __future__ import annotations

from tests.plugins.distributions import site

__all__ = ["site"]
