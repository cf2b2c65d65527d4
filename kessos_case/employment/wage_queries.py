"""What a person was last known to earn in a job, beside the minimum wage of the place on that day: one definition for all."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.access.models import Organisation
from kessos_case.core.db import Session
from kessos_case.employment.models import Application, Placement, PlacementCheck, Vacancy
from kessos_case.employment.rules import PlacementKind
from kessos_case.reference.models import MinimumWage

_Job = orm.aliased(Placement)


def known_wages(session: Session, placement_ids: Collection[UUID]) -> Sequence[sa.Row[Any]]:
    """(id, wage, on, region_code, minimum, valid_from, legal_basis, source) of those that are jobs with a known wage.

    `region_code` is where the work is: of the vacancy that it came from, else of the employer; the last four are null
    where no minimum wage of the regency is known for that day.
    """
    if not placement_ids:
        return []
    return session.execute(_wages().where(_Job.id.in_(placement_ids))).all()


def is_below_minimum() -> sa.ColumnElement[bool]:
    """Is the last known wage of the placement below the minimum wage of its place? What is not known is not below."""
    # Asked of each row that is looked at: as a set it would be every job of the province.
    found = _wages().where(_Job.id == Placement.id).correlate(Placement).subquery()
    return sa.exists().select_from(found).where(found.c.wage < found.c.minimum)


def _wages() -> sa.Select[Any]:
    checked = (
        sa.select(PlacementCheck.monthly_income, PlacementCheck.checked_on)
        .where(
            PlacementCheck.placement_id == _Job.id,
            PlacementCheck.still_active,
            PlacementCheck.monthly_income.is_not(None),
        )
        .order_by(PlacementCheck.checked_on.desc(), PlacementCheck.period.desc())
        .limit(1)
        .lateral("checked")
    )
    offered = (
        sa.select(Vacancy.region_code)
        .join(Application, Application.vacancy_id == Vacancy.id)
        .where(Application.placement_id == _Job.id)
        .limit(1)
        .lateral("offered")
    )
    wage = sa.func.coalesce(checked.c.monthly_income, _Job.monthly_income)
    on = sa.func.coalesce(checked.c.checked_on, _Job.starts_on)
    place = sa.func.coalesce(offered.c.region_code, Organisation.region_code)
    in_force = sa.and_(
        MinimumWage.region_code == sa.func.left(place, 5),
        MinimumWage.valid_from <= on,
        MinimumWage.valid_to.is_(None) | (MinimumWage.valid_to >= on),
    )
    columns: list[Any] = [
        _Job.id.label("id"), wage.label("wage"), on.label("on"), place.label("region_code"),
        MinimumWage.amount.label("minimum"), MinimumWage.valid_from, MinimumWage.legal_basis, MinimumWage.source,
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .join(Organisation, Organisation.id == _Job.employer_id)
        .outerjoin(checked, sa.true())
        .outerjoin(offered, sa.true())
        .outerjoin(MinimumWage, in_force)
        .where(_Job.kind == PlacementKind.JOB, wage.is_not(None))
    )
