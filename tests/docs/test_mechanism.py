"""The tests of pages can fail: each kind of fault is seen, and said where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.command_lines import faults
from tests.docs.languages import follow
from tests.docs.pages import Page
from tests.docs.references import broken, wrong
from tests.docs.session import Session
from tests.docs.shown import paired, replaced

BLOCKS = {
    "an unknown option": ("```sh\nmiroir causes list --detekted\n```", "--detected"),
    "an unknown command": ("```sh\nmiroir analyze depot\n```", "analyse"),
    "a wrong choice": ("```sh\nmiroir demo --format yaml\n```", "'yaml' is not one of"),
    "a failure": ("```sh\nmiroir causes show PAS_UNE_CAUSE\n```", "exit code 2"),
    "a path beyond": ("```sh\nmiroir init /srv/elsewhere\n```", "not of this place"),
    "a failure of a shell": ("```sh\ntrue | false\n```", "exit code 1"),
    "another output": ("```console\n$ echo un\ndeux\n```", "printed: un"),
    "an unknown key": ('```toml\n[gap]\ntolerence = "0.05"\n```', "tolerance"),
    "an unknown connector": (
        '```toml\n[sources.a]\nconnector = "x"\n```',
        "no connector",
    ),
    "a secret that is not told": (
        '```toml\n[sources.a]\nconnector = "sql"\nkind = "task"\nquery = "q"\n```',
        "url",
    ),
    "a python error": ("```python\nimport miroir\nmiroir.Nothing\n```", "Nothing"),
    "an unknown name": ("```python\ndef one():\n    return Acme()\n```", "Acme"),
    "a wrong hook": (
        "```python\nimport miroir\n@miroir.hookimpl\ndef miroir_sourcez(): ...\n```",
        "miroir_sourcez",
    ),
    "a wrong document": ('```json\n{"a": 1,}\n```', "double quotes"),
    "no reason": ("```text\nanything\n```", "say after `text`"),
    "no language": ("```\nanything\n```", "without a language"),
    "an indented block": ("A page:\n\n    miroir demo\n", "without a language"),
    "an unknown language": ("```fortran\nEND\n```", "'fortran'"),
}
WORDS = {
    "`miroir sync --alle`": "No such option",
    "`miroir dossiers today --as marie`": "--adviser",
    "`config chek`": "chek",
    "`tox -e nothing`": "no environment nothing",
    "`pip install 'miroir[postgres]'`": "no extra postgres",
    "`--recompute`": "no command has",
    "`gap.tolerence`": "no such key",
    "`[schedule.sourcez]`": "no such key",
    '`[outbox] isolations = "none"`': "no key outbox.isolations",
    "`config/systemdd/`": "no such file",
    "`miroir_sourcez`": "no such hook",
    "`miroir.Wordings`": "no miroir.Wordings",
    f"`MIROIR_{'NOBODY'}_READS`": "nothing reads it",
}


def written(folder: Path, text: str) -> Page:
    path = folder / "page.md"
    path.write_text(text, "utf-8")
    return Page(path)


@pytest.mark.parametrize(("text", "said"), BLOCKS.values(), ids=list(BLOCKS))
def test_a_wrong_block_is_seen(text: str, said: str, tmp_path: Path) -> None:
    (block,) = written(tmp_path, text).blocks
    session = Session(folder=tmp_path)
    with pytest.raises(Exception, match=r".") as seen:
        follow(block, session)
    session.close()
    assert said in str(seen.value)


@pytest.mark.parametrize(("text", "said"), WORDS.items(), ids=list(WORDS))
def test_a_wrong_word_is_seen(text: str, said: str, tmp_path: Path) -> None:
    (fault,) = wrong(written(tmp_path, f"# A page\n\nSee {text}."))
    assert fault.startswith("page.md:3: ") and said in fault


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    text = (
        "# One\n\n[a](nowhere.md) [b](#two) [c](#one) [d](page.md#one) [e](https://x)"
    )
    files, headings = broken(written(tmp_path, text))
    assert "nowhere.md: no such file" in files
    assert "#two: no such heading" in headings


def test_a_block_that_nobody_asks_for_is_not_written(tmp_path: Path) -> None:
    page = written(tmp_path, "<!-- file: a.toml -->\n\nWords between.\n\n```toml\n```")
    with pytest.raises(ValueError, match=r"no block follows .*a\.toml"):
        _ = page.blocks


def test_what_varies_is_paired_and_used_again() -> None:
    shown = "plan 4f5c707def096f7e du 25/11/2026\n…\ntotal  1 000 €"
    printed = "plan 0123456789abcdef du 03/01/2027\nx\ny\ntotal     1\u202f000\u00a0€"
    pairs = paired(shown, printed)
    assert pairs == {"4f5c707def096f7e": "0123456789abcdef", "25/11/2026": "03/01/2027"}
    assert replaced("approve 4f5c707def", pairs) == "approve 0123456789"
    for other in (printed.replace("000", "001"), printed.replace("plan ", "plan n° ")):
        with pytest.raises(AssertionError, match="shown"):
            paired(shown, other)


@pytest.mark.parametrize(
    "command",
    [
        "miroir adhesion propose SIREN --as marie",
        "MIROIR_TRACE_HOOKS=1 miroir sync",
        "miroir run --period 2026-01 --shard I/N",
        "tox -e py,lint,scaffold",
        "ls | wc -l",
    ],
)
def test_a_right_line_has_no_fault(command: str) -> None:
    assert faults(command) == ""
