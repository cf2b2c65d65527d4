"""Several workers, and one that is killed in the middle of a mail: each message leaves, and no two workers send the same."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_string

import pytest
import sqlalchemy as sa

from tests import servers
from tests.broker import Broker
from tests.factories import Make
from tests.factories import notices as maker
from tests.mailbox import Mailbox
from workers.relay import relay

SEND = "from tests.factories.notices import send_all; send_all()"


@pytest.fixture
def officers(make_committed: Make):
    """Twelve people who can be written to."""
    made = [make_committed.user("triage") for _ in range(12)]
    for user in made:
        maker.with_mail(user)
    return made


def states(committed: sa.Engine) -> list[str]:
    with committed.connect() as connection:
        return list(connection.scalars(sa.text("select state from messages order by state")))


def test_two_workers_share_the_work_and_send_nothing_twice(committed: sa.Engine, officers, mailbox: Mailbox):
    for user in officers:
        maker.tell(user)
    mailbox.before_yes = lambda: time.sleep(0.02)
    with ThreadPoolExecutor(4) as workers:
        for done in [workers.submit(maker.send_all) for _ in range(4)]:
            done.result()
    receivers = sorted(message_from_string(text)["To"] for text in mailbox.texts)
    assert receivers == sorted(f"{user.username}@kantor.example" for user in officers)
    assert states(committed) == ["sent"] * 12


def test_a_worker_killed_in_the_middle_of_a_mail_loses_nothing(committed: sa.Engine, officers, mailbox: Mailbox):
    """The server has the mail and the worker never hears so: it goes out again, and both can be told to be the same."""
    maker.tell(officers[0])
    taken, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        taken.set()
        go_on.wait(20)

    mailbox.before_yes = hold
    environ = os.environ | {"DATABASE_URL": servers.postgres.url(str(committed.url.database), "kessos_login")}
    worker = subprocess.Popen([sys.executable, "-c", SEND], env=environ, cwd=servers.ROOT)
    assert taken.wait(30)
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    mailbox.before_yes = lambda: None
    go_on.set()
    until = time.monotonic() + 20
    while "sent" not in states(committed) and time.monotonic() < until:
        maker.send_all()
        time.sleep(0.05)
    first, second = (message_from_string(text) for text in mailbox.texts)
    assert first["Message-ID"] == second["Message-ID"]
    assert states(committed) == ["sent"]


@pytest.mark.xdist_group("broker")
def test_a_lost_poke_is_found_and_the_message_goes_out(
    committed: sa.Engine, officers, mailbox: Mailbox, broker: Broker
):
    with broker.down():
        maker.tell(officers[0])
    assert relay(silence=-timedelta(seconds=1)) == 1
    broker.work_off("interactive")
    assert len(mailbox.mails) == 1
