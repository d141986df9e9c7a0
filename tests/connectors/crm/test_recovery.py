"""What comes after a lost answer: forgotten keys, two records, lag, maintenance."""

from __future__ import annotations

from datetime import timedelta

import pytest
from miroir import ActionNotSent, ActionRefused, NeedsPerson, OutcomeUnknown
from miroir.testing.counterpart import Fault

from tests.connectors.crm.conftest import Doubles
from tests.connectors.crm.crms import BY_NAME, CONTACT, INTENT, KINDS, Kind

LOOKS = [one for one in KINDS if one.name != "rest-D"]
SEARCHES = [one for one in LOOKS if one.name != "dataverse"]  # it reads by an id


def named(kind: Kind) -> str:
    return kind.name


def test_a_key_that_was_forgotten_is_looked_for_by_a_search(doubles: Doubles) -> None:
    kind = BY_NAME["rest-A"]
    double = doubles(kind)
    double.arm(Fault.HANG_COMMITTED, after=2)
    crm = kind.connector(double)
    with pytest.raises(OutcomeUnknown):
        crm.send(CONTACT, INTENT)
    double.disarm()
    double.forget_keys()
    assert len(crm.find(CONTACT, INTENT)) == 1
    crm.send(CONTACT, INTENT)  # what looking first avoids
    assert double.effects(INTENT.key) == 2
    assert crm.promise.key_retention == timedelta(hours=24)


@pytest.mark.parametrize("kind", SEARCHES, ids=named)
def test_two_records_of_one_reference_are_both_found(
    kind: Kind, doubles: Doubles
) -> None:
    writes_at = _first_write(kind, doubles)
    double = doubles(kind)
    crm = kind.connector(double)
    double.arm(Fault.TWICE, after=writes_at, times=1)
    crm.send(CONTACT, INTENT)
    double.disarm()
    assert len(crm.find(CONTACT, INTENT)) == 2


def test_salesforce_says_itself_that_there_are_several(doubles: Doubles) -> None:
    kind = BY_NAME["salesforce"]
    double = doubles(kind)
    crm = kind.connector(double)
    double.arm(Fault.TWICE, after=2, times=1)
    crm.send(CONTACT, INTENT)
    double.disarm()
    with pytest.raises(NeedsPerson, match="several records"):
        crm.send(CONTACT, INTENT)
    assert double.effects(INTENT.key) == 2


@pytest.mark.parametrize("kind", SEARCHES, ids=named)
def test_a_search_that_lags_is_waited_for(kind: Kind, doubles: Doubles) -> None:
    double = doubles(kind)
    crm = kind.connector(double, lag_s=5.0)
    crm.send(CONTACT, INTENT)
    double.lag(5)
    assert crm.find(CONTACT, INTENT) == []
    assert crm.promise.quarantine > 2 * timedelta(seconds=5)
    double.lag(0)
    assert len(crm.find(CONTACT, INTENT)) == 1


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_a_maintenance_of_eight_hours(kind: Kind, doubles: Doubles) -> None:
    double = doubles(kind)
    crm = kind.connector(double)
    double.arm(Fault.STATUS, status=503, headers={"Retry-After": "28800"})
    for _ in range(3):
        with pytest.raises(ActionNotSent) as waits:
            crm.send(CONTACT, INTENT)
        assert waits.value.retry_after == 3_600
    assert "write" not in double.phases()
    double.disarm()
    crm.send(CONTACT, INTENT)
    assert double.effects(kind.reference(INTENT)) == 1


def test_a_quota_that_is_used_up_is_waited_for(doubles: Doubles) -> None:
    kind = BY_NAME["salesforce"]
    double = doubles(kind)
    said = '[{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "…"}]'
    double.arm(Fault.STATUS, after=1, status=403, body=said)
    with pytest.raises(ActionNotSent, match="403 REQUEST_LIMIT_EXCEEDED") as waits:
        kind.connector(double).send(CONTACT, INTENT)
    assert waits.value.retry_after == 3_600


def test_a_company_that_went_away_between_two_writes(doubles: Doubles) -> None:
    kind = BY_NAME["hubspot"]
    double = doubles(kind)
    double.arm(Fault.STATUS, after=2, status=404)
    with pytest.raises(OutcomeUnknown, match="not there"):
        kind.connector(double).send(CONTACT, INTENT)
    assert double.effects(INTENT.key) == 1


PARTLY = '{"status": "COMPLETE", "results": [], "numErrors": 1, "errors": []}'


def test_hubspot_refuses_a_part(doubles: Doubles) -> None:
    kind = BY_NAME["hubspot"]
    double = doubles(kind)
    double.arm(Fault.STATUS, after=1, status=207, body=PARTLY)
    with pytest.raises(ActionRefused):
        kind.connector(double).send(CONTACT, INTENT)


def _first_write(kind: Kind, doubles: Doubles) -> int:
    double = doubles(kind)
    kind.connector(double).send(CONTACT, INTENT)
    return double.phases().index("write")
