"""How the card steps down where a plan for work agrees on it: from what a household has, to nothing, with capital before."""

from datetime import date, datetime
from uuid import UUID

from kessos_case.cases.casework import AidTaper, TaperStep
from kessos_case.core.months import Month, last_day, month_of
from kessos_case.demo.desk import Desk
from kessos_case.demo.enrolments import Enrolments
from kessos_case.demo.episodes import Episode
from kessos_case.demo.lives import Lives
from kessos_case.demo.process import CASEWORK

_CARD = "SEMBAKO"
# Capital for a group of the poor until 2021, for people of a UPT since.
_KIP, _KIP_SINCE, _KUBE = "KIP-PPKS-JAWARA", 2022 * 12, "KUBE"
# Months until the first reduction, and between it and the end.
_BEGINS, _LASTS = (4, 8), (3, 6)


class TaperRows:
    """Looks up who is on the card when a plan is made, and writes what was agreed."""

    def __init__(self, desk: Desk, lives: Lives, grids: Enrolments) -> None:
        self._desk, self._ground, self._lives, self._grids = desk, desk.ground, lives, grids

    def agreed(self, case: Episode, at: datetime) -> Month | None:
        """The month of the first reduction, where the household is on the card and the person agrees; None for most."""
        column = self._lives.at(month_of(at.date()))
        home = int(self._lives.home[case.person.place, column])
        dice = self._desk.dice_of(case, "taper")
        if home < 0 or not self._grids.sembako[home, column] or dice.random() > CASEWORK.agrees_on_taper:
            return None
        return month_of(at.date()) + dice.randint(*_BEGINS)

    def empowers(self, at: datetime) -> str:
        """The programme that is asked for first, as of that day."""
        return _KIP if month_of(at.date()) >= _KIP_SINCE else _KUBE

    def before(self, month: Month) -> date:
        """The last day on which it is still there before the month of the first reduction."""
        return last_day(month - 1)

    def write(self, case: Episode, plan_id: UUID, at: datetime, first: Month) -> None:
        """Half from this month on, some months later nothing."""
        dice = self._desk.dice_of(case, "taper-steps")
        taper_id, half = self._ground.ids.at(at), self._ground.prices[_CARD] // 2
        of_plan = {"plan_id": plan_id, "case_id": case.id, "client_id": case.person.id}
        self._ground.book.add(
            AidTaper, id=taper_id, programme_code=_CARD, reason_sealed=None, **of_plan,
        )  # fmt: skip
        for month, amount in ((first, half), (first + dice.randint(*_LASTS), 0)):
            self._ground.book.add(TaperStep, taper_id=taper_id, from_month=month, amount=amount, **of_plan)
