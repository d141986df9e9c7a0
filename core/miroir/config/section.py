"""What every table of the configuration is."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _names(value: object) -> object:
    # An environment variable gives names separated by commas.
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]


class Section(BaseModel):
    """A table of the configuration; an unknown key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
