"""Reads of letters, and of what a person has that a letter can be written about. Row-level security limits each."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from kessos_case.access.models import Organisation, User
from kessos_case.cases.casework import Plan
from kessos_case.cases.models import Case
from kessos_case.cases.rules import PlanState
from kessos_case.clients.models import Client
from kessos_case.core.db import Session
from kessos_case.core.side_by_side import side_by_side
from kessos_case.graduation.models import GraduationReview
from kessos_case.graduation.rules import SUCCESSES, ReviewState
from kessos_case.letters.models import Letter
from kessos_case.partners.models import Service
from kessos_case.reference.models import Region, ServiceType
from kessos_case.referrals.models import Offer
from kessos_case.referrals.rules import OfferState
from kessos_case.training.models import Course, Enrolment
from kessos_case.training.rules import EnrolmentState


def letters_and_subjects(session: Session, client_id: UUID, most: int) -> list[list[Any]]:
    """The newest letters of a person, and his accepted offers, approved plans, passed courses and confirmed reviews."""
    newest = sa.select(Letter.id).where(Letter.client_id == client_id).order_by(Letter.issued_at.desc()).limit(most)
    passed = sa.and_(Enrolment.state == EnrolmentState.COMPLETED, Enrolment.passed.is_(True))
    confirmed = sa.and_(GraduationReview.state == ReviewState.CONFIRMED, GraduationReview.kind.in_(SUCCESSES))
    return side_by_side(
        session,
        [
            (Letter, Letter.id.in_(newest)),
            (Offer, sa.and_(Offer.client_id == client_id, Offer.state == OfferState.ACCEPTED)),
            (Plan, sa.and_(Plan.client_id == client_id, Plan.state == PlanState.APPROVED)),
            (Enrolment, sa.and_(Enrolment.client_id == client_id, passed)),
            (GraduationReview, sa.and_(GraduationReview.client_id == client_id, confirmed)),
            (Case, Case.client_id == client_id),
        ],
    )


def names(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """What users, offices, services and courses with these ids are called, in one statement."""
    wanted = {one for one in ids if one}
    parts = [
        sa.select(model.id, model.name).where(model.id.in_(wanted)) for model in (User, Organisation, Service, Course)
    ]
    return {row[0]: row[1] for row in session.execute(sa.union_all(*parts))} if wanted else {}


def letters_of(client_id: UUID) -> sa.Select[Letter]:
    """A person's letters."""
    return sa.select(Letter).where(Letter.client_id == client_id)


def valid_letters(session: Session, kind: str, subject_id: UUID) -> Sequence[Letter]:
    """Letters of this kind about this very thing that were not revoked, newest first."""
    select = sa.select(Letter).where(Letter.subject_id == subject_id, Letter.kind == kind, Letter.revoked_at.is_(None))
    return session.scalars(select.order_by(Letter.issued_at.desc(), Letter.id)).all()


def passed_in(batch_id: UUID, offices: Iterable[UUID]) -> sa.Select[Enrolment]:
    """Those of these offices who passed a batch."""
    passed = sa.and_(Enrolment.state == EnrolmentState.COMPLETED, Enrolment.passed.is_(True))
    return sa.select(Enrolment).where(
        Enrolment.batch_id == batch_id, Enrolment.organisation_id.in_(list(offices)), passed
    )


def valid_among(session: Session, kind: str, subject_ids: Iterable[UUID]) -> Sequence[Letter]:
    """The letters of this kind about these things that were not revoked, at most one each: the newest."""
    select = (
        sa.select(Letter)
        .ext(distinct_on(Letter.subject_id))
        .where(Letter.subject_id.in_(list(subject_ids)), Letter.kind == kind, Letter.revoked_at.is_(None))
        .order_by(Letter.subject_id, Letter.issued_at.desc(), Letter.id)
    )
    return session.scalars(select).all()


def by_code(session: Session, code: str) -> tuple[Letter, Client, Organisation] | None:
    """The letter with this code, its person and who issued it."""
    select = (
        sa.select(Letter, Client, Organisation)
        .join(Client, Client.id == Letter.client_id)
        .join(Organisation, Organisation.id == Letter.organisation_id)
        .where(Letter.code == code)
    )
    found = session.execute(select).one_or_none()
    return (found[0], found[1], found[2]) if found else None


def service_types(session: Session, codes: Iterable[str]) -> list[str]:
    """The Indonesian names of these kinds of service."""
    select = sa.select(ServiceType.name_id).where(ServiceType.code.in_(list(codes))).order_by(ServiceType.name_id)
    return list(session.scalars(select))


def place_of(session: Session, region_code: str | None) -> str | None:
    """The name of the regency or city in which an office lies."""
    return session.scalar(sa.select(Region.name).where(Region.code == region_code[:5])) if region_code else None
