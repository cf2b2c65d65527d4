"""Whoever holds a link to a question: sees whom it is about, answers once. Nothing else opens to him.

He has no account, so the program acts, as `employer_question` in the trail; what his yes proves is recorded under the name of
whoever asked, who therefore does not sign the graduation that rests on it. See docs/adr/0031.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import count_guess, names_of, record, refuse_guessing
from kessos_case.cases.models import Case
from kessos_case.clients.models import Consent
from kessos_case.clients.service import client_for, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.core.keys import token_hash
from kessos_case.employment import inquiry_queries, queries
from kessos_case.employment.models import EmployerInquiry, Placement
from kessos_case.employment.rules import (
    LOOK_WITHIN,
    Effect,
    InquiryAnswer,
    InquiryState,
    VerificationMethod,
    effect_of,
    mistakes_in_answer,
)
from kessos_case.employment.service.following import followed_by, held
from kessos_case.employment.service.inquiries import state_of
from kessos_case.employment.service.moves import check_placement, verify_placement
from kessos_case.employment.service.placements import placement_for
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_task

# Who acts when a link is used, as the trail names him.
ACTOR = "employer_question"


class DeadQuestion(NotFound):
    """This link opens nothing (any more). Why is not said: it might tell what became of the person."""

    def __init__(self, inquiry_id: UUID | None = None) -> None:
        super().__init__("This link opens nothing any more.", code="question_over", subject=inquiry_id)


@dataclass(frozen=True)
class Question:
    """What the holder sees: whom it is about, where and as what. `has_begun` asks whether somebody still works there."""

    name: str
    employer: str
    occupation: str
    has_begun: bool


@dataclass(frozen=True)
class _Asked:
    inquiry: EmployerInquiry
    placement: Placement
    case: Case


def open_question(session: Session, token: str, address: str) -> Question:
    """Look at a question. That somebody looked is written down; nothing else changes, however often it is done.

    Raises DeadQuestion, TooManyRequests for an address that guesses.
    """
    with _asked(session, token, address) as asked:
        asked.inquiry.opened_at = asked.inquiry.opened_at or session.now
        record(session, "read", "employer_inquiry", asked.inquiry.id, clients=[asked.inquiry.client_id])
        employer = names_of(session, [asked.inquiry.employer_id])[str(asked.inquiry.employer_id)]
        name = client_for(session, asked.inquiry.client_id).name or ""
        return Question(name, employer, asked.placement.occupation, asked.inquiry.period is not None)


def answer_question(
    session: Session,
    token: str,
    address: str,
    *,
    answer: str,
    works_since: date | None = None,
    left_on: date | None = None,
    monthly_wage: int | None = None,
) -> None:
    """Answer a question, once. A yes verifies the work or makes the check that was asked for; a no asks somebody to look.

    Raises DeadQuestion, also for a second answer, Invalid naming each wrong field, TooManyRequests.
    """
    said = InquiryAnswer(answer)
    with _asked(session, token, address, lock=True) as asked:
        _check(session, said, works_since, left_on)
        inquiry = asked.inquiry
        inquiry.answer, inquiry.answered_at, inquiry.works_since = said, session.now, works_since
        inquiry.left_on, inquiry.monthly_wage = left_on, monthly_wage
        session.flush()
        _follow(session, asked, said)
        write_timeline(session, inquiry.client_id, "employer_answered", inquiry.placement_id)
        record(session, "answer", "employer_inquiry", inquiry.id, clients=[inquiry.client_id], answer=answer)


@contextmanager
def _asked(session: Session, token: str, address: str, *, lock: bool = False) -> Iterator[_Asked]:
    refuse_guessing(ACTOR, address)
    with as_system(session, ACTOR):
        inquiry = session.scalar(inquiry_queries.behind(token_hash(token)))
        if inquiry is None:
            count_guess(ACTOR, address)
            raise DeadQuestion
        yield _living(session, inquiry, lock=lock)


def _living(session: Session, inquiry: EmployerInquiry, *, lock: bool) -> _Asked:
    placement = placement_for(session, inquiry.placement_id)
    case = followed_by(session, placement)
    if lock:
        # In the order of everybody who holds them; what another has just answered is seen.
        case, placement = held(session, case.id, placement.id)
        session.refresh(inquiry, with_for_update=True)
    consent = session.get(Consent, inquiry.consent_id, populate_existing=True)
    if state_of(session, inquiry, placement, case, consent) != InquiryState.WAITING:
        raise DeadQuestion(inquiry.id)
    return _Asked(inquiry, placement, case)


def _check(session: Session, answer: InquiryAnswer, works_since: date | None, left_on: date | None) -> None:
    wrong = mistakes_in_answer(answer, works_since=works_since, left_on=left_on, today=office_day(session.now))
    if wrong:
        errors = [field_error(each.field, each.code, each.detail) for each in wrong]
        raise Invalid("The answer has mistakes.", errors=errors)


def _follow(session: Session, asked: _Asked, answer: InquiryAnswer) -> None:
    placement, inquiry, today = asked.placement, asked.inquiry, office_day(session.now)
    made = frozenset(check.period for check in queries.checks(session, [placement.id]))
    effect = effect_of(answer, placement.state, inquiry.period, made)
    if effect == Effect.LOOK:
        _ask_to_look(session, asked)
        return
    program = session.actor
    # The evidence is the asker's: he chose whom to ask and what, and signs no graduation that rests on it.
    session.actor = replace(program, user_id=inquiry.created_by, organisation_id=asked.case.organisation_id)
    if effect == Effect.VERIFY:
        verify_placement(session, placement.id, method=VerificationMethod.EMPLOYER, on=today)
    elif effect == Effect.CHECK:
        check_placement(
            session, placement.id, on=today, still_active=True, method=VerificationMethod.EMPLOYER,
            monthly_income=inquiry.monthly_wage, period=inquiry.period,
        )  # fmt: skip
    session.actor = program


def _ask_to_look(session: Session, asked: _Asked) -> None:
    """Nothing ends because an employer says so: he may mean another, or not want to say."""
    raise_task(
        session, TaskKind.LOOK_AT_WORK, subject_kind="placement", subject_id=asked.placement.id,
        period=asked.inquiry.id.hex, client_id=asked.inquiry.client_id, organisation_id=asked.case.organisation_id,
        role=Role.CASEWORKER, user_id=asked.case.caseworker_id, due_at=end_of(office_day(session.now) + LOOK_WITHIN),
    )  # fmt: skip
