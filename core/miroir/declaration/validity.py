"""Which version of a declaration is the valid one.

Identity of a monthly DSN: (SIRET, month, fraction). The highest order number
is the only valid one; types 03 and 05 replace everything of that key; the
same bytes twice are one (CT2025.1.3 §1.4.2, §1.4.3.2 to 1.4.3.5).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from miroir.types.declaration import (
    Block,
    Declaration,
    DeclarationKind,
    DeclarationVersion,
    VersionStatus,
)

_REPLACING = frozenset(
    {DeclarationKind.REPLACES, DeclarationKind.REPLACES_WITHOUT_EMPLOYEE}
)


def judge_versions(
    declarations: Iterable[Declaration],
) -> tuple[DeclarationVersion, ...]:
    """Every declaration with its status, sorted by key then order.

    The result does not depend on the order in which files are given.
    """
    by_key: dict[tuple[object, ...], list[Declaration]] = {}
    for declaration in sorted(declarations, key=_rank):
        key = (*declaration.key, declaration.nature)
        by_key.setdefault(key, []).append(declaration)
    versions: list[DeclarationVersion] = []
    for same_key in by_key.values():
        versions.extend(_judge(same_key))
    return tuple(_one_split(versions))


def _one_split(versions: list[DeclarationVersion]) -> Iterable[DeclarationVersion]:
    """A month is split one way: fractions of another split are replaced.

    The number of fractions is the second digit of S20.G00.05.003; the one of
    the highest order number holds.
    """
    latest: dict[tuple[object, ...], Declaration] = {}
    for version in versions:
        own = version.declaration
        month = (own.siret, own.period, own.nature)
        known = latest.get(month)
        if version.status is VersionStatus.CURRENT and (
            known is None or own.order >= known.order
        ):
            latest[month] = own
    for version in versions:
        own = version.declaration
        newest = latest.get((own.siret, own.period, own.nature))
        current = version.status is VersionStatus.CURRENT
        if current and newest and own.fraction[1] != newest.fraction[1]:
            reason = f"découpage en fractions remplacé par {newest.file}"
            yield _version(own, VersionStatus.SUPERSEDED, reason)
        else:
            yield version


def _rank(declaration: Declaration) -> tuple[object, ...]:
    return (
        declaration.siret,
        declaration.period,
        declaration.fraction,
        declaration.nature,
        declaration.order,
        declaration.kind in _REPLACING,
        declaration.filed_on or date.min,
        declaration.file,
        declaration.block.line,
    )


def _judge(same_key: list[Declaration]) -> Iterable[DeclarationVersion]:
    """Versions of one key, in increasing order."""
    current = same_key[-1]
    original = next(
        other
        for other in same_key
        if other.order == current.order and _same_content(other, current)
    )
    for declaration in same_key:
        if declaration is original:
            yield _current(declaration)
        elif declaration.order == current.order:
            yield _beside(declaration, original)
        else:
            yield _older(declaration, original, same_key)


def _current(declaration: Declaration) -> DeclarationVersion:
    if declaration.kind is DeclarationKind.CANCELS:
        return _version(declaration, VersionStatus.SUPERSEDED, "annulée (type 04)")
    return _version(declaration, VersionStatus.CURRENT, "")


def _beside(declaration: Declaration, current: Declaration) -> DeclarationVersion:
    if _same_content(declaration, current):
        reason = f"même déclaration que {current.file}"
        return _version(declaration, VersionStatus.DUPLICATE, reason)
    reason = f"même numéro d’ordre que {current.file}, contenu différent"
    return _version(declaration, VersionStatus.SUPERSEDED, reason)


def _older(
    declaration: Declaration, current: Declaration, same_key: list[Declaration]
) -> DeclarationVersion:
    for other in same_key:
        if other is declaration:
            break
        if other.order == declaration.order and _same_content(other, declaration):
            reason = f"même déclaration que {other.file}"
            return _version(declaration, VersionStatus.DUPLICATE, reason)
    how = "remplacée" if current.kind in _REPLACING else "suivie d’une seconde normale"
    reason = f"{how} par {current.file}"
    return _version(declaration, VersionStatus.SUPERSEDED, reason)


def _version(
    declaration: Declaration, status: VersionStatus, reason: str
) -> DeclarationVersion:
    return DeclarationVersion(declaration=declaration, status=status, reason=reason)


def _same_content(one: Declaration, other: Declaration) -> bool:
    if one is other:
        return True
    return list(_values(one.block)) == list(_values(other.block))


def _values(root: Block) -> Iterable[tuple[str, str, str]]:
    """Rubriques in order, without their lines and the platform's own."""
    for block in root.walk():
        for number, value, _ in block.rubriques:
            if not number.startswith("9"):
                yield block.id, number, value
