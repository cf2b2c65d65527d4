"""What caseworkers asked of partners for their people, and how it ended or stands."""

from datetime import datetime, timedelta

from kessos_case.core.clock import office_day
from kessos_case.demo.desk import Desk
from kessos_case.demo.detours import GIVEN_BACK, NO
from kessos_case.demo.directory import Directory, Place
from kessos_case.demo.episodes import Episode
from kessos_case.demo.process import REFERRING
from kessos_case.demo.referral_rows import ReferralRows
from kessos_case.demo.referral_walks import Walk, answering
from kessos_case.referrals.rules import OPEN_STATES, State, Urgency, Verb
from kessos_case.referrals.service.clocks import due

_KINDS = ("civil_registration", "health_referral", "job_placement", "legal_aid", "education_access")
_NEAR_HOME = ("temporary_shelter", "meals")
_OUTCOMES = ("served", "served", "served", "helped_partly", "went_elsewhere")
# Who was full is asked again for the same person after a fortnight (policy routing).
_AGAIN_AFTER = (15, 30)


class Requests:
    """Tells requests and has them written."""

    def __init__(self, desk: Desk, directory: Directory, rows: ReferralRows) -> None:
        self._desk, self._ground, self._directory, self._rows = desk, desk.ground, directory, rows

    def tell(self, cases: list[Episode]) -> None:
        """One for three in ten cases that got beyond assessment."""
        for case in cases:
            self._dice = self._desk.dice_of(case, "partners")
            if case.caseworker is None or len(case.moves) < 4 or self._dice.random() > 0.3:
                continue
            at = case.moves[2].at + timedelta(days=self._dice.randint(2, 20))
            service_type = self._dice.choice(self._kinds(case.person.village, at))
            if at < self._ground.now and not (case.closed_at and case.closed_at < at):
                self._request(case, service_type, at)

    def _kinds(self, region: str, at: datetime) -> list[str]:
        """What partners of the whole province do, and as often what one of the place has on that day."""
        near = [kind for kind in _NEAR_HOME if self._candidates(kind, region, at)]
        return [*_KINDS, *near * 2]

    def _request(self, case: Episode, service_type: str, at: datetime) -> None:
        region, died = case.person.village, case.person.died_on
        assert case.caseworker is not None
        until = min(self._ground.now, self._ground.opening(died)) if died else self._ground.now
        walk = Walk(
            case.person, region, case.caseworker, case.office.id, Urgency.ROUTINE, service_type, until, case.category
        )
        if not walk.say(Verb.SUBMIT, State.SUBMITTED, at, case.caseworker, case.office.id):
            return
        desk = self._ground.desk(region).id
        walk.say(Verb.TRIAGE, State.ROUTING, self._later(walk, 20), self._desk.staff.desk(region), desk)
        places = self._candidates(service_type, region, at)
        self._find(walk, places)
        self._serve(walk, places)
        if died and walk.state in OPEN_STATES:
            walk.is_stopped, walk.until = False, self._ground.now
            walk.end(
                Verb.WITHDRAW, State.WITHDRAWN, self._ground.opening(died), case.caseworker, case.office.id, "died"
            )
        self._rows.write(walk)

    def _candidates(self, service_type: str, region: str, at: datetime) -> list[Place]:
        """Partners of this kind in some order, those of the place first; of what is done near home, no others."""
        offering = [
            place
            for place in self._directory.by_type[service_type]
            if place.kind != "upt" and not place.rests_on(office_day(at))
            and (service_type not in _NEAR_HOME or place.takes_from(region))
        ]  # fmt: skip
        return sorted(offering, key=lambda place: (not place.takes_from(region), self._dice.random()))

    def _find(self, walk: Walk, places: list[Place]) -> None:
        """Ask until somebody accepts: the first may say no, or nothing; where nobody is left, again after some weeks."""
        staff, drawn = self._desk.staff, self._dice.random()
        walk.ask(places[0], walk.at)
        if drawn < REFERRING.partner_is_silent:
            walk.answer(staff, Verb.EXPIRE, due(walk.at, "offer", str(walk.urgency)))
        elif drawn < REFERRING.partner_is_silent + REFERRING.partner_declines:
            walk.answer(staff, Verb.DECLINE, self._later(walk, 30), self._dice.choice(NO[:3]))
        if walk.state == State.ROUTING:
            self._next(walk, places)
        walk.answer(staff, Verb.ACCEPT, self._later(walk, 40))

    def _next(self, walk: Walk, places: list[Place]) -> None:
        asked = {one.place.id for one in walk.asked}
        following = [place for place in places if place.id not in asked and place.takes_from(walk.region_code)]
        if not following:
            walk.say(Verb.MARK_UNMET, State.UNMET, walk.at, None, None)
            again = walk.at + timedelta(days=self._dice.randint(*_AGAIN_AFTER))
            walk.say(Verb.RETRY, State.ROUTING, again, None, None)
        walk.ask((following or places)[0], walk.at)

    def _serve(self, walk: Walk, places: list[Place]) -> None:
        """The person is seen, perhaps at the second meeting; a few are given back, and another is asked by the desk."""
        staff, dice = self._desk.staff, self._dice
        if dice.random() < REFERRING.meeting_missed:
            self._miss(walk)
        if dice.random() < REFERRING.partner_gives_back and walk.state == State.ACCEPTED:
            walk.answer(staff, Verb.HAND_BACK, self._later(walk, 60), dice.choice(GIVEN_BACK))
            self._next(walk, places)
            walk.answer(staff, Verb.ACCEPT, self._later(walk, 40))
        if walk.state != State.ACCEPTED or (place := walk.receiver) is None:
            return
        partner = answering(staff, place)
        walk.meet(self._later(walk, 120), partner, place.office.id)
        if walk.state == State.MET:
            walk.end(
                Verb.COMPLETE, State.COMPLETED, self._later(walk, 600), partner, place.office.id, dice.choice(_OUTCOMES)
            )

    def _miss(self, walk: Walk) -> None:
        if walk.state == State.ACCEPTED:
            walk.miss(self._desk.staff, self._later(walk, 70))

    def _later(self, walk: Walk, hours: float) -> datetime:
        return walk.at + timedelta(hours=hours * self._dice.uniform(0.4, 1.6))
