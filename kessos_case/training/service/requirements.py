"""What a course asks for: kept by whoever keeps the course, checked when a person is enrolled, waived by a supervisor."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.access.service import record
from kessos_case.cases.models import Case
from kessos_case.cases.service import latest_assessment, opened_answers
from kessos_case.clients.rules import BirthDatePrecision, age_range_on
from kessos_case.clients.service import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden, Invalid, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.notes.models import Attachment
from kessos_case.notes.service import papers_of
from kessos_case.training import queries
from kessos_case.training.models import Batch, Course, CourseRequirement
from kessos_case.training.rules import (
    ONCE,
    Learner,
    Requirement,
    RequirementKind,
    Standing,
    are_ages_in_order,
    skill_key,
    standing,
    wrong_requirement,
)
from kessos_case.training.service.scope import may_waive, must_keep

# The instrument that asks for the last school, and its item.
_INSTRUMENT, _SCHOOLING = "household_skills", "schooling"


@dataclass(frozen=True)
class Checked:
    """How a person stands to one thing that a course asks for, and the address where that can be changed."""

    kind: str
    value: str
    standing: Standing
    way: str
    # Of a document that is among the papers of the case: since which day.
    kept_on: date | None = None


def requirements_of(session: Session, course_id: UUID) -> list[Requirement]:
    """What a course asks for, by kind and value."""
    return [
        Requirement(RequirementKind(row.kind), row.value) for row in session.scalars(queries.requirements(course_id))
    ]


def change_requirements(session: Session, course: Course, asked: Sequence[Requirement]) -> list[Requirement]:
    """Let a course ask for just these; who has a place keeps it. The course is locked and gets a new version.

    Raises Forbidden `scope` for another office's course, Invalid naming each (`items.<place>`) that cannot be asked for.
    """
    must_keep(session, course.organisation_id)
    _check(asked)
    session.execute(sa.delete(CourseRequirement).where(CourseRequirement.course_id == course.id))
    session.add_all(
        CourseRequirement(id=new_id(), course_id=course.id, kind=one.kind, value=one.value) for one in asked
    )
    orm.attributes.flag_modified(course, "is_active")
    session.flush()
    record(session, "change", "course", course.id, fields=["requirements"])
    return requirements_of(session, course.id)


def check_requirements(session: Session, case: Case, batch: Batch, documents: Collection[str] = ()) -> list[Checked]:
    """How the person of a case stands to what the course of a batch asks for on its first day.

    Whoever shows it records the look. Schooling is what the last completed assessment of the household says; a document is
    there when the actor has seen it (`documents`) or when it is among the papers of the case. One that is not is not known.
    """
    asked = requirements_of(session, batch.course_id)
    if not asked:
        return []
    papers = papers_of(session, case.id, [one.value for one in asked if one.kind is RequirementKind.DOCUMENT])
    there = frozenset(documents) | frozenset(papers)
    learner = _learner(session, case, batch.starts_on, {one.kind for one in asked}, there)
    return [_checked(one, learner, papers, case, batch) for one in asked]


def admit(
    session: Session, case: Case, batch: Batch, documents: Collection[str], waiver_reason: str | None
) -> str | None:
    """Let the person in: the reason for which a supervisor waives what is lacking, None where nothing is.

    Raises RuleBroken naming all that is lacking or not known, Forbidden for a waiver by whoever may not.
    """
    lacking = [one for one in check_requirements(session, case, batch, documents) if one.standing is not Standing.MET]
    if not lacking:
        return None
    if waiver_reason is None:
        raise RuleBroken("The course asks for more.", errors=[_as_error(one) for one in lacking])
    if not may_waive(session, case.organisation_id):
        raise Forbidden("Only a supervisor may waive what a course asks for.", code="waiver_by_supervisor")
    return waiver_reason


def _checked(
    asked: Requirement, learner: Learner, papers: Mapping[str, Attachment], case: Case, batch: Batch
) -> Checked:
    paper = papers.get(asked.value) if asked.kind is RequirementKind.DOCUMENT else None
    if paper is None:
        return Checked(asked.kind, asked.value, standing(asked, learner), _way(asked.kind, case, batch))
    way = f"/cases/{case.id}/attachments"
    return Checked(asked.kind, asked.value, standing(asked, learner), way, office_day(paper.added_at))


def _learner(
    session: Session, case: Case, day: date, kinds: Collection[str], documents: frozenset[str]
) -> Learner:  # fmt: skip
    client = client_for(session, case.client_id)
    ages = None
    if client.birth_date and client.birth_date_precision and client.birth_date <= day:
        ages = age_range_on(client.birth_date, BirthDatePrecision(client.birth_date_precision), day)
    known: dict[str, Any] = {}
    if RequirementKind.SCHOOLING in kinds:
        known["schooling"] = _schooling(session, case)
    if RequirementKind.COURSE_PASSED in kinds:
        known["skills"] = frozenset(map(skill_key, session.scalars(queries.skills_passed(case.client_id))))
    return Learner(ages=ages, documents=documents, **known)


def _schooling(session: Session, case: Case) -> str | None:
    assessment = latest_assessment(session, case.id, _INSTRUMENT)
    if assessment is None:
        return None
    record(session, "read", "assessment", assessment.id, clients=[assessment.client_id], item=_SCHOOLING)
    answer = opened_answers(session, assessment).get(_SCHOOLING)
    return answer if isinstance(answer, str) else None


def _way(kind: RequirementKind, case: Case, batch: Batch) -> str:
    return {
        RequirementKind.LEAST_AGE: f"/clients/{case.client_id}",
        RequirementKind.MOST_AGE: f"/clients/{case.client_id}",
        RequirementKind.SCHOOLING: f"/cases/{case.id}/assessments",
        RequirementKind.COURSE_PASSED: f"/batches?case_id={case.id}",
        RequirementKind.DOCUMENT: f"/batches/{batch.id}/enrolments/new?case_id={case.id}",
    }[kind]


def _as_error(lacking: Checked) -> dict[str, Any]:
    code = f"requirement_{lacking.standing}"
    detail = f"The course asks for {lacking.kind} {lacking.value}: {lacking.standing}."
    return field_error("requirements", code, detail, kind=lacking.kind, value=lacking.value, way=lacking.way)


def _check(asked: Sequence[Requirement]) -> None:
    errors = [
        field_error(f"items.{place}.value", f"wrong_{why}", f"{one.value} is no {why}.")
        for place, one in enumerate(asked)
        if (why := wrong_requirement(one))
    ]
    seen: set[tuple[str, str]] = set()
    for place, one in enumerate(asked):
        key = (one.kind, "" if one.kind in ONCE else one.value)
        if key in seen:
            errors.append(field_error(f"items.{place}.kind", "named_twice", "This is asked for twice."))
        seen.add(key)
    if not errors and not are_ages_in_order(asked):
        errors.append(field_error("items", "ages_out_of_order", "The least age is above the most."))
    if errors:
        raise Invalid("What the course asks for has mistakes.", errors=errors)
