"""A password, a token, a private key: a value that nothing shows by accident."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miroir.masking import HIDDEN, Hidden

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
    from pydantic_core import CoreSchema

MOST_BYTES = 65_536
_EXPECTED = (
    'a secret: a text from a secret file or the environment, { file = "path" } '
    'or { environment = "NAME" }'
)


class Secret:
    """What `reveal()` gives, and `repr`, `str`, logs and messages do not.

    Whoever reveals it may still write it in an error: as long as it lives,
    `mask` hides its value wherever Miroir shows or keeps a text.

    A field of a connector with this type is given by a secret file named
    section__key, by the environment, or by the table `{ file = "path" }` or
    `{ environment = "NAME" }`; in clear in a file of the configuration, it
    is refused.
    """

    __slots__ = ("_hidden", "_value")

    def __init__(self, value: str) -> None:
        """Hide a value; raises ValueError when it is empty or too long."""
        if not value:
            raise ValueError("a secret that is not empty")
        if len(value.encode()) > MOST_BYTES:
            raise ValueError(f"a secret of at most {MOST_BYTES} bytes")
        self._value = value
        self._hidden = Hidden(value)

    def reveal(self) -> str:
        """The value, to be handed at once to what needs it."""
        return self._value

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return Secret, (self._value,)  # hidden in the process that reads it too

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    @classmethod
    def from_file(cls, path: Path) -> Secret:
        """Read a file, without the newline at its end; raises ValueError."""
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 2)
            text = content.decode("utf-8").removesuffix("\n").removesuffix("\r")
        except OSError as error:
            raise ValueError(
                f"a secret file that can be read; {path}: {error.strerror}"
            ) from None
        except UnicodeDecodeError:
            raise ValueError(f"a secret file in UTF-8; {path} is not") from None
        return cls(text)

    @classmethod
    def from_environment(cls, name: str) -> Secret:
        """Read an environment variable; raises ValueError when it is not set."""
        value = os.environ.get(name)
        if value is None:
            raise ValueError(f"the environment variable {name}, which is not set")
        return cls(value)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.with_info_plain_validator_function(
            _read,
            serialization=core_schema.plain_serializer_function_ser_schema(repr),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "anyOf": [
                {"type": "string", "format": "password"},
                *(
                    {
                        "type": "object",
                        "properties": {key: {"type": "string"}},
                        "required": [key],
                        "additionalProperties": False,
                    }
                    for key in ("file", "environment")
                ),
            ]
        }


def _read(value: object, info: ValidationInfo) -> Secret:
    """Whatever the configuration gives; paths start from `context["folder"]`."""
    folder = (info.context or {}).get("folder", Path())
    match value:
        case Secret():
            return value
        case str():
            return Secret(value)
        case Mapping() if len(value) == 1:
            match dict(value):
                case {"file": str(path)}:
                    return Secret.from_file(folder / Path(path).expanduser())
                case {"environment": str(name)}:
                    return Secret.from_environment(name)
    raise ValueError(_EXPECTED)
