"""A collection that is killed at any moment loses nothing and takes nothing twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from miroir.config.loading import load_settings
from miroir.operations.workplace import opened
from miroir.privacy import create_key_file
from miroir.store import upgrade

from tests.connectors.drops import Local

FILES = 40
TABLE = """
[sources.camp]
connector = "folder"
kind = "campaign"
folder = "depot"
patterns = ["*.csv"]
stable_seconds = 0
after = "move"
"""


def sync(config: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "miroir", "sync", "--config", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_drop_that_is_moved(tmp_path: Path) -> None:
    config = tmp_path / "miroir.toml"
    config.write_text(TABLE)
    settings = load_settings(config, environ={})
    create_key_file(settings.keys.file)
    upgrade(settings.store.url)
    hand = Local(tmp_path / "depot")
    content = {
        f"{n:02}.csv": f"siren;n\n552100554;{n}\n".encode() for n in range(FILES)
    }
    for name, each in content.items():
        hand.put(name, each)
    moments, killed = random.Random(7), 0
    while killed < 2:
        before = len(list((tmp_path / "depot").glob("*.csv")))
        process = sync(config)
        # Once it is at work: some files further, it is shot.
        further = before - moments.randint(1, 6)
        while process.poll() is None and further < len(
            list((tmp_path / "depot").glob("*.csv"))
        ):
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        killed += 1
    assert sync(config).wait() == 0
    assert hand.all() == {f"taken/{name}": each for name, each in content.items()}
    with opened(settings) as ready, ready.store.read() as tables:
        lines = tables.campaigns.lines_of("552100554")
        assert sorted(int(line.row["n"]) for line in lines) == list(range(FILES))
        assert tables.files.pending("camp") == ()
