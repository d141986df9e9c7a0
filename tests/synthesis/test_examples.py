from __future__ import annotations

from docs import make_examples


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
    docs = make_examples.FOLDER.parent
    pages = [docs / "synthesis.md", docs / "correction.md"]
    told = "".join(page.read_text("utf-8") for page in pages)
    for name in make_examples.render():
        assert f"examples/{name}" in told, name
