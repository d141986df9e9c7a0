"""`miroir worker` and `miroir actions …` as an operator runs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from miroir.outbox.model import Status

from tests.cli.commands import miroir
from tests.outbox.double.running import Double
from tests.outbox.fleet import Fleet
from tests.outbox.samples import SIREN


class Desk:
    """An installation whose commands run in this process."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet

    def __call__(self, *args: str) -> Result:
        return miroir(*args, "--config", str(self.fleet.config))

    def said(self, *args: str, code: int = 0) -> str:
        result = self(*args)
        assert result.exit_code == code, result.output
        return result.output.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def desk(
    tmp_path: Path, double: Double, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    fleet = Fleet(tmp_path, f"sqlite:///{tmp_path / 'miroir.db'}", double.port)
    monkeypatch.syspath_prepend(fleet.site.folder)
    fleet.configure(double.port, "C", isolation="none")
    yield Desk(fleet)
    fleet.site.forget_modules()


def test_what_waits_is_sent_once_and_shown(desk: Desk, double: Double) -> None:
    (key,) = desk.fleet.enqueue("ok")
    assert "en attente" in desk.said("actions", "list")
    desk.said("worker", "--once")
    desk.said("worker", "--until-idle")
    assert double.done()[key] == 1
    listed = desk.said("actions", "list")
    assert "Aucune action en attente." in listed
    assert "1 faite : `miroir actions list --state confirmed`." in listed
    assert "Aucune action.\n" in desk.said("actions", "list", "--siren", "640151353")
    header, row = desk.said("actions", "list", "--state", "confirmed").splitlines()
    assert row[header.index("ESSAIS")] == "1", "as many as `show` tells"
    document = json.loads(desk.said("actions", "list", "--format", "json"))
    assert (document["actions"], document["ended"]) == ([], {"confirmed": 1})
    shown = desk.said("actions", "show", key[:10], "--content")
    assert f"contact dans la GRC, SIREN {SIREN}" in shown
    assert "État : faite" in shown and "Accusé : R" in shown
    assert (
        "Essai 1 : " in shown
        and "envoi, faite" in shown
        and '"channel":"call_out"' in shown
    )
    told = json.loads(desk.said("actions", "show", key, "--format", "json"))
    assert told["status"] == "confirmed" and len(told["attempts"]) == 2
    listed = desk.said("actions", "list", "--state", "confirmed", "--format", "json")
    assert [each["key"] for each in json.loads(listed)["actions"]] == [key]


def test_what_was_refused_is_replayed_or_given_up(desk: Desk, double: Double) -> None:
    keys = desk.fleet.enqueue("refuse", "refuse", "ok")
    why = ("--as", "marie", "--reason", "corrigé chez eux")
    assert "annulée" in desk.said("actions", "cancel", keys[2], *why)
    desk.said("worker", "--until-idle")
    stuck = desk.said("actions", "list", "--stuck")
    assert stuck.count("refusée") == 2
    assert "remise en attente" in desk.said("actions", "replay", keys[0], *why)
    assert "abandonnée" in desk.said("actions", "discard", keys[1], *why)
    desk.said("worker", "--until-idle")
    assert [row.status for row in desk.fleet.rows(keys)] == [
        Status.CONFIRMED,
        Status.CANCELLED,
        Status.CANCELLED,
    ]
    refused = desk.said("actions", "cancel", keys[0], *why, code=1)
    assert "this action is confirmed, and cannot be cancelled" in refused


def test_two_persons_decide_of_what_was_lost(desk: Desk, double: Double) -> None:
    desk.fleet.configure(double.port, "D", isolation="none")
    (key,) = desk.fleet.enqueue("commit_then_reset")
    desk.said("worker", "--until-idle")
    assert "à décider (doute)" in desk.said("actions", "list", "--stuck")
    marie = ("--as", "marie", "--reason", "vu dans la GRC")
    paul = ("--as", "paul", "--reason", "vu aussi", "--receipt", "GRC-7")
    refused = desk.said("actions", "replay", key, *marie, code=1)
    assert "it may have been carried out" in refused
    assert "nothing is proposed" in desk.said("actions", "confirm", key, *paul, code=1)
    assert "elle a été faite" in desk.said("actions", "decide", key, "done", *marie)
    assert "Proposé par marie" in desk.said("actions", "show", key)
    alone = desk.said("actions", "confirm", key, *marie, code=1)
    assert "another person confirms" in alone
    assert "faite" in desk.said("actions", "confirm", key, *paul)
    shown = desk.said("actions", "show", key)
    assert "Accusé : GRC-7" in shown and "paul" in shown
    assert double.done()[key] == 1


def test_a_held_outbox_sends_nothing_until_it_is_reconciled(
    desk: Desk, double: Double
) -> None:
    (key,) = desk.fleet.enqueue("ok")
    why = ("--as", "marie", "--reason", "sauvegarde du 2 mars remise en place")
    assert "1 action(s) en doute" in desk.said("actions", "hold", *why)
    assert "Nothing was sent" in desk.said("worker", "--until-idle", code=1)
    assert "Aucun envoi depuis le" in desk.said("actions", "list")
    assert key not in double.done()
    assert "recherchées avant tout renvoi" in desk.said("actions", "reconcile", *why)
    desk.said("worker", "--until-idle")
    assert double.done()[key] == 1
    assert "nothing is held" in desk.said("actions", "reconcile", *why, code=1)


def test_both_ways_to_end_exclude_each_other(desk: Desk) -> None:
    assert desk("worker", "--once", "--until-idle").exit_code == 2


def test_an_action_that_is_not_there(desk: Desk) -> None:
    assert "no action of this key" in desk.said("actions", "show", "abc", code=1)


def test_the_help_lists_what_a_person_may_do() -> None:
    said = miroir("actions", "--help").output
    for verb in ("list", "show", "replay", "cancel", "decide", "confirm", "discard"):
        assert f"  {verb} " in said
    assert miroir("actions", "nothing").exit_code == 2
