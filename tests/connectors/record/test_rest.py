"""Records through REST, on a double in a process of its own, over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from miroir import (
    ActionNotSent,
    ActionRefused,
    DeliveryClass,
    DestinationError,
    NeedsPerson,
    OutcomeUnknown,
    Secret,
)
from miroir.testing.counterpart.certificates import Certificates
from miroir.testing.counterpart.faults import Fault
from miroir.testing.counterpart.process import Running, running
from miroir_connectors.record.layout import Fields
from miroir_connectors.record.paths import Search, Write
from miroir_connectors.record.rest import RecordRest
from miroir_connectors.testing.doubles.records import TOKEN

from tests.connectors.record.entries import ENTRY, SIREN, intent

FIELDS = Fields(
    names={
        "analyse": "{analysis}",
        "appel": "{call}",
        "motif": "{menu.motif}",
        "suite": "{menu.suite}",
        "reference": "{reference}",
    }
)


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    certificates = Certificates.make(tmp_path_factory.mktemp("tls"))
    with running(
        "miroir_connectors.testing.doubles.records:RecordTool", certificates
    ) as double:
        yield double


@pytest.fixture
def writer(tool: Running) -> RecordRest:
    tool.disarm()
    tool.clear()
    tool.prepare("records", {SIREN: 1})
    return RecordRest(
        url=tool.base,
        search_record=Search(path="/records?siren={siren}", items="found", id="number"),
        create_record=Write(
            path="/records", id="number", values={"siren": "{siren}", "by": "miroir"}
        ),
        complete=Write(path="/records/{record}/entries"),
        search_entry=Search(
            path="/records/{record}/entries?reference={reference}", items="found"
        ),
        fields=FIELDS,
        delivery=DeliveryClass.READ_BACK,
        token=Secret(TOKEN),
        ca_file=tool.certificates.authority,
        deadline_s=3,
    )


def test_the_record_is_found_and_completed(tool: Running, writer: RecordRest) -> None:
    writer.check()
    receipt = writer.send(ENTRY, intent())
    assert receipt.facts == {"record": "R0150", "created": "no"}
    (made,) = tool.records()
    assert made["fields"]["analyse"] == ENTRY.analysis
    assert made["fields"]["motif"] == "01"
    assert [one.id for one in writer.find(ENTRY, intent())] == [receipt.id]
    assert writer.find(ENTRY, intent("other")) == []


def test_a_record_that_is_not_there_is_created(
    tool: Running, writer: RecordRest
) -> None:
    tool.prepare("records", {})
    assert writer.find(ENTRY, intent()) == []
    receipt = writer.send(ENTRY, intent())
    assert receipt.facts == {"record": "R0150", "created": "yes"}
    with pytest.raises(NeedsPerson, match="no record bears"):
        tool.prepare("records", {})
        replace(writer, create_record=None).send(ENTRY, intent("two"))


def test_several_records_are_for_a_person(tool: Running, writer: RecordRest) -> None:
    tool.prepare("records", {SIREN: 2})
    with pytest.raises(NeedsPerson, match="2 records bear the SIREN"):
        writer.send(ENTRY, intent())
    assert tool.records() == []


def test_a_lost_answer_is_looked_for(tool: Running, writer: RecordRest) -> None:
    # The search answers, the write is done, its answer is lost.
    tool.arm(Fault.RESET_COMMITTED, after=1, times=1)
    with pytest.raises(OutcomeUnknown):
        writer.send(ENTRY, intent())
    tool.disarm()
    assert len(writer.find(ENTRY, intent())) == 1
    tool.lag(60)
    assert writer.find(ENTRY, intent()) == []
    tool.lag(0)


def test_a_put_that_is_sent_again_changes_nothing(
    tool: Running, writer: RecordRest
) -> None:
    natural = replace(
        writer,
        complete=Write(path="/records/{record}/entries/{key}", method="PUT"),
        create_record=None,
        delivery=DeliveryClass.NATURAL_ID,
    )
    for _ in range(2):
        assert natural.send(ENTRY, intent()).id == intent().key
    assert len(tool.records()) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [(Fault.NO_EFFECT, "it is not there"), (Fault.STATUS, "it cannot be looked for")],
)
def test_a_yes_is_not_believed_alone(
    tool: Running, writer: RecordRest, fault: Fault, said: str
) -> None:
    tool.arm(fault, after=1 if fault is Fault.NO_EFFECT else 2, times=9)
    with pytest.raises(OutcomeUnknown, match=said):
        writer.send(ENTRY, intent())
    tool.disarm()
    late = replace(writer, lag_s=1.0)
    tool.lag(60)
    assert late.send(ENTRY, intent("late")).id
    tool.lag(0)


def test_an_idempotency_key_goes_with_each_write(
    tool: Running, writer: RecordRest
) -> None:
    keyed = replace(writer, delivery=DeliveryClass.KEYED, key_retention_h=24.0)
    tool.prepare("records", {})
    keyed.send(ENTRY, intent())
    keys = [one["headers"].get("idempotency-key") for one in tool.calls()][-4:]
    assert keys == [None, f"{intent().key}-record", f"{intent().key}-entry", None]
    assert keyed.promise.key_retention.total_seconds() == 86_400


def test_what_the_tool_refuses_is_refused(tool: Running, writer: RecordRest) -> None:
    with pytest.raises(ActionRefused, match="422"):
        writer.send(replace(ENTRY, analysis="x" * 201), intent())
    stranger = replace(writer, token=None)
    with pytest.raises((ActionRefused, ActionNotSent)):
        stranger.send(ENTRY, intent())
    with pytest.raises(DestinationError):
        stranger.check()


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ({"search_record": Search(path="/records?siren={siren}", items="x")}, "list"),
        (
            {"search_record": Search(path="/records?siren={siren}", items="found")},
            "without an id",
        ),
    ],
)
def test_an_answer_that_is_not_as_described_is_not_believed(
    writer: RecordRest, place: dict[str, Any], message: str
) -> None:
    with pytest.raises(ActionNotSent, match=message):
        replace(writer, **place).send(ENTRY, intent())


def test_a_record_created_without_an_id_is_not_believed(
    tool: Running, writer: RecordRest
) -> None:
    tool.prepare("records", {})
    create = replace(writer.create_record, id="nothing")  # type: ignore[type-var]
    with pytest.raises(OutcomeUnknown, match="no id at"):
        replace(writer, create_record=create).send(ENTRY, intent())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"delivery": DeliveryClass.KEYED}, "`key_retention_h`"),
        ({"delivery": DeliveryClass.NATURAL_ID}, "PUT"),
        ({"delivery": DeliveryClass.READ_BACK}, "`search_entry`"),
        ({"search_entry": Search(path="/x?y={siret}")}, r"holds \{siret\}"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RecordRest(
            url="https://tool.example.org",
            search_record=Search(path="/records?siren={siren}"),
            complete=Write(path="/records/{record}"),
            create_record=Write(path="/records", values={"siren": "{siren}"}),
            **settings,
        )
    blind = RecordRest(
        url="https://tool.example.org",
        search_record=Search(path="/r"),
        complete=Write(path="/w"),
        ca_file=Path("none"),
    )
    with pytest.raises(NotImplementedError):
        blind.find(ENTRY, intent())
