"""The table [adhesion]: the menu of guarantees, and who a person is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from miroir.config.section import Section


class AdhesionSection(Section):
    """What updates of adhesion contracts are made with."""

    menu: Path | None = Field(
        default=None,
        description="the path of a TOML file of guarantees, added to those shipped",
    )
    agreements: Path | None = Field(
        default=None,
        description="the path of a TOML file of what collective agreements (IDCC) "
        "oblige to",
    )
    identity: Literal["named", "session"] = Field(
        default="named",
        description="who proposes and approves: named (--as or $MIROIR_ADVISER), or "
        "session (the account of this machine's user, nobody else's)",
    )
