"""How courses ended: for one person, or for a whole batch in one call, all of it or nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.cases.service import close_step, hold_cases
from kessos_case.clients.service import write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system, is_broken
from kessos_case.core.errors import Conflict, Invalid, RuleBroken, field_error
from kessos_case.training import queries
from kessos_case.training.models import Batch, Enrolment
from kessos_case.training.rules import EnrolmentState, EnrolmentVerb, certificate_number, missing_for, transition_for
from kessos_case.training.service.asks import settle_asks, settle_recorded
from kessos_case.training.service.cards import EnrolmentCard, card, cards
from kessos_case.training.service.courses import batch_for
from kessos_case.training.service.enrolments import LINK, ask, held
from kessos_case.training.service.scope import must_follow, own_offices

_CERTIFICATE = "uq_enrolments_certificate_no"
_TAKEN = "Another enrolment has it."


def record_result(
    session: Session,
    enrolment_id: UUID,
    *,
    passed: bool,
    score: int | None = None,
    certificate_no: str | None = None,
) -> EnrolmentCard:
    """Write down how a course ended for a person: `score` is 0 to 100. A step of the plan is done, or open again.

    Raises Forbidden for another office's, Invalid for a certificate without having passed, RuleBroken with what is
    missing, Conflict `certificate_taken`.
    """
    enrolment, batch = held(session, enrolment_id)
    if certificate_no and not passed:
        raise Invalid("Who did not pass has no certificate.", errors=[_without_pass("certificate_no")])
    ask(session, enrolment, batch, EnrolmentVerb.COMPLETE)
    if not _completed(session, enrolment, passed=passed, score=score, certificate_no=certificate_no):
        raise _taken([field_error("certificate_no", "taken", _TAKEN)])
    _tell(session, enrolment)
    return card(session, enrolment)


def record_results(session: Session, batch_id: UUID, results: Sequence[Mapping[str, Any]]) -> list[EnrolmentCard]:
    """Write down how a batch ended: `enrolment_id, passed, score, certificate_no` of each. All of it, or nothing.

    What is written already and says the same stays, so a retry needs no key. Raises Forbidden for another UPT's batch, and
    naming every mistake by its row (`results.<place>.<field>`): Invalid for people who have no place in it or are named
    twice, RuleBroken, Conflict `certificate_taken`.
    """
    must_follow(session, batch_for(session, batch_id).organisation_id)
    people, batch = _held(session, batch_id, [row["enrolment_id"] for row in results])
    said = {key for row in results for key in [row["enrolment_id"]] if key in people and _says(people[key], row)}
    fresh = {place: row for place, row in enumerate(results) if row["enrolment_id"] not in said}
    _check(session, batch, people, fresh, results)
    for place, row in fresh.items():
        score, number = row.get("score"), row.get("certificate_no")
        who = people[row["enrolment_id"]]
        if not _completed(session, who, passed=row["passed"], score=score, certificate_no=number):
            raise _taken([field_error(f"results.{place}.certificate_no", "taken", _TAKEN)])
    for row in fresh.values():
        _tell(session, people[row["enrolment_id"]])
    return cards(session, [people[row["enrolment_id"]] for row in results])


def _held(session: Session, batch_id: UUID, ids: Sequence[UUID]) -> tuple[dict[UUID, Enrolment], Batch]:
    """The places of a batch that are named, held as each is by itself: cases, batch, enrolments, each in its order."""
    offices = own_offices(session)
    hold_cases(session, queries.cases_named(batch_id, offices, ids))
    batch = batch_for(session, batch_id, lock=True)
    named = queries.named_in(batch_id, offices, ids)
    found = session.scalars(named.with_for_update().execution_options(populate_existing=True))
    return {enrolment.id: enrolment for enrolment in found}, batch


def _check(
    session: Session,
    batch: Batch,
    people: Mapping[UUID, Enrolment],
    fresh: Mapping[int, Mapping[str, Any]],
    results: Sequence[Mapping[str, Any]],
) -> None:
    wrong = _mistakes(people, results)
    today = office_day(session.now)
    broken = [
        field_error(f"results.{place}.enrolment_id", entry.code, entry.detail)
        for place, row in fresh.items()
        if (enrolment := people.get(row["enrolment_id"]))
        for entry in missing_for(EnrolmentVerb.COMPLETE, enrolment.state, ends_on=batch.ends_on, today=today)
    ]
    taken = _numbers_taken(session, fresh)
    if wrong:
        raise Invalid("The results have mistakes.", errors=[*wrong, *broken, *taken])
    if broken:
        raise RuleBroken("Some results cannot be written now.", errors=[*broken, *taken])
    if taken:
        raise _taken(taken)


def _mistakes(people: Mapping[UUID, Enrolment], results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    errors, named = [], Counter(row["enrolment_id"] for row in results)
    for place, row in enumerate(results):
        key = row["enrolment_id"]
        if key not in people:
            errors.append(field_error(f"results.{place}.enrolment_id", "not_found", "No such place in this batch."))
        elif named[key] > 1:
            errors.append(field_error(f"results.{place}.enrolment_id", "named_twice", "This person is named twice."))
        if row.get("certificate_no") and not row["passed"]:
            errors.append(_without_pass(f"results.{place}.certificate_no"))
    return errors


def _says(enrolment: Enrolment, row: Mapping[str, Any]) -> bool:
    """Is this very result written already?"""
    number = certificate_number(row.get("certificate_no") or "") or None
    stated = (EnrolmentState.COMPLETED, row["passed"], row.get("score"), number)
    return (enrolment.state, enrolment.passed, enrolment.score, enrolment.certificate_no) == stated


def _numbers_taken(session: Session, fresh: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows whose certificate's number somebody has, at whichever office, or another row has too."""
    numbers = {place: certificate_number(row.get("certificate_no") or "") for place, row in fresh.items()}
    given = Counter(number for number in numbers.values() if number)
    if not given:
        return []
    with as_system(session, "training"):
        known = set(session.scalars(queries.certificates_taken(given)))
    return [
        field_error(f"results.{place}.certificate_no", "taken", _TAKEN)
        for place, number in numbers.items()
        if number and (number in known or given[number] > 1)
    ]


def _completed(
    session: Session, enrolment: Enrolment, *, passed: bool, score: int | None, certificate_no: str | None
) -> bool:
    """Write the result; False where the number is on another certificate, which the database alone knows for certain."""
    try:
        with session.begin_nested():
            enrolment.state = transition_for(EnrolmentVerb.COMPLETE).target
            enrolment.passed, enrolment.score = passed, score
            enrolment.certificate_no = certificate_number(certificate_no) if certificate_no else None
            enrolment.completed_on = office_day(session.now)
    except sa.exc.IntegrityError as error:
        if not is_broken(error, _CERTIFICATE):
            raise
        return False
    return True


def _tell(session: Session, enrolment: Enrolment) -> None:
    passed = bool(enrolment.passed)
    close_step(session, LINK, enrolment.id, done=passed, reason=None if passed else "not_passed")
    settle_recorded(session, enrolment)
    settle_asks(session, enrolment)
    write_timeline(session, enrolment.client_id, "course_completed", enrolment.id)
    record(session, "complete", "enrolment", enrolment.id, clients=[enrolment.client_id], passed=passed)


def _without_pass(field: str) -> dict[str, Any]:
    return field_error(field, "without_pass", "Who did not pass has no certificate.")


def _taken(errors: list[dict[str, Any]]) -> Conflict:
    return Conflict("A certificate number is taken.", code="certificate_taken", errors=errors)
