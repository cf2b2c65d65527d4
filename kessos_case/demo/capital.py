"""Tools and money for a business of one's own, and the province's yearly aid in extreme poverty: what is paid once."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from kessos_case.cases.rules import Stage
from kessos_case.core.months import Month, month_of
from kessos_case.demo.enrolments import Enrolments
from kessos_case.demo.episodes import Episode
from kessos_case.demo.ground import Ground
from kessos_case.demo.lives import CASUAL, Lives
from kessos_case.demo.payments import Payment
from kessos_case.demo.people import Home, People, Person
from kessos_case.demo.process import CAPITAL, TARGETING

# When the programmes began, as far as we read (reference programmes.toml); KUBE paid by member until 2021.
_PUSPA_SINCE, _KUBE_UNTIL, _KIP_SINCE, _EXTREME_SINCE = 2020 * 12, 2021 * 12 + 11, 2022 * 12, 2022
# The month in which the province pays for extreme poverty.
_EXTREME_MONTH = 7
_LOWER_HALF = 5
_AGES = range(18, 58)
# Goods of the village office for families that left PKH by their own income come some months later.
_PUSPA_MONTHS = (2, 9)


class SinglePayments:
    """What households, their heads and people in cases were paid once."""

    def __init__(self, ground: Ground, people: People, lives: Lives, grids: Enrolments) -> None:
        self._ground, self._people, self._lives, self._grids = ground, people, lives, grids
        self._dice = ground.dice("capital")

    def payments(self, cases: Iterable[Episode]) -> Iterator[Payment]:
        """All of them, in the order of households, heads and cases."""
        for home in self._people.homes:
            yield from self._of_home(home)
        for stay in self._people.stays:
            if stay.relation == "head":
                yield from self._of_head(stay.person, stay.home, max(stay.first, self._ground.first), stay.last)
        for case in cases:
            for job in case.jobs:
                if job.capital:
                    yield self._paid(job.capital[0], job.capital[1], person=case.person)

    def _of_home(self, home: Home) -> Iterator[Payment]:
        ground, dice = self._ground, self._dice
        column = int(self._grids.pena[home.place])
        if column >= 0:
            yield self._paid("PENA", ground.day_in(ground.first + column, dice), home=home)
        if dice.random() < CAPITAL.puspa and (month := self._left_pkh(home)):
            later = ground.day_in(month + dice.randint(*_PUSPA_MONTHS), dice)
            if later <= ground.today:
                yield self._paid("JATIM-PUSPA", later, home=home)

    def _left_pkh(self, home: Home) -> Month | None:
        """The first month since 2020 in which a household was off PKH again because it earned enough."""
        on = self._grids.pkh[home.place]
        for column in range(max(1, _PUSPA_SINCE - self._ground.first), len(on)):
            if on[column - 1] and not on[column] and self._grids.earns_in(home.place, column):
                return self._ground.first + column
        return None

    def _of_head(self, person: Person, home: Home, first: Month, last: Month | None) -> Iterator[Payment]:
        until = min(self._ground.last if last is None else last, int(self._lives.died[person.place]) - 1)
        yield from self._extreme(person, home, first, until)
        dice = self._dice
        kip, share = (
            ("KIP-PUTRI-JAWARA", CAPITAL.kip_women) if person.sex == "P" else ("KIP-KPM-JAWARA", CAPITAL.kip_men)
        )
        for code, chance, begin, end in (
            ("KUBE", CAPITAL.kube, first, min(until, _KUBE_UNTIL)),
            (kip, share, max(first, _KIP_SINCE), until),
        ):
            if (
                dice.random() < chance
                and begin <= end
                and self._trades(person, home, month := dice.randint(begin, end))
            ):
                yield self._paid(code, self._ground.day_in(month, dice), person=person)

    def _trades(self, person: Person, home: Home, month: Month) -> bool:
        """A business in the bud, in a household of the lower half."""
        column = self._lives.at(month)
        is_poor = self._grids.decile[home.place, column] <= _LOWER_HALF
        return bool(is_poor and person.age_in(month) in _AGES and self._lives.work[person.place, column] == CASUAL)

    def _extreme(self, person: Person, home: Home, first: Month, until: Month) -> Iterator[Payment]:
        """Once a year to heads of households that are seen in the lowest decile. This year's file comes by itself."""
        for year in range(_EXTREME_SINCE, self._ground.today.year):
            month = year * 12 + _EXTREME_MONTH
            is_seen = first <= month <= until and self._grids.decile[home.place, self._lives.at(month)] == 1
            if is_seen and self._dice.random() < TARGETING.extreme_poverty_share:
                yield self._paid("BANSOS-KE-JATIM", self._ground.day_in(month, self._dice), person=person)

    def _paid(
        self, programme: str, paid_on: date, *, home: Home | None = None, person: Person | None = None
    ) -> Payment:
        month, paid_on = month_of(paid_on), min(paid_on, self._ground.today)
        return Payment(programme, None, month, month, self._ground.prices[programme], paid_on, home=home, person=person)


def begin_business(ground: Ground, case: Episode, starts_on: date, dice: random.Random) -> tuple[str, date] | None:
    """What an own business of a case was begun with: the programme for people in a UPT, or for those who have left it."""
    paid_on = ground.working_day(starts_on + timedelta(days=dice.randint(*CAPITAL.kip_days)))
    is_over = paid_on > ground.today or (case.closed_at is not None and case.closed_at.date() <= paid_on)
    if dice.random() > CAPITAL.kip_in_case or is_over or month_of(paid_on) < _KIP_SINCE:
        return None
    left = case.entered(Stage.AFTERCARE)
    return "KIP-EKS-PPKS-JAWARA" if left and left <= paid_on else "KIP-PPKS-JAWARA", paid_on
