"""From files to diagnoses: grouping, failing plugins, missing months."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from miroir.pipeline import Knowledge, analyse
from miroir.plugins.provider import Provided, Provider
from miroir.types.diagnosis import (
    Analysis,
    Cause,
    CompanyView,
    Diagnostic,
    Finding,
    Responsible,
    Scope,
    Status,
)
from miroir.types.source import ReceivedFile, Refusal

from tests.written import Lines, as_bytes, declaration, envelope, plain

CAUSE = Cause(
    id="ESSAI",
    label="Essai",
    explanation="Essai.",
    responsible=Responsible.CLIENT,
    would_refute="Rien.",
    remedy="Rien.",
)
PROVIDER = Provider(name="acme", distribution="miroir-acme", version="1.0")


def month(name: str, **options: str) -> Lines:
    one = plain(name, "2000.00", "2000.00", ("200.40", "0.00"))
    return declaration(name, one, **options)  # type: ignore[arg-type]


def run(
    *declarations: Lines,
    examine: Callable[[CompanyView], Sequence[Finding]] | None = None,
) -> Analysis:
    diagnostics = []
    if examine is not None:
        made = Diagnostic(name="essai", causes=(CAUSE,), examine=examine)
        diagnostics.append(Provided(made, PROVIDER))
    file = ReceivedFile.of("a.dsn", as_bytes(envelope(*declarations)))
    return analyse([file], Knowledge(diagnostics=diagnostics))


def test_companies_come_by_siren() -> None:
    found = run(month("2026-01", siren="999000292"), month("2026-01"), month("2026-02"))
    assert [company.view.siren for company in found.companies] == [
        "999000243",
        "999000292",
    ]
    assert [len(company.view.versions) for company in found.companies] == [2, 1]


def test_a_missing_month_is_named() -> None:
    (company,) = run(month("2026-01"), month("2026-04")).companies
    assert [(siret, str(m)) for siret, m in company.view.missing] == [
        ("99900024300017", "2026-02"),
        ("99900024300017", "2026-03"),
    ]


def test_a_refusal_passes_through() -> None:
    refusal = Refusal(file="x", line=0, code="FILE_UNREADABLE", reason="non")
    found = analyse([refusal], Knowledge(diagnostics=[]))
    assert found.refusals == (refusal,)
    assert (found.companies, found.files_read) == ((), 0)


def test_a_rejected_declaration_is_listed_with_its_company() -> None:
    broken = [line.replace("'2000.00'", "'2000'") for line in month("2026-01")]
    (company,) = run(broken).companies
    (version,) = company.view.versions
    assert version.status.value == "rejected"
    assert company.view.mirror == ()


def finding(cause: str) -> Finding:
    return Finding(
        cause=cause, scope=Scope.COMPANY, status=Status.HYPOTHESIS, periods=()
    )


def test_a_diagnostic_of_a_plugin_is_ranked_with_the_others() -> None:
    (company,) = run(month("2026-01"), examine=lambda _: [finding("ESSAI")]).companies
    assert [each.cause.id for each in company.diagnoses] == ["ESSAI"]
    assert company.failures == ()


def broken(_: CompanyView) -> Sequence[Finding]:
    raise ZeroDivisionError("1 / 0")


def leaving(_: CompanyView) -> Sequence[Finding]:
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("examine", "said"),
    [
        (broken, "ZeroDivisionError"),
        (leaving, "stopped the program"),
        (lambda _: [finding("AUTRE")], "AUTRE"),
    ],
)
def test_a_plugin_that_fails_is_named_and_the_rest_goes_on(
    examine: Callable[[CompanyView], Sequence[Finding]], said: str
) -> None:
    (company,) = run(month("2026-01"), examine=examine).companies
    (failure,) = company.failures
    assert "acme" in failure
    assert "miroir-acme 1.0" in failure
    assert said in failure
    assert len(company.view.mirror) == 1


def test_what_a_diagnostic_may_ask_of_a_company() -> None:
    seen: list[CompanyView] = []

    def look(view: CompanyView) -> Sequence[Finding]:
        seen.append(view)
        return []

    run(month("2026-01"), examine=look)
    assert len(seen[0].current) == 1
    assert seen[0].gaps == ()
    assert not seen[0].adhesions_given


def test_the_result_does_not_depend_on_the_order_of_files() -> None:
    files = [
        ReceivedFile.of(name, as_bytes(envelope(month(name))))
        for name in ("2026-01", "2026-02", "2026-03")
    ]
    knowledge = Knowledge(diagnostics=[])
    one = analyse(files, knowledge).companies[0].view.mirror
    other = analyse(files[::-1], knowledge).companies[0].view.mirror
    assert [line.calculation for line in one] == [line.calculation for line in other]


def test_a_substitution_takes_the_place_of_the_month() -> None:
    wrong = plain("2026-01", "2000.00", "2000.00", ("100.00", "0.00"))
    right = plain("2026-01", "2000.00", "2000.00", ("200.40", "0.00"))
    (company,) = run(
        declaration("2026-01", wrong), declaration("2026-01", right, nature="09")
    ).companies
    (line,) = company.view.mirror
    assert line.gap.total == 0
    assert [payment.expected for payment in company.view.payments] == [10000]


def test_a_month_beyond_the_parameters_is_refused_clearly() -> None:
    found = run(month("2027-01"))
    (refusal,) = found.refusals
    assert refusal.code == "BEYOND_HORIZON"
    assert "2027-01" in refusal.reason
    assert refusal.line > 0
    (line,) = found.companies[0].view.mirror
    assert not line.computed
