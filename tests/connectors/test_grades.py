"""All that Miroir ships but its CRM connectors is gold: on real servers, on doubles."""

from __future__ import annotations

from tests.connectors.grades import own, wrong


def test_our_plugins_are_gold() -> None:
    plugins = own(lambda name: not name.startswith("crm-"))
    assert len(plugins) >= 14
    assert wrong(plugins) == []
