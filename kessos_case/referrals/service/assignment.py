"""All that waits and all that is free, together: planned by a solver, then offered a part at a time. Acts as the program.

The plan is a job whose row says how far it has come. Each offer is made under its referral's lock from the facts of that
moment: one whose place was taken meanwhile waits for the next plan.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.jobs import GO_ON, Job, JobStatus, enqueue, under
from kessos_case.partners.rules import Candidate, ServiceFacts, bearable
from kessos_case.referrals import queries
from kessos_case.referrals.models import Referral
from kessos_case.referrals.rules import (
    WHOLE,
    Asker,
    Assignment,
    Batch,
    OfferState,
    Slots,
    State,
    Urgency,
    Verb,
    assign,
    remaining,
)
from kessos_case.referrals.service.apart import apart, give_way
from kessos_case.referrals.service.candidates import Ranking, ranked, ranked_many
from kessos_case.referrals.service.flow import cheapest_flow
from kessos_case.referrals.service.journal import write_move
from kessos_case.referrals.service.lines import fill_lines
from kessos_case.referrals.service.needs import routing
from kessos_case.referrals.service.offers import propose
from kessos_case.referrals.service.router import at_once, route

log = structlog.get_logger()

# One plan at a time is offered.
OFFERING = "referrals.offer_assigned"

# How many offers one transaction makes.
PART = 20
# More than this at once is left for the next plan, the least pressing and newest first.
MOST = 10_000
# A plan is thought about longer than a transaction may otherwise be idle: as long as a job may take.
_PATIENCE = sa.text("select set_config('idle_in_transaction_session_timeout', '300s', true)")
# How soon a plan is made that had to wait for the offers of the one before.
_LOOK_AFTER = timedelta(seconds=20)

# What one offer of a plan is for.
PLACE, LINE, MORE = "place", "line", "more"


@dataclass
class Gathered:
    """What is known of all that waits: where each could have a place or stand in line, and what there is of both."""

    places: list[Asker] = field(default_factory=list)
    lines: list[Asker] = field(default_factory=list)
    facts: dict[UUID, ServiceFacts] = field(default_factory=dict)
    urgencies: Counter[str] = field(default_factory=Counter)

    @property
    def batch(self) -> Batch:
        """Who asks for the places that are free."""
        slots = [Slots(one.service_id, one.organisation_id, max(0, one.free or 0)) for one in self.facts.values()]
        return Batch(tuple(self.places), tuple(slots), _rooms(self.facts.values()))


@dataclass(frozen=True)
class Plan:
    """Who is to be offered to whom: places first, then lines for those who are left. `waiting` counts all, by urgency."""

    waiting: Counter[str]
    places: Assignment
    lines: Assignment

    @property
    def assigned(self) -> Counter[str]:
        """How many have an offer to come, by urgency."""
        return self.places.served + self.lines.served

    @property
    def cost(self) -> int:
        """What all pairs together lack to 100 points each, in whole points."""
        pairs, points = self.assigned.total(), self.places.points + self.lines.points
        return round((pairs * WHOLE - points) * 100 / WHOLE)


def run_assignment(session: Session, job: Job) -> timedelta | None:
    """The job: assign all that waits. One plan at a time: while another is being offered, this waits for it."""
    if under(session, [OFFERING], JobStatus.QUEUED):
        return _LOOK_AFTER
    assign_waiting(session)
    return None


def assign_waiting(session: Session) -> Counter[str]:
    """Plan for all that waits and ask for the offers to be made; counts for the report. For the program.

    Whoever stands in line has the first claim to a place. Nothing is planned while an earlier plan is being offered.
    """
    if under(session, [OFFERING], JobStatus.QUEUED):
        return Counter(waiting=0)
    began = time.perf_counter()
    session.execute(_PATIENCE)
    fill_lines(session, session.scalars(queries.lines_with_room(office_day(session.now))).all())
    found = plan(session)
    if entries := " ".join(_entries(session, found)):
        waiting = found.waiting.total()
        enqueue(
            session, "referrals.offer_assigned", queue="nightly", unique_key=OFFERING, waiting=waiting, plan=entries
        )
    counts = _counts(found)
    if found.waiting:
        seconds = round(time.perf_counter() - began, 3)
        best = {"one_by_one": found.places.greedy.total(), "most": found.places.most, "is_exact": found.places.is_exact}
        log.info("referrals_assigned", **counts, **best, seconds=seconds)
    return counts


def plan(session: Session) -> Plan:
    """The best way to give out what is free among all that waits, as it is in this transaction. Writes nothing."""
    known = gathered(session)
    batch = known.batch
    places = assign(batch, cheapest_flow)
    lines = assign(_line_batch(session, known, remaining(batch, places.pairs), places), cheapest_flow)
    return Plan(known.urgencies, places, lines)


def offer_assigned(session: Session, job: Job) -> timedelta | None:
    """The job of a plan: make its next offers. Killed half way it goes on where the last part ended, and offers none twice."""
    entries = job.args["plan"].split()
    part = entries[job.done : job.done + PART]
    give_way(session)
    made = sum(_offer(session, *entry.split(":"), waiting=int(job.args["waiting"])) for entry in part)
    job.done, job.total = job.done + len(part), len(entries)
    log.info("assigned_offers", made=made, missed=len(part) - made, done=job.done, total=job.total)
    return GO_ON if job.done < job.total else None


def _is_routers(session: Session, referral: Referral) -> bool:
    """Not one that the policy leaves to its desk as long as the desk's clock runs."""
    is_late = referral.due_at is not None and referral.due_at <= session.now
    return referral.state == State.UNMET or is_late or at_once(referral) > 0


def gathered(session: Session) -> Gathered:
    """Everything that waits for the router, with whoever may be asked for it."""
    waiting = [one for one in session.scalars(queries.unassigned().limit(MOST)) if _is_routers(session, one)]
    known = Gathered()
    for referral, ranking in ranked_many(session, waiting):
        known.urgencies[referral.urgency] += 1
        candidates = _askable(session, referral, ranking)
        known.facts.update({one.service.service_id: one.service for one in candidates})
        days = max(0, (session.now - referral.submitted_at).days)
        free = {one.service.service_id: _points(one) for one in candidates if (one.service.free or 0) > 0}
        line = {one.service.service_id: _points(one) for one in candidates if _may_wait(one, referral)}
        known.places.append(Asker(referral.id, referral.urgency, days, free))
        known.lines.append(Asker(referral.id, referral.urgency, days, line))
    return known


def _askable(session: Session, referral: Referral, ranking: Ranking) -> list[Candidate]:
    """Without those that a desk took an offer back from, as long as it may choose another itself."""
    late = referral.due_at is None or referral.due_at <= session.now
    if referral.state == State.UNMET or late:
        return ranking.askable
    taken_back = {offer.service_id for offer in ranking.asked if offer.state == OfferState.REVOKED}
    return [one for one in ranking.askable if one.service.service_id not in taken_back]


def _points(candidate: Candidate) -> int:
    return round(candidate.score.total * WHOLE / 100)


def _may_wait(candidate: Candidate, referral: Referral) -> bool:
    return candidate.service.allows_waiting and referral.urgency in routing().may_wait


def _rooms(facts: Iterable[ServiceFacts]) -> dict[UUID, dict[str, int]]:
    """How many more offers each organisation bears, by urgency; not for those that are asked whatever it has to answer."""
    terms = routing()
    limited = [urgency for urgency in Urgency if urgency not in terms.pace.passes]
    return {
        one.organisation_id: {urgency: bearable(one, urgency, terms) - one.open_offers for urgency in limited}
        for one in facts
    }


def _line_batch(session: Session, known: Gathered, left: Batch, places: Assignment) -> Batch:
    """The lines before services that have no place left, for those who have none."""
    full = [one.service_id for one in left.slots if one.places <= 0]
    asked = {row.service_id: row.offers for row in session.execute(queries.offers_without_place(full))}
    lines = {service_id: routing().longest_line - known.facts[service_id].waiting for service_id in full}
    slots = [
        Slots(one.service_id, one.organisation_id, max(0, lines[one.service_id] - asked.get(one.service_id, 0)))
        for one in left.slots
        if one.service_id in lines
    ]
    askers = tuple(asker for asker in known.lines if asker.referral_id not in places.pairs)
    return Batch(askers, tuple(slots), left.rooms)


def _entries(session: Session, found: Plan) -> Iterator[str]:
    """The offers to make, the most pressing first; after all of them those that an emergency may have beside its first.

    Ids alone: rows of jobs are read by people without need to know.
    """
    for kind, assignment in ((PLACE, found.places), (LINE, found.lines)):
        for referral_id, service_id in assignment.pairs.items():
            yield f"{referral_id}:{service_id}:{kind}"
    for referral in session.scalars(queries.those(found.places.pairs)):
        if at_once(referral) > 1:
            yield f"{referral.id}:{referral.id}:{MORE}"


def _counts(found: Plan) -> Counter[str]:
    counts = Counter(
        waiting=found.waiting.total(), assigned=found.places.served.total(), in_line=found.lines.served.total()
    )
    unmet = found.waiting - found.assigned
    counts.update({f"unmet_{urgency}": unmet[urgency] for urgency in Urgency})
    counts.update(cost=found.cost)
    return counts


def _offer(session: Session, referral_id: str, service_id: str, kind: str, *, waiting: int) -> bool:
    """One entry of a plan, in a savepoint of its own. One that cannot be made holds up no other."""
    select = queries.those([UUID(referral_id)]).with_for_update(of=Referral, skip_locked=True)
    referral = session.scalar(select.execution_options(populate_existing=True))
    if referral is None:
        return False
    with apart(session, "assigned_offer_held_up", referral_id=referral_id):
        if kind == MORE:
            return referral.state == State.OFFERED and bool(route(session, referral, at_once(referral)))
        return _propose(session, referral, UUID(service_id), kind, waiting)
    return False


def _propose(session: Session, referral: Referral, service_id: UUID, kind: str, waiting: int) -> bool:
    is_waiting = referral.state == State.UNMET or (referral.state == State.ROUTING and referral.parked_until is None)
    if not is_waiting or not _is_routers(session, referral):
        return False
    ranking = ranked(session, referral)
    found = next((one for one in ranking.askable if one.service.service_id == service_id), None)
    if found is None or (kind == PLACE and not found.service.free):
        return False
    if referral.state == State.UNMET:
        write_move(session, referral, Verb.RETRY, State.ROUTING, by_clock=True)
    propose(session, referral, ranking, found, among=waiting)
    return True
