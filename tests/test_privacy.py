from __future__ import annotations

import base64
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miroir.privacy import (
    Keys,
    TamperedData,
    create_key_file,
    load_keys,
    mask,
)
from miroir.types.identity import PersonNumber

NIR = PersonNumber("1850578006084")
KEYS = Keys.generate()
persons = st.text(min_size=1, max_size=40).map(PersonNumber)
contexts = st.text(max_size=60)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_key_file(tmp_path / "keys")
    return tmp_path / "keys"


def test_a_pseudonym_is_stable_short_and_not_the_lookup(path: Path) -> None:
    first, again = load_keys(path), load_keys(path)
    name = first.pseudonym(NIR)
    assert re.fullmatch(r"e-[a-z2-7]{16}", name)
    assert again.pseudonym(NIR) == name
    assert again.lookup(NIR) == first.lookup(NIR)
    assert len(first.lookup(NIR)) == 64
    assert base64.b32decode(name[2:].upper()).hex() not in first.lookup(NIR)
    assert KEYS.pseudonym(NIR) != name
    assert mask(name) == name


def test_a_pseudonym_is_the_documented_hmac() -> None:
    keys = Keys(
        pseudonym_id="p",
        pseudonym_key=bytes(range(32)),
        nir_id="n",
        nir_keys={"n": bytes(32)},
    )
    # printf 'pseudonym\0001850578006084' | openssl dgst -sha256 -mac HMAC
    #   -macopt hexkey:000102…1f, the first 80 bits in base32
    assert keys.pseudonym(NIR) == "e-h34b6vbiuqz23buk"


@given(person=persons, context=contexts)
def test_what_is_encrypted_is_decrypted(person: PersonNumber, context: str) -> None:
    sealed = KEYS.encrypt(person, context)
    assert KEYS.decrypt(sealed, context) == person
    assert sealed != KEYS.encrypt(person, context)


@given(context=contexts, other=contexts)
def test_another_place_does_not_decrypt(context: str, other: str) -> None:
    sealed = KEYS.encrypt(NIR, context)
    if context != other:
        with pytest.raises(TamperedData):
            KEYS.decrypt(sealed, other)


@given(data=st.data())
def test_altered_bytes_do_not_decrypt(data: st.DataObject) -> None:
    sealed = bytearray(KEYS.encrypt(NIR, "employee|nir_ct|e-x"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(TamperedData) as caught:
        KEYS.decrypt(bytes(sealed), "employee|nir_ct|e-x")
    text = "".join(traceback.format_exception(caught.value))
    assert NIR.reveal() not in text


@given(data=st.binary(max_size=80))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(TamperedData):
        KEYS.decrypt(data, "")


def test_cut_bytes_do_not_decrypt() -> None:
    sealed = KEYS.encrypt(NIR, "c")
    for length in range(len(sealed)):
        with pytest.raises(TamperedData):
            KEYS.decrypt(sealed[:length], "c")


def test_another_key_is_named() -> None:
    sealed = Keys.generate().encrypt(NIR, "c")
    with pytest.raises(TamperedData, match="retired_nir"):
        KEYS.decrypt(sealed, "c")


def test_keys_show_nothing() -> None:
    shown = f"{KEYS!r} {KEYS}"
    assert KEYS.pseudonym_key.hex() not in shown
    assert str(KEYS.pseudonym_key) not in shown
    assert shown == "Keys(•••) Keys(•••)"


def test_pseudonyms_do_not_load_cryptography() -> None:
    program = (
        "import sys; from miroir.privacy import Keys;"
        "from miroir.types.identity import PersonNumber;"
        "Keys.generate().pseudonym(PersonNumber('1'));"
        "sys.exit('cryptography' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
