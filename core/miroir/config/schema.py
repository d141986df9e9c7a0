"""The JSON schema of the configuration, connectors included, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from miroir.config.connecting import DESTINATIONS, SOURCES, fields_model
from miroir.config.settings import Settings

if TYPE_CHECKING:
    from miroir.types.delivery import Destination, DestinationConnector
    from miroir.types.source import SourceConnector


def json_schema(
    sources: Mapping[str, SourceConnector],
    destinations: Mapping[str, DestinationConnector[Destination[object]]],
) -> dict[str, Any]:
    """What miroir.toml may hold with these connectors."""
    schema = Settings.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "miroir.toml"
    definitions = schema.setdefault("$defs", {})
    definitions.pop("ConnectorSection", None)
    tables = {
        SOURCES: {
            name: fields_model(given.source, given.summary)
            for name, given in sources.items()
        },
        DESTINATIONS: {
            name: fields_model(given.destination, given.summary)
            for name, given in destinations.items()
        },
    }
    for section, models in tables.items():
        choices = []
        for name, model in models.items():
            place = f"{section}.{name}"
            definitions[place] = _table(name, place, model)
            choices.append({"$ref": f"#/$defs/{place}"})
        schema["properties"][section]["additionalProperties"] = {"anyOf": choices}
    return schema


def _table(name: str, place: str, model: type[BaseModel]) -> dict[str, Any]:
    table = model.model_json_schema(ref_template=f"#/$defs/{place}/$defs/{{model}}")
    properties = table.get("properties", {})
    table["properties"] = {"connector": {"const": name}} | properties
    table["required"] = ["connector", *table.get("required", ())]
    return table
