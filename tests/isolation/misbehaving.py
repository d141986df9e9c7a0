"""A handler that misbehaves as it is told, for hosts to survive."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping

Json = Mapping[str, object]
GIB = 1024**3


def make(state: str) -> Misbehaving:
    if state == "cannot load":
        raise ImportError("a module that it needs is gone")
    if state == "exits while it loads":
        os._exit(3)
    return Misbehaving(state)


class Misbehaving:
    """Each method is one misbehaviour; `ok` is none."""

    def __init__(self, state: str) -> None:
        self.state = state

    def __call__(self, method: str, params: Json) -> Json:
        found = getattr(self, method)(params)
        assert found is None or isinstance(found, dict)
        return found  # type: ignore[return-value]

    def ok(self, params: Json) -> Json:
        return {"state": self.state, "said": params.get("say", "")}

    def raises(self, params: Json) -> Json:
        raise ValueError("vu 1 85 05 78 006 084 36")

    def garbage(self, params: Json) -> object:
        return {"not": {"JSON", "at all"}}

    def nothing(self, params: Json) -> object:
        return None

    def too_long(self, params: Json) -> Json:
        return {"text": "x" * 2_000_000}

    def nan(self, params: Json) -> Json:
        return {"amount": float("nan")}

    def exits(self, params: Json) -> Json:
        sys.exit("enough")

    def exits_at_once(self, params: Json) -> Json:
        os._exit(0)

    def loops(self, params: Json) -> Json:
        while True:
            pass

    def sleeps(self, params: Json) -> Json:
        time.sleep(3600)
        return {}

    def eats_memory(self, params: Json) -> Json:
        return {"length": len(bytearray(4 * GIB))}

    def floods(self, params: Json) -> Json:
        line = "x" * 1000
        for _ in range(20_000):
            print(line)  # noqa: T201
        os.write(1, b"straight to the descriptor\n")
        return {"printed": 20_000}

    def crashes(self, params: Json) -> Json:
        ctypes.string_at(0)
        return {}

    def recurses(self, params: Json) -> Json:
        return self.recurses(params)

    def kills_itself(self, params: Json) -> Json:
        os.kill(os.getpid(), signal.SIGKILL)
        return {}

    def leaves_a_child(self, params: Json) -> Json:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        return {"pid": child.pid}

    def reads_input(self, params: Json) -> Json:
        return {"read": sys.stdin.read()}

    def environment(self, params: Json) -> Json:
        return {"names": sorted(os.environ)}

    def closes_everything(self, params: Json) -> Json:
        os.closerange(0, 64)
        return {}
