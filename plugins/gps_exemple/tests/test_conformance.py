"""The contracts of Miroir, with our own tests."""

from __future__ import annotations

from miroir_gps_exemple.conformance import *
