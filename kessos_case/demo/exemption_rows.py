"""Grounds on which a person is not to be counted among the dependent, as an office that knows his life has written them down.

They follow from what is in the life (a disability, a birth, somebody to care for, his own word), never from a figure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kessos_case.cases.rules import Stage
from kessos_case.core.months import month_of
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import Episode
from kessos_case.demo.lives import Lives
from kessos_case.demo.people import ADULT, People, Person
from kessos_case.demo.process import EXEMPTING
from kessos_case.dependency.models import Exemption
from kessos_case.dependency.rules import ExemptionGround, ExemptionSource

_OLD = 60
# A pregnancy is seen from then on, and is over with the weeks of childbed; an infant is one for two years.
_SEEN, _CHILDBED, _INFANCY = timedelta(days=200), timedelta(days=42), timedelta(days=730)

_BY_PAPER_OR_EYE = (ExemptionSource.VISIT, ExemptionSource.STATEMENT, ExemptionSource.MEDICAL_LETTER)


@dataclass(frozen=True)
class Ground:
    """One ground in a life: from when it holds, until when where that is known, and how an office knows it."""

    ground: ExemptionGround
    share: float
    sources: tuple[ExemptionSource, ...]
    from_on: date
    until_on: date | None = None


class ExemptionRows:
    """Writes what caseworkers recorded, in the time in which a case was open."""

    def __init__(self, desk: Desk, people: People, lives: Lives) -> None:
        self._desk, self._lives = desk, lives
        self._with_severe: dict[int, list[Person]] = {}
        for stay in people.stays:
            if stay.person.is_severely_disabled:
                self._with_severe.setdefault(stay.home.place, []).append(stay.person)

    def write(self, case: Episode) -> None:
        """Every ground of this person that the case's office has on record; of a child or an old person none is asked."""
        begun = case.entered(Stage.ASSESSMENT)
        if begun is None or case.caseworker is None or not ADULT <= case.person.age_in(month_of(begun)) < _OLD:
            return
        dice = self._desk.dice_of(case, "exempt")
        for found in self._grounds(case, begun):
            until = min(case.closed_at.date() if case.closed_at else self._desk.ground.today, self._desk.ground.today)
            day = self._desk.day_after(max(found.from_on, begun), dice.randint(1, 12))
            is_over = found.until_on is not None and found.until_on < day
            if dice.random() < found.share and day < until and not is_over:
                source = dice.choice(found.sources)
                self._row(case, found, day, source, thinks_again=dice.random() < EXEMPTING.thinks_again)

    def _grounds(self, case: Episode, begun: date) -> Iterator[Ground]:
        person, paper = case.person, (ExemptionSource.WASHINGTON_GROUP,) * 3 + (ExemptionSource.MEDICAL_LETTER,)
        if person.is_severely_disabled:
            yield Ground(ExemptionGround.SEVERE_DISABILITY, EXEMPTING.severe_disability, paper, begun)
        for day in person.births:
            yield Ground(
                ExemptionGround.PREGNANT, EXEMPTING.pregnant, _BY_PAPER_OR_EYE, day - _SEEN, day + _CHILDBED
            )  # fmt: skip
            yield Ground(
                ExemptionGround.CARER_OF_INFANT, EXEMPTING.carer_of_infant, _BY_PAPER_OR_EYE[:2], day, day + _INFANCY
            )  # fmt: skip
        if person.sex == "P" and self._cares(person, begun):
            yield Ground(ExemptionGround.CARER_OF_DISABLED, EXEMPTING.carer_of_disabled, _BY_PAPER_OR_EYE, begun)
        yield Ground(ExemptionGround.OBJECTION, EXEMPTING.objects, (ExemptionSource.STATEMENT,), begun)

    def _cares(self, person: Person, day: date) -> bool:
        """Is there a severely disabled member at home, whom women of this society care for?"""
        column = max(0, self._lives.at(month_of(day)))
        home = int(self._lives.home[person.place, column])
        return home >= 0 and any(
            other is not person and self._lives.home[other.place, column] == home
            for other in self._with_severe.get(home, [])
        )

    def _row(
        self, case: Episode, found: Ground, day: date, source: ExemptionSource, *, thinks_again: bool
    ) -> None:  # fmt: skip
        ground, dice = self._desk.ground, self._desk.dice_of(case, f"exempt:{found.ground}:{day}")
        at = ground.moment(day, dice)
        made_id, ended = ground.ids.at(at), ground.moment(self._desk.day_after(day, 40), dice)
        # An objection may be taken back; the other grounds end by their day or stay.
        is_ended = found.ground == ExemptionGround.OBJECTION and thinks_again and ended < ground.now
        ground.book.add(
            Exemption, id=made_id, client_id=case.person.id, ground=str(found.ground), source=str(source),
            from_on=max(found.from_on, case.opened_on), until_on=found.until_on, recorded_at=at, recorded_by=case.caseworker,
            ended_at=ended if is_ended else None, ended_by=case.caseworker if is_ended else None,
        )  # fmt: skip
        self._desk.tell(case, "exemption_recorded", made_id, at, by=case.caseworker)
        if is_ended:
            self._desk.tell(case, "exemption_ended", made_id, ended, by=case.caseworker)
