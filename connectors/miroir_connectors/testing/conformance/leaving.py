"""The contract of what is left as a file, in a folder or on an OpenSSH server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest
from miroir.testing.conformance import DestinationContract

from miroir_connectors.testing.conformance.tables import RECORDED
from miroir_connectors.testing.services.openssh import Ssh

_OWN = ".miroir"
"""Where drops keep what they have left: no effect."""


class FolderContract(DestinationContract):
    on_the_network = False
    recorded = RECORDED

    def settings(self, folder: Path) -> Mapping[str, object]:
        (folder / "out").mkdir(exist_ok=True)
        return {"folder": folder / "out"}

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {"folder": folder / "nowhere"}

    def effects(self, folder: Path) -> int:
        return len([one for one in (folder / "out").iterdir() if one.name != _OWN])


class SftpContract(FolderContract):
    """The folder is served by a server of this machine."""

    on_the_network = True
    counterpart = None
    server: ClassVar[Ssh]

    @pytest.fixture(autouse=True)
    def _server(self, ssh: Ssh) -> None:
        type(self).server = ssh

    def settings(self, folder: Path) -> Mapping[str, object]:
        return {
            **self.server.access,
            "folder": str(super().settings(folder)["folder"]),
            "step_s": 1.5,
        }

    def unreachable(self, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "user": "nobody-known"}

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        return {**self.settings(folder), "host": host, "port": port}
