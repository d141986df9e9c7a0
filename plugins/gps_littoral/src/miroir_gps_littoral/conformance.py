"""What our plugin keeps: run by pytest, and by `miroir plugins check gps_littoral`."""

from __future__ import annotations

from miroir.testing.conformance import DiagnosticContract, SamplingContract


class TestAlreadyCorrected(DiagnosticContract):
    diagnostic = "littoral-campaign"


class TestStake(SamplingContract):
    policy = "littoral-stake"
