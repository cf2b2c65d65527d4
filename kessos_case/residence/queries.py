"""Reads of the house. Row-level security limits stays, lines and logs to the own house; wards are named with their house."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases.models import Case
from kessos_case.referrals.rules import Urgency
from kessos_case.residence.models import BedWait, ShiftEntry, ShiftLog, Stay, StayEvent, Ward
from kessos_case.residence.rules import BedWaitState
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskKind, TaskState

# As `place_in_line` orders.
URGENCY_RANK = sa.case({str(urgency): place for place, urgency in enumerate(Urgency)}, value=BedWait.urgency)


def wards_of(organisation_id: UUID) -> sa.Select[Ward]:
    """The wards of a house: those in use by name, then the closed ones."""
    return sa.select(Ward).where(Ward.organisation_id == organisation_id).order_by(
        Ward.is_active.desc(), Ward.name, Ward.id
    )  # fmt: skip


def stays(filters: dict[str, Any]) -> sa.Select[Stay]:
    """Stays of one house, ward, case or person; `open` those that go on, where these are given.

    `houses`: those that the reader sees, named beside the policy so that an index gives the order of the list.
    """
    select = _in_houses(sa.select(Stay), Stay, filters)
    for name in ("organisation_id", "ward_id", "case_id", "client_id"):
        if filters.get(name):
            select = select.where(getattr(Stay, name) == filters[name])
    if filters.get("open") is not None:
        column = Stay.discharged_at
        select = select.where(column.is_(None) if filters["open"] else column.is_not(None))
    return select


def _in_houses(select: sa.Select[Any], model: type[Stay] | type[BedWait], filters: dict[str, Any]) -> sa.Select[Any]:
    """One house by equality, as an index needs it."""
    houses = filters.get("houses")
    if houses is None:
        return select
    one = len(houses) == 1
    return select.where(model.organisation_id == houses[0] if one else model.organisation_id.in_(houses))


def residents(organisation_id: UUID, most_a_ward: int, until: date, before: date) -> sa.Select[Any]:
    """Who lives in a house, the longest first: so many of each ward, and whoever is to be looked at until this day, should
    have left or be back before that one. Each with his place in the ward."""
    place = sa.func.row_number().over(partition_by=Stay.ward_id, order_by=(Stay.admitted_at, Stay.id)).label("place")
    here = (
        sa.select(Stay.id, place)
        .where(Stay.organisation_id == organisation_id, Stay.discharged_at.is_(None))
        .subquery()
    )
    due = (Stay.review_on <= until) | (Stay.planned_until < before) | (Stay.away_until < before)
    return (
        sa.select(Stay, here.c.place)
        .join(here, here.c.id == Stay.id)
        .where((here.c.place <= most_a_ward) | due)
        .order_by(Stay.admitted_at, Stay.id)
    )


def open_stays_of(client_id: UUID) -> sa.Select[Stay]:
    """The stays of a person that go on; the database lets it be one."""
    return sa.select(Stay).where(Stay.client_id == client_id, Stay.discharged_at.is_(None))


def open_waits_of(client_id: UUID) -> sa.Select[BedWait]:
    """The lines in which a person stands."""
    return sa.select(BedWait).where(BedWait.client_id == client_id, BedWait.state == BedWaitState.WAITING)


def events_of(stay_id: UUID) -> sa.Select[StayEvent]:
    """What happened in a stay, in its order."""
    return sa.select(StayEvent).where(StayEvent.stay_id == stay_id).order_by(
        StayEvent.happened_at, StayEvent.recorded_at, StayEvent.id
    )  # fmt: skip


def waits(filters: dict[str, Any]) -> sa.Select[BedWait]:
    """Who stands in the line of a house, or of one case or state where these are given; `houses` as for stays."""
    select = _in_houses(sa.select(BedWait), BedWait, filters)
    for name in ("organisation_id", "case_id", "client_id", "state", "sex"):
        if filters.get(name):
            select = select.where(getattr(BedWait, name) == filters[name])
    return select


def waiting(organisation_id: UUID) -> sa.Select[BedWait]:
    """The line of a house in its order."""
    return waits({"organisation_id": organisation_id, "state": BedWaitState.WAITING}).order_by(
        URGENCY_RANK, BedWait.since, BedWait.id
    )  # fmt: skip


def waiting_for(organisation_id: UUID, ward_sex: str) -> sa.Select[BedWait]:
    """Those of the line whom a ward of this sex suits, in their order."""
    suits = sa.true() if ward_sex == "any" else BedWait.sex == ward_sex
    return waiting(organisation_id).where(suits)


def in_house(case_id: Any) -> sa.Select[Any]:
    """One row, as service.shown.InHouse has it; of the case with this id or place for one."""
    case = sa.select(sa.type_coerce(case_id, sa.Uuid).label("id")).subquery()
    since = sa.select(sa.func.min(BedWait.since)).where(
        BedWait.case_id == case.c.id, BedWait.state == BedWaitState.WAITING
    )
    before = sa.select(sa.func.count()).select_from(Stay).where(
        Stay.case_id == case.c.id, Stay.discharged_at.is_not(None)
    )  # fmt: skip
    goes_on = sa.and_(Stay.case_id == case.c.id, Stay.discharged_at.is_(None))
    return sa.select(
        Stay.id, Ward.name, Stay.admitted_at, Stay.planned_until, Stay.away_until,
        since.correlate(case).scalar_subquery(),
        before.correlate(case).scalar_subquery(),
    ).select_from(case).outerjoin(Stay, goes_on).outerjoin(Ward, Ward.id == Stay.ward_id)  # fmt: skip


def houses_with_a_line() -> sa.Select[UUID]:
    """The houses where somebody waits."""
    waiting_now = BedWait.state == BedWaitState.WAITING
    return sa.select(BedWait.organisation_id).where(waiting_now).distinct().order_by(BedWait.organisation_id)


def asked_to_admit(organisation_id: UUID) -> sa.Select[Task]:
    """The open tasks to take in the next one."""
    return sa.select(Task).where(
        Task.kind == TaskKind.ADMIT_NEXT, Task.subject_id == organisation_id, Task.state == TaskState.OPEN
    )  # fmt: skip


def unasked_reviews(until: date, was_asked: Any) -> sa.Select[Stay, UUID | None]:
    """Stays that are to be looked at by this day and that nobody was asked about, each with who serves the case."""
    return _going_on(Stay.review_on <= until, ~was_asked).order_by(Stay.review_on, Stay.id)


def unasked_ends(before: date, was_asked: Any) -> sa.Select[Stay, UUID | None]:
    """Stays whose planned end is past and that nobody was asked about, each with who serves the case."""
    return _going_on(Stay.planned_until < before, ~was_asked).order_by(Stay.planned_until, Stay.id)


def _going_on(*where: Any) -> sa.Select[Stay, UUID | None]:
    select = sa.select(Stay, Case.caseworker_id).join(Case, Case.id == Stay.case_id)
    return select.where(Stay.discharged_at.is_(None), *where)


def shift_logs(organisation_id: UUID) -> sa.Select[ShiftLog]:
    """The watches of a house."""
    return sa.select(ShiftLog).where(ShiftLog.organisation_id == organisation_id)


def entries_of(log_ids: Collection[UUID]) -> sa.Select[ShiftEntry]:
    """What was written in these watches, in its order."""
    return sa.select(ShiftEntry).where(ShiftEntry.log_id.in_(log_ids)).order_by(ShiftEntry.written_at, ShiftEntry.id)
