"""Every test of the scanner, by the compiled loops and by numpy alone."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from miroir.declaration.columns import compiled


@pytest.fixture(params=["compiled", "numpy"], autouse=True)
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which of the two reads."""
    if request.param == "compiled":
        need_kernel()
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "numpy":
            patch.setenv(compiled.SWITCH, "1")
        compiled.kernel.cache_clear()
        yield request.param
    compiled.kernel.cache_clear()


def need_kernel() -> compiled.Kernel:
    """The compiled loops; skips without them, fails where they are required."""
    try:
        return compiled.Kernel.load(compiled.LIBRARY)
    except OSError:
        if os.environ.get("MIROIR_REQUIRE_SERVICES"):
            pytest.fail("kernel.c was not compiled: install a C compiler, then Miroir")
        pytest.skip("kernel.c was not compiled when Miroir was installed")
