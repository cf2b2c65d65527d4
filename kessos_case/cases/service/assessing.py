"""Filling in an assessment: saved as a draft, complete once and scored, then final.

A pause of the case does not stop it: what was asked before the rest, or at the hospital bed, must not be lost.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import casework_queries as queries
from kessos_case.cases.casework import Assessment
from kessos_case.cases.models import Case
from kessos_case.cases.rules import AssessmentState
from kessos_case.cases.rules.instruments import Instrument, Scores, check_answers, score
from kessos_case.cases.service.assessments import AssessmentCard, answers_place, assessment_card, opened_answers
from kessos_case.cases.service.case_roles import case_worked_by
from kessos_case.cases.service.contacts import note_contact
from kessos_case.cases.service.instruments import edition_of, editions, instrument_of
from kessos_case.cases.service.reassessing import settle_reassessment
from kessos_case.cases.service.words import key_to_write
from kessos_case.clients.service import client_for, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, field_error
from kessos_case.core.ids import new_id

# A dated fact, by graduation.md: nobody was told it tomorrow.
DATED_FACT = "welfare_decile_on"
# What a draft may still be: not whole yet, or at odds with itself.
_UNREADY = frozenset({"missing", "more_than", "not_the_sum"})


def begin_assessment(session: Session, case_id: UUID, instrument: str) -> AssessmentCard:
    """The draft of this instrument, whatever is in it already; a new one by the current version where there is none.

    Raises NotFound for an unknown instrument, Forbidden or Conflict when the case is not to be worked on.
    """
    case_worked_by(session, case_id, Role.CASEWORKER, lock=True)
    current = instrument_of(instrument)
    draft = session.scalar(queries.draft_assessment(case_id, instrument))
    if draft is not None:
        return assessment_card(session, draft)
    return save_assessment(session, case_id, instrument=instrument, version=current.version, answers={}, complete=False)


def save_assessment(
    session: Session, case_id: UUID, *, instrument: str, version: int, answers: Mapping[str, Any], complete: bool
) -> AssessmentCard:
    """Begin an assessment by the current version of an instrument, or go on with its draft, whose answers these replace.

    Raises Invalid naming each wrong answer, Forbidden or Conflict when the case is not to be worked on.
    """
    case = case_worked_by(session, case_id, Role.CASEWORKER, lock=True)
    edition = edition_of(*_current(instrument, version))
    # Another request may complete the draft that this one goes on with: whoever comes second begins anew.
    draft = session.scalar(queries.draft_assessment(case.id, instrument).with_for_update())
    if draft is None:
        draft = Assessment(
            id=new_id(), case_id=case.id, client_id=case.client_id, instrument=instrument,
            state=AssessmentState.DRAFT, started_at=session.now, started_by=session.actor.user_id,
        )  # fmt: skip
        session.add(draft)
    draft.instrument_version, draft.policy_version = version, edition.label
    return _save(session, draft, edition.instrument, answers, complete=complete)


def change_assessment(
    session: Session, assessment: Assessment, answers: Mapping[str, Any] | None, *, complete: bool
) -> AssessmentCard:
    """Save a draft, or complete it; without `answers` those that are stored. Raises as `save_assessment` does.

    A draft is finished by the version with which it was begun. Raises Conflict `final` once it is complete.
    """
    case_worked_by(session, assessment.case_id, Role.CASEWORKER)
    if assessment.state != AssessmentState.DRAFT:
        raise Conflict("A completed assessment is final; begin another.", code="final")
    form = instrument_of(assessment.instrument, assessment.instrument_version)
    kept = opened_answers(session, assessment) if answers is None else answers
    return _save(session, assessment, form, kept, complete=complete)


def save_what_holds(
    session: Session, assessment: Assessment, answers: Mapping[str, Any], *, complete: bool
) -> tuple[AssessmentCard, list[dict[str, Any]]]:
    """Save a draft as far as its answers are possible, and complete it when all is well: the card, and what is wrong.

    For a form that a person fills in: one slip of the pen must not cost the other answers. Raises as `change_assessment`
    does, but for wrong answers.
    """
    try:
        return change_assessment(session, assessment, answers, complete=complete), []
    except Invalid as error:
        impossible = {
            entry["field"].removeprefix("answers.") for entry in error.errors if entry["code"] not in _UNREADY
        }
        kept = {item: value for item, value in answers.items() if item not in impossible}
        return change_assessment(session, assessment, kept, complete=False), error.errors


def _current(instrument: str, version: int) -> tuple[str, int]:
    """Raises Invalid unless this is the current version of a known instrument."""
    versions = editions().get(instrument)
    if versions is None:
        wrong = field_error("instrument", "not_found", f"There is no instrument {instrument}.")
    elif version != max(versions):
        wrong = field_error("version", "not_current", f"The current version is {max(versions)}.")
    else:
        return instrument, version
    raise Invalid("The assessment has mistakes.", errors=[wrong])


def _save(
    session: Session, assessment: Assessment, form: Instrument, answers: Mapping[str, Any], *, complete: bool
) -> AssessmentCard:
    _check(form, answers, office_day(session.now), complete=complete)
    given = {item: value for item, value in answers.items() if value is not None}
    key = key_to_write(client_for(session, assessment.client_id))
    assessment.answers_sealed = key.seal(json.dumps(given), answers_place(assessment.id))
    assessment.saved_at = session.now
    if complete:
        _complete(session, assessment, score(form, given))
    session.flush()
    if complete:
        settle_reassessment(session, session.get_one(Case, assessment.case_id))
        note_contact(session, [assessment.case_id], office_day(session.now))
    action = "complete" if complete else "save"
    record(session, action, "assessment", assessment.id, clients=[assessment.client_id])
    return assessment_card(session, assessment)


def _check(form: Instrument, answers: Mapping[str, Any], today: date, *, complete: bool) -> None:
    """Raises Invalid with every answer that is wrong."""
    found = check_answers(form, answers, complete=complete)
    errors = [field_error(entry.field, entry.code, entry.detail) for entry in found]
    told_on = answers.get(DATED_FACT)
    # Without a mistake it is a date in ISO form, and those compare as text.
    if not errors and told_on is not None and told_on > today.isoformat():
        errors.append(field_error(f"answers.{DATED_FACT}", "in_future", "The day is after today."))
    if errors:
        raise Invalid("The assessment has mistakes.", errors=errors)


def _complete(session: Session, assessment: Assessment, scores: Scores) -> None:
    before = sa.select(Assessment).where(
        Assessment.case_id == assessment.case_id,
        Assessment.instrument == assessment.instrument,
        Assessment.state == AssessmentState.COMPLETED,
    )
    for former in session.scalars(before.with_for_update()):
        former.state = AssessmentState.SUPERSEDED
    assessment.scores = {
        "domains": {code: vars(domain) | {"unknown": list(domain.unknown)} for code, domain in scores.domains.items()},
        "flagged": list(scores.flagged),
    }
    assessment.state = AssessmentState.COMPLETED
    assessment.completed_at, assessment.completed_by = session.now, session.actor.user_id
    write_timeline(session, assessment.client_id, "assessment_completed", assessment.id)
