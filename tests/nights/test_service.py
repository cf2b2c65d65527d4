"""A night from its beginning to its report: done once, whoever asks; taken up where it stood; failing without holding up."""

from collections import Counter
from datetime import date
from itertools import pairwise
from uuid import UUID

import pytest
import sqlalchemy as sa

from kessos_case.clients.models import Client
from kessos_case.core import db
from kessos_case.core.errors import Invalid
from kessos_case.nights import queries, service
from kessos_case.nights.rules import STEPS, Step
from kessos_case.nights.service import work
from tests.factories import nights
from workers.runner import run_job

YESTERDAY = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def today(clock):
    """Monday 2 March 2026, ten in the morning in Jember."""
    return clock


def fingerprint(truth) -> dict[str, object]:
    """Everything that a night writes but its own bookkeeping."""
    tables = {
        "tasks": "kind, subject_id, period, state, due_at, version",
        "digests": "user_id, day, counts",
        "dependency_scores": "client_id, as_of, fingerprint",
        "dependency_flags": "client_id, state, rank, raised_on, version",
        "graduation_reviews": "case_id, state, version",
        "relapses": "review_id, kind, happened_on",
        "timeline_entries": "client_id, kind, subject_id",
    }
    return {table: truth.all(f"select {columns} from {table} order by 1, 2, 3") for table, columns in tables.items()}


def test_a_night_looks_at_yesterday_and_does_every_step(make, truth):
    make.client(make.caseworker())
    night = nights.night()
    assert (night.as_of, night.step, night.given_up) == (YESTERDAY, None, 0)
    assert night.done == night.total > 0
    assert {Step.SCORES, Step.GRADUATION, Step.CHECKS, Step.DIGESTS, Step.RETENTION} <= set(night.report)
    assert truth.one("select count(*) from jobs where status <> 'done' and name like 'nights.%'") == 0


def test_twice_changes_nothing(make, truth):
    worker = make.caseworker()
    make.task(worker, due_on=date(2026, 3, 2))
    first = nights.night()
    before = fingerprint(truth)
    again = nights.night()
    assert (again.id, again.finished_at) == (first.id, first.finished_at)
    whole = nights.night(full=True)
    assert whole.id == first.id
    assert fingerprint(truth) == before


def test_a_day_in_the_future_is_refused(make, truth):
    with pytest.raises(Invalid):
        nights.begun(date(2026, 3, 3))
    assert truth.one("select count(*) from nights") == 0


def test_a_night_run_on_its_own_day_is_run_again_when_the_day_is_over(make, clock):
    early = nights.night(date(2026, 3, 2))
    assert nights.night(date(2026, 3, 2)).started_at == early.started_at
    clock.move(days=1)
    assert nights.night().id == early.id
    assert nights.seen(early.id).started_at == clock.now


def test_a_later_night_overtakes_one_that_is_still_at_work(make, truth, clock):
    stuck = nights.begun()
    clock.move(days=3)
    latest = nights.night()
    assert latest.as_of == date(2026, 3, 4)
    overtaken = nights.seen(stuck.id)
    assert overtaken.finished_at is not None
    assert overtaken.report == {"superseded": 1}
    # Asked for by name it fills in the scores of its day, and nothing else: the later night knew more.
    assert set(nights.night(YESTERDAY).report) == {Step.SCORES}


def test_an_earlier_night_leaves_the_work_of_a_later_one_alone(make, clock):
    latest = nights.begun()
    nights.night(date(2026, 2, 1))
    assert nights.seen(latest.id).finished_at is None


def test_progress_is_that_of_the_whole_night_from_its_beginning(make, truth):
    night = nights.begun()
    assert night.done == 0
    assert night.total >= len(STEPS) - 2  # without a case there is no office to flag
    done = [night.done]
    while (seen := nights.seen(night.id)).finished_at is None:
        with db.transaction(db.system("test")) as session:
            waiting = service.waiting_jobs(session, night.id)
        assert any(run_job(job_id) for job_id in waiting)
        done.append(seen.done)
    assert seen.total == night.total
    assert done == sorted(done)
    assert nights.seen(night.id).done == night.total


@pytest.fixture
def breaking(monkeypatch):
    """A step whose every chunk raises until it is mended."""
    broken = {"is_broken": True}
    whole = work.WORK[Step.CHECKS]

    def do(session, as_of, chunk):
        if broken["is_broken"]:
            raise ZeroDivisionError
        return whole.do(session, as_of, chunk)

    monkeypatch.setitem(work.WORK, Step.CHECKS, work.Work(whole.parts, do))
    return broken


def test_what_fails_for_good_is_named_and_holds_up_nobody(make, breaking):
    night = nights.night()
    assert night.given_up == 1
    assert night.report[Step.CHECKS]["given_up_ZeroDivisionError"] == 1
    assert {Step.CLOCKS, Step.DIGESTS, Step.RETENTION} <= set(night.report)


def test_what_failed_is_tried_again_when_the_night_is_asked_for_again(make, breaking):
    failed = nights.night()
    breaking["is_broken"] = False
    mended = nights.night()
    assert mended.id == failed.id
    assert mended.given_up == 0
    assert "given_up" not in mended.report[Step.CHECKS]


def test_lost_jobs_are_asked_for_again_by_the_watch(make, truth):
    night = nights.begun()
    truth.run("delete from jobs where name = 'nights.chunk'")
    assert nights.night().id == night.id
    assert nights.seen(night.id).finished_at is not None


def test_a_chunk_that_is_done_is_not_done_again(make, truth):
    night = nights.begun()
    with db.transaction(db.system("test")) as session:
        job_id = service.waiting_jobs(session, night.id)[0]
    assert run_job(job_id)
    truth.run("update jobs set status = 'queued', finished_at = null where id = :id", id=job_id)
    before = truth.all("select step, number, done_at, counts::text from night_chunks order by 1, 2")
    assert run_job(job_id)
    assert truth.all("select step, number, done_at, counts::text from night_chunks order by 1, 2") == before


def test_ranges_hold_everyone_there_is_and_everyone_who_comes(make, monkeypatch):
    worker = make.caseworker()
    ids = sorted(make.client(worker).id for _ in range(5))
    with db.transaction(db.system("test")) as session:
        for size, sizes in ((2, [2, 2, 1]), (5, [5]), (10, [5]), (1, [1] * 5)):
            cut = queries.ranges(session, sa.select(Client.id).where(Client.id.in_(ids)), size)
            assert [each.size for each in cut] == sizes
            assert (cut[0].first, cut[-1].last) == (UUID(int=0), UUID(int=2**128 - 1))
            assert all(before.last.int + 1 == after.first.int for before, after in pairwise(cut))
        assert [each.size for each in queries.ranges(session, sa.select(Client.id).where(sa.false()), 3)] == [0]


@pytest.mark.parametrize("at_once", [1, 2, 3, 100])
def test_what_is_chosen_part_by_part_is_cut_as_if_chosen_at_once(make, monkeypatch, at_once):
    monkeypatch.setattr(queries, "IDS_AT_ONCE", at_once)
    worker = make.caseworker()
    ids = sorted(make.client(worker).id for _ in range(7))
    chosen = sa.select(Client.id).where(Client.id.in_(ids[:2] + ids[3:6]))
    asked = []

    def within(span):
        asked.append(span)
        return chosen.where(Client.id.between(*span))

    with db.transaction(db.system("test")) as session:
        for size in (1, 2, 3, 5, 10):
            asked.clear()
            everyone = sa.select(Client.id).where(Client.id.in_(ids))
            cut = queries.ranges_of_chosen(session, everyone, within, size)
            assert cut == queries.ranges(session, chosen, size)
            assert len(asked) == -(-len(ids) // at_once)
        none = queries.ranges_of_chosen(session, everyone, lambda span: chosen.where(sa.false()), 3)
        assert [(each.first, each.last, each.size) for each in none] == [(UUID(int=0), UUID(int=2**128 - 1), 0)]


def test_the_steps_answer_counts_alone(make):
    night = nights.night()
    assert all(isinstance(value, int | float) for counts in night.report.values() for value in counts.values())
    assert isinstance(Counter(night.report[Step.DIGESTS]), Counter)
