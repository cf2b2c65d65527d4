"""What the guards look at, collected from the tables of cases. The journey adds what lies in other rooms."""

from kessos_case.cases import queries
from kessos_case.cases.models import Case, CaseTransfer, Reunification
from kessos_case.cases.rules import (
    OPEN_STAGES,
    AgreementForm,
    CaseFacts,
    LawfulGround,
    OpenItem,
    Pathway,
    Stage,
)
from kessos_case.cases.service.assessments import assessment_facts
from kessos_case.cases.service.offices import roles_at
from kessos_case.cases.service.plans import plan_fact
from kessos_case.cases.service.words import reached
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import open_tasks

# Written down by a person, or owed by law: whoever ends the case says what becomes of them. All other tasks are the
# program's own reminders about the case, and go with it.
SETTLED_BY_NAME = frozenset({TaskKind.MANUAL, TaskKind.MANDATORY_REPORT})


def case_facts(session: Session, case: Case) -> CaseFacts:
    """The case today, for this actor, as far as the tables of cases and tasks tell it.

    Not in it: completed courses, placements, the graduation verdict, and the open items of referrals, training and
    employment. `verified_outcome` tells of a home alone.
    """
    today, client = office_day(session.now), reached(session, case.client_id)
    agreed = next(iter(queries.agreements(session, case.id)), None)
    plan = plan_fact(session, case.id)
    homes = [home for home in queries.reunifications(session, case.id) if home.ended_on is None]
    offer = queries.open_transfer(session, case.id)
    attempts = queries.attempts(session, case.client_id, office_day(case.opened_at))
    ended = None if case.closed_at is None else office_day(case.closed_at)
    return CaseFacts(
        today=today,
        stage=Stage(case.stage),
        pathway=Pathway(case.pathway),
        actor_roles=roles_at(session, case.organisation_id),
        client_id=case.client_id,
        category=case.category_code,
        organisation_id=case.organisation_id,
        died_on=client.died_on if client else None,
        open_case_id=queries.open_case_id(session, case.client_id, case.organisation_id, but=case.id),
        accepted_referral_id=case.referral_id,
        caseworker_id=case.caseworker_id,
        agreement=AgreementForm(agreed.form) if agreed and agreed.form else None,
        lawful_ground=LawfulGround(agreed.lawful_ground) if agreed and agreed.lawful_ground else None,
        has_ground_reason=bool(agreed and agreed.reason_sealed),
        assessments=assessment_facts(session, case.id),
        plan=plan,
        conference_on=queries.conference_on(session, plan.id) if plan else None,
        safe_home=any(home.is_safe for home in homes),
        verified_outcome=any(is_verified(home) for home in homes),
        is_paused=case.paused_from is not None,
        transfer_open=offer is not None,
        open_items=_open_items(session, case, offer),
        contact_attempts=attempts[0],
        contact_attempt_days=attempts[1],
        previous_stage=previous_stage(session, case),
        closed_on=ended,
        close_reason=case.close_reason,
    )


def is_verified(home: Reunification) -> bool:
    """Does the person live there, as somebody went to see?"""
    return home.starts_on is not None and home.verified_on is not None and home.ended_on is None


def previous_stage(session: Session, case: Case) -> Stage | None:
    """The last open stage of an ended case; None while it is open."""
    if case.stage in OPEN_STAGES:
        return None
    ending = queries.last_move(session, case.id, Stage.CLOSED, Stage.GRADUATED)
    return Stage(ending.from_stage) if ending and ending.from_stage else None


def _open_items(session: Session, case: Case, offer: CaseTransfer | None) -> tuple[OpenItem, ...]:
    tasks = [
        OpenItem("task", task.id)
        for task in open_tasks(session, case.client_id)
        if task.organisation_id == case.organisation_id and task.kind in SETTLED_BY_NAME
    ]
    return (*tasks, *([OpenItem("transfer", offer.id)] if offer else ()))
