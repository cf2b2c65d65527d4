"""A family or community that takes the person in: assessed, begun, verified by a look, ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import queries
from kessos_case.cases.models import Case, Reunification
from kessos_case.cases.rules import Missing, Stage
from kessos_case.cases.service.policy import after_working_days, pathways
from kessos_case.cases.service.registry import case_for, own_case_for
from kessos_case.cases.service.words import key_to_read, key_to_write, opened
from kessos_case.clients.service import client_for, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.reference.service import region_exists
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import raise_task


@dataclass(frozen=True)
class ShownReunification:
    """A home as shown."""

    id: UUID
    version: int
    case_id: UUID
    kind: str
    home: str | None
    region_code: str
    assessed_on: date
    is_safe: bool
    guardian_consent_on: date | None
    starts_on: date | None
    verified_on: date | None
    verified_by: UUID | None
    ended_on: date | None
    end_reason: str | None
    recorded_at: datetime
    recorded_by: UUID


_SAME = tuple(name for name in ShownReunification.__dataclass_fields__ if name != "home")


def assess_home(
    session: Session,
    case_id: UUID,
    *,
    kind: str,
    home: str,
    region_code: str,
    assessed_on: date,
    is_safe: bool,
    guardian_consent_on: date | None = None,
) -> ShownReunification:
    """Write down a home that was looked at, safe or not. `home` says in words who they are.

    Raises NotFound, Forbidden, Conflict `case_closed`, Invalid naming each wrong field.
    """
    case = own_case_for(session, case_id)
    _check(session, region_code, {"assessed_on": assessed_on, "guardian_consent_on": guardian_consent_on})
    client = client_for(session, case.client_id)
    home_id = new_id()
    made = Reunification(
        id=home_id, case_id=case.id, client_id=client.id, kind=kind, region_code=region_code, assessed_on=assessed_on,
        home_sealed=key_to_write(client).seal(home, _place(home_id)), is_safe=is_safe,
        guardian_consent_on=guardian_consent_on, recorded_at=session.now, recorded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(made)
    return _written(session, made, "assessed")


def start_reunification(session: Session, reunification_id: UUID, *, starts_on: date) -> ShownReunification:
    """The person moves in. Raises RuleBroken unless the home was found safe and nothing has begun, Invalid for the day."""
    home, _ = _own(session, reunification_id)
    missing = []
    if not home.is_safe:
        missing.append(Missing("home_unsafe", "The home was not found safe."))
    if home.starts_on is not None:
        missing.append(Missing("wrong_state", f"The person has lived there since {home.starts_on}."))
    _refuse(missing)
    _check_day(session, "starts_on", starts_on, home.assessed_on)
    home.starts_on = starts_on
    return _written(session, home, "started")


def verify_reunification(session: Session, reunification_id: UUID, *, on: date) -> ShownReunification:
    """Somebody went to see that the person lives there. Raises RuleBroken unless he does, Invalid for the day."""
    home, _ = _own(session, reunification_id)
    _refuse(_not_living(home))
    _check_day(session, "on", on, home.starts_on)
    home.verified_on, home.verified_by = on, session.actor.user_id
    return _written(session, home, "verified")


def end_reunification(session: Session, reunification_id: UUID, *, on: date, reason: str) -> ShownReunification:
    """The person does not live there any more; the caseworker is asked whether the case must go back.

    Raises RuleBroken unless the person lives there, Invalid for the day.
    """
    home, case = _own(session, reunification_id)
    _refuse(_not_living(home))
    _check_day(session, "on", on, home.starts_on)
    home.ended_on, home.end_reason = on, reason
    shown = _written(session, home, "ended")
    if case.stage in (Stage.REUNIFICATION, Stage.AFTERCARE):
        raise_task(
            session, TaskKind.CONSIDER_STEP_BACK, subject_kind="reunification", subject_id=home.id,
            client_id=home.client_id, organisation_id=case.organisation_id, role=Role.CASEWORKER,
            user_id=case.caseworker_id,
            due_at=after_working_days(office_day(session.now), pathways().assign_days),
        )  # fmt: skip
    return shown


def reunifications_of(session: Session, case_id: UUID) -> list[Reunification]:
    """The homes of a case, newest first; for guards, which write their own audit row."""
    return queries.reunifications(session, case_id)


def listed_reunifications(session: Session, case_id: UUID) -> list[ShownReunification]:
    """The homes of a case, newest first; the look is in the audit trail. Raises NotFound."""
    case = case_for(session, case_id)
    record(session, "read", "reunification", clients=[case.client_id])
    return _shown(session, queries.reunifications(session, case.id))


def read_reunification(session: Session, reunification_id: UUID) -> ShownReunification:
    """One home. Raises NotFound, also for one of an episode beyond reach."""
    return _shown(session, [reunification_for(session, reunification_id)])[0]


def reunification_for(session: Session, reunification_id: UUID) -> Reunification:
    """The one door to a home. Raises NotFound."""
    found = session.scalar(sa.select(Reunification).where(Reunification.id == reunification_id))
    if found is None:
        raise NotFound("There is no such reunification.")
    return found


def _own(session: Session, reunification_id: UUID) -> tuple[Reunification, Case]:
    """The home and its case, both held; the office may write it also after the case has ended."""
    home = reunification_for(session, reunification_id)
    case = own_case_for(session, home.case_id, lock=True, open_only=False)
    session.refresh(home, with_for_update=True)
    return home, case


def _not_living(home: Reunification) -> list[Missing]:
    if home.starts_on is None:
        return [Missing("not_started", "The person has not moved in.")]
    return [Missing("wrong_state", f"It ended on {home.ended_on}.")] if home.ended_on else []


def _refuse(missing: list[Missing]) -> None:
    if missing:
        raise RuleBroken("This is not possible now.", errors=[entry.as_error() for entry in missing])


def _check(session: Session, region_code: str, days: dict[str, date | None]) -> None:
    errors = []
    if not region_exists(session, region_code):
        errors.append(field_error("region_code", "not_found", "There is no such region."))
    today = office_day(session.now)
    errors += [
        field_error(name, "in_future", "The day is after today.") for name, day in days.items() if day and day > today
    ]
    if errors:
        raise Invalid("The reunification has mistakes.", errors=errors)


def _check_day(session: Session, field: str, day: date, earliest: date | None) -> None:
    if day > office_day(session.now):
        wrong = field_error(field, "in_future", "The day is after today.")
    elif earliest and day < earliest:
        wrong = field_error(field, "too_early", f"The day is before {earliest}.")
    else:
        return
    raise Invalid("The reunification has mistakes.", errors=[wrong])


def _written(session: Session, home: Reunification, verb: str) -> ShownReunification:
    client = client_for(session, home.client_id)
    session.flush()
    write_timeline(session, client.id, f"reunification_{verb}", home.id)
    record(session, verb, "reunification", home.id, clients=[client.id])
    return _shown(session, [home])[0]


def _shown(session: Session, homes: Iterable[Reunification]) -> list[ShownReunification]:
    found = list(homes)
    key = key_to_read(session, found[0].client_id) if found else None
    return [
        ShownReunification(
            **{name: getattr(home, name) for name in _SAME}, home=opened(key, home.home_sealed, _place(home.id))
        )
        for home in found
    ]


def _place(reunification_id: UUID) -> str:
    return f"reunifications:home:{reunification_id}"
