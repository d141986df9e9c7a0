"""The evidence that goes with a case: what was found, and nobody's number.

Made from the last stored analysis, where persons are pseudonyms already.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import PurePath

from miroir.dossier.moves import MoveRefused
from miroir.operations.outward.attaching import attached
from miroir.store.database import Tables
from miroir.store.runs import StoredDiagnosis, StoredRun
from miroir.synthesis.french import euros, typographic, when
from miroir.synthesis.phrases import STATUSES
from miroir.trace.versions import installed
from miroir.types.action import Attachment


def evidence(tables: Tables, siren: str) -> tuple[Attachment, ...]:
    """`constats.txt`, `ecarts.csv`, `versions.json` of the last analysis.

    Raises MoveRefused when the company was never analysed.
    """
    run = tables.results.last_run(siren)
    if run is None:
        raise MoveRefused(
            f"L’entreprise {siren} n’a pas encore été analysée : lancer d’abord"
            f" `miroir reprocess {siren}`."
        )
    return (
        attached("constats.txt", "\n".join(_findings(run)).encode()),
        attached("ecarts.csv", _gaps(run)),
        attached("versions.json", _versions(run)),
    )


def _findings(run: StoredRun) -> Iterator[str]:
    yield f"SIREN {run.siren}, analyse du {run.at:%d/%m/%Y}"
    for each in run.diagnoses:
        yield ""
        yield from map(typographic, _finding(each))


def _finding(found: StoredDiagnosis) -> Iterator[str]:
    about = f" ({euros(found.amount)})" if found.amount else ""
    yield f"{found.rank}. {found.label} — {found.cause}, {STATUSES[found.status]}{about}"
    if found.periods:
        yield f"   Mois : {when(found.periods)}"
    if found.employees:
        yield f"   Salariés : {', '.join(found.employees[:20])}"
    if found.detail:
        yield f"   {found.detail}"
    yield f"   Ce qui l’écarterait : {found.would_refute}"
    for proof in found.evidence:
        name = PurePath(proof.file).name
        yield f"   {name}, ligne {proof.line} : {proof.rubrique} = {proof.value}"


def _gaps(run: StoredRun) -> bytes:
    """Amounts in euros with two decimals, a point; declared minus due."""
    stream = io.StringIO()
    rows = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    rows.writerow(("mois", "siret", "salarie", "declare", "du", "ecart"))
    for key, gap in sorted(run.gaps.items()):
        sides = (gap.declared.total, gap.due.total, gap.amount)
        amounts = (f"{Decimal(cents) / 100:.2f}" for cents in sides)
        rows.writerow((str(key.period), key.siret, key.employee, *amounts))
    return stream.getvalue().encode()


def _versions(run: StoredRun) -> bytes:
    document = {
        "analysis": {"id": run.id, "at": run.at.isoformat(), "version": run.version},
        "inputs": run.inputs_hash,
        "now": json.loads(str(installed())),
    }
    return json.dumps(document, indent=1).encode()
