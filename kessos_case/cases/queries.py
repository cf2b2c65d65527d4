"""Reads of cases. Row-level security limits them to the episodes of the own office and those that it took over."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import RoleGrant, User
from kessos_case.access.rules import Role
from kessos_case.cases.casework import Assessment
from kessos_case.cases.models import (
    Case,
    CaseAgreement,
    CaseText,
    CaseTransfer,
    CaseTransition,
    Conference,
    Reunification,
    Visit,
)
from kessos_case.cases.rules import AssessmentState, PathwayPolicy, Stage, TransferState, Verb
from kessos_case.clients.models import Client
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskState


def cases(filters: dict[str, Any], offices: Sequence[UUID], user_id: UUID | None) -> sa.Select[Case]:
    """The episodes of these offices; `mine` those given to the user by name, `open` those that have not ended.

    The office is named beside the policy, one office by equality: so an index gives the order of the list. The episodes
    of one person are few, and among them those that the office took over are shown too.
    """
    select = sa.select(Case)
    if not filters.get("client_id"):
        one = len(offices) == 1
        select = select.where(Case.organisation_id == offices[0] if one else Case.organisation_id.in_(offices))
    for name in ("stage", "pathway", "caseworker_id", "client_id"):
        if filters.get(name):
            select = select.where(getattr(Case, name) == filters[name])
    if filters.get("mine"):
        select = select.where(Case.caseworker_id == user_id)
    if filters.get("unassigned"):
        select = select.where(Case.caseworker_id.is_(None))
    for name, column, when_true in (("open", Case.closed_at, True), ("paused", Case.paused_from, False)):
        if filters.get(name) is not None:
            select = select.where(column.is_(None) if filters[name] is when_true else column.is_not(None))
    return select


# What a list shows of a case, of whose it is, of what its office has to do about the person, and for how long it rested.
_LISTED = (
    Case.id, Case.version, Case.client_id, Case.organisation_id, Case.category_code, Case.pathway, Case.stage,
    Case.stage_since, Case.caseworker_id, Case.opened_at, Case.closed_at, Case.close_reason, Case.paused_from,
    Case.paused_until,
)  # fmt: skip


class Listed(NamedTuple):
    """A row of `listed`. The person's columns are None where the reader reaches him no more, but for `client_id`."""

    id: UUID
    version: int
    client_id: UUID
    organisation_id: UUID
    category_code: str
    pathway: str
    stage: str
    stage_since: datetime
    caseworker_id: UUID | None
    opened_at: datetime
    closed_at: datetime | None
    close_reason: str | None
    paused_from: date | None
    paused_until: date | None
    name: str | None
    temporary_label: str | None
    confidentiality: str | None
    died_on: date | None
    next_due_at: datetime | None
    rested_days: int


def listed(select: sa.Select[Case]) -> sa.Select[Any]:
    """The same cases as a list shows them, in the columns of `Listed`, without a mapped object of any."""
    columns: sa.Select[Any] = select.with_only_columns(*_listed_columns())
    return columns.outerjoin(Client, Client.id == Case.client_id)


@cache
def _listed_columns() -> tuple[Any, ...]:
    person = (Client.name, Client.temporary_label, Client.confidentiality, Client.died_on)
    return (*_LISTED, *person, _next_due_at(), _rested_days())


def listed_rows(session: Session, case_ids: Iterable[UUID]) -> dict[UUID, Listed]:
    """The same by id, of these cases."""
    rows = session.execute(listed(sa.select(Case).where(Case.id.in_(list(case_ids)))))
    return {row.id: Listed(*row) for row in rows}


def rested_and_moves(session: Session, case_id: UUID) -> tuple[int, int]:
    """For how many days a case has rested since its stage began, and how many moves it has behind it."""
    row = session.execute(_rested_and_moves(), {"case_id": case_id}).one()
    return row[0], row[1]


@cache
def _rested_and_moves() -> sa.Select[int, int]:
    moves = sa.select(sa.func.count(CaseTransition.id)).where(CaseTransition.case_id == Case.id).scalar_subquery()
    return sa.select(_rested_days(), moves).where(Case.id == sa.bindparam("case_id"))


def _next_due_at() -> sa.ColumnElement[datetime]:
    """The earliest open task of the case's office about the person."""
    earliest = sa.select(sa.func.min(Task.due_at)).where(
        Task.client_id == Case.client_id,
        Task.organisation_id == Case.organisation_id,
        Task.state == TaskState.OPEN,
    )
    return earliest.correlate(Case).scalar_subquery().label("next_due_at")


def _rested_days() -> sa.ColumnElement[int]:
    """For how many days a case has rested since its stage began."""
    days = sa.cast(CaseTransition.detail["rested_days"].as_string(), sa.Integer)
    rested = sa.select(sa.func.coalesce(sa.func.sum(days), 0)).where(
        CaseTransition.case_id == Case.id,
        CaseTransition.verb == Verb.RESUME,
        CaseTransition.happened_at >= Case.stage_since,
    )
    return rested.correlate(Case).scalar_subquery().label("rested_days")


def latest_case_id(session: Session, client_id: UUID, organisation_id: UUID) -> UUID | None:
    """The last episode of the person at this office that the actor sees, ended or not."""
    select = sa.select(Case.id).where(Case.client_id == client_id, Case.organisation_id == organisation_id)
    return session.scalar(select.order_by(Case.opened_at.desc(), Case.id.desc()).limit(1))


def open_case_id(session: Session, client_id: UUID, organisation_id: UUID, but: UUID | None = None) -> UUID | None:
    """The open episode of the person at this office, other than one."""
    select = sa.select(Case.id).where(
        Case.client_id == client_id, Case.organisation_id == organisation_id, Case.closed_at.is_(None)
    )
    return session.scalar(select.where(Case.id != but) if but else select)


def in_aftercare_elsewhere(session: Session, case: Case) -> bool:
    """Is the person in aftercare in another episode?"""
    other = sa.select(Case.id).where(
        Case.client_id == case.client_id, Case.id != case.id, Case.stage.in_([Stage.AFTERCARE, Stage.GRADUATED])
    )
    return session.scalar(other.limit(1)) is not None


def history(session: Session, case_id: UUID) -> Sequence[tuple[CaseTransition, bytes | None]]:
    """Every move of a case with what was said, oldest first."""
    select = (
        sa.select(CaseTransition, CaseText.text_sealed)
        .outerjoin(CaseText, CaseText.transition_id == CaseTransition.id)
        .where(CaseTransition.case_id == case_id)
        .order_by(CaseTransition.recorded_at, CaseTransition.id)
    )
    return [(row[0], row[1]) for row in session.execute(select)]


def last_move(session: Session, case_id: UUID, *targets: Stage) -> CaseTransition | None:
    """The last move that was made of a case, of those to these stages where any are named."""
    select = sa.select(CaseTransition).where(CaseTransition.case_id == case_id)
    if targets:
        select = select.where(CaseTransition.to_stage.in_(targets), CaseTransition.from_stage.not_in(targets))
    return session.scalar(select.order_by(CaseTransition.recorded_at.desc(), CaseTransition.id.desc()).limit(1))


def moves(session: Session, case_id: UUID) -> int:
    """How many moves a case has behind it."""
    return session.scalar(sa.select(sa.func.count(CaseTransition.id)).where(CaseTransition.case_id == case_id)) or 0


def agreements(session: Session, case_id: UUID) -> list[CaseAgreement]:
    """What was agreed or decided about serving, newest first; the first one holds."""
    select = sa.select(CaseAgreement).where(CaseAgreement.case_id == case_id)
    return list(session.scalars(select.order_by(CaseAgreement.recorded_at.desc(), CaseAgreement.id.desc())))


def conferences(session: Session, case_id: UUID) -> list[Conference]:
    """The conferences about a case, newest first."""
    select = sa.select(Conference).where(Conference.case_id == case_id)
    return list(session.scalars(select.order_by(Conference.held_on.desc(), Conference.id.desc())))


def conference_on(session: Session, plan_id: UUID) -> date | None:
    """The last day of a conference about this version of a plan."""
    return session.scalar(sa.select(sa.func.max(Conference.held_on)).where(Conference.plan_id == plan_id))


def reunifications(session: Session, case_id: UUID) -> list[Reunification]:
    """The homes that were assessed in a case, newest first."""
    select = sa.select(Reunification).where(Reunification.case_id == case_id)
    return list(session.scalars(select.order_by(Reunification.assessed_on.desc(), Reunification.id.desc())))


def visits(client_id: UUID) -> sa.Select[Visit]:
    """The visits to a person that the actor sees."""
    return sa.select(Visit).where(Visit.client_id == client_id)


def attempts(session: Session, client_id: UUID, since: date) -> tuple[int, int]:
    """How often, and on how many days, the person was not met after the last meeting, since a day."""
    met_on = (
        sa.select(sa.func.coalesce(sa.func.max(Visit.visited_on), sa.cast("-infinity", sa.Date)))
        .where(Visit.client_id == client_id, Visit.was_met)
        .scalar_subquery()
    )
    select = sa.select(sa.func.count(Visit.id), sa.func.count(sa.distinct(Visit.visited_on))).where(
        Visit.client_id == client_id, ~Visit.was_met, Visit.visited_on >= since, Visit.visited_on > met_on
    )
    row = session.execute(select).one()
    return row[0], row[1]


def transfers(filters: dict[str, Any], offices: Sequence[UUID]) -> sa.Select[CaseTransfer]:
    """Episodes offered to these offices (`in`), by them (`out`), or both."""
    to_us, from_us = CaseTransfer.to_organisation_id.in_(offices), CaseTransfer.from_organisation_id.in_(offices)
    wanted = {"in": to_us, "out": from_us}.get(filters.get("direction") or "", to_us | from_us)
    select = sa.select(CaseTransfer).where(wanted)
    return select.where(CaseTransfer.state == filters["state"]) if filters.get("state") else select


def open_transfer(session: Session, case_id: UUID) -> CaseTransfer | None:
    """The offer of a case that another UPT has not answered yet."""
    select = sa.select(CaseTransfer).where(CaseTransfer.case_id == case_id)
    return session.scalar(select.where(CaseTransfer.state == TransferState.OFFERED))


def unasked_pauses(day: date, asked: sa.Exists) -> sa.Select[Case]:
    """Open cases whose pause ends by this day, and about which nobody was asked."""
    paused = sa.select(Case).where(Case.closed_at.is_(None), Case.paused_until <= day, ~asked)
    return paused.order_by(Case.id)


def without_task(condition: sa.ColumnElement[bool], kind: str) -> sa.Select[Case]:
    """Open cases of which this holds and for which no task of this kind is open."""
    asked = sa.exists().where(Task.subject_id == Case.id, Task.kind == kind, Task.state == TaskState.OPEN)
    return sa.select(Case).where(Case.closed_at.is_(None), condition, ~asked).order_by(Case.id)


def contact(case_ids: Collection[UUID], on: date) -> sa.Update:
    """Write the day of a contact at those of these open cases that know no later one, each in its turn."""
    earlier = Case.contact_on.is_(None) | (Case.contact_on < on)
    several = sa.select(Case.id).where(Case.id.in_(list(case_ids)), Case.closed_at.is_(None), earlier)
    in_order = several.order_by(Case.id).with_for_update(key_share=True)
    return sa.update(Case).where(Case.id.in_(in_order)).values(contact_on=on)


def held(case_ids: Collection[UUID] | sa.Select[UUID]) -> sa.Select[UUID]:
    """The ids of these cases, each held in its turn."""
    return sa.select(Case.id).where(Case.id.in_(case_ids)).order_by(Case.id).with_for_update(key_share=True)


def case_ids_of(client_id: UUID) -> sa.Select[UUID]:
    """Every case of a person."""
    return sa.select(Case.id).where(Case.client_id == client_id)


def contacted(client_id: UUID, organisation_id: UUID | None) -> sa.Select[UUID]:
    """The open cases of a person at this office, and those in aftercare wherever they are."""
    here = (Case.organisation_id == organisation_id) | (Case.stage == Stage.AFTERCARE)
    return sa.select(Case.id).where(Case.client_id == client_id, Case.closed_at.is_(None), here)


def seen_on() -> sa.ColumnElement[date]:
    """When the person was last seen or spoken to; of one who never was, when the case was opened."""
    opened = sa.cast(sa.func.timezone(OFFICE_ZONE.key, Case.opened_at), sa.Date)
    return sa.func.greatest(Case.contact_on, opened)


def is_quiet(today: date, quiet_days: Mapping[Stage, int]) -> sa.ColumnElement[bool]:
    """Has nobody seen or spoken to the person for more days than the stage allows?"""
    days = sa.case(*((Case.stage == stage, count) for stage, count in quiet_days.items()))
    return sa.literal(today, sa.Date) - seen_on() > days


def not_quiet(case_ids: Collection[UUID], today: date, quiet_days: Mapping[Stage, int]) -> sa.Select[UUID]:
    """Those of these cases whose persons were contacted lately enough."""
    return sa.select(Case.id).where(Case.id.in_(list(case_ids)), ~is_quiet(today, quiet_days))


def unasked_quiet(stage: Stage, last: date, asked: sa.Exists) -> sa.Select[Case]:
    """Open cases in this stage, not at rest, whose persons were last contacted before that day, and nobody was `asked` to."""
    quiet = sa.select(Case).where(
        Case.closed_at.is_(None), Case.stage == stage, Case.paused_from.is_(None), seen_on() < last, ~asked
    )
    return quiet.order_by(Case.id)


def held_by(organisation_id: UUID, user_id: UUID | None, *, lock: bool = True) -> sa.Select[Case]:
    """The open cases of this office that the caseworker serves, or nobody; locked in one order, as they are then."""
    whose = Case.caseworker_id.is_(None) if user_id is None else Case.caseworker_id == user_id
    select = sa.select(Case).where(Case.organisation_id == organisation_id, Case.closed_at.is_(None), whose)
    locked = select.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (locked if lock else select).order_by(Case.id)


def unserved(now: datetime) -> sa.ColumnElement[bool]:
    """Has the case nobody, or somebody who is no caseworker of its office any more?"""
    here = sa.select(User.id, sa.func.coalesce(RoleGrant.organisation_id, User.organisation_id)).join(
        RoleGrant, RoleGrant.user_id == User.id
    )
    serving = here.where(
        User.is_active,
        RoleGrant.role == Role.CASEWORKER,
        RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > now),
    )
    return Case.caseworker_id.is_(None) | sa.tuple_(Case.caseworker_id, Case.organisation_id).not_in(serving)


def unasked_reassessments(
    policy: PathwayPolicy, stages: Collection[Stage], fresh_after: datetime, asked: sa.Exists
) -> sa.Select[Case]:
    """Open cases of the pathway in these stages, not at rest, that lack a fresh assessment by one of its instruments, and of
    which nobody was `asked` since then. One that was taken over may have it from the UPT before.
    """
    of_case = Assessment.case_id == Case.id
    is_fresh = sa.and_(of_case, Assessment.state == AssessmentState.COMPLETED, Assessment.completed_at > fresh_after)
    lacks = [~sa.exists().where(is_fresh, Assessment.instrument == name) for name in policy.required_instruments]
    return (
        sa.select(Case)
        .where(
            Case.closed_at.is_(None),
            Case.pathway == policy.pathway,
            Case.stage.in_(stages),
            Case.paused_from.is_(None),
            sa.or_(*lacks),
            ~asked,
        )
        .order_by(Case.id)
    )


def was_ever_asked(case_id: UUID, kind: str) -> sa.Exists:
    """Was there ever a task of this kind about a case?"""
    return sa.exists().where(Task.subject_id == case_id, Task.kind == kind)


def with_person(
    case_id: UUID,
) -> sa.Select[Case, UUID, str | None, str | None, date | None, str | None]:
    """A case and what stands above its pages of the person, none of it where the reader reaches him no more."""
    person = (Client.id, Client.name, Client.temporary_label, Client.died_on, Client.region_code)
    return sa.select(Case, *person).outerjoin(Client, Client.id == Case.client_id).where(Case.id == case_id)
