"""Fixtures of the night: what fails is given up at once, so that a test need not wait for the eighth attempt."""

from collections.abc import Iterator

import pytest

from kessos_case.core.settings import settings


@pytest.fixture(autouse=True)
def _one_attempt(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KESSOS_JOB_ATTEMPTS", "1")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()
