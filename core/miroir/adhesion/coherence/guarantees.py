"""Guarantees of a contract: of the menu, open, agreeing with the rates, obliged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from miroir.adhesion.coherence.situation import Situation
from miroir.adhesion.declared import row_evidence
from miroir.adhesion.implied import standard_day
from miroir.adhesion.menu import Guarantee
from miroir.adhesion.model import Basis, Change, Incoherence, Severity, Value
from miroir.adhesion.words import FIELDS, day, place, shown
from miroir.synthesis.french import capital, enumeration
from miroir.types.adhesion import AdhesionCondition
from miroir.types.diagnosis import Status


def examine(situation: Situation) -> Iterator[Incoherence]:
    """Rows still open alone: what is over is history."""
    for row in situation.contract:
        if row.valid_until is not None and row.valid_until < situation.today:
            continue
        yield from _told(situation, row)
        yield from _obliged(situation, row)


def _told(situation: Situation, row: AdhesionCondition) -> Iterator[Incoherence]:
    for code in row.guarantees:
        found = situation.menu.find(code)
        if found is None:
            yield _wrong(
                situation,
                row,
                "GARANTIE_INCONNUE",
                code,
                f"la garantie {code} n’est pas au menu {situation.menu.version}",
            )
        elif row.category not in found.categories:
            yield _wrong(
                situation,
                row,
                "GARANTIE_HORS_CATEGORIE",
                code,
                f"la garantie {code} ({found.label}) n’est pas ouverte à cette"
                " catégorie",
            )
        elif _closed(situation, row, found):
            yield _wrong(
                situation,
                row,
                "GARANTIE_FERMEE",
                code,
                f"la garantie {code} ({found.label}) n’était pas ouverte le"
                f" {day(row.valid_from)}",
            )
        elif not found.agrees(row):
            yield _contrary(situation, row, found)


def _closed(situation: Situation, row: AdhesionCondition, found: Guarantee) -> bool:
    """Given after it closed, or before it opens. A row from before the menu may
    hold what the menu gave it since; one begun in time keeps what closed later."""
    if found.until is not None and row.valid_from > found.until:
        return True
    return max(row.valid_from, situation.today) < found.since


def _wrong(
    situation: Situation, row: AdhesionCondition, code: str, guarantee: str, why: str
) -> Incoherence:
    return Incoherence(
        code=code,
        severity=Severity.IMPORTANT,
        status=Status.ESTABLISHED,
        siret=row.siret,
        category=row.category,
        recorded=guarantee,
        expected="une garantie du menu",
        since=row.valid_from,
        fact=f"{capital(place(row.siret, row.category))} : {why}.",
        decides=(
            "Le menu des garanties : en choisir une qui porte les taux du contrat, ou"
            " tenir le menu à jour."
        ),
        evidence=row_evidence(row, "guarantees"),
        source=f"menu des garanties {situation.menu.version}",
        change=_matching(situation, row),
    )


def _contrary(
    situation: Situation, row: AdhesionCondition, found: Guarantee
) -> Incoherence:
    values = enumeration(
        [
            f"{FIELDS[name]} de {shown(name, value)} au lieu de"
            f" {shown(name, getattr(row, name))}"
            for name, value in found.sets
            if getattr(row, name) != value
        ]
    )
    return Incoherence(
        code="GARANTIE_CONTRAIRE_AUX_TAUX",
        severity=Severity.IMPORTANT,
        status=Status.HYPOTHESIS,
        siret=row.siret,
        category=row.category,
        recorded=found.code,
        expected="des taux conformes",
        since=row.valid_from,
        fact=(
            f"{capital(place(row.siret, row.category))} : la garantie {found.code}"
            f" ({found.label}) donne {values}."
        ),
        decides="Le bulletin d’adhésion signé : la garantie, ou les taux saisis.",
        evidence=row_evidence(row, "guarantees"),
        source=found.source or f"menu des garanties {situation.menu.version}",
    )


def _matching(situation: Situation, row: AdhesionCondition) -> Change | None:
    """The codes of the menu that say what the row holds; none if a field is left."""
    codes = situation.menu.matching(row, situation.today)
    told = {
        name
        for code in codes
        for name, _ in getattr(situation.menu.find(code), "sets", ())
    }
    if not {"rate_t1", "rate_t2", "employer_share"} <= told:
        return None
    return Change(
        siret=row.siret,
        category=row.category,
        basis=Basis.REGULATION,
        label=(
            f"Choisir au menu {enumeration(codes)} ({place(row.siret, row.category)}),"
            " sans changer les taux"
        ),
        since=row.valid_from,
        until=row.valid_until,
        values={"guarantees": codes},
    )


def _obliged(situation: Situation, row: AdhesionCondition) -> Iterator[Incoherence]:
    """What the agreement obliges to today, and the row does not give."""
    on = standard_day(max(row.valid_from, situation.today))
    agreement = situation.menu.agreement(row.idcc, row.category, on)
    if agreement is None:
        return
    for found in situation.menu.obliged(row.idcc, row.category, on):
        if found.code in row.guarantees or (found.sets and found.agrees(row)):
            continue
        since = max(agreement.since, found.since, row.valid_from)
        yield Incoherence(
            code="GARANTIE_DE_BRANCHE_ABSENTE",
            severity=Severity.GRAVE if found.sets else Severity.IMPORTANT,
            status=Status.ESTABLISHED,
            siret=row.siret,
            category=row.category,
            recorded=enumeration(row.guarantees) or "aucune",
            expected=found.code,
            since=since,
            fact=(
                f"{capital(place(row.siret, row.category))} : la convention"
                f" {agreement.label} (IDCC {agreement.idcc}) oblige à la garantie"
                f" {found.code} ({found.label}) depuis le {day(agreement.since)}."
            ),
            decides="L’IDCC de l’établissement et le texte de la convention.",
            evidence=row_evidence(row, "idcc"),
            source=agreement.source or found.source,
            change=_grant(situation, row, found, since),
        )


def _grant(
    situation: Situation, row: AdhesionCondition, found: Guarantee, since: date
) -> Change:
    fields = {name for name, _ in found.sets}
    kept = [
        code
        for code in row.guarantees
        if not fields & set(dict(getattr(situation.menu.find(code), "sets", ())))
    ]
    values: dict[str, Value] = {name: str(value) for name, value in found.sets}
    values["guarantees"] = (*kept, found.code)
    return Change(
        siret=row.siret,
        category=row.category,
        basis=Basis.AGREEMENT,
        label=(
            f"Ajouter la garantie {found.code} ({found.label}) à compter du"
            f" {day(since)} ({place(row.siret, row.category)})"
        ),
        since=since,
        until=row.valid_until,
        values=values,
    )
