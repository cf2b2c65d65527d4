"""Fixtures of webhooks: settings of the test, and a program that receives."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kessos_case.core.settings import settings
from tests.receiver import Program, Server


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch, real_servers: None) -> Iterator[Callable[..., None]]:
    """`setting(webhook_timeout=1)`: other settings until the test is over."""

    def change(**values: Any) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"KESSOS_{name.upper()}", str(value))
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def program(setting: Callable[..., None]) -> Iterator[Program]:
    """A program on this machine that takes everything until a test tells it otherwise, and the settings that allow it."""
    made = Program()
    server = Server(made)
    setting(webhook_private_allowed="true", webhook_timeout=2)
    yield made
    server.stop()
