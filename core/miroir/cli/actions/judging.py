"""By which class each destination is acted upon."""

from __future__ import annotations

from pathlib import Path

import click

from miroir.cli.dossiers.desk import acting, tell
from miroir.cli.listing import FORMAT, print_json, print_table
from miroir.cli.state import config_option, current_settings


@click.command()
@config_option
@FORMAT
def classes(format: str) -> None:
    """List destinations: the class that each declares, the one acted upon."""
    from miroir.operations.outbox.classes import terms_by_name, terms_of
    from miroir.operations.workplace import opened

    with opened(current_settings(), collecting=False) as workplace:
        acted = terms_by_name(workplace)
        with workplace.store.read() as tables:
            verdicts = tables.verdicts.all()
        rows = []
        for name, configured in sorted(workplace.destinations.items()):
            verdict = verdicts.get(name)
            rows.append(
                {
                    "destination": name,
                    "connector": configured.connector,
                    "declares": terms_of(configured).promise.delivery.value,
                    "acted_as": acted[name].promise.delivery.value,
                    "judged": f"{verdict.recorded_at:%Y-%m-%d}" if verdict else "",
                    "reason": verdict.reason if verdict else "",
                }
            )
    if format == "json":
        print_json(rows)
    elif rows:
        print_table(list(rows[0]), [list(row.values()) for row in rows])


@click.command()
@click.argument("destination")
@click.argument("verdict", type=click.Path(path_type=Path, dir_okay=False))
@acting
def judged(destination: str, verdict: Path, actor: str) -> None:
    """Keep what the trials of a destination came to.

    VERDICT is the file that `miroir.testing.delivery` writes. A destination that
    did not keep its class is acted upon as D, from the next start of a worker:
    after a lost answer a person is asked.
    """
    from pydantic import TypeAdapter, ValidationError

    from miroir.operations.outbox.classes import FORMAT, JudgedClass, record
    from miroir.operations.workplace import opened

    try:
        read = TypeAdapter(JudgedClass).validate_json(verdict.read_bytes())
    except OSError as error:
        raise click.UsageError(
            f"{verdict}: cannot be read ({error.strerror})"
        ) from None
    except ValidationError:
        raise click.UsageError(f"{verdict}: not a verdict ({FORMAT})") from None
    if read.format != FORMAT:
        raise click.UsageError(f"{verdict}: not a verdict ({FORMAT})")
    with (
        opened(current_settings(), collecting=False) as workplace,
        workplace.store.write() as tables,
    ):
        record(workplace, tables, destination, read, actor)
    if read.delivery is read.declared:
        tell(f"{destination} : classe {read.declared.value} tenue.")
    else:
        tell(
            f"{destination} : classe {read.declared.value} non tenue, "
            "traitée comme D : toute réponse perdue ira à une personne."
        )
