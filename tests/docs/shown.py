"""What a page shows of a command's output, beside what the command printed.

«…» stands for anything, on a line of its own for any lines. Days, hours, digests and
pseudonyms differ from run to run: each that is shown is paired with the one that was
printed in its place, and a later command that names the shown one gets the printed one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_DAY = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) "
_MONTH = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|"
    "novembre|décembre"
)
VARYING = {
    "moment": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z| CET| CEST|\+00:00)?",
    "day": r"\d{4}-\d\d-\d\d|\d\d/\d\d/20\d\d",
    "french": rf"(?:{_DAY})?\d{{1,2}}(?:er)? (?:{_MONTH}) 20\d\d",
    "hour": r"\b\d\d:\d\d\b",
    "pseudonym": r"\b[ei]-[a-z2-7]{16}\b",
    "reference": r"\bMIR-\d{9}-[A-Z2-7]{6}\b",
    "key": r"\b[A-Za-z0-9+/]{43}=",
    "digest": r"\b(?=[0-9a-f]*\d)[0-9a-f]{10,64}\b",
}
_NAMED = re.compile(
    r"MIR-\d{9}-[A-Z2-7]{6}|\b[A-Za-z0-9+/]{43}=|[ei]-[a-z2-7]{16}|"
    r"\d{4}-\d\d-\d\d|\b[0-9a-f]{6,64}\b"
)
_TOKENS = re.compile("|".join(f"(?P<{key}>{value})" for key, value in VARYING.items()))


def plain(text: str) -> str:
    """Without no-break spaces, spaces at the end of lines, widths of columns."""
    text = text.replace("\u00a0", " ").replace("\u202f", " ")
    lines = (line.rstrip() for line in text.strip("\n").splitlines())
    return "\n".join(re.sub(r"(?<=\S) {3,}", "  ", line) for line in lines)


def pattern(shown: str) -> tuple[re.Pattern[str], list[str]]:
    """What is printed where `shown` is shown, and the varying words in it."""
    parts: list[str] = []
    words: list[str] = []
    last = 0
    for found in _TOKENS.finditer(shown):
        parts.append(_literal(shown[last : found.start()]))
        parts.append(f"({VARYING[str(found.lastgroup)]})")
        words.append(found[0])
        last = found.end()
    parts.append(_literal(shown[last:]))
    return re.compile("".join(parts)), words


def _literal(text: str) -> str:
    """Any lines for a line of «…», else anything in the line."""
    lines = re.split(r"(?m)^[ ]*…$\n?", text)
    return r"(?:.*\n)*?(?:.*\n?)?".join(
        re.escape(part).replace("…", "[^\n]*") for part in lines
    )


def paired(shown: str, printed: str) -> Mapping[str, str]:
    """What stands for what. AssertionError: the command printed something else."""
    shown, printed = plain(shown), plain(printed)
    expected, words = pattern(shown)
    found = expected.fullmatch(printed)
    assert found, _difference(shown, printed)
    return dict(zip(words, found.groups(), strict=True))


def _difference(shown: str, printed: str) -> str:
    """The first line that is shown and is not printed there."""
    lines = shown.splitlines()
    for count in range(len(lines), -1, -1):
        found = pattern("\n".join(lines[:count]))[0].match(printed)
        if found:
            rest = printed[found.end() :].lstrip("\n").partition("\n")[0]
            missing = lines[count] if count < len(lines) else "(nothing more)"
            return f"  shown:   {missing}\n  printed: {rest}\nwhole:\n{printed}"
    return f"printed:\n{printed}"


def replaced(command: str, pairs: Mapping[str, str]) -> str:
    """A command with what was printed in place of what is shown; beginnings too."""

    def one(found: re.Match[str]) -> str:
        word = found[0]
        if word in pairs:
            return pairs[word]
        for shown, printed in pairs.items():
            if shown.startswith(word):
                return printed[: len(word)]
        return word

    return _NAMED.sub(one, command)
