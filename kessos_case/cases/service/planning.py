"""Plans in versions: written, saved, proposed, agreed to by the person. Deciding about them stands in decisions.py.

A pause of the case does not stop them: planning goes on at the hospital bed. The stage decides nothing either; a plan is
written anew whenever life asks for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import Plan, PlanGoal, PlanStep
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Missing, PlanState, PlanVerb, missing_for_plan, plan_transition_for
from kessos_case.cases.service.assessments import flagged_domains
from kessos_case.cases.service.carrying import carrying, is_open
from kessos_case.cases.service.case_roles import actor_id, case_worked_by
from kessos_case.cases.service.instruments import goal_domains
from kessos_case.cases.service.offices import roles_at
from kessos_case.cases.service.plan_cards import PlanCard, carrying_of, plan_card
from kessos_case.cases.service.plans import fact_of, goal_place, goals_in, key_of, plan_for, step_place
from kessos_case.cases.service.policy import after_working_days
from kessos_case.cases.service.tapers import missing_of_tapers, write_tapers, wrong_tapers
from kessos_case.clients.service import write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Forbidden, Invalid, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey
from kessos_case.reference.service import programme_kinds
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import raise_task

# Working days that a supervisor has: the person and the caseworker wait for it.
DECIDE_DAYS = 3


def write_plan(
    session: Session,
    case_id: UUID,
    *,
    goals: Sequence[Mapping[str, Any]],
    tapers: Sequence[Mapping[str, Any]] = (),
    propose: bool,
) -> PlanCard:
    """Write the next version of a case's plan, in the place of a draft where there is one, and propose it or keep it.

    `tapers` say how consumption aid steps down.

    Raises Invalid naming each wrong field, Conflict `undecided` while a proposed version waits for its decision, and
    RuleBroken with all that the plan lacks to be proposed.
    """
    case = case_worked_by(session, case_id, Role.CASEWORKER, lock=True)
    plan = session.scalar(queries.plans(case.id, *queries.UNDECIDED))
    if plan is not None and plan.state == PlanState.PROPOSED:
        waiting = {"code": "undecided", "detail": f"Version {plan.number} is proposed.", "id": str(plan.id)}
        raise Conflict("A proposed version waits for its decision.", code="undecided", errors=[waiting])
    plan = plan or new_version(session, case, author_id=actor_id(session))
    written = _rewrite(session, plan, goals, tapers)
    if propose:
        _propose(session, case, plan, written, is_stored=False)
    return plan_card(session, plan)


def change_plan(
    session: Session,
    plan: Plan,
    goals: Sequence[Mapping[str, Any]],
    tapers: Sequence[Mapping[str, Any]] | None = None,
) -> PlanCard:
    """Write the goals of a draft anew, and its tapers where they are stated. Whoever does it is its author from now on, for
    all its words are his.

    Raises Invalid naming each wrong field, Conflict `final` for a version that was proposed.
    """
    case_worked_by(session, plan.case_id, Role.CASEWORKER)
    if plan.state != PlanState.DRAFT:
        raise Conflict("What was proposed is final; write a new version.", code="final")
    _rewrite(session, plan, goals, tapers)
    return plan_card(session, plan)


def propose_plan(session: Session, plan_id: UUID) -> PlanCard:
    """Lay the own draft before the supervisor. Raises RuleBroken with all that it lacks, Forbidden for another's."""
    plan = plan_for(session, plan_id, lock=True)
    case = case_worked_by(session, plan.case_id, Role.CASEWORKER)
    _propose(session, case, plan, goals_in(session, plan), is_stored=True)
    return plan_card(session, plan)


def record_plan_agreement(session: Session, plan_id: UUID, *, form: str, on: date) -> PlanCard:
    """Write down that the person, or the guardian, agrees to this version; once. The same again changes nothing.

    Raises Invalid for a day that cannot be, RuleBroken for a version whose words may still change or count no more.
    """
    plan = plan_for(session, plan_id, lock=True)
    case = case_worked_by(session, plan.case_id, Role.CASEWORKER)
    if (plan.client_agreed_on, plan.client_agreed_form) == (on, form):
        return plan_card(session, plan)
    check_agreement(session, case, plan, on)
    if plan.client_agreed_on is not None:
        raise Conflict(f"The agreement of {plan.client_agreed_on} is recorded already.", code="agreed")
    agree(session, plan, form, on)
    return plan_card(session, plan)


def agree(session: Session, plan: Plan, form: str, on: date) -> None:
    """Write down the agreement to a version that was checked for it."""
    plan.client_agreed_on, plan.client_agreed_form = on, form
    session.flush()
    write_timeline(session, plan.client_id, "plan_agreed", plan.id)
    record(session, "agree", "plan", plan.id, clients=[plan.client_id], form=form)


def new_version(session: Session, case: Case, *, author_id: UUID) -> Plan:
    """An empty draft after the last version. The case must be held, and no other version undecided."""
    numbers = sa.select(sa.func.coalesce(sa.func.max(Plan.number), 0)).where(Plan.case_id == case.id)
    plan = Plan(
        id=new_id(), case_id=case.id, client_id=case.client_id, number=session.scalars(numbers).one() + 1,
        state=PlanState.DRAFT, author_id=author_id, created_at=session.now,
    )  # fmt: skip
    session.add(plan)
    session.flush()
    return plan


def check_agreement(session: Session, case: Case, plan: Plan, on: date) -> None:
    """Raises RuleBroken unless people can agree to this version, Invalid for a day on which they cannot have."""
    if plan.state not in (PlanState.PROPOSED, PlanState.APPROVED):
        wrong = {"code": "wrong_state", "detail": f"The plan is {plan.state}; people agree to what is proposed."}
        raise RuleBroken("The agreement cannot be recorded now.", errors=[wrong])
    if not office_day(case.opened_at) <= on <= office_day(session.now):
        wrong = field_error("on", "impossible_day", "Must lie between the opening of the case and today.")
        raise Invalid("The agreement has mistakes.", errors=[wrong])


def goal_row(plan: Plan, position: int, stated: Mapping[str, Any], key: DataKey) -> PlanGoal:
    """A goal with its steps as a request states them, words sealed; not yet in the session."""
    goal_id = new_id()
    return PlanGoal(
        id=goal_id, plan_id=plan.id, case_id=plan.case_id, client_id=plan.client_id, position=position,
        domain=stated["domain"], text_sealed=key.seal(stated["text"], goal_place(goal_id)),
        carried_from=stated.get("carried_from"),
        steps=[step_row(plan, place, step, key) for place, step in enumerate(stated["steps"])],
    )  # fmt: skip


def step_row(plan: Plan, position: int, stated: Mapping[str, Any], key: DataKey) -> PlanStep:
    """A step as a request states it, words sealed; not yet in the session."""
    step_id = new_id()
    return PlanStep(
        id=step_id, plan_id=plan.id, case_id=plan.case_id, client_id=plan.client_id, position=position,
        kind=stated["kind"], text_sealed=key.seal(stated["text"], step_place(step_id)),
        responsible_organisation_id=stated["responsible_organisation_id"], due_on=stated["due_on"],
        cost=stated.get("cost"), cost_source=stated.get("cost_source"), programme_code=stated.get("programme_code"),
    )  # fmt: skip


def guard(
    session: Session,
    case: Case,
    plan: Plan,
    goals: Sequence[PlanGoal],
    verb: PlanVerb,
    *,
    comment: str | None = None,
    is_stored: bool = True,
) -> None:
    """Raises Forbidden when the verb is another's, RuleBroken with everything that stands in its way.

    Of goals and steps that are not stored yet the caller knows the place in his request, and no id.
    """
    line = plan_transition_for(verb)
    missing = missing_for_plan(
        line,
        fact_of(plan, goals),
        flagged_domains(session, case.id) if line.whole else (),
        actor_id=actor_id(session),
        actor_roles=roles_at(session, case.organisation_id),
        comment=comment,
    )
    if line.whole:
        missing += carrying_of(session, plan, list(goals), key_of(session, plan.client_id)).missing()
        missing += missing_of_tapers(session, plan, goals, in_time=verb == PlanVerb.PROPOSE)
    if verb == PlanVerb.PROPOSE:
        missing += _overdue(goals, office_day(session.now))
    if found := next((entry for entry in missing if entry.code == "wrong_actor"), None):
        raise Forbidden(f"{found.detail} Save a draft first to make it yours.", code="wrong_actor")
    if missing:
        errors = [entry.as_error() for entry in _located(missing, goals, is_stored=is_stored)]
        raise RuleBroken(f"The plan cannot be changed by `{verb}` now.", errors=errors)


def _propose(session: Session, case: Case, plan: Plan, goals: Sequence[PlanGoal], *, is_stored: bool) -> None:
    guard(session, case, plan, goals, PlanVerb.PROPOSE, is_stored=is_stored)
    plan.state, plan.proposed_at = PlanState.PROPOSED, session.now
    session.flush()
    raise_task(
        session, TaskKind.DECIDE_PLAN, subject_kind="plan", subject_id=plan.id, client_id=plan.client_id,
        organisation_id=case.organisation_id, role=Role.SUPERVISOR,
        due_at=after_working_days(office_day(session.now), DECIDE_DAYS),
    )  # fmt: skip
    write_timeline(session, plan.client_id, "plan_proposed", plan.id)
    record(session, "propose", "plan", plan.id, clients=[plan.client_id])


def _rewrite(
    session: Session,
    plan: Plan,
    stated: Sequence[Mapping[str, Any]],
    tapers: Sequence[Mapping[str, Any]] | None,
) -> list[PlanGoal]:
    key, former = key_of(session, plan.client_id), session.scalar(queries.former_plan(plan.case_id))
    before = goals_in(session, former) if former else []
    _check(session, stated, {goal.id for goal in before}, wrong_tapers(session, tapers or (), former))
    for table in (PlanStep, PlanGoal):
        session.execute(sa.delete(table).where(table.plan_id == plan.id))
    plan.author_id = actor_id(session)
    flag_modified(plan, "author_id")  # other goals alone are a new version too
    goals = [goal_row(plan, place, goal, key) for place, goal in enumerate(stated)]
    session.add_all(goals)
    coming = carrying(before, goals, key)
    coming.take_over()
    coming.keep_what_is_done()
    if tapers is not None:
        write_tapers(session, plan, tapers, key)
    session.flush()
    record(session, "write", "plan", plan.id, clients=[plan.client_id])
    return goals


def _check(
    session: Session, stated: Sequence[Mapping[str, Any]], carriable: set[UUID], wrong: Sequence[dict[str, Any]]
) -> None:
    """Raises Invalid with every field that is wrong, those that were found `wrong` before among them."""
    steps = [
        (f"goals.{at}.steps.{place}", step)
        for at, goal in enumerate(stated)
        for place, step in enumerate(goal["steps"])
    ]
    named = [step["responsible_organisation_id"] for _, step in steps if step["responsible_organisation_id"]]
    known, today = queries.known_organisations(session, named), office_day(session.now)
    programmes = programme_kinds(session)
    errors = [*_wrong_goals(stated, carriable), *wrong]
    for place, step in steps:
        office, due_on = step["responsible_organisation_id"], step["due_on"]
        if office and office not in known:
            field = f"{place}.responsible_organisation_id"
            errors.append(field_error(field, "not_found", "There is no such organisation."))
        if due_on and due_on < today:
            errors.append(field_error(f"{place}.due_on", "in_past", "The day is over."))
        if step.get("programme_code") and step["programme_code"] not in programmes:
            errors.append(field_error(f"{place}.programme_code", "not_found", "There is no such programme."))
    if errors:
        raise Invalid("The plan has mistakes.", errors=errors)


def _wrong_goals(stated: Sequence[Mapping[str, Any]], carriable: set[UUID]) -> list[dict[str, Any]]:
    errors, left = [], set(carriable)
    for place, goal in enumerate(stated):
        if goal["domain"] not in goal_domains():
            errors.append(field_error(f"goals.{place}.domain", "not_found", "No instrument has this domain."))
        origin = goal.get("carried_from")
        if origin and origin not in left:
            detail = "The version in force has no such goal, or another goal here takes its place."
            errors.append(field_error(f"goals.{place}.carried_from", "not_found", detail))
        left.discard(origin)
    return errors


def _overdue(goals: Sequence[PlanGoal], today: date) -> list[Missing]:
    return [
        Missing("due_in_past", f"Step {step.id} was due on {step.due_on}.", kind="step", id=str(step.id))
        for goal in goals
        for step in goal.steps
        if is_open(step) and step.due_on and step.due_on < today
    ]


def _located(missing: Sequence[Missing], goals: Sequence[PlanGoal], *, is_stored: bool) -> list[Missing]:
    places = {str(goal.id): f"goals.{goal.position}" for goal in goals}
    places |= {str(step.id): f"{places[str(goal.id)]}.steps.{step.position}" for goal in goals for step in goal.steps}
    return [_placed(entry, places[entry.id], is_stored) if entry.id in places else entry for entry in missing]


def _placed(entry: Missing, place: str, is_stored: bool) -> Missing:
    if is_stored:
        return replace(entry, field=place)
    return replace(entry, field=place, id="", detail=entry.detail.replace(entry.id, place))
