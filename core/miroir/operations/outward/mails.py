"""A mail to whoever answers for a company: written, allowed, archived, sent once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from miroir.dossier.mandate import Interlocutor, Topic, require
from miroir.dossier.model import Dossier, EventKind
from miroir.dossier.moves import MoveRefused
from miroir.operations.dossiers.acts import require_contact
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.words import require_sober
from miroir.operations.outward.company import stored_case
from miroir.operations.outward.contacts import log_mail
from miroir.operations.outward.emails import archived
from miroir.operations.workplace import Workplace
from miroir.privacy import mask
from miroir.store.database import Tables
from miroir.synthesis.documents import write
from miroir.synthesis.vocabulary import Document
from miroir.synthesis.wording import Level
from miroir.trace.entry import Entry
from miroir.types.action import Attachment, Mail

_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SUBJECT = "Objet : "
_LINE = re.compile(r"<p>Objet\s*:.*?</p>\n?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What would be sent, to whom. `name` is the interlocutor's."""

    mail: Mail
    name: str

    @property
    def address(self) -> str:
        return self.mail.to[0]


def written(
    workplace: Workplace,
    siren: str,
    name: str,
    level: Level,
    attachments: Sequence[Attachment] = (),
    *,
    reply_to: str = "",
) -> Letter:
    """The summary mail of a company, for an interlocutor whose mandate allows it.

    Raises MoveRefused, in French: nobody of this name, no address, a mandate
    that does not cover the company, another body that treats the anomaly; and
    what writing a document raises.
    """
    today = workplace.rules.today(workplace.clock())
    with workplace.store.read() as tables:
        address = _allowed(tables, siren, name, today)
    case = stored_case(workplace, siren, level)
    folder = workplace.settings.documents.templates
    text = write(Document.MAIL, case, level, "text", folder=folder).text
    page = write(Document.MAIL, case, level, "html", folder=folder).text
    subject, body = _split(text)
    mail = Mail(
        siren=siren,
        to=(address,),
        subject=subject,
        text=body,
        html=_without_subject(page),
        attachments=tuple(attachments),
        reply_to=reply_to,
    )
    return Letter(mail=mail, name=name)


def send(workplace: Workplace, letter: Letter, actor: str, again: str = "") -> str:
    """Give the mail to the outbox, its archive kept; the key of the intent.

    The mandate is checked again in the same transaction. The same mail sent
    twice is one intent, unless `again` says why it goes once more.
    """
    require_sober(again)
    mail = letter.mail
    digest = archived(workplace.archive, mail)
    with workplace.store.write() as tables:
        desk = Desk(
            tables=tables,
            actor=actor,
            now=workplace.clock(),
            rules=workplace.rules,
            sends=workplace.sends,
        )
        dossier = desk.hold(mail.siren)
        if _allowed(tables, mail.siren, letter.name, desk.today) != letter.address:
            raise MoveRefused("L’adresse a changé depuis : relire le courriel.")
        known = {row.key for row in tables.outbox.listed(dossier=_place(dossier))}
        key = tables.outbox.enqueue(
            mail, dossier=_place(dossier), occasion=_occasion(digest, again), by=actor
        )
        if key not in known:
            said = f"Courriel à {letter.name} confié à l’envoi : {mail.subject}"
            desk.say(dossier, EventKind.NOTE, said)
            tables.journal.append(_act(workplace, letter, actor, key, digest), desk.now)
            log_mail(desk, dossier, mail, key, digest)
    return key


def _act(
    workplace: Workplace, letter: Letter, actor: str, key: str, digest: str
) -> Entry:
    """The line of the decision: who it is for is under the key of the person."""
    mail = letter.mail
    return Entry(
        act="mail.decided",
        actor=actor,
        siren=mail.siren,
        subject=f"action:{key}",
        facts={"archive": digest, "attachments": len(mail.attachments)},
        person=workplace.keys.contact(mail.siren, letter.name),
        detail={"name": letter.name, "address": letter.address},
    )


def _allowed(tables: Tables, siren: str, name: str, today: date) -> str:
    """The address of an interlocutor who may read of the company."""
    dossier = tables.cases.get(siren)
    require_contact(dossier, today)
    people = tables.memories.interlocutors(dossier.id)
    someone = next((one for one in people if one.name == name), None)
    if someone is None:
        listed = ", ".join(one.name for one in people) or "aucun"
        raise MoveRefused(
            f"Aucun interlocuteur ne s’appelle «{mask(name)}». Connus : {listed}."
            " Les interlocuteurs sont ceux des appels enregistrés."
        )
    require(someone, Topic.COMPANY, today)
    return _address(someone)


def _address(someone: Interlocutor) -> str:
    found = _ADDRESS.findall(someone.contact)
    if len(found) != 1:
        what = "Aucune adresse" if not found else "Plusieurs adresses"
        raise MoveRefused(
            f"{what} de courriel pour {someone.name} : en noter une dans son contact."
        )
    return str(found[0])


def _split(text: str) -> tuple[str, str]:
    """Subject and body of the document; its first line is «Objet : …»."""
    first, _, body = text.partition("\n")
    plain = first.replace("\u00a0", " ").replace("\u202f", " ")
    if not plain.startswith(_SUBJECT):
        raise MoveRefused(
            "mail.txt.j2 : la première ligne est «Objet : …», elle fait l’objet du"
            " courriel."
        )
    return plain.removeprefix(_SUBJECT).strip(), body.strip("\n") + "\n"


def _without_subject(page: str) -> str:
    """The page without the line of the subject, which the header says."""
    return _LINE.sub("", page, count=1)


def _occasion(digest: str, again: str) -> str:
    return f"{digest}|{again}" if again else digest


def _place(dossier: Dossier) -> str:
    return f"dossier:{dossier.id}"


def kept(workplace: Workplace, sha256: str) -> bytes:
    """An archived mail, by the sha256 that the journal gives. Raises NothingFound."""
    return workplace.archive.get(sha256).content
