"""Who acts: one form of a name, and the account of the session when asked."""

from __future__ import annotations

import os
import pwd

import pytest
from miroir.adhesion.accounts import account
from miroir.dossier.moves import MoveRefused
from miroir.operations.adhesion.persons import person
from miroir.operations.adhesion.proposing import propose

from tests.operations.adhesion.companies import SIREN
from tests.operations.adhesion.conftest import Place


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("marie", "marie"),
        (" MARIE\t", "marie"),
        ("Zoé Martin", "zoe.martin"),
        ("Zoe\u0301  Martin", "zoe.martin"),
        ("\uff4darie", "marie"),
        ("ma\u200brie", "marie"),
        ("j.dupont@gps.fr", "j.dupont@gps.fr"),
    ],
)
def test_a_name_has_one_form(name: str, found: str) -> None:
    assert account(name) == found


@pytest.mark.parametrize("name", ["", "  ", "m\u0430rie", "marie;--", "x" * 65])
def test_a_name_that_is_no_account_is_refused(name: str) -> None:
    with pytest.raises(MoveRefused, match="celui de son compte"):
        account(name)


def test_the_robot_neither_proposes_nor_approves() -> None:
    with pytest.raises(MoveRefused, match="jamais par Miroir"):
        account("Miroir")


def test_a_session_acts_under_its_own_account_only(
    quick: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick.add('[adhesion]\nidentity = "session"\n')
    workplace = quick.open()
    mine = pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setenv("LOGNAME", "jean")
    assert person(workplace, mine) == account(mine)
    with pytest.raises(MoveRefused, match="sous son propre compte"):
        propose(workplace, SIREN, "jean")
