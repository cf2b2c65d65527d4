"""Looking at a plan again with the person: when that is due, who is asked, and that it stays as it is."""

from datetime import date, timedelta
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import Plan
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Pathway, PlanState
from kessos_case.cases.service.case_roles import case_worked_by
from kessos_case.cases.service.plan_cards import PlanCard, plan_card
from kessos_case.cases.service.plans import plan_for
from kessos_case.cases.service.policy import pathways
from kessos_case.clients.service import write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, RuleBroken, field_error
from kessos_case.core.months import months_later
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_missing_task, settle_tasks

# Further off nobody keeps in mind what was agreed.
_MOST_MONTHS = 12


def next_review(session: Session, case: Case, wanted: date | None, field: str) -> date:
    """When a version is looked at again: on the day that is wanted, else after the months of the pathway.

    Raises Invalid at `field` for a day that is not after today, or more than a year off.
    """
    today = office_day(session.now)
    if wanted is None:
        return months_later(today, pathways().policies[Pathway(case.pathway)].plan_review_months)
    if not today < wanted <= months_later(today, _MOST_MONTHS):
        wrong = field_error(field, "impossible_review", f"After today, within {_MOST_MONTHS} months.")
        raise Invalid("The day of the review cannot be.", errors=[wrong])
    return wanted


def review_plan(session: Session, plan_id: UUID, *, on: date, next_on: date | None = None) -> PlanCard:
    """The version in force was looked at with the person and stays as it is; settles the task that asked for it.

    Raises RuleBroken for a version that is not in force, Invalid for days that cannot be.
    """
    plan = plan_for(session, plan_id, lock=True)
    case = case_worked_by(session, plan.case_id, Role.CASEWORKER)
    if plan.state != PlanState.APPROVED:
        wrong = {"code": "plan_not_approved", "detail": f"The plan is {plan.state}; only what is in force is reviewed."}
        raise RuleBroken("The plan cannot be reviewed now.", errors=[wrong])
    _check_day(session, plan, on)
    plan.review_on = next_review(session, case, next_on, "next_on")
    session.flush()
    settle_tasks(session, [plan.id], kind=TaskKind.REVIEW_PLAN)
    write_timeline(session, plan.client_id, "plan_reviewed", plan.id)
    record(session, "review", "plan", plan.id, clients=[plan.client_id], on=str(on), next_on=str(plan.review_on))
    return plan_card(session, plan)


def ask_for_plan_reviews(session: Session, most: int) -> int:
    """Ask the caseworkers of at most so many plans that are to be looked at soon; how many were asked. For the program."""
    soon = office_day(session.now) + timedelta(days=pathways().plan_review_lead_days)
    # A version from before there were such days is due when the shortest way would have asked.
    shortest = min(policy.plan_review_months for policy in pathways().policies.values())
    due = queries.plans_to_review(soon, end_of(months_later(soon, -shortest))).limit(most)
    return sum(_ask_about(session, plan, case) for plan, case in session.execute(due).all())


def _ask_about(session: Session, plan: Plan, case: Case) -> bool:
    today = office_day(session.now)
    due = plan.review_on or today
    return raise_missing_task(
        session, TaskKind.REVIEW_PLAN, subject_kind="plan", subject_id=plan.id,
        period=str(plan.review_on or ""), client_id=case.client_id, organisation_id=case.organisation_id,
        role=Role.CASEWORKER, user_id=case.caseworker_id, due_at=end_of(max(due, today)),
    )  # fmt: skip


def _check_day(session: Session, plan: Plan, on: date) -> None:
    since = office_day(plan.decided_at or plan.created_at)
    if not since <= on <= office_day(session.now):
        wrong = field_error("on", "impossible_review_day", "Between the approval of the plan and today.")
        raise Invalid("The review has mistakes.", errors=[wrong])
