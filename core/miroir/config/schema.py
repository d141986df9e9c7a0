"""The JSON schema of the configuration, connectors included, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from miroir.config.settings import Settings
from miroir.config.sources import fields_model

if TYPE_CHECKING:
    from miroir.types.source import SourceConnector


def json_schema(connectors: Mapping[str, SourceConnector]) -> dict[str, Any]:
    """What miroir.toml may hold with these connectors."""
    schema = Settings.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "miroir.toml"
    definitions = schema.setdefault("$defs", {})
    definitions.pop("SourceSection", None)
    choices = []
    for name, connector in connectors.items():
        table = fields_model(connector).model_json_schema(
            ref_template=f"#/$defs/{name}/$defs/{{model}}"
        )
        table["properties"] = {"connector": {"const": name}} | table["properties"]
        table["required"] = ["connector", *table.get("required", ())]
        definitions[name] = table
        choices.append({"$ref": f"#/$defs/{name}"})
    schema["properties"]["sources"]["additionalProperties"] = {"anyOf": choices}
    return schema
