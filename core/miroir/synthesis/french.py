"""French as it is written to a company: months, lists, plurals, amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from miroir.types.amounts import Cents, format_euros
from miroir.types.period import Month

NO_BREAK, NARROW = "\u00a0", "\u202f"
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_VOWELS = "aàâeéèêëiîïoôuùûyœh"
_BEFORE_COLON = re.compile(r" (?=[:%](?:[\s,.;)]|$))")
_BEFORE_OTHERS = re.compile(r" (?=[;!?](?:\s|$))")
_NUMBER_SIGN = re.compile(r"n° (?=\S)")
_NUMBERED = re.compile(
    r"\b(article|base|bloc|cotisation|tranche|unité) (?=[0-9])", re.IGNORECASE
)
_DATE = re.compile(
    rf"\b(?:(?:[0-9]{{1,2}}|1er) )?(?:{'|'.join(MONTHS)})\b(?: (?=[0-9]{{4}}\b))?"
)
_OPENING = re.compile(f"«[ {NO_BREAK}{NARROW}]?")
_CLOSING = re.compile(f"[ {NO_BREAK}{NARROW}]?»")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[«(]?[A-ZÀ-ÖØ-Þ0-9])")


def typographic(text: str) -> str:
    """The spaces that no line may break, the apostrophe that is set.

    A number stays with what it numbers, «tranche 2», and a day with its month.
    """
    text = text.replace("'", "’")
    text = _BEFORE_COLON.sub(NO_BREAK, text)
    text = _BEFORE_OTHERS.sub(NARROW, text)
    text = _NUMBER_SIGN.sub(f"n°{NO_BREAK}", text)
    text = _NUMBERED.sub(rf"\1{NO_BREAK}", text)
    text = _DATE.sub(_whole_date, text)
    text = _OPENING.sub(f"«{NO_BREAK}", text)
    return _CLOSING.sub(f"{NO_BREAK}»", text)


def _whole_date(found: re.Match[str]) -> str:
    """«1er mars 2025», on one line."""
    return found[0].replace(" ", NO_BREAK)


def euros(cents: Cents) -> str:
    """«−1 234,56 €», with a true minus sign."""
    return format_euros(cents).replace("-", "\N{MINUS SIGN}")


def size(cents: Cents) -> str:
    """«1 234,56 €», without its sign: the sentence says which way."""
    return format_euros(abs(cents))


def decimal(value: Decimal) -> str:
    """«−1 234,56», as many decimals as the value has."""
    text = f"{value:,}".replace(",", NARROW).replace(".", ",")
    return text.replace("-", "\N{MINUS SIGN}")


def points(value: Decimal) -> str:
    """«1,50 point», «2,58 points», without the sign: the sentence says which way."""
    return f"{decimal(abs(value))}{NO_BREAK}{'point' if abs(value) < 2 else 'points'}"


def count(number: int, singular: str, plural: str = "") -> str:
    """«1 salarié», «1 204 salariés»; zero takes the singular in French."""
    noun = singular if number < 2 else plural or f"{singular}s"
    return f"{number:,}".replace(",", NARROW) + f"{NO_BREAK}{noun}"


def de(word: str) -> str:
    """«de mars», «d’avril»."""
    return f"d’{word}" if word[:1].lower() in _VOWELS else f"de {word}"


def enumeration(items: Sequence[str], most: int = 0) -> str:
    """«a», «a et b», «a, b et c»; beyond `most`, «a, b et 3 autres»."""
    shown = list(items)
    if most and len(shown) > most:
        left = len(shown) - most
        shown = [*shown[:most], f"{left}{NO_BREAK}{'autre' if left == 1 else 'autres'}"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} et {shown[-1]}"


def month(period: Month) -> str:
    """«mars 2026»."""
    return f"{MONTHS[period.month - 1]}{NO_BREAK}{period.year}"


def when(periods: Iterable[Month]) -> str:
    """«en mars 2026», «de janvier à mai 2026», «en janvier, puis de mars à mai 2026».

    Three months or more in a row are said by their ends; a year is said once,
    after the last of its months.
    """
    parts: list[tuple[bool, list[Month]]] = []
    for run in _runs(sorted(set(periods))):
        if len(run) > 2:
            parts.append((True, [run[0], run[-1]]))
        elif parts and not parts[-1][0]:
            parts[-1][1].extend(run)
        else:
            parts.append((False, run))
    words = iter(_words([one for _, part in parts for one in part]))
    said = [(ends, [next(words) for _ in part]) for ends, part in parts]
    return ", puis ".join(
        f"{de(each[0])} à {each[1]}" if ends else f"en {enumeration(each)}"
        for ends, each in said
    )


def of(periods: Iterable[Month]) -> str:
    """From the first to the last, after a noun: «de mars 2026», «d’août à
    octobre 2026»."""
    found = sorted(set(periods))
    if not found or found[0] == found[-1]:
        return "".join(de(month(one)) for one in found[:1])
    first, last = _words([found[0], found[-1]])
    return f"{de(first)} {'et' if found[0].next == found[-1] else 'à'} {last}"


def _words(mentions: Sequence[Month]) -> list[str]:
    """Each month, with its year where the next one is of another year."""
    return [
        MONTHS[one.month - 1]
        if index + 1 < len(mentions) and mentions[index + 1].year == one.year
        else month(one)
        for index, one in enumerate(mentions)
    ]


def _runs(periods: Sequence[Month]) -> list[list[Month]]:
    runs: list[list[Month]] = []
    for period in periods:
        if runs and runs[-1][-1].next == period:
            runs[-1].append(period)
        else:
            runs.append([period])
    return runs


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line break ends one too."""
    found = (
        sentence.strip()
        for line in text.splitlines()
        for sentence in _SENTENCE.split(line)
    )
    return [sentence for sentence in found if sentence]


def capital(text: str) -> str:
    """A phrase at the beginning of a line."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """A label inside a sentence: «CET absente» and «T2 …» stay as they are."""
    if text[:1].isupper() and text[1:2].islower() and text[:4] != "Apec":
        return text[0].lower() + text[1:]
    return text


def to_the(name: str) -> str:
    """«au référent», «à la cellule», of a name with its article."""
    return _contracted(name, {"le ": "au ", "les ": "aux "}, "à ")


def of_the(name: str) -> str:
    """«du référent», «de la cellule», of a name with its article."""
    return _contracted(name, {"le ": "du ", "les ": "des "}, "de ")


def _contracted(name: str, articles: dict[str, str], preposition: str) -> str:
    for article, both in articles.items():
        if name.startswith(article):
            return both + name.removeprefix(article)
    return preposition + name
