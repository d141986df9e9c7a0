"""Each test of each contract passes on a good plugin and fails on a bad one."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest
from miroir.plugins import PluginManager
from miroir.testing.conformance import Contract
from miroir.testing.conformance.contract import managers

from tests.plugins.distributions import Site
from tests.testing.conformance import contracts
from tests.testing.conformance.good import PLUGIN
from tests.testing.conformance.spoilt import SPOILT

CONTRACTS = [
    each
    for each in vars(contracts).values()
    if isinstance(each, type) and each.__module__ == contracts.__name__
]
TESTS = [
    (contract, name)
    for contract in CONTRACTS
    for name in dir(contract)
    if name.startswith("test_")
]
NAMED = [f"{contract.__name__}.{name}" for contract, name in TESTS]


@pytest.fixture(autouse=True)
def _loaded_anew() -> Iterator[None]:
    managers.cache_clear()
    yield
    managers.cache_clear()


def install(site: Site, code: str = PLUGIN) -> None:
    site.install("miroir-gps-acme", {"gps_acme": code})


def run(contract: type[Contract], name: str, request: pytest.FixtureRequest) -> None:
    test = getattr(contract(), name)
    wanted = inspect.signature(test).parameters
    test(**{each: request.getfixturevalue(each) for each in wanted})


@pytest.mark.parametrize(("contract", "name"), TESTS, ids=NAMED)
def test_a_good_plugin_passes(
    contract: type[Contract], name: str, site: Site, request: pytest.FixtureRequest
) -> None:
    install(site)
    if "earlier_releases" in name:
        with pytest.raises(pytest.skip.Exception, match="`recorded`"):
            run(contract, name, request)
    else:
        run(contract, name, request)


@pytest.mark.parametrize("named", SPOILT)
def test_a_bad_plugin_fails(
    named: str, site: Site, request: pytest.FixtureRequest
) -> None:
    good, bad = SPOILT[named]
    assert PLUGIN.count(good) == 1, "what is spoilt stands once in the good plugin"
    install(site, PLUGIN.replace(good, bad))
    contract, _, name = named.partition(".")
    PluginManager.load(enabled=["gps_acme"]).check()  # it is not broken, it is bad
    with pytest.raises((Exception, pytest.fail.Exception)):
        run(getattr(contracts, contract), name, request)


GENERAL = {
    # Of Miroir's own making: a plugin cannot break them, `test_tables` does.
    "test_an_unknown_setting_is_refused",
    "test_the_settings_have_a_schema",
    "test_settings_of_earlier_releases_stay_valid",
    "test_it_gives_up_in_time",
    # On the network: see `trials`.
    "test_the_class_is_kept_when_answers_are_lost",
}


def test_every_test_is_seen_to_fail() -> None:
    failed = {named.partition(".")[2] for named in SPOILT}
    assert {name for _, name in TESTS} - failed <= GENERAL
