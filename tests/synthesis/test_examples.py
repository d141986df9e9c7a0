from __future__ import annotations

from miroir.cli.output.mask import Mask
from miroir.stakes.company import stakes_of

from docs import make_examples
from tests.synthesis.cases import ON, analysed, pseudonym


def test_the_examples_are_those_of_the_code() -> None:
    written = {
        path.name: path.read_text("utf-8") for path in make_examples.FOLDER.iterdir()
    }
    assert written == make_examples.render(), "run: python docs/make_examples.py"


def test_the_page_shows_every_template_word_and_every_option() -> None:
    from miroir.cli.explain import explain
    from miroir.cli.synthesis import synthesis
    from miroir.synthesis.vocabulary import Document, vocabulary
    from miroir.synthesis.wording import Level

    page = make_examples.FOLDER.with_name("synthesis.md").read_text("utf-8")
    for word in vocabulary(Document.CALL, Level.PAYROLL):
        assert f"`{word}" in page, word
    for command in (explain, synthesis):
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--"):
                    assert f"`{option}" in page, option


def test_every_example_is_named_in_the_page() -> None:
    pages = [
        make_examples.FOLDER.with_name(name).read_text("utf-8")
        for name in ("synthesis.md", "stakes.md", "correction.md")
    ]
    for name in make_examples.render():
        assert any(f"examples/{name}" in page for page in pages), name


def test_the_page_of_stakes_shows_every_option_and_every_key() -> None:
    from miroir.cli.output.stakes_json import document
    from miroir.cli.stakes import stakes

    page = make_examples.FOLDER.with_name("stakes.md").read_text("utf-8")
    for parameter in stakes.params:
        for option in parameter.opts:
            if option.startswith("--"):
                assert f"`{option}" in page, option
    found = document(stakes_of(analysed("CEG_ABSENTE"), ON), Mask(pseudonym))
    for key in found:
        if key != "sources":
            assert f"`{key}`" in page, key
