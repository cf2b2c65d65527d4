"""Reports: those by which cases began, and those that lie on desks today. Each is one walk through the machine."""

import random
from datetime import datetime, timedelta
from uuid import UUID

from kessos_case.demo.desk import Desk
from kessos_case.demo.detours import Detours
from kessos_case.demo.directory import Directory, Place
from kessos_case.demo.episodes import Episode
from kessos_case.demo.people import Person
from kessos_case.demo.referral_rows import ReferralRows
from kessos_case.demo.referral_walks import Walk
from kessos_case.demo.staff import SHOWN_DISTRICT
from kessos_case.referrals.rules import OPEN_STATES, State, Urgency, Verb

_TODAY = (
    State.SUBMITTED, State.SUBMITTED, State.SUBMITTED, State.RETURNED, State.ROUTING, State.OFFERED, State.OFFERED,
    State.WAITING, State.ACCEPTED, State.UNMET, State.REJECTED, State.WITHDRAWN,
)  # fmt: skip
_DESCRIBED = (State.SUBMITTED, State.RETURNED, State.REJECTED, State.WITHDRAWN)
# Of reports that lie with a service today, how many another one has declined.
_ALREADY_DECLINED = 0.35
_QUARTER = timedelta(minutes=15)
# What the accounts that are printed find on their desks: where it stands, how urgent, sent how many hours ago.
_SHOWN = (
    (State.SUBMITTED, Urgency.EMERGENCY, 0.4), (State.SUBMITTED, Urgency.URGENT, 30.0),
    (State.RETURNED, Urgency.ROUTINE, 22.0), (State.ROUTING, Urgency.URGENT, 4.0), (State.OFFERED, Urgency.URGENT, 5.0),
    (State.OFFERED, Urgency.ROUTINE, 26.0), (State.ACCEPTED, Urgency.ROUTINE, 50.0),
)  # fmt: skip
_SHOWN_PARTNER = "CONTOH-LKS-HARAPAN"


class Reports:
    """Tells reports and has them written."""

    def __init__(self, desk: Desk, directory: Directory, rows: ReferralRows) -> None:
        self._desk, self._ground, self._directory, self._rows = desk, desk.ground, directory, rows
        self._detours = Detours(directory, desk.staff)

    def bring(self, case: Episode) -> None:
        """The report by which a case began: by a TKSK or a desk; triaged, offered, perhaps in vain at first, met."""
        dice, person, staff = self._desk.dice_of(case, "bring"), case.person, self._desk.staff
        place = self._directory.by_office[case.office.id][0]
        desk, officer, opened = self._ground.desk(person.village), staff.desk(person.village), case.opened_at
        sender = staff.tksk.get(person.village[:8], officer)
        urgency = dice.choice((Urgency.URGENT, Urgency.URGENT, Urgency.ROUTINE))
        walk = self._walk(
            person, person.village, sender, Urgency.ROUTINE if case.detour else urgency, place.service_type
        )
        walk.category = case.category
        # Registered before anybody opens a desk; everything else follows within the opening hours of that day.
        assert person.registered_at is not None
        begun = self._ground.opening(case.reported_on) if case.detour else opened - timedelta(minutes=40)
        begun = max(person.registered_at, begun)
        minutes = min(timedelta(minutes=10), (opened - begun) / 4)
        walk.say(Verb.SUBMIT, State.SUBMITTED, begun - timedelta(hours=dice.randint(5, 60)), sender, desk.id)
        walk.say(Verb.TRIAGE, State.ROUTING, begun + minutes, officer, desk.id)
        kind = case.detour.kind if case.detour else None
        self._detours.take(kind, walk, place, opened - 3 * minutes, dice, (officer, desk.id))
        if walk.state == State.OFFERED:
            walk.answer(staff, Verb.ACCEPT, opened - minutes)
        walk.meet(opened, case.caseworker, case.office.id)
        self._complete(walk, case, opened + timedelta(days=dice.randint(12, 45)), dice)
        self._rows.write(walk)
        case.referral_id = walk.id

    def today(self, persons: list[Person], count: int) -> None:
        """What lies on desks now: so many reports in every open state, and some that ended without anybody's help."""
        dice = self._ground.dice("today")
        known = [person for person in persons if person.died_on is None and person.age_in(self._ground.last) >= 18]
        for number in range(count):
            self._report(_TODAY[number % len(_TODAY)], dice.choice(known), dice)

    def _walk(self, person: Person | None, region: str, sender: UUID, urgency: Urgency, service_type: str) -> Walk:
        # Now is part of the past: what happens at this instant has happened.
        until = self._ground.now + timedelta(seconds=1)
        return Walk(person, region, sender, self._ground.desk(region).id, urgency, service_type, until)

    def _complete(self, walk: Walk, case: Episode, at: datetime, dice: random.Random) -> None:
        outcome = dice.choice(("served", "served", "served", "helped_partly", "left"))
        if case.person.died_on and (died := self._ground.opening(case.person.died_on)) < at:
            at, outcome = max(died, walk.at), "died"
        if walk.state in OPEN_STATES:
            walk.end(Verb.COMPLETE, State.COMPLETED, at, case.caseworker, case.office.id, outcome)

    def shown(self, persons: list[Person]) -> None:
        """What the printed accounts find: at the desk of a regency, with its TKSK, and with a partner of that regency."""
        dice, ground = self._ground.dice("shown"), self._ground
        known = [
            person
            for person in persons
            if person.village.startswith(SHOWN_DISTRICT[:5]) and not person.died_on and person.age_in(ground.last) >= 18
        ]
        place = next((place for place in self._directory.places if place.office.code == _SHOWN_PARTNER), None)
        if not known or place is None:
            return
        for state, urgency, hours in _SHOWN:
            service_type = place.service_type if state in (State.OFFERED, State.ACCEPTED) else "residential_care"
            walk = self._begun(state, dice.choice(known), SHOWN_DISTRICT, urgency, service_type)
            self._tell(walk, state, ground.now - timedelta(hours=hours), dice, place)

    def _report(self, state: State, person: Person, dice: random.Random) -> None:
        """A report of the last hours that stands in this state."""
        district = dice.choice(sorted(self._desk.staff.tksk))
        urgency = dice.choice((Urgency.URGENT, Urgency.ROUTINE, Urgency.ROUTINE))
        walk = self._begun(state, person, district, urgency, "residential_care")
        self._tell(walk, state, self._ground.now - timedelta(hours=dice.uniform(3, 20)), dice)

    def _begun(self, state: State, person: Person, district: str, urgency: Urgency, service_type: str) -> Walk:
        """Somebody without a name, described by the TKSK of the district, or somebody whom the desk of his home knows."""
        if state in _DESCRIBED:
            return self._walk(None, district, self._desk.staff.tksk[district], urgency, service_type)
        return self._walk(person, person.village, self._desk.staff.desk(person.village), urgency, service_type)

    def _tell(self, walk: Walk, state: State, at: datetime, dice: random.Random, place: Place | None = None) -> None:
        """From its sending on until it stands in this state; offered to this service, or to some UPT."""
        desk, officer, sender = (
            self._ground.desk(walk.region_code),
            self._desk.staff.desk(walk.region_code),
            walk.sender,
        )
        walk.say(Verb.SUBMIT, State.SUBMITTED, at, sender, desk.id)
        later = at + timedelta(minutes=dice.randint(20, 90))
        if state == State.RETURNED:
            walk.say(Verb.RETURN, state, later, officer, desk.id, note="Di mana tepatnya orang itu sekarang?")
        elif state == State.REJECTED:
            walk.end(Verb.REJECT, state, later, officer, desk.id, "duplicate")
        elif state == State.WITHDRAWN:
            walk.end(Verb.WITHDRAW, state, later, sender, desk.id, "person_left")
        elif state != State.SUBMITTED:
            walk.say(Verb.TRIAGE, State.ROUTING, later, officer, desk.id)
            self._go_on(walk, state, dice, place)
        self._rows.write(walk)

    def _go_on(self, walk: Walk, state: State, dice: random.Random, chosen: Place | None) -> None:
        staff = self._desk.staff
        places = [place for place in self._directory.by_type["residential_care"] if place.kind == "upt"]
        place, other = dice.sample(places, 2)
        place = chosen or place
        if state != State.ROUTING and not chosen and dice.random() < _ALREADY_DECLINED:
            walk.ask(other, walk.at)
            walk.answer(staff, Verb.DECLINE, walk.at + _QUARTER, "full")
        if state == State.UNMET:
            walk.say(Verb.MARK_UNMET, state, walk.at, None, None)
        elif state in (State.OFFERED, State.WAITING, State.ACCEPTED):
            walk.ask(place, walk.at)
            answer = {State.WAITING: Verb.WAIT_LIST, State.ACCEPTED: Verb.ACCEPT}.get(state)
            if answer:
                walk.answer(staff, answer, walk.at + _QUARTER)
