"""Write the keys of docs/configuration.md from the settings: python docs/make_settings.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import get_args, get_origin

from miroir.config.entries import Key, dotted
from miroir.config.settings import Settings, expected
from pydantic import BaseModel
from pydantic.fields import FieldInfo

PAGE = Path(__file__).with_name("configuration.md")
_BEGIN, _END = "<!-- keys: begin -->\n", "<!-- keys: end -->"
_HEAD = "| key | expected | default |\n| --- | --- | --- |\n"


def render() -> str:
    """The whole page, its keys as the settings have them."""
    before, _, rest = PAGE.read_text("utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    lines = "\n".join(_rows(Settings, ()))
    return f"{before}{_BEGIN}\n{_HEAD}{lines}\n\n{_END}{after}"


def _rows(model: type[BaseModel], prefix: Key) -> Iterator[str]:
    for name, field in model.model_fields.items():
        key = (*prefix, name)
        below = _named(field)
        if isinstance(field.annotation, type) and issubclass(
            field.annotation, BaseModel
        ):
            yield from _rows(field.annotation, key)
            continue
        yield f"| `{dotted(key)}` | {expected(key)} | {_default(field)} |"
        if below is not None:
            yield from _rows(below, (*key, "<name>"))


def _named(field: FieldInfo) -> type[BaseModel] | None:
    """The model of tables under names of one's own, that Miroir knows."""
    if get_origin(field.annotation) is not dict:
        return None
    below = get_args(field.annotation)[1]
    known = isinstance(below, type) and issubclass(below, BaseModel)
    return below if known and below.__name__ != "ConnectorSection" else None


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "to be given"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, dict):
        return ", ".join(f"`{name}`" for name in value) or "none"
    if value is None:
        return "none"
    if isinstance(value, time):
        value = f"{value:%H:%M}"
    elif isinstance(value, int) and "in euros" in (field.description or ""):
        value = f"{value / 100:.2f}"
    elif isinstance(value, Path | Decimal):
        value = str(value)
    elif isinstance(value, tuple):
        value = list(value)
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"`{json.dumps(value, ensure_ascii=False)}`"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
