"""The detail of a finding in French: causes by their labels, files by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from miroir.diagnostic.catalogue import by_id
from miroir.synthesis.french import lowered
from miroir.synthesis.phrases import siret
from miroir.types.diagnosis import Cause

_CAUSE_ID = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_RIVALS = "explique aussi ces montants : "
_SET_ASIDE = " serait écarté par : "
_NEXT_RIVAL = re.compile(rf" ; (?=[A-Z0-9_]+{_SET_ASIDE})")
_SIRET = re.compile(r"(?<![0-9])[0-9]{14}(?![0-9])")
_PATH = re.compile(r"\S*[/\\]\S+")


def observed(detail: str, labels: Mapping[str, str] | None = None) -> str:
    """What was found, without a full stop; empty when only rivals are told.

    `labels`: those of causes that are not of the catalogue, by id.
    """
    found, _, _ = detail.partition(_RIVALS)
    return _named(found.removesuffix(" ; "), labels or {}).rstrip(".")


def otherwise(detail: str, labels: Mapping[str, str] | None = None) -> str:
    """The causes that explain as much, as a sentence: «A, B ; A serait écarté
    par : …»; empty without any."""
    _, _, others = detail.partition(_RIVALS)
    if not others:
        return ""
    causes, *refuted = _NEXT_RIVAL.split(others)
    by_cause = dict(one.split(_SET_ASIDE, 1) for one in refuted)
    told = [
        f"{cause} (écartée par : {lowered(by_cause[cause]).rstrip('.')})"
        if cause in by_cause
        else cause
        for cause in causes.split(", ")
    ]
    *first, last = told
    listed = f"{', '.join(first)} ou {last}" if first else last
    lead = "Autres explications possibles" if first else "Autre explication possible"
    return f"{lead} : {_named(listed, labels or {})}."


def sentences_of(detail: str, cause: Cause) -> str:
    """Both, one after the other, as a paragraph."""
    labels = {cause.id: cause.label}
    found = observed(detail, labels)
    said = f"{found[:1].upper()}{found[1:]}." if found else ""
    return " ".join(filter(None, (said, otherwise(detail, labels))))


def _named(text: str, labels: Mapping[str, str]) -> str:
    known = {**{id: cause.label for id, cause in by_id().items()}, **labels}
    named = _CAUSE_ID.sub(lambda one: f"« {known.get(one[0], one[0])} »", text)
    named = _SIRET.sub(lambda one: siret(one[0]), named)
    return _PATH.sub(lambda one: re.split(r"[/\\]", one[0])[-1], named)
