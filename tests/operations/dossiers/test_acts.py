"""What advisers do: take, hand over, move, decide, promise, remember, close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from miroir.dossier.assignment import Adviser
from miroir.dossier.memory import LegitimateGap, MemoryScope
from miroir.dossier.model import Campaign, CampaignStep, Channel
from miroir.dossier.moves import MoveRefused
from miroir.dossier.states import (
    CommitmentState,
    HypothesisState,
    Outcome,
    QuestionState,
    State,
)
from miroir.errors import NothingFound
from miroir.operations.dossiers import acts, commitments, decisions
from miroir.operations.dossiers.agenda import campaign_progress, next_actions
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.intake import receive
from miroir.types.declaration import Block, DeclarationVersion
from miroir.types.diagnosis import CompanyAnalysis
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

from tests.operations.dossiers.conftest import At, analysed, opened, signal
from tests.store.samples import (
    NIR,
    OTHER,
    SIREN,
    analysis,
    diagnosis,
    file,
    line,
    payment,
    version,
)

WRONG = analysis(
    line(),
    line(OTHER, gap=-900),
    payments=(payment(),),
    diagnoses=(diagnosis(), diagnosis(2, "HISTORIQUE_MANQUANT")),
)
RIGHT = analysis(line(gap=0), line(OTHER, gap=0))


def thread(desk: Desk) -> list[str]:
    dossier = desk.tables.cases.get(SIREN)
    return [event.text for event in desk.tables.cases.thread(dossier.id)]


def name(desk: Desk, person: PersonNumber) -> str:
    return desk.tables.employees.remember([person])[person]


def state(desk: Desk) -> State:
    return desk.tables.cases.get(SIREN).state


def test_signals_of_three_channels_make_one_dossier(at: At) -> None:
    with at() as desk:
        first = receive(desk, signal("campaign|a|2", campaign="F26"))
        again = receive(desk, signal("campaign|a|2", campaign="F26"))
        task = receive(desk, signal("basket|T-1", Channel.BASKET, adviser="noé"))
        call = receive(desk, signal("mail|M-1", Channel.MAIL, subject="Mes points ?"))
        assert [each.new for each in (first, again, task, call)] == [1, 0, 1, 1]
        assert [each.opened for each in (first, again, task, call)] == [1, 0, 0, 0]
        dossier = desk.tables.cases.get(SIREN)
        assert dossier.adviser == "noé"
        assert len(desk.tables.cases.signals_of(dossier.id)) == 3
        (question,) = desk.tables.promises.questions_of(dossier.id)
        assert (question.text, question.from_client) == ("Mes points ?", True)
        (reminder,) = desk.tables.reminders.to_come([dossier.id])
        assert reminder.text == "Répondre au client : Mes points ?"
        assert reminder.due_at.date() == date(2026, 4, 22)


def test_a_claimed_dossier_is_worked_by_one_person(at: At) -> None:
    with at() as desk:
        opened(desk)
        acts.claim(desk, SIREN)
        acts.note(desk, SIREN, "Vu avec le référent.")
    with at("alix") as desk:
        for refused in (
            lambda: acts.claim(desk, SIREN),
            lambda: acts.note(desk, SIREN, "Moi aussi."),
            lambda: acts.move(desk, SIREN, "analyse"),
            lambda: acts.release(desk, SIREN),
        ):
            with pytest.raises(MoveRefused, match="marie travaille sur ce dossier"):
                refused()
        # What comes from outside is never lost.
        assert receive(desk, signal("basket|T-9", Channel.BASKET)).new
    with at("alix", days=1) as desk:
        acts.claim(desk, SIREN)
        acts.claim(desk, SIREN)
        acts.release(desk, SIREN)
        said = thread(desk)
    assert said.count("alix travaille sur le dossier.") == 1
    assert said[-1] == "alix libère le dossier."


def test_several_advisers_leave_a_readable_thread(at: At) -> None:
    with at() as desk:
        opened(desk)
        acts.assign(desk, SIREN, "marie", "portefeuille")
        acts.claim(desk, SIREN)
        acts.hand_over(desk, SIREN, "alix", "client joint, attend le paramétrage")
        with pytest.raises(MoveRefused, match="dit où en est le dossier"):
            acts.hand_over(desk, SIREN, "alix", " ")
        with pytest.raises(MoveRefused, match="Nommer le conseiller"):
            acts.assign(desk, SIREN, " ")
        with pytest.raises(MoveRefused, match="note vide"):
            acts.note(desk, SIREN, "")
    with at("alix") as desk:
        acts.move(desk, SIREN, "analyse")
        dossier = desk.tables.cases.get(SIREN)
        assert (dossier.adviser, dossier.claimed_by) == ("alix", "")
        assert thread(desk)[-2:] == [
            "Passage de relais à alix\u00a0: client joint, attend le paramétrage",
            "De «\u00a0reçu\u00a0» à «\u00a0en analyse\u00a0».",
        ]
        assert desk.tables.worklists.load() == {"alix": 1}


def test_a_move_that_is_refused_changes_nothing(at: At) -> None:
    with at() as desk:
        opened(desk)
        before = thread(desk)
        for name, why in (
            ("wait", "il faut dire pourquoi"),
            ("reopen", "Impossible de rouvrir"),
            ("close", "miroir dossiers close"),
            ("commit", "miroir dossiers commit"),
            ("dormir", "Aucun mouvement"),
        ):
            with pytest.raises(MoveRefused, match=why):
                acts.move(desk, SIREN, name)
        assert thread(desk) == before
        with pytest.raises(NothingFound, match="miroir dossiers open"):
            acts.note(desk, "999000128", "x")


def test_the_analysis_gives_gaps_and_hypotheses_once(at: At) -> None:
    with at() as desk:
        opened(desk, WRONG)
        analysed(desk, WRONG)
        dossier = desk.tables.cases.get(SIREN)
        gaps = desk.tables.cases.gaps_of(dossier.id)
        assert [gap.amount for gap in gaps if gap.ref.kind.value == "payment"] == [-50]
        assert sorted(gap.amount for gap in gaps) == [-1750, -900, -50]
        (found,) = desk.tables.promises.hypotheses_of(dossier.id)
        assert (found.cause, found.origin) == ("CET_ABSENTE", "établie par l’analyse")
        said = thread(desk)
    assert sum("écarts apparus" in text for text in said) == 1


def test_hypotheses_are_decided_with_a_reason_that_is_kept(at: At) -> None:
    with at() as desk:
        opened(desk, WRONG)
        decisions.suppose(desk, SIREN, "T2_PERDUE", "T2 perdue", "bases au plafond")
        for cause in ("CET_ABSENTE", "T2_PERDUE"):
            with pytest.raises(MoveRefused, match=r"déjà connue\s: à vérifier"):
                decisions.suppose(desk, SIREN, cause, "x", "")
        with pytest.raises(MoveRefused, match="il y a CET_ABSENTE, T2_PERDUE"):
            decisions.decide(desk, SIREN, "AUTRE", "confirm", "x")
        decisions.decide(desk, SIREN, "CET_ABSENTE", "refute", "payée à part")
        decisions.decide(desk, SIREN, "T2_PERDUE", "confirm", "paramétrage vu")
        decisions.decide(desk, SIREN, "T2_PERDUE", "doubt", "à revoir en mai")
        analysed(desk, WRONG)
        dossier = desk.tables.cases.get(SIREN)
        found = {
            each.cause: each for each in desk.tables.promises.hypotheses_of(dossier.id)
        }
    refuted = found["CET_ABSENTE"]
    assert (refuted.state, refuted.reason) == (HypothesisState.REFUTED, "payée à part")
    assert found["T2_PERDUE"].state is HypothesisState.OPEN


def test_a_correction_closes_unless_a_question_is_open(at: At) -> None:
    with at() as desk:
        opened(desk, WRONG)
        number = decisions.ask(desk, SIREN, "Depuis quand ce paramétrage ?")
        acts.move(desk, SIREN, "analyse")
    with at(days=30) as desk:
        analysed(desk, RIGHT)
        analysed(desk, RIGHT)
        assert state(desk) is State.ANALYSIS
        said = thread(desk)
        assert sum("Plus aucun écart ouvert" in text for text in said) == 1
        with pytest.raises(MoveRefused, match="question sans réponse"):
            acts.close(desk, SIREN, Outcome.CORRECTED)
        with pytest.raises(MoveRefused, match=r"Aucune question n°\s99"):
            decisions.answer(desk, SIREN, 99, "x")
        decisions.answer(desk, SIREN, number, "Depuis janvier.")
        assert state(desk) is State.CLOSED
        with pytest.raises(MoveRefused, match="Cet état est définitif"):
            decisions.answer(desk, SIREN, number, "Encore.")
        assert thread(desk)[-1] == "Dossier clos\u00a0: écarts corrigés."


def test_a_question_may_be_withdrawn(at: At) -> None:
    with at() as desk:
        opened(desk)
        with pytest.raises(MoveRefused, match="est vide"):
            decisions.ask(desk, SIREN, " ")
        first = decisions.ask(desk, SIREN, "Quel logiciel ?", "CET_ABSENTE")
        second = decisions.ask(desk, SIREN, "Quel éditeur ?")
        decisions.answer(desk, SIREN, first, "sans objet", "withdraw")
        dossier = desk.tables.cases.get(SIREN)
        found = desk.tables.promises.questions_of(dossier.id)
        assert [each.state for each in found] == [
            QuestionState.WITHDRAWN,
            QuestionState.OPEN,
        ]
        decisions.answer(desk, SIREN, second, "Paie Exemple.")
        acts.close(desk, SIREN, Outcome.NO_GAP)


def test_what_returns_after_closing_reopens(at: At) -> None:
    with at() as desk:
        opened(desk, WRONG)
        analysed(desk, RIGHT)
        assert state(desk) is State.CLOSED
        analysed(desk, WRONG)
        assert state(desk) is State.RECEIVED
        said = thread(desk)
    assert "3\u00a0écarts revenus après correction" in " ".join(said)
    assert said[-1].startswith(
        "Dossier rouvert\u00a0: 3\u00a0écarts encore ouverts, 27,"
    )


def promised(at: At, days: int = 0, causes: tuple[str, ...] = ()) -> int:
    with at(days=days) as desk:
        made = commitments.commit(
            desk, SIREN, "régulariser mars", date(2026, 6, 15), "Mme Durand", causes
        )
    return made.id


def test_a_commitment_is_about_the_gaps_of_its_causes(at: At) -> None:
    with at() as desk:
        opened(desk, WRONG)
        with pytest.raises(MoveRefused, match="Aucun écart ouvert ne s’explique par"):
            commitments.commit(
                desk, SIREN, "x", date(2026, 6, 15), "Mme Durand", ["T2_PERDUE"]
            )
        with pytest.raises(MoveRefused, match="dit quoi, et qui"):
            commitments.commit(desk, SIREN, "x", date(2026, 6, 15), " ")
    promised(at, causes=("CET_ABSENTE",))
    with at() as desk:
        dossier = desk.tables.cases.get(SIREN)
        assert dossier.state is State.COMMITTED
        (found,) = desk.tables.promises.commitments_of(dossier.id)
        (ref,) = found.gaps
        assert ref.subject == name(desk, NIR)
        (reminder,) = desk.tables.reminders.to_come([dossier.id])
        assert reminder.due_at.date() == date(2026, 6, 30)
        with pytest.raises(NothingFound, match="no commitment 99"):
            commitments.adapt(desk, SIREN, 99, date(2026, 6, 16), "x")


def test_a_commitment_is_put_off_with_a_reason_and_an_approval(at: At) -> None:
    with at() as desk:
        opened(desk, WRONG)
    number = promised(at)
    with at(days=10) as desk:
        for day, reason, approved, why in (
            (date(2026, 7, 15), " ", "", "il faut dire pourquoi"),
            (date(2026, 7, 14), "congés", "", "proposer le 15/07/2026"),
            (date(2026, 9, 18), "congés", "", "l’accord d’une autre personne"),
            (date(2026, 9, 18), "congés", "marie", "l’accord d’une autre personne"),
        ):
            with pytest.raises(MoveRefused, match=why):
                commitments.adapt(desk, SIREN, number, day, reason, approved)
        commitments.adapt(desk, SIREN, number, date(2026, 7, 15), "congés")
        last = commitments.adapt(
            desk, SIREN, number, date(2026, 9, 18), "rachat", "alix"
        )
        assert (last.first_due_on, last.due_on) == (
            date(2026, 6, 15),
            date(2026, 9, 18),
        )
        dossier = desk.tables.cases.get(SIREN)
        (reminder,) = desk.tables.reminders.to_come([dossier.id])
        assert reminder.due_at.date() == date(2026, 10, 5)
        assert "accord de alix — rachat" in thread(desk)[-1]
        with pytest.raises(MoveRefused, match="Les DSN suivantes mesureront"):
            commitments.judge(desk, SIREN, number, "keep", "")
        found = commitments.judge(desk, SIREN, number, "cancel", "doublon")
        assert found.state is CommitmentState.CANCELLED
        assert desk.tables.reminders.to_come([dossier.id]) == ()


def test_a_commitment_without_gaps_is_judged_by_hand(at: At) -> None:
    with at() as desk:
        opened(desk)
    number = promised(at)
    with at(days=60) as desk:
        found = commitments.judge(desk, SIREN, number, "keep", "")
        assert found.state is CommitmentState.KEPT
        acts.close(desk, SIREN, Outcome.NO_GAP)


def test_days_are_proposed_by_the_company_s_own_calendar(at: At) -> None:
    fifth = replace(WRONG, view=replace(WRONG.view, versions=(version("a" * 64),)))
    with at() as desk:
        assert commitments.proposed_days(desk, SIREN)[0] == date(2026, 5, 15)
        opened(desk, fifth)
        assert desk.tables.cases.get(SIREN).due_day == 5
        assert commitments.proposed_days(desk, SIREN) == [
            date(2026, 5, 5),
            date(2026, 6, 5),
            date(2026, 7, 6),
        ]


def legitimate(desk: Desk, **more: object) -> LegitimateGap:
    base: dict[str, object] = {
        "siren": SIREN,
        "scope": MemoryScope.COMPANY,
        "since": Month(2026, 1),
        "justification": "accord antérieur à 1993",
        "decided_by": desk.actor,
        "decided_on": desk.today,
        "expires_on": date(2027, 12, 31),
    }
    return LegitimateGap(**{**base, **more})  # type: ignore[arg-type]


def test_what_is_legitimate_is_settled_at_the_next_campaign(at: At) -> None:
    only = analysis(line(), diagnoses=(diagnosis(),))
    with at() as desk:
        opened(desk, only)
        decisions.remember(desk, legitimate(desk))
        dossier = desk.tables.cases.get(SIREN)
        assert (dossier.state, dossier.outcome) == (State.CLOSED, Outcome.LEGITIMATE)
    with at(days=200) as desk:
        received = receive(desk, signal("campaign|2", campaign="F27"))
        assert (received.new, received.reopened) == (True, False)
        assert state(desk) is State.CLOSED
        assert "reconnus légitimes par une décision en vigueur" in thread(desk)[-1]
        assert campaign_progress(desk) == [("F27", "—", "—", "1", "1", "0", "1")]
    with at(days=700) as desk:
        received = receive(desk, signal("campaign|3", campaign="F28"))
        assert received.reopened
        said = thread(desk)
    assert any("1\u00a0écart apparu" in text for text in said[-4:])


def test_a_known_company_whose_gaps_are_all_explained_opens_nothing(at: At) -> None:
    only = analysis(line())
    with at() as desk:
        desk.tables.results.save_run(only, "reprocess", desk.now)
        desk.tables.memories.remember(legitimate(desk))
        received = receive(desk, signal("campaign|1"))
        assert received.new
        dossier = desk.tables.cases.get(SIREN)
        assert (dossier.state, dossier.outcome) == (State.CLOSED, Outcome.LEGITIMATE)


def test_a_decision_that_is_withdrawn_gives_the_gap_back(at: At) -> None:
    with at() as desk:
        opened(desk, analysis(line()))
        number = decisions.remember(desk, legitimate(desk))
        with pytest.raises(MoveRefused, match="n’est plus légitime"):
            decisions.forget(desk, SIREN, number, " ")
        decisions.forget(desk, SIREN, number, "accord dénoncé")
        with pytest.raises(MoveRefused, match="Aucune décision"):
            decisions.forget(desk, SIREN, number, "encore")
        assert state(desk) is State.RECEIVED
        assert "Dossier rouvert" in thread(desk)[-1]


def test_what_was_learnt_is_told_when_a_dossier_reopens(at: At) -> None:
    with at() as desk:
        opened(desk, WRONG)
        decisions.decide(desk, SIREN, "CET_ABSENTE", "refute", "payée à part")
        decisions.remember(
            desk,
            legitimate(
                desk,
                scope=MemoryScope.EMPLOYEE,
                subjects=(name(desk, NIR),),
            ),
        )
        acts.close(desk, SIREN, Outcome.UNRESOLVED, "relances sans effet")
        received = receive(desk, signal("campaign|2", campaign="F27"))
        assert received.reopened
        told = next(text for text in thread(desk) if text.startswith("Déjà établi"))
        assert "accord antérieur à 1993" in told
        assert "Cause écartée le 20/04/2026 par marie" in told
        assert "payée à part" in told


def test_nobody_calls_what_another_body_treats(at: At) -> None:
    with at() as desk:
        opened(desk, WRONG)
    promised(at)
    with at() as desk:
        receive(desk, signal("callback|R-1", Channel.CALLBACK))
        with pytest.raises(MoveRefused, match="urssaf, msa"):
            acts.handled_elsewhere(desk, SIREN, "cpam", "x")
        dossier = acts.handled_elsewhere(
            desk, SIREN, "msa", "CRM 124", date(2026, 5, 29)
        )
        with pytest.raises(MoveRefused, match="la MSA traite déjà"):
            acts.require_contact(dossier, date(2026, 5, 29))
        acts.require_contact(dossier, date(2026, 5, 30))
        left = desk.tables.reminders.to_come([dossier.id])
        assert [each.purpose.value for each in left] == ["answer"]
        with pytest.raises(MoveRefused, match="Dire pourquoi"):
            acts.take_back(desk, SIREN, "")
        assert acts.take_back(desk, SIREN, "CRM soldé").state is State.ANALYSIS
        with pytest.raises(MoveRefused, match="Aucun autre organisme"):
            acts.take_back(desk, SIREN, "encore")
        acts.require_contact(desk.tables.cases.get(SIREN), desk.today)


def test_rules_give_dossiers_by_skill_once_the_cause_is_known(at: At) -> None:
    advisers = (
        Adviser(name="alix"),
        Adviser(name="sam", skills=frozenset({"CET_ABSENTE"})),
    )
    with at(advisers=advisers) as desk:
        desk.tables.files.record_received(file(), "depot")
        found = version(file().sha256)
        desk.tables.declarations.record_declarations([found])
        receive(desk, signal("campaign|1"))
        assert desk.tables.cases.get(SIREN).adviser == ""
        analysed(desk, WRONG)
        assert desk.tables.cases.get(SIREN).adviser == "sam"
        receive(desk, signal("campaign|x", siren="999000243"))
        assert desk.tables.cases.get("999000243").adviser == "alix"
        assert "volume (0\u00a0dossier en cours)" in " ".join(
            event.text
            for event in desk.tables.cases.thread(desk.tables.cases.get("999000243").id)
        )


def test_a_correction_that_cites_the_crm_is_said(at: At) -> None:
    crm = "2026CRM000001"
    with at() as desk:
        receive(desk, signal("callback|1", Channel.CALLBACK, reference=crm))
        analysed(desk, WRONG)
        analysed(desk, _citing(RIGHT, crm))
        assert f"Une régularisation cite le CRM {crm} de ce dossier." in thread(desk)


def _citing(company: CompanyAnalysis, crm: str) -> CompanyAnalysis:
    """The same company, one of its declarations citing a CRM."""
    found = version("a" * 64)
    base = Block("S21.G00.78", 50, found.declaration.block)
    base.rubriques.append(("007", crm, 51))
    found.declaration.block.children.append(base)
    versions: tuple[DeclarationVersion, ...] = (found,)
    return replace(company, view=replace(company.view, versions=versions))


def test_what_is_next_is_listed_by_adviser(at: At) -> None:
    with at() as desk:
        opened(desk, WRONG)
        acts.assign(desk, SIREN, "marie")
    promised(at)
    with at(days=70) as desk:
        assert next_actions(desk) == []
        (soon,) = next_actions(desk, days=1, adviser="marie")
        assert (soon.siren, soon.late) == (SIREN, False)
        assert next_actions(desk, days=1, adviser="sam") == []
    with at(days=90) as desk:
        (late,) = next_actions(desk)
        assert late.late


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("absente pour maladie depuis mars", "un mot sur la santé"),
        ("comptable incompétent", "un jugement"),
        ("son salaire est de 2 500 €", "la rémunération d’une personne"),
        ("numéro 1 85 05 78 006 084 36", "un numéro de Sécurité sociale"),
    ],
)
def test_what_may_not_be_kept_is_refused(at: At, text: str, why: str) -> None:
    with at() as desk:
        opened(desk, WRONG)
        for write in (
            lambda: acts.note(desk, SIREN, text),
            lambda: acts.hand_over(desk, SIREN, "alix", text),
            lambda: acts.close(desk, SIREN, Outcome.UNRESOLVED, text),
            lambda: decisions.ask(desk, SIREN, text),
            lambda: decisions.decide(desk, SIREN, "CET_ABSENTE", "refute", text),
            lambda: decisions.remember(desk, legitimate(desk, justification=text)),
        ):
            with pytest.raises(MoveRefused, match=why):
                write()


def test_a_signal_that_is_not_as_its_campaign_says_is_kept_and_told(at: At) -> None:
    campaign = Campaign(name="F26", exercice=2026, closes_on=date(2026, 4, 1), steps=())
    with at(campaigns=(campaign,)) as desk:
        late = signal("campaign|1", campaign="F26", period=Month(2025, 12))
        assert receive(desk, late).opened
        told = thread(desk)[0]
    assert told.endswith("Mois hors de l’exercice 2026. Campagne close le 01/04/2026.")


def test_a_campaign_may_have_any_name(at: At) -> None:
    name = "Campagne " + "très " * 100 + "longue"
    step = CampaignStep(name="étape " * 60, on=date(2026, 5, 4))
    with at(campaigns=(Campaign(name=name, steps=(step,)),)) as desk:
        receive(desk, signal("campaign|1", campaign=name))
        dossier = desk.tables.cases.get(SIREN)
        assert len(desk.tables.reminders.to_come([dossier.id])) == 1


def test_no_step_of_a_campaign_while_another_body_is_in_contact(at: At) -> None:
    step = CampaignStep(name="courrier", on=date(2026, 5, 4))
    campaign = Campaign(name="F26", steps=(step,))
    with at(campaigns=(campaign,)) as desk:
        receive(desk, signal("campaign|1", campaign="F26"))
        dossier = desk.tables.cases.get(SIREN)
        assert len(desk.tables.reminders.to_come([dossier.id])) == 1
        acts.handled_elsewhere(desk, SIREN, "msa", "CRM 124")
        receive(desk, signal("campaign|2", campaign="F26"))
        assert desk.tables.reminders.to_come([dossier.id]) == ()
