"""How mentors and mentorings end when a consent, a graduation, a case or a life does. The program does it, for both offices."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.alumni import queries
from kessos_case.alumni.models import Mentor, Mentoring
from kessos_case.alumni.rules import MentoringOutcome, MentoringState
from kessos_case.cases.service import close_step, hold_cases
from kessos_case.clients.service import end_access, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.jobs import Job
from kessos_case.notices.rules import NoticeKind
from kessos_case.notices.service import notify
from kessos_case.tasks.rules import TaskReason
from kessos_case.tasks.service import settle_tasks

LINK = "mentoring"

_TASK_REASONS = {
    MentoringOutcome.DECEASED: TaskReason.DECEASED,
    MentoringOutcome.CASE_CLOSED: TaskReason.CASE_CLOSED,
}


def let_go(session: Session, *client_ids: UUID) -> Counter[str]:
    """End whatever of these people no longer holds, on either side; of everybody where none is named.

    A mentor whose consent, graduation or life has ended; a mentoring of somebody who died, took his consent back or whose
    case was closed. Done again it changes nothing.
    """
    found = Counter[str]()
    day = office_day(session.now)
    with _as_the_program(session):
        concerned = client_ids or session.scalars(queries.to_let_go(day)).all()
        if not concerned:
            return found
        hold_beside(session, *concerned)
        for mentor, is_dead, has_consent in session.execute(queries.no_longer(day, concerned)).all():
            retire(session, mentor, _why(is_dead=is_dead, has_consent=has_consent))
            found["mentors_ended"] += 1
        for mentoring, is_dead, has_consent in session.execute(queries.over(day, concerned)).all():
            end(
                session,
                mentoring,
                _why(is_dead=is_dead, has_consent=has_consent, otherwise=MentoringOutcome.CASE_CLOSED),
            )
            found["mentorings_ended"] += 1
    return found


def hold_beside(session: Session, *client_ids: UUID) -> None:
    """Hold the cases of whatever mentoring goes on with these people on either side: before the mentor and the mentoring."""
    with _as_the_program(session):
        hold_cases(session, queries.cases_beside(*client_ids))


def cases_beside(session: Session, client_id: UUID) -> Sequence[UUID]:
    """The ids of these cases, for the program that holds them together with others."""
    return session.scalars(queries.cases_beside(client_id)).all()


def let_go_of_client(session: Session, job: Job) -> None:
    """The job: look at the person whom it names."""
    let_go(session, UUID(job.args["client_id"]))


def retire(session: Session, mentor: Mentor, because: MentoringOutcome) -> None:
    """He is no mentor any more, and all that goes on with him ends. For the program, after the rules were asked."""
    mentor.until_on = office_day(session.now)
    session.flush()
    for mentoring in session.scalars(queries.going_on(mentor.id)).all():
        end(session, mentoring, because)
    end_access(session, mentor.client_id, "mentoring", organisation_id=mentor.organisation_id)
    write_timeline(session, mentor.client_id, "mentor_ended", mentor.id)


def end(
    session: Session, mentoring: Mentoring, outcome: MentoringOutcome, mentor_outcome: MentoringOutcome | None = None
) -> None:
    """Write down how it ended; its step is open again unless the two have met. For the program, after the rules were asked.

    Who proposed it is told where somebody else ended it.
    """
    mentoring.state, mentoring.ended_on = MentoringState.ENDED, office_day(session.now)
    mentoring.outcome, mentoring.mentor_outcome = outcome, mentor_outcome
    session.flush()
    close_step(session, LINK, mentoring.id, done=False, reason=outcome)
    settle_tasks(session, [mentoring.id], cancelled_because=_TASK_REASONS.get(outcome, TaskReason.NOT_NEEDED))
    write_timeline(session, mentoring.client_id, "mentoring_ended", mentoring.id)
    record(session, "end", "mentoring", mentoring.id, clients=[mentoring.client_id], outcome_code=outcome)
    if mentoring.first_met_on is None:
        notify(session, [mentoring.proposed_by], NoticeKind.MENTORING_ENDED, subject_kind=LINK, subject_id=mentoring.id)


def _why(
    *, is_dead: bool, has_consent: bool, otherwise: MentoringOutcome = MentoringOutcome.STOPPED
) -> MentoringOutcome:
    """A death says more than a consent, and that more than the rest: a relapse, or a case that was given up."""
    if is_dead:
        return MentoringOutcome.DECEASED
    return otherwise if has_consent else MentoringOutcome.CONSENT_WITHDRAWN


@contextmanager
def _as_the_program(session: Session) -> Iterator[None]:
    if session.actor.system:
        yield
    else:
        with as_system(session, "alumni.let_go"):
            yield
