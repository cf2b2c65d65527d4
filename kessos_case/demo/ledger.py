"""Ten years of aid: who is on which programme in which month, and the payments that a ledger then holds.

Households are found by a welfare rank seen with error once a year, stay until somebody looks again, fall out by mistake
and are put right later. Payments come by stages, late, twice, back: as in process.py.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from kessos_case.core.months import Month, first_day, last_day, month_of
from kessos_case.demo.ground import Ground
from kessos_case.demo.lives import Lives
from kessos_case.demo.people import Home, People, Person, Stay
from kessos_case.demo.process import PANDEMIC, PAYING, TARGETING

Mask = NDArray[np.bool_]

# Before March 2020 the card was worth this much a month.
_EARLIER_SEMBAKO = 110_000
_MOST_COMPONENTS = 4


@dataclass(frozen=True)
class Payment:
    """One line of the ledger before it is written; `known_on` is None while no file has brought it."""

    programme: str
    component: str | None
    first: Month
    last: Month
    amount: int
    paid_on: date
    home: Home | None = None
    person: Person | None = None
    taken_back: str | None = None


class Enrolments:
    """Which household is on which programme in which month."""

    def __init__(self, ground: Ground, people: People, lives: Lives, has_components: Mask) -> None:
        self._ground, self._lives = ground, lives
        self._dice = np.random.default_rng([ground.seed, 23])
        homes, months = lives.welfare.shape
        self.pkh, self.sembako, self.blt = (np.zeros((homes, months), dtype=bool) for _ in range(3))
        self.decile = np.ones(homes, dtype=np.int64)
        self._has_components = has_components
        self._entitled_pkh = np.zeros(homes, dtype=bool)
        self._begin()

    def run(self) -> "Enrolments":
        """Fill the grids month by month."""
        for column in range(self.pkh.shape[1]):
            month = self._ground.first + column
            if column == 0 or month % 12 == TARGETING.verification_month - 1:
                self._verify(column)
            self.pkh[:, column] = self._next(
                self.pkh[:, max(0, column - 1)], column, TARGETING.pkh_decile, TARGETING.pkh_taken_up,
                self._has_components[:, column],
            )  # fmt: skip
            self.sembako[:, column] = self._next(
                self.sembako[:, max(0, column - 1)], column, TARGETING.sembako_decile, TARGETING.sembako_taken_up,
                np.ones_like(self._entitled_pkh),
            )  # fmt: skip
            self._pay_villages(column, month)
        return self

    def _begin(self) -> None:
        """Ten years ago the programmes were there already: a part of the poor was on them."""
        self._see(0)
        drawn = self._dice.random(len(self.decile))
        self.pkh[:, 0] = (self.decile <= TARGETING.pkh_decile) & (drawn < 0.35) & self._has_components[:, 0]
        self.sembako[:, 0] = (self.decile <= TARGETING.sembako_decile) & (drawn < 0.40)

    def _see(self, column: int) -> None:
        """The decile as the office sees it this year."""
        seen = self._lives.welfare[:, column] + self._dice.normal(0, TARGETING.error, len(self.decile))
        standing = (seen - TARGETING.centre) / TARGETING.spread
        share = 0.5 * (1 + np.tanh(0.8 * standing))
        self.decile = np.clip((share * 10).astype(np.int64) + 1, 1, 10)

    def _verify(self, column: int) -> None:
        self._see(column)
        off = self._dice.random(len(self.decile)) < TARGETING.taken_off
        before = max(0, column - 1)
        self.pkh[:, before] &= ~(off & (self.decile > TARGETING.pkh_decile))
        self.sembako[:, before] &= ~(off & (self.decile > TARGETING.sembako_decile))

    def _next(self, before: Mask, column: int, most: int, taken_up: float, entitled: Mask) -> Mask:
        dice, count = self._dice, len(self.decile)
        people = self._lives.people_at_home[:, column]
        line = self._ground.poverty_line(self._ground.first + column)
        earns = self._lives.income_at_home[:, column] > line * np.maximum(people, 1)
        leaves = (dice.random(count) < TARGETING.lost_by_mistake) | (earns & (dice.random(count) < TARGETING.gives_up))
        joins = (self.decile <= most) & (dice.random(count) < taken_up)
        return np.where(before, ~leaves, joins) & entitled & (people > 0)

    def _pay_villages(self, column: int, month: Month) -> None:
        """BLT Dana Desa: for whom no other programme has found, by the village, year by year since the pandemic."""
        if month < PANDEMIC[0]:
            return
        if month % 12 == 0 or month == PANDEMIC[0]:
            self._village = self._dice.random(len(self.decile)) < TARGETING.blt_share
        poor = (self.decile <= TARGETING.sembako_decile) & (self._lives.people_at_home[:, column] > 0)
        self.blt[:, column] = self._village & poor & ~self.pkh[:, column] & ~self.sembako[:, column]


class Ledger:
    """All payments, in the order of households and people."""

    def __init__(self, ground: Ground, people: People, lives: Lives) -> None:
        self._ground, self._people, self._lives = ground, people, lives
        self._dice = ground.dice("ledger")
        self._members: dict[int, list[Stay]] = {}
        for stay in people.stays:
            self._members.setdefault(stay.home.place, []).append(stay)
        self.enrolments = Enrolments(ground, people, lives, self._with_components()).run()

    def payments(self) -> Iterator[Payment]:
        """Every payment that was made, late ones and mistakes included; some are taken back."""
        for home in self._people.homes:
            for payment in self._for_home(home):
                yield from self._perhaps_back(payment)
        for person in self._people.persons:
            for payment in self._for_person(person):
                yield from self._perhaps_back(payment)

    def _with_components(self) -> Mask:
        """Which households have anybody whom PKH pays for, month by month."""
        found = np.zeros(self._lives.welfare.shape, dtype=bool)
        for home, stays in self._members.items():
            for stay in stays:
                for month in self._span(stay):
                    if _component_of(stay.person, month):
                        found[home, month - self._ground.first] = True
        return found

    def _span(self, stay: Stay) -> range:
        died = int(self._lives.died[stay.person.place])
        last = min(self._ground.last if stay.last is None else stay.last, died)
        return range(max(stay.first, self._ground.first), last + 1)

    def _for_home(self, home: Home) -> Iterator[Payment]:
        grid, first = self.enrolments, self._ground.first
        for quarter in range(first - first % 3, self._ground.last + 1, 3):
            months = [month for month in range(quarter, quarter + 3) if first <= month <= self._ground.last]
            on = [month for month in months if grid.pkh[home.place, month - first]]
            if len(on) == len(months):
                yield from self._stage(home, quarter)
            yield from self._monthly(home, "SEMBAKO", months, grid.sembako, self._sembako_price)
            yield from self._monthly(home, "BLT-DD", months, grid.blt, lambda _month: self._ground.prices["BLT-DD"])

    def _stage(self, home: Home, quarter: Month) -> Iterator[Payment]:
        """PKH: one line for each kind of component; at most four people count, the dearest first."""
        counted: list[str] = []
        for stay in self._members.get(home.place, []):
            if quarter in self._span(stay) and (code := _component_of(stay.person, quarter)):
                counted.append(code)
        if self._expects(home, quarter):
            counted.append("PKH-IBU-HAMIL")
        counted.sort(key=lambda code: (-self._ground.prices[code], code))
        counted = counted[:_MOST_COMPONENTS]
        paid_on = self._paid_on(quarter + 1, stage=True)
        for code in dict.fromkeys(counted):
            amount = self._ground.prices[code] // 4 * counted.count(code)
            yield Payment(code, code[4:].lower().replace("-", "_"), quarter, quarter + 2, amount, paid_on, home=home)

    def _expects(self, home: Home, quarter: Month) -> bool:
        return any(0 < month_of(stay.person.born) - quarter <= 9 for stay in self._members.get(home.place, []))

    def _monthly(
        self, home: Home, code: str, months: list[Month], grid: Mask, price: Callable[[Month], int]
    ) -> Iterator[Payment]:
        on = [month for month in months if grid[home.place, month - self._ground.first]]
        if not on:
            return
        # In the pandemic the card was filled every month, otherwise once a stage.
        if PANDEMIC[0] <= on[0] <= PANDEMIC[1] and code == "SEMBAKO":
            for month in on:
                yield Payment(code, None, month, month, price(month), self._paid_on(month, stage=False), home=home)
            return
        amount = sum(price(month) for month in on)
        runs = on[-1] - on[0] + 1 == len(on)
        paid_on = self._paid_on(on[-1], stage=True)
        if runs:
            yield Payment(code, None, on[0], on[-1], amount, paid_on, home=home)
        else:
            for month in on:
                yield Payment(code, None, month, month, price(month), paid_on, home=home)

    def _sembako_price(self, month: Month) -> int:
        return self._ground.prices["SEMBAKO"] if month >= PANDEMIC[0] - 1 else _EARLIER_SEMBAKO

    def _paid_on(self, month: Month, *, stage: bool) -> date:
        late = 3 if stage and self._dice.random() < PAYING.late_stage else 0
        begin = first_day(month + late)
        return self._ground.working_day(begin + timedelta(days=self._dice.randrange(PAYING.delay_days)))

    def _for_person(self, person: Person) -> Iterator[Payment]:
        dice, ground = self._dice, self._ground
        died = int(self._lives.died[person.place])
        until = min(ground.last, died)
        for code, share, months, applies in _PERSONAL:
            begin = max(ground.first, months[0])
            if dice.random() >= share or not applies(person, until):
                continue
            begin = max(begin, min(until, begin + dice.randrange(24)))
            for quarter in range(begin - begin % 3, until + 1, 3):
                if quarter >= begin and applies(person, quarter):
                    amount = _quarterly(ground.prices[code], code)
                    paid_on = self._paid_on(quarter + 1, stage=True)
                    yield Payment(code, None, quarter, quarter + 2, amount, paid_on, person=person)
        if dice.random() < TARGETING.insured_share:
            yield from self._premiums(person, until)

    def _premiums(self, person: Person, until: Month) -> Iterator[Payment]:
        begin = max(self._ground.first, month_of(person.born), 2019 * 12 + 7) + self._dice.randrange(36)
        for first in range(begin, until + 1, 12):
            last = min(first + 11, until)
            amount = self._ground.prices["PBI-JK"] * (last - first + 1)
            paid_on = min(last_day(first), self._ground.today)
            yield Payment("PBI-JK", None, first, last, amount, paid_on, person=person)

    def _perhaps_back(self, payment: Payment) -> Iterator[Payment]:
        if payment.paid_on > self._ground.today:
            return
        reason = None
        if self._dice.random() < PAYING.taken_back:
            reason = self._dice.choice(("not_paid", "returned", "duplicate", "wrong_amount"))
        yield replace(payment, taken_back=reason) if reason else payment


def _component_of(person: Person, month: Month) -> str | None:
    age = person.age_in(month)
    if person.is_severely_disabled and age >= 7:
        return "PKH-DISABILITAS"
    if 0 <= age <= 6:
        return "PKH-USIA-DINI"
    for code, oldest in (("PKH-SD", 12), ("PKH-SMP", 15), ("PKH-SMA", 18)):
        if 7 <= age <= oldest:
            return code if code != "PKH-SMA" or person.schooling >= 1 else None
    return "PKH-LANSIA" if age >= 60 else None


def _quarterly(amount: int, code: str) -> int:
    if code == "ATENSI-YAPI":
        return amount * 3
    return amount * 90 if code == "PERMAKANAN" else amount // 4


# programme, share of those to whom it applies, months of the programme, to whom
_PERSONAL = (
    ("PKH-PLUS-JATIM", TARGETING.pkh_plus_share, (2019 * 12, 0), lambda who, month: who.age_in(month) >= 70),
    ("ASPD-JATIM", TARGETING.aspd_share, (2018 * 12, 0), lambda who, month: who.is_severely_disabled),
    (
        "ATENSI-YAPI",
        TARGETING.orphan_share,
        (2022 * 12, 0),
        lambda who, month: who.is_orphan and who.age_in(month) < 18,
    ),
    ("PERMAKANAN", TARGETING.elderly_meals_share, (2023 * 12, 0), lambda who, month: who.age_in(month) >= 75),
)


def known_on(payment_on: date, dice: random.Random) -> date:
    """The day from which a file could bring this payment."""
    low, high = PAYING.known_late_days if dice.random() < PAYING.known_late else PAYING.known_days
    return payment_on + timedelta(days=dice.randint(low, high))
