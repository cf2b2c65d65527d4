"""Reads that only the pages of work need: lists by what is to be done, counts beside them, and how long work lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases.models import Case
from kessos_case.core.db import Session
from kessos_case.employment.models import Placement, PlacementCheck, is_followed
from kessos_case.employment.rules import CHECK_DAYS, CHECK_OPENS_BEFORE, EndReason, PlacementState
from kessos_case.employment.wage_queries import is_below_minimum

# The views of the list, in the order in which they ask for something.
VIEWS = ("due", "verify", "active", "low_wage", "ended")
# The rows behind the figures of the curve.
KEPT = ("kept", "unknown", "over")


@dataclass(frozen=True)
class WantedWork:
    """Which work a reader wants to see: of his offices, of one kind, in one view; of the curve with its day."""

    offices: tuple[UUID, ...]
    view: str
    kind: str
    days: int | None


def placements(wanted: WantedWork, today: date) -> tuple[sa.Select[Placement], list[Any]]:
    """The work of a view, and the order: what is due by its day, all else by its first day."""
    if wanted.days:
        where = kept_at(wanted.days, today)[wanted.view]
        return sa.select(Placement).where(*_recorded_by(wanted), *where), [Placement.starts_on, Placement.id]
    select = sa.select(Placement).where(*_of(wanted), _views(today)[wanted.view])
    if wanted.view == "due":
        return select, [Placement.starts_on + _first_open(today), Placement.id]
    return select, [Placement.starts_on, Placement.id]


def counts(session: Session, wanted: WantedWork, today: date) -> dict[str, int]:
    """How much work each view has, in one statement."""
    columns = [sa.func.count().filter(where).label(view) for view, where in _views(today).items()]
    return dict(session.execute(sa.select(*columns).select_from(Placement).where(*_of(wanted))).one()._mapping)


def kept_at(days: int, today: date) -> dict[str, list[sa.ColumnElement[bool]]]:
    """The verified work whose day so many after its start has come, by what is known of that day.

    `kept`: it went on, as a check around that day or later found or as it ended only after it. `over`: it had ended.
    `unknown`: nobody looked. Who died before that day could not keep it, and is not counted.
    """
    day = Placement.starts_on + days
    ended_before = Placement.ended_on.is_not(None) & (Placement.ended_on < day)
    seen = sa.exists().where(
        PlacementCheck.placement_id == Placement.id,
        PlacementCheck.still_active,
        PlacementCheck.checked_on >= day - CHECK_OPENS_BEFORE.days,
    )
    # Without a day of its end the comparison alone would be neither true nor false.
    lasted = seen | (Placement.ended_on.is_not(None) & (Placement.ended_on >= day))
    has_died = ended_before & (Placement.end_reason == EndReason.DECEASED)
    cohort = [Placement.verified_on.is_not(None), day <= today, ~has_died]
    return {
        "kept": [*cohort, ~ended_before, lasted],
        "unknown": [*cohort, ~ended_before, ~lasted],
        "over": [*cohort, ended_before],
    }


def curve(session: Session, offices: Sequence[UUID], today: date) -> dict[int, dict[str, int]]:
    """For each day of a check how much work of these offices was kept, was over, and is not known, in one statement."""
    columns = [
        sa.func.count().filter(sa.and_(sa.true(), *where)).label(f"{name}_{days}")
        for days in CHECK_DAYS
        for name, where in kept_at(days, today).items()
    ]
    row = session.execute(sa.select(*columns).where(Placement.organisation_id.in_(offices))).one()._mapping
    return {days: {name: row[f"{name}_{days}"] for name in KEPT} for days in CHECK_DAYS}


def _views(today: date) -> dict[str, sa.ColumnElement[bool]]:
    is_active = Placement.state == PlacementState.ACTIVE
    return {
        "due": is_active & is_followed() & _first_open(today).is_not(None),
        "verify": Placement.state == PlacementState.PROPOSED,
        "active": is_active,
        "low_wage": is_active & is_below_minimum(),
        "ended": Placement.state == PlacementState.ENDED,
    }


def _first_open(today: date) -> sa.ScalarSelect[int]:
    """The first check of the row that may be made by now and was not; null: none."""
    days = sa.values(sa.column("days", sa.Integer), name="periods").data([(each,) for each in CHECK_DAYS])
    made = sa.exists().where(PlacementCheck.placement_id == Placement.id, PlacementCheck.period == days.c.days)
    opened = Placement.starts_on + days.c.days <= today + CHECK_OPENS_BEFORE
    return sa.select(sa.func.min(days.c.days)).where(opened, ~made).correlate(Placement).scalar_subquery()


def _of(wanted: WantedWork) -> list[sa.ColumnElement[bool]]:
    """Work that these offices follow: recorded by them and not handed on, or of a case that they took over."""
    taken_over = sa.select(Case.id).where(Case.successor_organisation_id.in_(wanted.offices))
    handed_on = sa.exists().where(Case.id == Placement.case_id, Case.successor_organisation_id.is_not(None))
    own = Placement.organisation_id.in_(wanted.offices) & ~handed_on
    return [own | Placement.case_id.in_(taken_over), *_kind(wanted)]


def _recorded_by(wanted: WantedWork) -> list[sa.ColumnElement[bool]]:
    return [Placement.organisation_id.in_(wanted.offices), *_kind(wanted)]


def _kind(wanted: WantedWork) -> list[sa.ColumnElement[bool]]:
    return [Placement.kind == wanted.kind] if wanted.kind else []
