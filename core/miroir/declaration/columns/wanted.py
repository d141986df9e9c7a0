"""The rubriques that are read as columns, and how: data, not code.

All that the full reader types below an employee is here, so that whatever it
would refuse is seen; and what the payments of an establishment need.
"""

from __future__ import annotations

from collections.abc import Mapping

from miroir.declaration.columns.tables import Kind

WANTED: Mapping[str, Kind] = {
    "S21.G00.20.001": Kind.TEXT,
    "S21.G00.20.005": Kind.CENTS,
    "S21.G00.20.006": Kind.DAY,
    "S21.G00.20.007": Kind.DAY,
    "S21.G00.30.001": Kind.TEXT,
    "S21.G00.40.001": Kind.DAY,
    "S21.G00.40.003": Kind.CODE,
    "S21.G00.40.007": Kind.CODE,
    "S21.G00.40.008": Kind.CODE,
    "S21.G00.40.009": Kind.TEXT,
    "S21.G00.40.011": Kind.CODE,
    "S21.G00.40.012": Kind.QUANTITY,
    "S21.G00.40.013": Kind.QUANTITY,
    "S21.G00.40.014": Kind.CODE,
    "S21.G00.40.037": Kind.CODE,
    "S21.G00.40.044": Kind.CODE,
    "S21.G00.41.001": Kind.DAY,
    "S21.G00.41.003": Kind.CODE,
    "S21.G00.41.007": Kind.QUANTITY,
    "S21.G00.41.008": Kind.CODE,
    "S21.G00.41.012": Kind.TEXT,
    "S21.G00.41.014": Kind.TEXT,
    "S21.G00.41.021": Kind.DAY,
    "S21.G00.41.022": Kind.QUANTITY,
    "S21.G00.41.027": Kind.CODE,
    "S21.G00.41.028": Kind.DAY,
    "S21.G00.62.001": Kind.DAY,
    "S21.G00.62.002": Kind.CODE,
    "S21.G00.71.002": Kind.CODE,
    "S21.G00.51.001": Kind.DAY,
    "S21.G00.51.002": Kind.DAY,
    "S21.G00.51.010": Kind.TEXT,
    "S21.G00.51.011": Kind.CODE,
    "S21.G00.51.012": Kind.QUANTITY,
    "S21.G00.51.013": Kind.CENTS,
    "S21.G00.53.001": Kind.CODE,
    "S21.G00.53.002": Kind.QUANTITY,
    "S21.G00.53.003": Kind.CODE,
    "S21.G00.78.001": Kind.CODE,
    "S21.G00.78.002": Kind.DAY,
    "S21.G00.78.003": Kind.DAY,
    "S21.G00.78.004": Kind.CENTS,
    "S21.G00.78.006": Kind.TEXT,
    "S21.G00.79.001": Kind.CODE,
    "S21.G00.79.004": Kind.CENTS,
    "S21.G00.81.001": Kind.CODE,
    "S21.G00.81.003": Kind.CENTS,
    "S21.G00.81.004": Kind.CENTS,
    "S21.G00.81.007": Kind.QUANTITY,
}

REQUIRED = frozenset(
    {
        "S21.G00.20.001",
        "S21.G00.20.005",
        "S21.G00.20.006",
        "S21.G00.20.007",
        "S21.G00.30.001",
        "S21.G00.40.001",
        "S21.G00.40.003",
        "S21.G00.40.009",
        "S21.G00.41.001",
        "S21.G00.71.002",
        "S21.G00.51.001",
        "S21.G00.51.002",
        "S21.G00.51.010",
        "S21.G00.51.011",
        "S21.G00.51.013",
        "S21.G00.53.001",
        "S21.G00.53.002",
        "S21.G00.78.001",
        "S21.G00.78.002",
        "S21.G00.78.003",
        "S21.G00.78.004",
        "S21.G00.79.001",
        "S21.G00.79.004",
        "S21.G00.81.001",
    }
)
"""Without one of these the full reader decides: a refusal, or an NTT."""

STRUCTURE = frozenset({"S21.G00.50"})
"""Blocks of which only the place is wanted."""
