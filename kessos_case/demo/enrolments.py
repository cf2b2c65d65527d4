"""Which household is on which programme in which month: found by a welfare rank seen with error, lost by another look.

Also who takes capital in place of aid, for that ends it.
"""

import numpy as np
from numpy.typing import NDArray

from kessos_case.core.months import Month
from kessos_case.demo.ground import Ground
from kessos_case.demo.lives import CASUAL, Grid, Lives
from kessos_case.demo.people import People
from kessos_case.demo.process import CAPITAL, PANDEMIC, TARGETING

Mask = NDArray[np.bool_]

# The ministry's capital for families that agree to leave aid: since 2023.
_PENA_SINCE = 2023 * 12
_OLD = 60
_TRADERS = (20, 45)


class Enrolments:
    """Grids of household x month: `pkh`, `sembako`, `blt`, and `decile` as the office last saw it.

    `pena` is the column in which a household took capital, -1 without.
    """

    def __init__(self, ground: Ground, people: People, lives: Lives, has_components: Mask) -> None:
        self._ground, self._lives = ground, lives
        self._dice = np.random.default_rng([ground.seed, 23])
        homes, self._months = lives.welfare.shape
        self.pkh, self.sembako, self.blt = (np.zeros((homes, self._months), dtype=bool) for _ in range(3))
        self.decile = np.ones((homes, self._months), dtype=np.int64)
        self.pena = np.full(homes, -1, dtype=np.int64)
        self._seen = np.ones(homes, dtype=np.int64)
        self._has_components = has_components
        self._born = np.array([each.born.year * 12 + each.born.month - 1 for each in people.persons], dtype=np.int64)
        self._disabled = np.array([each.is_disabled for each in people.persons])
        self._begin()

    def run(self) -> "Enrolments":
        """Fill the grids month by month."""
        for column in range(self._months):
            month = self._ground.first + column
            if column == 0 or month % 12 == TARGETING.verification_month - 1:
                self._verify(column)
            self.decile[:, column] = self._seen
            away = self._is_away(column)
            self.pkh[:, column] = self._next(
                self.pkh[:, max(0, column - 1)], column, TARGETING.pkh_decile, TARGETING.pkh_taken_up,
                self._has_components[:, column] & ~away,
            )  # fmt: skip
            self.sembako[:, column] = self._next(
                self.sembako[:, max(0, column - 1)], column, TARGETING.sembako_decile, TARGETING.sembako_taken_up, ~away
            )
            self._pay_villages(column, month)
            if month >= _PENA_SINCE:
                self._give_capital(column, month)
        return self

    def _begin(self) -> None:
        """Ten years ago the programmes were there already: a part of the poor was on them."""
        self._see(0)
        drawn = self._dice.random(len(self._seen))
        self.pkh[:, 0] = (self._seen <= TARGETING.pkh_decile) & (drawn < 0.35) & self._has_components[:, 0]
        self.sembako[:, 0] = (self._seen <= TARGETING.sembako_decile) & (drawn < 0.40)

    def _see(self, column: int) -> None:
        """The decile as the office sees it this year."""
        seen = self._lives.welfare[:, column] + self._dice.normal(0, TARGETING.error, len(self._seen))
        standing = (seen - TARGETING.centre) / TARGETING.spread
        share = 0.5 * (1 + np.tanh(0.8 * standing))
        self._seen = np.clip((share * 10).astype(np.int64) + 1, 1, 10)

    def _verify(self, column: int) -> None:
        self._see(column)
        off = self._dice.random(len(self._seen)) < TARGETING.taken_off
        before = max(0, column - 1)
        self.pkh[:, before] &= ~(off & (self._seen > TARGETING.pkh_decile))
        self.sembako[:, before] &= ~(off & (self._seen > TARGETING.sembako_decile))

    def _next(self, before: Mask, column: int, most: int, taken_up: float, entitled: Mask) -> Mask:
        dice, count = self._dice, len(self._seen)
        people = self._lives.people_at_home[:, column]
        leaves = (dice.random(count) < TARGETING.lost_by_mistake) | (
            self.earns(column) & (dice.random(count) < TARGETING.gives_up)
        )
        joins = (self._seen <= most) & (dice.random(count) < taken_up)
        return np.where(before, ~leaves, joins) & entitled & (people > 0)

    def earns(self, column: int) -> Mask:
        """Which households earn more than the poverty line per head."""
        line = self._ground.poverty_line(self._ground.first + column)
        return self._lives.income_at_home[:, column] > line * np.maximum(self._lives.people_at_home[:, column], 1)

    def earns_in(self, home: int, column: int) -> bool:
        """Does one household?"""
        line = self._ground.poverty_line(self._ground.first + column)
        return bool(self._lives.income_at_home[home, column] > line * max(1, self._lives.people_at_home[home, column]))

    def _pay_villages(self, column: int, month: Month) -> None:
        """BLT Dana Desa: for whom no other programme has found, by the village, year by year since the pandemic."""
        if month < PANDEMIC[0]:
            return
        if month % 12 == 0 or month == PANDEMIC[0]:
            self._village = self._dice.random(len(self._seen)) < TARGETING.blt_share
        poor = (self._seen <= TARGETING.sembako_decile) & (self._lives.people_at_home[:, column] > 0)
        self.blt[:, column] = self._village & poor & ~self.pkh[:, column] & ~self.sembako[:, column]

    def _is_away(self, column: int) -> Mask:
        """Which households have agreed to leave, and are not looked for again yet."""
        since = column - self.pena
        last = CAPITAL.pena_leaves_after + CAPITAL.pena_stays_away
        return (self.pena >= 0) & (since >= CAPITAL.pena_leaves_after) & (since < last)

    def _give_capital(self, column: int, month: Month) -> None:
        """To whom aid has not replaced a trade: somebody of 20 to 45 earns in it, nobody is old or disabled."""
        home, ages = self._lives.home[:, column], (month - self._born) // 12
        here = (home >= 0) & (self._lives.died > month) & (month >= self._born)
        trades = here & (self._lives.work[:, column] == CASUAL) & (ages >= _TRADERS[0]) & (ages <= _TRADERS[1])
        is_apt = self._any(home, trades) & ~self._any(home, here & ((ages >= _OLD) | self._disabled))
        on = self.pkh[:, column] | self.sembako[:, column]
        drawn = self._dice.random(len(self.pena)) < CAPITAL.pena
        self.pena[on & is_apt & (self.pena < 0) & drawn] = column

    def _any(self, home: Grid, people: Mask) -> Mask:
        """Which households have one of these people."""
        return np.bincount(home[people], minlength=len(self.pena)) > 0
