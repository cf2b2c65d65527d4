"""The mandatory criteria, one function each: facts and policy in, a `Criterion` out. What is unknown is never inferred.

Source: spec graduation.md "Criteria". 'Closed months' are the months before the one in which `as_of` lies.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from kessos_case.core.months import Month, first_day, format_month, month_of
from kessos_case.employment.rules import work_spells
from kessos_case.graduation.rules.criterion import Criterion, Missing, evidence_of, unknown
from kessos_case.graduation.rules.facts import (
    AidFact,
    CheckFact,
    CriterionCode,
    GraduationFacts,
    GraduationPolicy,
    IncomeRule,
    IncomeStatement,
    PlacementFact,
    VoiceFact,
    WorkRule,
)
from kessos_case.graduation.rules.homecoming import guardian_consent, safe_home, school, treatment, visits_passed


def _months(months: Iterable[Month]) -> str:
    return ", ".join(format_month(month) for month in months)


def usable_statements(facts: GraduationFacts, rule: IncomeRule, months: range) -> list[IncomeStatement]:
    """The statements that tell of any of these months and may be believed: recorded by the day of knowing, of months begun
    then, not reaching too far back, not too long.

    One that came after the day that is judged counts for the months before it, also where it reaches beyond that day.
    """
    known_by = facts.known_by or facts.as_of
    return [
        statement
        for statement in facts.statements
        if statement.first < months.stop
        and statement.last >= months.start
        and statement.recorded_on <= known_by
        and statement.last <= month_of(statement.recorded_on)
        and month_of(statement.recorded_on) - statement.first <= rule.statement_months_back
        and statement.last - statement.first < rule.statement_months_long
    ]


def income(facts: GraduationFacts, policy: GraduationPolicy) -> Criterion:
    """Did the household have enough per head in each of the last closed months, by two kinds of evidence over them?

    Statements of one month are never added, for they tell of the same money. Where they contradict each other the lowest
    per head counts: what a household may not have had must not take it out of aid too early.
    """
    rule = policy.income
    months = facts.closed_months(rule.months)
    statements = usable_statements(facts, rule, months)
    rows = [_month_of_income(facts, rule, statements, month) for month in months]
    kinds = sorted({statement.source for statement in statements} & set(rule.evidence_kinds))
    lines = [facts.poverty_lines[month] for month in months if month in facts.poverty_lines]
    return Criterion(
        CriterionCode.INCOME,
        value={"months": [row for row, _missing in rows], "evidence_kinds": kinds},
        needed={
            "months": rule.months,
            "poverty_line_percent": rule.poverty_line_percent,
            "evidence_kinds": rule.evidence_kinds_needed,
        },
        evidence=evidence_of("income_statement", (statement.id for statement in statements))
        + evidence_of("poverty_line", (f"{line.region_code}/{format_month(line.published)}" for line in lines)),
        missing=(*[entry for _row, missing in rows for entry in missing], *_missing_kinds(kinds, rule)),
        notes=("statements_contradict",) if any(len(row["stated_per_head"]) > 1 for row, _missing in rows) else (),
    )


def _month_of_income(
    facts: GraduationFacts, rule: IncomeRule, statements: Sequence[IncomeStatement], month: Month
) -> tuple[dict[str, Any], list[Missing]]:
    """A month's numbers, and what is missing in it."""
    name, line = format_month(month), facts.poverty_lines.get(month)
    stated = [(statement.per_head_in(month), statement) for statement in statements if statement.covers(month)]
    # Of equal ones that of the fewest people, so that nothing hangs on which was written down first.
    lowest = min(stated, key=lambda told: (told[0], told[1].people))[1] if stated else None
    row: dict[str, Any] = {
        "month": name,
        "income": lowest and lowest.in_month(month),
        "people": lowest and lowest.people,
        "stated_per_head": sorted({int(per_head) for per_head, _statement in stated}),
        "poverty_line": line and line.amount,
        "region_code": line and line.region_code,
    }
    missing = []
    if lowest is None:
        missing.append(unknown("income_unknown", f"income for {name}", f"Record income for {name}."))
    if line is None:
        way = f"Load the poverty line for {name}."
        missing.append(unknown("poverty_line_unknown", f"poverty line for {name}", way))
    if lowest is not None and line is not None:
        # Of the whole household and rounded up, which in whole rupiah is exactly the comparison per head.
        row["income_needed"] = -(-line.amount * rule.poverty_line_percent * lowest.people // 100)
        missing += _too_low(row, first_day(month + rule.months + 1))
    return row, missing


def _too_low(row: dict[str, Any], earliest: date) -> list[Missing]:
    if row["income"] >= row["income_needed"]:
        return []
    detail = f"income for {row['month']}: {row['income']} of {row['income_needed']} rupiah for {row['people']} people"
    way = f"Keep that income from the next month on; {earliest} is the earliest day."
    return [Missing("income_too_low", detail, way)]


def _missing_kinds(kinds: Sequence[str], rule: IncomeRule) -> list[Missing]:
    if len(kinds) >= rule.evidence_kinds_needed:
        return []
    others = [kind for kind in rule.evidence_kinds if kind not in kinds]
    detail = f"{rule.evidence_kinds_needed} kinds of evidence of income: {len(kinds)} so far"
    way = f"Record income by another kind of evidence: {', '.join(others)}."
    return [unknown("evidence_kinds_missing", detail, way)]


def current_spell(facts: GraduationFacts, rule: WorkRule) -> list[PlacementFact]:
    """The chain of placements whose last one goes on; empty for who has no work on the day, be it in a short gap."""
    chains = work_spells(facts.placements, facts.as_of, rule.gap_days)
    return chains[-1] if chains and any(place.is_active_on(facts.as_of) for place in chains[-1]) else []


def work_lasts(facts: GraduationFacts, policy: GraduationPolicy) -> Criterion:
    """Has the work gone on long enough, seen at every check, and confirmed by someone else at least once?

    Days run from the start of the chain's first placement, short gaps included.
    """
    rule = policy.work
    spell = current_spell(facts, rule)
    made = [check for place in spell for check in place.checks if check.on <= facts.as_of]
    checks = _checks_by_period(spell, facts.as_of, rule)
    days = (facts.as_of - spell[0].starts_on).days if spell else 0
    # Any check of the spell that saw the work may be the one that somebody else confirmed, be it not its period's newest.
    confirmed = sorted({check.method for check in made if check.still_active} & set(rule.confirming_methods))
    return Criterion(
        CriterionCode.WORK_LASTS,
        value={
            "days": days,
            "since": spell[0].starts_on.isoformat() if spell else None,
            "placements": len(spell),
            "checks": sorted(period for period, check in checks.items() if check.still_active),
            "confirmed_by": confirmed,
        },
        needed={"days": rule.days, "checks": list(rule.checks), "confirmed_by": list(rule.confirming_methods)},
        evidence=evidence_of("placement", (placement.id for placement in spell))
        + evidence_of("check", (check.id for check in made)),
        missing=tuple(_missing_work(spell, checks, confirmed, facts, rule) if spell else _no_work(facts)),
    )


def _checks_by_period(spell: Sequence[PlacementFact], as_of: date, rule: WorkRule) -> dict[int, CheckFact]:
    """The newest check for each period of the spell.

    A check is named after the days of its own placement. In a later one of the chain it may stand for a longer period, that
    of the days since the chain began: else a change of work would cost the 180 days that the gap rule means to save.
    """
    dated = [(check, place) for place in spell for check in place.checks if check.on <= as_of]
    found: dict[int, CheckFact] = {}
    # Of one day the check that found no work holds: it does not matter which was written down first.
    for check, place in sorted(dated, key=lambda pair: (pair[0].on, not pair[0].still_active, pair[0].id)):
        passed = [period for period in rule.checks if period <= (check.on - spell[0].starts_on).days]
        is_first = place.starts_on == spell[0].starts_on
        found[check.period if is_first else max([check.period, *passed])] = check
    return found


def _no_work(facts: GraduationFacts) -> list[Missing]:
    proposed = [placement for placement in facts.placements if placement.verified_on is None]
    first = min(proposed, key=lambda placement: (placement.starts_on, placement.id), default=None)
    way = f"Verify placement {first.id}." if first else "Find work, and verify the placement."
    return [Missing("work_missing", f"a verified placement or business that goes on on {facts.as_of}", way)]


def _missing_work(
    spell: Sequence[PlacementFact],
    checks: dict[int, CheckFact],
    confirmed: Sequence[str],
    facts: GraduationFacts,
    rule: WorkRule,
) -> list[Missing]:
    """What is missing in work that goes on: its length, its checks, someone who confirms."""
    started, place = spell[0].starts_on, spell[-1].id
    days, missing = (facts.as_of - started).days, []
    if days < rule.days:
        until = started + timedelta(days=rule.days)
        missing.append(Missing("work_too_short", f"{rule.days} days of work: {days} so far", f"Wait until {until}."))
    for period in sorted({*rule.checks, *checks}):
        if period not in checks:
            due = started + timedelta(days=period)
            when = f" on {due}" if due > facts.as_of else ""
            detail = f"the {period}-day check of placement {place}"
            missing.append(unknown("check_missing", detail, f"Do {detail}{when}."))
        elif not checks[period].still_active:
            detail = f"work at the {period}-day check of placement {place}"
            missing.append(Missing("check_failed", detail, "Check again, or record the end of the placement."))
    if not confirmed:
        methods = " or ".join(rule.confirming_methods)
        way = f"Confirm a check of placement {place} by {methods}."
        missing.append(unknown("confirmation_missing", f"a check confirmed by {methods}", way))
    return missing


def off_aid(facts: GraduationFacts, policy: GraduationPolicy) -> Criterion:
    """Was there no consumption aid in the last closed months, and little of it within the year?

    Whoever works and still gets aid is noted as `working_still_aided`: counted as such, and no failure.
    """
    rule, aid = policy.off_aid, facts.aid
    needed = {"months": rule.months, "share_percent": rule.share_percent, "share_months": rule.share_months}
    if aid is None:
        lacking = unknown("aid_unknown", "the aid ledger", "Import the aid ledger.")
        return Criterion(CriterionCode.OFF_AID, {}, needed, missing=(lacking,))
    year = facts.closed_months(rule.share_months)
    aided = [month for month in facts.closed_months(rule.months) if aid.net.get(month, 0) > 0]
    value, share_missing = _share(aid, facts, policy, year)
    works = bool(aided) and bool(current_spell(facts, policy.work))
    lines = [line for month in year for line in aid.disbursement_ids.get(month, ())]
    stated = usable_statements(facts, policy.income, year) if lines else []
    return Criterion(
        CriterionCode.OFF_AID,
        value={"months_with_aid": [format_month(month) for month in aided], **value},
        needed=needed,
        evidence=evidence_of("disbursement", lines) + evidence_of("income_statement", (each.id for each in stated)),
        missing=(*_missing_ledger(aid, facts, policy), *_aided(aided, rule.months), *share_missing),
        notes=("working_still_aided",) if works else (),
    )


def _missing_ledger(aid: AidFact, facts: GraduationFacts, policy: GraduationPolicy) -> list[Missing]:
    """Months that the ledger does not cover: nobody is off aid because nobody looked."""
    longest = max(policy.off_aid.months, policy.off_aid.share_months)
    dark = [month for month in facts.closed_months(longest) if month < aid.covered_from]
    if not dark:
        return []
    return [unknown("aid_unknown", f"the aid ledger for {_months(dark)}", "Import the ledger of these months.")]


def _aided(aided: Sequence[Month], months: int) -> list[Missing]:
    if not aided:
        return []
    earliest = first_day(aided[-1] + months + 1)
    way = f"Stay without consumption aid; {earliest} is the earliest day."
    return [Missing("aid_received", f"months without consumption aid: there was some for {_months(aided)}", way)]


def _share(
    aid: AidFact, facts: GraduationFacts, policy: GraduationPolicy, year: range
) -> tuple[dict[str, Any], list[Missing]]:
    """Aid as a part of aid and income over the year, and what is missing for it to be small enough.

    Income in months without a statement is unknown. The share is then only known to be at most what it would be had they
    brought nothing; when even that is little enough, the true share is too (no aid at all is 0 % of any income).
    """
    rule, statements = policy.off_aid, usable_statements(facts, policy.income, year)
    lowest = _lowest_by_month(statements, year)
    received = max(0, sum(aid.net.get(month, 0) for month in year))
    earned = max(0, sum(lowest.values()))
    dark = [month for month in year if month not in lowest]
    value = {"aid": received, "income": earned, "months_without_income": [format_month(month) for month in dark]}
    if 100 * received <= rule.share_percent * (received + earned):
        return value, []
    last = max(month for month in year if aid.net.get(month, 0) > 0)
    way = f"Wait until {first_day(last + rule.share_months + 1)}, when the aid is {rule.share_months} months past."
    if not dark:
        detail = f"aid at most {rule.share_percent} % of aid and income: {received} of {received + earned} rupiah"
        return value, [Missing("aid_share_too_high", detail, way)]
    open_months = [m for m in dark if m >= month_of(facts.as_of) - policy.income.statement_months_back]
    if open_months:
        way = f"Record income for {_months(open_months)}."
    return value, [unknown("aid_share_unknown", f"income for {_months(dark)}, beside the aid", way)]


def _lowest_by_month(statements: Iterable[IncomeStatement], months: range) -> dict[Month, int]:
    """The household's rupiah in each month that any statement covers, by the lowest of them."""
    found: dict[Month, int] = {}
    for each in statements:
        for month in range(max(each.first, months.start), min(each.last + 1, months.stop)):
            amount = each.in_month(month)
            found[month] = min(amount, found.get(month, amount))
    return found


def plan(facts: GraduationFacts, policy: GraduationPolicy) -> Criterion:
    """Is every goal of the approved plan met, or dropped with a reason that a supervisor accepted?"""
    missing = []
    if facts.plan_id is None or not facts.goals:
        missing.append(Missing("plan_missing", "an approved plan with goals", "Have a plan approved."))
    for goal in sorted(facts.goals, key=lambda goal: goal.id):
        if goal.state == "dropped" and not goal.drop_accepted:
            way = f"Ask a supervisor to accept why goal {goal.id} was dropped."
            missing.append(Missing("drop_not_accepted", f"a supervisor's word on dropped goal {goal.id}", way))
        elif goal.state not in ("met", "dropped"):
            missing.append(Missing("goal_open", f"goal {goal.id}", f"Meet goal {goal.id}, or drop it with a reason."))
    return Criterion(
        CriterionCode.PLAN,
        value={"goals": len(facts.goals), "settled": len(facts.goals) - sum(e.code != "plan_missing" for e in missing)},
        needed={"settled": len(facts.goals)},
        evidence=evidence_of("plan", [facts.plan_id] if facts.plan_id else [])
        + evidence_of("goal", (goal.id for goal in facts.goals)),
        missing=tuple(missing),
    )


def functioning(facts: GraduationFacts, policy: GraduationPolicy) -> Criterion:
    """Do the three parts of keberfungsian sosial reach the instrument's thresholds, in an assessment of late?"""
    rule, found = policy.functioning, facts.functioning
    needed = {"parts": list(rule.parts), "days": rule.days}
    if found is None or found.completed_on > facts.as_of:
        way = "Complete an assessment of social functioning."
        lacking = unknown("functioning_unknown", "an assessment of social functioning", way)
        return Criterion(CriterionCode.FUNCTIONING, {}, needed, missing=(lacking,))
    age, missing = (facts.as_of - found.completed_on).days, []
    parts = {part: {"value": value, "threshold": least} for part, (value, least) in sorted(found.parts.items())}
    if age > rule.days:
        detail = f"an assessment of social functioning of the last {rule.days} days: this one is {age} days old"
        missing.append(unknown("functioning_too_old", detail, "Assess social functioning again."))
    for part in rule.parts:
        missing += _part(part, found.parts.get(part))
    return Criterion(
        CriterionCode.FUNCTIONING,
        value={"days": age, "parts": parts},
        needed=needed,
        evidence=evidence_of("assessment", [found.assessment_id]),
        missing=tuple(missing),
    )


def _part(part: str, measured: tuple[float, float] | None) -> list[Missing]:
    if measured is None:
        return [unknown("part_unknown", f"{part} in the assessment", f"Assess {part}.")]
    value, threshold = measured
    if value >= threshold:
        return []
    way = f"Work on {part}, then assess again."
    return [Missing("part_below_threshold", f"{part}: {value} of {threshold}", way)]


def stability(facts: GraduationFacts, policy: GraduationPolicy) -> Criterion:
    """Is no grave alert open (violence, relapse of addiction, eviction)?"""
    grave = [alert for alert in facts.alerts if alert.severity in policy.stability.severities]
    still = [alert for alert in grave if alert.until is None or alert.until >= facts.as_of]
    still.sort(key=lambda alert: alert.id)
    return Criterion(
        CriterionCode.STABILITY,
        value={"open_alerts": [alert.kind for alert in still]},
        needed={"open_alerts": 0, "severities": list(policy.stability.severities)},
        evidence=evidence_of("alert", (alert.id for alert in still)),
        missing=tuple(
            Missing("alert_open", f"an end of alert {alert.id} ({alert.kind})", f"Settle alert {alert.id}.")
            for alert in still
        ),
    )


def answer_heard(answers: Iterable[VoiceFact], day: date) -> VoiceFact | None:
    """What the person said last by this day, with every row that says so.

    Of one day a no outweighs a yes, whichever was written down first: it takes nothing from the person, for whoever signs
    against it gives a reason, and he can be asked again tomorrow.
    """
    asked = [answer for answer in answers if answer.asked_on <= day]
    newest = max((answer.asked_on for answer in asked), default=None)
    of_that_day = [answer for answer in asked if answer.asked_on == newest]
    if not of_that_day:
        return None
    heard = min(map(_loudness, of_that_day))
    same = sorted((answer for answer in of_that_day if _loudness(answer) == heard), key=lambda answer: answer.id)
    return replace(same[0], others=tuple(answer.id for answer in same[1:]))


def _loudness(answer: VoiceFact) -> int:
    """A no with its reason first, then a no, a yes, and that there was no answer."""
    if answer.agrees is False:
        return 0 if answer.has_reason else 1
    return 2 if answer.agrees else 3


def own_voice(facts: GraduationFacts, policy: GraduationPolicy) -> Criterion:
    """Was the person asked, and did he agree or state why not? A reasoned no is noted, and asks the signers for theirs."""
    voice, missing = facts.voice, []
    if voice is None:
        missing.append(unknown("not_asked", "the person's own voice", "Ask the person, and record the answer."))
    elif voice.agrees is None:
        missing.append(unknown("answer_unknown", "the person's answer", "Record the person's answer."))
    elif not voice.agrees and not voice.has_reason:
        missing.append(unknown("why_not_unknown", "why the person does not agree", "Record the reason."))
    return Criterion(
        CriterionCode.OWN_VOICE,
        value={"asked_on": voice.asked_on.isoformat(), "agrees": voice.agrees} if voice else {},
        needed={"answer": True},
        evidence=evidence_of("voice", (voice.id, *voice.others) if voice else ()),
        missing=tuple(missing),
        notes=("does_not_agree",) if voice and voice.agrees is False else (),
    )


# Each function is named after its criterion.
CRITERIA: dict[CriterionCode, Callable[[GraduationFacts, GraduationPolicy], Criterion]] = {
    CriterionCode(function.__name__): function
    for function in (
        *(income, work_lasts, off_aid, plan, functioning, stability, own_voice),
        *(safe_home, visits_passed, school, treatment, guardian_consent),
    )
}
