"""Write docs/types.md from the types that a plugin touches: python docs/make_types.py."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import Iterator
from enum import Enum
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import miroir
from miroir import errors, http
from miroir.types import address, delivery
from miroir.types.source import Source

PAGE = Path(__file__).with_name("types.md")
_HEAD = """\
# The types that a plugin touches

<!-- Written by docs/make_types.py from core/miroir. -->

What a source, a destination and `miroir.http` are given and give: each field with its
type and its default, and what it holds. All are of `miroir`, but those of HTTP, which
`miroir.http` gives where a call is made. [hooks.md](hooks.md) lists the hooks,
[errors.md](errors.md) every error.
"""
SECTIONS: dict[str, tuple[type, ...]] = {
    "What a table may hold": (miroir.Secret,),
    "A source": (
        miroir.CollectRequest,
        miroir.ReceivedFile,
        miroir.SetAside,
        Source,
        miroir.RowSource,
        miroir.AdhesionReading,
        miroir.CampaignReading,
        miroir.TaskReading,
        miroir.Refusal,
        miroir.AdhesionCondition,
        miroir.CampaignLine,
        miroir.Task,
    ),
    "A destination": (
        miroir.DeliveryClass,
        miroir.Promise,
        miroir.Intent,
        miroir.Receipt,
        miroir.Destination,
    ),
    "What is sent": (
        miroir.CrmLogger,
        miroir.CrmContact,
        miroir.ArchivedMail,
        miroir.CrmAccount,
        miroir.TraceWriter,
        miroir.RecordEntry,
        miroir.Mailer,
        miroir.Mail,
        miroir.HandOverDesk,
        miroir.HandOver,
        miroir.Attachment,
        miroir.AdhesionUpdater,
        miroir.AdhesionUpdate,
        miroir.AdhesionContract,
    ),
    "HTTP": (
        http.HttpClient,
        http.Exchange,
        http.Request,
        http.Answer,
        http.Limits,
        http.Semantics,
        http.Tls,
        http.ApiKey,
        http.Basic,
        http.ClientCredentials,
    ),
}
MAY_RAISE = {
    "a source": (errors.SourceUnavailable, errors.SourceError, errors.RowsRefused),
    "a destination": (
        errors.ActionNotSent,
        errors.ActionRefused,
        errors.PreconditionFailed,
        errors.NeedsPerson,
        errors.OutcomeUnknown,
        errors.DestinationError,
    ),
    "`miroir.http`, for either": (
        errors.HttpNotSent,
        errors.AnswerTooBig,
        errors.HttpRefused,
        errors.HttpConditionFailed,
        errors.HttpOutcomeUnknown,
        errors.ConfigurationError,
    ),
}


def render() -> str:
    """The whole page."""
    parts = [_HEAD]
    for title, classes in SECTIONS.items():
        parts.append(f"## {title}\n")
        for each in classes:
            parts += [f"### `{each.__name__}`\n", *_described(each)]
        if title == "What a table may hold":
            parts += ["### `Address`\n", f"{_attributes(address)['Address']}\n"]
    return "\n".join([*parts, "## What may be raised\n", *_errors()])


def _described(each: type) -> Iterator[str]:
    words, _, _ = (inspect.getdoc(each) or "").partition("Example::")
    yield f"{words.strip()}\n"
    if issubclass(each, Enum):
        told = _attributes(delivery, each.__name__)
        yield "| member | value | means |\n| --- | --- | --- |"
        for name, member in each.__members__.items():
            yield f"| `{name}` | `{member.value}` | {told[name]} |"
        yield ""
    elif each.__init__ is not object.__init__ and not dataclasses.is_dataclass(each):
        yield from _made(each)
    elif dataclasses.is_dataclass(each):
        yield "| field | type | default |\n| --- | --- | --- |"
        yield from map(_field, dataclasses.fields(each))
        yield ""
    yield from _methods(each)


def _made(each: type) -> Iterator[str]:
    """What it is made with, where that is more than a value."""
    given = list(inspect.signature(each).parameters.values())
    if len(given) < 3:
        return
    yield "| given | type | default |\n| --- | --- | --- |"
    for one in given:
        kind = str(one.annotation).strip("'").replace("|", r"\|")
        needed = one.default is inspect.Parameter.empty
        yield f"| `{one.name}` | `{kind}` | {'needed' if needed else f'`{one.default!r}`'} |"
    yield ""


def _field(field: dataclasses.Field[object]) -> str:
    given = field.default
    if field.default_factory is not dataclasses.MISSING:
        given = field.default_factory()
    default = "needed" if given is dataclasses.MISSING else f"`{given!r}`"
    if isinstance(given, Enum):
        default = f"`{given}`"
    kind = str(field.type).replace("|", r"\|")
    return f"| `{field.name}` | `{kind}` | {default} |"


def _methods(each: type) -> Iterator[str]:
    """Those that its own class defines and tells of, with what they say."""
    for name, value in vars(each).items():
        called = value.__func__ if isinstance(value, classmethod) else value
        called = called.fget if isinstance(called, property) else called
        words = inspect.getdoc(called) if inspect.isfunction(called) else None
        if name.startswith("_") or not words:
            continue
        shown = name
        if not isinstance(value, property):
            signature = inspect.signature(getattr(each, name))
            shown = f"{name}{signature}".replace("'", "").replace("(self, ", "(")
            shown = shown.replace("(self)", "()")
        yield f"- `{shown}`: {' '.join(words.split())}"
    yield ""


def _attributes(module: object, within: str = "") -> dict[str, str]:
    """What is written below names of a module, or of a class in it."""
    assert inspect.ismodule(module)
    body = ast.parse(dedent(inspect.getsource(module))).body
    if within:
        body = next(
            node.body
            for node in body
            if isinstance(node, ast.ClassDef) and node.name == within
        )
    found = {}
    for node, after in pairwise(body):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            found[node.targets[0].id] = " ".join(str(after.value.value).split())
    return found


def _errors() -> Iterator[str]:
    yield "| by | error | means |\n| --- | --- | --- |"
    for who, raised in MAY_RAISE.items():
        for each in raised:
            words = " ".join((inspect.getdoc(each) or "").split())
            yield f"| {who} | `{each.__name__}` | {words} |"
    yield "\nAnything else that a plugin raises is a defect of the plugin, told as such.\n"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
