"""Destinations in a folder: one of each class, and one that does not keep it.

The notes of a folder are what its `out` holds in `.txt`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from miroir import (
    ActionNotSent,
    CrmAccount,
    CrmContact,
    CrmLogger,
    DeliveryClass,
    Intent,
    Promise,
    Receipt,
)

_SOON = timedelta(milliseconds=10)


@dataclass(frozen=True, kw_only=True)
class Named(CrmLogger):
    """Class B: the file of an intent has its name."""

    folder: Path
    promise = Promise(delivery=DeliveryClass.NATURAL_ID)

    def accounts(self, siren: str) -> Sequence[CrmAccount]:
        return [CrmAccount(id=siren, siren=siren)]

    def send(self, action: CrmContact, intent: Intent) -> Receipt:
        return self.write(self.name(intent), intent.key)

    def name(self, intent: Intent) -> str:
        return intent.key

    def write(self, name: str, text: str) -> Receipt:
        draft = self.folder / f"{name}.part"
        draft.write_text(text)
        draft.rename(draft.with_suffix(".txt"))
        return Receipt(id=name)


@dataclass(frozen=True, kw_only=True)
class Keyed(Named):
    """Class A: the folder knows the keys that it has seen, each with its note."""

    promise = Promise(delivery=DeliveryClass.KEYED, key_retention=timedelta(days=1))

    def send(self, action: CrmContact, intent: Intent) -> Receipt:
        if (self.folder / f"{intent.key}.txt").exists():
            return Receipt(id=intent.key)
        return self.write(intent.key, intent.key)


@dataclass(frozen=True, kw_only=True)
class Blind(Named):
    """Class D: nothing of ours is in what is made."""

    promise = Promise(delivery=DeliveryClass.BLIND)

    def send(self, action: CrmContact, intent: Intent) -> Receipt:
        return self.write(uuid.uuid4().hex, "")


@dataclass(frozen=True, kw_only=True)
class Sought(Blind):
    """Class C: our key is in what is made, and can be looked for."""

    promise = Promise(delivery=DeliveryClass.READ_BACK, max_in_flight=_SOON)

    def send(self, action: CrmContact, intent: Intent) -> Receipt:
        return self.write(uuid.uuid4().hex, intent.key)

    def find(self, action: CrmContact, intent: Intent) -> Sequence[Receipt]:
        return [
            Receipt(id=each.stem)
            for each in self.folder.glob("*.txt")
            if each.read_text() == intent.key
        ]


@dataclass(frozen=True, kw_only=True)
class WritesItsKeyLast(Keyed):
    """The key is written after the note: killed in between, the note comes twice."""

    def send(self, action: CrmContact, intent: Intent) -> Receipt:
        known = self.folder / f"{intent.key}.key"
        if known.exists():
            return Receipt(id=known.read_text())
        made = self.write(uuid.uuid4().hex, "")
        known.write_text(made.id)
        return made


@dataclass(frozen=True, kw_only=True)
class NamesTheAttempt(Named):
    def name(self, intent: Intent) -> str:
        return f"{intent.key}-{intent.attempt}"


@dataclass(frozen=True, kw_only=True)
class SeeksInItsList(Sought):
    """What is found is what was listed, which comes after what is done."""

    def send(self, action: CrmContact, intent: Intent) -> Receipt:
        made = super().send(action, intent)
        (self.folder / f"{intent.key}.list").write_text(made.id)
        return made

    def find(self, action: CrmContact, intent: Intent) -> Sequence[Receipt]:
        listed = self.folder / f"{intent.key}.list"
        return [Receipt(id=listed.read_text())] if listed.exists() else []


@dataclass(frozen=True, kw_only=True)
class DeniesWhatItDid(Blind):
    """A failure after the effect is told as if nothing had been done."""

    def send(self, action: CrmContact, intent: Intent) -> Receipt:
        try:
            made = super().send(action, intent)
            (self.folder / "journal").write_text("done")
        except OSError as error:
            raise ActionNotSent("the folder fails") from error
        return made
