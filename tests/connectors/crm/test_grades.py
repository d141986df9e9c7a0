"""Every CRM connector is gold, on a double that loses and forges answers."""

from __future__ import annotations

from tests.connectors.grades import own, wrong


def test_our_crm_connectors_are_gold() -> None:
    plugins = own(lambda name: name.startswith("crm-"))
    assert len(plugins) >= 6
    assert wrong(plugins) == []
