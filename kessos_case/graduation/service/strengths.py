"""What gives points: certificate, confidence in oneself, and what the household has, as answered last. Reads only."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.cases.casework import Assessment
from kessos_case.cases.service.assessments import answers_under
from kessos_case.clients.service import data_key
from kessos_case.graduation.rules import DecileFact, ScoreFact, WeightedCode, WeightedFacts
from kessos_case.graduation.service.reading import Reading

CONFIDENCE, HOUSEHOLD = "gse10", "household_skills"

# The lines that rest on the answers of a household, by the instrument's own items.
_ANSWERED = (
    WeightedCode.SAVINGS,
    WeightedCode.INCOME_SOURCES,
    WeightedCode.HEALTH_INSURANCE,
    WeightedCode.CHILDREN_AT_SCHOOL,
    WeightedCode.SOCIAL_SUPPORT,
)


def weighted_facts(reading: Reading) -> WeightedFacts:
    """What is known of each line of the weighted table, with the rows that say so."""
    last, household = _last(reading, CONFIDENCE), _last(reading, HOUSEHOLD)
    answers = answers_under(data_key(reading.client), household) if household else {}
    return WeightedFacts(
        certificate_ids=_certificates(reading),
        self_efficacy_first=_score(reading, _first_like(reading, last)),
        self_efficacy_last=_score(reading, last),
        savings=answers.get("savings"),
        spending=answers.get("monthly_spending"),
        income_source_count=answers.get("income_sources"),
        health_insurance=answers.get("has_health_insurance"),
        children_at_school=_children_at_school(answers),
        social_support=answers.get("has_social_support"),
        decile=_decile(household, answers),
        ids={code: (_written(reading, household),) for code in _ANSWERED} if household else {},
    )


def _certificates(reading: Reading) -> tuple[UUID, ...]:
    return tuple(
        reading.wrote(enrolment.id, enrolment.requested_by)
        for enrolment in reading.rows.enrolments
        if enrolment.passed and (enrolment.completed_on or date.max) <= reading.known_by
    )


def _last(reading: Reading, instrument: str) -> Assessment | None:
    return next(reversed(reading.assessed(instrument)), None)


def _first_like(reading: Reading, last: Assessment | None) -> Assessment | None:
    """The first one by the same version: sums of two wordings are not compared."""
    if last is None:
        return None
    like = (found for found in reading.assessed(CONFIDENCE) if found.instrument_version == last.instrument_version)
    return next(like, None)


def _score(reading: Reading, found: Assessment | None) -> ScoreFact | None:
    if found is None or found.scores is None:
        return None
    value = found.scores["domains"]["self_efficacy"]["value"]
    return None if value is None else ScoreFact(_written(reading, found), value)


def _written(reading: Reading, assessment: Assessment) -> UUID:
    return reading.wrote(assessment.id, assessment.started_by, assessment.completed_by)


def _children_at_school(answers: Mapping[str, Any]) -> bool | None:
    """Do all children of school age go to school? Yes where there are none."""
    children, at_school = answers.get("school_age_children"), answers.get("children_at_school")
    if children == 0:
        return True
    return None if children is None or at_school is None else at_school >= children


def _decile(household: Assessment | None, answers: Mapping[str, Any]) -> DecileFact | None:
    decile, told_on = answers.get("welfare_decile"), answers.get("welfare_decile_on")
    if household is None or decile is None or told_on is None:
        return None
    return DecileFact(household.id, decile, date.fromisoformat(told_on))
