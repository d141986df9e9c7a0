"""Collecting from a source of a GPS, which runs in a child of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from miroir.errors import DestinationError, PluginError, SourceUnavailable
from miroir.operations import sync
from miroir.operations.adhesion.contracts import read_contract
from miroir.operations.sync import collect
from miroir.operations.workplace import Workplace
from miroir.plugins import source_work
from miroir.plugins.conduct import Misbehaviour
from miroir.plugins.containment import Containment, Terms
from miroir.plugins.destinations import ConfiguredDestination
from miroir.plugins.provider import Provider
from miroir.plugins.sources import ConfiguredSource
from miroir.types.action import AdhesionContract, AdhesionUpdate, AdhesionUpdater
from miroir.types.campaign import CampaignLine
from miroir.types.delivery import DeliveryClass, Intent, Promise, Receipt
from miroir.types.source import (
    CampaignReading,
    CampaignSource,
    CollectRequest,
    DsnSource,
    ReceivedFile,
)

from tests.operations.conftest import Place

ACME = Provider(name="gps_acme", distribution="miroir-gps-acme", version="1.0")


@dataclass(frozen=True, kw_only=True)
class Tool(DsnSource):
    """Keeps what it gave and a cursor, as a connection would; dies if told to."""

    folder: Path
    dies: bool = False
    slow: bool = False
    given: list[str] = field(default_factory=list)

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        marker = self.folder / "down"
        if marker.exists():
            marker.unlink()
            raise SourceUnavailable("503")
        for path in sorted(self.folder.glob("*.edi")):
            if self.given and self.dies:
                os.kill(os.getpid(), signal.SIGKILL)
            if self.given and self.slow:
                signal.pause()
            self.given.append(path.name)
            yield ReceivedFile.from_path(path)

    def taken(self, file: ReceivedFile) -> None:
        (self.folder / f"{Path(file.name).name}.taken").write_text(str(os.getpid()))

    def next_cursor(self) -> str | None:
        return self.given[-1] if self.given else None

    @property
    def incremental(self) -> bool:
        return True


@dataclass(frozen=True, kw_only=True)
class Lines(CampaignSource):
    siren: str
    garbage: bool = False

    def collect(self, request: CollectRequest) -> Iterator[ReceivedFile]:
        yield ReceivedFile.of("campagne", b"1")

    def read(self, file: ReceivedFile) -> CampaignReading:
        if self.garbage:
            return CampaignReading(lines=({"siren": self.siren},))  # type: ignore[arg-type]
        return CampaignReading(lines=(CampaignLine(siren=self.siren),))


def tool(place: Place, source: Any) -> ConfiguredSource:
    for name, content in place.company.files:
        (place.folder / f"{name}.edi").write_bytes(content)
    return ConfiguredSource(
        name="tool", connector="acme-tool", provider=ACME, source=source
    )


@pytest.fixture(params=["fork", "process"])
def contained(request: pytest.FixtureRequest, workplace: Workplace) -> Workplace:
    workplace.plugins.containment = Containment(Terms(mode=request.param))
    return workplace


@pytest.fixture
def copied(workplace: Workplace) -> Workplace:
    workplace.plugins.containment = Containment(Terms(mode="fork"))
    return workplace


def test_one_child_serves_a_whole_collection(
    place: Place, contained: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "LONGEST_WAIT", 0)
    (place.folder / "down").touch()
    source = Tool(folder=place.folder)
    report = collect(contained, tool(place, source))
    assert (report.given, report.new, report.error) == (4, 4, "")
    pids = {path.read_text() for path in place.folder.glob("*.taken")}
    assert len(pids) == 1 and str(os.getpid()) not in pids
    assert source.given == []
    with contained.store.read() as tables:
        cursor = tables.sources.state("tool").cursor
        assert len(tables.declarations.files_of(place.company.siren)) == 4
    assert cursor == max(f"{name}.edi" for name, _ in place.company.files)


def test_what_came_before_it_died_is_kept_and_another_source_goes_on(
    place: Place, contained: Workplace
) -> None:
    report = collect(contained, tool(place, Tool(folder=place.folder, dies=True)))
    assert (report.given, report.new) == (1, 1)
    assert "'gps_acme' (miroir-gps-acme 1.0) failed while collecting" in report.error
    assert "its process ended (SIGKILL)" in report.error
    counts = contained.plugins.containment.conduct.counts()
    assert counts == {"gps_acme": {Misbehaviour.CRASHED: 1}}
    place.deliver()
    other = collect(contained, contained.sources["depot"])
    assert (other.given, other.error) == (4, "")


def test_a_source_that_gives_nothing_more_is_stopped(
    place: Place, copied: Workplace
) -> None:
    terms = copied.plugins.containment.terms
    for late in ({"next_seconds": 1.0}, {"collect_seconds": 1.0}):
        copied.plugins.containment.terms = replace(terms, **late)  # type: ignore[arg-type]
        report = collect(copied, tool(place, Tool(folder=place.folder, slow=True)))
        assert report.given == 1
        assert "it did not answer within " in report.error


def test_rows_are_read_there_too_and_garbage_is_refused(
    place: Place, copied: Workplace
) -> None:
    siren = place.company.siren
    assert collect(copied, tool(place, Lines(siren=siren))).error == ""
    with copied.store.read() as tables:
        assert [line.siren for line in tables.campaigns.lines_of(siren)] == [siren]
    bad = replace(tool(place, Lines(siren=siren, garbage=True)), name="other")
    error = collect(copied, bad).error
    assert "a wrong lines[0]: an object of type dict; expected CampaignLine" in error


def test_a_file_that_is_too_much_is_refused(
    place: Place, copied: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_work, "_MOST_ANSWER", 100)
    error = collect(copied, tool(place, Tool(folder=place.folder))).error
    assert "what it answered is too long" in error


@dataclass(frozen=True, kw_only=True)
class Contracts(AdhesionUpdater):
    """A management tool; `does` says what it does when it is read."""

    does: str = ""
    promise = Promise(delivery=DeliveryClass.KEYED)

    def read(self, siren: str) -> AdhesionContract | None:
        if self.does == "dies":
            os._exit(0)
        if self.does == "is down":
            raise DestinationError("503")
        return AdhesionContract(siren=siren, version=str(os.getpid()), conditions=())

    def send(self, action: AdhesionUpdate, intent: Intent) -> Receipt:
        raise AssertionError("nothing is sent here")


def with_contracts(copied: Workplace, does: str) -> Workplace:
    tool: Any = Contracts(does=does)
    configured = ConfiguredDestination(
        name="outil",
        connector="acme-contracts",
        provider=ACME,
        destination=tool,
    )
    return replace(copied, destinations={"outil": configured})


def test_a_contract_is_read_in_a_child(copied: Workplace) -> None:
    found = read_contract(with_contracts(copied, ""), "999000243")
    assert found.version not in ("", str(os.getpid()))
    with pytest.raises(DestinationError, match=r"^503$"):
        read_contract(with_contracts(copied, "is down"), "999000243")
    with pytest.raises(PluginError, match=r"reading the contract of 999000243 in"):
        read_contract(with_contracts(copied, "dies"), "999000243")
    copied.plugins.close()
