"""DSN written by hand, line by line, for tests of one point at a time.

`testing.payroll` simulates whole payrolls; here every figure is the test's.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence

from miroir.declaration.reader import DsnReading, read_dsn
from miroir.types.source import ReceivedFile

SIREN = "999000243"
NIC = "00017"
SIRET = SIREN + NIC
INSTITUTION = "30558637200321"
NIR = "1990199999901"
OTHER_NIR = "2990199999902"

Lines = list[str]


def lines(block: str, **values: str) -> Lines:
    """`lines("S21.G00.81", n001="131", n004="85.99")`."""
    return [f"{block}.{key[1:]},'{value}'" for key, value in values.items()]


def day(month: str, number: int | None = None) -> str:
    """JJMMAAAA of a month «2026-03»; its last day by default."""
    year, rank = int(month[:4]), int(month[5:])
    last = monthrange(year, rank)[1]
    return f"{number or last:02d}{rank:02d}{year:04d}"


def contribution(code: str, amount: str | None, base: str | None = None) -> Lines:
    values = {"n001": code}
    if base is not None:
        values["n003"] = base
    if amount is not None:
        values["n004"] = amount
    return lines("S21.G00.81", **values)


def base(
    code: str,
    amount: str,
    month: str,
    *contributions: Lines,
    contract: str | None = None,
    first: int = 1,
    last: int | None = None,
    components: Sequence[tuple[str, str]] = (),
) -> Lines:
    values = {
        "n001": code,
        "n002": day(month, first),
        "n003": day(month, last),
        "n004": amount,
    }
    if contract is not None:
        values["n006"] = contract
    written = lines("S21.G00.78", **values)
    for kind, worth in components:
        written += lines("S21.G00.79", n001=kind, n004=worth)
    return written + [line for each in contributions for line in each]


def contract(
    start: str = "01012020",
    *,
    status: str = "04",
    number: str = "00001",
    changes: Sequence[dict[str, str]] = (),
    end: str | None = None,
    schemes: Sequence[str] = ("RUAA",),
    **more: str,
) -> Lines:
    values = {
        "n001": start,
        "n002": "04" if status == "01" else "06",
        "n003": status,
        "n007": "01",
        "n008": "99",
        "n009": number,
        "n011": "10",
        "n012": "151.67",
        "n013": "151.67",
        "n014": "10",
        **more,
    }
    written = lines("S21.G00.40", **dict(sorted(values.items())))
    for change in changes:
        written += lines("S21.G00.41", **dict(sorted(change.items())))
    if end is not None:
        written += lines("S21.G00.62", n001=end, n002="031")
    for scheme in schemes:
        written += lines("S21.G00.71", n002=scheme)
    return written


def pay(
    month: str,
    gross: str,
    *,
    number: str = "00001",
    days: str | None = None,
    kind: str = "001",
    hours: str | None = None,
) -> Lines:
    values = {
        "n001": day(month, 1),
        "n002": day(month),
        "n010": number,
        "n011": kind,
        "n013": gross,
    }
    if hours is not None:
        values["n012"] = hours
    written = lines("S21.G00.51", **dict(sorted(values.items())))
    if days is not None:
        written += lines("S21.G00.53", n001="01", n002=days, n003="40")
    return written


def employee(
    contracts: Iterable[Lines],
    month: str,
    pays: Iterable[Lines],
    bases: Iterable[Lines],
    *,
    nir: str | None = NIR,
    ntt: str | None = None,
    name: str = "EXEMPLE",
) -> Lines:
    values = {"n002": name, "n004": "CAMILLE", "n006": "01011999"}
    if nir is not None:
        values["n001"] = nir
    if ntt is not None:
        values["n020"] = ntt
    written = lines("S21.G00.30", **dict(sorted(values.items())))
    for each in contracts:
        written += each
    written += lines("S21.G00.50", n001=day(month), n002="0.00", n004="0.00")
    for each in (*pays, *bases):
        written += each
    return written


def plain(
    month: str,
    gross: str,
    capped: str,
    c131: tuple[str, str],
    c132: str | None = None,
    **more: object,
) -> Lines:
    """A full month: bases 02 and 03, 131 under each, 132 under 03."""
    under_03 = [contribution("131", c131[1])]
    if c132 is not None:
        under_03.append(contribution("132", c132))
    made = contract(status="01" if c132 is not None else "04", **more)  # type: ignore[arg-type]
    days = f"{monthrange(int(month[:4]), int(month[5:]))[1]}.00"
    return employee(
        [made],
        month,
        [pay(month, gross, days=days)],
        [
            base("02", capped, month, contribution("131", c131[0])),
            base("03", gross, month, *under_03),
        ],
    )


def payment(month: str, amount: str, institution: str = INSTITUTION) -> Lines:
    return lines(
        "S21.G00.20",
        n001=institution,
        n005=amount,
        n006=day(month, 1),
        n007=day(month),
        n010="05",
    )


def declaration(
    month: str,
    *employees: Lines,
    payments: Iterable[Lines] = (),
    nature: str = "01",
    kind: str = "01",
    fraction: str = "11",
    order: str = "1",
    siren: str = SIREN,
    nic: str = NIC,
) -> Lines:
    written = lines(
        "S20.G00.05",
        n001=nature,
        n002=kind,
        n003=fraction,
        n004=order,
        n005=day(month, 1),
        n007=day(month),
        n010="01",
    )
    written += lines("S21.G00.06", n001=siren)
    written += lines("S21.G00.11", n001=nic)
    for each in (*payments, *employees):
        written += each
    return written


def envelope(
    *declarations: Lines,
    norm: str = "P26V01",
    test: str = "02",
    extra: Sequence[str] = (),
) -> Lines:
    written = lines(
        "S10.G00.00", n001="PAIE", n002="EDITEUR", n005=test, n006=norm, n008="01"
    )
    written += lines("S10.G00.01", n001=SIREN, n002=NIC, n003="CABINET") + list(extra)
    for each in declarations:
        written += each
    total = str(len(written) + 2)
    return written + lines("S90.G00.90", n001=total, n002=str(len(declarations)))


def as_bytes(written: Lines, end: str = "\n", encoding: str = "iso-8859-1") -> bytes:
    return (end.join(written) + end).encode(encoding)


def read(*envelopes: Lines, name: str = "exemple.dsn") -> DsnReading:
    written = [line for each in envelopes for line in each]
    return read_dsn(ReceivedFile.of(name, as_bytes(written)))
