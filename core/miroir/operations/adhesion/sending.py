"""The update of an approved plan, on its way out; the mail that waits for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from miroir.adhesion.confirming import Confirmation, addressee, subject, text
from miroir.dossier.model import Dossier
from miroir.dossier.moves import MoveRefused
from miroir.operations.dossiers.acts import require_contact
from miroir.operations.dossiers.desk import Desk
from miroir.operations.outward.contacts import log_mail
from miroir.operations.outward.emails import archived
from miroir.operations.workplace import Workplace
from miroir.store.adhesion_plans.plans import StoredPlan
from miroir.store.database import Tables
from miroir.trace.entry import Entry
from miroir.types.action import MAIL, AdhesionUpdate, Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail that is archived already. `name` is the interlocutor's."""

    mail: Mail = field(repr=False)
    name: str = field(repr=False)
    digest: str


def update_of(stored: StoredPlan) -> AdhesionUpdate:
    """What the management tool is asked, as it was approved."""
    plan = stored.plan
    return AdhesionUpdate(
        siren=plan.siren,
        plan=plan.hash,
        version=plan.version,
        before=plan.before,
        after=plan.after,
    )


def letter_of(
    workplace: Workplace, stored: StoredPlan, how: Confirmation
) -> Letter | None:
    """The mail that will tell the company, written and archived; None without one.

    Raises MoveRefused, in French, when nobody may be written to.
    """
    if how is not Confirmation.MAIL:
        return None
    if MAIL not in workplace.sends:
        raise MoveRefused(
            "Aucune messagerie n’est configurée : confirmer par téléphone (--confirm"
            " call)."
        )
    today = workplace.rules.today(workplace.clock())
    with workplace.store.read() as tables:
        dossier = tables.cases.get(stored.plan.siren)
        require_contact(dossier, today)
        found = addressee(tables.memories.interlocutors(dossier.id), today)
    if found is None:
        raise MoveRefused(
            "Aucun interlocuteur habilité du dossier n’a d’adresse électronique :"
            " confirmer par téléphone (--confirm call)."
        )
    name, address = found
    plan = stored.plan
    mail = Mail(siren=plan.siren, to=(address,), subject=subject(plan), text=text(plan))
    return Letter(mail=mail, name=name, digest=archived(workplace.archive, mail))


def send(
    workplace: Workplace,
    tables: Tables,
    stored: StoredPlan,
    dossier: Dossier,
    by: str,
    letter: Letter | None,
) -> None:
    """Write the update in the outbox, in the commit of the approval.

    The mail, and the contact that keeps it in the CRM, wait for it to be done.
    """
    place = f"dossier:{dossier.id}"
    update = tables.outbox.enqueue(
        update_of(stored), dossier=place, occasion=stored.plan.hash, by=by
    )
    if letter is None:
        return
    key = tables.outbox.enqueue(
        letter.mail,
        dossier=place,
        occasion=f"adhesion|{stored.plan.hash}",
        depends_on=[update],
        by=by,
    )
    act = Entry(
        act="mail.decided",
        actor=by,
        siren=letter.mail.siren,
        subject=f"action:{key}",
        facts={"archive": letter.digest, "attachments": 0},
        person=workplace.keys.contact(letter.mail.siren, letter.name),
        detail={"name": letter.name, "address": letter.mail.to[0]},
    )
    tables.journal.append(act, workplace.clock())
    desk = Desk(
        tables=tables,
        actor=by,
        now=workplace.clock(),
        rules=workplace.rules,
        sends=workplace.sends,
    )
    log_mail(desk, dossier, letter.mail, key, letter.digest)
