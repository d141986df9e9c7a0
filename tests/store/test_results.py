from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from miroir.errors import NothingFound, StoreError
from miroir.privacy import Keys, TamperedData
from miroir.store import GapKey, Store
from miroir.types.calculation import Amounts, Basis
from miroir.types.diagnosis import Responsible, Scope, Status
from miroir.types.identity import PersonNumber
from sqlalchemy import create_engine, text

from tests.store.samples import (
    CORSICAN,
    MARCH,
    NIR,
    NOW,
    NTT,
    OTHER,
    SIREN,
    SIRET,
    analysis,
    diagnosis,
    line,
    payment,
)


def test_a_run_comes_back_under_pseudonyms(store: Store, keys: Keys) -> None:
    exact = line(OTHER, gap=5)
    with store.write() as tables:
        run = tables.results.save_run(
            analysis(
                line(),
                exact,
                payments=(payment(), payment(accepted="euros entiers")),
                diagnoses=(diagnosis(),),
                failures=("le diagnostic x a échoué",),
            ),
            "sync",
            NOW,
        )
    with store.read() as tables:
        found = tables.results.last_run(SIREN)
    assert found is not None
    assert (found.id, found.at, found.trigger) == (run, NOW, "sync")
    assert found.failures == ("le diagnostic x a échoué",)
    name = keys.pseudonym(NIR)
    ((key, gap),) = found.gaps.items()
    assert key == GapKey(SIRET, name, "00001", MARCH)
    assert (gap.amount, gap.basis) == (-1750, Basis.CUMULATED)
    assert gap.declared - gap.due == Amounts(c131=-1750)
    assert [item.amount for item in found.payments] == [-50, -50]
    assert found.payments[1].accepted == "euros entiers"


def test_a_diagnosis_comes_back_as_it_was_said(store: Store, keys: Keys) -> None:
    with store.write() as tables:
        second = diagnosis(2, "AUTRE", persons=(NTT, CORSICAN))
        tables.results.save_run(
            analysis(line(), diagnoses=(diagnosis(), second)), "sync", NOW
        )
        found = tables.results.last_run(SIREN)
    assert found is not None
    first, other = found.diagnoses
    assert (first.rank, first.cause, first.amount) == (1, "CET_ABSENTE", -1750)
    assert first.explained == Decimal("0.998")
    assert (first.scope, first.status) == (Scope.EMPLOYEES, Status.ESTABLISHED)
    assert first.responsible is Responsible.CLIENT
    assert first.label == "Cause CET_ABSENTE"
    assert first.periods == (MARCH,)
    assert dict(first.remedy) == {"action": "régulariser"}
    assert other.employees == (keys.pseudonym(NTT), keys.pseudonym(CORSICAN))


def test_older_runs_are_kept(store: Store) -> None:
    with store.write() as tables:
        assert tables.results.last_run(SIREN) is None
        save = tables.results.save_run
        first = save(analysis(line()), "sync", NOW)
        second = save(analysis(), "reprocess", NOW + timedelta(days=1))
        save(analysis(siren="552100554"), "sync", NOW)
    with store.read() as tables:
        history = tables.results.history(SIREN)
        latest = tables.results.last_run(SIREN)
        before = tables.results.last_run(SIREN, before=second)
    assert [item.id for item in history] == [second, first]
    assert latest is not None and before is not None
    assert (latest.id, len(latest.gaps)) == (second, 0)
    assert (before.id, len(before.gaps)) == (first, 1)
    assert latest.inputs_hash == before.inputs_hash


def test_two_lines_of_one_contract_number_are_added(store: Store) -> None:
    with store.write() as tables:
        twice = analysis(line(gap=-1000), line(gap=-750))
        tables.results.save_run(twice, "sync", NOW)
        found = tables.results.last_run(SIREN)
    assert found is not None
    assert [gap.amount for gap in found.gaps.values()] == [-1750]


def test_many_employees(store: Store) -> None:
    lines = [line(PersonNumber(f"1850578{n:06}")) for n in range(1500)]
    with store.write() as tables:
        for _ in range(2):
            tables.results.save_run(analysis(*lines), "sync", NOW)
        found = tables.results.last_run(SIREN)
    assert found is not None
    assert len(found.gaps) == 1500


def test_only_those_a_result_names_are_stored(store: Store, keys: Keys) -> None:
    with store.write() as tables:
        tables.results.save_run(analysis(line(), line(OTHER, gap=0)), "sync", NOW)
    with store.read() as tables:
        employees = tables.employees
        assert employees.find(NIR) == keys.pseudonym(NIR)
        assert employees.find(OTHER) is None
        assert employees.reveal(keys.pseudonym(NIR)) == NIR
        with pytest.raises(NothingFound, match="e-unknown"):
            employees.reveal("e-unknown")


def test_a_ciphertext_moved_to_another_employee_is_refused(
    store: Store, url: str, keys: Keys
) -> None:
    with store.write() as tables:
        names = tables.employees.remember([NIR, OTHER])
    address = url.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE employee SET nir_ct = (SELECT nir_ct FROM employee"
                " WHERE pseudonym = :other) WHERE pseudonym = :mine"
            ),
            {"other": names[OTHER], "mine": names[NIR]},
        )
    engine.dispose()
    with store.read() as tables, pytest.raises(TamperedData) as caught:
        tables.employees.reveal(names[NIR])
    assert OTHER.reveal() not in str(caught.value)


def test_a_retired_key_still_decrypts_and_is_left_behind(
    url: str, store: Store, keys: Keys
) -> None:
    with store.write() as tables:
        names = tables.employees.remember([NIR, OTHER])
    fresh = Keys.generate()
    both = Keys(
        pseudonym_id=keys.pseudonym_id,
        pseudonym_key=keys.pseudonym_key,
        nir_id=fresh.nir_id,
        nir_keys={**keys.nir_keys, **fresh.nir_keys},
    )
    with Store.open(url, both) as rotated:
        with rotated.read() as tables:
            assert tables.employees.reveal(names[NIR]) == NIR
        with rotated.write() as tables:
            tables.employees.remember([NIR])
    only_new = Keys(
        pseudonym_id=keys.pseudonym_id,
        pseudonym_key=keys.pseudonym_key,
        nir_id=fresh.nir_id,
        nir_keys=fresh.nir_keys,
    )
    with Store.open(url, only_new) as last, last.read() as tables:
        assert tables.employees.reveal(names[NIR]) == NIR
        with pytest.raises(TamperedData, match=keys.nir_id):
            tables.employees.reveal(names[OTHER])


def test_two_diagnoses_of_one_rank_leave_nothing_behind(store: Store) -> None:
    twice = analysis(line(), diagnoses=(diagnosis(), diagnosis()))
    with pytest.raises(StoreError, match="diagnosis"), store.write() as tables:
        tables.results.save_run(twice, "sync", NOW)
    with store.read() as tables:
        assert tables.results.last_run(SIREN) is None
        assert tables.employees.find(NIR) is None
