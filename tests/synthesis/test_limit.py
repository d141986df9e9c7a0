from __future__ import annotations

import pytest
from miroir.synthesis.limit import (
    LimitTooSmall,
    NotInEncoding,
    Unit,
    cut,
    in_iso,
    size,
)

TEXT = "Il manque 10 €.\nPrès de 8 salariés. L’œuvre est là."


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("limit", range(20, 70))
def test_never_beyond_the_limit_never_inside_a_sentence(limit: int, unit: Unit) -> None:
    kept = cut(TEXT, limit, unit)
    assert size(kept.text, unit) <= limit
    whole = cut(TEXT, None, unit).text
    assert whole == " ".join([kept.text, *kept.left_out]).strip()
    assert kept.text.endswith(".")


def test_the_limit_itself_is_allowed() -> None:
    whole = cut(TEXT, None)
    assert cut(TEXT, len(whole.text)) == whole
    assert len(cut(TEXT, len(whole.text) - 1).left_out) == 1


def test_nothing_comes_after_a_sentence_that_was_left_out() -> None:
    kept = cut("Une. Une phrase bien plus longue. Deux.", 12)
    assert kept.text == "Une."
    assert kept.left_out == ("Une phrase bien plus longue.", "Deux.")


def test_units_count_differently() -> None:
    text = "é€"
    assert size(text, Unit.CHARACTERS) == 2
    assert size(text, Unit.UTF_8) == 5
    with pytest.raises(NotInEncoding, match="EURO SIGN"):
        size(text, Unit.ISO_8859_1)
    assert size(in_iso(text), Unit.ISO_8859_1) == 4


def test_iso_writes_what_it_lacks_in_other_letters() -> None:
    assert in_iso("L’œuvre… −1\u202f234,56\u00a0€ —") == (
        "L'oeuvre... -1\u00a0234,56\u00a0EUR -"
    )


def test_a_character_of_another_alphabet_is_refused_by_its_name() -> None:
    with pytest.raises(NotInEncoding, match="CYRILLIC SMALL LETTER ZHE"):
        cut("Société ж.", 100, Unit.ISO_8859_1)


def test_a_limit_without_room_for_one_sentence_says_what_it_takes() -> None:
    with pytest.raises(LimitTooSmall, match=r"3 \(utf-8\).*takes 17"):
        cut(TEXT, 3, Unit.UTF_8)
