"""Everything on record about one case and its person that a verdict may rest on, in one statement."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.cases.casework import Plan, PlanGoal
from kessos_case.cases.models import Case, Reunification, Visit
from kessos_case.cases.rules import PlanState
from kessos_case.clients.models import Alert
from kessos_case.core.db import Session
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
    return Rows(
        **{
            name: sorted(listed, key=lambda row, name=name: [getattr(row, column) for column in _ORDER[name]])  # type: ignore[misc]
            for name, listed in zip(wanted, found, strict=True)
        }
    )


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
    passed = sa.and_(Enrolment.state == EnrolmentState.COMPLETED, Enrolment.passed.is_(True))
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
        "enrolments": (Enrolment, sa.and_(Enrolment.client_id == client_id, passed)),
        "homes": (Reunification, Reunification.case_id == case.id),
    }
