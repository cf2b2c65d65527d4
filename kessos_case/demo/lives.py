"""Month by month, for everybody at once: work found and lost, illness, blows, welfare, death. See process.py."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kessos_case.core.months import Month
from kessos_case.demo.ground import Ground
from kessos_case.demo.people import People
from kessos_case.demo.process import HEALTH, PANDEMIC, POPULATION, TARGETING, WORK

Grid = NDArray[np.int64]
Real = NDArray[np.float64]

NONE, CASUAL, REGULAR = 0, 1, 2


@dataclass
class Lives:
    """What became of everybody: arrays of person (or household) x month, months counted from `first`.

    `home` is the household of a person, -1 without one; `work` NONE, CASUAL or REGULAR; `income` rupiah of a person;
    `welfare` of a household in standard deviations; `died` the month of death, or a month beyond the last.
    """

    first: Month
    home: Grid
    work: Grid
    income: Grid
    people_at_home: Grid
    income_at_home: Grid
    welfare: Real
    died: Grid

    def at(self, month: Month) -> int:
        """The column of a month."""
        return month - self.first


def live(ground: Ground, people: People, trade_from: dict[int, Month], fixed_home: Grid) -> Lives:
    """Let everybody live. `trade_from` is the month from which a person has learnt a trade, by place of the person."""
    return _Years(ground, people, trade_from, fixed_home).run()


def homes_by_month(ground: Ground, people: People) -> Grid:
    """The household of each person in each month, -1 where there is none."""
    months = ground.last - ground.first + 1
    grid = np.full((len(people.persons), months), -1, dtype=np.int64)
    for stay in people.stays:
        begin = max(0, stay.first - ground.first)
        end = months if stay.last is None else max(0, stay.last - ground.first + 1)
        grid[stay.person.place, begin:end] = stay.home.place
    return grid


class _Years:
    def __init__(self, ground: Ground, people: People, trade_from: dict[int, Month], home: Grid) -> None:
        self._ground = ground
        self._dice = np.random.default_rng([ground.seed, 11])
        self._count, self._months = home.shape
        self._home, self._homes = home, max(1, len(people.homes))
        persons = people.persons
        self._born = np.array([each.born.year * 12 + each.born.month - 1 for each in persons], dtype=np.int64)
        self._schooling = np.array([each.schooling for each in persons], dtype=float) - 1.5
        self._drive = np.array([each.drive for each in persons])
        self._disabled = np.array([each.is_disabled for each in persons])
        self._severe = np.array([each.is_severely_disabled for each in persons])
        self._women = np.array([each.sex == "P" for each in persons])
        self._trade = np.full(self._count, ground.last + 1, dtype=np.int64)
        for place, month in trade_from.items():
            self._trade[place] = month
        self._wages = self._wage_table(people)
        self._assets = self._dice.normal(0, TARGETING.asset_spread, self._homes)
        self._blows = np.zeros(self._homes)

    def run(self) -> Lives:
        shape, homes = (self._count, self._months), (self._homes, self._months)
        found = Lives(
            self._ground.first, self._home, np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64),
            np.zeros(homes, dtype=np.int64), np.zeros(homes, dtype=np.int64), np.zeros(homes),
            np.full(self._count, self._ground.last + 1, dtype=np.int64),
        )  # fmt: skip
        work = np.where(self._dice.random(self._count) < 0.5, CASUAL, NONE)
        ill = np.zeros(self._count, dtype=bool)
        for column in range(self._months):
            month = self._ground.first + column
            ages = (month - self._born) // 12
            self._die(found, month, ages)
            alive = (month < found.died) & (month >= self._born)
            ill = self._fall_ill(ill, ages)
            work = self._work(work, month, ages, alive, ill, self._caring(column, ages, alive))
            found.work[:, column] = work
            found.income[:, column] = self._earn(work, month)
            self._fare(found, column, alive)
        return found

    def _wage_table(self, people: People) -> Real:
        """Minimum wage of each person's regency by year."""
        years = range(self._ground.first // 12, self._ground.last // 12 + 1)
        regions = [each.village[:5] for each in people.persons]
        table = {region: [self._ground.wage(region, year * 12) for year in years] for region in set(regions)}
        return np.array([table[region] for region in regions], dtype=float)

    def _die(self, found: Lives, month: Month, ages: Grid) -> None:
        chances = np.select([ages < 60, ages < 75], POPULATION.deaths[:2], POPULATION.deaths[2])
        dies = (self._dice.random(self._count) < chances) & (found.died > month) & (month > self._born + 1)
        # The last month is not over; who dies then dies after this world ends.
        found.died[dies & (month < self._ground.last)] = month

    def _fall_ill(self, ill: NDArray[np.bool_], ages: Grid) -> NDArray[np.bool_]:
        drawn = self._dice.random(self._count)
        onset = HEALTH.falls_ill * np.exp(HEALTH.falls_ill_by_decade * (ages - 35) / 10)
        return np.where(ill, drawn >= HEALTH.recovers, drawn < onset)

    def _caring(self, column: int, ages: Grid, alive: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Women of a household with an infant or a severely disabled member: who cares is a fact of this society."""
        home = self._home[:, column]
        needing = alive & (home >= 0) & ((ages < 3) | self._severe)
        burdened = np.bincount(home[needing], minlength=self._homes) > 0
        return self._women & (home >= 0) & burdened[np.maximum(home, 0)] & (ages >= 15)

    def _work(
        self, work: Grid, month: Month, ages: Grid, alive: NDArray[np.bool_], ill: NDArray[np.bool_],
        caring: NDArray[np.bool_],
    ) -> Grid:  # fmt: skip
        hard = PANDEMIC[0] <= month <= PANDEMIC[1]
        trade = month >= self._trade
        finding = WORK.find * np.exp(
            WORK.find_by_schooling * self._schooling + WORK.find_by_drive * self._drive + WORK.find_by_trade * trade
            + WORK.find_when_ill * ill + WORK.find_when_caring * caring + WORK.find_when_disabled * self._disabled
            + WORK.find_in_pandemic * hard
        )  # fmt: skip
        losing = np.where(work == REGULAR, WORK.lose_regular, WORK.lose_casual) * np.exp(
            WORK.lose_when_ill * ill + WORK.lose_when_caring * caring + WORK.lose_by_drive * self._drive
            + WORK.lose_in_pandemic * hard
        )  # fmt: skip
        odds = WORK.regular + WORK.regular_by_schooling * self._schooling + WORK.regular_by_trade * trade
        drawn, regular = self._dice.random(self._count), self._dice.random(self._count) < 1 / (1 + np.exp(-odds))
        found = np.where(regular, REGULAR, CASUAL)
        after = np.where(work == NONE, np.where(drawn < finding, found, NONE), np.where(drawn < losing, NONE, work))
        able = alive & (ages >= 15) & (ages <= 64) & ~self._severe
        return np.where(able, after, NONE)

    def _earn(self, work: Grid, month: Month) -> Grid:
        wages = self._wages[:, month // 12 - self._ground.first // 12]
        drawn = self._dice.normal(0, 1, self._count)
        casual = WORK.casual_wage * np.exp(WORK.casual_spread * drawn)
        regular = WORK.regular_wage * np.exp(WORK.regular_spread * drawn)
        share = np.select([work == CASUAL, work == REGULAR], [casual, regular], 0.0)
        return (wages * share / 1000).astype(np.int64) * 1000

    def _fare(self, found: Lives, column: int, alive: NDArray[np.bool_]) -> None:
        home = self._home[:, column]
        here = alive & (home >= 0)
        people = np.bincount(home[here], minlength=self._homes)
        income = np.bincount(home[here], weights=found.income[here, column], minlength=self._homes)
        self._blows *= HEALTH.blow_fades
        self._blows += HEALTH.blow_size * (self._dice.random(self._homes) < HEALTH.blow)
        line = self._ground.poverty_line(self._ground.first + column)
        # A household without any income lives on a fifth of the line: gifts, debts, a garden.
        per_head = np.maximum(income / np.maximum(people, 1), line / 5)
        found.people_at_home[:, column] = people
        found.income_at_home[:, column] = income.astype(np.int64)
        found.welfare[:, column] = np.log(per_head / line) + self._assets - self._blows
