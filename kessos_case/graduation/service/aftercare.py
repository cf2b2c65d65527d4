"""The twelve months between the provisional verdict and the confirmation: who visits when, and which visits were made."""

from collections.abc import Iterable

from kessos_case.access.rules import Role
from kessos_case.cases.models import Case, Visit
from kessos_case.cases.rules import VisitKind
from kessos_case.core.db import Session, as_system
from kessos_case.core.months import months_later
from kessos_case.graduation import queries
from kessos_case.graduation.models import GraduationReview
from kessos_case.graduation.rules import visit_days
from kessos_case.graduation.service.reading import graduation_policy
from kessos_case.graduation.service.reviews import ask
from kessos_case.notices.rules import NoticeKind
from kessos_case.notices.service import settle
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.tasks.service import settle_tasks


def begin_aftercare(session: Session, review: GraduationReview, case: Case) -> None:
    """Ask for each visit of aftercare and in the end for the confirmation.

    The TKSK who reaches the person for aftercare visits, where there is none the caseworker.
    """
    assert review.provisional_on is not None
    # The ground of a TKSK is his own: the office does not see it.
    with as_system(session, "graduation.aftercare"):
        worker = queries.aftercare_worker(session, review.client_id)
    policy = graduation_policy()
    role, user_id = (Role.TKSK, worker) if worker else (Role.CASEWORKER, case.caseworker_id)
    for month, day in visit_days(review.provisional_on, policy).items():
        ask(session, review, TaskKind.VISIT_AFTERCARE, role, day, period=str(month), user_id=user_id)
    over = months_later(review.provisional_on, policy.aftercare.months)
    ask(session, review, TaskKind.CONFIRM_GRADUATION, Role.SUPERVISOR, over)


def end_tasks(
    session: Session,
    review: GraduationReview,
    because: TaskReason = TaskReason.SUPERSEDED,
    *,
    visits_go_on: bool = False,
) -> None:
    """What was still to be done for a review that has ended need not be done, unless visits go on at another UPT."""
    kinds = (TaskKind.DECIDE_GRADUATION, TaskKind.CONFIRM_GRADUATION) if visits_go_on else (None,)
    for kind in kinds:
        settle_tasks(session, [review.id], kind=kind, cancelled_because=because)
    settle(session, [review.id], NoticeKind.CO_SIGNATURE_ASKED)


def aftercare_visits(review: GraduationReview, visits: Iterable[Visit]) -> list[Visit]:
    """Of the visits to the person those of aftercare since the provisional verdict at which he was met. A call is no visit."""
    begun = review.provisional_on
    return [
        visit
        for visit in visits
        if begun
        and visit.visited_on >= begun
        and visit.aftercare_month
        and visit.was_met
        and visit.kind == VisitKind.VISIT
        and visit.case_id in (None, review.case_id)
    ]
