"""Reads of reviews, signatures, the person's voice and relapse, and the few that facts need of tables below."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.access.models import RoleGrant, User
from kessos_case.access.rules import Role
from kessos_case.aid.models import Disbursement
from kessos_case.cases.casework import Assessment, Plan
from kessos_case.cases.models import Case, Reunification, Visit
from kessos_case.cases.rules import AssessmentState, CloseReason, PlanState
from kessos_case.clients.models import ClientAccess, HouseholdMember
from kessos_case.core.db import Session, table_of
from kessos_case.core.months import month_of
from kessos_case.employment.models import IncomeStatement, Placement
from kessos_case.graduation.fact_queries import any_of
from kessos_case.graduation.models import ClientVoice, GraduationReview, GraduationSignature, Relapse
from kessos_case.graduation.rules import LIVE, CriterionCode, GraduationPolicy, RelapseKind, ReviewState
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskKind


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


def case_of_client(session: Session, client_id: UUID) -> Case | None:
    """The person's case at the actor's office: the open one, else the newest."""
    select = sa.select(Case).where(Case.client_id == client_id)
    return session.scalar(select.order_by(Case.closed_at.is_(None).desc(), Case.opened_at.desc()).limit(1))


def new_cases_of(session: Session, client_id: UUID, but: UUID) -> list[Case]:
    """A person's other cases. One that was handed over from another UPT goes on and is not new."""
    cases = session.scalars(sa.select(Case).where(Case.client_id == client_id).order_by(Case.opened_at)).all()
    handed_over = {case.id for case in cases if case.close_reason == CloseReason.TRANSFERRED}
    return [case for case in cases if case.id != but and case.previous_case_id not in handed_over]


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


def cases_to_look_at(
    today: date, now: datetime, policy: GraduationPolicy, within: tuple[UUID, UUID] | None = None
) -> sa.Select[UUID]:
    """Ids of the cases about which a night may have something to say: a review that lives, a graduate in whose record
    something has come up since, or an open case that has of everything mandatory at least a row.

    Those with ids `within` two, both included, where they are given. Only what can be seen in a row; whether it is enough the
    verdict says. So a million people do not cost a million of them. It costs as much as there are cases in the range.
    """
    spoken = sa.select(GraduationReview.case_id).where(GraduationReview.state.in_(LIVE) | _may_have_relapsed())
    chosen = sa.select(Case.id)
    if within is not None:
        # Said of both tables: each chunk would read all reviews again.
        spoken, chosen = spoken.where(GraduationReview.case_id.between(*within)), chosen.where(Case.id.between(*within))
    return chosen.where(sa.or_(Case.id.in_(spoken), _may_be_eligible(today, now, policy)))


def every_case() -> sa.Select[UUID]:
    """Ids of all cases."""
    return sa.select(Case.id)


def _there_is(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Is there such a row? Asked of an index for each case.

    `offset 0` says nothing and keeps the planner from making a hash of it, for which each range of cases would read the
    whole table: the night then grew with the square of the province.
    """
    return sa.select(sa.literal_column("1")).where(*conditions).offset(sa.literal_column("0")).exists()


def _may_be_eligible(today: date, now: datetime, policy: GraduationPolicy) -> sa.ColumnElement[bool]:
    by_pathway = [
        sa.and_(
            Case.pathway == pathway,
            *[_ROW_FOR[code](today, now, policy) for code in rule.mandatory if code in _ROW_FOR],
        )
        for pathway, rule in policy.pathways.items()
    ]
    # Whoever fell back after a confirmation may come to meet everything again.
    undone = sa.exists().where(
        Relapse.review_id == GraduationReview.id, Relapse.happened_on > GraduationReview.confirmed_on
    )
    holds = GraduationReview.state.in_(LIVE) | ((GraduationReview.state == ReviewState.CONFIRMED) & ~undone)
    stands = _there_is(GraduationReview.case_id == Case.id, holds)
    return sa.and_(Case.closed_at.is_(None), sa.or_(*by_pathway), ~stands)


def _income_row(today: date, now: datetime, policy: GraduationPolicy) -> sa.ColumnElement[bool]:
    last = month_of(today) - 1
    covers = (IncomeStatement.from_month <= last, IncomeStatement.to_month >= last)
    return _there_is(IncomeStatement.client_id == Case.client_id, *covers)


def _work_row(today: date, now: datetime, policy: GraduationPolicy) -> sa.ColumnElement[bool]:
    goes_on = Placement.ended_on.is_(None) | (Placement.ended_on > today)
    return _there_is(Placement.client_id == Case.client_id, Placement.verified_on <= today, goes_on)


def _plan_row(today: date, now: datetime, policy: GraduationPolicy) -> sa.ColumnElement[bool]:
    return _there_is(Plan.case_id == Case.id, Plan.state == PlanState.APPROVED)


def _functioning_row(today: date, now: datetime, policy: GraduationPolicy) -> sa.ColumnElement[bool]:
    oldest = now - timedelta(days=policy.functioning.days + 1)
    return _there_is(
        # Of any episode: what the UPT found out that handed the person over counts as well.
        Assessment.client_id == Case.client_id,
        Assessment.instrument == "social_functioning",
        Assessment.state == AssessmentState.COMPLETED,
        Assessment.completed_at >= oldest,
    )


def _voice_row(today: date, now: datetime, policy: GraduationPolicy) -> sa.ColumnElement[bool]:
    return _there_is(ClientVoice.case_id == Case.id, ClientVoice.asked_on <= today)


def _home_row(today: date, now: datetime, policy: GraduationPolicy) -> sa.ColumnElement[bool]:
    stays = Reunification.ended_on.is_(None) | (Reunification.ended_on > today)
    return _there_is(
        Reunification.case_id == Case.id, Reunification.is_safe.is_(True), Reunification.starts_on <= today, stays
    )


# The row without which a criterion cannot be met. The others can be met without any.
_ROW_FOR: dict[CriterionCode, Callable[[date, datetime, GraduationPolicy], sa.ColumnElement[bool]]] = {
    CriterionCode.INCOME: _income_row,
    CriterionCode.WORK_LASTS: _work_row,
    CriterionCode.PLAN: _plan_row,
    CriterionCode.FUNCTIONING: _functioning_row,
    CriterionCode.OWN_VOICE: _voice_row,
    CriterionCode.SAFE_HOME: _home_row,
}


def _may_have_relapsed() -> sa.ColumnElement[bool]:
    """A confirmed review after which there is a row that could show a relapse of a kind not counted yet."""
    other, begun = orm.aliased(Case), GraduationReview.provisional_on
    begun_month = sa.cast(sa.extract("year", begun) * 12 + sa.extract("month", begun) - 1, sa.Integer)
    # One by one, for each has an index of its own.
    own_aid = _there_is(Disbursement.client_id == GraduationReview.client_id, Disbursement.to_month > begun_month)
    household_aid = _there_is(
        HouseholdMember.client_id == GraduationReview.client_id,
        HouseholdMember.voided_at.is_(None),
        Disbursement.household_id == HouseholdMember.household_id,
        Disbursement.to_month > begun_month,
    )
    signs = {
        RelapseKind.AID: own_aid | household_aid,
        RelapseKind.NEW_CASE: _there_is(
            other.client_id == GraduationReview.client_id,
            other.id != GraduationReview.case_id,
            other.opened_at >= begun,
        ),
        RelapseKind.WORK_LOST: _there_is(
            Placement.client_id == GraduationReview.client_id, Placement.ended_on >= begun
        ),
        RelapseKind.STREET: _there_is(
            Visit.client_id == GraduationReview.client_id, Visit.is_on_street.is_(True), Visit.visited_on >= begun
        ),
    }
    counted = {kind: _there_is(Relapse.review_id == GraduationReview.id, Relapse.kind == kind) for kind in signs}
    shown = sa.or_(*[sa.and_(sign, ~counted[kind]) for kind, sign in signs.items()])
    return sa.and_(GraduationReview.state == ReviewState.CONFIRMED, shown)


def lacking_aftercare(session: Session, tasks_each: int, most: int) -> Sequence[GraduationReview]:
    """Provisional reviews for which fewer than so many tasks of aftercare were ever raised, the earliest `most` of them."""
    kinds = (TaskKind.VISIT_AFTERCARE, TaskKind.CONFIRM_GRADUATION)
    raised = (
        sa.select(sa.func.count()).where(Task.subject_id == GraduationReview.id, Task.kind.in_(kinds)).scalar_subquery()
    )
    select = sa.select(GraduationReview).where(GraduationReview.state == ReviewState.PROVISIONAL, raised < tasks_each)
    return session.scalars(select.order_by(GraduationReview.id).limit(most)).all()


def reviews_of_case(session: Session, case_id: UUID) -> Sequence[GraduationReview]:
    """Every review of a case, newest first."""
    select = sa.select(GraduationReview).where(GraduationReview.case_id == case_id)
    return session.scalars(select.order_by(GraduationReview.opened_at.desc(), GraduationReview.id.desc())).all()


def cases_by_id(session: Session, ids: sa.Select[UUID]) -> Sequence[Any]:
    """These cases in the order of their ids, as rows that read like mapped ones: most of them are only read."""
    cases = table_of(Case)
    return session.connection().execute(sa.select(cases).where(cases.c.id.in_(ids)).order_by(cases.c.id)).all()


def reviews_of_cases(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """(id, state, reason, provisional_on, deferred_until, verdict) of every review of these cases by case, newest first.

    The verdict only of a review that was taken back: of no other is it asked on what it rested.
    """
    review, found = GraduationReview, dict[UUID, list[Any]]()
    verdict = sa.case((review.state == ReviewState.WITHDRAWN, review.verdict))
    columns = (review.id, review.case_id, review.state, review.reason, review.provisional_on, review.deferred_until)
    select = sa.select(*columns, verdict.label("verdict")).where(review.case_id == any_of(case_ids))
    for row in session.execute(select.order_by(review.opened_at.desc(), review.id.desc())):
        found.setdefault(row.case_id, []).append(row)
    return found


def relapse_kinds(session: Session, review_ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """The kinds of relapse that were counted after each of these reviews."""
    select = sa.select(Relapse.review_id, sa.func.array_agg(Relapse.kind)).group_by(Relapse.review_id)
    rows = session.execute(select.where(Relapse.review_id == any_of(review_ids)))
    return {review_id: frozenset(kinds) for review_id, kinds in rows}


def new_cases_of_many(session: Session, cases: Sequence[Case]) -> dict[UUID, list[Any]]:
    """As `new_cases_of`, by person, beside each of these cases of as many people."""
    known, found = {case.id for case in cases}, {}
    every = sa.select(Case.id, Case.client_id, Case.opened_at, Case.close_reason, Case.previous_case_id)
    by_person: dict[UUID, list[Any]] = {}
    people = any_of(case.client_id for case in cases)
    for case in session.execute(every.where(Case.client_id == people).order_by(Case.opened_at)):
        by_person.setdefault(case.client_id, []).append(case)
    for client_id, theirs in by_person.items():
        handed_over = {case.id for case in theirs if case.close_reason == CloseReason.TRANSFERRED}
        found[client_id] = [
            case for case in theirs if case.id not in known and case.previous_case_id not in handed_over
        ]
    return found


def reviews_with_signers(session: Session, case_id: UUID) -> Sequence[Any]:
    """(review, signers, has_relapsed) of a case, newest first: who confirmed it, and whether that was undone since."""
    return session.execute(_reviews_with_signers(), {"case_id": case_id}).all()


@cache
def _reviews_with_signers() -> Any:
    signers = (
        sa.select(sa.func.array_agg(GraduationSignature.user_id))
        .where(GraduationSignature.review_id == GraduationReview.id, GraduationSignature.step == "confirmation")
        .where(GraduationSignature.user_id.is_not(None))
        .scalar_subquery()
    )
    relapsed = sa.exists().where(
        Relapse.review_id == GraduationReview.id, Relapse.happened_on > GraduationReview.confirmed_on
    )
    select = sa.select(GraduationReview, signers.label("signers"), relapsed.label("has_relapsed"))
    newest = (GraduationReview.opened_at.desc(), GraduationReview.id.desc())
    return select.where(GraduationReview.case_id == sa.bindparam("case_id")).order_by(*newest)
