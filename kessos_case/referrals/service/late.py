"""Referrals whose clock has run out where no clock moves them on: somebody is asked to see after them, night after night.

An answer, a meeting or an outcome is for people to write down; the rounds of the clock move only what needs none.
"""

from collections import Counter

from kessos_case.access.rules import OrganisationKind, Role
from kessos_case.access.service import desk_of
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.referrals import queries
from kessos_case.referrals.models import Referral
from kessos_case.referrals.rules import State
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import open_tasks_of_kind, raise_task, settle_tasks

# What waits for a person: an answer to the desk's question, a first meeting, an outcome.
_WAITING_FOR_SOMEBODY = (State.RETURNED, State.ACCEPTED, State.MET)


def ask_about_late(session: Session) -> Counter[str]:
    """Ask once for each state that lasts too long, and settle what was asked of states that are over. For the program."""
    late = {referral.id: referral for referral in session.scalars(queries.late(_WAITING_FOR_SOMEBODY, session.now))}
    over = [
        task
        for task in open_tasks_of_kind(session, TaskKind.CHASE_REFERRAL)
        if task.subject_id not in late or task.period != _period(late[task.subject_id])
    ]
    for task in over:
        settle_tasks(session, [task.subject_id], kind=TaskKind.CHASE_REFERRAL, period=task.period)
    asked = [_ask(session, referral) for referral in late.values()]
    return Counter(late=len(late), asked=sum(asked), settled=len(over))


def _ask(session: Session, referral: Referral) -> bool:
    """The receiver where it is a UPT; else the desk that watches over the region, for partners and senders have none."""
    office, role = referral.owner_organisation, Role.CASEWORKER
    if office is None or office.kind != OrganisationKind.UPT or referral.state == State.RETURNED:
        office, role = desk_of(session, referral.region_code), Role.TRIAGE
    if office is None or referral.due_at is None:
        return False
    made = raise_task(
        session, TaskKind.CHASE_REFERRAL, subject_kind="referral", subject_id=referral.id, period=_period(referral),
        organisation_id=office.id, role=role, due_at=referral.due_at,
    )  # fmt: skip
    return made is not None


def _period(referral: Referral) -> str:
    """A state and when its clock ran out: the same state later, with a new clock, is asked about anew."""
    assert referral.due_at is not None
    return f"{referral.state} {office_day(referral.due_at)}"
