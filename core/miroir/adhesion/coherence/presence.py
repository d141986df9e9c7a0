"""Categories and establishments: what is declared, what the contract holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from miroir import parameters
from miroir.adhesion.coherence.situation import Situation
from miroir.adhesion.declared import Group, row_evidence
from miroir.adhesion.implied import T1, last_run, standard_day
from miroir.adhesion.menu import Guarantee, values_of
from miroir.adhesion.model import Basis, Change, Incoherence, Severity
from miroir.adhesion.words import category, day, establishment, place, rate
from miroir.parameters import adhesion as rules
from miroir.synthesis.french import capital, count, of
from miroir.types.adhesion import AdhesionCondition
from miroir.types.diagnosis import Status


def examine(situation: Situation) -> Iterator[Incoherence]:
    """Categories without conditions, conditions without employees."""
    for group in situation.groups:
        known = [each for each in situation.contract if each.siret in ("", group.siret)]
        own = [each for each in known if each.category == group.category]
        if not own and group.category in _codes(group):
            yield _absent(situation, group, known=bool(known))
    yield from _unused(situation)
    yield from _unknown(situation)


def _codes(group: Group) -> tuple[str, ...]:
    return rules.categories(standard_day(group.months[-1].first)).codes


def _absent(situation: Situation, group: Group, *, known: bool) -> Incoherence:
    first = group.months[0]
    extension = rules.categories(standard_day(first.first))
    hypothesis = group.category == extension.extension
    lacks = "cette catégorie" if known else "aucune condition"
    change = _creation(situation, group, declared=hypothesis)
    return Incoherence(
        code="CPN_ABSENTE" if known else "ETABLISSEMENT_SANS_CONDITIONS",
        severity=Severity.GRAVE,
        status=Status.HYPOTHESIS if hypothesis else Status.ESTABLISHED,
        siret=group.siret,
        category=group.category,
        recorded="aucune condition",
        expected="salariés déclarés",
        since=first.first,
        fact=(
            f"{count(group.employees, 'salarié déclaré', 'salariés déclarés')} en"
            f" catégorie {category(group.category)} {of(group.months)} : le contrat n’a"
            f" {'pas ' if known else ''}{lacks} pour"
            f" l’{establishment(group.siret)}.{_implied(group, change)}"
        ),
        decides=(
            "Une extension n’existe que si un groupe en a été admis : produire"
            " l’accord ou l’agrément, sinon la catégorie déclarée est à corriger."
            if hypothesis
            else "Le statut catégoriel des contrats de travail : s’il est exact, la"
            " catégorie est à créer."
        ),
        evidence=group.evidence(),
        source=extension.source,
        change=change,
    )


def _implied(group: Group, change: Change) -> str:
    """What the amounts say of the rate, when it is not the one proposed."""
    run = last_run(group, T1)
    assert change.creates is not None
    if run is None or run.value == change.creates.rate_t1:
        return ""
    return (
        f" Les montants déclarés disent un taux de calcul T1 de {rate(run.value)} :"
        " choisir la garantie au menu s’il est fondé."
    )


def _creation(situation: Situation, group: Group, *, declared: bool) -> Change:
    """The category as other establishments have it, else as rules make it."""
    since = group.months[0].first
    model = _elsewhere(situation, group.category, since)
    basis = Basis.ESTABLISHMENTS if model else Basis.REGULATION
    row = _standard(situation, group, since)
    if model is not None:
        row = replace(
            row,
            rate_t1=model.rate_t1,
            rate_t2=model.rate_t2,
            employer_share=model.employer_share,
            guarantees=model.guarantees,
        )
    else:
        obliged = tuple(situation.menu.obliged(row.idcc, group.category, since))
        if obliged:
            basis = Basis.AGREEMENT
            row = _with(row, obliged)
    row = replace(row, guarantees=situation.menu.matching(row, since))
    return Change(
        siret=group.siret,
        category=group.category,
        basis=Basis.DECLARED if declared else basis,
        label=(
            f"Créer la catégorie {category(group.category)} pour"
            f" l’{establishment(group.siret)}, à effet du {day(since)}"
        ),
        creates=row,
    )


def _with(row: AdhesionCondition, obliged: tuple[Guarantee, ...]) -> AdhesionCondition:
    values = values_of(obliged)
    return replace(
        row,
        rate_t1=values.get("rate_t1", row.rate_t1),
        rate_t2=values.get("rate_t2", row.rate_t2),
        employer_share=values.get("employer_share", row.employer_share),
        guarantees=tuple(each.code for each in obliged),
    )


def _elsewhere(
    situation: Situation, code: str, since: date
) -> AdhesionCondition | None:
    """The same category of another establishment, when all have one set of terms."""
    rows = [
        each
        for each in situation.contract
        if each.category == code and each.covers(since)
    ]
    terms = {(each.rate_t1, each.rate_t2, each.employer_share) for each in rows}
    return rows[0] if len(terms) == 1 else None


def _standard(situation: Situation, group: Group, since: date) -> AdhesionCondition:
    """Legal rates; the rest as other rows of the establishment or company say."""
    scheme = parameters.scheme(standard_day(since))
    near = sorted(
        situation.contract,
        key=lambda each: (each.siret != group.siret, not each.covers(since)),
    )
    like = near[0] if near else None
    return AdhesionCondition(
        siren=situation.company.siren,
        siret=group.siret,
        category=group.category,
        valid_from=since,
        valid_until=None,
        rate_t1=scheme.standard_t1,
        rate_t2=scheme.standard_t2,
        employer_share=scheme.standard_employer_share,
        idcc=like.idcc if like else "",
        institution=like.institution if like else "",
        periodicity=like.periodicity if like else "M",
        headcount=like.headcount if like else None,
    )


def _unused(situation: Situation) -> Iterator[Incoherence]:
    """Rows of establishments, then of categories, that nothing is declared for."""
    last = situation.months[-1] if situation.months else None
    if last is None:
        return
    declared = {(each.siret, each.category) for each in situation.groups}
    told: set[str] = set()
    for row in situation.contract:
        if not row.siret or not row.covers(last.first):
            continue
        if row.siret not in situation.sirets:
            if row.siret not in told:
                told.add(row.siret)
                yield _without_declaration(row, situation)
        elif (row.siret, row.category) not in declared:
            yield _without_employee(row, situation)


def _without_declaration(row: AdhesionCondition, situation: Situation) -> Incoherence:
    return Incoherence(
        code="CONDITIONS_SANS_ETABLISSEMENT",
        severity=Severity.MINOR,
        status=Status.HYPOTHESIS,
        siret=row.siret,
        category="",
        recorded="ouvertes",
        expected="aucune DSN",
        fact=(
            f"Le contrat a des conditions en cours pour l’{establishment(row.siret)} :"
            f" aucune de ses DSN {of(situation.months)} n’a été reçue."
        ),
        decides=(
            "L’état de l’établissement au répertoire Sirene : fermé, transféré, ou"
            " sans salarié."
        ),
        evidence=row_evidence(row, "siret"),
    )


def _without_employee(row: AdhesionCondition, situation: Situation) -> Incoherence:
    return Incoherence(
        code="CPN_SANS_SALARIE",
        severity=Severity.MINOR,
        status=Status.LEGITIMATE,
        siret=row.siret,
        category=row.category,
        recorded="ouverte",
        expected="aucun salarié",
        fact=(
            f"{capital(place(row.siret, row.category))} : aucun salarié de cette"
            f" catégorie n’est déclaré {of(situation.months)}."
        ),
        decides="Rien à changer : une catégorie peut être ouverte sans salarié.",
        evidence=row_evidence(row, "category"),
    )


def _unknown(situation: Situation) -> Iterator[Incoherence]:
    for row in situation.contract:
        known = rules.categories(standard_day(row.valid_from))
        if row.category not in known.codes:
            yield Incoherence(
                code="CATEGORIE_INCONNUE",
                severity=Severity.GRAVE,
                status=Status.ESTABLISHED,
                siret=row.siret,
                category=row.category,
                recorded=row.category,
                expected=", ".join(known.codes),
                fact=(
                    f"Le contrat porte la catégorie «{row.category}», qui n’existe"
                    f" pas ; il y a {', '.join(map(category, known.codes))}."
                ),
                decides="La codification des catégories : corriger le contrat.",
                evidence=row_evidence(row, "category"),
                source=known.source,
            )
