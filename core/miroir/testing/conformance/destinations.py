"""The contract of destinations: one effect, as their class says, and no more."""

from __future__ import annotations

import time
import uuid
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from miroir.config.connecting import DESTINATIONS
from miroir.errors import DestinationError, MiroirError
from miroir.testing.conformance.actions import SIREN, action_of
from miroir.testing.conformance.reaching import gives_up, silence
from miroir.testing.conformance.tables import TableContract
from miroir.types.delivery import DeliveryClass, Destination, Intent, Receipt

if TYPE_CHECKING:
    from miroir.testing.counterpart import Running

_MANY, _FEW = 24, 8
"""Points where it is interrupted: a folder is soon prepared anew, a server is not."""
_ONCE = (DeliveryClass.KEYED, DeliveryClass.NATURAL_ID)


class DestinationContract(TableContract[Destination[object]]):
    """A connector of the hooks of destinations.

    `settings` prepares a counterpart where `SIREN` exists; `effects` looks at
    it, and not through the destination. `on_the_network` is False for a place
    that can neither be slow nor silent, such as a folder.

    `counterpart`: «module:Class» of a double of the other side, a
    `miroir.testing.counterpart.Counterpart`, which loses and forges answers; with
    it, `facing` has to be written. None: the other side does not speak HTTP.
    `lag_s`, `in_flight_s`: how late its search is, how long it works on for a
    caller who has gone; by default as long as the destination promises.
    """

    kind = "destination"
    section = DESTINATIONS
    on_the_network: ClassVar[bool] = True
    seconds: ClassVar[float] = 35
    counterpart: ClassVar[str | None] = ""
    lag_s: ClassVar[float | None] = None
    in_flight_s: ClassVar[float | None] = None

    @abstractmethod
    def effects(self, folder: Path) -> int:
        """How many actions the counterpart holds now, counted at its own place."""

    def facing(self, double: Running, folder: Path) -> Mapping[str, object]:
        """The keys of a table whose place is this double: `double.base`, over TLS.

        With short bounds: its quarantine and its time-outs are waited for.
        """
        raise NotImplementedError("`counterpart` is named: write `facing` too")

    def reference(self, intent: Intent) -> str:
        """What the double finds in `Record.reference` of what was done."""
        return intent.key

    def silent(self, host: str, port: int, folder: Path) -> Mapping[str, object]:
        """The keys of a table whose place is at this address."""
        pytest.skip("`silent` is not written: nothing shows that time-outs are kept")

    def action(self) -> object:
        """What is sent; about `SIREN` unless the subclass has its own."""
        return action_of(self.described().kind, SIREN)

    def described(self) -> type[Destination[object]]:
        found = self.given(lambda m: m.destinations().get(self.connector))
        return found.value.destination

    def test_check_reaches_it_and_writes_nothing(self, tmp_path: Path) -> None:
        destination = self._destination(tmp_path)
        before = self.effects(tmp_path)
        destination.check()
        assert self.effects(tmp_path) == before, "`check` writes"

    def test_check_says_when_it_cannot(self, tmp_path: Path) -> None:
        destination = self.build(self.unreachable(tmp_path), tmp_path)
        with pytest.raises(DestinationError) as caught:
            destination.check()
        assert str(caught.value).strip(), "the error says nothing"

    def test_an_action_has_one_effect_and_a_receipt(self, tmp_path: Path) -> None:
        destination = self._destination(tmp_path)
        receipt = destination.send(self.action(), _intent())
        assert isinstance(receipt, Receipt)
        assert receipt.id, "a receipt without id proves nothing"
        assert self.effects(tmp_path) == 1

    def test_two_intents_have_two_effects(self, tmp_path: Path) -> None:
        destination = self._destination(tmp_path)
        for _ in range(2):
            destination.send(self._again(tmp_path), _intent())
        assert self.effects(tmp_path) == self.effects_of_two()

    def effects_of_two(self) -> int:
        """2, or 1 where a second action replaces the first."""
        return 2

    def test_the_class_is_kept(self, tmp_path: Path) -> None:
        destination = self._destination(tmp_path)
        promise, intent = destination.promise, _intent()
        if promise.delivery is DeliveryClass.READ_BACK:
            assert not destination.find(self.action(), intent)
        first = destination.send(self.action(), intent)
        if promise.delivery in _ONCE:
            again = Intent(key=intent.key, siren=intent.siren, attempt=2)
            second = destination.send(self.action(), again)
            assert second.id == first.id, "one intent has two receipts"
        elif promise.delivery is DeliveryClass.READ_BACK:
            time.sleep(promise.lag.total_seconds())
            found = destination.find(self.action(), intent)
            assert [each.id for each in found] == [first.id]
        assert self.effects(tmp_path) == 1, f"not of class {promise.delivery.value}"

    def test_the_class_is_kept_when_it_is_interrupted(self, tmp_path: Path) -> None:
        from miroir.testing.delivery import Place, TooLongToWait, interrupt

        def prepare(folder: Path) -> Place:
            settings = dict(self.settings(folder))
            return Place(
                make=lambda: self.build(settings, folder),
                effects=lambda: self.effects(folder),
            )

        try:
            verdict = interrupt(
                prepare,
                self.action(),
                tmp_path,
                siren=SIREN,
                most=_FEW if self.on_the_network else _MANY,
            )
        except TooLongToWait as error:
            pytest.skip(str(error))
        assert verdict.kept, str(verdict)

    def test_the_class_is_kept_when_answers_are_lost(self, tmp_path: Path) -> None:
        if not self.on_the_network or self.counterpart is None:
            return
        if not self.counterpart:
            pytest.skip("no `counterpart`: nothing loses the answers that it waits for")
        from miroir.testing.counterpart import Certificates, running
        from miroir.testing.delivery import judge

        with running(self.counterpart, Certificates.make(tmp_path)) as double:
            settings = dict(self.facing(double, tmp_path))
            verdict = judge(
                lambda: self.build(settings, tmp_path),
                double,
                self.action(),
                siren=SIREN,
                reference=self.reference,
                lag_s=self.lag_s,
                in_flight_s=self.in_flight_s,
            )
        assert verdict.kept, str(verdict)

    def test_a_place_that_cannot_be_reached_gets_nothing(self, tmp_path: Path) -> None:
        destination = self.build(self.unreachable(tmp_path), tmp_path)
        with pytest.raises(MiroirError):
            destination.send(self.action(), _intent())

    def test_it_gives_up_in_time(self, tmp_path: Path) -> None:
        if not self.on_the_network:
            return
        with silence() as (host, port):
            destination = self.build(self.silent(host, port, tmp_path), tmp_path)
            gives_up(lambda: destination.send(self.action(), _intent()), self.seconds)

    def _again(self, folder: Path) -> object:
        """The action of a second intent; an update carries the new version."""
        return self.action()

    def _destination(self, folder: Path) -> Destination[object]:
        return self.build(dict(self.settings(folder)), folder)


def _intent() -> Intent:
    return Intent(key=uuid.uuid4().hex * 2, siren=SIREN)
