"""Where each thing is done: the address of the very page, never one that only leads on to it."""

from collections.abc import Callable
from urllib.parse import urlencode

from kessos_case.tasks.rules import TaskKind
from kessos_case.today.rules import Ask
from kessos_case.today.service import Card


def way_to(card: Card) -> str:
    """The address where this is done. Where the fact that leads there is out of sight, the page of the task itself."""
    return _WAYS[card.thing.kind](card) or _task(card)


def _task(card: Card) -> str:
    return f"/tasks/{card.thing.id}"


def _of_subject(address: str) -> Callable[[Card], str]:
    return lambda card: f"{address}/{card.thing.subject_id}"


def _case(card: Card) -> str | None:
    case_id = card.fact.case_id if card.fact else None
    return f"/cases/{case_id}" if case_id else None


def _open_case(card: Card) -> str:
    asked = {"client_id": card.thing.client_id, "referral_id": card.thing.subject_id}
    return f"/cases/new?{urlencode(asked)}"


def _conferences(card: Card) -> str | None:
    case_id = card.fact.case_id if card.fact else None
    return f"/cases/{case_id}/conferences" if case_id else None


def _plan(card: Card) -> str | None:
    if card.fact is None or card.fact.case_id is None:
        return None
    plans = f"/cases/{card.fact.case_id}/plans"
    return f"{plans}/{card.fact.other_id}" if card.fact.other_id else plans


def _visit(card: Card) -> str:
    """The form, with the month that it is for, and the case for whoever sees one; a TKSK does not."""
    case_id = card.fact.case_id if card.fact else None
    asked = {"month": card.thing.period} | ({"case_id": case_id} if case_id else {})
    return f"/clients/{card.thing.client_id}/visits/new?{urlencode(asked)}"


def _contact(card: Card) -> str:
    """The form of a visit or call to the person of a case."""
    return f"/clients/{card.thing.client_id}/visits/new?{urlencode({'case_id': card.thing.subject_id})}"


def _review(card: Card) -> str:
    return f"/graduation/reviews/{card.thing.subject_id}"


def _relapse(card: Card) -> str | None:
    return f"/graduation/reviews/{card.fact.other_id}" if card.fact and card.fact.other_id else None


def _aid(card: Card) -> str:
    return f"/clients/{card.thing.client_id}/aid"


def _rows(card: Card) -> str:
    return f"/aid/imports/{card.thing.subject_id}/rows?state=parked"


def _entry(card: Card) -> str | None:
    return f"/partners/{card.fact.other_id}" if card.fact and card.fact.other_id else None


def _batch(card: Card) -> str | None:
    return f"/batches/{card.fact.other_id}" if card.fact and card.fact.other_id else None


def _offer(card: Card) -> str:
    return f"/inbox/{card.thing.id}"


_WAYS: dict[str, Callable[[Card], str | None]] = {
    TaskKind.MANUAL: _task,
    TaskKind.OPEN_CASE: _open_case,
    TaskKind.ASSIGN_CASEWORKER: _case,
    TaskKind.DECIDE_PLAN: _plan,
    TaskKind.DO_PLAN_STEP: _plan,
    TaskKind.END_PAUSE: _case,
    TaskKind.REVIEW_CARE: _case,
    TaskKind.REASSESS: lambda card: f"/cases/{card.thing.subject_id}/assessments",
    TaskKind.ANSWER_TRANSFER: _of_subject("/transfers"),
    TaskKind.CONSIDER_STEP_BACK: _case,
    TaskKind.VERIFY_PLACEMENT: _of_subject("/placements"),
    TaskKind.CHECK_PLACEMENT: _of_subject("/placements"),
    TaskKind.LOOK_AT_WORK: _of_subject("/placements"),
    TaskKind.CHASE_APPLICATION: _of_subject("/applications"),
    TaskKind.VISIT_AFTERCARE: _visit,
    TaskKind.DECIDE_GRADUATION: _review,
    TaskKind.CONFIRM_GRADUATION: _review,
    TaskKind.RECONSIDER_GRADUATION: _review,
    TaskKind.ANSWER_RELAPSE: _relapse,
    TaskKind.REVIEW_AID_AFTER_DEATH: _aid,
    TaskKind.MANDATORY_REPORT: _case,
    TaskKind.REVIEW_FLAG: _of_subject("/dependency/flags"),
    TaskKind.PLAN_AGREED_STEP: _plan,
    # Lines of a file have no page yet: the task tells how they are settled.
    TaskKind.SETTLE_IMPORT: _rows,
    TaskKind.CHASE_REFERRAL: _of_subject("/referrals"),
    TaskKind.CONFIRM_ENTRY: _of_subject("/partners"),
    TaskKind.RENEW_AGREEMENT: _entry,
    TaskKind.ASK_ABOUT_MENTORING: _of_subject("/mentorings"),
    TaskKind.MEET_MENTOR: _of_subject("/mentorings"),
    TaskKind.FOLLOW_UP_MENTORING: _of_subject("/mentorings"),
    TaskKind.CONTACT_CLIENT: _contact,
    TaskKind.REVIEW_STAY: _of_subject("/house/stays"),
    TaskKind.END_STAY: _of_subject("/house/stays"),
    TaskKind.ADMIT_NEXT: lambda card: "/house/line",
    TaskKind.TELL_OF_PLACE: _batch,
    TaskKind.ASK_ABOUT_ABSENCE: _batch,
    TaskKind.RECORD_RESULT: _batch,
    TaskKind.TAKE_UP_DECISION: _conferences,
    TaskKind.REVIEW_PLAN: _plan,
    TaskKind.WARN_AID_YEARS: _aid,
    Ask.ANSWER_REPORT: _of_subject("/referrals"),
    Ask.FIND_RECEIVER: lambda card: f"/referrals/{card.thing.subject_id}/candidates",
    Ask.ANSWER_QUESTION: _of_subject("/referrals"),
    Ask.ANSWER_OFFER: _offer,
    Ask.MEET_PERSON: _offer,
    Ask.TELL_OUTCOME: _offer,
    Ask.SIGN_GRADUATION: _review,
}
