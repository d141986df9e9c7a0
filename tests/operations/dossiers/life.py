"""A scripted year of 200 companies: campaign, baskets, calls, promises, later DSN.

python -m tests.operations.dossiers.life prints its journal; with --write it
writes docs/dossiers.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from miroir.cli.dossiers.page import page
from miroir.config.loading import load_settings
from miroir.dossier.forms import Direction
from miroir.dossier.memory import LegitimateGap, MemoryScope
from miroir.dossier.model import Dossier
from miroir.dossier.states import (
    OUTCOMES,
    STATES,
    GapState,
    Outcome,
    QuestionState,
)
from miroir.operations.dossiers import acts, calls, commitments, decisions
from miroir.operations.dossiers.desk import Desk
from miroir.operations.dossiers.views import view_of
from miroir.operations.reprocess import follow_new
from miroir.operations.sync import collect
from miroir.operations.workplace import Workplace, opened
from miroir.privacy import create_key_file
from miroir.store import Tables, upgrade
from miroir.synthesis.french import count
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

from tests.operations.dossiers.companies import LivingCompany, living

CONFIGURATION = """
[store]
url = "{url}"

[sources.depot]
connector = "dsn-folder"
folder = "depot"
stable_seconds = 0

[sources.campagne]
connector = "campaign-file"
path = "campagne.csv"

# The second campaign is smaller than the first, and that is right.
[schedule.sources.campagne]
shrink_percent = 100

[sources.corbeilles]
connector = "task-file"
path = "corbeilles.csv"

[sources.rappels]
connector = "task-file"
path = "rappels.csv"
channel = "callback"

[dossiers.advisers.alix]
[dossiers.advisers.marie]
skills = ["CEG_ABSENTE"]
[dossiers.advisers.noe]
most = 30
[dossiers.advisers.sam]

[campaigns."Fiabilisation 2026"]
exercice = 2026
opens_on = 2026-04-07
closes_on = 2026-09-30
steps = {{ "relance par courrier" = 2026-06-22 }}

[campaigns."Fiabilisation 2026, second tour"]
exercice = 2026
opens_on = 2026-11-02
"""
PAGES = Path(__file__).parents[3] / "docs" / "dossiers"
FIRST, SECOND = "Fiabilisation 2026", "Fiabilisation 2026, second tour"
DUE, LATER = date(2026, 6, 15), date(2026, 7, 15)
PLANS = ("kept", "late", "partly", "never", "legitimate", "urssaf", "asks")
"""What each company does; see `plan_of`."""


def plan_of(number: int) -> str:
    """40 % keep their word, the others do each of the other things."""
    return ("kept", *PLANS, "kept", "kept")[number % 10]


@dataclass(slots=True)
class Life:
    """A workplace whose clock is moved by hand, and what happened in it."""

    place: Workplace
    folder: Path
    now: Callable[[datetime], None]
    companies: Sequence[LivingCompany]
    journal: list[str] = field(default_factory=list)
    signals: Counter[str] = field(default_factory=Counter)
    reminded: Counter[str] = field(default_factory=Counter)
    looks: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: dict[str, set[int]] = field(default_factory=dict)

    def having(self, *plans: str) -> list[LivingCompany]:
        return [
            company
            for number, company in enumerate(self.companies)
            if plan_of(number) in plans
        ]

    def on(self, day: date, hour: int = 10) -> None:
        """Move the clock; every day on the way has its reminders and measures."""
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        last = self.place.clock()
        while (last := last + timedelta(days=1)) < moment:
            self.now(last)
            self._daily()
        self.now(moment)

    def _daily(self) -> None:
        measured = commitments.measure_due(self.place)
        if measured:
            self.say(count(measured, "engagement manqué", "engagements manqués"))
        with self.place.store.read() as tables:
            due = tables.reminders.to_come(until=self.place.clock())
        if not due:
            return
        with self.place.store.write() as tables:
            for reminder in due:
                assert tables.reminders.done(reminder.occurrence_key)
                self.reminded[reminder.occurrence_key] += 1
        self.say(count(len(due), "rappel échu", "rappels échus"))

    def say(self, text: str) -> None:
        self.journal.append(f"{self.place.clock():%Y-%m-%d}  {text}")

    def deliver(
        self, company: LivingCompany, *months: int, filed: date, right: bool = False
    ) -> None:
        """Files of some months reach the drop; `right`: they are corrected."""
        files = company.files(*months, filed=filed, right=right)
        for name, content in files.items():
            (self.folder / "depot" / name).write_bytes(content)
        known = self.wrong.setdefault(company.siren, set())
        self.wrong[company.siren] = known - {*months} if right else known | {*months}

    def sync(self, *sources: str) -> None:
        """One collection, then what is new is compared with the dossiers."""
        declared, new = set[str](), 0
        for name in sources:
            report = collect(self.place, self.place.sources[name])
            assert not report.error and not report.refusals, report
            declared |= report.sirens
            new += report.new
        done = follow_new(self.place)
        changed = sum(bool(each.dossier) for each in done)
        self.say(
            f"collecte ({', '.join(sources)}) : {count(new, 'fichier')} en plus,"
            f" {count(len(declared), 'entreprise')} aux DSN nouvelles,"
            f" {count(len(done), 'analyse')},"
            f" {count(changed, 'dossier modifié', 'dossiers modifiés')}"
        )

    @contextmanager
    def desk(self, actor: str) -> Iterator[Desk]:
        with self.place.store.write() as tables:
            now, rules = self.place.clock(), self.place.rules
            yield Desk(tables=tables, actor=actor, now=now, rules=rules)

    def adviser_of(self, siren: str) -> str:
        with self.place.store.read() as tables:
            return tables.cases.get(siren).adviser

    def look(self, title: str) -> None:
        """The states of the dossiers, told in the journal and remembered."""
        with self.place.store.read() as tables:
            lines = tables.worklists.lines(closed=True)
        found = Counter(_state(line.dossier) for line in lines)
        gaps = sum(line.gaps for line in lines)
        states = [f"{each} : {number}" for each, number in sorted(found.items())]
        said = [count(len(lines), "dossier"), *states]
        said.append(count(gaps, "écart ouvert", "écarts ouverts"))
        self.say(f"{title} : {' ; '.join(said)}")
        self.looks[title] = found
        with self.place.store.read() as tables:
            for company in self.companies:
                self._compare(tables, company)

    def _compare(self, tables: Tables, company: LivingCompany) -> None:
        """What is followed is what the simulator knows is wrong.

        Two right ways of rounding differ by up to 3 cents.
        """
        dossier = tables.cases.find(company.siren)
        if dossier is None:
            return
        found = {
            (gap.ref.subject, str(gap.ref.period)): gap.amount
            for gap in tables.cases.gaps_of(dossier.id)
            if gap.state is not GapState.CORRECTED
        }
        name_of = self.place.keys.pseudonym
        true = {
            (name_of(PersonNumber(number)), period): cents
            for (number, period), cents in company.gaps(
                *self.wrong[company.siren]
            ).items()
        }
        assert found.keys() == true.keys(), company.name
        assert all(abs(found[key] - true[key]) <= 3 for key in true), company.name


def _state(dossier: Dossier) -> str:
    if dossier.outcome is not None:
        return f"clos ({OUTCOMES[dossier.outcome]})"
    return STATES[dossier.state]


@contextmanager
def new_life(folder: Path, url: str, count: int = 200) -> Iterator[Life]:
    """A workplace that starts on the first of March 2026."""
    (folder / "depot").mkdir()
    config = folder / "miroir.toml"
    config.write_text(CONFIGURATION.format(url=url))
    settings = load_settings(config)
    create_key_file(settings.keys.file)
    upgrade(settings.store.url)
    clock = [datetime(2026, 3, 1, 10, tzinfo=UTC)]

    def now(moment: datetime) -> None:
        clock[0] = moment

    companies = [
        living(number, wrong=plan_of(number) != "asks") for number in range(count)
    ]
    with opened(settings, lambda: clock[0]) as place:
        yield Life(place=place, folder=folder, now=now, companies=companies)


def live(life: Life) -> None:
    """The whole year."""
    _first_declarations(life)
    _first_campaign(life)
    _calls(life)
    _corrections(life)
    _summer(life)
    _autumn(life)
    _second_campaign(life)
    life.on(date(2026, 12, 31))
    life.look("fin")


def _first_declarations(life: Life) -> None:
    life.on(date(2026, 3, 16))
    for company in life.companies:
        life.deliver(company, 1, 2, filed=date(2026, 3, 4))
    life.sync("depot")
    life.look("après les premières DSN")


def _first_campaign(life: Life) -> None:
    """Lines of the campaign, tasks for some of the same companies, a double line."""
    life.on(date(2026, 4, 7))
    wrong = life.having("kept", "late", "partly", "never", "legitimate", "urssaf")
    campaign(life, FIRST, [*wrong, *wrong[:5]])
    rows = [
        f"T-{rank};{company.siren};marie;écart à voir"
        for rank, company in enumerate(wrong[:20])
    ]
    tasks(life, "corbeilles.csv", rows)
    life.sync("campagne", "corbeilles")
    # The same files again, as a source gives them every night.
    life.sync("campagne", "corbeilles")
    life.on(date(2026, 4, 9))
    asking = life.having("asks")
    rows = [
        f"R-{rank};{company.siren};;comprendre la vision miroir"
        for rank, company in enumerate([*asking, *wrong[20:25]])
    ]
    tasks(life, "rappels.csv", rows)
    life.sync("rappels")
    life.look("après la campagne")


def campaign(life: Life, name: str, companies: Sequence[LivingCompany]) -> None:
    """A file that names companies, as the federation would."""
    lines = ["siren;periode;campagne"]
    for company in companies:
        lines.append(f"{company.siren};2026-02;{name}")
        life.signals[company.siren] += 1
    (life.folder / "campagne.csv").write_text("\n".join(lines) + "\n")


def tasks(life: Life, file: str, rows: Sequence[str]) -> None:
    text = "\n".join(["reference;siren;conseiller;objet", *rows]) + "\n"
    (life.folder / file).write_text(text)
    life.signals.update(row.split(";")[1] for row in rows)


def _calls(life: Life) -> None:
    """Every company is called, or calls; what is agreed is noted by the forms."""
    life.on(date(2026, 5, 4))
    for company in life.having("kept", "late", "partly", "never"):
        _outgoing(life, company)
    life.say("appels sortants : engagements pris pour le 15 juin")
    life.on(date(2026, 5, 5))
    for company in life.having("urssaf"):
        with life.desk(life.adviser_of(company.siren)) as desk:
            acts.handled_elsewhere(desk, company.siren, "urssaf", "CRM 124 en cours")
    for company in life.having("legitimate"):
        _remember(life, company)
    life.say("écarts reconnus légitimes, et dossiers suivis par l’Urssaf suspendus")
    life.on(date(2026, 5, 6))
    for company in life.having("asks"):
        _incoming(life, company)
    for company in life.companies:
        _answer_callbacks(life, company)
    life.say("appels entrants : réponses données")
    life.look("après les appels")


def _outgoing(life: Life, company: LivingCompany) -> None:
    adviser = life.adviser_of(company.siren)
    with life.desk(adviser) as desk:
        acts.claim(desk, company.siren)
        acts.move(desk, company.siren, "analyse")
        acts.move(desk, company.siren, "prepare")
        calls.record_call(
            desk,
            company.siren,
            Direction.OUTGOING,
            OUTGOING
            | {
                "confirmed": [company.cause],
                "committed_causes": [company.cause],
                "committed_on": DUE.isoformat(),
            },
        )
        acts.release(desk, company.siren)


OUTGOING: dict[str, object] = {
    "reached": True,
    "presented": True,
    "interlocutor": "Mme Durand",
    "role": "company",
    "right_person": True,
    "mandate": "employees",
    "mandate_how": "rappel au numéro du contrat",
    "call_reason": "écarts de cotisations de janvier et février",
    "can_act": "himself",
    "available": True,
    "level": "payroll",
    "exposed": "employees",
    "decision_reason": "le paramétrage de la paie a été relu ensemble",
    "resolution": "annuler et remplacer les deux mois",
    "all_answered": True,
    "proposed_on": DUE.isoformat(),
    "committed": True,
    "committed_what": "régulariser janvier et février",
    "summary": "Erreur de paramétrage reconnue, correction promise.",
}


def _incoming(life: Life, company: LivingCompany) -> None:
    with life.desk("sam") as desk:
        calls.record_call(
            desk,
            company.siren,
            Direction.INCOMING,
            {
                "presented": True,
                "interlocutor": "M. Petit",
                "role": "accountant",
                "mandate": "none",
                "request": "Où voir la vision miroir ?",
                "request_type": "tool",
                "understood": True,
                "exposed": "general",
                "answer_kind": "immediate",
                "answer": "Chemin indiqué dans l’espace client.",
                "summary": "Explication de l’outil.",
            },
        )
        life.signals[company.siren] += 1


def _answer_callbacks(life: Life, company: LivingCompany) -> None:
    """Answer what is still asked, then close what has nothing to correct."""
    with life.desk("sam") as desk:
        dossier = desk.tables.cases.find(company.siren)
        if dossier is None:
            return
        for question in desk.tables.promises.questions_of(dossier.id):
            if question.state is QuestionState.OPEN:
                decisions.answer(desk, company.siren, question.id, "Répondu par appel.")
        if company in life.having("asks"):
            acts.close(desk, company.siren, Outcome.NO_GAP)


def _remember(life: Life, company: LivingCompany) -> None:
    with life.desk(life.adviser_of(company.siren)) as desk:
        decisions.remember(
            desk,
            LegitimateGap(
                siren=company.siren,
                scope=MemoryScope.COMPANY,
                since=Month(2026, 1),
                justification="accord antérieur à 1993, produit par l’entreprise",
                decided_by=desk.actor,
                decided_on=desk.today,
                expires_on=date(2027, 12, 31),
            ),
        )


def _corrections(life: Life) -> None:
    """Kept in June, one month of two, nothing, or all of it a month too late."""
    life.on(date(2026, 6, 10))
    for company in life.having("kept"):
        life.deliver(company, 1, 2, filed=date(2026, 6, 8), right=True)
    for company in life.having("partly"):
        life.deliver(company, 1, filed=date(2026, 6, 8), right=True)
    life.sync("depot")
    life.look("après les corrections de juin")
    life.on(date(2026, 7, 10))
    life.look("après l’échéance")
    for company in life.having("late"):
        life.deliver(company, 1, 2, filed=date(2026, 7, 9), right=True)
    life.sync("depot")
    life.look("après les corrections tardives")


def _summer(life: Life) -> None:
    """Half of those who never correct are given up, with the reason."""
    life.on(date(2026, 8, 3))
    for company in life.having("never")[::2]:
        with life.desk(life.adviser_of(company.siren)) as desk:
            acts.close(desk, company.siren, Outcome.UNRESOLVED, "relances sans effet")
    life.look("après l’été")


def _autumn(life: Life) -> None:
    """Urssaf is done; legitimate gaps come back in March's DSN, and are known."""
    life.on(date(2026, 9, 15))
    for company in life.having("urssaf"):
        with life.desk(life.adviser_of(company.siren)) as desk:
            acts.take_back(desk, company.siren, "l’Urssaf a obtenu la correction")
        life.deliver(company, 1, 2, filed=date(2026, 9, 14), right=True)
    for company in life.having("legitimate"):
        life.deliver(company, 3, filed=date(2026, 9, 14))
    life.sync("depot")
    life.look("à l’automne")


def _second_campaign(life: Life) -> None:
    """The federation lists again everyone whose gaps are still there."""
    life.on(date(2026, 11, 2))
    campaign(life, SECOND, life.having("partly", "never", "legitimate"))
    life.sync("campagne")
    life.look("après la seconde campagne")


def written(life: Life) -> dict[str, str]:
    """The pages of docs/dossiers: the journal, and one company of each kind."""
    pages = {"year.txt": "\n".join(life.journal) + "\n"}
    for number, name in ((2, "late"), (3, "partly"), (5, "legitimate")):
        with life.place.store.read() as tables:
            now, rules = life.place.clock(), life.place.rules
            desk = Desk(tables=tables, actor="", now=now, rules=rules)
            shown = page(view_of(desk, life.companies[number].siren))
        pages[f"{name}.txt"] = f"{shown}\n"
    return pages


def main() -> None:
    """Live it on SQLite, print the journal; with --write, the pages too."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with new_life(folder, f"sqlite:///{folder / 'miroir.db'}") as life:
            live(life)
            pages = written(life)
    print(pages["year.txt"])  # noqa: T201
    if sys.argv[1:] == ["--write"]:
        for name, text in pages.items():
            (PAGES / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
