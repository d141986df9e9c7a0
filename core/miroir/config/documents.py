"""The table [documents]: what is written of a case, in the fields of a GPS."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from miroir.config.judging import Number
from miroir.config.section import Section


class DocumentsSection(Section):
    """Limits of the shared record, templates of the documents."""

    record_limit: Annotated[
        Number | None,
        Field(
            ge=1,
            description="a number, 1 or more: the most that a shared record may hold; "
            "without it, no limit",
        ),
    ] = None
    record_count: Literal["characters", "utf-8", "iso-8859-1"] = Field(
        default="characters",
        description="what the limit counts: characters, or the bytes of utf-8 or "
        "iso-8859-1",
    )
    templates: Path | None = Field(
        default=None,
        description="the path of a folder of templates that come before the ones "
        "shipped",
    )
