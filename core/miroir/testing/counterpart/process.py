"""A double in a process of its own, told what to do from the test."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from miroir.testing.counterpart.certificates import Certificates
from miroir.testing.counterpart.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A double at work. `base` is its address, signed by `certificates`."""

    port: int
    certificates: Certificates
    _input: IO[str]
    _output: IO[str]

    @property
    def base(self) -> str:
        return f"https://localhost:{self.port}"

    def arm(
        self,
        fault: Fault,
        *,
        after: int = 0,
        times: int = 1_000_000,
        status: int = 500,
        headers: Mapping[str, str] | None = None,
        body: str = "",
        delay_s: float = 0.3,
    ) -> None:
        """Have it go wrong after so many right answers, so many times."""
        self._order(
            "arm",
            fault=fault.value,
            after=after,
            times=times,
            status=status,
            headers=dict(headers or {}),
            body=body,
            delay_s=delay_s,
        )

    def disarm(self) -> None:
        """Have it be right again; forget the calls seen."""
        self._order("disarm")

    def phases(self) -> list[str]:
        """What the calls since then were for."""
        return list(self._order("phases"))

    def calls(self) -> list[dict[str, Any]]:
        """The calls since then: method, target, headers, body."""
        return list(self._order("calls"))

    def records(self) -> list[dict[str, Any]]:
        """Its ledger: id, reference, fields of every effect."""
        return list(self._order("records"))

    def effects(self, reference: str) -> int:
        """How often something was done under a reference."""
        return sum(one["reference"] == reference for one in self.records())

    def lag(self, seconds: float) -> None:
        """Have its search find what is older only."""
        self._order("lag", seconds=seconds)

    def forget_keys(self) -> None:
        """Have it forget the idempotency keys that it has seen."""
        self._order("forget")

    def clear(self) -> None:
        """Empty its ledger."""
        self._order("clear")

    def prepare(self, name: str, value: object) -> None:
        """Set up a situation that the double knows by name."""
        self._order("prepare", name=name, value=value)

    def _order(self, do: str, **more: object) -> Any:
        self._input.write(json.dumps({"do": do, **more}) + "\n")
        self._input.flush()
        return json.loads(self._output.readline())


@contextmanager
def running(
    double: str, certificates: Certificates, *, mutual: bool = False
) -> Iterator[Running]:
    """Start the double named `module:Class`; it ends with the block.

    `mutual`: it asks its callers for a certificate.
    """
    command = [sys.executable, "-m", "miroir.testing.counterpart.server", double]
    command += [str(certificates.authority.parent), "mutual" if mutual else "open"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None:  # they are pipes
            raise AssertionError
        try:
            yield Running(
                port=int(process.stdout.readline()),
                certificates=certificates,
                _input=process.stdin,
                _output=process.stdout,
            )
        finally:
            process.kill()
