"""A case given to a service by mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from miroir import ActionRefused, HandOver, HandOverDesk, Intent, Mail, Receipt

from miroir_connectors.smtp.server import SmtpServer


@dataclass(frozen=True, kw_only=True)
class HandOverMail(SmtpServer, HandOverDesk):
    """Cases by mail: `addresses` gives that of each service.

    `reply_to` is where answers go. The other settings are those of `smtp`.
    """

    addresses: Mapping[str, str] = field(default_factory=dict)
    reply_to: str = ""

    def send(self, action: HandOver, intent: Intent) -> Receipt:
        address = self.addresses.get(action.service)
        if address is None:
            raise ActionRefused(
                f"no address is known for the service «{action.service}»; add it to "
                "`addresses`",
                code="service",
            )
        asked = f"Merci de répéter la référence {action.reference} dans la réponse."
        mail = Mail(
            siren=action.siren,
            to=(address,),
            subject=f"{action.reference} : {action.subject}",
            text=f"SIREN {action.siren}\n\n{action.text}\n\n{asked}\n",
            attachments=action.evidence,
            reply_to=self.reply_to,
        )
        return self.deliver(mail, intent)
