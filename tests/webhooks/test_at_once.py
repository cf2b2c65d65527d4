"""Several workers, and one that is killed in the middle of a delivery: each arrives, and no two workers send the same."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kessos_case.core import db
from kessos_case.webhooks import service
from tests import servers
from tests.broker import Broker
from tests.factories import Make
from tests.factories import webhooks as maker
from tests.receiver import Program, answer
from workers.relay import relay

SEND = "import sys, uuid; from tests.factories.webhooks import send_all; send_all(uuid.UUID(sys.argv[1]))"


@pytest.fixture
def partner(make_committed: Make):
    return make_committed.user("partner", organisation="PSTW-BONDOWOSO")


@pytest.fixture
def subscribed(make_committed: Make, partner, program: Program):
    return maker.subscribe(make_committed, partner, program.address())


def rows(committed: sa.Engine, query: str) -> list[str]:
    with committed.connect() as connection:
        return list(connection.scalars(sa.text(query)))


def test_four_workers_share_the_work_and_send_nothing_twice(
    committed: sa.Engine, partner, subscribed, program: Program
):
    for _ in range(12):
        maker.tell(partner.organisation_id)
    program.before_answer = lambda: time.sleep(0.02)
    with ThreadPoolExecutor(4) as workers:
        done = [workers.submit(maker.send_all, subscribed.id) for _ in range(4)]
        assert sum(each.result() for each in done) == 12
    assert len({heard.head["webhook-id"] for heard in program.heard}) == len(program.heard) == 12
    assert rows(committed, "select state from webhook_deliveries") == ["delivered"] * 12


@pytest.mark.xdist_group("office")
def test_a_worker_killed_in_the_middle_sends_again_under_the_same_id(
    committed: sa.Engine, partner, subscribed, program: Program
):
    """The program has it and the worker never hears so: it goes out again, and the program can tell that it is the same."""
    maker.tell(partner.organisation_id)
    taken, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        taken.set()
        go_on.wait(20)

    program.before_answer = hold
    environ = os.environ | {"DATABASE_URL": servers.postgres.url(str(committed.url.database), "kessos_login")}
    environ["KESSOS_WEBHOOK_TIMEOUT"] = "30"
    worker = subprocess.Popen([sys.executable, "-c", SEND, str(subscribed.id)], env=environ, cwd=servers.ROOT)
    assert taken.wait(30)
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    program.before_answer = lambda: None
    go_on.set()
    until = time.monotonic() + 20
    while rows(committed, "select state from webhook_deliveries") != ["delivered"] and time.monotonic() < until:
        maker.send_all(subscribed.id)
        time.sleep(0.05)
    first, second = program.heard
    assert first.head["webhook-id"] == second.head["webhook-id"]
    assert first.body == second.body


def test_its_owner_may_stop_it_while_something_is_on_its_way(
    committed: sa.Engine, make_committed: Make, partner, subscribed, program: Program
):
    """Neither waits for the other, and what then fails is not tried again."""
    maker.tell(partner.organisation_id)
    taken, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        taken.set()
        go_on.wait(20)

    program.before_answer, program.answers = hold, [answer(500)]
    with ThreadPoolExecutor(1) as workers:
        sending = workers.submit(maker.send_once, subscribed.id)
        assert taken.wait(20)
        with make_committed.acting(partner) as session:
            service.change_events(session, subscribed.id, ["offer.made"])
        go_on.set()
        sending.result()
    with make_committed.acting(partner) as session:
        service.stop(session, subscribed.id)
    assert maker.send_all(subscribed.id) == 0
    assert rows(committed, "select state from webhook_deliveries") == ["dropped"]


@pytest.mark.xdist_group("broker")
def test_the_job_of_a_lost_poke_is_found_and_goes_on_to_the_end(
    committed: sa.Engine, partner, subscribed, program: Program, broker: Broker
):
    with broker.down():
        for _ in range(3):
            maker.tell(partner.organisation_id)
    # One job a program, however much is told to it.
    assert relay(silence=-timedelta(seconds=1)) == 1
    broker.work_off("webhooks")
    assert len(program.heard) == 3


@pytest.mark.xdist_group("broker")
def test_what_is_due_later_is_found_by_the_round_of_the_minute(
    committed: sa.Engine, partner, subscribed, program: Program, broker: Broker, clock
):
    program.answers = [answer(500), answer(200)]
    maker.tell(partner.organisation_id)
    broker.work_off("webhooks")
    clock.move(minutes=1)
    with db.transaction(db.system("worker")) as session:
        service.find_due(session)
    broker.work_off("webhooks")
    assert rows(committed, "select state from webhook_deliveries") == ["delivered"]
