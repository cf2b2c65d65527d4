"""Propose, read and list placements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.access.models import Organisation
from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import service as cases
from kessos_case.cases.models import Case
from kessos_case.cases.rules import StepKind
from kessos_case.clients.service import client_for, data_key, sealed, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, row_of
from kessos_case.core.errors import Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.employment import queries
from kessos_case.employment.models import Placement, PlacementCheck
from kessos_case.employment.rules import (
    VERIFY_WITHIN,
    PlacementKind,
    PlacementState,
    allowed_placement_verbs,
    mistakes_in_proposal,
)
from kessos_case.employment.service.wages import WageShown, wages_of
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_task


@dataclass(frozen=True)
class PlacementCard:
    """A placement as shown, with its checks; `business` in words only where it is looked at alone.

    `wage` is the last that is known of a job, beside the minimum wage of its place.
    """

    id: UUID
    version: int
    case_id: UUID
    client_id: UUID
    organisation_id: UUID
    plan_step_id: UUID | None
    kind: str
    employer_id: UUID | None
    business: str | None
    occupation: str
    starts_on: date
    monthly_income: int | None
    state: str
    verified_on: date | None
    verification_method: str | None
    ended_on: date | None
    end_reason: str | None
    recorded_at: datetime
    checks: Sequence[PlacementCheck]
    wage: WageShown | None
    allowed_verbs: list[str]


def placement_for(session: Session, placement_id: UUID, *, lock: bool = False) -> Placement:
    """The one door to a placement. Raises NotFound, also for one of a person beyond reach."""
    found = row_of(session, Placement, placement_id, lock=lock)
    if found is None:
        raise NotFound("There is no such placement.")
    return found


def read_placement(session: Session, placement_id: UUID) -> PlacementCard:
    """Look at a placement; the look is written in the audit trail."""
    placement = placement_for(session, placement_id)
    record(session, "read", "placement", placement.id, clients=[placement.client_id])
    return card(session, placement)


def listed_cards(session: Session, placements: Iterable[Placement]) -> list[PlacementCard]:
    """The cards of a list, without the words about a business; one row of the trail names everyone on it."""
    found = list(placements)
    record(session, "list", "placement", clients=list(dict.fromkeys(each.client_id for each in found)))
    ids = [each.id for each in found]
    checks, wages = queries.checks(session, ids), wages_of(session, ids)
    return [
        _card(each, [check for check in checks if check.placement_id == each.id], None, wages.get(each.id))
        for each in found
    ]


def placements_of(session: Session, client_id: UUID) -> list[Placement]:
    """All work of a person that was ever proposed, at whichever office, the earliest first."""
    return list(queries.placements_where(session, Placement.client_id == client_id))


def open_placements(session: Session, case_id: UUID) -> list[Placement]:
    """Proposed and active placements of a case."""
    return list(
        queries.placements_where(session, Placement.case_id == case_id, Placement.state != PlacementState.ENDED)
    )


def open_placements_of(session: Session, client_id: UUID) -> list[Placement]:
    """Proposed and active placements of a person, in whichever case."""
    return list(
        queries.placements_where(session, Placement.client_id == client_id, Placement.state != PlacementState.ENDED)
    )


def checks_of(session: Session, placement_ids: Iterable[UUID]) -> list[PlacementCheck]:
    """The checks of these placements, by the day of the check."""
    return list(queries.checks(session, placement_ids))


def propose_placement(
    session: Session,
    *,
    case_id: UUID,
    kind: str,
    occupation: str,
    starts_on: date,
    employer_id: UUID | None = None,
    business: str | None = None,
    monthly_income: int | None = None,
    plan_step_id: UUID | None = None,
) -> PlacementCard:
    """Propose a job, an apprenticeship or an own business; the caseworker is asked to verify it within 14 days.

    The employer is told nothing. Raises NotFound, Forbidden or Conflict as the door of the case does, Invalid naming each
    wrong field, RuleBroken when the person has died.
    """
    case = cases.own_case_for(session, case_id, lock=True)
    _check_alive(session, case)
    _check(session, case, PlacementKind(kind), starts_on, employer_id, business, plan_step_id)
    placement_id = new_id()
    words = sealed(client_for(session, case.client_id), business, _place(placement_id))
    placement = Placement(
        id=placement_id, case_id=case.id, client_id=case.client_id, organisation_id=case.organisation_id,
        plan_step_id=plan_step_id, kind=kind, employer_id=employer_id,
        business_sealed=words, occupation=occupation, starts_on=starts_on,
        monthly_income=monthly_income, state=PlacementState.PROPOSED, recorded_at=session.now,
        recorded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(placement)
    session.flush()
    if plan_step_id:
        cases.start_step(session, plan_step_id, "placement", placement.id)
    ask_caseworker(session, TaskKind.VERIFY_PLACEMENT, case, placement, office_day(session.now) + VERIFY_WITHIN)
    write_timeline(session, placement.client_id, "placement_proposed", placement.id)
    record(session, "record", "placement", placement.id, clients=[placement.client_id])
    return card(session, placement)


def ask_caseworker(
    session: Session, kind: TaskKind, case: Case, placement: Placement, due_on: date, *, period: str = ""
) -> None:
    """Raise a task about a placement for the caseworker of its case, or for the desk where the case has none."""
    raise_task(
        session, kind, subject_kind="placement", subject_id=placement.id, period=period, client_id=case.client_id,
        organisation_id=case.organisation_id, role=Role.CASEWORKER, user_id=case.caseworker_id, due_at=end_of(due_on),
    )  # fmt: skip


def card(session: Session, placement: Placement) -> PlacementCard:
    """The placement as shown when it is looked at alone."""
    business = None
    if placement.business_sealed is not None:
        key = data_key(client_for(session, placement.client_id))
        business = key.open(placement.business_sealed, _place(placement.id)) if key else None
    wage = wages_of(session, [placement.id]).get(placement.id)
    return _card(placement, queries.checks(session, [placement.id]), business, wage)


def _card(
    placement: Placement, checks: Sequence[PlacementCheck], business: str | None, wage: WageShown | None
) -> PlacementCard:
    own = ("business", "checks", "wage", "allowed_verbs")
    shown: dict[str, Any] = {
        name: getattr(placement, name) for name in PlacementCard.__dataclass_fields__ if name not in own
    }
    verbs = [str(verb) for verb in allowed_placement_verbs(placement.state)]
    return PlacementCard(business=business, checks=checks, wage=wage, allowed_verbs=verbs, **shown)


def _check_alive(session: Session, case: Case) -> None:
    died_on = client_for(session, case.client_id).died_on
    if died_on is not None:
        wrong = {"code": "client_died", "detail": f"The person died on {died_on}."}
        raise RuleBroken("No work can be proposed.", errors=[wrong])


def _check(
    session: Session,
    case: Case,
    kind: PlacementKind,
    starts_on: date,
    employer_id: UUID | None,
    business: str | None,
    plan_step_id: UUID | None,
) -> None:
    """Raises Invalid with every field that is wrong."""
    mistakes = mistakes_in_proposal(
        kind, has_employer=employer_id is not None, has_business=business is not None, starts_on=starts_on,
        today=office_day(session.now),
    )  # fmt: skip
    errors = [field_error(wrong.field, wrong.code, wrong.detail) for wrong in mistakes]
    if employer_id and session.get(Organisation, employer_id) is None:
        errors.append(field_error("employer_id", "not_found", "There is no such organisation."))
    if plan_step_id and not _is_step_of(session, case, plan_step_id):
        errors.append(field_error("plan_step_id", "not_found", "The case has no such step for a placement."))
    if errors:
        raise Invalid("The placement has mistakes.", errors=errors)


def _is_step_of(session: Session, case: Case, step_id: UUID) -> bool:
    try:
        step = cases.step_for(session, step_id)
    except NotFound:
        return False
    return step.case_id == case.id and step.kind == StepKind.PLACEMENT


def _place(placement_id: UUID) -> str:
    return f"placements:business:{placement_id}"
