"""Large companies: read by columns, in full only what the columns cannot tell.

A file of many employees is scanned (`miroir.declaration.columns`), its months
are recomputed together (`miroir.recomputation.bulk`), and the full reader and
the reference are given only the employees who need them: not sure, with a gap,
or looked at more closely by somebody. What stands for the others is equal to
what the full reading would give, and reads it when more is asked:

    reading      a file as declarations whose usual employees wait in columns
    observing    the remarks of the full reader on those employees
    months       what was due for them, month after month
    mirror       their lines, and those of the others, as `company.mirror`
"""

from __future__ import annotations

LARGE = 1_000_000
"""Bytes from which a file is read by columns, about 350 employees: under it the
start of numpy costs more than is won."""
