"""The actions, one dataclass per kind, and the destination that takes each.

An action is written in the outbox as JSON: its fields are texts, numbers,
dates, and dataclasses of them.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from miroir.types.adhesion import AdhesionCondition
from miroir.types.delivery import Destination

ADHESION_UPDATE = "adhesion_update"
CRM_CONTACT = "crm_contact"
RECORD_ENTRY = "record_entry"
MAIL = "mail"
HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdhesionContract:
    """The contract of a company as the management tool has it now.

    `version` changes whenever it changes (an ETag, a counter, a fingerprint).
    """

    siren: str
    version: str
    conditions: tuple[AdhesionCondition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdhesionUpdate:
    """Replace the conditions of a company by others, if it still is `version`.

    `plan` is the hash of the plan that a second person approved.
    """

    siren: str
    plan: str
    version: str
    before: tuple[AdhesionCondition, ...]
    after: tuple[AdhesionCondition, ...]


class AdhesionUpdater(Destination[AdhesionUpdate]):
    """A management tool that holds adhesion contracts."""

    kind = ADHESION_UPDATE

    @abstractmethod
    def read(self, siren: str) -> AdhesionContract | None:
        """The contract now, None if there is none.

        Raises ActionNotSent when it cannot be read now.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedMail:
    """A mail that was sent to the client, to be kept beside the contact."""

    message_id: str
    sent_at: datetime
    subject: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmContact:
    """One contact with a company, to be logged on its account.

    `channel`: «call_in», «call_out», «mail», «meeting». `happened`: the
    interlocutor was reached. `subject` and `note` are in French, without NIR.
    """

    siren: str
    at: datetime
    channel: str
    subject: str
    note: str
    adviser: str
    happened: bool = True
    duration_minutes: int = 0
    mail: ArchivedMail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmAccount:
    """An account of the CRM. `id` is the CRM's own."""

    id: str
    siren: str
    name: str = ""


class CrmLogger(Destination[CrmContact]):
    """A CRM where contacts are logged."""

    kind = CRM_CONTACT

    @abstractmethod
    def accounts(self, siren: str) -> Sequence[CrmAccount]:
        """The accounts of this SIREN; several are for a person to choose from.

        Raises ActionNotSent when it cannot look now.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEntry:
    """What is written in the shared record of a company (CFIAB).

    `call_happened` is None when no call was tried. `menus` holds the code
    chosen in each menu; `day` says which version of the menus it is from.
    """

    siren: str
    day: date
    analysis: str
    call_happened: bool | None = None
    call_summary: str = ""
    menus: Mapping[str, str] = field(default_factory=dict)


class TraceWriter(Destination[RecordEntry]):
    """A tool where the record of a company is found or created, and completed."""

    kind = RECORD_ENTRY


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a mail or of a hand-over. `content` is base64."""

    name: str
    media_type: str
    content: str = field(repr=False)
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail to a company, its wording final: what is archived is what is sent."""

    siren: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""


class Mailer(Destination[Mail]):
    """A way for mail to leave."""

    kind = MAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A case given to a service: the referent, the adhésion service.

    `reference` comes back with the answer. The evidence is masked.
    """

    siren: str
    service: str
    reference: str
    subject: str
    text: str
    evidence: tuple[Attachment, ...] = ()


class HandOverDesk(Destination[HandOver]):
    """A place where a service takes the cases given to it."""

    kind = HAND_OVER


ACTIONS: Mapping[str, type[object]] = {
    ADHESION_UPDATE: AdhesionUpdate,
    CRM_CONTACT: CrmContact,
    RECORD_ENTRY: RecordEntry,
    MAIL: Mail,
    HAND_OVER: HandOver,
}
"""The dataclass of each kind of action."""
