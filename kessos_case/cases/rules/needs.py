"""What each need of the machine means: one small question to the facts and the request, answered by what is missing."""

from collections.abc import Callable

from kessos_case.access.rules import Role
from kessos_case.cases.rules.facts import Ask, CaseFacts, GoalDecision
from kessos_case.cases.rules.machine import OTHER, TRANSITIONS, CloseReason, Missing, Transition, Verb
from kessos_case.cases.rules.pathways import CATEGORIES, OPEN_STAGES, Pathways, Stage, earlier_stages, proposed_pathway
from kessos_case.cases.rules.plans import PlanState, is_by_another, missing_to_propose

Need = Callable[[CaseFacts, Ask, Pathways], list[Missing]]


def missing_for(line: Transition, facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    """Everything that stands between this caller and this move, all at once; empty when it may be made.

    A wrong role is told by the code wrong_actor.
    """
    missing = _misplaced(line, facts)
    if facts.is_paused and facts.stage in OPEN_STAGES and not line.while_paused:
        missing.append(Missing("paused", "The case is paused; resume it first."))
    missing += _unreasoned(line, ask)
    for need in line.needs:
        missing += NEEDS[need](facts, ask, pathways)
    return missing


def allowed_verbs(facts: CaseFacts, pathways: Pathways) -> list[tuple[Verb, list[Missing]]]:
    """The verbs of this stage and pathway that are the caller's, each with what is missing on record.

    What is only said when the verb is used (reason, until, stage ...) is not listed. Of pause and resume only the one
    that fits is given: the flag is a state too.
    """
    hidden = Verb.PAUSE if facts.is_paused else Verb.RESUME
    return [
        (line.verb, [entry for entry in missing_for(line, facts, Ask(), pathways) if entry.code not in SAID_WHEN_ASKED])
        for line in TRANSITIONS
        if line.verb != hidden and not _misplaced(line, facts)
    ]


def stage_after(line: Transition, facts: CaseFacts, ask: Ask) -> Stage:
    """The stage that the case has after this move. Raises ValueError when nothing tells it."""
    computed = {Verb.STEP_BACK: ask.stage, Verb.REOPEN: facts.previous_stage}
    stage = line.target or computed.get(line.verb, facts.stage)
    if stage is None:
        raise ValueError(f"nothing says where {line.verb} leads")
    return stage


# Parts of a request that everybody knows to give; a page has a field for each.
SAID_WHEN_ASKED = frozenset(
    {"reason_missing", "until_missing", "stage_missing", "pathway_missing", "organisation_missing"}
)


def _misplaced(line: Transition, facts: CaseFacts) -> list[Missing]:
    missing = []
    if not line.sources and facts.stage is not None:
        missing.append(Missing("wrong_state", f"The case is open already; it is in {facts.stage}."))
    if line.sources and facts.stage not in line.sources:
        where = f"The case is in {facts.stage}" if facts.stage else "There is no case"
        missing.append(Missing("wrong_state", f"{where}; this needs {' or '.join(sorted(line.sources))}."))
    if facts.stage is not None and facts.pathway not in line.pathways:
        names = " and ".join(sorted(line.pathways))
        missing.append(Missing("wrong_pathway", f"The pathway is {facts.pathway}; {line.verb} exists on {names}."))
    if not line.who & facts.actor_roles:
        missing.append(Missing("wrong_actor", f"Only the {' or '.join(sorted(line.who))} may do this."))
    return missing


def _unreasoned(line: Transition, ask: Ask) -> list[Missing]:
    if not line.reasons:
        return []
    if ask.reason not in line.reasons:
        return [Missing("reason_missing", f"Give a reason: {', '.join(sorted(line.reasons))}.", "reason")]
    return _unless(ask.reason != OTHER or _said(ask.note), "note_missing", "Say in `note` what the reason is.", "note")


def _said(text: str | None) -> bool:
    return bool(text and text.strip())


def _unless(holds: bool, code: str, detail: str, field: str = "", kind: str = "", id: str = "") -> list[Missing]:
    return [] if holds else [Missing(code, detail, field, kind, id)]


def _client(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    return _unless(facts.client_id is not None, "client_missing", "Say whose case it is.", "client_id")


def _category(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    return _unless(facts.category in CATEGORIES, "category_missing", "Say the PPKS category.", "category")


def _organisation(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    known = facts.organisation_id is not None
    return _unless(known, "organisation_missing", "Say which UPT serves the person.", "organisation_id")


def _pathway_choice(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    if facts.category not in CATEGORIES:  # said by the need of a category
        return []
    proposed = proposed_pathway(pathways, facts.category)
    detail = f"{facts.category} proposes {proposed}; say why {ask.pathway} is right."
    return _unless(ask.pathway in (None, proposed) or _said(ask.reason), "reason_missing", detail, "pathway_reason")


def _accepted_referral(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    by_triage = Role.TRIAGE in facts.actor_roles and Role.CASEWORKER not in facts.actor_roles
    holds = not by_triage or facts.accepted_referral_id is not None
    return _unless(holds, "referral_missing", "Triage opens a case by a referral that the UPT accepted.")


def _alive(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    return _unless(facts.died_on is None, "client_died", f"The person died on {facts.died_on}.")


def _only_case(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    other = facts.open_case_id
    detail = f"The person has the open case {other} at this UPT."
    return _unless(other is None, "case_open", detail, kind="case", id=str(other))


def _caseworker(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    return _unless(facts.caseworker_id is not None, "caseworker_missing", "No caseworker is assigned.")


def _agreement(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    holds = facts.agreement is not None or (facts.lawful_ground is not None and facts.has_ground_reason)
    detail = "Neither an agreement to the service nor a lawful ground without it, with a reason, is recorded."
    return _unless(holds, "agreement_missing", detail)


def _assessed(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    latest = facts.latest_assessments()
    return [
        Missing("assessment_missing", f"The instrument {name} is missing.", kind="instrument", id=name)
        for name in _required(facts, pathways)
        if name not in latest
    ]


def _assessed_lately(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    latest = facts.latest_assessments()
    found = [latest[name] for name in _required(facts, pathways) if name in latest]
    return [
        Missing(
            "assessment_old",
            f"{one.instrument} of {one.completed_on} is older than {pathways.assessment_days} days.",
            kind="instrument",
            id=one.instrument,
        )
        for one in found
        if (facts.today - one.completed_on).days > pathways.assessment_days
    ]


def _required(facts: CaseFacts, pathways: Pathways) -> tuple[str, ...]:
    return pathways.policies[facts.pathway].required_instruments if facts.pathway else ()


def _approved_plan(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    if facts.plan is None:
        return [Missing("plan_missing", "There is no plan.")]
    approved = facts.plan.state == PlanState.APPROVED and facts.plan.approver_id is not None
    detail = f"Version {facts.plan.number} of the plan is not approved."
    return _unless(approved, "plan_not_approved", detail, kind="plan", id=str(facts.plan.id))


def _whole_plan(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    return missing_to_propose(facts.plan.goals, facts.flagged_domains()) if facts.plan else []


def _another_approver(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    plan = facts.plan
    if plan is None or plan.approver_id is None:  # said by the need of an approved plan
        return []
    detail = "Whoever wrote the plan has approved it; another person must."
    return _unless(is_by_another(plan.author_id, plan.approver_id), "approver_is_author", detail)


def _conference(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    held = facts.conference_on is not None and facts.conference_on <= facts.today
    return _unless(held, "conference_missing", "No case conference was held about this version of the plan.")


def _client_agreement(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    agreed_on = facts.plan.client_agreed_on if facts.plan else None
    agreed = agreed_on is not None and agreed_on <= facts.today
    return _unless(agreed, "client_agreement_missing", "The person's own agreement to the plan is not recorded.")


def _course(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    holds = facts.completed_courses > 0 or facts.course_waiver or _said(ask.waiver)
    return _unless(holds, "course_missing", "No course is completed; or say in `waiver` why none is needed.", "waiver")


def _safe_home(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    return _unless(facts.safe_home, "safe_home_missing", "No family or community placement was assessed as safe.")


def _verified_outcome(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    detail = "No active placement, own business or reunification is verified."
    return _unless(facts.verified_outcome, "outcome_unverified", detail)


def _verdict(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    holds = facts.confirmed_review_id is not None and len(facts.confirmed_by) > 1
    return _unless(holds, "verdict_missing", "No graduation verdict is confirmed by two people.")


def _earlier_stage(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    earlier = earlier_stages(pathways, facts.pathway, facts.stage) if facts.pathway and facts.stage else ()
    if ask.stage is None:
        return [Missing("stage_missing", f"Say the stage: {', '.join(earlier)}.", "stage")]
    return _unless(ask.stage in earlier, "stage_not_earlier", f"{ask.stage} is not before {facts.stage}.", "stage")


def _running(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    return _unless(not facts.is_paused, "already_paused", "The case is paused already.")


def _resting(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    return _unless(facts.is_paused, "not_paused", "The case is not paused.")


def _expected_end(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    if ask.until is None:
        return [Missing("until_missing", "Say until when, as far as can be known.", "until")]
    days = (ask.until - facts.today).days
    most = pathways.pause_most_days
    return _unless(days >= 0, "until_in_past", f"{ask.until} is over.", "until") + _unless(
        days <= most, "until_too_far", f"{ask.until} is more than {most} days away.", "until"
    )


def _other_pathway(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    if ask.pathway is None:
        return [Missing("pathway_missing", "Say the new pathway.", "pathway")]
    return _unless(ask.pathway != facts.pathway, "pathway_same", f"The pathway is {ask.pathway} already.", "pathway")


def _goals_decided(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    return [
        Missing("goals_undecided", f"Say of goal {goal}: carry or close.", "goal_decisions", "goal", str(goal))
        for goal in facts.open_goal_ids()
        if ask.goal_decisions.get(goal) not in frozenset(GoalDecision)
    ]


def _receiving_organisation(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    if ask.organisation_id is None:
        return [Missing("organisation_missing", "Say which UPT should take the case over.", "organisation_id")]
    own = ask.organisation_id == facts.organisation_id
    return _unless(not own, "organisation_same", "The case is at this UPT already.", "organisation_id")


def _no_open_transfer(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    return _unless(not facts.transfer_open, "transfer_open", "Another UPT has not yet answered an offer of this case.")


def _contact_attempts(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    enough = facts.contact_attempts >= pathways.contact_attempts and facts.contact_attempt_days >= pathways.contact_days
    detail = (
        f"{facts.contact_attempts} attempts on {facts.contact_attempt_days} days are recorded; "
        f"{pathways.contact_attempts} on {pathways.contact_days} are needed."
    )
    return _unless(ask.reason != CloseReason.LOST_CONTACT or enough, "attempts_missing", detail)


def _settled_items(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    return [
        Missing("open_items", f"The {item.kind} {item.id} is open; settle it.", "settled", item.kind, str(item.id))
        for item in facts.open_items
        if (item.kind, item.id) not in ask.settled
    ]


def _not_transferred(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    transferred = facts.close_reason == CloseReason.TRANSFERRED
    return _unless(not transferred, "case_transferred", "The case goes on at another UPT, which can transfer it back.")


def _within_reopen_days(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    in_time = facts.closed_on is not None and (facts.today - facts.closed_on).days <= pathways.reopen_days
    detail = f"It is not known that the case ended in the last {pathways.reopen_days} days; open a new one."
    return _unless(in_time, "reopen_too_late", detail)


def _known_stage(facts: CaseFacts, ask: Ask, pathways: Pathways) -> list[Missing]:
    known = facts.previous_stage in OPEN_STAGES
    return _unless(known, "previous_stage_missing", "It is not recorded in which stage the case ended.")


NEEDS: dict[str, Need] = {
    "client": _client,
    "category": _category,
    "organisation": _organisation,
    "pathway_choice": _pathway_choice,
    "accepted_referral": _accepted_referral,
    "alive": _alive,
    "only_case": _only_case,
    "caseworker": _caseworker,
    "agreement": _agreement,
    "assessed": _assessed,
    "assessed_lately": _assessed_lately,
    "approved_plan": _approved_plan,
    "whole_plan": _whole_plan,
    "another_approver": _another_approver,
    "conference": _conference,
    "client_agreement": _client_agreement,
    "course": _course,
    "safe_home": _safe_home,
    "verified_outcome": _verified_outcome,
    "verdict": _verdict,
    "earlier_stage": _earlier_stage,
    "running": _running,
    "resting": _resting,
    "expected_end": _expected_end,
    "other_pathway": _other_pathway,
    "goals_decided": _goals_decided,
    "receiving_organisation": _receiving_organisation,
    "no_open_transfer": _no_open_transfer,
    "contact_attempts": _contact_attempts,
    "settled_items": _settled_items,
    "not_transferred": _not_transferred,
    "within_reopen_days": _within_reopen_days,
    "known_stage": _known_stage,
}
