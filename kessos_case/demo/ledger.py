"""Ten years of aid: the payments that follow from enrolment and from who people are. They come by stages, late, twice, back."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from kessos_case.core.months import Month, first_day, last_day, month_of
from kessos_case.demo.capital import SinglePayments
from kessos_case.demo.enrolments import Enrolments, Mask
from kessos_case.demo.episodes import Episode
from kessos_case.demo.ground import Ground
from kessos_case.demo.lives import Lives
from kessos_case.demo.payments import Payment
from kessos_case.demo.people import ADULT, Home, People, Person, Stay
from kessos_case.demo.process import PANDEMIC, PAYING, TARGETING

# Before March 2020 the card was worth this much a month.
_EARLIER_SEMBAKO = 110_000
_MOST_COMPONENTS = 4
_PLUS_AGE, _MEALS_AGE = 70, 75


class Ledger:
    """All payments, in the order of households and people; what is paid once comes last."""

    def __init__(self, ground: Ground, people: People, lives: Lives, cases: Iterable[Episode]) -> None:
        self._ground, self._people, self._lives, self._cases = ground, people, lives, cases
        self._dice = ground.dice("ledger")
        self._members: dict[int, list[Stay]] = {}
        for stay in people.stays:
            self._members.setdefault(stay.home.place, []).append(stay)
        # programme, share of those to whom it applies, since when, to whom
        self._personal: tuple[tuple[str, float, Month, Callable[[Person, Month], bool]], ...] = (
            ("PKH-PLUS-JATIM", TARGETING.pkh_plus_share, 2019 * 12, self._is_poor_and_old),
            ("ASPD-JATIM", TARGETING.aspd_share, 2018 * 12, lambda who, _month: who.is_severely_disabled),
            ("ATENSI-YAPI", TARGETING.orphan_share, 2022 * 12, _is_orphan),
            ("PERMAKANAN", TARGETING.elderly_meals_share, 2023 * 12, self._is_old_and_alone),
        )
        self.enrolments = Enrolments(ground, people, lives, self._with_components()).run()

    def payments(self) -> Iterator[Payment]:
        """Every payment that was made, late ones and mistakes included; some are taken back."""
        for home in self._people.homes:
            for payment in self._for_home(home):
                yield from self._perhaps_back(payment)
        for person in self._people.persons:
            for payment in self._for_person(person):
                yield from self._perhaps_back(payment)
        once = SinglePayments(self._ground, self._people, self._lives, self.enrolments)
        for payment in once.payments(self._cases):
            yield from self._perhaps_back(payment)

    def poorest(self) -> list[Person]:
        """Heads of households of today, those whom the office sees poorest first."""
        seen = self.enrolments.decile[:, -1]
        heads = [
            stay for stay in self._people.stays
            if stay.relation == "head" and stay.last is None and stay.person.died_on is None
        ]  # fmt: skip
        return [stay.person for stay in sorted(heads, key=lambda stay: (seen[stay.home.place], stay.home.place))]

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
        return any(
            0 < month_of(day) - quarter <= 9
            for stay in self._members.get(home.place, [])
            for day in stay.person.births
            if quarter in self._span(stay)
        )

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
        # PKH and Sembako lie on one card and come in one wave, in the middle of the stage; the village pays afterwards.
        wave = min(on[-1], max(on[0], months[0] + 1)) if code == "SEMBAKO" else on[-1]
        paid_on = self._paid_on(wave, stage=True)
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
        until = min(ground.last, int(self._lives.died[person.place]))
        for code, share, since, may_have in self._personal:
            begin = max(ground.first, since)
            if dice.random() >= share or not may_have(person, until):
                continue
            begin = max(begin, min(until, begin + dice.randrange(24)))
            for quarter in range(begin - begin % 3, until + 1, 3):
                if quarter >= begin and may_have(person, quarter):
                    amount = _quarterly(ground.prices[code], code)
                    paid_on = self._paid_on(quarter + 1, stage=True)
                    yield Payment(code, None, quarter, quarter + 2, amount, paid_on, person=person)
        if dice.random() < TARGETING.insured_share:
            yield from self._premiums(person, until)

    def _is_poor_and_old(self, person: Person, month: Month) -> bool:
        """Of 70 and more, in a household that is seen as poor."""
        home = int(self._lives.home[person.place, self._lives.at(month)])
        if home < 0 or person.age_in(month) < _PLUS_AGE:
            return False
        return bool(self.enrolments.decile[home, self._lives.at(month)] <= TARGETING.sembako_decile)

    def _is_old_and_alone(self, person: Person, month: Month) -> bool:
        """Of 75 and more, at home with nobody."""
        column = self._lives.at(month)
        home = int(self._lives.home[person.place, column])
        return home >= 0 and person.age_in(month) >= _MEALS_AGE and bool(self._lives.people_at_home[home, column] == 1)

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


def _is_orphan(person: Person, month: Month) -> bool:
    return person.is_orphan and 0 <= person.age_in(month) < ADULT


def _quarterly(amount: int, code: str) -> int:
    if code == "ATENSI-YAPI":
        return amount * 3
    return amount * 90 if code == "PERMAKANAN" else amount // 4


def known_on(payment_on: date, dice: random.Random) -> date:
    """The day from which a file could bring this payment."""
    low, high = PAYING.known_late_days if dice.random() < PAYING.known_late else PAYING.known_days
    return payment_on + timedelta(days=dice.randint(low, high))
