"""From the rows of every room below to the facts of a verdict, with ids and with who wrote each row. Reads only.

Only what the person's pathway asks for is read. What nobody recorded stays unknown.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from kessos_case.aid.service import unit_consumption
from kessos_case.cases.casework import Assessment
from kessos_case.cases.models import Case
from kessos_case.cases.rules import CloseReason
from kessos_case.cases.service.assessments import finished_assessments
from kessos_case.cases.service.instruments import instrument_of
from kessos_case.clients.models import Client
from kessos_case.clients.rules import alert_is_open
from kessos_case.clients.service import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.months import Month, month_of
from kessos_case.dependency.service import dependency_policy
from kessos_case.employment.models import IncomeStatement as StatementRow
from kessos_case.employment.models import Placement, PlacementCheck
from kessos_case.employment.rules import EndReason
from kessos_case.employment.service import checks_of, placements_of
from kessos_case.graduation import fact_queries, queries
from kessos_case.graduation.fact_queries import Rows
from kessos_case.graduation.rules import (
    AidFact,
    AlertFact,
    CheckFact,
    CriterionCode,
    EligibilityEnd,
    FunctioningFact,
    GoalFact,
    GraduationFacts,
    IncomeStatement,
    PlacementFact,
    PovertyLineFact,
    VoiceFact,
    answer_heard,
)
from kessos_case.graduation.service.homes import reunification_facts
from kessos_case.graduation.service.reading import Reading, graduation_policy
from kessos_case.graduation.service.strengths import weighted_facts
from kessos_case.reference.models import PovertyLine

# For a person of whom no address is known: he lives somewhere in the province.
PROVINCE = "35"
FUNCTIONING = "social_functioning"


@dataclass(frozen=True)
class Gathered:
    """The facts of one person, by the id of each row behind them the users who wrote it, and these rows."""

    facts: GraduationFacts
    authors: Mapping[UUID, frozenset[UUID]]
    client: Client
    rows: Rows


def graduation_facts(session: Session, case: Case, as_of: date, *, known_by: date | None = None) -> GraduationFacts:
    """The facts about a case's person up to `as_of`, as known on `known_by`, which without a day of its own is the same.

    Raises NotFound for a person beyond reach.
    """
    return gather(session, case, as_of, known_by=known_by).facts


def gather(session: Session, case: Case, as_of: date, *, known_by: date | None = None) -> Gathered:
    """The same facts, and who wrote the rows that they stand on."""
    client = client_for(session, case.client_id)
    known = known_by or as_of
    found = fact_queries.rows(session, case, region_of(client), parts_for(case.pathway))
    finished = tuple(finished_assessments(session, case.id)) if assesses(case.pathway) else ()
    consumption = partial(unit_consumption, session, client.id, known_by=known)
    reading = Reading(session, case, client, as_of, known, graduation_policy(), found, finished, consumption)
    facts = facts_in(reading)
    _note_recorders(reading, facts.aid)
    authors = {row_id: frozenset(users) for row_id, users in reading.authors.items()}
    return Gathered(facts, authors, client, found)


def region_of(client: Client) -> str:
    """Where the person lives; of whom no address is known somewhere in the province."""
    return client.region_code or PROVINCE


def parts_for(pathway: str) -> frozenset[str]:
    """The parts of Rows that this pathway asks for."""
    rule = graduation_policy().pathways.get(pathway)
    parts = parts_of(rule.mandatory) if rule else _ALWAYS
    return parts | {"enrolments"} if rule and rule.points_needed else parts


def parts_of(codes: Iterable[CriterionCode]) -> frozenset[str]:
    """The parts of Rows that these criteria ask for."""
    asked = frozenset(codes)
    return _ALWAYS | {part for criteria, of, _read in _READERS if criteria & asked for part in of}


def assesses(pathway: str) -> bool:
    """Does this pathway look at assessments?"""
    rule = graduation_policy().pathways.get(pathway)
    return rule is not None and bool(_ASSESSED & frozenset(rule.mandatory) or rule.points_needed)


def facts_in(reading: Reading) -> GraduationFacts:
    """What rows that were read say, as far as the pathway asks for it."""
    rule = reading.policy.pathways.get(reading.case.pathway)
    facts = facts_for(reading, rule.mandatory if rule else ())
    return replace(facts, weighted=weighted_facts(reading)) if rule and rule.points_needed else facts


def facts_for(reading: Reading, codes: Iterable[CriterionCode]) -> GraduationFacts:
    """What the rows say for these criteria alone: of each the same as in all the facts."""
    asked = frozenset(codes)
    # The voice is heard on every pathway: whoever signs without agreement gives a reason.
    found: dict[str, Any] = {"voice": _voice(reading), "eligibility_end": _ground_ended(reading)}
    for criteria, _parts, read in _READERS:
        if criteria & asked:
            found |= read(reading)
    known_by = reading.known_by if reading.known_by > reading.as_of else None
    return GraduationFacts(as_of=reading.as_of, pathway=reading.case.pathway, known_by=known_by, **found)


def _note_recorders(reading: Reading, aid: AidFact | None) -> None:
    lines = {line for ids in aid.disbursement_ids.values() for line in ids} if aid else set()
    for line, user in queries.aid_recorders(reading.session, lines).items():
        reading.wrote(line, user)


def _ground_ended(reading: Reading) -> EligibilityEnd | None:
    """Whose episode ended because of an age has left what it gave without a strength of his own: a natural end."""
    case = reading.case
    if case.closed_at is None or case.close_reason != CloseReason.AGE_LIMIT:
        return None
    return EligibilityEnd(case.id, office_day(case.closed_at), case.close_reason)


def placement_facts(session: Session, client_id: UUID, known_by: date) -> tuple[PlacementFact, ...]:
    """The person's work with its checks, as known on the day. What never began is no work."""
    found = placements_of(session, client_id)
    return placements_in(found, checks_of(session, [placement.id for placement in found]), known_by)


def placements_in(
    rows: Iterable[Placement], checks_made: Iterable[PlacementCheck], known_by: date
) -> tuple[PlacementFact, ...]:
    """The same from rows that were read."""
    placements, checks = _known(rows, checks_made, known_by)
    return tuple(_placement(placement, checks[placement.id]) for placement in placements)


def _work(reading: Reading) -> dict[str, Any]:
    placements, checks = _known(reading.rows.placements, reading.rows.checks, reading.known_by)
    for placement in placements:
        reading.wrote(placement.id, placement.recorded_by, placement.verified_by)
        for check in checks[placement.id]:
            reading.wrote(check.id, check.recorded_by)
    return {"placements": tuple(_placement(placement, checks[placement.id]) for placement in placements)}


def _known(
    rows: Iterable[Placement], checks_made: Iterable[PlacementCheck], known_by: date
) -> tuple[list[Placement], defaultdict[UUID, list[PlacementCheck]]]:
    placements = [
        placement
        for placement in rows
        if office_day(placement.recorded_at) <= known_by and placement.end_reason != EndReason.NEVER_STARTED
    ]
    checks: defaultdict[UUID, list[PlacementCheck]] = defaultdict(list)
    for check in checks_made:
        if office_day(check.recorded_at) <= known_by:
            checks[check.placement_id].append(check)
    return placements, checks


def _placement(placement: Placement, checks: Iterable[PlacementCheck]) -> PlacementFact:
    return PlacementFact(
        id=placement.id,
        kind=placement.kind,
        starts_on=placement.starts_on,
        ended_on=placement.ended_on,
        verified_on=placement.verified_on,
        method=placement.verification_method,
        checks=tuple(
            CheckFact(check.id, check.period, check.checked_on, check.still_active, check.method) for check in checks
        ),
    )


def _income(reading: Reading) -> dict[str, Any]:
    return {
        "statements": tuple(
            _statement(reading, row)
            for row in reading.rows.statements
            if office_day(row.recorded_at) <= reading.known_by
        )
    }


def _statement(reading: Reading, row: StatementRow) -> IncomeStatement:
    return IncomeStatement(
        id=reading.wrote(row.id, row.recorded_by),
        first=row.from_month,
        last=row.to_month,
        amount=row.amount,
        source=row.source,
        people=row.household_size,
        recorded_on=office_day(row.recorded_at),
    )


def _poverty_lines(reading: Reading) -> dict[str, Any]:
    last = month_of(reading.as_of)
    found = {
        month: _line_in_force(reading.rows.poverty_lines, month)
        for month in range(last - reading.policy.income.months, last)
    }
    lines = {month: PovertyLineFact(line.amount, line.region_code, line.month) for month, line in found.items() if line}
    return {"poverty_lines": lines}


def _line_in_force(lines: Iterable[PovertyLine], month: Month) -> PovertyLine | None:
    """The latest published by then: of the regency, else of the province. As reference.service.poverty_line_on says it."""
    published = [line for line in lines if line.month <= month]
    return max(published, key=lambda line: (len(line.region_code), line.month), default=None)


def _aid(reading: Reading) -> dict[str, Any]:
    """The ledger is the office's whole record of where it covers: there, a month without a line had no aid."""
    rule, last = reading.policy.off_aid, month_of(reading.as_of) - 1
    first = last + 1 - max(rule.months, rule.share_months)
    months = reading.consumption(first, last)
    lines = {month: found.ids for month, found in months.items()}
    net = {month: found.amount for month, found in months.items()}
    covered_from = dependency_policy().observed_from(reading.client.region_code)
    return {"aid": AidFact(net, lines, covered_from)}


def _plan(reading: Reading) -> dict[str, Any]:
    goals = reading.rows.goals
    plan_id = goals[0].plan_id if goals else None
    for plan in reading.rows.plans:
        reading.wrote(plan.id, plan.author_id)
    facts = [
        GoalFact(reading.wrote(goal.id, goal.closed_by), goal.state, goal.drop_accepted_by is not None)
        for goal in goals
    ]
    return {"plan_id": plan_id, "goals": tuple(facts)}


def _functioning(reading: Reading) -> dict[str, Any]:
    found = reading.assessed(FUNCTIONING)[-1:]
    return _functioning_in(reading, found[0]) if found else {}


def _functioning_in(reading: Reading, found: Assessment) -> dict[str, Any]:
    if found.completed_at is None or found.scores is None:
        return {}
    thresholds = {
        domain.code: domain.threshold for domain in instrument_of(FUNCTIONING, found.instrument_version).domains
    }
    parts = {
        code: (domain["value"], thresholds[code])
        for code, domain in found.scores["domains"].items()
        if domain["value"] is not None
    }
    reading.wrote(found.id, found.started_by, found.completed_by)
    return {"functioning": FunctioningFact(found.id, office_day(found.completed_at), parts)}


def _alerts(reading: Reading) -> dict[str, Any]:
    """Dangers that were known on the day that is judged; one that arose since is no late fact about it."""
    today = office_day(reading.session.now)
    alerts = [
        alert
        for alert in reading.rows.alerts
        if alert_is_open(alert.until_on, alert.ended_at is not None, today)
        and office_day(alert.raised_at) <= reading.as_of
    ]
    return {"alerts": tuple(AlertFact(alert.id, alert.kind, alert.severity, alert.until_on) for alert in alerts)}


def _voice(reading: Reading) -> VoiceFact | None:
    answers = [
        VoiceFact(
            reading.wrote(voice.id, voice.recorded_by), voice.asked_on, voice.agrees, voice.reason_sealed is not None
        )
        for voice in reading.rows.voices
    ]
    return answer_heard(answers, reading.as_of)


def _reunification(reading: Reading) -> dict[str, Any]:
    return {"reunification": reunification_facts(reading)}


# Asked on every pathway: the person's own voice, and whether aftercare was visited.
_ALWAYS = frozenset({"voices", "visits"})
_ASSESSED = frozenset({CriterionCode.FUNCTIONING})

# Which criteria need which rows, and what reads them.
_READERS: tuple[tuple[frozenset[CriterionCode], tuple[str, ...], Callable[[Reading], dict[str, Any]]], ...] = (
    (frozenset({CriterionCode.INCOME, CriterionCode.OFF_AID}), ("statements",), _income),
    (frozenset({CriterionCode.INCOME}), ("poverty_lines",), _poverty_lines),
    (frozenset({CriterionCode.WORK_LASTS, CriterionCode.OFF_AID}), ("placements", "checks"), _work),
    (frozenset({CriterionCode.OFF_AID}), (), _aid),
    (frozenset({CriterionCode.PLAN}), ("plans", "goals"), _plan),
    (frozenset({CriterionCode.FUNCTIONING}), (), _functioning),
    (frozenset({CriterionCode.STABILITY}), ("alerts",), _alerts),
    (
        frozenset(
            {
                CriterionCode.SAFE_HOME,
                CriterionCode.VISITS_PASSED,
                CriterionCode.SCHOOL,
                CriterionCode.TREATMENT,
                CriterionCode.GUARDIAN_CONSENT,
            }
        ),
        ("homes",),
        _reunification,
    ),
)
