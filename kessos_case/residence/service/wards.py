"""Rooms and beds: added and changed by the supervisor. A bed is taken and freed by one statement, whoever else asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm.attributes import set_committed_value

from kessos_case.access.service import record
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, is_broken, row_of, table_of
from kessos_case.core.errors import Conflict, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.residence import queries
from kessos_case.residence.models import Ward, WardBeds
from kessos_case.residence.service.line import tell_the_desk
from kessos_case.residence.service.scope import check_manages, check_reads

_SAME_NAME = "uq_wards_organisation_id_name"
_BEDS = postgresql.insert(table_of(WardBeds))
_COUNT_BEDS = _BEDS.on_conflict_do_update(index_elements=["ward_id", "since_on"], set_={"beds": _BEDS.excluded.beds})


@dataclass(frozen=True)
class WardCard:
    """A ward as shown; `free` is 0 in one that is closed."""

    id: UUID
    version: int
    organisation_id: UUID
    name: str
    sex: str
    beds: int
    taken: int
    free: int
    is_active: bool


def ward_for(session: Session, ward_id: UUID, *, lock: bool = False) -> Ward:
    """The one door to a ward of the own house; with `lock` nobody takes or frees its beds meanwhile. Raises NotFound."""
    found = row_of(session, Ward, ward_id, lock=lock)
    if found is None:
        raise NotFound("There is no such ward.")
    check_reads(session, found.organisation_id)
    return found


def read_ward(session: Session, ward_id: UUID) -> WardCard:
    """One ward as shown. Raises NotFound."""
    return ward_card(ward_for(session, ward_id))


def wards_of(session: Session, organisation_id: UUID) -> list[WardCard]:
    """The wards of a house by name, the closed ones last. Raises NotFound for the house of another UPT."""
    check_reads(session, organisation_id)
    return [ward_card(ward) for ward in session.scalars(queries.wards_of(organisation_id))]


def add_ward(
    session: Session, organisation_id: UUID, *, name: str, sex: str, beds: int, since_on: date | None = None
) -> WardCard:
    """Open a ward; `since_on` says since when its beds are there, for figures of the past: today unless it is said.

    Raises NotFound, Forbidden for anyone but the supervisor, Invalid for a day to come, Conflict `name_taken`.
    """
    check_manages(session, organisation_id)
    today = office_day(session.now)
    if since_on and since_on > today:
        raise Invalid(
            "The ward has mistakes.", errors=[field_error("since_on", "in_future", "The day is after today.")]
        )
    made = Ward(id=new_id(), organisation_id=organisation_id, name=name, sex=sex, beds=beds, taken=0)
    _keep(session, made)
    _count_beds(session, made, since_on or today)
    record(session, "create", "ward", made.id)
    tell_the_desk(session, organisation_id)
    return ward_card(made)


def change_ward(session: Session, ward: Ward, changes: dict[str, Any]) -> WardCard:
    """Change a ward, which is locked. Nobody is put out of a bed by it.

    Raises Forbidden for anyone but the supervisor, Conflict `beds_in_use` naming both numbers for fewer beds than are
    taken, for closing it or for another sex while somebody sleeps there, `name_taken`.
    """
    check_manages(session, ward.organisation_id)
    _check_in_use(ward, changes)
    before = _beds_there(ward)
    for name, value in changes.items():
        setattr(ward, name, value)
    _keep(session, ward)
    if _beds_there(ward) != before:
        _count_beds(session, ward, office_day(session.now))
    record(session, "change", "ward", ward.id, fields=sorted(changes))
    tell_the_desk(session, ward.organisation_id)
    return ward_card(ward)


def take_bed(session: Session, ward: Ward) -> None:
    """Take one bed. Raises Conflict `ward_full` where none is free or the ward is closed."""
    free = sa.update(Ward).where(Ward.taken < Ward.beds, Ward.is_active).values(taken=Ward.taken + 1)
    if not _count(session, ward, free):
        wrong = field_error("ward_id", "ward_full", f"All {ward.beds} beds of this ward are taken.")
        raise Conflict("No bed is free in this ward.", code="ward_full", errors=[wrong])


def free_bed(session: Session, ward: Ward) -> None:
    """Give one bed back."""
    _count(session, ward, sa.update(Ward).where(Ward.taken > 0).values(taken=Ward.taken - 1))


def lock_wards(session: Session, ward_ids: Iterable[UUID]) -> None:
    """Hold these wards, always in the same order, so that two who move people across never wait for each other."""
    ids = sorted(set(ward_ids))
    session.scalars(sa.select(Ward.id).where(Ward.id.in_(ids)).order_by(Ward.id).with_for_update()).all()


def ward_card(ward: Ward) -> WardCard:
    """The ward as shown."""
    names = [name for name in WardCard.__dataclass_fields__ if name != "free"]
    free = ward.beds - ward.taken if ward.is_active else 0
    return WardCard(free=free, **{name: getattr(ward, name) for name in names})


def ward_as_stated(ward: Ward) -> dict[str, Any]:
    """What a request may change, for comparing versions."""
    return {name: getattr(ward, name) for name in ("name", "sex", "beds", "is_active")}


def _check_in_use(ward: Ward, changes: dict[str, Any]) -> None:
    wrong = []
    if changes.get("beds", ward.beds) < ward.taken:
        wrong.append(("beds", f"{ward.taken} beds are taken, {changes['beds']} would be there."))
    if ward.taken and changes.get("is_active") is False:
        wrong.append(("is_active", f"{ward.taken} people sleep here."))
    if ward.taken and changes.get("sex", ward.sex) != ward.sex:
        wrong.append(("sex", f"{ward.taken} people sleep here."))
    if wrong:
        errors = [field_error(field, "beds_in_use", detail, taken=ward.taken) for field, detail in wrong]
        raise Conflict(f"{ward.taken} beds of this ward are taken.", code="beds_in_use", errors=errors)


def _keep(session: Session, ward: Ward) -> None:
    try:
        with session.begin_nested():
            session.add(ward)
    except sa.exc.IntegrityError as error:
        if not is_broken(error, _SAME_NAME):
            raise
        wrong = field_error("name", "name_taken", "Another ward of this house has this name.")
        raise Conflict("Another ward has this name.", code="name_taken", errors=[wrong]) from error


def _beds_there(ward: Ward) -> int:
    return ward.beds if ward.is_active else 0


def _count_beds(session: Session, ward: Ward, since_on: date) -> None:
    values = {"ward_id": ward.id, "since_on": since_on, "beds": _beds_there(ward)}
    session.connection().execute(_COUNT_BEDS, values)


def _count(session: Session, ward: Ward, change: Any) -> bool:
    """Run the change on this ward; its object knows the new number then. False when no row was as it had to be."""
    taken = session.scalar(
        change.where(Ward.id == ward.id).returning(Ward.taken).execution_options(synchronize_session=False)
    )
    if taken is not None:
        set_committed_value(ward, "taken", taken)
    return taken is not None
