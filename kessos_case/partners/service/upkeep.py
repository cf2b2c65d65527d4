"""Keeping the directory true: an entry is confirmed by whoever keeps it, and nobody lets an agreement end by oversight.

A night asks once for each; what is done, or has become needless, closes its task by itself, as the program (ADR 0012).
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.access.rules import OrganisationKind, Role
from kessos_case.access.service import desk_of, record
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.policies import policy
from kessos_case.notices.rules import NoticeKind
from kessos_case.notices.service import notify, people_of_office, settle
from kessos_case.partners import queries, upkeep_queries
from kessos_case.partners.models import Agreement, Service
from kessos_case.partners.rules.upkeep import Upkeep, keeper, needs_agreement, upkeep
from kessos_case.partners.service.scope import confirmable
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.tasks.service import end_of, move_to_desk, open_tasks_of_kind, raise_task, settle_tasks

_BY_AGREEMENT = tuple(kind for kind in OrganisationKind if needs_agreement(kind))
_PROVINCE = "35"


def upkeep_policy() -> Upkeep:
    """The days of the policy in force."""
    return upkeep(policy("routing").content)


def confirm_entry(session: Session, organisation_id: UUID) -> Organisation:
    """Say that everything an organisation offers still stands as it is written. Doing so twice a day changes nothing.

    Raises Forbidden `scope` for an organisation that the actor neither keeps nor has in his region.
    """
    office, today = confirmable(session, organisation_id), office_day(session.now)
    older = queries.services(office.id, is_active=True).where(Service.confirmed_on < today).with_for_update(of=Service)
    found = list(session.scalars(older.execution_options(populate_existing=True)))
    for service in found:
        service.confirmed_on = today
    session.flush()
    record(session, "confirm", "organisation", office.id, services=len(found))
    settle_confirmed(session, office.id)
    return office


def settle_confirmed(session: Session, organisation_id: UUID) -> None:
    """Nobody need confirm the entry when nothing in it is stale any more."""
    since = upkeep_policy().stale_since(office_day(session.now))
    if not upkeep_queries.has_stale_service(session, organisation_id, since):
        with _as_the_program(session):
            settle_tasks(session, [organisation_id], kind=TaskKind.CONFIRM_ENTRY)


def settle_renewed(session: Session, organisation_id: UUID) -> None:
    """Nobody need renew an agreement that another follows, or that ended on purpose."""
    own = sa.select(Agreement.id).where(Agreement.organisation_id == organisation_id)
    with _as_the_program(session):
        if _settle_renewals(session, session.scalars(own).all()):
            settle(session, [organisation_id], NoticeKind.AGREEMENT_ENDS)


def ask_for_upkeep(session: Session) -> Counter[str]:
    """Ask for every entry that has grown stale and for every agreement that ends soon, once each. For the program.

    Answers how many were asked for; what need not be done any more is settled.
    """
    return Counter(entries=_ask_to_confirm(session), agreements=_ask_to_renew(session))


def _ask_to_confirm(session: Session) -> int:
    """One task for an organisation, however many of its services are stale, with whoever keeps the entry now."""
    stale = session.execute(upkeep_queries.stale_entries(upkeep_policy().stale_since(office_day(session.now)))).all()
    asked = {task.subject_id: task for task in open_tasks_of_kind(session, TaskKind.CONFIRM_ENTRY)}
    settle_tasks(session, asked.keys() - {row.id for row in stale}, kind=TaskKind.CONFIRM_ENTRY)
    keepers, desks = upkeep_queries.keeper_roles([row.id for row in stale], session), _Desks(session)
    return sum(_ask_keeper(session, row, keeper(keepers.get(row.id, ())), asked.get(row.id), desks) for row in stale)


def _ask_keeper(session: Session, entry: Any, role: Role | None, task: Task | None, desks: "_Desks") -> bool:
    """Ask the organisation itself, or the desk of the province where nobody there has an account."""
    office = entry.id if role else desks.of(entry.region_code)
    if office is None:
        return False
    role = role or Role.TRIAGE
    if task is not None:
        if (task.organisation_id, task.role) != (office, role):
            move_to_desk(session, task, office, role)
        return False
    within = timedelta(days=upkeep_policy().confirm_within)
    made = raise_task(
        session, TaskKind.CONFIRM_ENTRY, subject_kind="organisation", subject_id=entry.id, period=str(entry.confirmed_on),
        organisation_id=office, role=role, due_at=end_of(office_day(session.now) + within),
    )  # fmt: skip
    return made is not None


def _ask_to_renew(session: Session) -> int:
    """Ask the desk of the province, and tell the partner, at each of the policy's days before the end."""
    _settle_renewals(session, [task.subject_id for task in open_tasks_of_kind(session, TaskKind.RENEW_AGREEMENT)])
    today, days, desks = office_day(session.now), upkeep_policy(), _Desks(session)
    found = session.execute(upkeep_queries.ending(_BY_AGREEMENT, today, days.longest_notice)).all()
    return sum(
        _remind(session, agreement, desks.of(office.region_code), days.reminder(agreement.ends_on, today))
        for agreement, office in found
    )


def _remind(session: Session, agreement: Agreement, desk: UUID | None, days: int | None) -> bool:
    if desk is None or days is None:
        return False
    made = raise_task(
        session, TaskKind.RENEW_AGREEMENT, subject_kind="agreement", subject_id=agreement.id, period=str(days),
        organisation_id=desk, role=Role.TRIAGE, due_at=end_of(agreement.ends_on),
    )  # fmt: skip
    if made is None:
        return False
    _supersede(session, agreement.id, days)
    people = people_of_office(session, agreement.organisation_id, "partner", "manage")
    notify(
        session, people, NoticeKind.AGREEMENT_ENDS, subject_kind="organisation", subject_id=agreement.organisation_id,
        period=f"{agreement.ends_on} {days}",
    )  # fmt: skip
    return True


def _supersede(session: Session, agreement_id: UUID, days: int) -> None:
    """The task of the later reminder stands for the earlier ones."""
    for earlier in set(upkeep_policy().renew_before) - {days}:
        settle_tasks(
            session, [agreement_id], kind=TaskKind.RENEW_AGREEMENT, period=str(earlier),
            cancelled_because=TaskReason.SUPERSEDED,
        )  # fmt: skip


def _settle_renewals(session: Session, agreement_ids: Iterable[UUID]) -> int:
    ids = set(agreement_ids)
    wait = upkeep_queries.unrenewed(_BY_AGREEMENT).where(Agreement.id.in_(ids)).with_only_columns(Agreement.id)
    return settle_tasks(session, ids - set(session.scalars(wait)), kind=TaskKind.RENEW_AGREEMENT) if ids else 0


class _Desks:
    """The desk of the province that holds a place, asked for once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, UUID | None] = {}

    def of(self, region_code: str | None) -> UUID | None:
        """Its id; None where nobody is set up."""
        province = (region_code or _PROVINCE)[:2]
        if province not in self._known:
            desk = desk_of(self._session, province)
            self._known[province] = desk.id if desk else None
        return self._known[province]


def _as_the_program(session: Session) -> AbstractContextManager[None]:
    return nullcontext() if session.actor.system else as_system(session, "upkeep")
