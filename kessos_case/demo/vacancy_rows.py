"""Vacancies: those by which the work of the lives was found, with who else asked for them, and those that are open today."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from kessos_case.cases.rules import Stage
from kessos_case.core.clock import office_day
from kessos_case.core.months import month_of
from kessos_case.demo import words
from kessos_case.demo.desk import Desk
from kessos_case.demo.directory import Directory
from kessos_case.demo.episodes import Episode, Job
from kessos_case.demo.ground import Office
from kessos_case.demo.process import HIRING
from kessos_case.employment.models import Application, Vacancy
from kessos_case.employment.rules import (
    LIVE,
    NEWS_AFTER_INTERVIEW,
    NEWS_WITHIN,
    ApplicationEnd,
    ApplicationState,
    PlacementKind,
    VacancyState,
    state_with_places,
    vacancy_state_on,
)
from kessos_case.tasks.rules import TaskKind

_REQUIREMENTS = (None, "Mau bekerja bergiliran", "Bisa membaca dan berhitung", "Rajin, dilatih di tempat")
_APPRENTICE_WAGES = (600_000, 1_100_000)
# Days between an application and the first day of work, and between the offer of the work and the first application.
_BEFORE, _STATED = (6, 30), (3, 10)
_SPARE = (0, 0, 1, 2)
# Why it came to nothing, by whose word.
_REFUSED = (ApplicationEnd.NOT_SUITED, ApplicationEnd.NO_ANSWER, ApplicationEnd.DID_NOT_COME)
_WITHDRAWN = (ApplicationEnd.TOO_FAR, ApplicationEnd.WAGE, ApplicationEnd.OWN_WISH)


@dataclass
class _Asked:
    """One application: how it stands, since when, and with which work it ended."""

    case: Episode
    applied_on: date
    state: ApplicationState
    on: date | None = None
    reason: ApplicationEnd | None = None
    job: Job | None = None


@dataclass
class _Work:
    """A vacancy while it fills."""

    employer: Office
    kind: PlacementKind
    occupation: str
    asked: list[_Asked] = field(default_factory=list)
    stated_on: date = date.max
    closes_on: date = date.min
    places: int = 0

    @property
    def hired(self) -> list[_Asked]:
        """Who was taken."""
        return [one for one in self.asked if one.state == ApplicationState.HIRED]


class VacancyRows:
    """Finds the vacancy behind each work, and writes everything at the end."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk, self._ground, self._directory = desk, desk.ground, directory
        self._dice = self._ground.dice("vacancies")
        self._works: dict[tuple[UUID, str, str, int], _Work] = {}

    def write(self, cases: list[Episode]) -> None:
        """All vacancies with all who asked for them."""
        for case in cases:
            for job in case.jobs:
                self._find(case, job)
        past = list(self._works.values())
        for work in past:
            self._settle(work)
        self._ask_elsewhere(past)
        self._refuse(past, cases)
        today = [
            self._open(employer)
            for employer in self._directory.employers
            for _ in range(self._dice.randint(*HIRING.open_today))
        ]
        self._look(today, cases)
        for work in [*past, *today]:
            self._row(work)

    def _find(self, case: Episode, job: Job) -> None:
        """By a vacancy of its employer and quarter, where the person had asked for it before."""
        if job.employer is None or job.kind is None or job.at is None or case.caseworker is None:
            return
        hired_on, dice = office_day(job.at), self._dice
        applied_on = _working(hired_on - timedelta(days=dice.randint(*_BEFORE)))
        is_after = case.closed_at is not None and case.closed_at <= job.at
        if dice.random() > HIRING.by_vacancy or applied_on <= case.opened_on or is_after:
            return
        key = (job.employer.id, str(job.kind), job.occupation, month_of(job.starts_on) // 3)
        work = self._works.setdefault(key, _Work(job.employer, job.kind, job.occupation))
        work.asked.append(_Asked(case, applied_on, ApplicationState.HIRED, hired_on, job=job))

    def _settle(self, work: _Work) -> None:
        first = min(one.applied_on for one in work.asked)
        work.stated_on = _working(first - timedelta(days=self._dice.randint(*_STATED)))
        work.closes_on = max(one.on for one in work.asked if one.on)
        work.places = len(work.asked) + self._dice.choice(_SPARE)

    def _ask_elsewhere(self, works: list[_Work]) -> None:
        """Some had asked another employer too, which their hire ended."""
        by_quarter: dict[int, list[_Work]] = defaultdict(list)
        for work in works:
            by_quarter[month_of(work.closes_on) // 3].append(work)
        for work in works:
            for one in work.hired:
                others = [
                    other for other in by_quarter[month_of(work.closes_on) // 3]
                    if other.employer is not work.employer and one.on
                    and other.stated_on <= one.applied_on <= other.closes_on
                    and not any(each.case.person is one.case.person for each in other.asked)
                ]  # fmt: skip
                if others and self._dice.random() < HIRING.asked_elsewhere:
                    ended = ApplicationState.OBSOLETE, one.on, ApplicationEnd.HIRED_ELSEWHERE
                    self._dice.choice(others).asked.append(_Asked(one.case, one.applied_on, *ended))

    def _refuse(self, works: list[_Work], cases: list[Episode]) -> None:
        """Others who looked for work at the time and were not taken."""
        looked = [case for case in cases if case.entered(Stage.PLACEMENT) and case.caseworker]
        for work in works:
            apt = [
                case for case in looked
                if case.opened_on < work.stated_on and case.stage_on(work.stated_on) == Stage.PLACEMENT
                and work.closes_on < (case.closed_at or self._ground.now).date()
                and not any(job.starts_on <= work.closes_on for job in case.jobs)
            ]  # fmt: skip
            for case in self._dice.sample(apt, min(len(apt), self._dice.randint(0, HIRING.most_refused))):
                self._not_taken(work, case)

    def _not_taken(self, work: _Work, case: Episode) -> None:
        dice, span = self._dice, (work.closes_on - work.stated_on).days
        applied_on = _working(work.stated_on + timedelta(days=dice.randint(1, max(1, span - 1))))
        ended_on = min(work.closes_on, applied_on + timedelta(days=dice.randint(2, 12)))
        if not work.stated_on <= applied_on <= ended_on or any(one.case.person is case.person for one in work.asked):
            return
        if dice.random() < 0.7:
            state, reason = ApplicationState.REFUSED, dice.choice(_REFUSED)
        else:
            state, reason = ApplicationState.WITHDRAWN, dice.choice(_WITHDRAWN)
        work.asked.append(_Asked(case, applied_on, state, ended_on, reason))

    def _open(self, employer: Office) -> _Work:
        """Work that somebody has to give today."""
        dice, today = self._dice, self._ground.today
        kind = dice.choice((PlacementKind.JOB, PlacementKind.JOB, PlacementKind.APPRENTICESHIP))
        work = _Work(employer, kind, dice.choice(words.OCCUPATIONS[employer.code]))
        work.stated_on = _working(today - timedelta(days=dice.randint(4, 30)))
        work.closes_on, work.places = today + timedelta(days=dice.randint(5, 45)), dice.randint(1, 5)
        return work

    def _look(self, works: list[_Work], cases: list[Episode]) -> None:
        """Who looks for work now asks for some of it, and waits, is to be seen or was offered it."""
        for case in cases:
            is_looking = case.stage == Stage.PLACEMENT and not case.paused and case.caseworker
            if not is_looking or any(job.ended_on is None for job in case.jobs) or self._dice.random() > HIRING.looks:
                continue
            since = max(case.moves[-1].at.date(), case.opened_on)
            for work in self._dice.sample(works, self._dice.randint(1, 2)):
                first, last = max(since, work.stated_on), self._ground.today
                if first < last:
                    self._asks(
                        work, case, _working(first + timedelta(days=self._dice.randint(0, (last - first).days))), first
                    )

    def _asks(self, work: _Work, case: Episode, day: date, first: date) -> None:
        day, today = max(day, first), self._ground.today
        state = self._dice.choices(
            (ApplicationState.APPLIED, ApplicationState.INTERVIEW, ApplicationState.OFFERED), (6, 3, 1)
        )[0]  # fmt: skip
        waits = (today - day).days
        on = None
        if state == ApplicationState.INTERVIEW:
            on = self._desk.day_after(max(day, today - timedelta(days=3)), self._dice.randint(1, 8))
        elif state == ApplicationState.OFFERED:
            on = _working(day + timedelta(days=max(0, waits - 1)))
        work.asked.append(_Asked(case, day, state, max(on, day) if on else None))

    def _row(self, work: _Work) -> None:
        ground, taken = self._ground, len(work.hired)
        at = ground.moment(work.stated_on, self._dice)
        vacancy_id = ground.ids.at(at)
        state = vacancy_state_on(state_with_places(VacancyState.OPEN, taken, work.places), work.closes_on, ground.today)
        wage_from, wage_to = self._wages(work)
        ground.book.add(
            Vacancy, id=vacancy_id, employer_id=work.employer.id, kind=str(work.kind), occupation=work.occupation,
            requirements=self._dice.choice(_REQUIREMENTS), region_code=work.employer.region_code, places=work.places,
            taken=taken, wage_from=wage_from, wage_to=wage_to, closes_on=work.closes_on, state=str(state), created_at=at,
            created_by=self._desk.staff.partners[work.employer.id], version=1,
        )  # fmt: skip
        for one in work.asked:
            self._application(vacancy_id, one)

    def _wages(self, work: _Work) -> tuple[int, int]:
        """From the least to somewhat above the most that was paid; of work that nobody has yet around the minimum wage."""
        if work.kind == PlacementKind.APPRENTICESHIP:
            return _APPRENTICE_WAGES
        paid = [one.job.wage for one in work.hired if one.job and one.job.wage]
        # Rounded up: nobody states a wage some rupiah below the minimum.
        least = -(-self._ground.wage(work.employer.region_code, month_of(work.stated_on)) // 10_000) * 10_000
        return min(paid, default=least), max(paid, default=least) + self._dice.choice((100_000, 200_000, 300_000))

    def _application(self, vacancy_id: UUID, one: _Asked) -> None:
        dice, ground, case = self._dice, self._ground, one.case
        at = ground.moment(one.applied_on, dice)
        if one.on and one.state not in LIVE and one.on == one.applied_on:
            at = ground.opening(one.applied_on)
        made_id, is_live = ground.ids.at(at), one.state in LIVE
        interview_on = one.on if one.state == ApplicationState.INTERVIEW else None
        ground.book.add(
            Application, id=made_id, vacancy_id=vacancy_id, case_id=case.id, client_id=case.person.id,
            organisation_id=case.office.id, state=str(one.state), applied_on=one.applied_on, interview_on=interview_on,
            ended_on=None if is_live else one.on, end_reason=one.reason and str(one.reason),
            placement_id=one.job and one.job.id, recorded_at=at, recorded_by=case.caseworker,
            version=1 if one.state == ApplicationState.APPLIED else 2,
        )  # fmt: skip
        self._desk.tell(case, "application_made", made_id, at, by=case.caseworker)
        moved = at
        if one.state != ApplicationState.APPLIED:
            day = min(one.on, ground.today) if one.on else one.applied_on
            day = one.applied_on if one.state == ApplicationState.INTERVIEW else day
            moved = one.job.at if one.job and one.job.at else max(at, ground.moment(day, dice))
            self._desk.tell(case, f"application_{one.state}", made_id, moved, by=case.caseworker)
        if is_live:
            within = NEWS_AFTER_INTERVIEW if interview_on else NEWS_WITHIN
            since = max(one.on or one.applied_on, moved.date())
            self._desk.raise_task(
                TaskKind.CHASE_APPLICATION, "application", made_id, case.office.id, role="caseworker",
                user_id=case.caseworker, due_on=since + within, created_at=moved, person=case.person, by=case.caseworker,
                period=f"{one.state} {one.on}" if one.on else "",
            )  # fmt: skip


def _working(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
