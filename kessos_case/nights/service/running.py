"""How a night goes on: cut into chunks, each claimed and done in one transaction, step after step; a watch finds what was lost.

Locks are taken in one order, a chunk before its night, and the watch waits for neither.
"""

import time
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.access.service import record
from kessos_case.core import clock, jobs
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.db import Session, table_of
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.jobs import Job, JobStatus
from kessos_case.nights import queries
from kessos_case.nights.models import Night, NightChunk
from kessos_case.nights.rules import STEPS, Step, day_to_look_at, next_step, steps_for, summed
from kessos_case.nights.service.work import WORK

# How often the watch looks for chunks that nobody does.
LOOK_AFTER = timedelta(seconds=5)

# In the counts of a chunk whose job used up its attempts; the class of its last error stands beside it.
GIVEN_UP = "given_up"
# In the report of a night that a later one has overtaken.
SUPERSEDED = "superseded"

_BEGIN = (
    postgresql.insert(table_of(Night)).on_conflict_do_nothing(index_elements=["as_of"]).returning(table_of(Night).c.id)
)


def begin_night(session: Session, as_of: date | None = None, *, full: bool = False) -> Night:
    """Begin the night that looks at everything as of a day, without one of the latest day that is over.

    There is one for each day: whoever asks later gets the same. A finished one does all of it once more with `full`, or
    when it ended before its day was over or its work was done; of one in which something failed, what failed is tried
    again. Raises Invalid for a day in the future.
    """
    day = as_of or _latest_day(session)
    if day > office_day(session.now):
        wrong = field_error("as_of", "in_future", "The day is after today.")
        raise Invalid(f"{day} is after today: nothing is known of it yet.", errors=[wrong])
    row = {"id": new_id(), "as_of": day, "step": STEPS[0], "started_at": session.now, "report": {}}
    is_new = session.connection().scalar(_BEGIN, row) is not None
    night = _locked(session, Night.as_of == day)
    assert night is not None
    if is_new or (night.finished_at is not None and (full or _is_unfit(session, night))):
        _plan(session, night)
    elif night.finished_at is not None:
        _take_up_failed(session, night)
    return night


def begin_due_night(session: Session, _job: Job) -> None:
    """The scheduled job: begin the night that has come. Of nights that were missed only the latest is made up for.

    What each would have done the latest does too: everybody is looked at anew, and what is due stays due.
    """
    begin_night(session)


def run_chunk(session: Session, job: Job) -> None:
    """The job of one chunk: do it, unless it was done or another is at it."""
    night_id, step, number = UUID(job.args["night_id"]), Step(job.args["step"]), int(job.args["number"])
    chunk = queries.claimed_chunk(session, night_id, step, number)
    if chunk is None:
        return
    night = night_for(session, night_id)
    began = time.perf_counter()
    chunk.counts = dict(WORK[step].do(session, night.as_of, chunk))
    chunk.done_at, chunk.seconds = session.now, round(time.perf_counter() - began, 3)
    session.flush()
    # Whoever does the last chunk of a step begins the next: so each waits here for those who finish at the same moment.
    held = _locked(session, Night.id == night_id)
    assert held is not None
    _go_on(session, held)


def watch_night(session: Session, job: Job) -> timedelta | None:
    """The job of the whole night, whose progress is the night's: ask again for chunks that nobody does.

    A chunk whose job has used up its attempts is given up, so that it holds up nobody else; the report counts it.
    """
    night_id = UUID(job.args["night_id"])
    night = _locked(session, Night.id == night_id, skip_locked=True)
    if night is None:
        # Somebody is at its last chunk, or it is not there any more.
        return LOOK_AFTER if session.get(Night, night_id) else None
    if night.step is not None:
        _give_up(session, night)
        _ask_for_chunks(session, night)
        _go_on(session, night)
    return LOOK_AFTER if night.step is not None else None


def night_for(session: Session, night_id: UUID) -> Night:
    """The one door to a night. Raises NotFound."""
    found = session.get(Night, night_id)
    if found is None:
        raise NotFound("There is no such night.")
    return found


def waiting_jobs(session: Session, night_id: UUID) -> list[UUID]:
    """The jobs of a night that could be run now: its chunks, then the watch over them."""
    own = sa.select(Job.id).where(
        Job.name.in_(["nights.chunk", "nights.run"]),
        Job.args["night_id"].astext == str(night_id),
        Job.status == JobStatus.QUEUED,
        Job.due_at <= clock.wall(),
    )
    return list(session.scalars(own.order_by(Job.name, Job.created_at, Job.id)))


def _latest_day(session: Session) -> date:
    return day_to_look_at(session.now.astimezone(OFFICE_ZONE))


def _is_unfit(session: Session, night: Night) -> bool:
    """Did it end at a later night, or was it run on the very day, which is over now?"""
    came_too_early = office_day(night.started_at) <= night.as_of < office_day(session.now)
    return came_too_early or SUPERSEDED in night.report


def _locked(session: Session, condition: sa.ColumnElement[bool], *, skip_locked: bool = False) -> Night | None:
    select = sa.select(Night).where(condition).with_for_update(skip_locked=skip_locked)
    return session.scalar(select.execution_options(populate_existing=True))


def _plan(session: Session, night: Night) -> None:
    """Cut the whole night into chunks, so that it is known from its beginning how much there is to do."""
    session.execute(sa.delete(NightChunk).where(NightChunk.night_id == night.id))
    is_latest = not session.scalar(sa.select(sa.exists().where(Night.as_of > night.as_of)))
    if is_latest:
        _supersede_earlier(session, night)
    rows = [
        _row(night, step, number) | part
        for step in steps_for(is_latest=is_latest)
        for number, part in enumerate(WORK[step].parts(session))
    ]
    session.connection().execute(table_of(NightChunk).insert(), rows)
    night.step, night.started_at, night.finished_at, night.report = STEPS[0], session.now, None, {}
    record(session, "begin", "night", night.id, as_of=str(night.as_of))
    _begin_step(session, night)


def _row(night: Night, step: Step, number: int) -> dict[str, Any]:
    return {"night_id": night.id, "step": step, "number": number, "counts": {}}


def _supersede_earlier(session: Session, night: Night) -> None:
    """A night that is still at work when a later one begins ends: the later one does what it would have done."""
    earlier = sa.select(Night).where(Night.as_of < night.as_of, Night.finished_at.is_(None))
    for each in session.scalars(earlier.order_by(Night.as_of).with_for_update()):
        each.step, each.finished_at, each.report = None, session.now, each.report | {SUPERSEDED: 1}
        _tell_job(session, each)


def _take_up_failed(session: Session, night: Night) -> None:
    """Try the chunks again that were given up, from the first step that has any."""
    given_up = sa.select(NightChunk).where(NightChunk.night_id == night.id, NightChunk.counts.has_key(GIVEN_UP))
    failed = session.scalars(given_up).all()
    if not failed:
        return
    for chunk in failed:
        chunk.done_at, chunk.counts = None, {}
    night.step, night.finished_at = min((Step(chunk.step) for chunk in failed), key=STEPS.index), None
    record(session, "resume", "night", night.id, as_of=str(night.as_of))
    _begin_step(session, night)


def _begin_step(session: Session, night: Night) -> None:
    session.flush()
    _ask_for_chunks(session, night)
    watch = jobs.enqueue(session, "nights.run", queue="nightly", unique_key=f"night:{night.id}", night_id=night.id)
    night.job_id = watch or night.job_id
    session.flush()
    _tell_job(session, night)


def _go_on(session: Session, night: Night) -> None:
    """Go on to the next step that has something to do, once nothing of the present one is left; and say how far it is."""
    while night.step is not None and not queries.open_chunks(session, night):
        _end_step(session, night, Step(night.step))
        if night.step is not None:
            _ask_for_chunks(session, night)
    _tell_job(session, night)


def _end_step(session: Session, night: Night, step: Step) -> None:
    chunks = queries.chunks_of_step(session, night)
    if chunks:
        seconds = round(sum(chunk.seconds or 0 for chunk in chunks), 3)
        told = {"chunks": len(chunks), "seconds": seconds} | summed(chunk.counts for chunk in chunks)
        night.report = night.report | {step.value: told}
        end = WORK[step].end
        if end is not None and GIVEN_UP not in told:
            end(session, night)
    after = next_step(step)
    night.step = after
    if after is None:
        night.finished_at = session.now
        record(session, "finish", "night", night.id, as_of=str(night.as_of))
    session.flush()


def _tell_job(session: Session, night: Night) -> None:
    if night.job_id is not None:
        done, total = queries.how_far(session, night.id)
        jobs.tell_progress(session, night.job_id, done, total, is_over=night.step is None)


def _ask_for_chunks(session: Session, night: Night) -> None:
    """A job for each chunk that is not done; one that still waits is enough, one that had failed waits again."""
    chunks = queries.open_chunks(session, night)
    for job in jobs.under(session, map(_key, chunks), JobStatus.FAILED).values():
        jobs.try_again(session, job)
    session.flush()
    for chunk in chunks:
        jobs.enqueue(
            session, "nights.chunk", queue="nightly", unique_key=_key(chunk), night_id=chunk.night_id, step=chunk.step,
            number=chunk.number,
        )  # fmt: skip


def _give_up(session: Session, night: Night) -> None:
    chunks = {_key(chunk): chunk for chunk in queries.open_chunks(session, night)}
    for key, job in jobs.under(session, chunks, JobStatus.FAILED).items():
        chunks[key].done_at, chunks[key].counts = session.now, {GIVEN_UP: 1, f"{GIVEN_UP}_{job.error}": 1}
    session.flush()


def _key(chunk: NightChunk) -> str:
    return f"night:{chunk.night_id}:{chunk.step}:{chunk.number}"
