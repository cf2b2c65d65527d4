"""Everything on record about a case and its person that a verdict may rest on, in one statement; of many, in one a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY

from kessos_case.cases.casework import Assessment, Plan, PlanGoal
from kessos_case.cases.models import Case, Reunification, Visit
from kessos_case.cases.rules import AssessmentState, PlanState
from kessos_case.clients.models import Alert, Client
from kessos_case.core.db import Base, Session, table_of
from kessos_case.core.side_by_side import Wanted, side_by_side
from kessos_case.employment.models import IncomeStatement, Placement, PlacementCheck
from kessos_case.graduation.models import ClientVoice
from kessos_case.reference.models import PovertyLine
from kessos_case.reference.rules import regency_and_province
from kessos_case.training.models import Enrolment
from kessos_case.training.rules import EnrolmentState


@dataclass(frozen=True)
class Rows:
    """What is stored, in the orders in which it is read. `plans` is the approved version alone; enrolments are passed."""

    voices: list[ClientVoice] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    statements: list[IncomeStatement] = field(default_factory=list)
    poverty_lines: list[PovertyLine] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    checks: list[PlacementCheck] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    goals: list[PlanGoal] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    homes: list[Reunification] = field(default_factory=list)


def rows(session: Session, case: Case, region_code: str, parts: frozenset[str]) -> Rows:
    """The rows of these parts (names of Rows). Row-level security limits each as it limits the same rows elsewhere."""
    wanted = {name: pair for name, pair in _wanted(case, region_code).items() if name in parts}
    # A verdict looks at goals and not at their steps.
    options = [orm.lazyload(PlanGoal.steps)] if "goals" in wanted else []
    found = side_by_side(session, list(wanted.values()), *options)
    return Rows(**{name: _in_order(name, listed) for name, listed in zip(wanted, found, strict=True)})


def rows_of_many(
    session: Session, cases: Sequence[Case], regions: Mapping[UUID, str], parts: frozenset[str]
) -> dict[UUID, Rows]:
    """The rows of these parts of many cases (one of each person) by case, in one statement a table; `regions` by person.

    They read like the mapped rows and are none: nobody changes them, and a night reads a million.
    """
    found = {case.id: Rows() for case in cases}
    # The case of every owner that a row may name.
    case_of = {
        "case_id": {case.id: case.id for case in cases},
        "client_id": {case.client_id: case.id for case in cases},
    }
    case_of["placement_id"] = {}
    for name, (model, whose, condition) in _WANTED_OF_MANY.items():
        if name in parts:
            owners = case_of[whose]
            for row in _plain(session, model, getattr(model, whose) == any_of(owners), condition):
                case_id = owners[getattr(row, whose)]
                getattr(found[case_id], name).append(row)
                if name == "placements":
                    case_of["placement_id"][row.id] = case_id
    for each in found.values():
        _tidy(each, parts)
    if "poverty_lines" in parts:
        _add_poverty_lines(session, cases, regions, found)
    return found


def clients_by_id(session: Session, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """These people, for the program itself, which reaches everybody."""
    return {client.id: client for client in _plain(session, Client, Client.id == any_of(ids))}


def finished_of_many(
    session: Session, case_ids: Iterable[UUID], instrument: str | None = None
) -> dict[UUID, list[Any]]:
    """The completed assessments of these cases by case, oldest first; none of an episode before at another UPT."""
    wanted = [Assessment.case_id == any_of(case_ids), Assessment.state != AssessmentState.DRAFT]
    if instrument is not None:
        wanted.append(Assessment.instrument == instrument)
    found: dict[UUID, list[Any]] = {}
    for each in _plain(session, Assessment, *wanted):
        found.setdefault(each.case_id, []).append(each)
    for listed in found.values():
        listed.sort(key=attrgetter("completed_at", "id"))
    return found


def any_of(ids: Iterable[UUID]) -> Any:
    """For a comparison with many ids, which go as one value."""
    return sa.any_(sa.cast(list(ids), ARRAY(sa.Uuid)))


def _plain(session: Session, model: type[Base], *conditions: sa.ColumnElement[bool]) -> Sequence[Any]:
    """Rows past the unit of work, for a third of what mapped ones cost; their columns have the same names."""
    return session.connection().execute(sa.select(table_of(model)).where(*conditions)).all()


def _tidy(rows: Rows, parts: frozenset[str]) -> None:
    """Each part in its order, and goals of the approved version alone."""
    for name in parts:
        listed = getattr(rows, name)
        if len(listed) > 1:
            listed.sort(key=attrgetter(*_ORDER[name]))
    approved = {plan.id for plan in rows.plans}
    rows.goals[:] = [goal for goal in rows.goals if goal.plan_id in approved]


def _add_poverty_lines(
    session: Session, cases: Sequence[Case], regions: Mapping[UUID, str], found: Mapping[UUID, Rows]
) -> None:
    by_region: dict[str, list[PovertyLine]] = {}
    for line in sorted(_plain(session, PovertyLine), key=attrgetter(*_ORDER["poverty_lines"])):
        by_region.setdefault(line.region_code, []).append(line)
    for case in cases:
        for code in dict.fromkeys(regency_and_province(regions[case.client_id])):
            found[case.id].poverty_lines.extend(by_region.get(code, ()))


def _in_order(name: str, listed: Iterable[Any]) -> list[Any]:
    return sorted(listed, key=attrgetter(*_ORDER[name]))


_PASSED = sa.and_(Enrolment.state == EnrolmentState.COMPLETED, Enrolment.passed.is_(True))

# Of each part its table, by which column rows belong to a case, and which of them are wanted. Checks come after placements.
_WANTED_OF_MANY: dict[str, tuple[type[Base], str, sa.ColumnElement[bool]]] = {
    "voices": (ClientVoice, "case_id", sa.true()),
    "visits": (Visit, "client_id", sa.true()),
    "statements": (IncomeStatement, "client_id", sa.true()),
    "placements": (Placement, "client_id", sa.true()),
    "checks": (PlacementCheck, "placement_id", sa.true()),
    "plans": (Plan, "case_id", Plan.state == PlanState.APPROVED),
    "goals": (PlanGoal, "case_id", sa.true()),
    "alerts": (Alert, "client_id", sa.true()),
    "enrolments": (Enrolment, "client_id", _PASSED),
    "homes": (Reunification, "case_id", sa.true()),
}
_ORDER = {
    "voices": ("asked_on", "recorded_at", "id"),
    "visits": ("visited_on", "id"),
    "statements": ("from_month", "to_month", "recorded_at", "id"),
    "poverty_lines": ("month",),
    "placements": ("starts_on", "id"),
    "checks": ("checked_on", "period"),
    "plans": ("number",),
    "goals": ("position",),
    "alerts": ("raised_at",),
    "enrolments": ("completed_on", "id"),
    "homes": ("assessed_on", "id"),
}


def _wanted(case: Case, region_code: str) -> dict[str, Wanted]:
    client_id = case.client_id
    placed = sa.select(Placement.id).where(Placement.client_id == client_id)
    approved = sa.select(Plan.id).where(Plan.case_id == case.id, Plan.state == PlanState.APPROVED)
    return {
        "voices": (ClientVoice, ClientVoice.case_id == case.id),
        "visits": (Visit, Visit.client_id == client_id),
        "statements": (IncomeStatement, IncomeStatement.client_id == client_id),
        "poverty_lines": (PovertyLine, PovertyLine.region_code.in_(set(regency_and_province(region_code)))),
        "placements": (Placement, Placement.client_id == client_id),
        "checks": (PlacementCheck, PlacementCheck.placement_id.in_(placed)),
        "plans": (Plan, sa.and_(Plan.case_id == case.id, Plan.state == PlanState.APPROVED)),
        "goals": (PlanGoal, PlanGoal.plan_id.in_(approved)),
        "alerts": (Alert, Alert.client_id == client_id),
        "enrolments": (Enrolment, sa.and_(Enrolment.client_id == client_id, _PASSED)),
        "homes": (Reunification, Reunification.case_id == case.id),
    }
