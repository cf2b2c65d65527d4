"""How aid steps down, as versions of a plan agree on it: written with a draft, shown, carried on. It changes no aid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import AidTaper, Plan, PlanGoal, TaperStep
from kessos_case.cases.rules import GoalState, Missing, Pathway, StepState
from kessos_case.cases.rules.tapers import Empowerment, Reduction, TaperFact, missing_in_tapers, wrong_reductions
from kessos_case.cases.service.words import opened
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey
from kessos_case.core.months import Month, month_of
from kessos_case.reference.rules import ProgrammeKind
from kessos_case.reference.service import programme_kinds


@dataclass(frozen=True)
class TaperStepCard:
    """From this month on so many rupiah a month."""

    from_month: Month
    amount: int


@dataclass(frozen=True)
class TaperCard:
    """How one programme steps down, as shown."""

    id: UUID
    plan_id: UUID
    case_id: UUID
    programme_code: str
    reason: str | None
    steps: list[TaperStepCard]


@dataclass(frozen=True)
class AgreedTaper:
    """A taper of a version in force; `agreed_on` is the day on which the person agreed, None while he has not."""

    programme_code: str
    case_id: UUID
    plan_id: UUID
    number: int
    agreed_on: date | None
    reductions: tuple[Reduction, ...]


@dataclass(frozen=True)
class Tapers:
    """The tapers of versions of one case, by the id of each; the pathway is not asked for where there is none."""

    of: dict[UUID, list[AidTaper]]
    pathway: Pathway | None


def tapers_in(session: Session, plan: Plan) -> list[AidTaper]:
    """The tapers of a version in their order."""
    return tapers_by_version(session, plan).of[plan.id]


def tapers_by_version(session: Session, *plans: Plan | None) -> Tapers:
    """The tapers of these versions of one case, in one statement."""
    session.flush()
    found: dict[UUID, list[AidTaper]] = {plan.id: [] for plan in plans if plan}
    rows = session.execute(queries.tapers(*found).execution_options(populate_existing=True)).unique().all()
    for taper, _ in rows:
        found[taper.plan_id].append(taper)
    return Tapers(found, Pathway(rows[0].pathway) if rows else None)


def wrong_tapers(session: Session, stated: Sequence[Mapping[str, Any]], former: Plan | None) -> list[dict[str, Any]]:
    """Errors of what a request states of tapers; what `former`, the version in force, agreed on may go on."""
    agreed = _by_programme(tapers_in(session, former)) if stated and former else {}
    this_month, kinds, seen = month_of(office_day(session.now)), programme_kinds(session), set[str]()
    errors = []
    for at, taper in enumerate(stated):
        code = taper["programme_code"]
        if kinds.get(code) != ProgrammeKind.CONSUMPTION:
            errors.append(field_error(f"tapers.{at}.programme_code", "not_consumption", "No such consumption aid."))
        if code in seen:
            errors.append(field_error(f"tapers.{at}.programme_code", "twice", "The programme stands twice."))
        seen.add(code)
        for wrong in wrong_reductions(_reductions(taper), this_month, agreed.get(code, ())):
            errors.append(field_error(f"tapers.{at}.steps.{wrong.place}.{wrong.field}", wrong.code, wrong.detail))
    return errors


def write_tapers(session: Session, plan: Plan, stated: Sequence[Mapping[str, Any]], key: DataKey) -> None:
    """Put these in the place of all tapers of a draft."""
    session.execute(sa.delete(TaperStep).where(TaperStep.plan_id == plan.id))
    session.execute(sa.delete(AidTaper).where(AidTaper.plan_id == plan.id))
    session.add_all([_row(plan, taper, key) for taper in stated])
    session.flush()


def carry_tapers(session: Session, former: Plan, plan: Plan, key: DataKey) -> None:
    """Let a draft go on with the tapers of a former version."""
    write_tapers(session, plan, [stated_taper(taper, key) for taper in tapers_in(session, former)], key)


def stated_taper(taper: AidTaper, key: DataKey) -> dict[str, Any]:
    """A taper as a request states it."""
    steps = [{"from_month": month, "amount": amount} for month, amount in reductions_of(taper)]
    reason = opened(key, taper.reason_sealed, _place(taper.id))
    return {"programme_code": taper.programme_code, "reason": reason, "steps": steps}


def taper_card(taper: AidTaper, key: DataKey | None) -> TaperCard:
    """A taper as shown; without the key the reason is gone."""
    reason = opened(key, taper.reason_sealed, _place(taper.id))
    steps = [TaperStepCard(*reduction) for reduction in reductions_of(taper)]
    return TaperCard(taper.id, taper.plan_id, taper.case_id, taper.programme_code, reason, steps)


def missing_of_tapers(session: Session, plan: Plan, goals: Iterable[PlanGoal], *, in_time: bool) -> list[Missing]:
    """What stands between the tapers of an undecided version and the agreement to them.

    With `in_time` also reductions that have come before anybody agreed on them.
    """
    former = session.scalar(queries.former_plan(plan.case_id)) if in_time else None
    return lacks_of_tapers(session, plan, former, goals, tapers_by_version(session, plan, former), in_time=in_time)


def lacks_of_tapers(
    session: Session, plan: Plan, former: Plan | None, goals: Iterable[PlanGoal], tapers: Tapers, *, in_time: bool
) -> list[Missing]:
    """The same of tapers that were read before."""
    own = tapers.of[plan.id]
    if not own or tapers.pathway is None:
        return []
    facts = [TaperFact(taper.programme_code, reductions_of(taper), taper.reason_sealed is not None) for taper in own]
    missing = missing_in_tapers(facts, _empowering(session, goals), tapers.pathway)
    return missing + (_too_late(session, own, tapers.of[former.id] if former else []) if in_time else [])


def agreed_tapers(session: Session, client_id: UUID) -> list[AgreedTaper]:
    """The tapers of the versions in force of a person's open cases that the actor reaches. Who shows them records the look."""
    return [
        AgreedTaper(
            taper.programme_code, plan.case_id, plan.id, plan.number, plan.client_agreed_on, reductions_of(taper)
        )
        for taper, plan in session.execute(queries.tapers_in_force(client_id)).unique()
    ]


def reductions_of(taper: AidTaper) -> tuple[Reduction, ...]:
    """(month, rupiah a month) of a taper, first to last."""
    return tuple((step.from_month, step.amount) for step in sorted(taper.steps, key=lambda step: step.from_month))


def _too_late(session: Session, tapers: Sequence[AidTaper], former: Iterable[AidTaper]) -> list[Missing]:
    this_month, agreed = month_of(office_day(session.now)), _by_programme(former)
    return [
        Missing("taper_in_past", wrong.detail, f"tapers.{at}")
        for at, taper in enumerate(tapers)
        for wrong in wrong_reductions(reductions_of(taper), this_month, agreed.get(taper.programme_code, ()))
        if wrong.code == "in_past"
    ]


def _by_programme(tapers: Iterable[AidTaper]) -> dict[str, tuple[Reduction, ...]]:
    return {taper.programme_code: reductions_of(taper) for taper in tapers}


def _empowering(session: Session, goals: Iterable[PlanGoal]) -> list[Empowerment]:
    kinds = programme_kinds(session)
    return [
        Empowerment(step.due_on, StepState(step.state))
        for goal in goals
        if goal.state != GoalState.DROPPED
        for step in goal.steps
        if step.programme_code and kinds.get(step.programme_code) == ProgrammeKind.EMPOWERMENT
    ]


def _row(plan: Plan, stated: Mapping[str, Any], key: DataKey) -> AidTaper:
    taper_id, of_plan = new_id(), {"plan_id": plan.id, "case_id": plan.case_id, "client_id": plan.client_id}
    reason = stated.get("reason")
    return AidTaper(
        id=taper_id,
        programme_code=stated["programme_code"],
        reason_sealed=key.seal(reason, _place(taper_id)) if reason else None,
        steps=[TaperStep(from_month=month, amount=amount, **of_plan) for month, amount in _reductions(stated)],
        **of_plan,
    )


def _reductions(stated: Mapping[str, Any]) -> tuple[Reduction, ...]:
    return tuple((step["from_month"], step["amount"]) for step in stated["steps"])


def _place(taper_id: UUID) -> str:
    return f"aid_tapers:reason:{taper_id}"
