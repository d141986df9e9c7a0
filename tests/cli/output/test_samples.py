"""The employees to study, as programs, advisers and workbooks get them."""

from __future__ import annotations

from dataclasses import replace

from miroir.types.diagnosis import Analysis
from miroir.types.identity import PersonNumber
from miroir.types.sampling import Sample

from tests.cli.output.analyses import (
    NIRS,
    NTT,
    SIREN,
    SIRET,
    company,
    diagnosis,
    mirror_line,
    name_of,
    sample,
)
from tests.cli.output.test_json import read as read_json
from tests.cli.output.test_table import plain
from tests.cli.output.test_xlsx import read as read_xlsx
from tests.cli.output.test_xlsx import rows


def analysis(*samples: Sample) -> Analysis:
    one = company((mirror_line(NIRS[0]),), (diagnosis(),), samples=samples)
    return Analysis(companies=(one,), refusals=())


def names() -> tuple[str, str]:
    return name_of(PersonNumber(NIRS[0])), name_of(PersonNumber(NTT))


def test_programs_get_the_draw_what_it_covers_and_what_it_leaves() -> None:
    (company,) = read_json(analysis(sample()))["companies"]
    (found,) = company["samples"]
    first, second = names()
    assert found == {
        "siret": SIRET,
        "periods": ["2026-01", "2026-02"],
        "policy": "miroir",
        "seed": "0123456789abcdef",
        "size": {"all_below": 20, "largest": 5, "per_cause": 2, "random": 10},
        "employees": 43,
        "amount": "40.00",
        "studied": [
            {
                "employee": first,
                "amount": "25.00",
                "causes": ["CET_ABSENTE"],
                "drawn": "largest",
            },
            {"employee": second, "amount": "5.00", "causes": [], "drawn": "random"},
        ],
        "covered": "30.00",
        "left": {
            "employees": 41,
            "amount": "10.00",
            "without_established_cause": {
                "estimate": "1.23",
                "bound": "9.87",
                "confidence": "0.95",
            },
        },
    }


def test_what_is_not_estimated_is_null() -> None:
    alone = replace(sample(), doubtful_amount=None)
    (company,) = read_json(analysis(alone))["companies"]
    left = company["samples"][0]["left"]
    assert left["without_established_cause"]["estimate"] is None


def test_an_adviser_reads_whom_to_study_and_what_that_leaves() -> None:
    text = " ".join(plain(analysis(sample())).split())
    for said in (
        "À étudier, écarts en valeur absolue, en euros",
        f"Établissement {SIRET} : 2 salariés sur 43, 30,00 € sur 40,00 € (75 %).",
        "parmi les plus gros écarts CET_ABSENTE 25,00",
        "tiré au hasard aucune 5,00",
        "Hors de l’échantillon : 41 salariés, 10,00 € d’écarts.",
        "la part de ce reste sans cause établie est estimée à 1,23 € ; elle ne dépasse",
        "D’après 1 tirage au hasard",
        "ne dépasse pas 9,87 €, avec une confiance de 95 %.",
    ):
        assert said in text


def test_an_adviser_is_told_when_nothing_estimates_what_is_left() -> None:
    text = plain(analysis(replace(sample(), doubtful_amount=None)))
    assert "ce reste n’est pas estimé" in text


def test_where_all_are_studied_nothing_is_repeated() -> None:
    assert "À étudier" not in plain(analysis(sample(left=False)))


def test_a_long_sample_is_cut_aloud() -> None:
    one = sample()
    long = replace(one, studied=one.studied * 15, employees=43, amount=90_000)
    assert "… et 10 autres ; pour tout voir : --format json" in " ".join(
        plain(analysis(long)).split()
    )


def test_the_workbook_lists_them_and_prices_the_others() -> None:
    found = rows(read_xlsx(analysis(sample(), sample(left=False))), "À étudier")
    assert [(row["SIREN"], row["SIRET"]) for row in found] == [(SIREN, SIRET)] * 5
    assert [row["Écarts, en valeur absolue"] for row in found] == [25, 5, 10, 25, 5]
    assert found[0]["Retenu car"] == "parmi les plus gros écarts"
    assert found[2]["Salarié"] == "41 autres"
    assert "ne dépasse pas 9,87" in found[2]["Retenu car"]


def test_what_is_under_a_threshold_says_so_everywhere() -> None:
    under = ("0,40 €, sous le seuil de 1,00 €",)
    told = replace(diagnosis(), under=under)
    found = Analysis(
        companies=(company((mirror_line(NIRS[0]),), (told,)),), refusals=()
    )
    (one,) = read_json(found)["companies"]
    assert one["diagnoses"][0]["under_thresholds"] == list(under)
    assert "Seuils du GPS : 0,40 €, sous le seuil de 1,00 €" in " ".join(
        plain(found).split()
    )
    (row,) = rows(read_xlsx(found), "Diagnostics")
    assert row["Seuils du GPS"].startswith("0,40")
