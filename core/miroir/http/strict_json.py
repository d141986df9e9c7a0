"""JSON that says one thing only.

The standard reader keeps the last of two equal keys and takes `NaN`: what one
program reads is then not what another one read.
"""

from __future__ import annotations

import json
from typing import Never


class NotStrictJson(ValueError):
    """The text is not JSON, or may be read in two ways. Never holds the text."""


def loads(content: bytes) -> object:
    """Read UTF-8 JSON; raises NotStrictJson, which shows nothing of it."""
    reason = ""
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
        )
    except NotStrictJson as error:
        reason = str(error)
    except UnicodeDecodeError:
        reason = "not UTF-8"
    except RecursionError:
        reason = "nested too deep"
    except ValueError:
        reason = "not JSON"
    # Raised here: the error of the reader holds the whole text.
    raise NotStrictJson(reason)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrictJson("an object has the same key twice")
    return found


def _no_constant(_: str) -> Never:
    raise NotStrictJson("NaN or Infinity is no number of JSON")
