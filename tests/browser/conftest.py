"""Fixtures of the browser tests: one served process a module, one browser, signed-in readers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from kessos_case.access.models import User
from tests.browsers import ARGS, CHROMIUM, PHONE, Opens, Reader, Served, serve


@pytest.fixture(scope="module")
def served(real_servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`kessos web` on a database of its own, whose transactions commit."""
    with serve(tmp_path_factory.mktemp("served") / "log") as running:
        yield running


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
