"""Cases left as one ZIP file, once: in a folder, and on a real OpenSSH server."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from miroir import (
    ActionNotSent,
    Attachment,
    DeliveryClass,
    DestinationError,
    HandOver,
)
from miroir_connectors.hand_over.drops import HandOverDrop, HandOverFiles, HandOverSftp
from miroir_connectors.testing.services.openssh import Ssh

from tests.connectors.record.entries import SIREN, intent

PROOF = b"mois;ecart\r\n2026-03;-12.50\r\n"
CASE = HandOver(
    siren=SIREN,
    service="référent/1",
    reference="MIR-999000015-ABCDEF",
    subject="CRM rejeté",
    text="Les CRM de mars ne sont pas intégrés.",
    evidence=(
        Attachment(
            name="ecarts.csv",
            media_type="text/csv",
            content=base64.b64encode(PROOF).decode(),
            sha256=hashlib.sha256(PROOF).hexdigest(),
        ),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


@pytest.fixture(params=["folder", "sftp"])
def desk(request: pytest.FixtureRequest, folder: Path) -> HandOverFiles:
    if request.param == "folder":
        return HandOverDrop(folder=folder)
    server: Ssh = request.getfixturevalue("ssh")
    return HandOverSftp(
        **server.access,
        folder=str(folder),
    )


def test_a_case_is_left_once(desk: HandOverFiles, folder: Path) -> None:
    desk.check()
    assert desk.promise.delivery is DeliveryClass.NATURAL_ID
    assert desk.send(CASE, intent()).facts == {"left": "now"}
    assert desk.send(CASE, intent()).facts == {"left": "before"}
    (file,) = folder.glob("*.zip")
    assert file.name == "r_f_rent_1-MIR-999000015-ABCDEF.zip"
    with zipfile.ZipFile(file) as archive:
        case = json.loads(archive.read("cas.json"))
        assert archive.read("ecarts.csv") == PROOF
    assert case["texte"] == CASE.text
    assert case["pieces"] == [
        {"nom": "ecarts.csv", "sha256": CASE.evidence[0].sha256},
    ]


def test_a_drop_that_is_gone_is_told(desk: HandOverFiles, folder: Path) -> None:
    folder.rmdir()
    with pytest.raises(ActionNotSent):
        desk.send(CASE, intent())
    with pytest.raises(DestinationError, match="cannot be used"):
        desk.check()
