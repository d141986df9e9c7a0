from __future__ import annotations

from dataclasses import dataclass, field

from miroir import CollectRequest, DsnSource, ReceivedFile, SourceConnector
from miroir.config.schema import json_schema


@dataclass(frozen=True, kw_only=True)
class Api(DsnSource):
    url: str
    pages: list[int] = field(default_factory=list)

    def collect(self, request: CollectRequest) -> list[ReceivedFile]:
        return []


def test_the_schema_knows_the_keys_of_each_connector() -> None:
    schema = json_schema(
        {"api": SourceConnector(name="api", source=Api, summary="s")}, {}
    )
    table = schema["$defs"]["sources.api"]
    assert table["required"] == ["connector", "url"]
    assert table["additionalProperties"] is False
    assert table["properties"]["connector"] == {"const": "api"}
    assert table["properties"]["pages"]["items"] == {"type": "integer"}
    assert schema["properties"]["sources"]["additionalProperties"] == {
        "anyOf": [{"$ref": "#/$defs/sources.api"}]
    }
    assert schema["additionalProperties"] is False
    level = schema["$defs"]["LoggingSection"]["properties"]["level"]
    assert level["enum"] == ["debug", "info", "warning", "error"]
