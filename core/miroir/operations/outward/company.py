"""The case of a company whose files were received, as documents tell it."""

from __future__ import annotations

from miroir.errors import NothingFound
from miroir.operations.recording import judged, stored_readings
from miroir.operations.workplace import Workplace
from miroir.pipeline import analyse_company
from miroir.synthesis.building import case_of
from miroir.synthesis.case import Case, Reader
from miroir.synthesis.wording import Level


def stored_case(workplace: Workplace, siren: str, level: Level) -> Case:
    """The case as it stands, nobody named. Raises NothingFound."""
    readings = stored_readings(workplace, siren)
    with workplace.store.read() as tables:
        conditions = tables.adhesions.conditions_of(siren)
        campaign = tables.campaigns.lines_of(siren)
    versions = judged(readings, siren)
    if not versions:
        raise NothingFound(
            f"No declaration of {siren} is known. Check the SIREN, or collect its"
            " files first with `miroir sync`."
        )
    company = analyse_company(
        siren, versions, workplace.knowledge(conditions, campaign)
    )
    reader = Reader(level=level, name_of=workplace.keys.pseudonym)
    return case_of(company, reader, workplace.rules.today(workplace.clock()))
