"""From the rows of every room below to the facts of a verdict, with ids and with who wrote each row. Reads only.

Only what the person's pathway asks for is read. What nobody recorded stays unknown.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.aid.service import unit_consumption
from kessos_case.cases.models import Case
from kessos_case.cases.service import goals_of, latest_assessment
from kessos_case.cases.service.instruments import instrument_of
from kessos_case.clients.service import client_for, open_alerts
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.months import month_of
from kessos_case.dependency.service import dependency_policy
from kessos_case.employment.models import IncomeStatement as StatementRow
from kessos_case.employment.models import Placement, PlacementCheck
from kessos_case.employment.rules import EndReason
from kessos_case.employment.service import checks_of, incomes_of, placements_of
from kessos_case.graduation import queries
from kessos_case.graduation.rules import (
    AidFact,
    AlertFact,
    CheckFact,
    CriterionCode,
    FunctioningFact,
    GoalFact,
    GraduationFacts,
    IncomeStatement,
    PlacementFact,
    PovertyLineFact,
    VoiceFact,
)
from kessos_case.graduation.service.homes import reunification_facts
from kessos_case.graduation.service.reading import Reading, graduation_policy
from kessos_case.graduation.service.strengths import weighted_facts
from kessos_case.reference.service import poverty_line_on

# For a person of whom no address is known: he lives somewhere in the province.
PROVINCE = "35"
FUNCTIONING = "social_functioning"


@dataclass(frozen=True)
class Gathered:
    """The facts of one person, and by the id of each row behind them the users who wrote it."""

    facts: GraduationFacts
    authors: Mapping[UUID, frozenset[UUID]]


def graduation_facts(session: Session, case: Case, as_of: date, *, known_by: date | None = None) -> GraduationFacts:
    """The facts about a case's person up to `as_of`, as known on `known_by`, which without a day of its own is the same.

    Raises NotFound for a person beyond reach.
    """
    return gather(session, case, as_of, known_by=known_by).facts


def gather(session: Session, case: Case, as_of: date, *, known_by: date | None = None) -> Gathered:
    """The same facts, and who wrote the rows that they stand on."""
    client = client_for(session, case.client_id)
    reading = Reading(session, case, client, as_of, known_by or as_of, graduation_policy())
    rule = reading.policy.pathways.get(case.pathway)
    asked = frozenset(rule.mandatory) if rule else frozenset()
    # The voice is heard on every pathway: whoever signs without agreement gives a reason.
    found: dict[str, Any] = {"voice": _voice(reading)}
    for codes, read in _READERS:
        if codes & asked:
            found |= read(reading)
    if rule and rule.points_needed:
        found["weighted"] = weighted_facts(reading)
    facts = GraduationFacts(as_of=as_of, pathway=case.pathway, **found)
    return Gathered(facts, {row_id: frozenset(users) for row_id, users in reading.authors.items()})


def placement_facts(session: Session, client_id: UUID, known_by: date) -> tuple[PlacementFact, ...]:
    """The person's work with its checks, as known on the day. What never began is no work."""
    placements, checks = _work_known(session, client_id, known_by)
    return tuple(_placement(placement, checks[placement.id]) for placement in placements)


def _work(reading: Reading) -> dict[str, Any]:
    placements, checks = _work_known(reading.session, reading.client.id, reading.known_by)
    for placement in placements:
        reading.wrote(placement.id, placement.recorded_by, placement.verified_by)
        for check in checks[placement.id]:
            reading.wrote(check.id, check.recorded_by)
    return {"placements": tuple(_placement(placement, checks[placement.id]) for placement in placements)}


def _work_known(
    session: Session, client_id: UUID, known_by: date
) -> tuple[list[Placement], defaultdict[UUID, list[PlacementCheck]]]:
    placements = [
        placement
        for placement in placements_of(session, client_id)
        if office_day(placement.recorded_at) <= known_by and placement.end_reason != EndReason.NEVER_STARTED
    ]
    checks: defaultdict[UUID, list[PlacementCheck]] = defaultdict(list)
    for check in checks_of(session, [placement.id for placement in placements]):
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
    rows = incomes_of(reading.session, reading.client.id)
    return {
        "statements": tuple(
            _statement(reading, row, office_day(row.recorded_at))
            for row in rows
            if office_day(row.recorded_at) <= reading.known_by
        )
    }


def _statement(reading: Reading, row: StatementRow, recorded_on: date) -> IncomeStatement:
    """A late statement counts as if it had been there on the day that is judged, unless it came too late to be believed."""
    is_believed = month_of(recorded_on) - row.from_month <= reading.policy.income.statement_months_back
    return IncomeStatement(
        id=reading.wrote(row.id, row.recorded_by),
        first=row.from_month,
        last=row.to_month,
        amount=row.amount,
        source=row.source,
        people=row.household_size,
        recorded_on=min(recorded_on, reading.as_of) if is_believed else recorded_on,
    )


def _poverty_lines(reading: Reading) -> dict[str, Any]:
    region = reading.client.region_code or PROVINCE
    last = month_of(reading.as_of)
    found = {
        month: poverty_line_on(reading.session, region, month)
        for month in range(last - reading.policy.income.months, last)
    }
    lines = {month: PovertyLineFact(line.amount, line.region_code, line.month) for month, line in found.items() if line}
    return {"poverty_lines": lines}


def _aid(reading: Reading) -> dict[str, Any]:
    """The ledger is the office's whole record of where it covers: there, a month without a line had no aid."""
    rule, last = reading.policy.off_aid, month_of(reading.as_of) - 1
    first = last + 1 - max(rule.months, rule.share_months)
    months = unit_consumption(reading.session, reading.client.id, first, last, known_by=reading.known_by)
    lines = {month: found.ids for month, found in months.items()}
    recorders = queries.aid_recorders(reading.session, {line for ids in lines.values() for line in ids})
    for line, user in recorders.items():
        reading.wrote(line, user)
    net = {month: found.amount for month, found in months.items()}
    covered_from = dependency_policy().observed_from(reading.client.region_code)
    return {"aid": AidFact(net, lines, covered_from)}


def _plan(reading: Reading) -> dict[str, Any]:
    goals = goals_of(reading.session, reading.case.id)
    plan_id = goals[0].plan_id if goals else None
    if plan_id:
        reading.wrote(plan_id, queries.plan_author(reading.session, plan_id))
    facts = [
        GoalFact(reading.wrote(goal.id, goal.closed_by), goal.state, goal.drop_accepted_by is not None)
        for goal in goals
    ]
    return {"plan_id": plan_id, "goals": tuple(facts)}


def _functioning(reading: Reading) -> dict[str, Any]:
    found = latest_assessment(reading.session, reading.case.id, FUNCTIONING)
    if found is None or found.completed_at is None or found.scores is None:
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
    alerts = [
        alert
        for alert in open_alerts(reading.session, reading.client.id)
        if office_day(alert.raised_at) <= reading.as_of
    ]
    return {"alerts": tuple(AlertFact(alert.id, alert.kind, alert.severity, alert.until_on) for alert in alerts)}


def _voice(reading: Reading) -> VoiceFact | None:
    found = queries.latest_voice(reading.session, reading.case.id, reading.as_of)
    if found is None:
        return None
    reading.wrote(found.id, found.recorded_by)
    return VoiceFact(found.id, found.asked_on, found.agrees, found.reason_sealed is not None)


def _reunification(reading: Reading) -> dict[str, Any]:
    return {"reunification": reunification_facts(reading)}


# Which criteria need which rows.
_READERS: tuple[tuple[frozenset[CriterionCode], Callable[[Reading], dict[str, Any]]], ...] = (
    (frozenset({CriterionCode.INCOME, CriterionCode.OFF_AID}), _income),
    (frozenset({CriterionCode.INCOME}), _poverty_lines),
    (frozenset({CriterionCode.WORK_LASTS, CriterionCode.OFF_AID}), _work),
    (frozenset({CriterionCode.OFF_AID}), _aid),
    (frozenset({CriterionCode.PLAN}), _plan),
    (frozenset({CriterionCode.FUNCTIONING}), _functioning),
    (frozenset({CriterionCode.STABILITY}), _alerts),
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
        _reunification,
    ),
)
