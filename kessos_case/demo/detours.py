"""What comes between triage and the service that takes the person: a no, silence, papers, a need that nobody can meet.

Each is told between the instant of triage and the one by which the last service must have been asked.
"""

import random
from collections.abc import Callable
from datetime import datetime, time, timedelta
from uuid import UUID

from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.demo.directory import Directory, Place
from kessos_case.demo.referral_walks import Walk, others
from kessos_case.demo.staff import Staff
from kessos_case.referrals.rules import State, Verb
from kessos_case.referrals.service.clocks import due

NO = ("full", "full", "not_suitable", "no_staff", "closed")
GIVEN_BACK = ("not_suitable", "needs_other_care", "person_refuses", "no_longer_able")
# Days for which a referral rests where papers are missing (policy routing, [decline]).
_REST = timedelta(days=7)
_SOON = timedelta(hours=2)

Officer = tuple[UUID, UUID]


class Detours:
    """Tells how the first tries went; afterwards `place` has been asked and has not answered yet, or has accepted."""

    def __init__(self, directory: Directory, staff: Staff) -> None:
        self._directory, self._staff = directory, staff
        self._kinds: dict[str, Callable[[Walk, Place, datetime, random.Random, Officer], None]] = {
            "declined": self._declined, "declined_twice": self._declined_twice, "papers_missing": self._papers_missing,
            "expired": self._expired, "unmet": self._unmet, "missed": self._missed, "never_came": self._never_came,
            "handed_back": self._handed_back,
        }  # fmt: skip

    def take(
        self, kind: str | None, walk: Walk, place: Place, until: datetime, dice: random.Random, by: Officer
    ) -> None:
        """Ask this service in the end, after a detour of the kind; `by` is the officer of the desk."""
        told = self._kinds.get(kind or "")
        if told and self._other(walk, place, dice):
            told(walk, place, until, dice, by)
        else:
            walk.ask(place, walk.at)

    def _other(self, walk: Walk, place: Place, dice: random.Random) -> Place | None:
        asked = {one.place.id for one in walk.asked}
        found = others(self._directory.by_type[walk.service_type], place, walk.region_code)
        return dice.choice(left) if (left := [one for one in found if one.id not in asked]) else None

    def _try(self, walk: Walk, place: Place, dice: random.Random) -> None:
        """Ask another one first."""
        if first := self._other(walk, place, dice):
            walk.ask(first, walk.at)

    def _declined(self, walk: Walk, place: Place, until: datetime, dice: random.Random, _by: Officer) -> None:
        self._no(walk, place, _within(walk.at, until, dice.uniform(0.1, 0.6)), dice)
        walk.ask(place, walk.at)

    def _declined_twice(self, walk: Walk, place: Place, until: datetime, dice: random.Random, _by: Officer) -> None:
        for share in (0.3, 0.4):
            self._no(walk, place, _within(walk.at, until, share), dice)
        walk.ask(place, walk.at)

    def _no(self, walk: Walk, place: Place, at: datetime, dice: random.Random) -> None:
        before = len(walk.asked)
        self._try(walk, place, dice)
        if len(walk.asked) > before:
            walk.answer(self._staff, Verb.DECLINE, at, dice.choice(NO))

    def _papers_missing(self, walk: Walk, place: Place, _until: datetime, dice: random.Random, _by: Officer) -> None:
        """The service itself wants papers first; a week later it is asked again."""
        walk.ask(place, walk.at)
        walk.answer(self._staff, Verb.DECLINE, walk.at + timedelta(hours=dice.uniform(2, 7)), "missing_papers")
        walk.ask(place, datetime.combine(office_day(walk.at) + _REST, time(0, 1), OFFICE_ZONE))

    def _expired(self, walk: Walk, place: Place, until: datetime, dice: random.Random, by: Officer) -> None:
        """Nobody answers in time. With so many holidays that the time does not suffice, it was a no."""
        if due(walk.at, "offer", str(walk.urgency)) >= until:
            self._declined(walk, place, until, dice, by)
            return
        self._try(walk, place, dice)
        walk.answer(self._staff, Verb.EXPIRE, due(walk.asked[-1].at, "offer", str(walk.urgency)))
        walk.ask(place, walk.at)

    def _unmet(self, walk: Walk, place: Place, until: datetime, _dice: random.Random, _by: Officer) -> None:
        """Nobody can take the person, until one night somebody can."""
        walk.say(Verb.MARK_UNMET, State.UNMET, walk.at, None, None)
        night = datetime.combine(office_day(until) - timedelta(days=1), time(1, 5), OFFICE_ZONE)
        walk.say(Verb.RETRY, State.ROUTING, night, None, None)
        walk.ask(place, walk.at)

    def _missed(self, walk: Walk, place: Place, until: datetime, dice: random.Random, _by: Officer) -> None:
        walk.ask(place, walk.at)
        walk.answer(self._staff, Verb.ACCEPT, walk.at + timedelta(hours=dice.uniform(1, 7)))
        for share in (0.35, 0.4)[: dice.randint(1, 2)]:
            walk.miss(self._staff, _within(walk.at, until, share))

    def _never_came(self, walk: Walk, place: Place, until: datetime, dice: random.Random, by: Officer) -> None:
        """Three missed meetings with another one; then the desk chooses again."""
        self._try(walk, place, dice)
        walk.answer(self._staff, Verb.ACCEPT, walk.at + timedelta(hours=dice.uniform(1, 7)))
        for share in (0.2, 0.25):
            walk.miss(self._staff, _within(walk.at, until, share))
        walk.answer(self._staff, Verb.NO_SHOW, _within(walk.at, until, 0.4))
        walk.ask(place, walk.at + _SOON, by)

    def _handed_back(self, walk: Walk, place: Place, until: datetime, dice: random.Random, by: Officer) -> None:
        self._try(walk, place, dice)
        first = walk.asked[-1].place
        walk.answer(self._staff, Verb.ACCEPT, walk.at + timedelta(hours=dice.uniform(1, 7)))
        if dice.random() < 0.6:
            seen_by = (
                self._staff.teams[first.office.id].caseworkers[0] if first.kind == "upt" else walk.asked[-1].answered_by
            )
            walk.meet(_within(walk.at, until, 0.3), seen_by, first.office.id)
        walk.answer(self._staff, Verb.HAND_BACK, _within(walk.at, until, 0.5), dice.choice(GIVEN_BACK))
        walk.ask(place, walk.at + _SOON, by)


def _within(begin: datetime, end: datetime, share: float) -> datetime:
    """The instant after this part of the time between the two."""
    return begin + (end - begin) * share
