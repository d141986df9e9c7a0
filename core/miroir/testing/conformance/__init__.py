"""What a plugin has to keep, as tests that its author only has to name.

One contract per kind of thing that a hook gives. The plugin ships a module
that subclasses them, reached through the entry-point group
`miroir.conformance` under the plugin's name; `miroir plugins check` runs it
and gives a grade, and so does plain pytest on the plugin's own tests.

    >>> class TestDrop(SourceContract):
    ...     connector = "acme-drop"
    ...
    ...     def settings(self, folder):
    ...         (folder / "in").mkdir()
    ...         (folder / "in" / "a.dsn").write_bytes(b"a")
    ...         return {"folder": folder / "in"}
    ...
    ...     def unreachable(self, folder):
    ...         return {"folder": folder / "nowhere"}
"""

from miroir.testing.conformance.commands import CommandContract
from miroir.testing.conformance.contract import Contract
from miroir.testing.conformance.destinations import DestinationContract
from miroir.testing.conformance.diagnostics import DiagnosticContract
from miroir.testing.conformance.jobs import FollowUpContract, JobContract
from miroir.testing.conformance.policies import (
    RankingContract,
    SamplingContract,
    ThresholdContract,
)
from miroir.testing.conformance.sources import SourceContract

__all__ = [
    "CommandContract",
    "Contract",
    "DestinationContract",
    "DiagnosticContract",
    "FollowUpContract",
    "JobContract",
    "RankingContract",
    "SamplingContract",
    "SourceContract",
    "ThresholdContract",
]
