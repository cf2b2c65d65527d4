"""Jobs: rows with the change, pokes after the commit, claims by lock, the relay for what was lost."""

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kessos_case.core import db, jobs
from workers import celery, relay, runner, schedule
from workers.tasks import KINDS


@pytest.fixture
def queue(committed, monkeypatch):
    """A database of its own; and a kind of job that counts its runs in the table of audit entries."""
    from kessos_case.access.service import record

    def run(session, job):
        record(session, "ran", "test")
        if job.args.get("fail"):
            raise ZeroDivisionError("Siti Aminah")

    monkeypatch.setitem(KINDS, "test.count", jobs.Kind("test.count", "interactive", run))
    return committed


def enqueue(**args):
    with db.transaction(db.system("test")) as session:
        return jobs.enqueue(session, "test.count", queue="interactive", **args)


def runs(engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.text("select count(*) from audit_entries where action = 'ran'"))


def job(engine, job_id):
    with engine.connect() as connection:
        return connection.execute(sa.text("select * from jobs where id = :id"), {"id": job_id}).one()


def test_a_job_is_run_once_and_is_done_with_its_result(queue):
    job_id = enqueue()
    assert [runner.run_job(job_id), runner.run_job(job_id)] == [True, False]
    assert (runs(queue), job(queue, job_id).status) == (1, "done")


def test_a_rolled_back_change_leaves_no_job(queue):
    with pytest.raises(ZeroDivisionError), db.transaction(db.system("test")) as session:
        jobs.enqueue(session, "test.count", queue="interactive")
        raise ZeroDivisionError
    with queue.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from jobs")) == 0


def test_a_failed_attempt_leaves_no_trace_but_its_count_and_waits(queue):
    job_id = enqueue(fail="yes")
    assert runner.run_job(job_id) is False
    row = job(queue, job_id)
    assert (runs(queue), row.status, row.attempts, row.error) == (0, "queued", 1, "ZeroDivisionError")
    assert row.due_at > row.created_at
    assert runner.run_job(job_id) is False  # not due yet
    assert job(queue, job_id).attempts == 1


def test_after_the_last_attempt_it_is_left_as_failed(queue):
    job_id = enqueue(fail="yes")
    for _ in range(8):
        with queue.begin() as connection:
            connection.execute(sa.text("update jobs set due_at = created_at"))
        runner.run_job(job_id)
    assert job(queue, job_id).status == "failed"


def test_two_workers_at_once_do_it_once(queue):
    from concurrent.futures import ThreadPoolExecutor

    job_id = enqueue()
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(runner.run_job, [job_id] * 4)) == [False, False, False, True]
    assert runs(queue) == 1


def test_a_job_that_waits_under_the_same_key_is_enough(queue):
    first = enqueue(unique_key="k")
    assert enqueue(unique_key="k") is None
    runner.run_job(first)
    assert enqueue(unique_key="k") is not None


def test_the_relay_finds_what_was_lost_and_leaves_alone_what_is_fresh(queue):
    enqueue()
    assert relay.relay() == 0
    assert relay.relay(timedelta(0)) == 1
    assert relay.relay(timedelta(seconds=30)) == 0


def test_a_dead_broker_costs_nothing_but_the_poke(queue, monkeypatch):
    monkeypatch.setenv("REDIS_URL", "unix:///nowhere/valkey.sock")
    from kessos_case.core.settings import settings

    settings.cache_clear()
    jobs.broker.cache_clear()
    try:
        began = time.perf_counter()
        assert job(queue, enqueue()).status == "queued"
        # Nobody waits for it to come back.
        assert time.perf_counter() - began < 1
    finally:
        monkeypatch.undo()
        settings.cache_clear()
        jobs.broker.cache_clear()


def test_the_schedule_makes_each_job_once_in_its_period(queue, clock):
    seen: dict[str, str] = {}
    assert schedule.enqueue_due(seen) == len(schedule.SCHEDULE)
    assert schedule.enqueue_due(seen) == 0
    clock.move(minutes=1)
    with queue.begin() as connection:
        connection.execute(sa.text("update jobs set status = 'done'"))
    assert schedule.enqueue_due(seen) == 4  # the seal, the clocks, messages and deliveries, each minute


def test_the_scheduled_jobs_run(queue):
    schedule.enqueue_due({})
    with queue.connect() as connection:
        ids = connection.scalars(sa.text("select id from jobs")).all()
    assert [runner.run_job(job_id) for job_id in ids] == [True] * len(schedule.SCHEDULE)


def test_long_work_is_many_transactions_and_an_old_failure_is_forgotten_with_each(queue, monkeypatch):
    parts = iter([ZeroDivisionError, jobs.GO_ON, timedelta(seconds=0.05), None])

    def run(session, job):
        job.done = (job.done or 0) + 1
        part = next(parts)
        if part is ZeroDivisionError:
            raise part
        return part

    monkeypatch.setitem(KINDS, "test.count", jobs.Kind("test.count", "interactive", run))
    job_id = enqueue()
    assert runner.run_job(job_id) is False
    with queue.begin() as connection:
        connection.execute(sa.text("update jobs set due_at = created_at"))
    assert runner.run_job(job_id) is True
    row = job(queue, job_id)
    assert (row.status, row.attempts, row.error, row.done) == ("queued", 0, None, 1)
    assert [runner.run_job(job_id), runner.run_job(job_id)] == [True, False]  # the third part is not due yet
    time.sleep(0.06)
    assert runner.run_job(job_id) is True
    assert (job(queue, job_id).status, job(queue, job_id).done) == ("done", 3)


@pytest.mark.parametrize(("on", "is_long"), [("interactive", False), ("nightly", True), ("imports", True)])
def test_a_statement_over_a_province_may_take_longer_than_one_that_somebody_waits_for(queue, monkeypatch, on, is_long):
    seen = []

    def run(session, job):
        seen.append(session.scalar(sa.text("show statement_timeout")))

    monkeypatch.setitem(KINDS, "test.count", jobs.Kind("test.count", on, run))
    with db.transaction(db.system("test")) as session:
        job_id = jobs.enqueue(session, "test.count", queue=on)
    assert runner.run_job(job_id)
    assert (seen == ["50s"]) is is_long


def test_a_message_that_is_still_worked_on_is_given_to_nobody_else():
    limits = [celery.app.conf.task_time_limit, *(limit["time_limit"] for limit in jobs.LIMITS.values())]
    assert celery.app.conf.broker_transport_options["visibility_timeout"] > 2 * max(limits)
