"""Any bytes changed anywhere: an answer always, never a crash."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from miroir.declaration.reader import read_dsn
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.manager import PluginManager
from miroir.types.source import ReceivedFile

from tests.damaged.good import good

_KNOWLEDGE = Knowledge(diagnostics=PluginManager.load().diagnostics(), conditions=None)
_CHANGES = st.lists(
    st.tuples(
        st.integers(0, len(good()) - 1),
        st.integers(0, 30),
        st.binary(max_size=20),
    ),
    min_size=1,
    max_size=4,
)
_LIKELY = st.lists(
    st.tuples(
        st.sampled_from(range(len(good().split(b"\n")) - 1)),
        st.sampled_from(("drop", "twice", "swap", "value")),
        st.text("0123456789.,-+'AÉ ", max_size=15),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(_CHANGES)
def test_bytes_replaced(changes: list[tuple[int, int, bytes]]) -> None:
    content = good()
    for offset, length, new in changes:
        content = content[:offset] + new + content[offset + length :]
    answered(content)


@settings(max_examples=150, deadline=None)
@given(_LIKELY)
def test_lines_moved_and_values_changed(changes: list[tuple[int, str, str]]) -> None:
    lines = good().split(b"\n")
    for place, how, value in changes:
        if place + 1 >= len(lines):
            continue
        if how == "drop":
            del lines[place]
        elif how == "twice":
            lines.insert(place, lines[place])
        elif how == "swap":
            lines[place], lines[place + 1] = lines[place + 1], lines[place]
        else:
            code = lines[place].split(b",")[0]
            lines[place] = code + f",'{value}'".encode("iso-8859-1")
    answered(recounted(lines))


def recounted(lines: list[bytes]) -> bytes:
    """Right totals, so that what is inside gets read."""
    count = str(sum(1 for line in lines if line.strip())).encode()
    old = [line for line in lines if line.startswith(b"S90.G00.90.001")]
    new = b"S90.G00.90.001,'" + count + b"'"
    return b"\n".join(new if line in old else line for line in lines)


def answered(content: bytes) -> None:
    """The file is read, or a reason is given; the whole analysis holds."""
    file = ReceivedFile.of("given.dsn", content)
    reading = read_dsn(file)
    assert reading.declarations or reading.refusals
    analysis = analyse([file], _KNOWLEDGE)
    assert not [f for company in analysis.companies for f in company.failures]
