"""Cases as they went: who came to which UPT when, how far he got, and every move with its day and its hand.

First the timetable up to the end of the measure (training, rehabilitation), before anybody has lived; then, with the
lives, what became of it: work found and lost, a home that held or did not, a death.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from kessos_case.cases.rules import Pathway, Stage, Verb, proposed_pathway
from kessos_case.cases.service import pathways
from kessos_case.core.months import Month, month_of
from kessos_case.demo.book import NOT_YET
from kessos_case.demo.ground import Ground, Office
from kessos_case.demo.people import ADULT, People, Person
from kessos_case.demo.process import POPULATION, REFERRING, SERVICE
from kessos_case.demo.staff import Staff
from kessos_case.employment.rules import PlacementKind

MEASURES = {
    Pathway.INDEPENDENCE: Stage.TRAINING,
    Pathway.REUNIFICATION: Stage.REHABILITATION,
    Pathway.LONG_TERM_CARE: Stage.CARE,
}
# How long a course lasts.
COURSE_DAYS = timedelta(days=83)
# Work or a home of this length has had its look by the gate before it was lost.
_LONG = timedelta(days=240)


@dataclass
class Move:
    """One row of a case's history."""

    verb: Verb
    before: Stage | None
    after: Stage
    at: datetime
    user_id: UUID
    reason: str | None = None
    words: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass
class Job:
    """Work that was found in a case, from one day to another, whichever kind; `ended_on` None while it lasts."""

    starts_on: date
    ended_on: date | None
    is_regular: bool
    verified_on: date | None
    # What an own business was begun with: a programme and the day.
    capital: tuple[str, date] | None = None
    id: UUID = NOT_YET
    # As it was written down: when, which kind, at whose place (None: the own business, called so), as what, how verified.
    at: datetime | None = None
    kind: PlacementKind | None = None
    employer: Office | None = None
    occupation: str = ""
    wage: int | None = None
    method: str | None = None
    # Checks that were made: days since the beginning, the day, how.
    checks: list[tuple[int, date, str]] = field(default_factory=list)


@dataclass
class Return:
    """The home into which somebody went."""

    assessed_on: date
    starts_on: date | None = None
    verified_on: date | None = None
    ended_on: date | None = None
    id: UUID = NOT_YET


@dataclass(frozen=True)
class Detour:
    """What came between the report and this UPT, and on how many days before the case the desk first had the report."""

    kind: str
    days: int


@dataclass(eq=False)
class Episode:
    """One case with all that is known of it before its rows are written."""

    person: Person
    office: Office
    category: str
    pathway: Pathway
    opened_on: date
    caseworker: UUID | None
    supervisor: UUID
    # Days of each stage, and the stage in which the person leaves, if any.
    days: dict[Stage, int]
    leaves_in: Stage | None
    is_by_referral: bool
    passes_course: bool
    detour: Detour | None = None
    id: UUID = NOT_YET
    referral_id: UUID | None = None
    previous_id: UUID | None = None
    moves: list[Move] = field(default_factory=list)
    paused: tuple[date, date] | None = None
    jobs: list[Job] = field(default_factory=list)
    home: Return | None = None
    # People who live on one budget with the person, himself included.
    eats_with: int = 1
    # Of an open case, when somebody of the office last met the person.
    seen_on: date | None = None
    # The plan's step toward a mentor while it is open, and from when on a mentor may be proposed for it.
    mentor_step: tuple[UUID, datetime] | None = None
    graduated_on: date | None = None
    has_fallen_back: bool = False

    @property
    def reported_on(self) -> date:
        """The day on which the desk had the report, or on which he came by himself."""
        return self.opened_on - timedelta(days=self.detour.days if self.detour else 0)

    @property
    def entered_assessment(self) -> bool:
        """Did it get beyond intake?"""
        return len(self.moves) > 1 and self.moves[1].after == Stage.ASSESSMENT

    @property
    def is_treated(self) -> bool:
        """Goes home by choice, as people with a mental illness do: whether he takes his medicine is asked at visits."""
        return self.pathway == Pathway.REUNIFICATION != proposed_pathway(pathways(), self.category)

    @property
    def stage(self) -> Stage:
        """Where the case stands after its last move."""
        return self.moves[-1].after

    @property
    def opened_at(self) -> datetime:
        """When it began."""
        return self.moves[0].at

    @property
    def closed_at(self) -> datetime | None:
        """When it ended, where it has."""
        return self.moves[-1].at if self.stage in (Stage.CLOSED, Stage.GRADUATED) else None

    def entered(self, stage: Stage) -> date | None:
        """The first day in this stage."""
        return next((move.at.date() for move in self.moves if move.after == stage), None)

    def stage_on(self, day: date) -> Stage:
        """Where the case stood at the end of this day; before its first day at intake."""
        return [move.after for move in self.moves if move.at.date() <= day or move is self.moves[0]][-1]

    def age_on(self, day: date) -> int:
        """The person's age in years."""
        return self.person.age_in(month_of(day))

    def followed_until(self, today: date) -> date:
        """The last day on which the office still asks after the person: of a graduate it goes on."""
        return self.closed_at.date() if self.closed_at and self.stage == Stage.CLOSED else today

    def lasts_since(self) -> date | None:
        """From when the person has had verified work, or the home, that goes on or lasted long; None without."""
        for job in self.jobs:
            if job.verified_on and _lasts(job.starts_on, job.ended_on):
                return job.starts_on
        home = self.home
        return home.verified_on if home and home.verified_on and _lasts(home.verified_on, home.ended_on) else None

    def measure_ends(self) -> date:
        """The day on which training or rehabilitation is over, were nothing to come between."""
        stages = (Stage.INTAKE, Stage.ASSESSMENT, Stage.PLANNING, MEASURES[self.pathway])
        return self.opened_on + timedelta(days=sum(self.days.get(stage, 0) for stage in stages))


def _lasts(begun: date, ended: date | None) -> bool:
    return ended is None or ended - begun > _LONG


def draw_up(ground: Ground, people: People, staff: Staff) -> list[Episode]:
    """Who comes to a UPT, and the timetable that awaits him; nobody has lived yet."""
    dice = ground.dice("episodes")
    found = [made for person in people.persons if (made := _perhaps(ground, staff, person, dice))]
    return sorted(found, key=lambda episode: (episode.opened_on, episode.person.place))


def learns_trade(episode: Episode) -> Month | None:
    """The month from which the person has a trade, where the course is passed."""
    if episode.pathway != Pathway.INDEPENDENCE or not episode.passes_course or episode.leaves_in in _EARLY:
        return None
    return month_of(episode.measure_ends()) + 1


def settles_from(ground: Ground, episode: Episode) -> Month | None:
    """The month from which somebody who came alone has a room of his own, once he has learnt or recovered; None for most."""
    month = month_of(episode.measure_ends()) + 1
    if episode.person.alone is None or episode.pathway != Pathway.INDEPENDENCE or episode.leaves_in in _EARLY:
        return None
    dice = ground.dice(f"settles:{episode.person.place}")
    is_grown = episode.person.age_in(month) >= ADULT
    return month if month <= ground.last and is_grown and dice.random() < POPULATION.settles else None


_RETURNING = frozenset({"own_wish", "absconded", "goals_met_without_graduation"})
_EARLY = (Stage.INTAKE, Stage.ASSESSMENT, Stage.PLANNING, Stage.TRAINING, Stage.REHABILITATION)


def _perhaps(ground: Ground, staff: Staff, person: Person, dice: random.Random) -> Episode | None:
    drawn, category, opened_on = dice.random(), person.alone, person.came_on
    if category is None:
        opened_on = ground.today - timedelta(days=dice.randrange(3, (ground.last - ground.live_from) * 30))
        category, share = _need_of(person, person.age_in(month_of(opened_on)))
    else:
        share = SERVICE.alone_with_case
    offices = ground.by_category.get(category, [])
    if drawn >= share or not offices or opened_on is None:
        return None
    return _timetable(ground, staff, person, category, ground.working_day(opened_on), dice.choice(offices), dice)


def _need_of(person: Person, age: int) -> tuple[str, float]:
    """For what a member of a household may come to a UPT, and how likely."""
    if person.is_disabled and ADULT <= age < 50:
        return "PPKS-09", SERVICE.disabled_with_case
    if age >= 60:
        return "PPKS-08", SERVICE.elderly_with_case
    if 15 <= age < ADULT:
        return "PPKS-02", SERVICE.adult_with_case
    if ADULT <= age < 45:
        return "PPKS-12", SERVICE.adult_with_case
    return "", 0.0


def _timetable(
    ground: Ground, staff: Staff, person: Person, category: str, opened_on: date, office: Office, dice: random.Random
) -> Episode:
    team, pathway = staff.teams[office.id], proposed_pathway(pathways(), category)
    if category == "PPKS-11" and dice.random() < 0.35:
        pathway = Pathway.REUNIFICATION
    days = {Stage(name): dice.randint(*span) for name, span in SERVICE.days.items()}
    begun = opened_on + timedelta(days=sum(days[stage] for stage in (Stage.INTAKE, Stage.ASSESSMENT, Stage.PLANNING)))
    # Training waits for the courses of the next quarter and ends after their results.
    days[Stage.TRAINING] = (ground.course_after(begun) + COURSE_DAYS - begun).days + dice.randint(8, 25)
    leaves = next((Stage(name) for name, chance in SERVICE.leaves.items() if dice.random() < chance), None)
    made = Episode(
        person, office, category, pathway, opened_on, dice.choice(team.caseworkers), team.supervisor, days, leaves,
        dice.random() < SERVICE.by_referral, dice.random() < SERVICE.passes_course,
    )  # fmt: skip
    if made.is_by_referral:
        made.detour = _detour(ground.dice(f"detour:{person.place}:{opened_on}"))
    return made


def _detour(dice: random.Random) -> Detour | None:
    drawn = dice.random()
    for kind, (share, days) in REFERRING.detours.items():
        if drawn < share:
            return Detour(kind, dice.randint(*days))
        drawn -= share
    return None


def come_back(ground: Ground, staff: Staff, case: Episode) -> Episode | None:
    """A later case of somebody who left the same UPT early; None for most."""
    dice = ground.dice(f"back:{case.person.place}:{case.opened_on}")
    if case.stage != Stage.CLOSED or case.moves[-1].reason not in _RETURNING or dice.random() > SERVICE.returns:
        return None
    opened_on = ground.working_day(case.moves[-1].at.date() + timedelta(days=dice.randint(45, 420)))
    if opened_on >= ground.today or case.person.died_on:
        return None
    made = _timetable(ground, staff, case.person, case.category, opened_on, case.office, dice)
    made.previous_id, made.is_by_referral, made.detour = case.id, False, None
    return made
