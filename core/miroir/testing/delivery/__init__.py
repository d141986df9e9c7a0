"""Whether a destination keeps the class that it declares, seen and not believed.

`judge` runs it against a cruel counterpart, a double in a process of its own
(`miroir.testing.counterpart`), and gives a verdict with every trial:

    with running("acme_tests.double:Crm", Certificates.make(folder)) as double:
        verdict = judge(lambda: AcmeCrm(url=double.base), double, contact)
    assert verdict.kept, verdict

`interrupt` needs none: it kills the destination at any point of its work, and has
the calls of the system fail.
"""

from __future__ import annotations

from miroir.testing.delivery.interrupting import Place, interrupt
from miroir.testing.delivery.judging import judge
from miroir.testing.delivery.recovering import TooLongToWait
from miroir.testing.delivery.verdict import ClassVerdict, Trial

__all__ = [
    "ClassVerdict",
    "Place",
    "TooLongToWait",
    "Trial",
    "interrupt",
    "judge",
]
