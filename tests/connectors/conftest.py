"""The real servers that connectors by configuration are tested on."""

from __future__ import annotations

from miroir_connectors.testing.conformance.servers import imap, s3, ssh

from tests.store.conftest import postgresql

__all__ = ["imap", "postgresql", "s3", "ssh"]
