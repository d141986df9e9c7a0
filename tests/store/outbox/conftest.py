from __future__ import annotations

from tests.store.conftest import keys, postgresql, store, url

__all__ = ["keys", "postgresql", "store", "url"]
