"""Reviews: the doors to them, what is shown of them and to whom, how one begins, and who may co-sign it."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.access.rules import PERMISSIONS, Role, Scope
from kessos_case.access.service import record
from kessos_case.cases.models import Case
from kessos_case.cases.service import hold_cases, own_case_for
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, data_key, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system, row_of, table_of
from kessos_case.core.errors import Conflict, Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey
from kessos_case.graduation import queries
from kessos_case.graduation.models import GraduationReview, GraduationSignature
from kessos_case.graduation.rules import LIVE, ReviewState, ReviewVerb, Verdict
from kessos_case.graduation.service.reading import policy_label
from kessos_case.graduation.service.standing import standing_of, told_missing
from kessos_case.notices.rules import NoticeKind
from kessos_case.notices.service import notify, settle
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_task

# How long a desk has for its word on a review. The spec names no clock; two weeks are the longest that a person who
# meets everything should wait for an answer.
DECIDE_WITHIN = timedelta(days=14)

_REVIEW = table_of(GraduationReview)
_OPEN = (
    postgresql.insert(_REVIEW)
    .on_conflict_do_nothing(
        index_elements=["case_id"], index_where=sa.text("state in ('eligible', 'recommended', 'provisional')")
    )
    .returning(_REVIEW.c.id)
)
_READERS = {
    line.role
    for line in PERMISSIONS
    if (line.resource, line.action, line.scope) == ("graduation", "read", Scope.ORGANISATION)
}


@dataclass(frozen=True)
class SignatureCard:
    """One step that somebody took; `note` only for who reaches the person."""

    id: UUID
    step: str
    user_id: UUID | None
    organisation_id: UUID | None
    fingerprint: str
    reason: str | None
    note: str | None
    signed_at: datetime


@dataclass(frozen=True)
class ReviewCard:
    """A review as shown. A co-signer of another office is told neither who the person is nor what was said of him."""

    id: UUID
    version: int
    case_id: UUID
    client_id: UUID | None
    organisation_id: UUID
    kind: str
    state: str
    verdict: dict[str, Any]
    fingerprint: str
    policy_version: str
    evaluated_at: datetime
    opened_at: datetime
    opened_by: UUID | None
    recommended_by: UUID | None
    provisional_by: UUID | None
    provisional_on: date | None
    confirmed_on: date | None
    deferred_until: date | None
    reason: str | None
    co_signer_id: UUID | None
    signatures: Sequence[SignatureCard]


def offices(session: Session) -> list[UUID]:
    """The offices whose reviews are the actor's own."""
    own = session.actor.organisation_id
    found = [grant.organisation_id or own for grant in session.actor.grants if grant.role in _READERS]
    return list(dict.fromkeys(office for office in found if office))


def is_own(session: Session, review: GraduationReview) -> bool:
    """Is this a review of the actor's own office, or does the program itself look?"""
    return session.actor.system is not None or review.organisation_id in offices(session)


def in_sight(session: Session, review: GraduationReview) -> AbstractContextManager[None]:
    """A co-signer reaches neither person nor case: what his step looks at and causes, the program does for him."""
    return nullcontext() if is_own(session, review) else as_system(session, "graduation.co_sign")


def review_for(session: Session, review_id: UUID, *, lock: bool = False) -> GraduationReview:
    """The one door to a review: of the own office, or given to the actor to co-sign; with `lock` its case is held too.

    Raises NotFound.
    """
    found = row_of(session, GraduationReview, review_id)
    if found and lock:
        with in_sight(session, found):
            hold_cases(session, [found.case_id])
        found = row_of(session, GraduationReview, review_id, lock=True)
    if found is None:
        raise NotFound("There is no such review.")
    return found


def read_review(session: Session, review_id: UUID) -> ReviewCard:
    """Look at a review with its signatures; the look is written in the audit trail."""
    review = review_for(session, review_id)
    record(session, "read", "graduation", review.id, clients=[review.client_id])
    return card(session, review)


def listed_cards(session: Session, reviews: Iterable[GraduationReview]) -> list[ReviewCard]:
    """The cards of a list, without signatures; one row of the trail names everyone on it."""
    found = list(reviews)
    record(session, "list", "graduation", clients=list(dict.fromkeys(review.client_id for review in found)))
    return [_card(session, review, ()) for review in found]


def open_review(session: Session, case_id: UUID) -> tuple[ReviewCard, bool]:
    """Evaluate a case now and begin a review if everything is met; True when it is new, else the one that stands.

    Raises RuleBroken naming everything that is missing with the way to it, or that a deferral still runs; Forbidden for
    an episode of another office, Conflict `case_closed` for one that has ended.
    """
    case = own_case_for(session, case_id, lock=True)
    verdict = standing_of(session, case).verdict
    _refuse_unmet(session, case, verdict)
    standing = queries.latest_review(session, case.id, *LIVE) or confirmed_review(session, case.id)
    made = None if standing else begin_review(session, case, verdict)
    review = standing or made or queries.latest_review(session, case.id, *LIVE)
    assert review is not None
    record(session, "evaluate", "graduation", review.id, clients=[case.client_id])
    return card(session, review), made is not None


def begin_review(session: Session, case: Case, verdict: Verdict) -> GraduationReview | None:
    """Begin a review of a case that meets everything, and ask its caseworker; None when somebody else was first."""
    made = _open(session, case, verdict)
    if made is None:
        return None
    review = review_for(session, made)
    ask_to_decide(session, review, Role.CASEWORKER, ReviewVerb.RECOMMEND, case.caseworker_id)
    write_timeline(session, case.client_id, "graduation_eligible", review.id)
    return review


def ask(
    session: Session,
    review: GraduationReview,
    kind: TaskKind,
    role: Role,
    due_on: date,
    *,
    period: str = "",
    user_id: UUID | None = None,
) -> None:
    """Ask a person or a desk of the case's office for something about a review, once for each kind and period."""
    raise_task(
        session, kind, subject_kind="graduation_review", subject_id=review.id, period=period,
        client_id=review.client_id, organisation_id=review.organisation_id, role=role, user_id=user_id,
        due_at=end_of(due_on),
    )  # fmt: skip


def ask_to_decide(
    session: Session, review: GraduationReview, role: Role, verb: ReviewVerb, user_id: UUID | None = None
) -> None:
    """Ask for somebody's word on a review."""
    due_on = office_day(session.now) + DECIDE_WITHIN
    ask(session, review, TaskKind.DECIDE_GRADUATION, role, due_on, period=verb, user_id=user_id)


def change_review(session: Session, review: GraduationReview, changes: dict[str, Any]) -> ReviewCard:
    """Name the co-signer, who from then on sees this verdict and nothing else, or name none.

    Raises Invalid unless he holds that role and is of another office, Conflict for a review that has ended.
    """
    if review.state not in LIVE:
        raise Conflict(f"The review is {review.state} already.", code="wrong_state")
    wanted = changes["co_signer_id"]
    if wanted is not None and not queries.co_signs(session, wanted, not_of=review.organisation_id):
        wrong = field_error("co_signer_id", "not_found", "There is no such co-signer in another office.")
        raise Invalid("The review has mistakes.", errors=[wrong])
    settle(session, [review.id], NoticeKind.CO_SIGNATURE_ASKED)
    review.co_signer_id = wanted
    session.flush()
    ask_co_signer(session, review)
    record(session, "change", "graduation", review.id, clients=[review.client_id], fields=sorted(changes))
    return card(session, review)


def ask_co_signer(session: Session, review: GraduationReview, period: str = "") -> None:
    """Tell him of another office who is to sign this verdict, where one is named."""
    people = [review.co_signer_id] if review.co_signer_id else []
    notify(
        session, people, NoticeKind.CO_SIGNATURE_ASKED, subject_kind="graduation_review", subject_id=review.id,
        period=period,
    )  # fmt: skip


def as_stated(review: GraduationReview) -> dict[str, Any]:
    """What a request may change, for comparing versions."""
    return {"co_signer_id": review.co_signer_id}


def confirmed_review(session: Session, case_id: UUID) -> GraduationReview | None:
    """The review by which this case may graduate; None also when a relapse after it has undone what it said."""
    found = queries.latest_review(session, case_id, ReviewState.CONFIRMED)
    if found is None or found.confirmed_on is None:
        return None
    relapses = queries.relapses_after(session, found.id)
    return None if any(relapse.happened_on > found.confirmed_on for relapse in relapses) else found


def confirmed_by(session: Session, review_id: UUID) -> frozenset[UUID]:
    """The people who confirmed a review."""
    signed = queries.signatures(session, review_id, "confirmation")
    return frozenset(signature.user_id for signature in signed if signature.user_id)


def card(session: Session, review: GraduationReview) -> ReviewCard:
    """The review as this reader may see it, with its signatures."""
    return card_of(session, review, _heard(session, review), queries.signatures(session, review.id))


def card_of(
    session: Session, review: GraduationReview, client: Client | None, signed: Sequence[GraduationSignature]
) -> ReviewCard:
    """The same with the person, where he is reached, and the signatures at hand."""
    key = data_key(client) if client and is_own(session, review) else None
    return _card(session, review, [_signature(signature, key) for signature in signed])


def note_place(signature_id: UUID) -> str:
    """Where the words of a signature lie."""
    return f"graduation_signatures:note:{signature_id}"


def _heard(session: Session, review: GraduationReview) -> Client | None:
    """The person, where the reader may hear what was said. An office keeps its reviews longer than its reach of him."""
    if not is_own(session, review):
        return None
    try:
        return client_for(session, review.client_id)
    except NotFound:
        return None


def _card(session: Session, review: GraduationReview, signatures: Sequence[SignatureCard]) -> ReviewCard:
    own = ("client_id", "signatures")
    shown = {name: getattr(review, name) for name in ReviewCard.__dataclass_fields__ if name not in own}
    client_id = review.client_id if is_own(session, review) else None
    return ReviewCard(client_id=client_id, signatures=signatures, **shown)


def _signature(signature: GraduationSignature, key: DataKey | None) -> SignatureCard:
    shown = {name: getattr(signature, name) for name in SignatureCard.__dataclass_fields__ if name != "note"}
    sealed = signature.note_sealed
    return SignatureCard(note=key.open(sealed, note_place(signature.id)) if key and sealed else None, **shown)


def _refuse_unmet(session: Session, case: Case, verdict: Verdict) -> None:
    errors = told_missing(verdict)
    last = queries.latest_review(session, case.id)
    if last and last.deferred_until and last.deferred_until > office_day(session.now):
        detail = f"A supervisor deferred it until {last.deferred_until}."
        way = f"Ask again on {last.deferred_until}."
        errors.append({"code": "deferred", "detail": detail, "way": way, "criterion": "review"})
    if errors:
        raise RuleBroken("The person has not graduated yet.", errors=errors)


def _open(session: Session, case: Case, verdict: Verdict) -> UUID | None:
    """Write the review; None when another request was first."""
    row = {
        "id": new_id(), "case_id": case.id, "client_id": case.client_id, "organisation_id": case.organisation_id,
        "kind": verdict.kind, "state": ReviewState.ELIGIBLE, "verdict": verdict.as_json(),
        "fingerprint": verdict.fingerprint, "policy_version": policy_label(), "evaluated_at": session.now,
        "opened_at": session.now, "opened_by": session.actor.user_id, "version": 1,
    }  # fmt: skip
    made: UUID | None = session.connection().scalar(_OPEN, row)
    return made
