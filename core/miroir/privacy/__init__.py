"""How personal data is kept out of sight: keys, pseudonyms, masking."""

from __future__ import annotations

from miroir.masking import HIDDEN, is_opaque, mask, mask_numbers, names_a_person
from miroir.privacy.keyfile import create_key_file, load_keys, user_keys
from miroir.privacy.keys import Keys, TamperedData
from miroir.privacy.masking import MaskPersonalData
from miroir.privacy.trace import TraceKeys

__all__ = [
    "HIDDEN",
    "Keys",
    "MaskPersonalData",
    "TamperedData",
    "TraceKeys",
    "create_key_file",
    "is_opaque",
    "load_keys",
    "mask",
    "mask_numbers",
    "names_a_person",
    "user_keys",
]
