"""From an incoherence to an applied update, undone, proposed again, expired."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from miroir.adhesion.confirming import Confirmation
from miroir.adhesion.plan import PlanState
from miroir.dossier.mandate import Interlocutor, Mandate, Role
from miroir.dossier.moves import MoveRefused
from miroir.errors import ConfigurationError, DestinationError
from miroir.operations.adhesion.choosing import Choice
from miroir.operations.adhesion.contracts import read_contract
from miroir.operations.adhesion.deciding import approve, refuse, withdraw
from miroir.operations.adhesion.examining import examine
from miroir.operations.adhesion.following import follow, update_row
from miroir.operations.adhesion.proposing import propose, undo
from miroir.operations.adhesion.renewing import renew
from miroir.operations.outbox.lane import Lane
from miroir.operations.outbox.worker import Worker, lanes
from miroir.operations.reprocess import reprocess
from miroir.operations.workplace import Workplace
from miroir.outbox.model import Status
from miroir.store.adhesion_plans.plans import StoredPlan
from miroir.types.action import AdhesionContract, Mail
from miroir_connectors.adhesion_registry.updater import AdhesionRegistry

from tests.operations.adhesion.companies import (
    CADRES,
    HISTORY,
    OTHERS,
    REGISTRY,
    SIREN,
    SIRET,
    STRANGER,
    deliver,
    registry,
    replaced,
)
from tests.operations.adhesion.conftest import Place, plan_now

Work = Callable[[Workplace], None]


def approved(
    workplace: Workplace,
    stored: StoredPlan,
    by: str = "jean",
    confirm: Confirmation = Confirmation.CALL,
) -> StoredPlan:
    return approve(workplace, SIREN, stored.plan.hash[:12], by, confirm=confirm)


def acts(workplace: Workplace) -> list[tuple[str, str]]:
    with workplace.store.read() as tables:
        return [
            (line.act, line.actor)
            for line in tables.journal.lines()
            if line.act.startswith("adhesion.")
        ]


def test_an_update_is_proposed_approved_and_applied(place: Place, work: Work) -> None:
    workplace = place.open()
    stored = propose(workplace, SIREN, "Marie")
    plan = stored.plan
    (item,) = plan.items
    assert (item.code, item.recorded, item.expected) == (
        "TAUX_T1_DIFFERENT",
        "6,20\u00a0%",
        "8,00\u00a0%",
    )
    # 8.00 is called at 10.16 instead of 7.87: 2.29 % of 7,300.00 € a month.
    assert [month.due for month in plan.effect.months] == [167_17] * 4
    assert (plan.effect.gap_before, plan.effect.gap_after) == (668_68, 0)
    with pytest.raises(MoveRefused, match="une autre personne"):
        approved(workplace, stored, "marie")
    assert approved(workplace, stored).state is PlanState.APPROVED
    assert place.registry.read_text() == REGISTRY
    work(workplace)
    assert plan_now(workplace, stored).state is PlanState.APPLIED
    lines = place.registry.read_text().splitlines()
    assert lines[1] == STRANGER
    assert lines[4] == CADRES.replace("2025-01-01;;6.20", "2026-01-01;;8.00").replace(
        "T1-DC", "T1-H800"
    )
    assert not [one for one in examine(workplace, SIREN).found if one.change]
    assert acts(workplace) == [
        ("adhesion.proposed", "marie"),
        ("adhesion.approved", "jean"),
        ("adhesion.applied", "Miroir"),
    ]
    with workplace.store.read() as tables:
        dossier = tables.cases.get(SIREN)
        (task,) = tables.reminders.to_come([dossier.id])
        said = [event.text for event in tables.cases.thread(dossier.id)]
    assert "Confirmer à l’entreprise la mise à jour" in task.text
    assert "appliqué par l’outil de gestion" in said[-1]


def test_what_is_done_again_has_no_second_effect(quick: Place, work: Work) -> None:
    workplace = quick.open()
    stored = approved(workplace, propose(workplace, SIREN, "marie"))
    work(workplace)
    after = quick.registry.read_text()
    work(workplace)
    reprocess(workplace, SIREN)
    list(renew(workplace))
    assert quick.registry.read_text() == after
    with workplace.store.read() as tables:
        assert len(tables.outbox.listed()) == 1
        assert len(tables.plans.of(SIREN)) == 1
    with pytest.raises(MoveRefused, match=r"n’attend plus.*appliqué par jean"):
        approved(workplace, stored, "alix")


def test_a_contract_that_changed_is_answered_412_and_proposed_anew(
    place: Place, work: Work
) -> None:
    workplace = place.open()
    stored = approved(workplace, propose(workplace, SIREN, "marie"))
    changed = CADRES.replace(";1486;", ";2216;")
    place.registry.write_text(registry(STRANGER, HISTORY, changed, OTHERS))
    work(workplace)
    void = plan_now(workplace, stored)
    assert void.state is PlanState.VOID and "a changé" in void.why
    assert place.registry.read_text() == registry(STRANGER, HISTORY, changed, OTHERS)
    with workplace.store.read() as tables:
        (action,) = tables.outbox.listed()
        outcomes = [each.outcome for each in tables.outbox.attempts(action)]
    # Given up at once: nobody can let a void approval go again.
    assert action.status is Status.CANCELLED and outcomes[-1] == "refused"
    (line,) = renew(workplace)
    assert "plan n° 2" in line.replace("\u00a0", " ")
    with workplace.store.read() as tables:
        again = tables.plans.of(SIREN)[-1]
    # In the name of who proposed: else the same person could approve it now.
    assert again.plan.proposer == "marie"
    with pytest.raises(MoveRefused, match="une autre personne"):
        approved(workplace, again, "Marie")
    approved(workplace, again)
    work(workplace)
    assert plan_now(workplace, again).state is PlanState.APPLIED
    assert "2026-01-01;;8.00;17.00;60;2216" in place.registry.read_text()
    assert list(renew(workplace)) == []


def test_nothing_is_proposed_anew_when_the_change_settled_it(
    quick: Place, work: Work
) -> None:
    workplace = quick.open()
    approved(workplace, propose(workplace, SIREN, "marie"))
    quick.registry.write_text(
        registry(HISTORY, CADRES.replace("6.20", "8.00").replace("T1-DC", "T1-H800"))
    )
    work(workplace)
    (line,) = renew(workplace)
    assert "rien à proposer" in line


def test_an_update_is_undone_by_another_plan(place: Place, work: Work) -> None:
    workplace = place.open()
    first = approved(workplace, propose(workplace, SIREN, "marie"))
    with pytest.raises(MoveRefused, match="n’a pas été appliqué"):
        undo(workplace, SIREN, first.plan.hash, "jean", "erreur")
    work(workplace)
    with pytest.raises(MoveRefused, match="pourquoi"):
        undo(workplace, SIREN, first.plan.hash, "jean", " ")
    second = undo(workplace, SIREN, first.plan.hash, "jean", "accord non produit")
    assert second.plan.undoes == first.plan.hash
    assert second.plan.effect.due == -first.plan.effect.due
    with pytest.raises(MoveRefused, match="une autre personne"):
        approved(workplace, second, "jean")
    approved(workplace, second, "marie")
    work(workplace)
    assert place.registry.read_text() == REGISTRY
    assert plan_now(workplace, second).state is PlanState.APPLIED


def test_an_undo_never_erases_what_came_later(quick: Place, work: Work) -> None:
    workplace = quick.open()
    first = approved(workplace, propose(workplace, SIREN, "marie"))
    work(workplace)
    quick.registry.write_text(quick.registry.read_text().replace(";1486;", ";2216;"))
    with pytest.raises(MoveRefused, match="effacerait aussi ces changements"):
        undo(workplace, SIREN, first.plan.hash, "jean", "erreur")


def test_a_plan_expires_after_five_working_days(quick: Place) -> None:
    workplace = quick.open()
    stored = propose(workplace, SIREN, "marie")
    local = stored.plan.expires_at.astimezone(workplace.rules.zone)
    assert (local.hour, local.minute) == (0, 0)
    days = 0
    day = workplace.rules.today(workplace.clock())
    while day < local.date() - timedelta(days=1):
        day += timedelta(days=1)
        days += workplace.rules.workdays.works(day)
    assert days == 5
    quick.clock.ahead = stored.plan.expires_at - quick.clock() + timedelta(seconds=1)
    with pytest.raises(MoveRefused, match="expiré"):
        approved(workplace, stored)
    assert plan_now(workplace, stored).state is PlanState.EXPIRED


def test_the_schedule_lets_plans_expire(quick: Place) -> None:
    workplace = quick.open()
    stored = propose(workplace, SIREN, "marie")
    assert list(renew(workplace)) == []
    assert plan_now(workplace, stored).state is PlanState.PROPOSED
    quick.clock.ahead = timedelta(days=15)
    list(renew(workplace))
    assert plan_now(workplace, stored).state is PlanState.EXPIRED


def test_one_plan_waits_at_a_time(quick: Place) -> None:
    workplace = quick.open()
    stored = propose(workplace, SIREN, "marie")
    with pytest.raises(MoveRefused, match="attend déjà"):
        propose(workplace, SIREN, "alix")
    with pytest.raises(MoveRefused, match="Ce plan est de marie"):
        withdraw(workplace, SIREN, stored.plan.hash, "alix")
    withdrawn = withdraw(workplace, SIREN, stored.plan.hash, "marie", "à revoir")
    assert withdrawn.state is PlanState.WITHDRAWN
    assert propose(workplace, SIREN, "alix").number == 2


def test_a_plan_is_refused_by_someone_else_with_a_reason(quick: Place) -> None:
    workplace = quick.open()
    stored = propose(workplace, SIREN, "marie")
    with pytest.raises(MoveRefused, match="il faut dire pourquoi"):
        refuse(workplace, SIREN, stored.plan.hash, "jean", "")
    with pytest.raises(MoveRefused, match="une autre personne"):
        refuse(workplace, SIREN, stored.plan.hash, "marie", "non")
    found = refuse(workplace, SIREN, stored.plan.hash, "jean", "accord non produit")
    assert found.state is PlanState.REFUSED and found.why == "accord non produit"
    with workplace.store.read() as tables:
        assert tables.outbox.listed() == ()


def test_an_approver_names_what_was_read(quick: Place) -> None:
    workplace = quick.open()
    stored = propose(workplace, SIREN, "marie")
    with pytest.raises(MoveRefused, match="8 premiers caractères"):
        approve(workplace, SIREN, stored.plan.hash[:4], "jean")


def test_guarantees_of_the_menu_are_chosen_with_a_reason(quick: Place) -> None:
    workplace = quick.open()
    codes = ("T1-H750", "T2-DC", "REP-60", "APEC")
    choice = Choice(siret=SIRET, category="01", codes=codes)
    with pytest.raises(MoveRefused, match="dire avec --reason"):
        propose(workplace, SIREN, "marie", choices=[choice])
    stored = propose(
        workplace, SIREN, "marie", choices=[choice], reason="accord de 1987 produit"
    )
    last = stored.plan.after[1]
    assert (last.rate_t1, last.guarantees) == (Decimal("7.50"), codes)
    assert approved(workplace, stored).state is PlanState.APPROVED


@pytest.mark.parametrize(
    ("codes", "why"),
    [
        (("INCONNUE",), "pas au menu"),
        (("T1-DC", "T1-H750"), "fixent la même chose"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(
    quick: Place, codes: tuple[str, ...], why: str
) -> None:
    choice = Choice(siret=SIRET, category="01", codes=codes)
    with pytest.raises(MoveRefused, match=why):
        propose(quick.open(), SIREN, "marie", choices=[choice], reason="accord")


def test_the_company_is_told_by_mail_once_it_is_done(quick: Place, work: Work) -> None:
    quick.add('[destinations.courriel]\nconnector = "smtp"\n' + MAILER)
    workplace = quick.open()
    stored = propose(workplace, SIREN, "marie")
    with pytest.raises(MoveRefused, match="Aucun interlocuteur habilité"):
        approved(workplace, stored, confirm=Confirmation.MAIL)
    assert plan_now(workplace, stored).decision is None
    person = Interlocutor(
        name="Mme Paie",
        role=Role.COMPANY,
        mandate=Mandate.COMPANY,
        contact="paie@exemple.fr",
        checked_on=workplace.rules.today(workplace.clock()),
    )
    with workplace.store.write() as tables:
        dossier = tables.cases.get(SIREN)
        tables.memories.save_interlocutor(dossier.id, person)
    approved(workplace, stored, confirm=Confirmation.MAIL)
    with workplace.store.read() as tables:
        update, mail = tables.outbox.listed()
        assert [need.key for need in tables.outbox.needs(mail)] == [update.key]
        sent = tables.outbox.action(mail)
        decided = [
            line
            for line in tables.journal.lines(subject=f"action:{mail.key}")
            if line.act == "mail.decided"
        ]
    assert isinstance(sent, Mail)
    assert sent.to == ("paie@exemple.fr",)
    assert "de janvier à avril\u00a02026" in sent.text
    assert "passent de" in sent.text and "1800199999101" not in sent.text
    digest = json.loads(decided[0].facts)["archive"]
    assert b"paie@exemple.fr" in workplace.archive.get(digest).content
    # It goes neither before the update, nor without it.
    quick.registry.write_text(registry(HISTORY, CADRES))
    Worker(workplace.store, lanes(workplace)).once()
    with workplace.store.read() as tables:
        ended = {row.kind: row.status for row in tables.outbox.listed()}
    assert ended == {
        "adhesion_update": Status.CANCELLED,
        "mail": Status.CANCELLED,
    }


MAILER = 'host = "127.0.0.1"\nport = 1\nsender = "gps@exemple.fr"\n'


def test_a_new_month_that_confirms_voids_nothing(quick: Place) -> None:
    for path in sorted(quick.drop.glob("*2026-04.dsn")):
        path.rename(path.with_suffix(".later"))
    workplace = quick.open()
    stored = propose(workplace, SIREN, "marie")
    assert len(stored.plan.effect.months) == 3
    for path in quick.drop.glob("*.later"):
        path.rename(path.with_suffix(".dsn"))
    workplace = quick.open()
    assert approved(workplace, stored).state is PlanState.APPROVED


def test_declarations_that_say_something_else_void_a_plan(quick: Place) -> None:
    workplace = quick.open()
    stored = propose(workplace, SIREN, "marie")
    deliver(quick.drop, replaced(), "c")
    workplace = quick.open()
    with pytest.raises(MoveRefused, match=r"caduc.*ne l’est plus"):
        approved(workplace, stored)
    assert plan_now(workplace, stored).state is PlanState.VOID


def test_another_contract_or_menu_voids_a_plan(quick: Place) -> None:
    workplace = quick.open()
    stored = propose(workplace, SIREN, "marie")
    quick.registry.write_text(REGISTRY.replace(";2216;", ";1486;") + "\n")
    assert read_contract(workplace, SIREN).version == stored.plan.version
    quick.registry.write_text(registry(HISTORY, CADRES))
    with pytest.raises(MoveRefused, match="a changé dans l’outil de gestion"):
        approved(workplace, stored)
    again = propose(workplace, SIREN, "marie")
    (quick.config.parent / "menu.toml").write_text('version = "2"\n')
    quick.add('[adhesion]\nmenu = "menu.toml"\n')
    with pytest.raises(MoveRefused, match="les règles ou le menu"):
        approved(quick.open(), again)


def test_facts_that_change_after_the_approval_take_the_update_back(
    quick: Place, work: Work
) -> None:
    workplace = quick.open()
    stored = approved(workplace, propose(workplace, SIREN, "marie"))
    reprocess(workplace, SIREN)
    assert plan_now(workplace, stored).state is PlanState.APPROVED
    deliver(quick.drop, replaced(), "c")
    workplace = quick.open()
    reprocess(workplace, SIREN)
    void = plan_now(workplace, stored)
    assert void.state is PlanState.VOID and "ne l’est plus" in void.why
    work(workplace)
    assert quick.registry.read_text() == REGISTRY
    with workplace.store.read() as tables:
        (action,) = tables.outbox.listed()
    assert action.status is Status.CANCELLED


def test_a_tool_that_cannot_be_read_stops_no_diagnosis(quick: Place) -> None:
    workplace = quick.open()
    stored = propose(workplace, SIREN, "marie")
    quick.registry.unlink()
    reprocess(workplace, SIREN)
    assert plan_now(workplace, stored).state is PlanState.PROPOSED


def test_an_update_that_is_refused_waits_for_a_person(quick: Place, work: Work) -> None:
    workplace = quick.open()
    stored = approved(workplace, propose(workplace, SIREN, "marie"))
    with workplace.store.read() as tables:
        row = update_row(tables, stored)
    assert row is not None
    for status, code, state in (
        (Status.REFUSED, "403", PlanState.APPROVED),
        (Status.NEEDS_PERSON, "", PlanState.APPROVED),
        (Status.CANCELLED, "", PlanState.FAILED),
        (Status.CONFIRMED, "", PlanState.FAILED),
    ):
        with workplace.store.write() as tables:
            follow(tables, replace(row, status=status, code=code))
        assert plan_now(workplace, stored).state is state
    with workplace.store.read() as tables:
        dossier = tables.cases.get(SIREN)
        said = [event.text for event in tables.cases.thread(dossier.id)]
    assert any("refuse la mise à jour (403)" in text for text in said)


def test_what_nobody_followed_is_settled_later(quick: Place) -> None:
    workplace = quick.open()
    stored = approved(workplace, propose(workplace, SIREN, "marie"))
    Worker(
        workplace.store,
        [_unfollowed(lane) for lane in lanes(workplace)],
    ).until_idle()
    assert plan_now(workplace, stored).state is PlanState.APPROVED
    list(renew(workplace))
    assert plan_now(workplace, stored).state is PlanState.APPLIED


def _unfollowed(lane: Lane) -> Lane:
    lane._followers = {}
    return lane


def test_what_rests_on_declarations_alone_is_named_with_a_reason(quick: Place) -> None:
    quick.registry.write_text(registry(CADRES, OTHERS))
    workplace = quick.open()
    (one,) = examine(workplace, SIREN).found
    assert one.change is not None and one.change.asks_reason
    with pytest.raises(MoveRefused, match="choisir avec --only"):
        propose(workplace, SIREN, "marie")
    with pytest.raises(MoveRefused, match="dire avec --reason"):
        propose(workplace, SIREN, "marie", numbers=[1])
    with pytest.raises(MoveRefused, match="Texte refusé"):
        propose(workplace, SIREN, "marie", numbers=[1], reason="NIR 1800199999101")
    stored = propose(workplace, SIREN, "marie", numbers=[1, 1], reason="accord")
    assert [item.code for item in stored.plan.items] == ["TAUX_T1_DIFFERENT"]


def test_an_incoherence_without_a_change_says_what_decides(quick: Place) -> None:
    twice = CADRES.replace("01;2025", "02;2025")
    quick.registry.write_text(registry(HISTORY, CADRES, OTHERS, twice))
    workplace = quick.open()
    found = examine(workplace, SIREN).found
    number = next(n for n, one in enumerate(found, 1) if one.change is None)
    with pytest.raises(MoveRefused, match="Ce qui décide"):
        propose(workplace, SIREN, "marie", numbers=[number])
    choice = Choice(siret="", category="04", codes=("T1-DC",))
    with pytest.raises(MoveRefused, match="n’a pas de ligne"):
        propose(workplace, SIREN, "marie", choices=[choice], reason="accord")


def test_the_contract_of_another_company_is_never_taken(
    quick: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    workplace = quick.open()
    monkeypatch.setattr(
        AdhesionRegistry,
        "read",
        lambda *_: AdhesionContract(siren="999000250", version="1", conditions=()),
    )
    with pytest.raises(DestinationError, match="another company"):
        examine(workplace, SIREN)


def test_a_menu_that_cannot_be_read_is_named(quick: Place) -> None:
    quick.add('[adhesion]\nagreements = "absent.toml"\n')
    with pytest.raises(ConfigurationError, match=r"adhesion\.agreements"):
        examine(quick.open(), SIREN)


def test_an_unknown_contract_is_not_an_empty_one(quick: Place) -> None:
    text = quick.config.read_text()
    quick.config.write_text(text[: text.index("[destinations.outil]")])
    with pytest.raises(MoveRefused, match="Aucun contrat d’adhésion n’est connu ici"):
        examine(quick.open(), SIREN)
