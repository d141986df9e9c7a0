"""Employees: known by pseudonym, their numbers encrypted."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from miroir.errors import NothingFound, StoreError
from miroir.privacy import Keys
from miroir.store.conflict import chunks, upsert
from miroir.store.tables import employee, store_key
from miroir.types.identity import PersonNumber


class Employees:
    """Tables `employee` and `store_key`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    def remember(self, persons: Iterable[PersonNumber]) -> dict[PersonNumber, str]:
        """Store persons, give their pseudonyms.

        A number encrypted with a retired key is encrypted again.
        """
        names = {person: self._keys.pseudonym(person) for person in persons}
        if names:
            self._claim()
        up_to_date: set[str] = set()
        for chunk in chunks(names.values()):
            query = select(employee.c.pseudonym).where(
                employee.c.pseudonym.in_(chunk),
                employee.c.key_id == self._keys.nir_id,
            )
            up_to_date.update(self._connection.execute(query).scalars())
        rows = [
            self._row(person, name)
            # Sorted: two writers that lock in one order do not deadlock.
            for person, name in sorted(names.items(), key=lambda item: item[1])
            if name not in up_to_date
        ]
        upsert(self._connection, employee, rows, ("nir_ct", "key_id"))
        return names

    def reveal(self, pseudonym: str) -> PersonNumber:
        """The number behind a pseudonym; the caller answers for showing it.

        Raises NothingFound, or TamperedData when what is stored was altered.
        """
        query = select(employee.c.nir_ct).where(employee.c.pseudonym == pseudonym)
        sealed = self._connection.execute(query).scalar_one_or_none()
        if sealed is None:
            raise NothingFound(f"no employee is known as {pseudonym}")
        return self._keys.decrypt(sealed, _place(pseudonym))

    def find(self, person: PersonNumber) -> str | None:
        """The pseudonym of a person, None when no result ever named them."""
        lookup = self._keys.lookup(person)
        query = select(employee.c.pseudonym).where(employee.c.lookup == lookup)
        found = self._connection.execute(query).scalar_one_or_none()
        return None if found is None else str(found)

    def require_same_key(self) -> None:
        """Raise StoreError when the pseudonyms here were made with another key."""
        query = select(store_key.c.key_id).where(store_key.c.purpose == "pseudonym")
        found = self._connection.execute(query).scalar_one_or_none()
        if found not in (None, self._keys.pseudonym_id):
            raise StoreError(
                f"the store was written with the pseudonym key «{found}», the key "
                f"file holds «{self._keys.pseudonym_id}»; give the key file that "
                "was made with this store, or restore it from its backup"
            )

    def _claim(self) -> None:
        row = {"purpose": "pseudonym", "key_id": self._keys.pseudonym_id}
        upsert(self._connection, store_key, [row])
        self.require_same_key()

    def _row(self, person: PersonNumber, pseudonym: str) -> dict[str, object]:
        return {
            "pseudonym": pseudonym,
            "lookup": self._keys.lookup(person),
            "nir_ct": self._keys.encrypt(person, _place(pseudonym)),
            "key_id": self._keys.nir_id,
        }


def _place(pseudonym: str) -> str:
    return f"employee|nir_ct|{pseudonym}"
