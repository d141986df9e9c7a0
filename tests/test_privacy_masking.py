from __future__ import annotations

import io
import logging
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miroir import Secret, SourceError, SourceUnavailable
from miroir.errors import ConfigurationError
from miroir.privacy import (
    HIDDEN,
    MaskPersonalData,
    is_opaque,
    mask,
    mask_numbers,
)
from miroir.synthesis.lint import problems
from miroir.types.identity import PersonNumber

NIR = PersonNumber("1850578006084")


@pytest.mark.parametrize(
    "text",
    [
        "1850578006084",
        "185057800608436",
        "1 85 05 78 006 084",
        "1 85 05 78 006 084 36",
        "1\u00a085\u202f05 78 006 084\u00a036",
        "199072A004012",
        "1 99 07 2b 004 012",
        "1-85-05-78-006-084",
        "1 850 578 006 084",
        "185 057 800 608 436",
        "FR7630006000011234567890189",
        "fr7630006000011234567890189",
        "FR76 3000 6000 0112 3456 7890 189",
        "DE89370400440532013000",
        "NO9386011117947",
    ],
)
@pytest.mark.parametrize("around", ["{}", "nir={}.", "NIR{},'2'", "/d/{}_x", "a{} 12"])
def test_numbers_of_persons_and_accounts_are_masked(text: str, around: str) -> None:
    glued = "" if text[0].isdigit() else " "  # an account number is a whole word
    masked = mask(around.replace("{}", f"{glued}{text}"))
    assert HIDDEN in masked
    assert not re.search(r"[0-9]{4}", masked)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SIREN 433116132 2026-03",
        "SIRET 43311613200019 5 lignes",
        "SIRET 18500000000015, 12 lignes",
        "433 116 132 00019",
        "FR83433116132 2026",
        "2026-04-15T08:30:00.123456+00:00",
        "20260415083000",
        "1 234 567,89 €",
        "e-k5hqy2vd7wzcaf3m",
        "a2" * 32,
        "1850578006084a2b" * 4,
        "S21.G00.78.004,'1218.75'",
        "P26V01 CT2026.1.2 D.241-7",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert mask(text) == text


_spaces = st.sampled_from(["", " ", "\u00a0", "\u202f", ".", "-", "_", "\t"])
_words = st.text(st.characters(exclude_categories=["Nd"]), max_size=20)


@st.composite
def _nirs(draw: st.DrawFn) -> tuple[str, ...]:
    """The groups of a NIR: sex, year, month, place, commune, rank, key."""
    digits = "0123456789"
    sizes = (2, 2, 2, 3, 3)
    groups = [draw(st.text(digits, min_size=size, max_size=size)) for size in sizes]
    if draw(st.booleans()):
        groups[2] = draw(st.sampled_from(["2A", "2B"]))
    if draw(st.booleans()):
        groups.append(draw(st.text(digits, min_size=2, max_size=2)))
    return (draw(st.sampled_from("123478")), *groups)


@given(groups=_nirs(), data=st.data(), before=_words, after=_words)
def test_any_nir_is_masked(
    groups: tuple[str, ...], data: st.DataObject, before: str, after: str
) -> None:
    written = groups[0]
    for group in groups[1:]:
        written += data.draw(_spaces) + group
    masked = mask(before + written + after)
    assert written not in masked
    assert not re.search("[0-9]", masked)


@given(siret=st.from_regex(r"[0-9]{14}", fullmatch=True), words=_words)
def test_no_siret_is_masked(siret: str, words: str) -> None:
    assert siret in mask(f"{words} {siret} {words}")


@given(text=st.text(max_size=200))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


def logged(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(caplog.handler.format(record) for record in caplog.records)


@pytest.fixture
def masked_log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.handler.addFilter(MaskPersonalData())
    return caplog


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("read 1850578006084", ()),
        ("read %s", ("1850578006084",)),
        ("read %d", (1850578006084,)),
        ("read %s%s", ("1850578", "006084")),
        ("read %(nir)s", ({"nir": "1850578006084"},)),
        ("too many %s", ("1850578006084", "1850578006084")),
    ],
)
def test_logs_are_masked(
    masked_log: pytest.LogCaptureFixture,
    message: str,
    arguments: tuple[object, ...],
) -> None:
    logging.getLogger("miroir.test").warning(message, *arguments)
    text = logged(masked_log)
    assert HIDDEN in text
    assert "1850578" not in text


def test_tracebacks_in_logs_are_masked() -> None:
    logger = logging.getLogger("miroir.test")
    handler = logging.StreamHandler(io.StringIO())
    handler.addFilter(MaskPersonalData())
    try:
        raise ValueError(f"unexpected {NIR.reveal()}")
    except ValueError as error:
        record = logger.makeRecord(
            logger.name,
            logging.ERROR,
            __file__,
            1,
            "failed",
            (),
            (ValueError, error, error.__traceback__),
            sinfo=f"Stack with {NIR.reveal()}",
        )
    handler.handle(record)
    text = handler.stream.getvalue()
    assert f"unexpected {HIDDEN}" in text
    assert f"Stack with {HIDDEN}" in text
    assert "Traceback" in text
    assert NIR.reveal() not in text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4a8a9804a3535f35aee3490015429780", True),
        ('W/"4a8a9804a3535f35aee3490015429780"', True),
        ("1850578006084", False),
        ("vu 1850578006084 hier", False),
        ("1 85 05 78 006 084", False),
        ("v1850578006084", False),
        ("", False),
    ],
)
def test_a_token_is_no_text(text: str, found: bool) -> None:
    assert is_opaque(text) is found


@pytest.mark.parametrize(
    ("value", "text", "told"),
    [
        ("sel-marin", "key sel-marin.", "key •••."),
        ("sel-marin", "«xsel-marinx»", "«x•••x»"),
        ("s3l", "s3l", "s3l"),
        ("cle1", "cle1, cle12", "•••, cle12"),
        ("a/b c&d=", "?key=a%2Fb%20c%26d%3D", "?key=•••"),
        ('pass"word', r'{"p": "pass\"word"}', '{"p": "•••"}'),
        ("db://u:s3cr%2Ft@h/d", "s3cr/t, s3cr%2Ft, db://h/d", "•••, •••, db://h/d"),
        ("db://u:s3cr%2Ft@h/d", "at db://u:s3cr%2Ft@h/d", "at •••"),
        ("sqlite:////x.db", "sqlite:////x.db: no answer", "sqlite:////x.db: no answer"),
        ("https://h/hook?key=x", "https://h/hook?key=x", "•••"),
        ("none", "Columns found: none", "Columns found: none"),
        ("n0ne", "Columns found: n0ne", "Columns found: •••"),
        ("BEGIN KEY\nMIIEvQIBADAN\nEND KEY", "bad line MIIEvQIBADAN", "bad line •••"),
    ],
)
def test_a_secret_is_masked(value: str, text: str, told: str) -> None:
    secret = Secret(value)
    assert mask(text) == told
    assert str(SourceError(text)) == told
    assert secret.reveal() == value


def test_a_text_is_judged_by_its_numbers_alone() -> None:
    kept = Secret("sel-marin")
    assert mask_numbers(f"{kept.reveal()} 1 85 05 78 006 084") == "sel-marin •••"
    assert problems("Du sel-marin.") == ()
    assert problems("1 85 05 78 006 084")


def test_a_secret_is_masked_for_as_long_as_it_lives() -> None:
    first, same = Secret("sel-marin"), Secret("sel-marin")
    error = SourceUnavailable("of sel-marin")
    del first
    assert mask("sel-marin") == HIDDEN
    del same
    assert mask("sel-marin") == "sel-marin"
    assert str(error) == "of •••", "it was masked when it was made"


def test_a_secret_that_goes_to_another_process_is_masked_there() -> None:
    written = pickle.dumps(Secret("sel-marin"))
    assert mask("sel-marin") == "sel-marin"
    read = pickle.loads(written)
    assert mask("sel-marin") == HIDDEN
    assert read == Secret("sel-marin")


def test_problems_of_a_configuration_are_masked() -> None:
    kept = Secret("sel-marin")
    error = ConfigurationError(["key: sel-marin", "nir: 1 85 05 78 006 084"])
    assert error.problems == ("key: •••", "nir: •••")
    assert kept.reveal() not in repr(error)


def test_problems_of_a_configuration_go_to_another_process() -> None:
    error = ConfigurationError(["a: one", "b: two"], value="https://host")
    read = pickle.loads(pickle.dumps(error))
    assert (read.problems, str(read)) == (("a: one", "b: two"), "a: one\nb: two")
    assert read.value == "https://host"
