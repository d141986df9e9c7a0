"""What the contract of sources cannot see without a word is skipped, so not gold."""

from __future__ import annotations

import pytest
from miroir.testing.conformance import SourceContract

from tests.plugins.distributions import Site
from tests.testing.conformance import contracts
from tests.testing.conformance.good import PLUGIN
from tests.testing.conformance.test_contracts_can_fail import _loaded_anew, install, run

__all__ = ["_loaded_anew"]
_COLLECT = 'sorted(self.folder.glob("*" + self.suffix))'


class Silent(contracts.DropContract):
    """Says neither how many files there are nor whose; has no more of them."""

    files = 0
    siren = ""
    on_the_network = True
    more = SourceContract.more


CASES = {
    "test_it_gives_them_all": (_COLLECT, _COLLECT, "`files` is not written"),
    "test_one_company_can_be_asked_for": (
        f"for path in {_COLLECT}:\n",
        (
            f"for path in {_COLLECT}:\n            if request.siren:\n"
            "                return\n"
        ),
        "name one of the place's in `siren`",
    ),
    "test_a_cursor_keeps_what_comes_later": (
        (
            "    def collect(self, request: miroir.CollectRequest)"
            " -> Iterator[miroir.ReceivedFile]:\n        self.check()"
        ),
        (
            '    def next_cursor(self) -> str:\n        return "a"\n\n'
            "    def collect(self, request: miroir.CollectRequest)"
            " -> Iterator[miroir.ReceivedFile]:\n        self.check()"
        ),
        "`more` is not written",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_skipped(name: str, site: Site, request: pytest.FixtureRequest) -> None:
    old, new, why = CASES[name]
    assert PLUGIN.count(old) == 1
    install(site, PLUGIN.replace(old, new))
    with pytest.raises(pytest.skip.Exception, match=why):
        run(Silent, name, request)
