"""A class that is kept passes the trials of the contract; one that is not fails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from miroir import CrmLogger, Intent, OutcomeUnknown, Promise, Receipt
from miroir.testing.conformance import DestinationContract
from miroir.testing.counterpart import Running

from tests.testing.conformance.trials import local, remote


def contract(destination: type[CrmLogger], **more: Any) -> DestinationContract:
    """The contract that an author writes for it."""

    class Written(DestinationContract):
        on_the_network = destination.__module__ == remote.__name__
        counterpart = "tests.testing.conformance.trials.board:Board"

        def described(self) -> type[Any]:
            return destination

        def settings(self, folder: Path) -> Mapping[str, object]:
            (folder / "out").mkdir()
            return {"folder": folder / "out"}

        def unreachable(self, folder: Path) -> Mapping[str, object]:
            return {"folder": folder / "nowhere"}

        def facing(self, double: Running, folder: Path) -> Mapping[str, object]:
            return {"url": double.base, "ca_file": double.certificates.authority}

        def effects(self, folder: Path) -> int:
            return len(list((folder / "out").glob("*.txt")))

    tried: DestinationContract = type("Tried", (Written,), more)()
    return tried


@pytest.mark.parametrize(
    "destination", [local.Keyed, local.Named, local.Sought, local.Blind]
)
def test_a_class_that_is_kept_whatever_interrupts_it(
    destination: type[CrmLogger], tmp_path: Path
) -> None:
    contract(destination).test_the_class_is_kept_when_it_is_interrupted(tmp_path)


@pytest.mark.parametrize(
    ("destination", "wrong"),
    [
        (local.WritesItsKeyLast, r"killed before line \d+ of .*local: 2 effects"),
        (local.NamesTheAttempt, "killed once all is done: 2 effects"),
        (local.SeeksInItsList, r"killed before open: 2 effects"),
        (local.DeniesWhatItDid, "open fails: it says that nothing was done, and it"),
    ],
)
def test_a_class_that_is_not_kept_when_it_is_interrupted(
    destination: type[CrmLogger], wrong: str, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError, match=wrong):
        contract(destination).test_the_class_is_kept_when_it_is_interrupted(tmp_path)


@pytest.mark.parametrize(
    "destination", [remote.Keyed, remote.Named, remote.Sought, remote.Blind]
)
def test_a_class_that_is_kept_whatever_is_answered(
    destination: type[CrmLogger], tmp_path: Path
) -> None:
    contract(destination).test_the_class_is_kept_when_answers_are_lost(tmp_path)


@pytest.mark.parametrize(
    ("destination", "wrong"),
    [
        (remote.ForgetsItsKey, "reset_committed: 2 effects"),
        (remote.NamesAnew, "the same intent twice: two receipts"),
        (remote.FindsOne, "twice: 1 found of 2"),
        (remote.Insists, "status_committed: 2 effects in one attempt"),
    ],
)
def test_a_class_that_is_not_kept_when_answers_are_lost(
    destination: type[CrmLogger], wrong: str, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError, match=wrong):
        contract(destination).test_the_class_is_kept_when_answers_are_lost(tmp_path)


class Prints(local.Named):
    """Says something on the output, and leaves a lock when it is killed."""

    def send(self, action: Any, intent: Intent) -> Receipt:
        print("at work")  # noqa: T201 - what a plugin may do
        lock = self.folder / "lock"
        if lock.exists():
            raise OutcomeUnknown("somebody else is at work")
        lock.touch()
        made = super().send(action, intent)
        lock.unlink()
        return made


def test_what_cannot_be_sent_again_is_told(tmp_path: Path) -> None:
    said = r"it cannot be sent again \(OutcomeUnknown: somebody else is at work\)"
    with pytest.raises(AssertionError, match=said):
        contract(Prints).test_the_class_is_kept_when_it_is_interrupted(tmp_path)


class Slow(local.Sought):
    promise = Promise(
        delivery=local.Sought.promise.delivery, max_in_flight=timedelta(minutes=2)
    )


def test_what_cannot_be_tried(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="too long to be waited for"):
        contract(Slow).test_the_class_is_kept_when_it_is_interrupted(tmp_path)


def test_a_destination_that_does_not_work_at_all(tmp_path: Path) -> None:
    tried = contract(local.Named, effects=lambda *_: 0)
    with pytest.raises(ValueError, match=r"«done» is said, and 0 effects are there"):
        tried.test_the_class_is_kept_when_it_is_interrupted(tmp_path)


def test_without_a_counterpart(tmp_path: Path) -> None:
    unnamed = contract(remote.Named, counterpart="")
    with pytest.raises(pytest.skip.Exception, match="no `counterpart`"):
        unnamed.test_the_class_is_kept_when_answers_are_lost(tmp_path)
    for other in (contract(remote.Named, counterpart=None), contract(local.Named)):
        other.test_the_class_is_kept_when_answers_are_lost(tmp_path)
