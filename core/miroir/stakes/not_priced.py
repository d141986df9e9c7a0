"""What has no figure, so that it is not taken for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from miroir.stakes.attribution import COUNTED, standing_of
from miroir.stakes.model import NotPriced, Subject
from miroir.types.diagnosis import CompanyView, Diagnosis

_OMITTED = frozenset({"SALARIE_OMIS_UN_MOIS", "DSN_MENSUELLE_MANQUANTE"})
"""What was not declared at all shows in no line: nothing can be counted."""


def undeclared(diagnoses: Sequence[Diagnosis]) -> Iterator[NotPriced]:
    for each in diagnoses:
        if each.cause.id in _OMITTED and standing_of(each) in COUNTED:
            yield NotPriced(
                what=Subject.UNDECLARED,
                why="il n’y a pas d’assiette à compter",
                months=tuple(sorted(set(each.finding.periods))),
                persons=tuple(sorted(set(each.finding.persons))),
            )


def payments_unread(view: CompanyView) -> Iterator[NotPriced]:
    months = {
        payment.period
        for payment in view.payments
        if not payment.accepted and not payment.evidence and payment.amount
    }
    if months:
        yield NotPriced(
            what=Subject.PAYMENT,
            why="la DSN n’en porte pas : il a pu être fait autrement",
            months=tuple(sorted(months)),
        )
    elsewhere = {one.period for one in view.payments if one.adhesion_institution}
    if elsewhere:
        yield NotPriced(
            what=Subject.PAYMENT,
            why="fait à une autre institution : à réaffecter avant tout retard",
            months=tuple(sorted(elsewhere)),
        )


def not_computed(view: CompanyView) -> Iterator[NotPriced]:
    lines = [line for line in view.mirror if not line.computed]
    if lines:
        yield NotPriced(
            what=Subject.NOT_COMPUTED,
            why="aucun calcul n’est possible sur ces mois",
            months=tuple(sorted({line.period for line in lines})),
            persons=tuple(sorted({line.person for line in lines})),
        )
