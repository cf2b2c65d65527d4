"""The books of own businesses: what they began with, and month by month what came in and what was left."""

import random
from datetime import date, datetime, timedelta

from kessos_case.core.months import Month, first_day, month_of
from kessos_case.demo import case_words
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import Episode, Job
from kessos_case.demo.lives import Lives
from kessos_case.demo.process import HIRING
from kessos_case.employment.models import BusinessCapital, BusinessMonth
from kessos_case.employment.rules import BooksEvidence, CapitalSource, PlacementKind

_OWN_SOURCES = (CapitalSource.SAVINGS, CapitalSource.SAVINGS, CapitalSource.FAMILY, CapitalSource.LOAN)
_OWN_CAPITAL = (200_000, 2_000_000)
_EVIDENCE = ((BooksEvidence.BOOKS, BooksEvidence.VISIT, BooksEvidence.SELF_REPORT), (62, 26, 12))
# What comes in is so many times what is left of it; a month without any income of the life loses this much.
_TURNOVER, _LOSS = (1.8, 3.2), (20_000, 150_000)
# Each month: the tools that were given are not there any more.
_TOOLS_GO = 0.004


class BusinessRows:
    """Writes the books of one business after the other, from what the life earned."""

    def __init__(self, desk: Desk, lives: Lives) -> None:
        self._desk, self._ground, self._lives = desk, desk.ground, lives

    def write(self, case: Episode) -> None:
        """Every business of a case that was ever seen."""
        dice = self._desk.dice_of(case, "books")
        for job in case.jobs:
            if job.kind == PlacementKind.OWN_BUSINESS and job.verified_on and job.at and case.caseworker:
                self._months(case, job, self._capitals(case, job, dice), dice)

    def _capitals(self, case: Episode, job: Job, dice: random.Random) -> bool:
        """What it began with; says whether there are tools to look for."""
        assert job.at is not None
        given, bought = case_words.TOOLS[job.occupation]
        has_tools, until = False, case.followed_until(self._ground.today)
        if dice.random() < HIRING.own_capital:
            amount = dice.randrange(*_OWN_CAPITAL, 50_000)
            is_tools = dice.random() < 0.3
            self._capital(
                case, job, job.at, job.starts_on, dice.choice(_OWN_SOURCES), amount, bought if is_tools else None
            )
            has_tools |= is_tools
        if job.capital and job.capital[1] <= until:
            programme, day = job.capital
            is_tools, at = dice.random() < 0.7, max(self._ground.moment(day, dice), job.at)
            self._capital(
                case, job, at, day, CapitalSource.PROGRAMME, self._ground.prices[programme], given if is_tools else None,
                programme,
            )  # fmt: skip
            has_tools |= is_tools
        return has_tools

    def _capital(
        self, case: Episode, job: Job, at: datetime, day: date, source: CapitalSource, amount: int, what: str | None,
        programme: str | None = None,
    ) -> None:  # fmt: skip
        made_id = self._ground.ids.at(at)
        sealed = self._desk.registry.seal(case.person, what, f"business_capital:what:{made_id}") if what else None
        self._ground.book.add(
            BusinessCapital, id=made_id, placement_id=job.id, client_id=case.person.id, received_on=day, source=str(source),
            programme_code=programme, amount=amount, is_tools=what is not None, what_sealed=sealed, recorded_at=at,
            recorded_by=case.caseworker,
        )  # fmt: skip
        self._desk.tell(case, "business_capital_recorded", job.id, at, by=case.caseworker)

    def _months(self, case: Episode, job: Job, has_tools: bool, dice: random.Random) -> None:
        """Each whole month that somebody asked about, soon after it was over."""
        until = case.followed_until(self._ground.today)
        last = min(self._ground.last - 1, month_of(job.ended_on) - 1 if job.ended_on else self._ground.last)
        still = True
        for month in range(max(month_of(job.starts_on) + 1, last - HIRING.most_months + 1), last + 1):
            day = self._ground.working_day(first_day(month + 1) + timedelta(days=dice.randint(2, 17)))
            still = still and dice.random() > _TOOLS_GO
            if dice.random() < HIRING.month_seen and day <= until and day >= (job.verified_on or job.starts_on):
                self._month(case, job, month, self._ground.moment(day, dice), still if has_tools else None, dice)

    def _month(
        self, case: Episode, job: Job, month: Month, at: datetime, has_tools: bool | None, dice: random.Random
    ) -> None:  # fmt: skip
        earned = int(self._lives.income[case.person.place, self._lives.at(month)]) // 1000 * 1000
        profit = earned or -dice.randrange(*_LOSS, 10_000)
        turnover = max(0, int(max(earned, 100_000) * dice.uniform(*_TURNOVER)) // 1000 * 1000)
        made_id = self._ground.ids.at(at)
        self._ground.book.add(
            BusinessMonth, id=made_id, placement_id=job.id, client_id=case.person.id, month=month, turnover=turnover,
            profit=profit, has_tools=has_tools, evidence=str(dice.choices(*_EVIDENCE)[0]), recorded_at=at,
            recorded_by=case.caseworker,
        )  # fmt: skip
        self._desk.tell(case, "business_month_recorded", job.id, at, by=case.caseworker)
