"""Redoing a company: what changed, why, and nothing on a dry run."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from miroir.errors import NothingFound
from miroir.operations.reprocess import reprocess
from miroir.operations.workplace import Workplace
from miroir.store import ChangeKind
from miroir.types.diagnosis import TOLERANCE
from miroir.types.period import Month

from tests.operations.conftest import Place
from tests.written import as_bytes, declaration, envelope, plain


def test_the_first_time_everything_is_new(place: Place, workplace: Workplace) -> None:
    place.deliver()
    done = reprocess(workplace, place.company.siren)
    assert done.previous_at is None
    assert done.reasons == ("première analyse de l’entreprise",)
    kinds = {change.kind for change in done.changes}
    assert ChangeKind.GAP_APPEARED in kinds
    (company,) = done.analysis.companies
    found = {
        (line.person.reveal(), str(line.period)): line.gap.total
        for line in company.view.gaps
    }
    assert found == pytest.approx(place.company.expected_gaps, abs=TOLERANCE)


def test_nothing_changes_when_nothing_came(place: Place, workplace: Workplace) -> None:
    place.deliver()
    reprocess(workplace, place.company.siren)
    again = reprocess(workplace, place.company.siren)
    assert again.changes == ()
    assert again.previous_at is not None
    assert "mêmes déclarations" in again.reasons[0]


def test_a_new_file_is_collected_and_named(place: Place, workplace: Workplace) -> None:
    place.deliver(last=2)
    reprocess(workplace, place.company.siren)
    place.deliver(first=2)
    again = reprocess(workplace, place.company.siren)
    assert "2 fichier(s)" in again.reasons[0]
    assert {str(c.period) for c in again.changes if c.period} == {
        "2026-03",
        "2026-04",
    }


def test_new_conditions_are_a_reason(place: Place, workplace: Workplace) -> None:
    place.deliver()
    reprocess(workplace, place.company.siren)
    path = place.folder / "adhesions.csv"
    path.write_text(path.read_text().replace(";6.20;", ";8.00;"))
    again = reprocess(workplace, place.company.siren)
    assert again.reasons == ("conditions d’adhésion ou réglages modifiés",)
    assert {change.kind for change in again.changes} >= {ChangeKind.GAP_CHANGED}


def test_new_settings_are_a_reason(place: Place, workplace: Workplace) -> None:
    place.deliver()
    reprocess(workplace, place.company.siren)
    settings = workplace.settings
    harder = settings.diagnosis.model_copy(update={"minimum_explained": Decimal(1)})
    changed = replace(
        workplace, settings=settings.model_copy(update={"diagnosis": harder})
    )
    again = reprocess(changed, place.company.siren)
    assert again.reasons == ("conditions d’adhésion ou réglages modifiés",)
    (company,) = again.analysis.companies
    assert company.view.thresholds.minimum_explained == 1


def test_since_limits_what_is_told(place: Place, workplace: Workplace) -> None:
    place.deliver()
    done = reprocess(workplace, place.company.siren, since=Month(2026, 4))
    months = {change.period for change in done.changes if change.period}
    assert months == {Month(2026, 4)}


def test_a_dry_run_collects_and_stores_nothing(
    place: Place, workplace: Workplace
) -> None:
    place.deliver(last=3)
    reprocess(workplace, place.company.siren)
    place.deliver(first=3)
    path = place.folder / "adhesions.csv"
    path.write_text(path.read_text().replace(";6.20;", ";8.00;"))
    dry = reprocess(workplace, place.company.siren, dry_run=True)
    assert dry.changes == ()
    assert dry.reports == ()
    with workplace.store.read() as tables:
        assert len(tables.results.history(place.company.siren)) == 1
        assert len(tables.declarations.files_of(place.company.siren)) == 3


def test_an_unknown_company_is_said(workplace: Workplace) -> None:
    with pytest.raises(NothingFound, match="999000243"):
        reprocess(workplace, "999000243")


def test_an_adhesion_file_put_back_holds_again(
    place: Place, workplace: Workplace
) -> None:
    place.deliver()
    path = place.folder / "adhesions.csv"
    first = path.read_text()
    before = reprocess(workplace, place.company.siren)
    path.write_text(first.replace(";6.20;", ";8.00;"))
    reprocess(workplace, place.company.siren)
    path.write_text(first)
    after = reprocess(workplace, place.company.siren)
    one, other = (
        [line.gap for line in each.analysis.companies[0].view.mirror]
        for each in (before, after)
    )
    assert one == other


def test_what_is_refused_or_remarked_in_its_files_is_told(
    place: Place, workplace: Workplace
) -> None:
    one = plain("2027-01", "2000.00", "2000.00", ("200.40", "0.00"))
    written = envelope(declaration("2027-01", one), norm="P27V01")
    (place.drop / "a.dsn").write_bytes(as_bytes(written))
    done = reprocess(workplace, "999000243")
    assert [each.code for each in done.analysis.refusals] == ["BEYOND_HORIZON"]
    assert [each.code for each in done.analysis.observations] == ["NORM_NEAREST"]
