"""Reads of what became of those who finished a course: one statement over all of them, by course and year. Without names."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on

from kessos_case.access.models import Organisation
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Stage
from kessos_case.clients.models import Client
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session
from kessos_case.employment.models import Placement
from kessos_case.employment.page_queries import kept_at
from kessos_case.employment.rules import EndReason, PlacementKind
from kessos_case.reports.rules.trainings import COUNTS, DAYS, Taught
from kessos_case.training.models import Course, Enrolment
from kessos_case.training.rules import EnrolmentState, skill_key

# Work by itself, beside the one that is judged.
_Work = orm.aliased(Placement)


def taught(session: Session, today: date, offices: Sequence[UUID] | None = None) -> list[Taught]:
    """Every course of these offices (None: of all) by year with what became of its people. As the program; one statement."""
    counts = _counts(today, offices)
    select = (
        sa.select(counts, Course.name.label("course_name"), Course.skill, Organisation.name.label("organisation_name"))
        .join(Course, Course.id == counts.c.course_id)
        .join(Organisation, Organisation.id == counts.c.organisation_id)
        .order_by(Organisation.name, Course.name, Course.id, counts.c.year)
    )
    return [_taught(row) for row in session.execute(select)]


def _taught(row: Any) -> Taught:
    return Taught(
        course_id=row.course_id,
        course_name=row.course_name,
        skill=skill_key(row.skill),
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name,
        year=row.year,
        counts={name: getattr(row, name) for name in COUNTS},
        wages=tuple(row.wages or ()),
    )


def _counts(today: date, offices: Sequence[UUID] | None) -> sa.Subquery:
    lives = _lives(today, offices).cte("lives")
    fates = {
        "finished": sa.true(),
        "failed": ~lives.c.passed,
        "passed": lives.c.passed,
        **{name: lives.c.fate == name for name in ("placed", "jobless", "unseen", "early")},
        **{name: lives.c.work == name for name in ("kept", "lost", "unchecked", "recent")},
        "waged": lives.c.wage.is_not(None),
    }
    columns = [sa.func.count().filter(where).label(name) for name, where in fates.items()]
    wages = sa.func.array_agg(aggregate_order_by(lives.c.wage, lives.c.wage)).filter(lives.c.wage.is_not(None))
    keys = (lives.c.course_id, lives.c.organisation_id, lives.c.year)
    return sa.select(*keys, *columns, wages.label("wages")).group_by(*keys).subquery("counts")


def _lives(today: date, offices: Sequence[UUID] | None) -> sa.Select[Any]:
    """Each person who finished a course in a year, with the first verified work after it, and what became of it."""
    done = _finished(offices).cte("done")
    first = _first_work(done)
    is_over = done.c.ended_on + DAYS <= today
    fate = sa.case(
        (~done.c.passed, None),
        (~is_over, "early"),
        (first.c.id.is_not(None), "placed"),
        (_is_unseen(done), "unseen"),
        else_="jobless",
    )
    is_placed = done.c.passed & is_over & first.c.id.is_not(None)
    known = kept_at(DAYS, today)
    work = sa.case(
        (~is_placed, None),
        (first.c.starts_on + DAYS > today, "recent"),
        (sa.and_(*known["kept"]), "kept"),
        (sa.and_(*known["over"]), "lost"),
        else_="unchecked",
    )
    wage = sa.case((is_placed & (Placement.kind == PlacementKind.JOB), Placement.monthly_income))
    keys = (done.c.course_id, done.c.organisation_id, done.c.year, done.c.passed)
    return (
        sa.select(*keys, fate.label("fate"), work.label("work"), wage.label("wage"))
        .select_from(done)
        .outerjoin(first, sa.true())
        .outerjoin(Placement, Placement.id == first.c.id)
    )


def _finished(offices: Sequence[UUID] | None) -> sa.Select[Any]:
    """One row a person, course, office and year: what went better, and of that the earliest."""
    ended_on = sa.func.least(Enrolment.ends_on, Enrolment.completed_on)
    year = sa.cast(sa.func.extract("year", ended_on), sa.Integer)
    select = sa.select(
        Enrolment.course_id, Enrolment.organisation_id, Enrolment.client_id, Enrolment.case_id, Enrolment.passed,
        ended_on.label("ended_on"), year.label("year"),
    ).where(Enrolment.state == EnrolmentState.COMPLETED)  # fmt: skip
    if offices is not None:
        select = select.where(Enrolment.organisation_id.in_(offices))
    keys = (Enrolment.course_id, Enrolment.organisation_id, Enrolment.client_id, year)
    return select.ext(distinct_on(*keys)).order_by(*keys, Enrolment.passed.desc(), ended_on, Enrolment.id)


def _first_work(done: Any) -> Any:
    """The first work that was verified to have begun within 180 days after the course."""
    return (
        sa.select(_Work.id, _Work.starts_on)
        .where(
            _Work.client_id == done.c.client_id,
            done.c.passed,
            _Work.verified_on.is_not(None),
            _Work.end_reason.is_distinct_from(EndReason.NEVER_STARTED),
            _Work.starts_on.between(done.c.ended_on, done.c.ended_on + DAYS),
        )
        .order_by(_Work.starts_on, _Work.id)
        .limit(1)
        .lateral("first")
    )


def _is_unseen(done: Any) -> sa.ColumnElement[bool]:
    """Has nobody seen whether work began: the person died, his case ended without anybody after it, or work was only told?"""
    until = done.c.ended_on + DAYS
    died = sa.exists().where(Client.id == done.c.client_id, Client.died_on <= until)
    closed_on = sa.cast(sa.func.timezone(OFFICE_ZONE.key, Case.closed_at), sa.Date)
    lost_sight = sa.exists().where(
        Case.id == done.c.case_id,
        closed_on < until,
        Case.stage != Stage.GRADUATED,
        Case.successor_organisation_id.is_(None),
    )
    only_told = sa.exists().where(
        _Work.client_id == done.c.client_id,
        _Work.verified_on.is_(None),
        _Work.end_reason.is_distinct_from(EndReason.NEVER_STARTED),
        _Work.starts_on.between(done.c.ended_on, until),
    )
    return died | lost_sight | only_told
