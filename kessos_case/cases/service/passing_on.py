"""A supervisor passes cases of one caseworker on to others, in one go: he is ill, on leave, or has left."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import caseload_queries, queries
from kessos_case.cases.models import Case
from kessos_case.cases.service.cards import ListedCase, listed_cards
from kessos_case.cases.service.offices import check_caseworker, roles_at
from kessos_case.cases.service.registry import change_case
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.notices.rules import NoticeKind
from kessos_case.notices.service import notify

# A page shows so many of somebody's cases to choose from; all of them are passed on whatever their number.
MOST_SHOWN = 200


@dataclass(frozen=True)
class PassedOn:
    """How many cases one of the receivers was given."""

    user_id: UUID
    cases: int


@dataclass(frozen=True)
class HandOver:
    """What one hand-over did."""

    id: UUID
    organisation_id: UUID
    from_id: UUID | None
    to: Sequence[PassedOn]


@dataclass(frozen=True)
class Serving:
    """Whoever serves cases of an office, and how many; `id` None are the cases of nobody."""

    id: UUID | None
    name: str
    is_here: bool
    cases: int


def hand_over_cases(
    session: Session, organisation_id: UUID, *, from_id: UUID | None, to: Sequence[dict[str, Any]]
) -> HandOver:
    """Give open cases of this caseworker (none: cases of nobody) to others; their open tasks go along.

    `to` are {user_id, case_ids}; one of them may name no cases and is given the rest. Each receiver is told once.
    Raises NotFound unless the actor supervises this office, Invalid naming each wrong field, RuleBroken for a case that
    is not, or no longer, his, and where there is nothing to pass on. Of two at once the second finds what the first left.
    """
    _must_lead(session, organisation_id)
    _check(session, organisation_id, from_id, to)
    held = {case.id: case for case in session.scalars(queries.held_by(organisation_id, from_id))}
    _check_held(to, held)
    given = _shared(to, held)
    hand_over = HandOver(
        id=new_id(), organisation_id=organisation_id, from_id=from_id,
        to=[PassedOn(user_id, len(cases)) for user_id, cases in given.items()],
    )  # fmt: skip
    for user_id, cases in given.items():
        for case in cases:
            change_case(session, case, {"caseworker_id": user_id})
        if cases:
            notify(session, [user_id], NoticeKind.CASES_HANDED_OVER, subject_kind="hand_over", subject_id=hand_over.id)
    passed = [case for cases in given.values() for case in cases]
    record(
        session, "hand_over", "case", hand_over.id, clients=[case.client_id for case in passed],
        cases=[str(case.id) for case in passed], from_id=str(from_id) if from_id else None,
    )  # fmt: skip
    return hand_over


def led_offices(session: Session) -> list[UUID]:
    """The offices that the actor supervises."""
    own = session.actor.organisation_id
    found = [grant.organisation_id or own for grant in session.actor.grants if grant.role == Role.SUPERVISOR]
    return list(dict.fromkeys(office for office in found if office))


def who_serves(session: Session, organisation_id: UUID) -> list[Serving]:
    """Whoever serves open cases of this office, also who has left, and how many. Raises NotFound as `hand_over_cases`."""
    _must_lead(session, organisation_id)
    return [Serving(*row) for row in caseload_queries.serving(session, organisation_id)]


def cases_held(session: Session, organisation_id: UUID, from_id: UUID | None) -> list[ListedCase]:
    """The first cases of somebody, the oldest first, to choose from. Raises NotFound as `hand_over_cases`."""
    _must_lead(session, organisation_id)
    select = queries.held_by(organisation_id, from_id, lock=False).order_by(None).order_by(Case.opened_at, Case.id)
    return listed_cards(session, session.scalars(select.limit(MOST_SHOWN)))


def _must_lead(session: Session, organisation_id: UUID) -> None:
    if Role.SUPERVISOR not in roles_at(session, organisation_id):
        raise NotFound("You lead no such office.")


def _check(session: Session, organisation_id: UUID, from_id: UUID | None, to: Sequence[dict[str, Any]]) -> None:
    errors = []
    named = [case_id for entry in to for case_id in entry.get("case_ids") or ()]
    if len(named) > len(set(named)):
        errors.append(field_error("to", "named_twice", "A case is named twice."))
    users = [entry["user_id"] for entry in to]
    if len(users) > len(set(users)):
        errors.append(field_error("to", "receiver_twice", "A receiver is named twice."))
    if sum(entry.get("case_ids") is None for entry in to) > 1:
        errors.append(field_error("to", "two_rests", "Only one of them can be given the rest."))
    for number, user_id in enumerate(users):
        errors += _wrong_receiver(session, organisation_id, from_id, user_id, f"to.{number}.user_id")
    if errors:
        raise Invalid("The hand-over has mistakes.", errors=errors)


def _wrong_receiver(
    session: Session, organisation_id: UUID, from_id: UUID | None, user_id: UUID, field: str
) -> list[dict[str, Any]]:
    if user_id == from_id:
        return [field_error(field, "same_person", "These are his cases already.")]
    try:
        check_caseworker(session, user_id, organisation_id)
    except Invalid:
        return [field_error(field, "not_found", "There is no such caseworker in that office.")]
    return []


def _check_held(to: Sequence[dict[str, Any]], held: Collection[UUID]) -> None:
    errors = [
        field_error(f"to.{number}.case_ids", "not_his", f"Case {case_id} is not his.", id=str(case_id))
        for number, entry in enumerate(to)
        for case_id in entry.get("case_ids") or ()
        if case_id not in held
    ]
    if not errors and not held:
        errors = [field_error("from_id", "nothing_to_hand_over", "He has no open case in this office.")]
    if errors:
        raise RuleBroken("The cases cannot be passed on so.", errors=errors)


def _shared(to: Iterable[dict[str, Any]], held: dict[UUID, Case]) -> dict[UUID, list[Case]]:
    """Which cases each receiver is given: those named for him, or all that are named for nobody."""
    entries = list(to)
    named = {case_id for entry in entries for case_id in entry.get("case_ids") or ()}
    rest = [case for case in held.values() if case.id not in named]
    return {
        entry["user_id"]: rest if entry.get("case_ids") is None else [held[case_id] for case_id in entry["case_ids"]]
        for entry in entries
    }
