"""Referrals whose time is over: whoever has it is asked to see after it, then the desk of the regency, then the province's.

An answer, a meeting or an outcome is for people to write down; the rounds of the clock move only what needs none. Who is next
stands in the rules (`LADDER`). Each is asked once, by a task and a notice; both go when the referral moves.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kessos_case.access.models import Organisation
from kessos_case.access.rules import OrganisationKind, Role
from kessos_case.access.service import desk_of, record
from kessos_case.core.db import Session
from kessos_case.notices.service import people_of_desk, people_of_office
from kessos_case.referrals import queries
from kessos_case.referrals.models import Referral
from kessos_case.referrals.rules import CLOCK_OF, Rung, State, next_rung
from kessos_case.referrals.service.clocks import due
from kessos_case.referrals.service.reach import open_reach
from kessos_case.referrals.service.telling import tell_of_late
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import raise_task

# Of several hats of a sender the one under which he reports.
_SENDS_AS = (Role.TKSK, Role.PARTNER, Role.CASEWORKER, Role.SUPERVISOR, Role.TRIAGE)


@dataclass(frozen=True)
class _Asked:
    """Who is asked: a desk, or one person of an office. `people` hear of it."""

    office: UUID
    role: str
    user_id: UUID | None
    people: Sequence[UUID]


def chase(session: Session, referral: Referral) -> None:
    """Ask the next one to see after a referral whose time is over. For the program, under the referral's lock.

    One who is not there, or was asked already because the desk of the regency has it, is passed over at once.
    """
    found: _Asked | None = None
    while found is None and (rung := next_rung(referral.state, referral.chased)):
        referral.chased += 1
        found = _asked(session, referral, rung)
    # Each has as long as the one before, also when the rounds of the clock stood still meanwhile.
    again = due(session.now, CLOCK_OF[State(referral.state)], referral.urgency)
    referral.chase_at = again if next_rung(referral.state, referral.chased) else None
    session.flush()
    if found:
        _ask(session, referral, found)


def _ask(session: Session, referral: Referral, asked: _Asked) -> None:
    assert referral.due_at is not None
    period = f"{referral.state} {referral.due_at.isoformat(timespec='minutes')} {referral.chased}"
    raise_task(
        session, TaskKind.CHASE_REFERRAL, subject_kind="referral", subject_id=referral.id, period=period,
        organisation_id=asked.office, role=asked.role, user_id=asked.user_id, due_at=referral.due_at,
    )  # fmt: skip
    tell_of_late(session, referral, asked.people, period=period)
    clients = [referral.client_id] if referral.client_id else []
    record(session, "chase", "referral", referral.id, clients=clients, organisation_id=str(asked.office))


def _asked(session: Session, referral: Referral, rung: Rung) -> _Asked | None:
    if rung is Rung.HOLDER:
        return _sender(session, referral) if referral.state == State.RETURNED else _holder(session, referral)
    place = referral.region_code if rung is Rung.REGENCY else referral.region_code[:2]
    desk = desk_of(session, place)
    has_it = referral.owner_organisation_id if referral.state != State.RETURNED else None
    below = desk_of(session, referral.region_code) if rung is Rung.PROVINCE else None
    if desk is None or desk.id in (has_it, below and below.id):
        return None
    if rung is Rung.PROVINCE and referral.client_id:
        # Who is to help must know whom.
        open_reach(session, referral.client_id, [desk.id])
    return _desk(session, referral, desk)


def _sender(session: Session, referral: Referral) -> _Asked | None:
    """The sender himself, while he is at work."""
    roles = list(session.scalars(queries.roles_of(referral.sender_id, session.now)))
    role = next((role for role in _SENDS_AS if role in roles), None)
    if role is None:
        return None
    return _Asked(referral.sender_organisation_id, role, referral.sender_id, [referral.sender_id])


def _holder(session: Session, referral: Referral) -> _Asked | None:
    """The office that has it: a desk, a UPT or a partner."""
    office = referral.owner_organisation
    if office is None:
        return None
    if office.kind == OrganisationKind.DINSOS:
        return _desk(session, referral, office)
    role = Role.CASEWORKER if office.kind == OrganisationKind.UPT else Role.PARTNER
    return _Asked(office.id, role, None, people_of_office(session, office.id, "offer", "answer"))


def _desk(session: Session, referral: Referral, office: Organisation) -> _Asked:
    people = people_of_desk(session, office.id, referral.region_code, "referral", "triage")
    return _Asked(office.id, Role.TRIAGE, None, people)


def late_counts(session: Session) -> Counter[str]:
    """How many open referrals are late, after how many somebody was asked to see, and how many nobody has (none)."""
    row = session.execute(queries.late_counts(session.now)).one()
    return Counter(late=row.late, asked=row.asked, ownerless=row.ownerless)
