"""Assessments as shown and as facts: doors, cards, answers in plain, scores. Filling them in stands in assessing.py."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import Assessment
from kessos_case.cases.rules import AssessmentFact, AssessmentState, CaseFacts
from kessos_case.cases.rules.instruments import Change, DomainScore, Scores, change
from kessos_case.cases.service.holding import hold_cases
from kessos_case.cases.service.instruments import instrument_of
from kessos_case.cases.service.words import key_to_read
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, row_of
from kessos_case.core.errors import NotFound
from kessos_case.core.keys import DataKey


@dataclass(frozen=True)
class AssessmentCard:
    """An assessment as shown; the answers only when it is looked at alone.

    `change` is what became of each domain since the first one by the same version in this episode.
    """

    id: UUID
    version: int
    case_id: UUID
    client_id: UUID
    instrument: str
    instrument_version: int
    state: str
    answers: dict[str, Any] | None
    domains: dict[str, Any] | None
    flagged: list[str]
    change: dict[str, dict[str, Any]] | None
    started_at: datetime
    started_by: UUID
    saved_at: datetime
    completed_at: datetime | None
    completed_by: UUID | None


def assessment_for(session: Session, assessment_id: UUID, *, lock: bool = False) -> Assessment:
    """The one door to an assessment. Raises NotFound, also for one beyond the actor's reach."""
    if lock:
        # A completed assessment says that its person was seen.
        hold_cases(session, sa.select(Assessment.case_id).where(Assessment.id == assessment_id))
    found = row_of(session, Assessment, assessment_id, lock=lock)
    if found is None:
        raise NotFound("There is no such assessment.")
    return found


def read_assessment(session: Session, assessment_id: UUID) -> AssessmentCard:
    """Look at an assessment with its answers; the look is written in the audit trail."""
    found = assessment_for(session, assessment_id)
    record(session, "read", "assessment", found.id, clients=[found.client_id])
    return assessment_card(session, found)


def listed_assessments(session: Session, assessments: Iterable[Assessment]) -> list[AssessmentCard]:
    """The cards of a list of one case, without answers; one row of the trail names them."""
    found = list(assessments)
    clients = list({entry.client_id for entry in found})
    record(session, "list", "assessment", clients=clients, assessments=[str(entry.id) for entry in found])
    finished = finished_assessments(session, found[0].case_id) if found else []
    return cards_among(found, finished)


def cards_among(assessments: Iterable[Assessment], finished: Iterable[Assessment]) -> list[AssessmentCard]:
    """Cards without answers; `finished` are all that were completed in the episode, in the order of completion."""
    among = list(finished)
    return [_shown(entry, among) for entry in assessments]


def finished_assessments(session: Session, case_id: UUID, instrument: str | None = None) -> list[Assessment]:
    """Every assessment completed in the episode, oldest first; for whoever writes the look into the trail himself."""
    return list(queries.finished_assessments(session, case_id, instrument))


def assessment_card(session: Session, assessment: Assessment) -> AssessmentCard:
    """An assessment with its answers, for a look or a write that is in the trail already."""
    return _shown(assessment, finished_assessments(session, assessment.case_id), opened_answers(session, assessment))


def opened_answers(session: Session, assessment: Assessment) -> dict[str, Any]:
    """The answers in plain, {item: value}; empty after the person's erasure. Whoever shows them records the look."""
    return answers_under(key_to_read(session, assessment.client_id), assessment)


def answers_under(key: DataKey | None, assessment: Assessment) -> dict[str, Any]:
    """The same with the person's key at hand."""
    if key is None or assessment.answers_sealed is None:
        return {}
    answers: dict[str, Any] = json.loads(key.open(assessment.answers_sealed, answers_place(assessment.id)))
    return answers


def differing_answers(
    session: Session, assessment: Assessment, answers: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was sent and what is stored, item by item, for who comes with an older version."""
    stored = opened_answers(session, assessment)
    items = [] if answers is None else sorted({*answers, *stored})
    sides = [{f"answers.{item}": side.get(item) for item in items} for side in (answers or {}, stored)]
    return sides[0], sides[1]


def answers_place(assessment_id: UUID) -> str:
    """Where the answers of an assessment lie."""
    return f"assessments:answers:{assessment_id}"


def assessment_facts(session: Session, case_id: UUID) -> tuple[AssessmentFact, ...]:
    """Of each instrument the assessments in force, oldest first; also of the case that this one was taken over from."""
    in_force = [found for found in finished_assessments(session, case_id) if found.state == AssessmentState.COMPLETED]
    return tuple(
        AssessmentFact(found.instrument, _day(found), frozenset((found.scores or {})["flagged"])) for found in in_force
    )


def flagged_domains(session: Session, case_id: UUID) -> frozenset[str]:
    """Every domain that the latest assessments flag."""
    facts = CaseFacts(today=office_day(session.now), assessments=assessment_facts(session, case_id))
    return facts.flagged_domains()


def latest_assessment(session: Session, case_id: UUID, instrument: str) -> Assessment | None:
    """The last completed one by this instrument in the episode."""
    return next(reversed(finished_assessments(session, case_id, instrument)), None)


def first_assessment(session: Session, case_id: UUID, instrument: str, version: int | None = None) -> Assessment | None:
    """The first completed one by this instrument in the episode, by this version where it is named."""
    finished = finished_assessments(session, case_id, instrument)
    return next((found for found in finished if version in (None, found.instrument_version)), None)


def change_between(first: Assessment, last: Assessment) -> dict[str, Change]:
    """What became of each domain between two completed assessments by one version of an instrument."""
    form = instrument_of(last.instrument, last.instrument_version)
    return change(_scores(first), _scores(last), form)


def _shown(
    assessment: Assessment, finished: Iterable[Assessment], answers: dict[str, Any] | None = None
) -> AssessmentCard:
    computed = ("answers", "domains", "flagged", "change")
    names = [name for name in AssessmentCard.__dataclass_fields__ if name not in computed]
    scores = assessment.scores or {}
    return AssessmentCard(
        **{name: getattr(assessment, name) for name in names},
        answers=answers,
        domains=scores.get("domains"),
        flagged=scores.get("flagged", []),
        change=_change_since_first(assessment, finished),
    )


def _change_since_first(assessment: Assessment, finished: Iterable[Assessment]) -> dict[str, dict[str, Any]] | None:
    same = (assessment.instrument, assessment.instrument_version)
    first = next((entry for entry in finished if (entry.instrument, entry.instrument_version) == same), None)
    if assessment.scores is None or first is None or first.id == assessment.id:
        return None
    return {code: found._asdict() for code, found in change_between(first, assessment).items()}


def _scores(assessment: Assessment) -> Scores:
    stored = assessment.scores or {"domains": {}, "flagged": []}
    domains = {
        code: DomainScore(**domain | {"unknown": tuple(domain["unknown"])})
        for code, domain in stored["domains"].items()
    }
    return Scores(domains, tuple(stored["flagged"]))


def _day(assessment: Assessment) -> date:
    assert assessment.completed_at is not None
    return office_day(assessment.completed_at)
