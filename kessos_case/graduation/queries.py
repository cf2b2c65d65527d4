"""Reads of reviews, signatures, the person's voice and relapse, and the few that facts need of tables below."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import RoleGrant, User
from kessos_case.access.rules import Role
from kessos_case.aid.models import Disbursement
from kessos_case.cases.casework import Plan
from kessos_case.cases.models import Case
from kessos_case.cases.rules import CloseReason
from kessos_case.clients.models import ClientAccess
from kessos_case.core.db import Session
from kessos_case.graduation.models import ClientVoice, GraduationReview, GraduationSignature, Relapse
from kessos_case.graduation.rules import ReviewState

LIVE = (ReviewState.ELIGIBLE, ReviewState.RECOMMENDED, ReviewState.PROVISIONAL)


def reviews(filters: dict[str, Any], offices: Iterable[UUID], user_id: UUID | None) -> sa.Select[GraduationReview]:
    """Reviews of these offices, and those given to this user to co-sign; `mine` only of the cases that he serves.

    The offices are named beside the policy, so that an index drives the list.
    """
    given = GraduationReview.co_signer_id == user_id
    select = sa.select(GraduationReview).where(given | GraduationReview.organisation_id.in_(list(offices)))
    if filters.get("mine"):
        served = sa.exists().where(Case.id == GraduationReview.case_id, Case.caseworker_id == user_id)
        select = select.where(given | served)
    for name in ("state", "case_id"):
        if filters.get(name):
            select = select.where(getattr(GraduationReview, name) == filters[name])
    return select


def latest_review(session: Session, case_id: UUID, *states: ReviewState) -> GraduationReview | None:
    """The newest review of a case, in one of these states where any are named."""
    select = sa.select(GraduationReview).where(GraduationReview.case_id == case_id)
    if states:
        select = select.where(GraduationReview.state.in_(states))
    newest = select.order_by(GraduationReview.opened_at.desc(), GraduationReview.id.desc())
    return session.scalar(newest.limit(1))


def reviews_of(session: Session, client_id: UUID, *states: ReviewState) -> Sequence[GraduationReview]:
    """A person's reviews in these states, locked: two jobs about one person work one after the other."""
    select = sa.select(GraduationReview).where(
        GraduationReview.client_id == client_id, GraduationReview.state.in_(states)
    )
    return session.scalars(select.order_by(GraduationReview.id).with_for_update()).all()


def signatures(session: Session, review_id: UUID, step: str | None = None) -> Sequence[GraduationSignature]:
    """Who signed, earliest first; of one step where it is named."""
    select = sa.select(GraduationSignature).where(GraduationSignature.review_id == review_id)
    if step:
        select = select.where(GraduationSignature.step == step)
    return session.scalars(select.order_by(GraduationSignature.signed_at, GraduationSignature.id)).all()


def relapses(client_id: UUID | None, offices: Iterable[UUID]) -> sa.Select[Relapse]:
    """Relapses of these offices' people, of one person where he is named."""
    select = sa.select(Relapse).where(Relapse.organisation_id.in_(list(offices)))
    return select.where(Relapse.client_id == client_id) if client_id else select


def relapses_after(session: Session, review_id: UUID) -> Sequence[Relapse]:
    """The relapses after one review, earliest first."""
    select = sa.select(Relapse).where(Relapse.review_id == review_id)
    return session.scalars(select.order_by(Relapse.happened_on, Relapse.id)).all()


def relapse_like(session: Session, review_id: UUID, kind: str, happened_on: date) -> Relapse | None:
    """The relapse of this kind and day."""
    return session.scalar(
        sa.select(Relapse).where(
            Relapse.review_id == review_id, Relapse.kind == kind, Relapse.happened_on == happened_on
        )
    )


def latest_voice(session: Session, case_id: UUID, day: date) -> ClientVoice | None:
    """What the person said last when he was asked, on this day or before."""
    asked = sa.select(ClientVoice).where(ClientVoice.case_id == case_id, ClientVoice.asked_on <= day)
    newest = asked.order_by(ClientVoice.asked_on.desc(), ClientVoice.recorded_at.desc(), ClientVoice.id.desc())
    return session.scalar(newest.limit(1))


def case_of_client(session: Session, client_id: UUID) -> Case | None:
    """The person's case at the actor's office: the open one, else the newest."""
    select = sa.select(Case).where(Case.client_id == client_id)
    return session.scalar(select.order_by(Case.closed_at.is_(None).desc(), Case.opened_at.desc()).limit(1))


def new_cases_of(session: Session, client_id: UUID, but: UUID) -> list[Case]:
    """A person's other cases. One that was handed over from another UPT goes on and is not new."""
    cases = session.scalars(sa.select(Case).where(Case.client_id == client_id).order_by(Case.opened_at)).all()
    handed_over = {case.id for case in cases if case.close_reason == CloseReason.TRANSFERRED}
    return [case for case in cases if case.id != but and case.previous_case_id not in handed_over]


def plan_author(session: Session, plan_id: UUID) -> UUID | None:
    """Who wrote this version of a plan."""
    return session.scalar(sa.select(Plan.author_id).where(Plan.id == plan_id))


def aid_recorders(session: Session, line_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Lines of the ledger that a user wrote down, with that user; imports have none."""
    wanted = list(line_ids)
    lines = sa.select(Disbursement.id, Disbursement.recorded_by).where(Disbursement.id.in_(wanted))
    found = session.execute(lines).all() if wanted else []
    return {line.id: line.recorded_by for line in found if line.recorded_by}


def aftercare_worker(session: Session, client_id: UUID) -> UUID | None:
    """The TKSK who reaches this person for aftercare now; the one who has done so longest."""
    now = session.now
    reaching = (
        sa.select(ClientAccess.user_id)
        .join(User, User.id == ClientAccess.user_id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            ClientAccess.client_id == client_id,
            ClientAccess.ground == "aftercare",
            ClientAccess.valid_until.is_(None) | (ClientAccess.valid_until > now),
            User.is_active,
            RoleGrant.role == Role.TKSK,
            RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > now),
        )
    )
    return session.scalar(reaching.order_by(ClientAccess.valid_from, ClientAccess.id).limit(1))


def co_signs(session: Session, user_id: UUID, not_of: UUID) -> bool:
    """Is this an active user of another office than `not_of` who holds the role of co-signer now?"""
    holding = (
        sa.select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            User.id == user_id,
            User.is_active,
            User.organisation_id != not_of,
            RoleGrant.role == Role.CO_SIGNER,
            RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > session.now),
        )
    )
    return session.scalar(holding.limit(1)) is not None
