"""Gaps: a relation between what was declared and what was due."""
