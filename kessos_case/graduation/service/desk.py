"""What the pages of graduation show, each read in a dozen statements: the gate as a list, a person's standing, one review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases.models import Case
from kessos_case.cases.service import case_for
from kessos_case.clients.models import Client
from kessos_case.clients.rules import Confidentiality, called, is_restricted
from kessos_case.clients.service import client_for, data_key, labels
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.core.months import months_later
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.graduation import page_queries, queries
from kessos_case.graduation.models import GraduationReview, Relapse
from kessos_case.graduation.page_queries import RELAPSED, Gate
from kessos_case.graduation.rules import LIVE, ReviewState, visit_days
from kessos_case.graduation.service.aftercare import aftercare_visits
from kessos_case.graduation.service.reading import graduation_policy, policy_label
from kessos_case.graduation.service.reviews import ReviewCard, card_of, in_sight, is_own, offices, review_for
from kessos_case.graduation.service.signatures import lapsed_signers, next_steps
from kessos_case.graduation.service.standing import Standing, standing_of, told_missing
from kessos_case.graduation.service.voices import VoiceCard, shown_voice
from kessos_case.tasks.models import Task

ENDED = frozenset({"confirmed", "deferred", "withdrawn"})


@dataclass(frozen=True)
class ListedReview:
    """A line of the list. Without `client_id` the reader is a co-signer, who is told nothing of the person."""

    review: GraduationReview
    client_id: UUID | None
    label: str
    due_at: datetime | None
    is_late: bool
    ripe_on: date | None
    is_ripe: bool


@dataclass(frozen=True)
class ListedRelapse:
    """Somebody who fell back and to which nobody has answered."""

    relapse: Relapse
    label: str


@dataclass(frozen=True)
class Person:
    """Whom it is about. `is_hidden` keeps a name out of the title of the page."""

    id: UUID
    label: str
    is_hidden: bool
    is_dead: bool


@dataclass(frozen=True)
class Visiting:
    """A visit of aftercare: of which month, when it is due, and when it was made."""

    month: int
    due_on: date
    made_on: date | None
    is_late: bool


@dataclass(frozen=True)
class Where:
    """Where the rows behind a verdict lie: the approved plan, the placement of each check, the batch of each enrolment."""

    plan_id: str | None
    placements: Mapping[str, str]
    batches: Mapping[str, str]


NOWHERE = Where(None, {}, {})


@dataclass(frozen=True)
class PersonView:
    """Where a person stands today; without a case there is nothing to say."""

    person: Person
    case: Case | None
    verdict: dict[str, Any]
    missing: list[dict[str, Any]]
    policy: str
    review: ReviewCard | None
    voice: VoiceCard | None
    where: Where
    is_open: bool
    deferred_until: date | None
    today: date


@dataclass(frozen=True)
class ReviewView:
    """One review: the verdict of today while it lives, else the one it ended with. `person` is None for a co-signer.

    `lapsed` are the users whose confirmation counts no more.
    """

    card: ReviewCard
    person: Person | None
    verdict: dict[str, Any]
    steps: list[dict[str, Any]]
    agrees: bool | None
    voice: VoiceCard | None
    where: Where
    visits: list[Visiting]
    relapses: Sequence[Relapse]
    tasks: Sequence[Task]
    names: dict[str, str]
    signers: dict[str, str]
    is_own: bool
    ends_on: date | None
    today: date
    lapsed: frozenset[UUID]

    @property
    def is_live(self) -> bool:
        """Can it still go on?"""
        return self.card.state in LIVE

    def task_of(self, relapse_id: UUID) -> Task | None:
        """What is still to be done about a relapse."""
        return next((task for task in self.tasks if task.subject_id == relapse_id), None)


def gate(session: Session, *, mine: bool = False) -> Gate:
    """The reviews that are the reader's."""
    months = graduation_policy().aftercare.months
    ripe_on = months_later(office_day(session.now), -months)
    return Gate(offices(session), session.actor.user_id, ripe_on, mine)


def gate_counts(session: Session, whose: Gate) -> dict[str, int]:
    """How many stand in each view."""
    return page_queries.counts(session, whose)


def gate_list(session: Session, whose: Gate, view: str, asked: PageRequest) -> Page:
    """A page of one view, what is due first on top; one row of the trail names everyone on it."""
    if view == RELAPSED:
        return _fallen(session, whose, asked)
    select = page_queries.in_view(whose, view)
    keys = [select.selected_columns.place, GraduationReview.id]
    found = page(session, select, keys, asked, descending=view in ENDED)
    reviews = [row[0] for row in found.items]
    record(session, "list", "graduation", clients=list(dict.fromkeys(review.client_id for review in reviews)))
    named = labels(session, {review.client_id for review in reviews if is_own(session, review)})
    return Page([_listed(session, row[0], row[1], named) for row in found.items], found.next_cursor)


def person_view(session: Session, client_id: UUID) -> PersonView:
    """Where a person stands as of now. Raises NotFound for one beyond reach."""
    case = queries.case_of_client(session, client_id)
    standing = standing_of(session, case) if case else None
    client = standing.client if standing else client_for(session, client_id)
    review = queries.latest_review(session, case.id) if case else None
    record(session, "read", "graduation", case.id if case else None, clients=[client.id])
    today = office_day(session.now)
    return PersonView(
        person=_person(client),
        case=case,
        verdict=standing.verdict.as_json() if standing else {},
        missing=told_missing(standing.verdict) if standing else [],
        policy=policy_label(),
        review=card_of(session, review, None, ()) if review else None,
        voice=_voice(standing),
        where=_where(standing),
        is_open=case is not None and case.closed_at is None and client.died_on is None,
        deferred_until=_deferred(review, today),
        today=today,
    )


def review_view(session: Session, review_id: UUID) -> ReviewView:
    """One review as its reader may see it; the look is in the trail. Raises NotFound."""
    review = review_for(session, review_id)
    own, today = is_own(session, review), office_day(session.now)
    with in_sight(session, review):
        standing = _standing(session, review)
    signed, relapses, tasks = page_queries.steps_and_relapses(session, review.id)
    record(session, "read", "graduation", review.id, clients=[review.client_id])
    client = standing.client if standing else _reached(session, review) if own else None
    may_name = own and review.state in LIVE
    who = [review.co_signer_id, review.organisation_id]
    who += [one for signature in signed for one in (signature.user_id, signature.organisation_id)]
    names, signers = page_queries.names_and_signers(session, who, review.organisation_id if may_name else None)
    return ReviewView(
        card=card_of(session, review, client, signed),
        person=_person(client) if own and client else None,
        verdict=standing.verdict.as_json() if standing else review.verdict,
        steps=next_steps(session, review, standing, signed) if standing else [],
        agrees=standing.agrees if standing else None,
        voice=_voice(standing) if own else None,
        where=_where(standing) if own else NOWHERE,
        visits=_visits(review, standing, today),
        relapses=relapses if own else (),
        tasks=tasks,
        names=names,
        signers=signers,
        is_own=own,
        ends_on=_ends_on(review),
        today=today,
        lapsed=lapsed_signers(review, standing, signed, relapses) if standing else frozenset(),
    )


def _fallen(session: Session, whose: Gate, asked: PageRequest) -> Page:
    found = page(session, page_queries.fallen(whose), [Relapse.happened_on, Relapse.id], asked, descending=True)
    clients = {relapse.client_id for relapse in found.items}
    record(session, "list", "relapse", clients=list(clients))
    named = labels(session, clients)
    listed = [ListedRelapse(relapse, named[relapse.client_id].text) for relapse in found.items]
    return Page(listed, found.next_cursor)


def _listed(
    session: Session, review: GraduationReview, due_at: datetime | None, named: Mapping[UUID, Any]
) -> ListedReview:
    known = named.get(review.client_id)
    is_late = due_at is not None and office_day(due_at) < office_day(session.now)
    client_id, text = (known.client_id, known.text) if known else (None, "")
    ends_on = _ends_on(review)
    is_ripe = ends_on is not None and ends_on <= office_day(session.now) and review.state == ReviewState.PROVISIONAL
    return ListedReview(review, client_id, text, due_at, is_late and review.state in LIVE, ends_on, is_ripe)


def _standing(session: Session, review: GraduationReview) -> Standing | None:
    """The verdict of today on a review that lives; None where nothing more is decided, or the person is out of reach."""
    if review.state not in LIVE:
        return None
    try:
        return standing_of(session, case_for(session, review.case_id))
    except NotFound:
        return None


def _reached(session: Session, review: GraduationReview) -> Client | None:
    try:
        return client_for(session, review.client_id)
    except NotFound:
        return None


def _person(client: Client) -> Person:
    hidden = is_restricted(Confidentiality(client.confidentiality))
    return Person(client.id, called(client.id, client.name, client.temporary_label), hidden, client.died_on is not None)


def _voice(standing: Standing | None) -> VoiceCard | None:
    """What the person said last, with his reason."""
    if standing is None or not standing.rows.voices:
        return None
    return shown_voice(standing.rows.voices[-1], data_key(standing.client))


def _where(standing: Standing | None) -> Where:
    if standing is None:
        return NOWHERE
    rows = standing.rows
    placed = {str(placement.id): str(placement.id) for placement in rows.placements}
    return Where(
        plan_id=next((str(plan.id) for plan in rows.plans), None),
        placements={str(check.id): str(check.placement_id) for check in rows.checks} | placed,
        batches={str(enrolment.id): str(enrolment.batch_id) for enrolment in rows.enrolments},
    )


def _deferred(review: GraduationReview | None, today: date) -> date | None:
    until = review.deferred_until if review else None
    return until if until and until > today else None


def _ends_on(review: GraduationReview) -> date | None:
    """The day on which aftercare is over."""
    begun = review.provisional_on
    return months_later(begun, graduation_policy().aftercare.months) if begun else None


def _visits(review: GraduationReview, standing: Standing | None, today: date) -> list[Visiting]:
    if review.provisional_on is None or standing is None:
        return []
    made = {visit.aftercare_month: visit.visited_on for visit in aftercare_visits(review, standing.rows.visits)}
    days = visit_days(review.provisional_on, graduation_policy())
    return [Visiting(month, due, made.get(month), month not in made and due < today) for month, due in days.items()]
