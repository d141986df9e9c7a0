"""A dossier with one row in each of its tables, every text of it given."""

from __future__ import annotations

from datetime import date

from miroir.dossier.mandate import Interlocutor, Mandate, Role
from miroir.dossier.memory import LegitimateGap, MemoryScope
from miroir.dossier.model import (
    CallRecord,
    Campaign,
    CampaignStep,
    Channel,
    Commitment,
    EventKind,
    GapKind,
    GapRef,
    Hypothesis,
    Question,
    Signal,
    TrackedGap,
)
from miroir.dossier.reminders import Purpose, Reminder
from miroir.dossier.states import (
    CommitmentState,
    GapState,
    HypothesisState,
    QuestionState,
)
from miroir.store import Tables
from miroir.types.period import Month

from tests.store.samples import NOW, SIREN, SIRET

DAY = date(2026, 5, 4)
REF = GapRef(GapKind.EMPLOYEE, SIRET, "e-aaaa", Month(2026, 1))


def fill_dossier(tables: Tables, text: str) -> None:
    """`text` in every column that an adviser, a file or a client may fill."""
    step = CampaignStep(name=text, on=DAY)
    tables.cases.save_campaign(Campaign(name=text, selection=text, steps=(step,)))
    id = tables.cases.create(SIREN, NOW)[0].id
    _case(tables, id, text)
    _promises(tables, id, text)
    _people(tables, id, text)


def _case(tables: Tables, id: int, text: str) -> None:
    tables.cases.add_signal(
        id,
        Signal(
            key=text,
            channel=Channel.BASKET,
            at=NOW,
            siren=SIREN,
            campaign=text,
            adviser=text,
            subject=text,
            reference=text,
        ),
    )
    tables.cases.say(id, NOW, text, EventKind.NOTE, text)
    gap = TrackedGap(
        ref=REF,
        first=-1_750,
        amount=-1_750,
        state=GapState.OPEN,
        since=NOW,
        changed_at=NOW,
    )
    tables.cases.save_gaps(id, [gap])
    tables.reminders.ask(
        Reminder(
            occurrence_key="answer|1",
            due_at=NOW,
            dossier=id,
            purpose=Purpose.ANSWER,
            text=text,
        )
    )


def _promises(tables: Tables, id: int, text: str) -> None:
    hypothesis = Hypothesis(
        cause="CET_ABSENTE",
        label=text,
        state=HypothesisState.OPEN,
        origin=text,
        reason=text,
        decided_by=text,
    )
    tables.promises.save_hypothesis(id, hypothesis)
    question = Question(
        id=0,
        text=text,
        from_client=True,
        state=QuestionState.ANSWERED,
        asked_at=NOW,
        asked_by=text,
        answer=text,
    )
    tables.promises.add_question(id, question)
    commitment = Commitment(
        id=0,
        what=text,
        due_on=DAY,
        first_due_on=DAY,
        state=CommitmentState.PROMISED,
        made_at=NOW,
        made_by=text,
        with_whom=text,
        gaps=(REF,),
    )
    tables.promises.add_commitment(id, commitment)


def _people(tables: Tables, id: int, text: str) -> None:
    who = Interlocutor(
        name=text, role=Role.OTHER, mandate=Mandate.NONE, contact=text, how=text
    )
    tables.memories.save_interlocutor(id, who)
    memory = LegitimateGap(
        siren=SIREN,
        scope=MemoryScope.EMPLOYEE,
        subjects=(text,),
        since=Month(2026, 1),
        justification=text,
        decided_by=text,
        decided_on=DAY,
        expires_on=date(2027, 5, 4),
    )
    tables.memories.remember(memory)
    call = CallRecord(
        id=0,
        at=NOW,
        by=text,
        incoming=True,
        reached=True,
        interlocutor=text,
        answers={text: text},
    )
    tables.memories.add_call(id, call)
