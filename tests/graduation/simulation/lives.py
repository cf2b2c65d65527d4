"""Made-up lives over six years: what happened, on which day, and on which day it was written down. Always the same by seed.

Plain values that know nothing of kessos_case. `seen` is the day from which a fact is on record; None as an end is 'goes on'.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

FIRST_YEAR, YEARS = 2020, 6
FIRST = FIRST_YEAR * 12
MONTHS = range(FIRST, FIRST + 12 * YEARS)
END = date(FIRST_YEAR + YEARS, 1, 28)
REGENCY, PROVINCE = "35.09", "35"
PARTS = ("needs_and_rights", "roles", "problem_solving")


class Income(NamedTuple):
    """Rupiah of the household over first..last, by what evidence, for how many people."""

    id: UUID
    first: int
    last: int
    amount: int
    source: str
    people: int
    seen: date


class Work(NamedTuple):
    """A placement; verified on a day or never, its end known from another day on, and that it never began from another."""

    id: UUID
    start: date
    end: date | None
    end_seen: date | None
    verified: date | None
    seen: date
    void_seen: date | None = None


class Check(NamedTuple):
    """A check of the work of that id."""

    id: UUID
    work: UUID
    period: int
    on: date
    active: bool
    method: str
    seen: date


class Aid(NamedTuple):
    """A line of consumption aid for first..last; a reversal is below nought; exempt ones stand for another member."""

    id: UUID
    first: int
    last: int
    amount: int
    exempt: bool
    seen: date


class Goal(NamedTuple):
    """A goal of the plan: met or dropped on a day, and when a supervisor accepted the drop."""

    id: UUID
    met: date | None
    dropped: date | None
    accepted: date | None


class Functioning(NamedTuple):
    """An assessment of social functioning, completed at an hour of a day; a part that was not asked is absent."""

    id: UUID
    on: date
    parts: dict[str, int]
    hour: int = 12


class Alert(NamedTuple):
    """A danger: open through the day `until`, or until somebody ended it."""

    id: UUID
    severity: str
    raised: date
    until: date | None
    ended: date | None


class Voice(NamedTuple):
    """The answer to whether the person agrees; None: asked, and no answer."""

    id: UUID
    on: date
    agrees: bool | None
    reason: bool


class Score(NamedTuple):
    """A GSE-10."""

    id: UUID
    on: date
    total: int
    hour: int = 12


class Household(NamedTuple):
    """What the household has, as answered on a day; None is not known."""

    id: UUID
    on: date
    savings: int | None
    spending: int | None
    sources: int | None
    insured: bool | None
    school: bool | None
    support: bool | None
    decile: int | None
    hour: int = 12


class Home(NamedTuple):
    """A look at a home: safe or not; since when he lives there, was seen there, until when; when its guardian consented."""

    id: UUID
    on: date
    is_safe: bool
    starts: date | None
    verified: date | None
    ended: date | None
    consent: date | None
    seen: date


class Transfer(NamedTuple):
    """Another UPT takes the person over: its case has a plan of its own, and begins without an answer or a home."""

    on: date
    plan: UUID
    planned: date
    goals: list[Goal]


class Visit(NamedTuple):
    """A visit to the home after the return."""

    id: UUID
    on: date
    passed: bool
    school: bool | None
    treatment: bool | None
    seen: date


class Life(NamedTuple):
    """One person."""

    number: int
    pathway: str
    look: int  # day of the month on which it is judged
    lines: tuple[tuple[str, int, int], ...]  # poverty lines: region, month, rupiah
    covered_from: int
    incomes: list[Income]
    works: list[Work]
    checks: list[Check]
    aid: list[Aid]
    plan: UUID
    planned: date
    goals: list[Goal]
    functioning: list[Functioning]
    alerts: list[Alert]
    voices: list[Voice]
    scores: list[Score]
    households: list[Household]
    certificates: list[tuple[UUID, date]]
    homes: list[Home]
    born: date
    is_treated: bool
    visits: list[Visit]
    ground_ended: tuple[UUID, date] | None
    cases: list[date]
    street: list[date]
    transfer: Transfer | None
    died: date | None
    pauses: list[tuple[date, date]]

    def day_in(self, month: int) -> date:
        """The day of that month on which it is judged."""
        return first_of(month + 1) - timedelta(days=1) if self.look > 28 else first_of(month).replace(day=self.look)


def first_of(month: int) -> date:
    """The first day of a month that is counted as year * 12 + month - 1."""
    return date(month // 12, month % 12 + 1, 1)


def life(number: int) -> Life:
    """The life of this number."""
    return _Maker(number).life()


class _Maker:
    """Throws the dice of one life. Most goes well from some month on, so that every verdict is reached and lost again."""

    def __init__(self, number: int) -> None:
        self.number, self.dice, self.count = number, random.Random(number), 0
        self.turn = FIRST + self.dice.randint(4, 40)  # the month from which on it goes well
        self.luck = self.dice.choice((0.7, 0.93, 0.98, 1.0, 1.0))

    def new(self) -> UUID:
        # In no order, as if written down in any.
        self.count += 1
        return UUID(int=self.dice.getrandbits(96) << 16 | self.count)

    def goes_well(self) -> bool:
        return self.dice.random() < self.luck

    def day(self, month: int) -> date:
        return first_of(month) + timedelta(days=self.dice.randrange(28))

    def late(self, on: date) -> date:
        """When it was written down: mostly at once, at times weeks or half a year later."""
        spread = self.dice.choices((0, 20, 100, 200), (80, 10, 6, 4))[0]
        return on + timedelta(days=self.dice.randint(0, spread))

    def life(self) -> Life:
        dice = self.dice
        works = self.works()
        pathway = dice.choices(("independence", "reunification", "long_term_care"), (80, 17, 3))[0]
        began = first_of(self.turn)
        return Life(
            number=self.number,
            pathway=pathway,
            look=dice.choice((1, 5, 11, 17, 24, 28, 31)),
            lines=self.poverty_lines(),
            covered_from=FIRST + dice.choice((-24, -24, -24, 3, 14)),
            incomes=self.incomes(),
            works=works,
            checks=[check for work in works for check in self.checks(work)],
            aid=self.aid(),
            plan=self.new(),
            planned=self.day(self.turn - dice.randint(0, 3)),
            goals=self.goals(),
            functioning=self.functioning(),
            alerts=self.alerts(),
            voices=self.voices(),
            scores=self.twice([self.score(step) for step in self.steps(9)], lambda one: self.score(0)),
            households=self.twice(
                [self.household(self.turn + step) for step in self.steps(7)], lambda one: self.household(self.turn)
            ),
            certificates=[(self.new(), self.day(self.turn + 1))] if dice.random() < 0.7 else [],
            homes=self.homes(began) if pathway == "reunification" else [],
            born=self.born(),
            is_treated=dice.random() < 0.5,
            visits=self.visits(),
            ground_ended=(self.new(), self.day(dice.choice(MONTHS))) if dice.random() < 0.1 else None,
            cases=[self.day(dice.choice(MONTHS)) for _ in range(dice.random() < 0.2)],
            street=[self.day(dice.choice(MONTHS)) for _ in range(dice.random() < 0.2)],
            transfer=self.transfer() if dice.random() < 0.08 else None,
            died=self.day(dice.randint(self.turn + 6, MONTHS[-1])) if dice.random() < 0.05 else None,
            pauses=[self.pause() for _ in range(dice.choice((0, 0, 0, 1, 2)))],
        )  # fmt: skip

    def twice(self, rows: list[Any], another: Callable[[Any], Any]) -> list[Any]:
        """At times the same is asked twice on one day, at another hour."""
        again = [
            another(one)._replace(on=one.on, hour=self.dice.choice((9, 15)))
            for one in rows
            if self.dice.random() < 0.06
        ]
        return self.dice.sample([*rows, *again], len(rows) + len(again))

    def born(self) -> date:
        """Of any age, and often one that crosses 7 or 18 on the way; at times on the day that most years do not have."""
        if self.dice.random() < 0.25:
            return date(self.dice.choice((2004, 2016)), 2, 29)
        return first_of(self.dice.choice((1985, 2003, 2004, 2006, 2014, 2016)) * 12 + self.dice.randrange(12))

    def homes(self, began: date) -> list[Home]:
        """Mostly one that stays; at times a second look on the same or a later day, safe or not; at times he moves."""
        dice, found = self.dice, []
        if dice.random() < 0.93:
            found.append(self.home(began, True))
        for _ in range(dice.choice((0, 0, 0, 1, 2)) if found else 0):
            first = found[0]
            on = first.on if dice.random() < 0.4 else first.on + timedelta(days=dice.randint(1, 700))
            found.append(self.home(on, dice.random() < 0.6))
        return dice.sample(found, len(found))

    def home(self, on: date, is_safe: bool) -> Home:
        dice, seen = self.dice, self.late(on)
        starts = on + timedelta(days=dice.choice((0, 0, 0, 5, 40))) if is_safe and dice.random() < 0.9 else None
        verified = starts and dice.random() < 0.6 and starts + timedelta(days=dice.randint(0, 60))
        ended = starts + timedelta(days=dice.randint(30, 900)) if starts and dice.random() < 0.2 else None
        consent = max(seen, self.late(on)) if dice.random() < 0.93 else None
        return Home(self.new(), on, is_safe, starts, verified or None, ended, consent, seen)

    def transfer(self) -> Transfer:
        on = self.day(self.dice.randint(self.turn, MONTHS[-1]))
        planned = on + timedelta(days=self.dice.randint(1, 60))
        goals = [Goal(each.id, *(day and max(day, planned) for day in each[1:])) for each in self.goals()]
        return Transfer(on, self.new(), planned, goals)

    def pause(self) -> tuple[date, date]:
        begun = self.day(self.dice.choice(MONTHS))
        return begun, begun + timedelta(days=self.dice.randint(1, 120))

    def score(self, step: int) -> Score:
        return Score(self.new(), self.day(self.turn + step), self.dice.randint(20, 24) + step // 4)

    def steps(self, apart: int) -> range:
        return range(self.dice.randrange(-2, 3), MONTHS[-1] - self.turn, apart)

    def poverty_lines(self) -> tuple[tuple[str, int, int], ...]:
        years = range(FIRST_YEAR - 1, FIRST_YEAR + YEARS)
        found = [(PROVINCE, year * 12 + 8, 400_000 + 20_000 * (year - FIRST_YEAR)) for year in years]
        if self.dice.random() < 0.5:
            found += [(REGENCY, year * 12 + 2, 395_001 + 20_333 * (year - FIRST_YEAR)) for year in years]
        # A province that has published nothing yet.
        return tuple(line for line in found if line[1] >= FIRST + 10) if self.dice.random() < 0.05 else tuple(found)

    def incomes(self) -> list[Income]:
        found, people, month = [], self.dice.randint(1, 5), self.turn - 6
        while month < MONTHS[-1]:
            long = self.dice.choice((1, 1, 2, 3, 3))
            found += self.stated(month, month + long - 1, people)
            month += long + (not self.goes_well())
            people = max(1, people + self.dice.choice((-1, 0, 0, 0, 0, 0, 1)))
        return found

    def stated(self, first: int, last: int, people: int) -> list[Income]:
        """What is said of these months: mostly enough, at times exactly, by one or two hands, corrected or too late."""
        dice, count, line = self.dice, last - first + 1, 400_000 + 20_000 * (first // 12 - FIRST_YEAR)
        least = -(-line * 150 * people // 100) * count
        amount = least + dice.choice((0, -1, 1, 100_000, 900_000, 2_000_000)) if self.goes_well() else least // 2
        sources = ("wage_slip", "employer", "visit", "business_books", "self_report")
        hands = dice.choices((1, 2, 3), (3, 6, 1))[0]
        found = [
            Income(self.new(), first, last, amount, source, people, self.told(last))
            for source in dice.sample(sources, hands)
        ]
        if not self.goes_well():
            other = max(1, people + dice.choice((-1, 0, 0, 1)))
            found.append(
                Income(
                    self.new(), first, last, amount + dice.choice((-200_000, 150_000)), "visit", other, self.told(last)
                )
            )
        if not self.goes_well():
            # A statement that covers too much.
            found.append(Income(self.new(), first - 1, first + 2, 4 * amount, "employer", people, self.told(first + 2)))
        return found  # fmt: skip

    def told(self, last: int) -> date:
        """In the month itself, soon after, or as late as nobody believes it."""
        return self.day(last + self.dice.choices((0, 1, 2, 3, 4), (3, 8, 2, 1, 1))[0])

    def works(self) -> list[Work]:
        found, start = [], self.day(self.turn - self.dice.randint(0, 2))
        for _ in range(self.dice.choice((1, 1, 2, 3, 4))):
            end = (
                start + timedelta(days=self.dice.choice((20, 90, 200, 420, 900))) if self.dice.random() < 0.6 else None
            )
            verified = start + timedelta(days=self.dice.choice((0, 0, 3, 40))) if self.dice.random() < 0.95 else None
            end_seen = end and self.late(end)
            seen = self.late(start)
            void_seen = seen + timedelta(days=self.dice.randint(1, 400)) if self.dice.random() < 0.04 else None
            found.append(Work(self.new(), start, end, end_seen, verified, seen, void_seen))
            # With a gap that bridges, one that does not, one in parallel, or two that begin on one day.
            gap = timedelta(days=self.dice.choice((0, 1, 12, 30, 31, 60, 61, 95, -10)))
            start = start if self.dice.random() < 0.1 else (end or start) + gap
        return found

    def checks(self, work: Work) -> list[Check]:
        found = []
        for period in (30, 90, 180, 365):
            on = work.start + timedelta(days=period + self.dice.choice((0, 0, 0, 4, 25, 70)))
            if on > END or (work.end and on > work.end) or not self.goes_well():
                continue
            method = self.dice.choices(("visit", "employer", "wage_slip", "self_report"), (3, 2, 2, 4))[0]
            found.append(Check(self.new(), work.id, period, on, self.goes_well(), method, self.late(on)))
        return found

    def aid(self) -> list[Aid]:
        found, month = [], FIRST - 14
        stops = self.turn + self.dice.randint(-4, 3)
        while month < MONTHS[-1]:
            long = self.dice.choice((1, 3))
            if month < stops or not self.goes_well():
                amount = self.dice.choice((200_000, 600_000, 900_001))
                line = Aid(
                    self.new(), month, month + long - 1, amount, self.dice.random() < 0.1, self.late(self.day(month))
                )
                found.append(line)
                if self.dice.random() < 0.06:
                    taken_back = amount if self.dice.random() < 0.7 else amount // 3
                    found.append(line._replace(id=self.new(), amount=-taken_back, seen=self.late(line.seen)))
            month += long
        return found

    def goals(self) -> list[Goal]:
        return [self.goal() for _ in range(self.dice.choice((0, 1, 2, 2, 3, 4)))]

    def goal(self) -> Goal:
        on = self.day(self.turn + self.dice.randint(1, 12))
        if self.dice.random() < 0.8:
            return Goal(self.new(), on if self.dice.random() < 0.95 else None, None, None)
        return Goal(self.new(), None, on, on + timedelta(days=20) if self.dice.random() < 0.7 else None)

    def functioning(self) -> list[Functioning]:
        found = [
            Functioning(self.new(), self.day(self.turn + step), self.parts())
            for step in self.steps(self.dice.choice((2, 3, 4)))
            if self.goes_well()
        ]
        return self.twice(found, lambda one: Functioning(self.new(), one.on, self.parts()))

    def parts(self) -> dict[str, int]:
        least = dict(zip(PARTS, (2, 200, 200), strict=True))
        found = {part: value + (self.dice.choice((0, 1)) if self.goes_well() else -1) for part, value in least.items()}
        return found if self.dice.random() < 0.98 else {part: found[part] for part in PARTS[:2]}

    def alerts(self) -> list[Alert]:
        return [self.alert() for _ in range(self.dice.choice((0, 0, 0, 1, 2)))]

    def alert(self) -> Alert:
        raised = self.day(self.dice.choice(MONTHS))
        until = raised + timedelta(days=self.dice.randint(0, 300)) if self.dice.random() < 0.6 else None
        ended = raised + timedelta(days=self.dice.randint(1, 200)) if self.dice.random() < 0.6 else None
        return Alert(self.new(), self.dice.choice(("low", "medium", "high", "high")), raised, until, ended)

    def voices(self) -> list[Voice]:
        found = [self.voice(self.turn + step) for step in self.steps(10)]
        # Two people ask on one day, and hear the same or another thing.
        again = [self.voice(self.turn)._replace(on=one.on) for one in found if self.dice.random() < 0.15]
        return self.dice.sample([*found, *again], len(found) + len(again))

    def voice(self, month: int) -> Voice:
        agrees = self.dice.choices((True, False, None), (85, 13, 2))[0]
        return Voice(self.new(), self.day(month), agrees, self.dice.random() < 0.8)

    def household(self, month: int) -> Household:
        """Mostly well off, for points decide of nobody who has none."""
        good = (5_000_000, 1_500_000, 2, True, True, True, 5)
        at_the_border = (1_500_000, 1_500_000, 2, True, True, True, 5)
        poor = (1_499_999, 1_500_000, 1, False, False, False, 4)
        unknown = (None, self.dice.choice((None, 0)), None, None, None, None, None)
        weights = (5, 2, 2, 1) if self.goes_well() else (1, 1, 4, 4)
        answers = [self.dice.choices(each, weights)[0] for each in zip(good, at_the_border, poor, unknown, strict=True)]
        return Household(self.new(), self.day(month), *answers)

    def visits(self) -> list[Visit]:
        found = []
        for step in self.steps(self.dice.choice((1, 2, 5))):
            on = self.day(max(self.turn, self.turn + step))
            passed = self.goes_well()
            answers = [self.dice.choices((True, False, None), (12, 1, 5))[0] for _ in range(2)]
            found.append(Visit(self.new(), on, passed, *answers, self.late(on)))
            if not passed and self.dice.random() < 0.3:
                # Somebody else came on the same day and saw something else.
                found.append(Visit(self.new(), on, True, True, True, self.late(on)))
        return found
