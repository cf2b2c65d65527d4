"""Facts that arrive late: live reviews are looked at anew, and what no longer holds is withdrawn by a task, never silently."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.cases.models import Case
from kessos_case.cases.service import case_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.jobs import Job
from kessos_case.graduation import queries
from kessos_case.graduation.models import GraduationReview
from kessos_case.graduation.rules import LIVE, ReviewState, StepReason, Verdict
from kessos_case.graduation.service.deciding import fails
from kessos_case.graduation.service.relapses import find_relapses
from kessos_case.graduation.service.reviews import ask
from kessos_case.graduation.service.signatures import end_by_program
from kessos_case.graduation.service.standing import keep, standing_of
from kessos_case.tasks.rules import TaskKind, TaskReason

# How long the supervisor has to look; the spec names no clock.
LOOK_WITHIN = timedelta(days=7)


def reconsider(session: Session, client_id: UUID) -> Counter[str]:
    """Look at a person's reviews with everything that is known now; a second time it changes nothing.

    Answers how many were `withdrawn` and how many `relapses` were found.

    An eligible or recommended one is withdrawn when facts speak against it today, a provisional one when they speak
    against the day on which it was given. Others that graduated are asked for relapse. For the program itself.
    """
    found: Counter[str] = Counter()
    for review in queries.reviews_of(session, client_id, *LIVE, ReviewState.CONFIRMED):
        case = case_for(session, review.case_id)
        broken = None if review.state == ReviewState.CONFIRMED else _broken(session, review, case)
        if broken is not None:
            _withdraw(session, review, broken)
            found["withdrawn"] += 1
        elif review.provisional_on is not None:
            found["relapses"] += find_relapses(session, review, case)
    return found


def reconsider_client(session: Session, job: Job) -> None:
    """The job: reconsider the person whom it names."""
    reconsider(session, UUID(job.args["client_id"]))


def _broken(session: Session, review: GraduationReview, case: Case) -> Verdict | None:
    """The verdict by which a live review no longer holds; None while it does."""
    verdict = standing_of(session, case, review.provisional_on).verdict
    # A pathway outside graduation has no criteria, and no kind: nothing holds there.
    return verdict if verdict.kind is None or fails(review, verdict.criteria) else None


def _withdraw(session: Session, review: GraduationReview, verdict: Verdict) -> None:
    keep(session, review, verdict)
    end_by_program(session, review, StepReason.LATE_FACTS, TaskReason.SUPERSEDED)
    look_by = office_day(session.now) + LOOK_WITHIN
    ask(session, review, TaskKind.RECONSIDER_GRADUATION, Role.SUPERVISOR, look_by)
