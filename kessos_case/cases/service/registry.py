"""The doors to a case, opening one, and who serves it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.access.models import Organisation
from kessos_case.access.rules import OrganisationKind, Role
from kessos_case.access.service import record
from kessos_case.cases import queries
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Ask, CaseFacts, Missing, Pathway, Stage, Verb, missing_for, transition_for
from kessos_case.cases.rules import proposed_pathway as proposed
from kessos_case.cases.service.offices import check_caseworker, is_own_office, roles_at, upt_for
from kessos_case.cases.service.policy import after_working_days, pathways
from kessos_case.cases.service.transitions import write_move
from kessos_case.clients.models import Client
from kessos_case.clients.rules import Confidentiality, confidentiality_of
from kessos_case.clients.service import client_for, give_access, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system, table_of
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.reference.service import category_levels
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import hand_over, open_tasks, raise_task, settle_tasks

# Duties to report run by the clock and not by the calendar of the office: 1 x 24 hours (UU 12/2022 art. 39).
_REPORT_WITHIN = timedelta(hours=24)

_CASE = table_of(Case)
_OPEN = (
    postgresql.insert(_CASE)
    .on_conflict_do_nothing(index_elements=["client_id", "organisation_id"], index_where=_CASE.c.closed_at.is_(None))
    .returning(_CASE.c.id)
)


@dataclass(frozen=True)
class Episode:
    """What a new episode begins as. `words` and `reason` go with its first move."""

    category: str
    pathway: Pathway
    stage: Stage = Stage.INTAKE
    caseworker_id: UUID | None = None
    referral_id: UUID | None = None
    previous_case_id: UUID | None = None
    words: str | None = None
    reason: str | None = None


def case_for(session: Session, case_id: UUID, *, lock: bool = False) -> Case:
    """The one door to a case: an episode of the own office, or one that it took over; with `lock` held (see holding.py).

    Raises NotFound; with `lock` also for one that the office may only read.
    """
    select = sa.select(Case).where(Case.id == case_id)
    locked = select.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.scalar(locked if lock else select)
    if found is None:
        raise NotFound("There is no such case.")
    return found


def own_case_for(session: Session, case_id: UUID, *, lock: bool = False, open_only: bool = True) -> Case:
    """The door for whoever writes: an episode of the own office.

    Raises NotFound, Forbidden when the office took the person over and may only read, Conflict `case_closed` when the
    episode has ended and `open_only` holds.
    """
    case = case_for(session, case_id)
    if not is_own(session, case):
        raise Forbidden("This episode belongs to another UPT; it can be read and not changed.", code="foreign_case")
    if lock:
        case = case_for(session, case_id, lock=True)
    if open_only and case.closed_at is not None:
        raise Conflict("The case has ended.", code="case_closed")
    return case


def is_own(session: Session, case: Case) -> bool:
    """Is it an episode of the actor's own office, and not one that it took over?"""
    return is_own_office(session, case.organisation_id)


def cases_of(session: Session, client_id: UUID) -> list[Case]:
    """The episodes of a person that the actor sees, newest first; for guards, which write their own audit row."""
    select = sa.select(Case).where(Case.client_id == client_id)
    return list(session.scalars(select.order_by(Case.opened_at.desc(), Case.id.desc())))


def responsible_office(session: Session, case_ids: Iterable[UUID]) -> UUID | None:
    """The office of the newest of these episodes; None without any."""
    select = sa.select(Case.organisation_id).where(Case.id.in_(list(case_ids)))
    return session.scalar(select.order_by(Case.opened_at.desc(), Case.id.desc()).limit(1))


def open_case(
    session: Session,
    *,
    client_id: UUID,
    organisation_id: UUID,
    category: str,
    pathway: str | None = None,
    pathway_reason: str | None = None,
    referral_id: UUID | None = None,
    caseworker_id: UUID | None = None,
    stage: Stage = Stage.INTAKE,
    previous_case_id: UUID | None = None,
) -> Case:
    """Begin an episode of service of this person at this UPT, on the pathway that the category proposes or another.

    The caseworker is the one named, else the opener, else the supervisor is asked to name one. `referral_id` is one that
    the UPT accepted: the caller has checked it, and a triage officer opens by nothing else.
    Raises NotFound for a person beyond reach, Invalid naming each wrong field, Forbidden for another's UPT, Conflict
    `deceased`, or `case_open` naming the open episode, RuleBroken with what else is missing.
    """
    client = client_for(session, client_id)
    chosen = Pathway(pathway) if pathway else None
    _check(session, client, organisation_id, category, chosen, pathway_reason, referral_id)
    if caseworker_id is not None:
        check_caseworker(session, caseworker_id, organisation_id)
    elif Role.CASEWORKER in roles_at(session, organisation_id):
        caseworker_id = session.actor.user_id
    episode = Episode(
        category=category, pathway=chosen or proposed(pathways(), category), stage=Stage(stage),
        caseworker_id=caseworker_id, referral_id=referral_id, previous_case_id=previous_case_id, words=pathway_reason,
    )  # fmt: skip
    with _where_it_lies(session, organisation_id):
        return begin_episode(session, client, organisation_id, episode)


def begin_episode(session: Session, client: Client, organisation_id: UUID, episode: Episode) -> Case:
    """Write a new episode, give the UPT access, tell the timeline and ask who must act. The rules have been asked.

    Raises Conflict `case_open` when the person has an open episode there: the database decides between two at once.
    """
    previous = episode.previous_case_id or queries.latest_case_id(session, client.id, organisation_id)
    row = {
        "id": new_id(), "client_id": client.id, "organisation_id": organisation_id, "category_code": episode.category,
        "pathway": episode.pathway, "stage": episode.stage, "stage_since": session.now, "opened_at": session.now,
        "caseworker_id": episode.caseworker_id, "referral_id": episode.referral_id, "previous_case_id": previous,
        "version": 1,
    }  # fmt: skip
    if session.connection().scalar(_OPEN, row) is None:
        raise _open_already(session, client.id, organisation_id)
    case = session.get_one(Case, row["id"])
    give_access(session, client.id, "case", organisation_id=organisation_id)
    write_move(
        session, case, client, Verb.OPEN, before=None, at=session.now, reason=episode.reason, words=episode.words,
        detail={"referral_id": str(episode.referral_id)} if episode.referral_id else None,
    )  # fmt: skip
    _ask_the_office(session, case, client)
    return case


def change_case(session: Session, case: Case, changes: dict[str, Any]) -> Case:
    """Name the caseworker and the service standard. Open tasks of the caseworker go to the new one, or to the desk.

    Raises Invalid for a user who is no caseworker of the office, or an office that is no Dinsos.
    """
    if changes.get("caseworker_id"):
        check_caseworker(session, changes["caseworker_id"], case.organisation_id)
    _check_recommending(session, changes.get("recommending_organisation_id"))
    moved = "caseworker_id" in changes and changes["caseworker_id"] != case.caseworker_id
    for name, value in changes.items():
        setattr(case, name, value)
    session.flush()
    if moved:
        _hand_to(session, case)
    record(session, "change", "case", case.id, clients=[case.client_id], fields=sorted(changes))
    return case


def keep_standard(session: Session, case: Case, standard: dict[str, Any]) -> None:
    """Keep with a new case what its UPT named of the minimum service standard when it accepted the referral."""
    with _where_it_lies(session, case.organisation_id):
        for name in ("spm_type", "spm_level", "recommending_organisation_id"):
            setattr(case, name, standard[name])
        session.flush()


def as_stated(case: Case) -> dict[str, Any]:
    """What a request may change, for comparing versions."""
    names = ("caseworker_id", "spm_type", "spm_level", "recommending_organisation_id")
    return {name: getattr(case, name) for name in names}


def _check(
    session: Session,
    client: Client,
    organisation_id: UUID,
    category: str,
    pathway: Pathway | None,
    pathway_reason: str | None,
    referral_id: UUID | None,
) -> None:
    office = upt_for(session, organisation_id)
    triage = frozenset({Role.TRIAGE.value}) & session.actor.roles
    facts = CaseFacts(
        today=office_day(session.now),
        actor_roles=roles_at(session, organisation_id) | triage,
        client_id=client.id,
        category=category,
        organisation_id=office.id if office else None,
        died_on=client.died_on,
        accepted_referral_id=referral_id,
    )
    ask = Ask(reason=pathway_reason, pathway=pathway)
    _refuse(missing_for(transition_for(Verb.OPEN), facts, ask, pathways()))


def _refuse(missing: list[Missing]) -> None:
    """What the rules found, as an answer to somebody who fills a form."""
    codes = {entry.code: entry for entry in missing}
    wrong = [field_error(entry.field, entry.code, entry.detail) for entry in missing if entry.field]
    if wrong:
        raise Invalid("The case has mistakes.", errors=wrong)
    if "wrong_actor" in codes:
        raise Forbidden("Only a caseworker of this UPT, or triage, may open a case here.")
    if "client_died" in codes:
        raise Conflict(codes["client_died"].detail, code="deceased")
    if missing:
        raise RuleBroken("The case cannot be opened.", errors=[entry.as_error() for entry in missing])


def _where_it_lies(session: Session, organisation_id: UUID) -> AbstractContextManager[None]:
    """Triage opens at an office that is not his own: the program writes there for him."""
    return nullcontext() if is_own_office(session, organisation_id) else as_system(session, "cases.open")


def _open_already(session: Session, client_id: UUID, organisation_id: UUID) -> Conflict:
    other = queries.open_case_id(session, client_id, organisation_id)
    wrong = field_error("client_id", "case_open", "The person has an open case at this UPT.", id=str(other))
    return Conflict(f"The person has the open case {other} at this UPT.", code="case_open", errors=[wrong])


def _ask_the_office(session: Session, case: Case, client: Client) -> None:
    """Whoever must act now that there is a case; what asked to open it is done."""
    if case.caseworker_id is None:
        ask_for_caseworker(session, case)
    levels = [Confidentiality(client.confidentiality), Confidentiality(category_levels(session)[case.category_code])]
    if confidentiality_of(levels) == Confidentiality.STRICT and case.stage == Stage.INTAKE:
        raise_task(
            session, TaskKind.MANDATORY_REPORT, subject_kind="case", subject_id=case.id, client_id=client.id,
            organisation_id=case.organisation_id, role=Role.SUPERVISOR, due_at=session.now + _REPORT_WITHIN,
        )  # fmt: skip
    if case.referral_id:
        settle_tasks(session, [case.referral_id], kind=TaskKind.OPEN_CASE)


def ask_for_caseworker(session: Session, case: Case) -> bool:
    """Ask the supervisor to name a caseworker. Asked again each time that a case has none; False when that was done."""
    made = raise_task(
        session, TaskKind.ASSIGN_CASEWORKER, subject_kind="case", subject_id=case.id, client_id=case.client_id,
        organisation_id=case.organisation_id, role=Role.SUPERVISOR, period=str(case.version),
        due_at=after_working_days(office_day(session.now), pathways().assign_days),
    )  # fmt: skip
    return made is not None


def _hand_to(session: Session, case: Case) -> None:
    ours = [task for task in open_tasks(session, case.client_id) if task.organisation_id == case.organisation_id]
    hand_over(session, ours, case.caseworker_id, Role.CASEWORKER)
    if case.caseworker_id is None:
        ask_for_caseworker(session, case)
    else:
        settle_tasks(session, [case.id], kind=TaskKind.ASSIGN_CASEWORKER)
    write_timeline(session, case.client_id, "case_assigned", case.id)


def _check_recommending(session: Session, organisation_id: UUID | None) -> None:
    office = session.get(Organisation, organisation_id) if organisation_id else None
    if organisation_id and (office is None or office.kind != OrganisationKind.DINSOS):
        wrong = field_error("recommending_organisation_id", "not_found", "There is no such Dinsos.")
        raise Invalid("The case has mistakes.", errors=[wrong])
