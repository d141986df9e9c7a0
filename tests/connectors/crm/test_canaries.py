"""200 NIRs and every secret through every connector: none comes out anywhere."""

from __future__ import annotations

import logging
import random
import traceback
from dataclasses import replace

import pytest
from miroir import DestinationError, Intent
from miroir.testing.counterpart import Fault
from miroir_connectors.testing.doubles.crm import SECRET

from tests.connectors.crm.conftest import Doubles
from tests.connectors.crm.crms import CONTACT, KINDS, MAIL, Kind

EACH = 20
FAULTS = (None, Fault.RESET, Fault.STATUS, Fault.LOGIN_PAGE, Fault.REFUSED)


def nirs(seed: str) -> list[str]:
    draw = random.Random(seed)
    return [
        f"{draw.choice('12')}{draw.randrange(100):02}{draw.randrange(1, 13):02}"
        f"{draw.randrange(1, 96):02}{draw.randrange(1000):03}{draw.randrange(1000):03}"
        for _ in range(EACH)
    ]


def spelt(nir: str, number: int) -> str:
    """In one block, or in its groups, as people write it."""
    groups = (nir[0], nir[1:3], nir[3:5], nir[5:7], nir[7:10], nir[10:])
    return (nir, " ".join(groups), "\u00a0".join(groups))[number % 3]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_canary_comes_out(
    kind: Kind, doubles: Doubles, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    double = doubles(kind)
    said, left = [repr(kind.connector(double))], []
    canaries = [spelt(one, number) for number, one in enumerate(nirs(kind.name))]
    for number, canary in enumerate(canaries):
        fault = FAULTS[number % len(FAULTS)]
        if fault is None:
            double.disarm()
        else:
            double.arm(fault, after=number % 4, body=canary)
        contact = replace(
            CONTACT,
            subject=f"Absence de {canary}",
            note=f"Le salarié {canary} n’est pas déclaré.",
            adviser=f"A. Conseiller {canary}",
            mail=replace(MAIL, subject=canary, text=f"Bonjour {canary}"),
        )
        intent = Intent(
            key=random.Random(canary).randbytes(32).hex(), siren=CONTACT.siren
        )
        try:
            said.append(repr(kind.connector(double).send(contact, intent)))
        except DestinationError as error:
            shown = traceback.TracebackException.from_exception(error).format()
            said += [line for line in shown if not line.startswith("  File")]
        left += [str(double.calls()), str(double.records())]
    shown_here = "\n".join(said) + caplog.text
    for canary in canaries:
        assert canary not in shown_here + "\n".join(left)
    assert SECRET not in shown_here
    assert "DEBUG" in caplog.text
