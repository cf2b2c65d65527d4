"""One list of all that waits for a reader, whatever room it comes from. Row-level security limits each branch again.

Every branch names what drives its index beside the policy. Nothing here tells who a person is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.graduation.models import GraduationReview, GraduationSignature
from kessos_case.graduation.rules import ReviewState
from kessos_case.nights.models import Night
from kessos_case.reference.models import Region
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import OfferState, State, Urgency
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskKind, TaskState
from kessos_case.tasks.service import END_OF_DAY
from kessos_case.today.rules import Ask, Edges, View


@dataclass(frozen=True)
class Reader:
    """For whom the list is made. `desks` are (office, role) of the desks that he sits at, `offices` all of whose tasks he sees,
    `triage` the offices whose reports he answers, `receives` those whose offers."""

    user_id: UUID
    desks: tuple[tuple[UUID, str], ...] = ()
    offices: tuple[UUID, ...] = ()
    triage: tuple[UUID, ...] = ()
    receives: tuple[UUID, ...] = ()
    sends: bool = False
    does_tasks: bool = False
    co_signs: bool = False
    aftercare_months: int = 0


@dataclass(frozen=True)
class Thing:
    """Something that waits. `subject_id` is what it is about; of an offer `id` is the offer and the subject its referral."""

    id: UUID
    kind: str
    subject_kind: str
    subject_id: UUID
    period: str
    client_id: UUID | None
    organisation_id: UUID | None
    role: str
    user_id: UUID | None
    due_at: datetime
    version: int
    created_at: datetime
    created_by: UUID | None
    text_sealed: bytes | None
    # 0 where life is in danger, which comes before everything else.
    rank: int = 1

    @property
    def is_emergency(self) -> bool:
        """Does it come before everything else?"""
        return self.rank == 0


_OF_TASK = [name for name in Thing.__dataclass_fields__ if name != "rank"]


def thing_of(task: Task) -> Thing:
    """A task as a thing of the list."""
    return Thing(*(getattr(task, name) for name in _OF_TASK))


def things(reader: Reader, view: View) -> sa.Subquery | None:
    """All that waits for this reader; None where nothing can. `view` only tells whose things: the own, or the office's."""
    branches = _branches(reader, view)
    if not branches:
        return None
    return (branches[0] if len(branches) == 1 else sa.union_all(*branches)).subquery("things")


def listed(found: sa.Subquery, view: View, edges: Edges, kind: str | None) -> sa.Select[Any]:
    """The things of one view, of one kind where it is named."""
    first, end = edges.between(view)
    select = sa.select(*found.c)
    if first is not None:
        select = select.where(found.c.due_at >= first)
    if end is not None:
        select = select.where(found.c.due_at < end)
    if view is View.DESK:
        select = select.where(found.c.user_id.is_(None), found.c.role != "")
    return select.where(found.c.kind == kind) if kind else select


def counted(found: sa.Subquery, edges: Edges) -> sa.Select[Any]:
    """For each kind how much is overdue, due today, tomorrow, within the week and later, and how much of it nobody has."""
    due, count = found.c.due_at, sa.func.count()
    return sa.select(
        found.c.kind,
        count.filter(due < edges.now).label("overdue"),
        count.filter(due >= edges.now, due < edges.tomorrow).label("today"),
        count.filter(due >= edges.tomorrow, due < edges.day_after).label("tomorrow"),
        count.filter(due >= edges.tomorrow, due < edges.week_end).label("week"),
        count.filter(due >= edges.week_end).label("later"),
        count.filter(found.c.user_id.is_(None), found.c.role != "").label("desk"),
    ).group_by(found.c.kind)


def waiting_for_others(user_id: UUID, now: datetime) -> sa.Select[UUID, str, datetime | None, str, str]:
    """What this user sent and others are late with: (id, state, due_at, name of who has it, place), longest first."""
    late = (Referral.sender_id == user_id, Referral.due_at < now, Referral.state != State.RETURNED)
    return (
        sa.select(
            Referral.id, Referral.state, Referral.due_at, Organisation.name.label("owner"), Region.name.label("place")
        )
        .join(Region, Region.code == Referral.region_code)
        .outerjoin(Organisation, Organisation.id == Referral.owner_organisation_id)
        .where(*late)
        .order_by(Referral.due_at, Referral.id)
    )


def latest_night() -> sa.Select[Night]:
    """The night of the latest day."""
    return sa.select(Night).order_by(Night.as_of.desc()).limit(1)


def _branches(reader: Reader, view: View) -> list[sa.Select[Any]]:
    if view is View.OFFICE:
        return [_tasks(Task.organisation_id.in_(reader.offices))] if reader.offices else []
    found = []
    if reader.does_tasks:
        found.append(_tasks(Task.user_id == reader.user_id))
    if reader.desks:
        at_desk = sa.tuple_(Task.organisation_id, Task.role).in_(reader.desks)
        offices = Task.organisation_id.in_({office for office, _role in reader.desks})
        found.append(_tasks(Task.user_id.is_(None), offices, at_desk))
    if reader.triage:
        found.append(_reports(reader.triage))
    if reader.sends:
        found.append(_questions(reader.user_id))
    if reader.receives:
        found.append(_offers(reader.receives))
    if reader.co_signs:
        found.append(_to_sign(reader))
    return found


def _tasks(*whose: sa.ColumnElement[bool]) -> sa.Select[Any]:
    columns = (getattr(Task, name) for name in _OF_TASK)
    return sa.select(*columns, sa.literal(1).label("rank")).where(Task.state == TaskState.OPEN, *whose)


def _asked(kind: Any, subject: tuple[str, Any], **columns: Any) -> sa.Select[Any]:
    """A branch with the columns of a task; what is not named is empty."""
    uuid, text = sa.cast(sa.null(), sa.Uuid), sa.literal("")
    found = {
        "kind": kind, "subject_kind": sa.literal(subject[0]), "subject_id": subject[1], "period": text, "client_id": uuid,
        "organisation_id": uuid, "role": text, "user_id": uuid, "created_by": uuid,
        "text_sealed": sa.cast(sa.null(), sa.LargeBinary), "rank": sa.literal(1),
    } | columns  # fmt: skip
    return sa.select(*(found[name].label(name) for name in Thing.__dataclass_fields__))


def _reports(offices: Collection[UUID]) -> sa.Select[Any]:
    """Reports that lie with these desks: to answer, or to find a receiver for. What rests until a day does not ask."""
    kind = sa.case((Referral.state == State.SUBMITTED, Ask.ANSWER_REPORT.value), else_=Ask.FIND_RECEIVER.value)
    return _asked(
        kind, ("report", Referral.id), id=Referral.id, period=Referral.urgency, due_at=Referral.due_at,
        rank=_rank(Referral.urgency), organisation_id=Referral.owner_organisation_id, version=Referral.version,
        created_at=Referral.submitted_at,
    ).where(
        Referral.state.in_([State.SUBMITTED, State.ROUTING]),
        Referral.owner_organisation_id.in_(offices),
        Referral.due_at.is_not(None),
        Referral.parked_until.is_(None),
    )  # fmt: skip


def _questions(user_id: UUID) -> sa.Select[Any]:
    """Own reports that came back with a question."""
    return _asked(
        sa.literal(Ask.ANSWER_QUESTION.value), ("report", Referral.id), id=Referral.id, period=Referral.urgency,
        due_at=Referral.due_at, rank=_rank(Referral.urgency), user_id=Referral.sender_id, version=Referral.version,
        created_at=Referral.submitted_at,
    ).where(
        Referral.sender_id == user_id, Referral.state == State.RETURNED, Referral.due_at.is_not(None),
        ~_is_chased(Referral.id),
    )  # fmt: skip


def _offers(offices: Collection[UUID]) -> sa.Select[Any]:
    """What these offices were asked and have not answered, whom they took and have not met, of whom they owe the outcome.

    Where a task asks to see after it already, that task stands for it. Who it is about, an offer tells by its snapshot alone.
    """
    kind = sa.case(
        (Offer.state == OfferState.OPEN, Ask.ANSWER_OFFER.value),
        (Referral.state == State.ACCEPTED, Ask.MEET_PERSON.value),
        else_=Ask.TELL_OUTCOME.value,
    )
    is_open = Offer.state == OfferState.OPEN
    is_ours = (Offer.state == OfferState.ACCEPTED) & Referral.state.in_([State.ACCEPTED, State.MET])
    due_at = sa.case((is_open, Offer.expires_at), else_=Referral.due_at)
    return (
        _asked(
            kind, ("offer", Offer.referral_id), id=Offer.id, period=Offer.urgency, due_at=due_at, rank=_rank(Offer.urgency),
            client_id=sa.case((Offer.state == OfferState.ACCEPTED, Offer.client_id)), version=Offer.version,
            organisation_id=Offer.organisation_id, created_at=Offer.offered_at,
        )
        .join_from(Offer, Referral, Referral.id == Offer.referral_id)
        .where(Offer.organisation_id.in_(offices), Offer.ended_at.is_(None), is_open | is_ours, due_at.is_not(None))
        .where(~_is_chased(Offer.referral_id))
    )  # fmt: skip


def _is_chased(referral_id: Any) -> sa.Exists:
    """Does a task ask this reader to see after it already? Then that task stands for it."""
    return sa.exists().where(
        Task.subject_id == referral_id, Task.kind == TaskKind.CHASE_REFERRAL, Task.state == TaskState.OPEN
    )


def _rank(urgency: Any) -> Any:
    return sa.case((urgency == Urgency.EMERGENCY, 0), else_=1)


def _to_sign(reader: Reader) -> sa.Select[Any]:
    """Verdicts that this co-signer was asked to sign and has not signed; due when the aftercare is over."""
    over = GraduationReview.provisional_on + sa.func.make_interval(0, reader.aftercare_months)
    due_at = sa.func.timezone(OFFICE_ZONE.key, sa.cast(over, sa.Date) + sa.literal(END_OF_DAY, sa.Time))
    signed = sa.exists().where(
        GraduationSignature.review_id == GraduationReview.id,
        GraduationSignature.user_id == reader.user_id,
        GraduationSignature.step == "confirmation",
    )
    return _asked(
        sa.literal(Ask.SIGN_GRADUATION.value), ("graduation_review", GraduationReview.id), id=GraduationReview.id,
        due_at=due_at, user_id=GraduationReview.co_signer_id, version=GraduationReview.version,
        created_at=GraduationReview.opened_at,
    ).where(
        GraduationReview.co_signer_id == reader.user_id,
        GraduationReview.state == ReviewState.PROVISIONAL,
        GraduationReview.provisional_on.is_not(None),
        ~signed,
    )  # fmt: skip
