"""Collective agreement and institution, beside what is declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from miroir.adhesion.coherence.situation import Situation
from miroir.adhesion.declared import SHOWN, row_evidence
from miroir.adhesion.model import Basis, Change, Incoherence, Severity
from miroir.adhesion.words import day, establishment
from miroir.synthesis.french import capital, of
from miroir.types.adhesion import AdhesionCondition
from miroir.types.declaration import Declaration, Evidence
from miroir.types.diagnosis import Status
from miroir.types.period import Month

NO_BRANCH = frozenset({"", "5100", "5501", "9998", "9999"})
"""Codes of 40.017 that name no agreement of a branch."""


def examine(situation: Situation) -> Iterator[Incoherence]:
    for siret in situation.sirets:
        own = [each for each in situation.company.current if each.siret == siret]
        row = _row(situation, siret, own[-1].period)
        if row is not None:
            yield from _agreement(own, row)
            yield from _institution(situation, siret, row)


def _row(situation: Situation, siret: str, month: Month) -> AdhesionCondition | None:
    for each in situation.contract:
        if each.siret in ("", siret) and each.covers(month.last):
            return each
    return None


def _agreement(
    declarations: Sequence[Declaration], row: AdhesionCondition
) -> Iterator[Incoherence]:
    """The months up to the last one in which most contracts name another IDCC."""
    last = declarations[-1]
    declared, recorded = _majority(last), _number(row.idcc)
    if declared is None or declared == recorded:
        return
    months: list[Month] = []
    for each in reversed(declarations):
        if _majority(each) != declared:
            break
        months.insert(0, each.period)
    siret, since = last.siret, months[0].first
    said = f"IDCC {recorded}" if recorded else "aucun IDCC"
    yield Incoherence(
        code="IDCC_DIFFERENT",
        severity=Severity.IMPORTANT,
        status=Status.HYPOTHESIS,
        siret=siret,
        category="",
        recorded=recorded or "aucun",
        expected=declared,
        since=since,
        fact=(
            f"{capital(establishment(siret))} : {said} au contrat, IDCC {declared}"
            f" pour la plupart des contrats de travail déclarés {of(months)}."
        ),
        decides=(
            "L’activité principale de l’établissement et la convention que porte le"
            " bulletin de paie ; les garanties de branche en dépendent."
        ),
        evidence=(
            *row_evidence(row, "idcc"),
            *islice(_naming(last, declared), SHOWN),
        ),
        change=Change(
            siret=row.siret,
            category="",
            basis=Basis.DECLARED,
            label=(
                f"Porter l’IDCC {declared} au contrat à compter du {day(since)}"
                f" ({establishment(row.siret)})"
            ),
            since=since,
            values={"idcc": declared},
        ),
    )


def _majority(declaration: Declaration) -> str | None:
    """The IDCC of more than half of the contracts; None without one."""
    counted: Counter[str] = Counter()
    for idcc, times in declaration.agreements().items():
        counted[_number(idcc)] += times
    for number, times in counted.most_common(1):
        if number not in NO_BRANCH and 2 * times > counted.total():
            return number
    return None


def _naming(declaration: Declaration, idcc: str) -> Iterator[Evidence]:
    for employee in declaration.employees:
        for contract in employee.contracts:
            if _number(contract.idcc) == idcc:
                yield declaration.evidence(contract.block, "017")


def _number(idcc: str | None) -> str:
    """Four digits: «573» of a spreadsheet is 0573."""
    text = (idcc or "").strip()
    return text.zfill(4) if text else ""


def _institution(
    situation: Situation, siret: str, row: AdhesionCondition
) -> Iterator[Incoherence]:
    elsewhere = [
        gap
        for gap in situation.company.payments
        if gap.siret == siret and gap.adhesion_institution
    ]
    if not elsewhere:
        return
    months = [gap.period for gap in elsewhere]
    paid = elsewhere[-1].institution
    yield Incoherence(
        code="INSTITUTION_DIFFERENTE",
        severity=Severity.IMPORTANT,
        status=Status.HYPOTHESIS,
        siret=siret,
        category="",
        recorded=row.institution,
        expected=paid,
        since=min(months).first,
        fact=(
            f"{capital(establishment(siret))} : les cotisations {of(months)} sont"
            f" versées à l’institution {paid}, le contrat est à {row.institution}."
        ),
        decides=(
            "L’institution compétente (IDCC, puis lieu) : l’entreprise corrige le"
            " SIRET de versement, ou l’adhésion est transférée."
        ),
        evidence=(
            *row_evidence(row, "institution"),
            *(each for gap in elsewhere for each in gap.evidence[:1]),
        )[: SHOWN + 1],
    )
