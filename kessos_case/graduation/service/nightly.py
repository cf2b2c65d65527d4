"""What a night looks at for everybody: who has come to meet everything, whose review no longer holds, who fell back.

Nothing here decides: a review is opened or withdrawn, a relapse counted, and somebody asked.
"""

from collections import Counter
from uuid import UUID

import sqlalchemy as sa
import structlog

from kessos_case.access.service import record
from kessos_case.cases.models import Case
from kessos_case.cases.service import case_for, hold_cases
from kessos_case.clients.service import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import KessosError
from kessos_case.core.keys import KeyringError
from kessos_case.graduation import queries
from kessos_case.graduation.models import GraduationReview
from kessos_case.graduation.rules import LIVE, ReviewState
from kessos_case.graduation.service.aftercare import begin_aftercare
from kessos_case.graduation.service.deciding import may_begin, was_doubted
from kessos_case.graduation.service.late_facts import reconsider
from kessos_case.graduation.service.reading import graduation_policy
from kessos_case.graduation.service.reviews import begin_review, confirmed_review
from kessos_case.graduation.service.standing import standing_of
from kessos_case.graduation.service.weighing import worth_a_look

log = structlog.get_logger()

# Reviews that one night makes up tasks for: as many as end within a minute; the rest comes the next night.
A_NIGHT = 2000

# What a broken row of one person can raise. Whatever is wrong with the database or the worker is not among it.
_HELD_UP = (KessosError, KeyringError, ArithmeticError, AssertionError, LookupError, TypeError, ValueError)

_SPOKEN = (*LIVE, ReviewState.CONFIRMED)


def cases_to_look_at(session: Session, within: tuple[UUID, UUID] | None = None) -> sa.Select[UUID]:
    """Ids of the cases, of all or `within` a range, about which tonight may have something to say."""
    return queries.cases_to_look_at(office_day(session.now), session.now, graduation_policy(), within)


def every_case() -> sa.Select[UUID]:
    """Ids of all cases, from which those to look at are chosen range by range."""
    return queries.every_case()


def look_at_cases(session: Session, first: UUID, last: UUID) -> Counter[str]:
    """Look at the cases from `first` to `last` (both included) that may have something to say.

    Answers how many were `looked_at`, became `eligible`, were `withdrawn`, fell back (`relapses`) or are `held_up`: a person
    whose record cannot be read is left as he is, with a line in the log, and holds up nobody else.
    """
    counts: Counter[str] = Counter(looked_at=0, eligible=0, withdrawn=0, relapses=0, held_up=0)
    chosen = queries.cases_by_id(session, cases_to_look_at(session, (first, last)))
    counts["looked_at"] = len(chosen)
    for case in worth_a_look(session, chosen, _HELD_UP):
        try:
            with session.begin_nested():
                counts.update(_look_at(session, case_for(session, case.id)))
        except _HELD_UP as error:
            log.exception("graduation_held_up", case_id=str(case.id), error_class=type(error).__name__)
            counts["held_up"] += 1
    return counts


def ask_for_aftercare(session: Session) -> int:
    """Ask for the visits and the confirmation of provisional reviews that lack a task for them; returns of how many."""
    policy = graduation_policy()
    lacking = queries.lacking_aftercare(session, len(policy.aftercare.visit_months) + 1, A_NIGHT)
    for review in lacking:
        begin_aftercare(session, review, case_for(session, review.case_id))
    return len(lacking)


def _look_at(session: Session, case: Case) -> Counter[str]:
    reviews = queries.reviews_of_case(session, case.id)
    found: Counter[str] = Counter()
    if any(review.state in _SPOKEN for review in reviews):
        found += reconsider(session, case.client_id)
    if _may_begin(session, case, reviews[0] if reviews else None):
        found["eligible"] += _begin(session, case, reviews[0] if reviews else None)
    return found


def _may_begin(session: Session, case: Case, last: GraduationReview | None) -> bool:
    """Also without a review that lives or is confirmed."""
    if not may_begin(case, client_for(session, case.client_id), last, office_day(session.now)):
        return False
    return queries.latest_review(session, case.id, *LIVE) is None and confirmed_review(session, case.id) is None


def _begin(session: Session, case: Case, last: GraduationReview | None) -> int:
    verdict = standing_of(session, case).verdict
    if not verdict.is_met or was_doubted(last, verdict):
        return 0
    hold_cases(session, [case.id])
    session.refresh(case)
    if case.closed_at is not None:
        return 0
    made = begin_review(session, case, verdict)
    if made is None:
        return 0
    record(session, "evaluate", "graduation", made.id, clients=[case.client_id])
    return 1
