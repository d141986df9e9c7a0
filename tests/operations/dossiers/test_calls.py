"""Calls: what they feed, what the mandate lets say, what they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from miroir.dossier.forms import Direction
from miroir.dossier.mandate import Interlocutor, Mandate, Role
from miroir.dossier.model import Channel
from miroir.dossier.moves import MoveRefused
from miroir.dossier.states import HypothesisState, Outcome, State
from miroir.errors import NothingFound
from miroir.operations.dossiers import acts, decisions
from miroir.operations.dossiers.calls import advised, record_call
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.intake import receive
from miroir.operations.dossiers.speech import speech
from miroir.operations.dossiers.views import view_of
from miroir.operations.outward.contacts import log_mail
from miroir.types.action import CRM_CONTACT, CrmContact, Mail

from tests.operations.dossiers.conftest import At, opened, signal
from tests.operations.dossiers.test_acts import WRONG, name, state, thread
from tests.store.samples import NIR, SIREN, analysis

OUT, IN = Direction.OUTGOING, Direction.INCOMING
OUTGOING: dict[str, object] = {
    "reached": True,
    "presented": True,
    "interlocutor": "Mme Durand",
    "role": "company",
    "contact": "standard",
    "right_person": True,
    "mandate": "employees",
    "mandate_how": "rappel au numéro du contrat",
    "call_reason": "écarts de mars",
    "can_act": "mobilise",
    "who_can_act": "M. Petit, son comptable",
    "available": True,
    "level": "novice",
    "exposed": "employees",
    "reactions": "surprise",
    "complement": "logiciel changé en février",
    "confirmed": ["CET_ABSENTE"],
    "decision_reason": "paramétrage relu ensemble",
    "resolution": "régulariser dans la prochaine DSN",
    "appropriated": True,
    "future_errors": "le plafond change en janvier",
    "all_answered": False,
    "open_questions": ["Et les majorations ?"],
    "asked": "Depuis quand ?\nPour tous les cadres ?",
    "proposed_on": "2026-05-15",
    "committed": True,
    "committed_what": "déclarer la CET de mars",
    "committed_causes": ["CET_ABSENTE"],
    "committed_on": "2026-06-15",
    "adapted_why": "congés du comptable",
    "alerted": None,
    "summary": "Erreur reconnue, correction promise.",
}
INCOMING: dict[str, object] = {
    "presented": True,
    "interlocutor": "M. Petit",
    "role": "accountant",
    "mandate": "none",
    "request": "Où voir la vision miroir ?",
    "request_type": "tool",
    "understood": True,
    "exposed": "general",
    "answer_kind": "immediate",
    "answer": "Chemin indiqué.",
    "summary": "Explication de l’outil.",
}


def ready(at: At) -> None:
    with at() as desk:
        opened(desk, WRONG)
        acts.move(desk, SIREN, "analyse")
        acts.move(desk, SIREN, "prepare")


def test_an_outgoing_call_feeds_the_dossier(at: At) -> None:
    ready(at)
    with at(days=1) as desk:
        made = record_call(desk, SIREN, OUT, OUTGOING)
        view = view_of(desk, SIREN)
    assert view.dossier.state is State.COMMITTED
    assert [call.id for call in view.calls] == [made.id]
    assert view.calls[0].answers["asked"].count("\n") == 1
    assert view.hypotheses[0].state is HypothesisState.CONFIRMED
    assert view.hypotheses[0].reason == "paramétrage relu ensemble"
    assert [(each.text, each.from_client) for each in view.questions] == [
        ("Depuis quand ?", False),
        ("Pour tous les cadres ?", False),
        ("Et les majorations ?", True),
    ]
    (promise,) = view.commitments
    assert (promise.due_on, promise.with_whom) == (date(2026, 6, 15), "Mme Durand")
    assert len(promise.gaps) == 1
    (who,) = view.interlocutors
    assert (who.mandate, who.checked_on) == (Mandate.EMPLOYEES, date(2026, 4, 21))
    said = [event.text for event in view.thread]
    for text in (
        "Appel à Mme Durand\u00a0: Erreur reconnue, correction promise.",
        "Réactions\u00a0: surprise",
        "Informations recueillies\u00a0: logiciel changé en février",
        "Prévenu d’erreurs à venir\u00a0: le plafond change en janvier",
        "Procédera aux régularisations\u00a0: M. Petit, son comptable",
        "Échéance proposée le 15/05/2026, aménagée au 15/06/2026\u00a0: congés du"
        + " comptable",
    ):
        assert text in said


def contacts(desk: Desk) -> list[CrmContact]:
    rows = desk.tables.outbox.listed(kind=CRM_CONTACT)
    found = [desk.tables.outbox.action(row) for row in rows]
    return [each for each in found if isinstance(each, CrmContact)]


def test_a_call_goes_to_the_crm_once(at: At) -> None:
    ready(at)
    with at(days=1) as desk:
        record_call(desk, SIREN, OUT, OUTGOING)
        assert contacts(desk) == []  # no CRM is configured
    with at(days=2) as desk:
        desk = replace(desk, sends=frozenset({CRM_CONTACT}))
        record_call(desk, SIREN, IN, INCOMING)
        (contact,) = contacts(desk)
    assert (contact.channel, contact.adviser, contact.happened) == (
        "call_in",
        "marie",
        True,
    )
    assert contact.note == (
        "Demande : Où voir la vision miroir ?\nExplication de l’outil.\n"
        "Réponse : Chemin indiqué."
    )
    assert "M. Petit" not in contact.note


def test_two_calls_that_say_the_same_are_two_contacts(at: At) -> None:
    ready(at)
    with at(days=2) as desk:
        desk = replace(desk, sends=frozenset({CRM_CONTACT}))
        for _ in range(2):
            record_call(desk, SIREN, IN, INCOMING)
        assert len(contacts(desk)) == 2


def test_a_mail_goes_to_the_crm_once_it_has_left(at: At) -> None:
    ready(at)
    mail = Mail(siren=SIREN, to=("paie@example.org",), subject="Écarts", text="x")
    with at(days=2) as desk:
        dossier = desk.tables.cases.get(SIREN)
        key = desk.tables.outbox.enqueue(mail, dossier=f"dossier:{dossier.id}")
        assert log_mail(desk, dossier, mail, key, "0" * 64) is None
        desk = replace(desk, sends=frozenset({CRM_CONTACT}))
        logged = log_mail(desk, dossier, mail, key, "0" * 64)
        assert logged is not None
        (needed,) = desk.tables.outbox.needs(desk.tables.outbox.get(logged))
        assert needed.key == key
        (contact,) = contacts(desk)
        assert contact.mail is not None and contact.mail.sha256 == "0" * 64


def test_a_call_is_recorded_whole_or_not_at_all(at: At) -> None:
    ready(at)
    with at() as desk:
        before = thread(desk)
    # The last thing that the call does is refused: a Sunday.
    wrong = OUTGOING | {"committed_on": "2026-06-14"}
    with pytest.raises(MoveRefused, match="n’est pas un jour ouvré"), at() as desk:
        record_call(desk, SIREN, OUT, wrong)
    with at() as desk:
        assert thread(desk) == before
        assert view_of(desk, SIREN).calls == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"summary": ""}, r"summary\s: réponse attendue — Bilan de l’échange"),
        ({"exposed": "tout"}, "n’est pas l’un de general, company, employees"),
        ({"decision_reason": None}, "dire ce qui permet de confirmer"),
        ({"refuted": ["CET_ABSENTE"]}, "ne peut pas être aussi écartée"),
        ({"adapted_why": ""}, "un autre jour que l’échéance proposée se justifie"),
        ({"mandate": "company"}, "son habilitation s’arrête au niveau de l’entreprise"),
        ({"mandate": "none", "mandate_how": None}, "mandat n’a pas été vérifié"),
        ({"committed_causes": ["T2_PERDUE"]}, "Aucun écart ouvert ne s’explique"),
        ({"confirmed": ["T2_PERDUE"]}, "Aucune hypothèse T2_PERDUE"),
    ],
)
def test_a_call_that_is_refused_says_why(
    at: At, change: dict[str, object], why: str
) -> None:
    ready(at)
    with pytest.raises(MoveRefused, match=why), at() as desk:
        record_call(desk, SIREN, OUT, OUTGOING | change)


def test_nobody_answers_and_is_called_again(at: At) -> None:
    ready(at)
    again = {"reached": False, "call_again": "2026-04-22 14:30", "summary": "occupé"}
    with at() as desk:
        record_call(desk, SIREN, OUT, again)
        assert state(desk) is State.TO_CALL
        view = view_of(desk, SIREN)
    (reminder,) = view.reminders
    assert f"{reminder.due_at.astimezone(view.zone):%d/%m %H:%M}" == "22/04 14:30"
    assert view.thread[-2].text == "Appel sans réponse\u00a0: occupé"
    with pytest.raises(MoveRefused, match="déjà passé"), at(days=5) as desk:
        record_call(desk, SIREN, OUT, again)


def test_an_appointment_makes_the_dossier_wait(at: At) -> None:
    ready(at)
    busy = {
        name: OUTGOING[name]
        for name in [
            "reached",
            "presented",
            "interlocutor",
            "role",
            "right_person",
            "mandate",
            "mandate_how",
            "call_reason",
            "can_act",
            "who_can_act",
        ]
    }
    busy |= {
        "available": False,
        "appointment": "2026-04-24T10:00:00+02:00",
        "summary": "En réunion.",
    }
    with at() as desk:
        record_call(desk, SIREN, OUT, busy)
        assert state(desk) is State.WAITING
        assert thread(desk)[-1].endswith(
            "«\u00a0en attente du client\u00a0»\u00a0: rendez-vous."
        )
        (reminder,) = view_of(desk, SIREN).reminders
        assert reminder.text == "Rappeler Mme Durand"


def test_a_refusal_to_commit_is_kept_with_the_alert(at: At) -> None:
    ready(at)
    refused = {
        key: value
        for key, value in OUTGOING.items()
        if not key.startswith(("committed", "adapted", "proposed"))
    }
    refused |= {"committed": False, "alerted": True, "refusal": "conteste le taux"}
    with at() as desk:
        record_call(desk, SIREN, OUT, refused)
        assert state(desk) is State.WAITING
        assert "Ne s’engage pas\u00a0: conteste le taux" in thread(desk)


def test_an_incoming_call_opens_the_dossier_and_is_answered(at: At) -> None:
    with at() as desk:
        record_call(desk, SIREN, IN, INCOMING)
        view = view_of(desk, SIREN)
    assert [each.channel for each in view.signals] == [Channel.CALL]
    (question,) = view.questions
    assert question.answer == "Chemin indiqué."
    assert view.reminders == ()
    assert view.thread[0].text.startswith("Signal reçu (appel du client)")


def test_a_client_is_heard_while_a_colleague_works(at: At) -> None:
    with at("alix") as desk:
        opened(desk, WRONG)
        acts.claim(desk, SIREN)
    with at() as desk:
        record_call(desk, SIREN, IN, INCOMING)
        with pytest.raises(MoveRefused, match="alix travaille"):
            record_call(desk, SIREN, OUT, OUTGOING)


def test_an_answer_may_come_later(at: At) -> None:
    later = {key: INCOMING[key] for key in INCOMING if key != "answer"}
    later |= {
        "request": "Pourquoi cet écart ?",
        "request_type": "gap",
        "answer_kind": "deferred",
        "deferred_how": "appointment",
        "appointment_in": "2026-04-23 09:00",
        "committed": False,
    }
    with at() as desk:
        record_call(desk, SIREN, IN, later)
        (question,) = view_of(desk, SIREN).questions
        assert question.answer == ""
        assert len(view_of(desk, SIREN).reminders) == 2
        with pytest.raises(MoveRefused, match="question sans réponse"):
            acts.close(desk, SIREN, Outcome.NO_GAP)
        moved = later | {"deferred_how": "transfer", "transfer_to": "service adhésion"}
        del moved["appointment_in"]
        record_call(desk, SIREN, IN, moved)
        assert "Demande orientée vers\u00a0: service adhésion" in thread(desk)


def test_the_rules_advise_when_to_answer_and_note_another_choice(at: At) -> None:
    with at() as desk:
        assert advised(desk, SIREN, "rule")[0] == "immediate"
        assert advised(desk, SIREN, "gap") == (
            "deferred",
            "la situation de l’entreprise n’est pas encore analysée",
        )
        opened(desk, WRONG)
        assert advised(desk, SIREN, "gap")[0] == "deferred"
        acts.move(desk, SIREN, "analyse")
        assert advised(desk, SIREN, "gap") == (
            "immediate",
            "3\u00a0écarts ouverts, déjà analysés",
        )
    with at(immediate_gaps=2) as desk:
        assert advised(desk, SIREN, "gap")[0] == "deferred"
        given = INCOMING | {"request_type": "gap", "committed": False}
        record_call(desk, SIREN, IN, given)
        assert any("Réponse différée conseillée" in text for text in thread(desk))


def test_a_client_may_promise_when_calling(at: At) -> None:
    ready(at)
    given = INCOMING | {
        "request_type": "correction",
        "committed": True,
        "committed_what": "corriger mars",
        "committed_on": "2026-06-15",
    }
    with at() as desk:
        record_call(desk, SIREN, IN, given)
        assert state(desk) is State.COMMITTED


def test_nobody_calls_out_without_a_dossier_or_over_another_body(at: At) -> None:
    with pytest.raises(NothingFound), at() as desk:
        record_call(desk, SIREN, OUT, OUTGOING)
    ready(at)
    with at() as desk:
        acts.handled_elsewhere(desk, SIREN, "urssaf", "CRM 124")
        with pytest.raises(MoveRefused, match="l’Urssaf traite déjà"):
            record_call(desk, SIREN, OUT, OUTGOING)


def heard(desk: Desk, mandate: Mandate) -> list[str]:
    who = Interlocutor(
        name="Mme Durand",
        role=Role.COMPANY,
        mandate=mandate,
        checked_on=None if mandate is Mandate.NONE else desk.today,
    )
    return list(speech(view_of(desk, SIREN), who))


def test_what_is_shown_to_be_said_follows_the_mandate(at: At) -> None:
    with at() as desk:
        opened(desk, WRONG)
        decisions.ask(desk, SIREN, "Depuis quand ?")
        nothing = heard(desk, Mandate.NONE)
        company = heard(desk, Mandate.COMPANY)
        everything = heard(desk, Mandate.EMPLOYEES)
        who = name(desk, NIR)
    assert len(nothing) == 2
    assert all(text.startswith("Ne pas aborder") for text in nothing)
    assert company[0] == (
        "3\u00a0écarts encore ouverts, 27,00\u00a0€ en valeur absolue, en mars\u00a02026."
    )
    assert "À demander\u00a0: Depuis quand ?".replace(" ?", "\u202f?") in company
    assert who not in " ".join(company)
    assert f"Salarié {who}\u00a0: −17,50\u00a0€, en mars\u00a02026." in everything
    with at() as desk:
        receive(desk, signal("basket|1", Channel.BASKET, siren="999000243"))
        view = view_of(desk, "999000243")
        someone = Interlocutor(
            name="x", role=Role.COMPANY, mandate=Mandate.COMPANY, checked_on=desk.today
        )
        assert next(iter(speech(view, someone))) == "Aucun écart ouvert."


def test_an_analysis_without_gap_asks_for_nothing(at: At) -> None:
    with at() as desk:
        opened(desk, analysis())
        assert view_of(desk, SIREN).gaps == ()
