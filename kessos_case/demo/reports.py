"""Reports and requests: those by which cases began, those that cases sent to partners, and what lies on desks today.

Each is one walk through the machine of referrals.
"""

import random
from datetime import datetime, timedelta
from uuid import UUID

from kessos_case.demo.desk import Desk
from kessos_case.demo.directory import Directory
from kessos_case.demo.episodes import Episode
from kessos_case.demo.people import Person
from kessos_case.demo.referral_rows import ReferralRows, Step, Walk
from kessos_case.referrals.rules import State, Urgency, Verb

_ASKED_OF_PARTNERS = ("civil_registration", "health_referral", "job_placement", "legal_aid", "education_access")


class Reports:
    """Tells referrals and has them written."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk, self._ground, self._directory = desk, desk.ground, directory
        self._rows = ReferralRows(desk, directory)

    def bring(self, case: Episode) -> None:
        """The report by which a case began: by a TKSK, a partner or a desk; triaged, offered, accepted, met."""
        dice, person, staff = self._desk.dice_of(case, "bring"), case.person, self._desk.staff
        place = self._directory.by_office[case.office.id][0]
        district, desk = person.village[:8], self._ground.desk(person.village)
        officer, opened = staff.desk(person.village), case.opened_at
        sender = staff.tksk.get(district, officer)
        walk = Walk(
            person, person.village, sender, desk.id, dice.choice((Urgency.URGENT, Urgency.URGENT, Urgency.ROUTINE)),
            place.service_type, case.category, place=place,
        )  # fmt: skip
        # Registered before anybody opens a desk; everything else follows within the opening hours of that day.
        assert person.registered_at is not None
        begun = max(person.registered_at, opened - timedelta(minutes=40))
        step = (opened - begun) / 4
        self._say(walk, Verb.SUBMIT, State.SUBMITTED, opened - timedelta(hours=dice.randint(5, 60)), sender, desk.id)
        self._say(walk, Verb.TRIAGE, State.ROUTING, begun + step, officer, desk.id)
        self._say(walk, Verb.OFFER, State.OFFERED, begun + step * 2, None, None)
        self._say(walk, Verb.ACCEPT, State.ACCEPTED, begun + step * 3, case.supervisor, case.office.id)
        self._say(walk, Verb.MEET, State.MET, opened, case.caseworker, case.office.id)
        served = opened + timedelta(days=dice.randint(12, 45))
        if served < self._ground.now:
            walk.outcome = dice.choice(("served", "served", "served", "helped_partly", "left"))
            self._say(walk, Verb.COMPLETE, State.COMPLETED, served, case.caseworker, case.office.id, walk.outcome)
        self._rows.write(walk)
        case.referral_id = walk.id

    def ask_partners(self, cases: list[Episode]) -> None:
        """What caseworkers asked of partners for their people, and how it ended or stands."""
        for case in cases:
            dice = self._desk.dice_of(case, "partners")
            if case.caseworker is None or len(case.moves) < 4 or dice.random() > 0.3:
                continue
            at = case.moves[2].at + timedelta(days=dice.randint(2, 20))
            service_type = dice.choice(_ASKED_OF_PARTNERS)
            if at < self._ground.now and not (case.closed_at and case.closed_at < at):
                self._ask_partner(case, service_type, at, dice)

    def today(self, persons: list[Person], count: int) -> None:
        """What lies on desks now: so many reports in every open state, and some that ended without anybody's help."""
        dice = self._ground.dice("today")
        states = (
            State.SUBMITTED, State.SUBMITTED, State.SUBMITTED, State.RETURNED, State.ROUTING, State.OFFERED, State.OFFERED,
            State.WAITING, State.ACCEPTED, State.UNMET, State.REJECTED, State.WITHDRAWN,
        )  # fmt: skip
        known = [person for person in persons if person.died_on is None and person.age_in(self._ground.last) >= 18]
        for number in range(count):
            self._report(states[number % len(states)], dice.choice(known), dice)

    def _ask_partner(self, case: Episode, service_type: str, at: datetime, dice: random.Random) -> None:
        places = [place for place in self._directory.by_type.get(service_type, []) if place.kind != "upt"]
        region, desk = case.person.village, self._ground.desk(case.person.village)
        near = [place for place in places if place.kind != "opd" or service_type != "civil_registration"
                or place.office.region_code == region[:5]]  # fmt: skip
        place = dice.choice(near or places)
        partner = self._desk.staff.partners[place.office.id]
        assert case.caseworker is not None
        walk = Walk(
            case.person, region, case.caseworker, case.office.id, Urgency.ROUTINE, service_type, case.category, place=place
        )  # fmt: skip
        moment = at
        for verb, state, by, office, hours in (
            (Verb.SUBMIT, State.SUBMITTED, case.caseworker, case.office.id, 0),
            (Verb.TRIAGE, State.ROUTING, self._desk.staff.desk(region), desk.id, 20),
            (Verb.OFFER, State.OFFERED, None, None, 1),
            (Verb.ACCEPT, State.ACCEPTED, partner, place.office.id, 40),
            (Verb.MEET, State.MET, partner, place.office.id, 120),
            (Verb.COMPLETE, State.COMPLETED, partner, place.office.id, 600),
        ):
            moment += timedelta(hours=hours * dice.uniform(0.4, 1.6))
            if moment >= self._ground.now:
                break
            reason = None
            if verb == Verb.COMPLETE:
                reason = walk.outcome = dice.choice(("served", "served", "served", "helped_partly", "went_elsewhere"))
            self._say(walk, verb, state, moment, by, office, reason)
        self._rows.write(walk)

    def _report(self, state: State, person: Person, dice: random.Random) -> None:
        """A report of the last days that stands in this state."""
        staff, ground = self._desk.staff, self._ground
        district = dice.choice(sorted(staff.tksk))
        is_described = state in (State.SUBMITTED, State.RETURNED, State.REJECTED, State.WITHDRAWN)
        region = district if is_described else person.village
        desk, officer = ground.desk(region), staff.desk(region)
        sender = staff.tksk[district] if is_described else officer
        urgency = dice.choice((Urgency.URGENT, Urgency.ROUTINE, Urgency.ROUTINE))
        walk = Walk(
            None if is_described else person, region, sender, ground.desk(region).id, urgency, "residential_care"
        )
        at = ground.now - timedelta(hours=dice.uniform(3, 20))
        self._say(walk, Verb.SUBMIT, State.SUBMITTED, at, sender, desk.id)
        later = at + timedelta(minutes=dice.randint(20, 90))
        if state == State.RETURNED:
            self._say(walk, Verb.RETURN, state, later, officer, desk.id, note="Di mana tepatnya orang itu sekarang?")
        elif state == State.REJECTED:
            self._say(walk, Verb.REJECT, state, later, officer, desk.id, "duplicate")
        elif state == State.WITHDRAWN:
            self._say(walk, Verb.WITHDRAW, state, later, sender, desk.id, "person_left")
        elif state != State.SUBMITTED:
            self._go_on(walk, state, later, officer, dice)
        self._rows.write(walk)

    def _go_on(self, walk: Walk, state: State, at: datetime, officer: UUID, dice: random.Random) -> None:
        desk, quarter = self._ground.desk(walk.region_code), timedelta(minutes=15)
        self._say(walk, Verb.TRIAGE, State.ROUTING, at, officer, desk.id)
        if state == State.UNMET:
            self._say(walk, Verb.MARK_UNMET, state, at + quarter, None, None)
        if state not in (State.OFFERED, State.WAITING, State.ACCEPTED):
            return
        assert walk.person is not None
        places = [place for place in self._directory.by_type["residential_care"] if place.kind == "upt"]
        walk.place = place = dice.choice(places)
        supervisor = self._desk.staff.teams[place.office.id].supervisor
        self._say(walk, Verb.OFFER, State.OFFERED, at + quarter, None, None)
        if state == State.WAITING:
            self._say(walk, Verb.WAIT_LIST, state, at + 2 * quarter, supervisor, place.office.id)
        elif state == State.ACCEPTED:
            self._say(walk, Verb.ACCEPT, state, at + 2 * quarter, supervisor, place.office.id)

    def _say(
        self, walk: Walk, verb: Verb, state: State, at: datetime, user_id: UUID | None, office_id: UUID | None,
        reason: str | None = None, note: str | None = None,
    ) -> None:  # fmt: skip
        walk.steps.append(Step(verb, state, min(at, self._ground.now), user_id, office_id, reason, note))
