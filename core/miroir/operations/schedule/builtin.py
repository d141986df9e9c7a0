"""The work of Miroir's own jobs. Each may be cut short and run again."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from miroir.errors import MiroirError, SourceError, StoreError
from miroir.operations.adhesion.renewing import renew
from miroir.operations.dossiers.commitments import measure_due
from miroir.operations.outbox.pressure import too_much
from miroir.operations.reprocess import reprocess
from miroir.operations.sync import collect
from miroir.operations.workplace import Workplace
from miroir.schedule.dues import retry_after
from miroir.store.schedule.inputs import Waiting
from miroir.types.schedule import JobRun

TRIGGER = "schedule"
_AT_ONCE = 200
log = logging.getLogger(__name__)


class Stopped(Exception):
    """The scheduler is stopping; what is left is for the next run."""


def sync(workplace: Workplace, name: str, run: JobRun) -> str:
    """Collect a source; one that is held is said, one that fails raises."""

    def go_on(_: str) -> None:
        if run.stopping():
            raise Stopped

    if reason := too_much(workplace):
        log.warning("%s: not collected, %s", name, reason)
        return f"not collected: {reason}"
    report = collect(workplace, workplace.sources[name], say=go_on)
    for refusal in report.refusals:
        log.warning("%s: %s:%d: %s", name, refusal.file, refusal.line, refusal.code)
    if report.held:
        log.error("%s: %s", name, report.error)
        return report.error
    if report.error:
        raise SourceError(report.error)
    return (
        f"{report.given} files given, {report.new} new, {len(report.sirens)} companies,"
        f" {len(report.refusals)} refusals"
    )


def diagnose(workplace: Workplace, run: JobRun) -> str:
    """Diagnose every company with something new; one that fails is set aside.

    Then measure the commitments that came due: one that is not kept brings no
    declaration.
    """
    done = failed = 0
    while found := _waiting(workplace):
        for company in found:
            if run.stopping():
                raise Stopped
            if _diagnose(workplace, company):
                done += 1
            else:
                failed += 1
    said = f"{done} companies diagnosed"
    if failed:
        said += f", {failed} failed and will be tried again"
    measured = measure_due(workplace)
    return f"{said}, {measured} commitments measured" if measured else said


def adhesion(workplace: Workplace, run: JobRun) -> str:
    """End plans of adhesions that waited too long; propose the void ones again."""
    said = []
    for line in renew(workplace):
        if run.stopping():
            raise Stopped
        log.info(line)
        said.append(line)
    return f"{len(said)} plans to propose again" if said else "nothing to do"


def _waiting(workplace: Workplace) -> tuple[Waiting, ...]:
    with workplace.store.read() as tables:
        return tables.inputs.waiting(datetime.now(UTC), _AT_ONCE)


def _diagnose(workplace: Workplace, company: Waiting) -> bool:
    try:
        reprocess(workplace, company.siren, collecting=False, trigger=TRIGGER)
    except StoreError:
        raise
    except MiroirError as error:
        reason = str(error)
        log.warning("%s could not be diagnosed: %s", company.siren, reason)
    except Exception as error:
        # A defect met with one company is told, and the others go on.
        reason = repr(error)
        log.exception("%s could not be diagnosed", company.siren)
    else:
        return True
    _set_aside(workplace, company, reason)
    return False


def _set_aside(workplace: Workplace, company: Waiting, reason: str) -> None:
    retry_at = datetime.now(UTC) + retry_after(company.failures + 1)
    with workplace.store.write() as tables:
        tables.inputs.failed(company.siren, reason, retry_at)


def purge(workplace: Workplace, run: JobRun) -> str:
    """Forget what was handed over or cancelled long ago."""
    days = workplace.settings.schedule.keep_days
    with workplace.store.write() as tables:
        gone = tables.dues.purge(datetime.now(UTC) - timedelta(days=days))
    return f"{gone} rows that ended more than {days} days ago forgotten"


def anchor(workplace: Workplace, run: JobRun) -> str:
    """Anchor the new results, and write every anchor that the file lacks."""
    with workplace.store.write() as tables:
        new = tables.anchors.add(datetime.now(UTC))
        lines = [str(each) for each in tables.anchors.all()]
    written = _append(workplace.settings.schedule.anchors, lines)
    if new is None:
        return "no new result" if not written else f"{written} anchors written"
    log.info("anchor %s", new)
    return f"{new.runs} new results anchored under number {new.seq}"


def _append(path: Path, lines: list[str]) -> int:
    """Add the lines that are not there: a crash may have come before the file."""
    known = set(path.read_text("ascii").splitlines()) if path.exists() else set()
    missing = [line for line in lines if line not in known]
    if missing:
        with path.open("a", encoding="ascii") as file:
            # A line cut by a crash is ended, and written again whole.
            if known and not path.read_bytes().endswith(b"\n"):
                file.write("\n")
            file.writelines(f"{line}\n" for line in missing)
            file.flush()
            os.fsync(file.fileno())
    return len(missing)
