"""The rubriques of one correction in a few words: «base 02 −80,00 €, 131 +11,42 €».

The code says what is corrected, the rubrique where it stands: 78.004 for a
base, 81.003 for the base of a contribution, 81.004 for its amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from miroir.cli.output.french import euros
from miroir.correction.plan import Action, Correction, How
from miroir.correction.writing import Line
from miroir.synthesis.told import sentences_of
from miroir.types.amounts import Cents, parse_cents

_SHOWN_AS_IS: Mapping[str, str] = {
    "S21.G00.40.003": "40.003",
    "S21.G00.41.003": "41.003",
    "S21.G00.71.002": "71.002",
    "S21.G00.72.001": "72.001",
    "S21.G00.20.001": "20.001",
}
_DATES: Mapping[str, str] = {
    "S21.G00.41.001": "41.001",
    "S21.G00.41.028": "41.028",
    "S21.G00.83.001": "83.001",
    "S21.G00.83.002": "83.002",
    "S21.G00.20.006": "20.006",
    "S21.G00.20.007": "20.007",
}
_CODES = {
    "S21.G00.78.001": "base {}",
    "S21.G00.79.001": "composant {}",
    "S21.G00.81.001": "{}",
    "S21.G00.84.001": "base {}",
}
_AMOUNTS = {
    "S21.G00.78.004",
    "S21.G00.79.004",
    "S21.G00.81.004",
    "S21.G00.84.004",
}
_ASSIETTE, _PAID, _DAYS = "S21.G00.81.003", "S21.G00.20.005", "S21.G00.53.002"


def reason(action: Action) -> str:
    """Why, and what was found that has to be confirmed, in French."""
    return " ".join(
        filter(None, (action.why, sentences_of(action.detail, action.cause)))
    )


def summary(one: Correction) -> str:
    """One line of text: what is added, or what is right, and what to remove,
    when the month is declared again."""
    said = ", ".join(_parts(one.how, one.lines))
    removed = ", ".join(_parts(one.how, one.removed))
    if not removed:
        return said
    return " ; ".join(filter(None, (said, f"à retirer : {removed}")))


def _parts(how: How, lines: Iterable[Line]) -> Iterator[str]:
    absolute = how in (How.REPLACED, How.WRONG_BASES)
    code = ""
    for rubrique, value in lines:
        if rubrique in _CODES:
            code = _CODES[rubrique].format(value)
        elif rubrique in _AMOUNTS:
            if absolute or parse_cents(value):
                yield f"{code} {_money(parse_cents(value), absolute)}"
        elif rubrique == _ASSIETTE and (absolute or parse_cents(value)):
            yield f"assiette du {code} {_money(parse_cents(value), absolute)}"
        elif rubrique == _PAID:
            yield f"20.005 = {euros(parse_cents(value))}"
        elif rubrique == _DAYS:
            yield f"53.002 = {value.removesuffix('.00')} jours"
        elif rubrique in _SHOWN_AS_IS:
            yield f"{_SHOWN_AS_IS[rubrique]} = {value}"
        elif rubrique in _DATES:
            yield f"{_DATES[rubrique]} = {value[:2]}/{value[2:4]}/{value[4:]}"


def _money(cents: Cents, absolute: bool) -> str:
    if absolute:
        return f"= {euros(cents)}"
    return f"+{euros(cents)}" if cents > 0 else euros(cents)
