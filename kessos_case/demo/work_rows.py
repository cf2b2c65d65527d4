"""Work and income: placements with the checks that were made and those that are due, and what households stated."""

from datetime import date, datetime, timedelta

from kessos_case.cases.models import Reunification
from kessos_case.cases.rules import StepState
from kessos_case.core.months import Month, first_day, month_of
from kessos_case.demo import words
from kessos_case.demo.capital import begin_business
from kessos_case.demo.desk import Desk
from kessos_case.demo.directory import Directory
from kessos_case.demo.episodes import Episode, Job
from kessos_case.demo.plan_rows import Link
from kessos_case.demo.process import SERVICE, WORK
from kessos_case.employment.models import IncomeStatement, Placement, PlacementCheck
from kessos_case.employment.rules import CHECK_DAYS, PlacementKind, PlacementState
from kessos_case.tasks.rules import TaskKind


class WorkRows:
    """Writes what became of a person's work in a case, or of the home that he went to."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk, self._ground, self._directory = desk, desk.ground, directory

    def placements(self, case: Episode) -> Link | None:
        """Every work of the case; the first is the one that the plan asked for."""
        self._dice = self._desk.dice_of(case, "work")
        first = None
        for job in case.jobs:
            link = self._placement(case, job)
            first = first or link
        return first

    def statements(self, case: Episode, wages: dict[Month, int]) -> None:
        """What was said of income: by the person at the start, and by two kinds of paper each quarter of work."""
        self._dice = self._desk.dice_of(case, "income")
        begun = case.opened_on
        if case.caseworker is None:
            return
        if case.entered_assessment and self._dice.random() < 0.7:
            month = month_of(begun)
            self._state(
                case, month - 1, month - 1, wages.get(month - 1, 0) // 3, "self_report", begun + timedelta(days=8)
            )
        for job in case.jobs:
            self._quarters(case, job, wages)

    def home(self, case: Episode) -> None:
        """The home that a person went to."""
        home = case.home
        if home is None or case.caseworker is None:
            return
        dice = self._desk.dice_of(case, "home")
        at = self._ground.moment(home.assessed_on, dice)
        home.id = self._ground.ids.at(at)
        is_minor = case.person.age_in(self._ground.last) < 18 + (self._ground.today.year - home.assessed_on.year)
        sealed = self._desk.registry.seal(
            case.person, "Keluarga paman, Jalan Contoh 3", f"reunifications:home:{home.id}"
        )
        self._ground.book.add(
            Reunification, id=home.id, case_id=case.id, client_id=case.person.id,
            kind=dice.choice(("family", "family", "family", "foster_family", "community")), home_sealed=sealed,
            region_code=case.person.village, assessed_on=home.assessed_on, is_safe=True,
            guardian_consent_on=home.assessed_on if is_minor else None, starts_on=home.starts_on,
            verified_on=home.verified_on, verified_by=case.caseworker if home.verified_on else None,
            ended_on=home.ended_on, end_reason=dice.choice(("returned_to_street", "unsafe")) if home.ended_on else None,
            recorded_at=at, recorded_by=case.caseworker, version=1,
        )  # fmt: skip
        for verb, day in (("assessed", home.assessed_on), ("started", home.starts_on), ("verified", home.verified_on)):
            if day:
                told = max(self._ground.moment(day, dice), at)
                self._desk.tell(case, f"reunification_{verb}", home.id, told, by=case.caseworker)

    def _placement(self, case: Episode, job: Job) -> Link:
        dice, ground = self._dice, self._ground
        kind = PlacementKind.JOB if job.is_regular else dice.choice(
            (PlacementKind.OWN_BUSINESS, PlacementKind.OWN_BUSINESS, PlacementKind.JOB, PlacementKind.APPRENTICESHIP)
        )  # fmt: skip
        at = ground.moment(job.starts_on, dice)
        job.id = ground.ids.at(at)
        is_own = kind == PlacementKind.OWN_BUSINESS
        job.capital = begin_business(ground, case, job.starts_on, dice) if is_own else None
        # What was never verified ended before anybody looked; what goes on unverified is only proposed.
        state = (
            PlacementState.ENDED
            if job.ended_on
            else PlacementState.ACTIVE
            if job.verified_on
            else PlacementState.PROPOSED
        )
        job.at, job.kind = at, kind
        job.employer = None if is_own else dice.choice(self._directory.employers)
        job.occupation = dice.choice(words.BUSINESSES if job.employer is None else words.OCCUPATIONS[job.employer.code])
        job.wage = self._wage(job)
        method = job.method = dice.choice(self._methods(job)) if job.verified_on else None
        place = f"placements:business:{job.id}"
        ground.book.add(
            Placement, id=job.id, case_id=case.id, client_id=case.person.id, organisation_id=case.office.id,
            plan_step_id=None, kind=str(kind), employer_id=job.employer and job.employer.id,
            business_sealed=self._desk.registry.seal(case.person, job.occupation, place) if is_own else None,
            occupation="Usaha sendiri" if is_own else job.occupation, starts_on=job.starts_on,
            monthly_income=job.wage, state=str(state), verified_on=job.verified_on, verification_method=method,
            verified_by=case.caseworker if job.verified_on else None, ended_on=job.ended_on,
            end_reason=self._end_reason(is_own) if job.ended_on else None, recorded_at=at, recorded_by=case.caseworker,
            version=2,
        )  # fmt: skip
        self._desk.tell(case, "placement_proposed", job.id, at, by=case.caseworker)
        self._verify(case, job, at)
        closed = ground.moment(job.verified_on, dice) if job.verified_on else None
        return Link("placement", job.id, StepState.DONE if closed else StepState.IN_PROGRESS, closed)

    def _methods(self, job: Job) -> tuple[str, ...]:
        """How one can know of it: nobody writes wage slips for a business of his own."""
        return ("visit",) if job.employer is None else ("visit", "wage_slip", "employer")

    def _wage(self, job: Job) -> int | None:
        """What a job pays a month at first, as a part of the minimum wage of its place; of other work nothing is said."""
        if job.kind != PlacementKind.JOB or job.employer is None:
            return None
        minimum = self._ground.wage(job.employer.region_code, month_of(job.starts_on))
        share = WORK.regular_wage if job.is_regular else WORK.casual_wage * 1.6
        return int(minimum * share * self._dice.uniform(0.94, 1.16)) // 10_000 * 10_000

    def _end_reason(self, is_own: bool) -> str:
        return "business_closed" if is_own else self._dice.choice(("contract_over", "resigned", "dismissed", "illness"))

    def _verify(self, case: Episode, job: Job, at: datetime) -> None:
        ended = (self._ground.moment(job.ended_on, self._dice), None) if job.ended_on else None
        verified = self._ground.moment(job.verified_on, self._dice) if job.verified_on else None
        self._desk.raise_task(
            TaskKind.VERIFY_PLACEMENT, "placement", job.id, case.office.id, role="caseworker", user_id=case.caseworker,
            due_on=job.starts_on + timedelta(days=14), created_at=at, person=case.person,
            done=(verified, case.caseworker) if verified else ended, reason=None if verified or not ended else "not_needed",
        )  # fmt: skip
        if verified is None or job.verified_on is None:
            return
        self._desk.tell(case, "placement_verified", job.id, verified, by=case.caseworker)
        for days in CHECK_DAYS:
            self._check(case, job, days, verified)
        if job.ended_on:
            self._desk.tell(case, "placement_ended", job.id, ended[0] if ended else verified, by=case.caseworker)

    def _check(self, case: Episode, job: Job, days: int, raised: datetime) -> None:
        due = job.starts_on + timedelta(days=days)
        day = self._ground.working_day(due + timedelta(days=self._dice.randint(0, 6)))
        is_over = job.ended_on is not None and job.ended_on <= day
        # Reminders end with the case, and nobody of its office looks after it.
        is_left = case.closed_at is not None and case.closed_at.date() <= day
        made = not is_over and self._desk.is_past(day) and self._dice.random() < SERVICE.checks_made and not is_left
        at = self._ground.moment(day, self._dice) if made else None
        if at:
            check_id, method = self._ground.ids.at(at), self._dice.choice(self._methods(job))
            job.checks.append((days, day, method))
            self._ground.book.add(
                PlacementCheck, id=check_id, placement_id=job.id, client_id=case.person.id, period=days, checked_on=day,
                still_active=True, monthly_income=None, method=method,
                recorded_at=at, recorded_by=case.caseworker,
            )  # fmt: skip
            self._desk.tell(case, "placement_checked", job.id, at, by=case.caseworker)
        closed = (at, case.caseworker) if at else None
        if job.ended_on and not at:
            closed = (max(self._ground.moment(job.ended_on, self._dice), raised), case.caseworker)
        reason = "not_needed" if closed and not at else None
        if case.closed_at and not at and (closed is None or closed[0] > case.closed_at):
            closed, reason = (max(case.closed_at, raised), case.supervisor), "case_closed"
        self._desk.raise_task(
            TaskKind.CHECK_PLACEMENT, "placement", job.id, case.office.id, role="caseworker", user_id=case.caseworker,
            due_on=due, created_at=raised, person=case.person, period=str(days), by=case.caseworker, done=closed,
            reason=reason,
        )  # fmt: skip

    def _quarters(self, case: Episode, job: Job, wages: dict[Month, int]) -> None:
        """Statements in each third month after work began, over the three months before: a visit and a paper."""
        month = month_of(job.starts_on) + 4
        last = month_of(job.ended_on) if job.ended_on else self._ground.last
        while month <= last:
            day = self._ground.working_day(first_day(month) + timedelta(days=self._dice.randint(1, 6)))
            amount = sum(wages.get(each, 0) for each in range(month - 3, month))
            if self._desk.is_past(day) and amount:
                for source in ("visit", "wage_slip" if job.is_regular else "business_books"):
                    if self._dice.random() < SERVICE.diligence:
                        self._state(case, month - 3, month - 1, amount, source, day)
            month += 3

    def _state(self, case: Episode, first: Month, last: Month, amount: int, source: str, day: date) -> None:
        if not self._desk.is_past(day):
            return
        at = max(self._ground.moment(day, self._dice), case.opened_at)
        made_id = self._ground.ids.at(at)
        self._ground.book.add(
            IncomeStatement, id=made_id, client_id=case.person.id, from_month=first, to_month=last, amount=amount,
            source=source, household_size=case.eats_with, recorded_at=at, recorded_by=case.caseworker,
        )  # fmt: skip
        self._desk.tell(case, "income_stated", made_id, at, by=case.caseworker)
