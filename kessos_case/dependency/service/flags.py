"""A night's flags of one office: raise, lower, expire, and draw the lot. The program itself acts; people review.

Nothing here tells a score to anybody: tasks name the flag, the timeline and the person's letters know nothing of it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.dialects import postgresql

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, table_of
from kessos_case.core.ids import new_id
from kessos_case.core.months import month_of
from kessos_case.dependency import queries
from kessos_case.dependency.models import DependencyFlag
from kessos_case.dependency.queries import Held
from kessos_case.dependency.rules import Band, DependencyPolicy, FlagCause, FlagKind, FlagState, Status
from kessos_case.dependency.rules.flags import Contender, Past, Reviewed, cause_of, is_drawn, may_return, settle
from kessos_case.dependency.service.policy import dependency_policy, served_since
from kessos_case.dependency.service.scoring import end_of_day
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.tasks.service import end_of, raise_task, settle_tasks

_FLAG = table_of(DependencyFlag)
# A person and a household have one open flag; whose is first, the database decides.
_RAISE = postgresql.insert(_FLAG).on_conflict_do_nothing().returning(_FLAG.c.id)


@dataclass(frozen=True)
class _Office:
    """The people whom an office looks at on a day, with what is known of them and of their flags."""

    id: UUID
    as_of: date
    policy: DependencyPolicy
    cases: Mapping[UUID, UUID]
    scores: Mapping[UUID, Held]
    households: Mapping[UUID, UUID]
    open: Mapping[UUID, DependencyFlag]
    closed: Mapping[UUID, Sequence[DependencyFlag]]


def flag_office(session: Session, as_of: date, organisation_id: UUID) -> Counter[str]:
    """Settle an office's flags as of a day; the same day again changes nothing.

    Returns counts: raised, lowered, expired, sampled, waiting (for a place, or for a supervisor: no_supervisor). A day
    before one that has flags already is passed over, for it cannot be lived again.
    """
    counts: Counter[str] = Counter()
    newest = queries.newest_flag_day(session, organisation_id)
    if newest is not None and newest > as_of:
        return counts
    open_flags = queries.open_flags(session, organisation_id)
    _expire(session, [flag for flag in open_flags if flag.expires_on <= as_of], as_of, counts)
    office = _office(session, as_of, organisation_id, open_flags)
    _close_gone(session, office, counts)
    contenders, causes = _contenders(session, office)
    supervisors = queries.supervisors(session, organisation_id)
    if supervisors:
        _settle(session, office, contenders, causes, supervisors, counts)
        _draw(session, office, counts)
    else:
        counts["no_supervisor"] += sum(not contender.has_flag for contender in contenders)
    return counts


def close_flags_of(session: Session, client_id: UUID) -> int:
    """Close a person's open flag because he is not to be scored any more; returns how many. The program itself must act."""
    found = queries.open_flags_of(session, client_id)
    for flag in found:
        _close(session, flag, FlagState.LOWERED)
    return len(found)


def _office(session: Session, as_of: date, organisation_id: UUID, open_flags: Iterable[DependencyFlag]) -> _Office:
    policy = dependency_policy()
    served = queries.served(session, organisation_id, end_of_day(as_of), served_since(as_of))
    scores = queries.latest_scores(session, [one.client_id for one in served], as_of)
    # A night may come late in the day: who has died since, or was found exempt this morning, is shown to nobody.
    gone = queries.not_to_be_shown(session, scores)
    scored = {
        client_id: score
        for client_id, score in scores.items()
        if score.status == Status.SCORED and client_id not in gone
    }
    closed = defaultdict[UUID, list[DependencyFlag]](list)
    for flag in queries.closed_flags(session, scored):
        closed[flag.client_id].append(flag)
    return _Office(
        id=organisation_id,
        as_of=as_of,
        policy=policy,
        cases={one.client_id: one.case_id for one in served},
        scores=scored,
        households=queries.households_of(session, scored, month_of(as_of)),
        open={flag.client_id: flag for flag in open_flags if flag.closed_at is None},
        closed=closed,
    )


def _expire(session: Session, flags: Iterable[DependencyFlag], as_of: date, counts: Counter[str]) -> None:
    """End what nobody has decided in its time. The day that stays is the one on which it ended: it may return the next."""
    for flag in flags:
        flag.expires_on = as_of
        _close(session, flag, FlagState.EXPIRED)
        counts["expired"] += 1


def _close_gone(session: Session, office: _Office, counts: Counter[str]) -> None:
    """End the flags of people who are exempt by now, have died, or are looked at by another office."""
    for client_id, flag in office.open.items():
        if client_id not in office.scores:
            _close(session, flag, FlagState.LOWERED)
            counts["lowered"] += 1


def _contenders(session: Session, office: _Office) -> tuple[list[Contender], dict[UUID, FlagCause]]:
    """Whoever has a flag by his score or may get one, and why."""
    rule = office.policy.flags
    possible = [client_id for client_id, score in office.scores.items() if (score.points or 0) >= rule.rise_points]
    history = defaultdict[UUID, list[Held]](list)
    for score in queries.scores_of(session, possible, office.as_of):
        history[score.client_id].append(score)
    causes = {
        client_id: cause[0]
        for client_id in possible
        if (cause := cause_of(_past(history[client_id]), office.as_of, rule)) and _may_rise(office, client_id, cause[1])
    }
    flagged = {client_id for client_id, flag in office.open.items() if flag.kind == FlagKind.SCORE}
    return [_contender(office, client_id) for client_id in sorted({*causes, *flagged} & office.scores.keys())], causes


def _may_rise(office: _Office, client_id: UUID, cause_day: date) -> bool:
    """May a flag be raised for this person tonight, as far as his own past goes?

    Who was drawn by lot keeps the rank that he has by his score, or the next look at the same day would find another order.
    """
    score, closed = office.scores[client_id], office.closed.get(client_id, ())
    if score.is_stage_open or _expired_now(closed, office.as_of):
        return False
    return may_return(cause_day, score.lines or 0, Band(score.band or ""), _reviewed(closed), office.as_of)


def _expired_now(closed: Sequence[DependencyFlag], as_of: date) -> bool:
    return any(flag.state == FlagState.EXPIRED and flag.expires_on >= as_of for flag in closed)


def _reviewed(closed: Sequence[DependencyFlag]) -> Reviewed | None:
    """The last of a person's flags that was decided about."""
    decided = [flag for flag in closed if flag.state in queries.DECIDED]
    if not decided:
        return None
    last = decided[-1]
    assert last.closed_at is not None
    band = Band(last.band) if last.band else None
    return Reviewed(office_day(last.closed_at), last.dismissed_until, last.lines, band)


def _past(history: Sequence[Held]) -> list[Past]:
    """One score a day, the last of it: a corrected fact counts as if it had been there."""
    days = {
        score.as_of: Past(
            score.as_of,
            score.points,
            Band(score.band) if score.band else None,
            (score.policy, score.facts_known or 0),
        )
        for score in history
    }
    return list(days.values())


def _contender(office: _Office, client_id: UUID) -> Contender:
    score, flag = office.scores[client_id], office.open.get(client_id)
    return Contender(
        client_id=client_id,
        household_id=office.households.get(client_id),
        points=score.points or 0,
        months_on_60=score.months_on_60 or 0,
        has_flag=flag is not None,
        # While a stage is unpaid the points are too low for a reason that is none.
        is_kept=flag is not None
        and (flag.state == FlagState.UNDER_REVIEW or flag.kind == FlagKind.SAMPLE or bool(score.is_stage_open)),
    )


def _settle(
    session: Session,
    office: _Office,
    contenders: Iterable[Contender],
    causes: Mapping[UUID, FlagCause],
    supervisors: int,
    counts: Counter[str],
) -> None:
    rule = office.policy.flags
    settlement = settle(contenders, supervisors * rule.per_supervisor, rule.off_factor_percent)
    for contender in settlement.lowered:
        _close(session, office.open[contender.client_id], FlagState.LOWERED)
    for contender, rank in settlement.raised:
        counts["raised"] += _raise(
            session, office, contender.client_id, FlagKind.SCORE, causes[contender.client_id], rank
        )
    counts["lowered"] += len(settlement.lowered)
    counts["waiting"] += settlement.waiting


def _draw(session: Session, office: _Office, counts: Counter[str]) -> None:
    """Show by lot, once a month, some of those without a flag: what the score misses is not learned otherwise."""
    month, rule = month_of(office.as_of), office.policy.flags
    for client_id in sorted(office.scores):
        has_been = client_id in office.open or _was_shown(office.closed.get(client_id, ()), office.as_of)
        if not has_been and is_drawn(client_id, month, office.policy.label, rule.lot_percent):
            counts["sampled"] += _raise(session, office, client_id, FlagKind.SAMPLE, FlagCause.LOT, None)


def _was_shown(closed: Sequence[DependencyFlag], as_of: date) -> bool:
    """Was this person shown in this month already or up to tonight, or set aside until a day to come?"""
    return _expired_now(closed, as_of) or any(
        month_of(flag.raised_on) == month_of(as_of) or (flag.dismissed_until and flag.dismissed_until >= as_of)
        for flag in closed
    )


def _raise(
    session: Session, office: _Office, client_id: UUID, kind: FlagKind, cause: FlagCause, rank: int | None
) -> bool:
    """Raise a flag and ask the office's supervisors; False when the person or his household has one already."""
    score, rule = office.scores[client_id], office.policy.flags
    due_on = office.as_of + timedelta(days=rule.due_days)
    row = {
        "id": new_id(), "client_id": client_id, "household_id": office.households.get(client_id),
        "case_id": office.cases[client_id], "organisation_id": office.id, "kind": kind, "cause": cause,
        "state": FlagState.RAISED, "score_as_of": score.as_of, "score_recorded_at": score.recorded_at,
        "points": score.points, "band": score.band, "lines": score.lines, "rank": rank, "raised_on": office.as_of,
        "due_on": due_on, "expires_on": office.as_of + timedelta(days=rule.expire_days), "version": 1,
    }  # fmt: skip
    flag_id: UUID | None = session.connection().scalar(_RAISE, row)
    if flag_id is None:
        return False
    raise_task(
        session, TaskKind.REVIEW_FLAG, subject_kind="dependency_flag", subject_id=flag_id, client_id=client_id,
        organisation_id=office.id, role=Role.SUPERVISOR, due_at=end_of(due_on),
    )  # fmt: skip
    record(session, "raise", "dependency_flag", flag_id, clients=[client_id])
    return True


def _close(session: Session, flag: DependencyFlag, state: FlagState) -> None:
    """End a flag that nobody has decided about."""
    flag.state, flag.closed_at, flag.closed_by = state, session.now, session.actor.user_id
    session.flush()
    settle_tasks(session, [flag.id], cancelled_because=TaskReason.NOT_NEEDED)
    record(session, "close", "dependency_flag", flag.id, clients=[flag.client_id], state=state)
