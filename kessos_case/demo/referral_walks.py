"""One report or request on its way: what was said, who was asked, what each answered. The machine's own tables move it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from kessos_case.core.clock import office_day
from kessos_case.demo.book import NOT_YET
from kessos_case.demo.directory import Place
from kessos_case.demo.people import Person
from kessos_case.demo.staff import Staff
from kessos_case.referrals.rules import (
    LIVE_OFFERS,
    OfferState,
    State,
    Urgency,
    Verb,
    offer_transition_for,
    referral_state_of,
    revoked,
    transition_for,
)
from kessos_case.referrals.service.clocks import due

# Two moves of one transaction have one instant there; here they must keep their order.
_NEXT = timedelta(seconds=1)
_BY_CLOCK = frozenset({Verb.EXPIRE, Verb.MARK_UNMET})


@dataclass
class Step:
    """One move of a referral."""

    verb: Verb
    state: State
    at: datetime
    user_id: UUID | None
    office_id: UUID | None
    reason: str | None = None
    note: str | None = None


@dataclass
class Asked:
    """A service that was asked, by the router or by an officer (`by`), and how it went on."""

    place: Place
    at: datetime
    by: UUID | None = None
    state: OfferState = OfferState.OPEN
    answered_at: datetime | None = None
    answered_by: UUID | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    expected_on: date | None = None


@dataclass
class Walk:
    """A referral while it is told. What would happen at `until` or later does not happen, nor anything after it."""

    person: Person | None
    region_code: str
    sender: UUID
    sender_office: UUID
    urgency: Urgency
    service_type: str
    until: datetime
    category: str | None = None
    steps: list[Step] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    outcome: str | None = None
    parked_until: date | None = None
    no_shows: int = 0
    met_at: datetime | None = None
    is_stopped: bool = False
    id: UUID = NOT_YET

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.steps[-1].state

    @property
    def at(self) -> datetime:
        """When it last moved."""
        return self.steps[-1].at

    @property
    def receiver(self) -> Place | None:
        """The service whose turn it is."""
        return next((one.place for one in self.asked if one.ended_at is None), None)

    def say(
        self, verb: Verb, state: State, at: datetime, user_id: UUID | None, office_id: UUID | None,
        reason: str | None = None, note: str | None = None,
    ) -> bool:  # fmt: skip
        """One move; False where it comes too late to happen."""
        if self.steps:
            at = max(at, self.at + _NEXT)
        self.is_stopped = self.is_stopped or at >= self.until
        if not self.is_stopped:
            self.steps.append(Step(verb, state, at, user_id, office_id, reason, note))
        return not self.is_stopped

    def ask(self, place: Place, at: datetime, by: tuple[UUID, UUID] | None = None) -> None:
        """Offer it to a service; `by` is the officer and the office, none for the router."""
        user_id, office_id = by or (None, None)
        if self.say(Verb.OFFER, State.OFFERED, at, user_id, office_id):
            self.asked.append(Asked(place, self.at, user_id))
            self.parked_until = None

    def answer(self, staff: Staff, verb: Verb, at: datetime, reason: str | None = None) -> None:
        """What the service says that was asked last; or the clock, of one that said nothing."""
        if self.is_stopped or not self.asked:
            return
        now, target = self.asked[-1], offer_transition_for(verb).target
        after = referral_state_of([*(one.state for one in self.asked[:-1]), target])
        user_id, office_id = self._by(staff, verb)
        if self.say(verb, after, at, user_id, office_id, reason if transition_for(verb).reasons else None):
            self._settle(now, verb, target, reason, user_id)

    def miss(self, staff: Staff, at: datetime) -> None:
        """The person did not come to a meeting; he is still expected."""
        user_id, office_id = self._by(staff, Verb.NO_SHOW)
        if self.say(Verb.NO_SHOW, State.ACCEPTED, at, user_id, office_id):
            self.no_shows += 1

    def meet(self, at: datetime, user_id: UUID | None, office_id: UUID) -> None:
        """The person was seen."""
        if self.say(Verb.MEET, State.MET, at, user_id, office_id):
            self.met_at = self.at

    def rest(self, day: date) -> None:
        """Nobody is asked before this day."""
        self.parked_until = None if self.is_stopped else day

    def end(self, verb: Verb, state: State, at: datetime, user_id: UUID | None, office_id: UUID, reason: str) -> None:
        """Completed, rejected or withdrawn: whatever lives of it ends too. An offer that was carried out stays accepted."""
        if not self.say(verb, state, at, user_id, office_id, reason):
            return
        self.outcome = reason if verb == Verb.COMPLETE else None
        kept = {OfferState.ACCEPTED} if verb == Verb.COMPLETE else set()
        for one in self.asked:
            if one.ended_at is None:
                one.ended_at = self.at
                one.state = one.state if one.state in kept else revoked({self.id: one.state})[self.id]

    def _by(self, staff: Staff, verb: Verb) -> tuple[UUID | None, UUID | None]:
        if verb in _BY_CLOCK:
            return None, None
        place = self.asked[-1].place
        return answering(staff, place), place.office.id

    def _settle(self, now: Asked, verb: Verb, target: OfferState, reason: str | None, user_id: UUID | None) -> None:
        now.state = target
        if verb not in _BY_CLOCK and now.answered_at is None:
            now.answered_at, now.answered_by = self.at, user_id
        if target == OfferState.ACCEPTED:
            now.accepted_at, self.no_shows = self.at, 0
            now.expected_on = office_day(due(self.at, "meeting", str(self.urgency)))
        elif target == OfferState.WAITING:
            now.expected_on = office_day(self.at) + timedelta(days=21)
        if target not in LIVE_OFFERS:
            now.ended_at, now.reason, self.met_at = self.at, reason, None
            self.no_shows += verb == Verb.NO_SHOW


def answering(staff: Staff, place: Place) -> UUID:
    """Who answers for a service: the supervisor of a UPT, the one account of a partner."""
    return staff.teams[place.office.id].supervisor if place.kind == "upt" else staff.partners[place.office.id]


def others(places: Iterable[Place], chosen: Place, covers: str) -> list[Place]:
    """The services of other offices that take people from this place."""
    return [place for place in places if place.office.id != chosen.office.id and place.takes_from(covers)]
