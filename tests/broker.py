"""The broker in the hands of a test: a real one, whose queues are read as a worker reads them, or none that answers."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from kombu import Connection

from kessos_case.core import jobs
from kessos_case.core.embedded import celery_broker_url
from kessos_case.core.settings import settings
from tests import servers


class Broker:
    """`with broker.down():` what is poked is lost; else `broker.work_off("webhooks")` is a worker that hears it."""

    # Of the Valkey of the tests; whoever uses it runs in one process (`xdist_group("broker")`).
    DATABASE = 11

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        for name in ("interactive", "webhooks"):
            self.taken(name)

    @contextmanager
    def at(self, url: str) -> Iterator[None]:
        """Poke there for a while."""
        with self._monkeypatch.context() as patch:
            patch.setenv("REDIS_URL", url)
            _look_again()
            yield
            jobs.broker().close()
        _look_again()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Nobody answers."""
        with self.at("unix:///nowhere/valkey.sock"):
            yield

    def work_off(self, name: str) -> None:
        """Do what a worker does with whatever it is poked for, until there is nothing."""
        from workers.runner import run_job

        while taken := self.taken(name):
            for job_id in taken:
                run_job(job_id)

    def taken(self, name: str) -> list[UUID]:
        """Take everything out of a queue, oldest first."""
        found = []
        with Connection(celery_broker_url(servers.valkey.url(self.DATABASE))) as connection:
            waiting = connection.SimpleQueue(name)
            try:
                while True:
                    message = waiting.get_nowait()
                    message.ack()
                    found.append(UUID(message.payload[0][0]))
            except queue.Empty:
                return found
            finally:
                waiting.close()


def _look_again() -> None:
    settings.cache_clear()
    jobs.broker.cache_clear()
