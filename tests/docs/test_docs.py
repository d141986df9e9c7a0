"""What the documents say is what the code does."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import miroir
from miroir.declaration.refusals import Code
from miroir.dossier.states import DOSSIER_MOVES, State
from miroir.types.diagnosis import CompanyView, PaymentGap
from miroir.types.period import Month

from docs.make_causes import render

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_page_of_causes_is_the_catalogue() -> None:
    page = (ROOT / "docs/causes.md").read_text("utf-8")
    assert render(page) == page, "run python docs/make_causes.py"


def test_every_refusal_is_documented() -> None:
    page = (ROOT / "docs/refusals.md").read_text("utf-8")
    refused, remarks = page.split("## DSN: read, with a remark")
    for code in Code:
        assert f"| `{code.name}` |" in (refused if code.refused else remarks)


def test_the_plugin_of_the_readme_works(tmp_path: Path) -> None:
    source = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    path = tmp_path / "miroir_acme.py"
    path.write_text(source, "utf-8")
    spec = spec_from_file_location("miroir_acme", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    hook = module.miroir_diagnostics
    (diagnostic,) = hook()
    assert isinstance(diagnostic, miroir.Diagnostic)
    assert len(re.findall(r"^(?:import|[A-Z]+ =|def) ?", source, re.MULTILINE)) == 4
    assert diagnostic.examine(paid_to("1", "1")) == []
    assert len(diagnostic.examine(paid_to("1", "2"))) == 1


def paid_to(*institutions: str) -> CompanyView:
    payments = tuple(
        PaymentGap(
            siret="55210055400013",
            institution=institution,
            period=Month(2026, 1),
            declared=0,
            expected=0,
        )
        for institution in institutions
    )
    return CompanyView(
        siren="552100554", versions=(), mirror=(), payments=payments, conditions=()
    )


def test_every_state_of_a_dossier_is_documented_with_its_moves() -> None:
    page = (ROOT / "docs/dossiers.md").read_text("utf-8")
    for state in State:
        moves = ", ".join(move.name for move in DOSSIER_MOVES.possible(state))
        assert re.search(rf"\| `{state.value}` \| .+ \| {moves} \|", page), state
