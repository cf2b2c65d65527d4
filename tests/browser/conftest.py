"""Fixtures of the browser tests: one served process a module, one browser, signed-in readers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from kessos_case.access.models import User
from kessos_case.core import db
from tests import servers
from tests.browsers import ARGS, CHROMIUM, PHONE, Opens, Reader, Served, free_port, wait_for


@pytest.fixture(scope="module")
def served(real_servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`kessos web` on a database of its own, whose transactions commit."""
    log = tmp_path_factory.mktemp("served") / "log"
    with servers.database() as name, log.open("wb") as output:
        engine, port = servers.engine_of(name), free_port()
        environ = os.environ | {
            "DATABASE_URL": servers.postgres.url(name, "kessos_login"),
            "REDIS_URL": servers.valkey.url(),
            "KESSOS_PORT": str(port),
            "KESSOS_WEB_PROCESSES": "1",
        }
        command = [str(Path(sys.executable).with_name("kessos")), "web"]
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=subprocess.STDOUT)
        db.bind(engine)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
            yield Served(f"http://127.0.0.1:{port}", engine)
        finally:
            db.bind(None)
            process.terminate()
            process.wait(30)
            engine.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def reader(browser: Browser, served: Served, people: dict[str, User]) -> Iterator[Opens]:
    """`reader("tksk", javascript=False)`: a signed-in browser; no console message may have been an error."""
    contexts, readers = [], []

    def opened(role: str | None, *, javascript: bool = True, language: str = "id", size: dict = PHONE) -> Reader:
        context = browser.new_context(java_script_enabled=javascript, viewport=size, locale=language)
        contexts.append(context)
        readers.append(Reader(context, served.address))
        if role:
            readers[-1].sign_in(people[role])
        return readers[-1]

    yield opened
    for context in contexts:
        context.close()
    assert [text for one in readers for text in one.complaints] == []
