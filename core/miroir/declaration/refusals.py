"""Every reason for which a DSN, or a part of it, is refused or remarked upon.

A code never changes its meaning. `refused`: the file, the envelope or the
declaration is left out; otherwise it is read, and the remark is reported.
docs/refusals.md lists them all.
"""

from __future__ import annotations

from enum import Enum

from miroir.types.source import Refusal


class Code(Enum):
    """code = (refused, what is wrong, what to do)."""

    EMPTY_FILE = (True, "the file is empty", "ask for the file again")
    NOT_A_DSN = (
        True,
        "this is not a DSN: no line such as S10.G00.00.001,'value'",
        "give the text file that the payroll software produced",
    )
    NOT_TEXT = (
        True,
        "the file holds NUL bytes or is UTF-16: it is not the text of a DSN",
        "give the file in ISO-8859-1, Windows-1252 or UTF-8",
    )
    LINE_ENDS = (
        True,
        "lines end with CR alone; LF or CR-LF is expected",
        "convert the line ends, or export the file again",
    )
    LINE_MALFORMED = (
        True,
        "the line is not of the form Sxx.Gyy.zz.aaa,'value'",
        "correct the line in the payroll software and export again",
    )
    LINE_TOO_LONG = (
        True,
        "the line exceeds 256 characters",
        "shorten the value; no rubrique of the norm is that long",
    )
    VALUE_EMPTY = (
        True,
        "the value is empty; an absent datum is an absent line",
        "remove the line, or fill the value",
    )
    VALUE_CONTROL = (
        True,
        "the value holds a control character",
        "remove it in the payroll software and export again",
    )
    OUTSIDE_ENVELOPE = (
        True,
        "the line stands outside any envelope (S10 to S90)",
        "check that the file is whole and not a fragment",
    )
    ENVELOPE_UNCLOSED = (
        True,
        "the envelope has no end (S90.G00.90): the file is cut",
        "ask for the whole file again",
    )
    ENVELOPE_INCOMPLETE = (
        True,
        "a rubrique that every envelope holds is absent",
        "export the file again; S10.G00.00.005 and .006 are compulsory",
    )
    TOTAL_LINES = (
        True,
        "S90.G00.90.001 is not the number of rubriques of the envelope",
        "lines were lost or added on the way: ask for the file again",
    )
    TOTAL_DECLARATIONS = (
        True,
        "S90.G00.90.002 is not the number of declarations of the envelope",
        "declarations were lost or added on the way: ask for the file again",
    )
    NO_DECLARATION = (
        True,
        "there is no declaration in it",
        "ask for the file again, or nothing if that was expected",
    )
    NORM_UNKNOWN = (
        True,
        "the norm version is not one that is read (P19V01 and later)",
        "check S10.G00.00.006",
    )
    TEST_ENVELOPE = (
        True,
        "test envelope (S10.G00.00.005 is 01): set aside",
        "give the real file, or ask for tests to be read",
    )
    SIGNALEMENT = (
        True,
        "event report, not a monthly declaration: set aside, it carries no payment",
        "nothing to do",
    )
    NATURE_UNKNOWN = (
        True,
        "the nature of the declaration (S20.G00.05.001) is unknown",
        "check S20.G00.05.001; 01 is the monthly DSN",
    )
    CURRENCY = (
        True,
        "the amounts are in Pacific francs (S20.G00.05.010 is 02), not in euros",
        "nothing is converted: treat this declaration by hand",
    )
    RUBRIQUE_MISSING = (
        True,
        "a rubrique that the declaration cannot be read without is absent",
        "complete the declaration and file it again",
    )
    VALUE_INVALID = (
        True,
        "the value cannot be read",
        "correct the value and file the declaration again",
    )
    BLOCK_WITHOUT_PARENT = (
        True,
        "the block stands before any block it belongs to",
        "check the order of the blocks; lines may be missing above",
    )
    BLOCK_REPEATED = (
        True,
        "the block may stand only once in a declaration",
        "one declaration per establishment: check the file",
    )
    ENCODING = (
        False,
        "the file is not in ISO-8859-1 as the norm asks",
        "nothing to do: it is read as said",
    )
    NORM_NEAREST = (
        False,
        "no table of this norm version: read with the nearest one",
        "check what the rubriques reported below mean",
    )
    BLANK_LINE = (False, "blank line, passed over", "nothing to do")
    UNKNOWN_BLOCK = (
        False,
        "block unknown to the norm: kept, not used",
        "check whether a newer version of Miroir knows it",
    )
    UNKNOWN_RUBRIQUE = (
        False,
        "rubrique unknown to the norm: kept, not used",
        "check whether a newer version of Miroir knows it",
    )
    BLOCK_ORDER = (
        False,
        "the block stands after one that should follow it: attached to its parent",
        "report it to the payroll vendor",
    )
    CARDINALITY = (
        False,
        "the norm does not allow that number of blocks here",
        "report it to the payroll vendor",
    )
    VALUE_OUT_OF_NORM = (
        False,
        "the value does not follow the norm: kept as it is",
        "report it to the payroll vendor",
    )
    BLANKS_AROUND = (
        False,
        "the value begins or ends with a blank",
        "report it to the payroll vendor",
    )

    @property
    def refused(self) -> bool:
        return self.value[0]

    @property
    def meaning(self) -> str:
        return self.value[1]

    @property
    def remedy(self) -> str:
        return self.value[2]

    def at(self, file: str, line: int, detail: str = "") -> Refusal:
        """This reason at one place. `detail` never holds a personal value."""
        reason = f"{self.meaning} ({detail})" if detail else self.meaning
        return Refusal(
            file=file, line=line, code=self.name, reason=reason, remedy=self.remedy
        )


class Refused(Exception):
    """Raised inside the reader to give up one envelope or declaration."""

    def __init__(self, code: Code, line: int, detail: str = "") -> None:
        self.code = code
        self.line = line
        self.detail = detail
        super().__init__(code.name, line)

    def at(self, file: str) -> Refusal:
        return self.code.at(file, self.line, self.detail)
