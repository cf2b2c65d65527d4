"""Makers of assessments and plans, through the real services, as the people of a UPT would do it."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw

from kessos_case.access.models import User
from kessos_case.access.service import organisation_for
from kessos_case.cases.rules.instruments import Item, Kind
from kessos_case.cases.service import assessing, decisions, plan_cards, planning, plans, signing, steps
from kessos_case.cases.service.assessments import AssessmentCard
from kessos_case.cases.service.instruments import instrument_of
from kessos_case.cases.service.plan_cards import GoalCard, PlanCard, StepCard
from kessos_case.core import clock
from kessos_case.core.months import parse_month
from tests.factories import Make


def in_days(days: int) -> date:
    """A date of the office, so many days from today."""
    return clock.office_day(clock.now()) + timedelta(days=days)


def answers_to(instrument: str, **given: Any) -> dict[str, Any]:
    """Answers to everything that must be answered: the best that a scale has, else the least; `given` ones as they are."""
    answers: dict[str, Any] = {}
    for item in instrument_of(instrument).items:
        is_asked = item.only_if is None or (
            item.only_if.item in answers and item.only_if.holds(answers[item.only_if.item])
        )
        if is_asked and (item.is_required or item.id in given):
            answers[item.id] = given.get(item.id, _answer(item))
    return answers


def _answer(item: Item) -> Any:
    if item.options:
        return item.options[0 if item.is_reverse else -1].value
    return {Kind.YES_NO: True, Kind.DATE: "2026-01-05"}.get(item.kind, item.least)


def assessment(
    make: Make, by: User, case_id: UUID, instrument: str = "gse10", *, complete: bool = True, **given: Any
) -> AssessmentCard:
    """A completed assessment of a person for whom all is well, but for what is given."""
    answers = answers_to(instrument, **given) if complete else given
    with make.acting(by) as session:
        return assessing.save_assessment(
            session, case_id, instrument=instrument, version=1, answers=answers, complete=complete
        )


def step(responsible: UUID | None = None, **stated: Any) -> dict[str, Any]:
    """A step of a plan as a request states it, for this office, in a month."""
    defaults = {"text": "Bantu mengurus KTP", "kind": "other", "due_on": in_days(30)}
    return defaults | {"responsible_organisation_id": responsible} | stated


def goal(*steps: dict[str, Any], **stated: Any) -> dict[str, Any]:
    """A goal of a plan as a request states it."""
    return {"domain": "other", "text": "Punya KTP", "steps": list(steps), "carried_from": None} | stated


def plan(make: Make, by: User, case_id: UUID, *goals: dict[str, Any], propose: bool = True, **more: Any) -> PlanCard:
    """A proposed version with these goals; without any, one goal with one step of the own office."""
    stated = goals or (goal(step(by.organisation_id)),)
    with make.acting(by) as session:
        return planning.write_plan(session, case_id, goals=stated, propose=propose, **more)


def decided(make: Make, by: User, plan_id: UUID, decision: str = "approve", **how: Any) -> PlanCard:
    """A version after the decision of a supervisor."""
    with make.acting(by) as session:
        return decisions.decide_plan(session, plan_id, decision=decision, **how)


def approved_plan(
    make: Make, by: User, case_id: UUID, *goals: dict[str, Any], supervisor: User | None = None
) -> PlanCard:
    """An approved version; the supervisor is a new one of the same UPT unless named."""
    proposed = plan(make, by, case_id, *goals)
    return decided(make, supervisor or supervisor_beside(make, by), proposed.id)


def supervisor_beside(make: Make, by: User) -> User:
    """A supervisor of the office of this user."""
    return make.user("supervisor", organisation=office_code(make, by))


def drawing(line: tuple[int, int, int, int] = (20, 90, 280, 40)) -> bytes:
    """A signature as a canvas sends it: a line on nothing."""
    picture, out = Image.new("RGBA", (300, 120)), io.BytesIO()
    ImageDraw.Draw(picture).line(line, fill=(0, 0, 0, 255), width=3)
    picture.save(out, "PNG")
    return out.getvalue()


def signed_plan(make: Make, by: User, plan_id: UUID, **how: Any) -> PlanCard:
    """A version that the person signed today on the screen."""
    stated = {"raw": drawing(), "form": "drawn", "signer": "client", "on": in_days(0)} | how
    with make.acting(by) as session:
        return signing.sign_plan(session, plan_id, **stated)


def taper(*steps: tuple[str, int], **stated: Any) -> dict[str, Any]:
    """How food aid steps down as a request states it: ("2026-05", 100000), ("2026-07", 0)."""
    reductions = [{"from_month": parse_month(month), "amount": amount} for month, amount in steps]
    return {"programme_code": "SEMBAKO", "reason": None, "steps": reductions} | stated


def office_code(make: Make, by: User) -> str:
    """The code of the office of this user."""
    with make.acting(by) as session:
        return organisation_for(session, by.organisation_id).code


def linked_step(make: Make, by: User, step_id: UUID, link_kind: str, link_id: UUID) -> None:
    """A step that goes on with a referral, an enrolment, a placement."""
    with make.acting(by) as session:
        steps.start_step(session, step_id, link_kind, link_id)


def seen_plan(make: Make, by: User, plan_id: UUID) -> PlanCard:
    """A version as this user sees it now."""
    with make.acting(by) as session:
        return plan_cards.read_plan(session, plan_id)


def closed_goal(
    make: Make, by: User, goal_id: UUID, state: str = "dropped", reason: str | None = "own_wish"
) -> GoalCard:
    """A goal that is dropped, or met."""
    with make.acting(by) as session:
        return steps.close_goal(session, goal_id, state=state, reason=reason)


def ended_step(make: Make, by: User, step_id: UUID, state: str = "done", reason: str | None = None) -> StepCard:
    """A step that was done, or dropped, by hand."""
    with make.acting(by) as session:
        return steps.end_step(session, step_id, state=state, reason=reason)


def fact(make: Make, by: User, case_id: UUID) -> Any:
    """The plan as the guards of the case see it."""
    with make.acting(by) as session:
        return plans.plan_fact(session, case_id)
