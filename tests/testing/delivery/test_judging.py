"""Every connector keeps its class; every connector that does not is found out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from miroir import DeliveryClass
from miroir.testing.counterpart import Certificates, Running, running
from miroir.testing.delivery import ClassVerdict, Trial, judge
from miroir_connectors.crm_odoo.logger import OdooCrm
from miroir_connectors.testing.doubles.crm import SECRET

from tests.connectors.crm.crms import BY_NAME, CONTACT, KINDS, Kind
from tests.testing.delivery import bad


@pytest.fixture(scope="module")
def start(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Running]]:
    certificates = Certificates.make(tmp_path_factory.mktemp("certificates"))
    started: dict[str, Running] = {}
    with ExitStack() as stack:

        def double(name: str) -> Running:
            if name not in started:
                started[name] = stack.enter_context(running(name, certificates))
            return started[name]

        yield double


# What no contract of `miroir_connectors.testing` tries; `tox -e faults` judges all.
EVERY = os.environ.get("MIROIR_FULL_FAULTS") == "1"
JUDGED = [one for one in KINDS if EVERY or one.name in ("rest-B", "rest-D")]


@pytest.mark.parametrize("kind", JUDGED, ids=lambda kind: kind.name)
def test_every_connector_keeps_its_class(
    kind: Kind, start: Callable[[str], Running]
) -> None:
    double = start(kind.double)
    more = {"lag_s": 0.1} if kind.name == "tryton" else {"lag_s": 0.0}
    verdict = judge(
        lambda: kind.connector(double, **more),
        double,
        CONTACT,
        reference=kind.reference,
    )
    assert verdict.kept, str(verdict)
    assert verdict.delivery is verdict.declared
    least = 12 if verdict.declared is DeliveryClass.BLIND else 14
    assert len(verdict.trials) >= least
    if kind.name == "tryton":
        assert verdict.lag is not None
        assert 0.08 < verdict.lag.total_seconds() < 1.1


def judged(
    kind: Kind,
    crm: type[Any],
    double: Running,
    *,
    settings: Mapping[str, object] | None = None,
    **more: Any,
) -> ClassVerdict:
    usual = vars(kind.connector(double))
    known = {name: value for name, value in usual.items() if name != "client"}
    return judge(
        lambda: crm(**{**known, **(settings or {})}),
        double,
        CONTACT,
        reference=kind.reference,
        **more,
    )


@pytest.mark.parametrize(
    ("crm", "trial", "wrong"),
    [
        (bad.ClaimsNaturalId, "the same intent twice", "two receipts"),
        (bad.RetriesBlindly, "hang_committed", "effects in one attempt"),
        (bad.CallsALostAnswerNotSent, "reset_committed", "nothing was done, and it"),
        (bad.BelievesEveryYes, "no_effect", "it was done, and nothing was"),
        (bad.FindsOne, "twice", "1 found of 2"),
        (bad.FindsAnything, "found within its lag", "what was never sent"),
    ],
)
def test_a_connector_that_does_not_keep_its_class_is_found_out(
    crm: type[OdooCrm], trial: str, wrong: str, start: Callable[[str], Running]
) -> None:
    double = start("miroir_connectors.testing.doubles.odoo:Odoo")
    tried = {trial, "not_json"}
    verdict = judged(BY_NAME["odoo"], crm, double, only=tried)
    assert {one.name for one in verdict.trials} == tried
    assert verdict.delivery is DeliveryClass.BLIND
    found = {one.name: one.wrong for one in verdict.failures}
    assert wrong in found[trial], str(verdict)
    assert trial in str(verdict)


def test_a_key_that_changes_is_found_out(start: Callable[[str], Running]) -> None:
    kind = BY_NAME["rest-A"]
    double = start(kind.double)
    only = ["the same intent twice"]
    verdict = judged(kind, bad.ForgetsItsKey, double, only=only)
    assert verdict.delivery is DeliveryClass.BLIND
    assert "the same intent twice: two receipts" in verdict.reason


def test_a_lag_that_was_not_promised_is_found_out(
    start: Callable[[str], Running],
) -> None:
    double = start("miroir_connectors.testing.doubles.odoo:Odoo")
    only = ["found within its lag"]
    verdict = judged(BY_NAME["odoo"], OdooCrm, double, lag_s=1.6, only=only)
    assert "where it promises 0 s" in verdict.reason
    assert verdict.delivery is DeliveryClass.BLIND


def test_a_server_at_work_for_longer_than_promised_is_found_out(
    start: Callable[[str], Running],
) -> None:
    """Looked for too early, absent, sent again: the trap of looking back."""
    double = start("miroir_connectors.testing.doubles.odoo:Odoo")
    settings = {"max_in_flight_s": 0.05}
    verdict = judged(
        BY_NAME["odoo"],
        OdooCrm,
        double,
        settings=settings,
        in_flight_s=1.0,
        only=["commit_late"],
    )
    assert "commit_late: 2 effects" in verdict.reason
    assert verdict.delivery is DeliveryClass.BLIND


def test_what_cannot_be_judged(start: Callable[[str], Running]) -> None:
    double = start("miroir_connectors.testing.doubles.odoo:Odoo")
    kind = BY_NAME["odoo"]
    with pytest.raises(ValueError, match="too long to be waited for"):
        judged(kind, OdooCrm, double, settings={"max_in_flight_s": 120})
    with pytest.raises(ValueError, match="is `reference` right"):
        judge(
            lambda: kind.connector(double), double, CONTACT, reference=lambda _: "other"
        )


def test_a_verdict_says_what_it_is() -> None:
    kept = ClassVerdict(declared=DeliveryClass.KEYED, trials=(Trial(name="a"),))
    assert str(kept) == "declares A, 1 trials, kept"
    assert SECRET not in str(kept)
