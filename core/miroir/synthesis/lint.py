"""The last look before a text leaves: no number that names a person, no pay of
a person, no word about health, no judgement."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from miroir.errors import MiroirError
from miroir.privacy import mask_numbers


class Kind(StrEnum):
    PERSON_NUMBER = "a social security number or a bank account"
    PAY = "the pay of a person"
    HEALTH = "a word about health"
    JUDGEMENT = "a judgement"


class TextRefused(MiroirError):
    """A text holds what may not leave: nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong and on which line; `word` is one of the lists below."""

    kind: Kind
    line: int
    word: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.kind}" + (
            f" («{self.word}»)" * bool(self.word)
        )


_SEP = "[^0-9A-Za-z,€%]{0,3}"
_ONE = "[^0-9A-Za-z,€%]{1,3}"
_NIR = re.compile(
    "(?<![0-9])(?:"
    rf"[1-478]{_SEP}[0-9]{{2}}{_SEP}[0-9]{{2}}{_SEP}(?:[0-9]{{2}}|2[ABab]){_SEP}"
    rf"[0-9]{{3}}{_SEP}[0-9]{{3}}(?:{_SEP}[0-9]{{2}})?"
    rf"|[1-478](?:{_ONE}[0-9]){{12}}(?:(?:{_ONE}[0-9]){{2}})?"
    rf"|[1-478][0-9](?:{_ONE}[0-9]{{2}}){{5,6}}{_ONE}[0-9]"
    rf"|[1-478](?:[0-9]{{2}})?(?:{_ONE}[0-9]{{3}}){{4}}"
    ")(?![0-9])"
)
_AMOUNT = r"[0-9][0-9 .]*(?:,[0-9]{1,2})? ?(?:€|eur\b|euros?\b|k€)"
_PAID = (
    r"(?:salaires?|remunerations?|appointements|traitement|brut|net|paie|paye"
    r"|gagne|touche|percoit|remunere[es]?)"
)
_LINK = r"(?: (?:brute?|net(?:te)?|mensuel(?:le)?|annuel(?:le)?|de base|imposable|a payer)s?){0,3}"
_PAY = re.compile(
    rf"\b{_PAID}{_LINK} ?(?:[:=]|de|est de|est|s.eleve a|d.environ|environ|a)? ?{_AMOUNT}"
    rf"|{_AMOUNT} (?:bruts?|nets?|de salaire|de remuneration|mensuels?|annuels?|par an)\b"
)
_HEALTH = (
    r"malad\w*",
    r"arrets? (?:de travail|medica\w*)",
    r"accident\w*",
    r"invalid(?:e|es|ite)",
    r"inapt\w*",
    r"handicap\w*",
    r"grossesse\w*",
    r"enceinte\w*",
    r"(?:mater|pater)nite",
    r"medica\w*|medecin\w*",
    r"hospita\w*",
    r"therapeuti\w*",
    r"sante",
    r"cancer\w*|depressi\w*|burn.?out|patholog\w*|addict\w*",
)
_JUDGEMENTS = (
    r"neglig\w*",
    r"incompeten\w*|incapable\w*|irresponsable\w*",
    r"mauvaise (?:foi|volonte)",
    r"malhonn\w*|mensong\w*|menteu\w*",
    r"fraud\w*|trich\w*|escroc\w*",
    r"laxis\w*|desinvolt\w*|paress\w*|bacl\w*|desordonne\w*",
    r"agressi\w*|hostile\w*|impoli\w*|desagreable\w*",
    r"suspect\w*|douteu\w*|fauti(?:f|ve)s?|coupable\w*|recidiv\w*",
    r"peu serieu\w*|n.importe quoi",
)
_WORDS = tuple(
    (kind, re.compile(rf"\b(?:{'|'.join(words)})\b"))
    for kind, words in ((Kind.HEALTH, _HEALTH), (Kind.JUDGEMENT, _JUDGEMENTS))
)


def problems(text: str, names: Iterable[str] = ()) -> tuple[Problem, ...]:
    """What may not leave in a text, in the order of its lines.

    `names` of companies and people are not searched for words: a company may
    be called «Santé Plus».
    """
    plain = _plain(text)
    for name in sorted(filter(None, names), key=len, reverse=True):
        plain = plain.replace(_plain(name), " " * len(_plain(name)))
    found = {*_numbers(text), *_words(plain)}
    return tuple(sorted(found, key=lambda one: (one.line, one.kind, one.word)))


def check(text: str, names: Iterable[str] = ()) -> str:
    """The text itself when it may leave; raises TextRefused otherwise.

    The error names kinds, lines and listed words, never what was found.
    """
    found = problems(text, names)
    if found:
        listed = "\n  ".join(map(str, found))
        raise TextRefused(
            f"The text was not written: it holds what may not leave.\n  {listed}\n"
            "Correct the template, or the text of the cause that it comes from."
        )
    return text


def _numbers(text: str) -> Iterator[Problem]:
    folded = unicodedata.normalize("NFKC", text)
    # Invisible characters would cut a number in two.
    seen = "".join(one for one in folded if unicodedata.category(one) != "Cf")
    for found in _NIR.finditer(seen):
        yield Problem(kind=Kind.PERSON_NUMBER, line=_line(seen, found.start()))
    for number, line in enumerate(text.split("\n"), start=1):
        if mask_numbers(line) != line:
            yield Problem(kind=Kind.PERSON_NUMBER, line=number)


def _words(plain: str) -> Iterator[Problem]:
    for found in _PAY.finditer(plain):
        yield Problem(kind=Kind.PAY, line=_line(plain, found.start()))
    for kind, pattern in _WORDS:
        for found in pattern.finditer(plain):
            line = _line(plain, found.start())
            yield Problem(kind=kind, line=line, word=" ".join(found[0].split()))


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _plain(text: str) -> str:
    """Small letters without accents, every space a plain one."""
    split = unicodedata.normalize("NFKD", text)
    bare = "".join(one for one in split if not unicodedata.combining(one))
    return "".join(
        " " if one.isspace() and one != "\n" else one for one in bare
    ).lower()
