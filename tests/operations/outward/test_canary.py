"""A number of a person, in every text that an adviser may give: nowhere after."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.operations.outward.conftest import NAME
from tests.operations.outward.test_records import run

NIRS = (
    "185057800608436",
    "1 85 05 78 006 084 36",
    "1850578006084",
    "2 85 05 2A 006 084",
)
RECORD = ("record", "SIREN", "--choose", "motif=01")
REFER = ("refer", "SIREN", "referent")
WAYS = {
    "analysis": (*RECORD, "--analysis", "Écart de {nir}."),
    "summary": (*RECORD, "--call", "--summary", "Vu {nir}."),
    "choice": ("record", "SIREN", "--choose", "motif={nir}"),
    "subject": (*REFER, "--subject", "Cas {nir}", "--text", "x"),
    "text": (*REFER, "--subject", "Cas", "--text", "Le {nir}."),
    "file": (*REFER, "--subject", "Cas", "--text", "x", "--attach", "FILE"),
    "attached": ("mail", "SIREN", "--to", NAME, "--attach", "FILE"),
    "again": ("mail", "SIREN", "--to", NAME, "--again", "{nir}"),
    "reply": ("mail", "SIREN", "--to", NAME, "--reply-to", "{nir}@example.org"),
    "name": ("mail", "SIREN", "--to", "{nir}"),
    "answer": ("referred", "MIR-999000015-ABCDEF", "{nir}"),
    "reference": ("referred", "{nir}", "x"),
}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_no_number_leaves_nor_stays(config: Path, siren: str, way: str) -> None:
    for rank, nir in enumerate(NIRS):
        file = config.parent / f"piece{rank}.txt"
        words = [
            siren if word == "SIREN" else str(file) if word == "FILE" else word
            for word in WAYS[way]
        ]
        file.write_text(f"Salarié {nir}")
        code, said = run(config, *(word.replace("{nir}", nir) for word in words))
        file.unlink()
        assert code == 1, said
        assert nir not in said
    kept = [path for path in config.parent.rglob("*") if path.is_file()]
    kept = [
        path
        for path in kept
        if "received" not in path.parts and "depot" not in path.parts
    ]
    assert len(kept) > 3
    for path in kept:
        content = path.read_bytes()
        assert [nir for nir in NIRS if nir.encode() in content] == [], path
