"""Sentences that follow the figures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from miroir.synthesis import phrases
from miroir.synthesis.case import Case, Figures, MonthFigures, Spread
from miroir.synthesis.wording import Level
from miroir.types.period import Month

from tests.synthesis.cases import case

MARCH, APRIL = Month(2026, 3), Month(2026, 4)


def figures(
    *gaps: int, people: int = 8, wrong: int = 2, months: tuple[Month, ...] = (MARCH,)
) -> Figures:
    ordered = sorted(gaps)
    return Figures(
        months=tuple(
            MonthFigures(
                period=month, declared=0, due=0, gap=sum(gaps), employees=wrong
            )
            for month in months
        ),
        employees=people,
        with_gap=wrong,
        missing=-sum(gap for gap in gaps if gap < 0),
        excess=sum(gap for gap in gaps if gap > 0),
        by_code=(),
        spread=Spread(
            least=ordered[0],
            median=ordered[(len(ordered) - 1) // 2],
            most=ordered[-1],
            lines=len(gaps),
        )
        if len(gaps) > 1
        else None,
    )


def said(found: Figures, level: Level = Level.PAYROLL) -> str:
    told: Case = replace(case("CEG_ABSENTE"), figures=found)
    return " ".join(" ".join(phrases.found(told, level)).split())


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            figures(-1000, people=1, wrong=1),
            "Le seul salarié déclaré présente un écart",
        ),
        (figures(-1000, wrong=1), "1 salarié sur 8 présente un écart en mars 2026 :"),
        (figures(-1000, -2000), "2 salariés sur 8 présentent un écart"),
        (figures(-1000, -2000, people=2), "Les 2 salariés présentent un écart"),
        (figures(-1000), "inférieures de 10,00 € à celles qui sont dues."),
        (figures(1000), "dépassent de 10,00 € celles qui sont dues."),
        (
            figures(-3000, 1000),
            "30,00 € d’un côté, il y a 10,00 € de trop de l’autre ; au total, les cot",
        ),
        (figures(-1000, 1000), "de trop de l’autre ; les deux se compensent."),
    ],
)
def test_who_and_how_much(found: Figures, sentence: str) -> None:
    assert sentence in said(found)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (figures(-1000, -1000), "L’écart est le même pour tous : 10,00 € par salarié."),
        (
            figures(1000, 1002, months=(MARCH, APRIL)),
            "pour tous, à quelques centimes près : 10,00 € par salarié et par mois.",
        ),
        (
            figures(-1000, -1000, wrong=1, months=(MARCH, APRIL)),
            "L’écart est le même chaque mois : 10,00 € par mois.",
        ),
        (
            figures(-3000, -1000, -2000),
            "Par salarié, l’écart va de 10,00 € à 30,00 € (médiane : 20,00 €).",
        ),
        (
            figures(-3000, 1000, wrong=1, months=(MARCH, APRIL)),
            "Par mois, l’écart va de −30,00 € à 10,00 €",
        ),
    ],
)
def test_how_even_it_is(found: Figures, sentence: str) -> None:
    assert sentence in said(found)


def test_a_novice_is_spared_the_median() -> None:
    assert "médiane" not in said(figures(-3000, -1000), Level.NOVICE)


def test_days_months_and_numbers() -> None:
    assert phrases.siren("640151353") == "640\u00a0151\u00a0353"
    assert phrases.siret("64015135300151") == "640\u00a0151\u00a0353\u00a000151"
    assert phrases.phone("0123456789") == "01\u00a023\u00a045\u00a067\u00a089"
    assert phrases.phone("+33123456789") == "+33123456789"
    missing = [("64015135300151", APRIL), ("64015135300151", MARCH)]
    assert phrases.absent(missing) == "mars\u00a02026 et avril\u00a02026"
