"""What has a table in the configuration: its settings, valid and kept."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from miroir.config.connecting import bind, fields_model
from miroir.config.entries import Entry, Kind, Origin, flatten
from miroir.config.layers import Layers
from miroir.errors import ConfigurationError
from miroir.testing.conformance.contract import Contract

T = TypeVar("T")
_HERE = Origin(kind=Kind.FILE, place="the contract")


class TableContract(Contract, Generic[T]):
    """A source or a destination. `settings` prepares its counterpart too.

    `recorded`: a file of the plugin where the schema of its settings is kept,
    release after release: a key that a GPS wrote once has to stay valid.
    """

    section: ClassVar[str]
    connector: ClassVar[str] = ""
    recorded: ClassVar[Path | None] = None

    @classmethod
    def subject(cls) -> str:
        return cls.connector

    @abstractmethod
    def settings(self, folder: Path) -> Mapping[str, object]:
        """The keys of a table that works; `folder` is empty, and may be used."""

    @abstractmethod
    def unreachable(self, folder: Path) -> Mapping[str, object]:
        """The keys of a table whose place is absent, or refuses the credentials."""

    @abstractmethod
    def described(self) -> type[T]:
        """The class that the connector names."""

    def build(self, settings: Mapping[str, object], folder: Path) -> T:
        """What the configuration would build of these keys."""
        table = (self.section, "tested")
        keys = {(*table, *key): Entry(value, _HERE) for key, value in flatten(settings)}
        layers = Layers(file=None, folder=folder, layers=[keys], problems=[])
        return bind(layers, table, self.described())

    def test_the_settings_are_accepted(self, tmp_path: Path) -> None:
        assert isinstance(self.build(self.settings(tmp_path), tmp_path), object)

    def test_an_unknown_setting_is_refused(self, tmp_path: Path) -> None:
        settings = {**self.settings(tmp_path), "surely_unknown": "1"}
        with pytest.raises(ConfigurationError, match="surely_unknown: unknown key"):
            self.build(settings, tmp_path)

    def test_the_settings_have_a_schema(self) -> None:
        schema = self._schema()
        json.dumps(schema)
        assert schema["additionalProperties"] is False

    def test_settings_of_earlier_releases_stay_valid(
        self, request: pytest.FixtureRequest
    ) -> None:
        if self.recorded is None:
            pytest.skip("no `recorded` file: nothing holds what was promised before")
        schema = self._schema()
        kept = _kept(self.recorded)
        if self.connector not in kept:
            pytest.skip(f"{self.connector} is not in {self.recorded.name}: record it")
        broken = list(_broken(kept[self.connector], schema))
        assert not broken, f"settings of an earlier release break: {broken}"

    def _schema(self) -> dict[str, Any]:
        return fields_model(self.described()).model_json_schema()


def record(contract: type[TableContract[Any]]) -> None:
    """Keep the settings of today as a promise for the releases to come."""
    if contract.recorded is None:
        return
    kept = _kept(contract.recorded)
    kept[contract.connector] = contract()._schema()
    text = json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False)
    contract.recorded.write_text(f"{text}\n", encoding="utf-8")


def _kept(file: Path) -> dict[str, dict[str, Any]]:
    if not file.exists():
        return {}
    kept: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return kept


def _broken(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What a table that was valid before could no longer say."""
    old, new = before.get("properties", {}), now.get("properties", {})
    gone = [f"`{key}` is gone" for key in old if key not in new]
    required = set(now.get("required", ())) - set(before.get("required", ()))
    needed = [f"`{key}` has become required" for key in sorted(required)]
    narrowed = [
        f"`{key}` takes less than before"
        for key in old
        if key in new and not _types(old[key]) <= _types(new[key])
    ]
    return [*gone, *needed, *narrowed]


def _types(schema: Mapping[str, Any]) -> set[str]:
    """The JSON types that a key takes, «integer» being a «number» too."""
    below = [each for each in schema.get("anyOf", ()) if isinstance(each, Mapping)]
    found = {kind for each in below for kind in _types(each)}
    if "enum" in schema:
        found |= {f"={value}" for value in schema["enum"]}
    elif "type" in schema:
        found.add(f"{schema['type']}")
    elif "$ref" in schema:
        found.add(f"{schema['$ref']}")
    return found
