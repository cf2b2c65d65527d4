"""Fixtures of notices: a folder for what leaves, and a mail server."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kessos_case.core import keys
from kessos_case.core.settings import settings
from tests.mailbox import Mailbox, Server


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """`setting(smtp_host="...")`: other settings until the test is over."""

    def change(**values: Any) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"KESSOS_{name.upper()}", str(value))
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()


class Outbox:
    """The folder in which messages are kept when they go nowhere else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def lines(self) -> list[dict[str, Any]]:
        files = sorted(self.folder.glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]


@pytest.fixture
def outbox(tmp_path: Path, setting: Callable[..., None], real_servers: None) -> Outbox:
    """The outbox of this test alone; keys stay where they are."""
    setting(keys_file=keys.keys_path(settings()), data_dir=tmp_path)
    return Outbox(tmp_path / "outbox")


@pytest.fixture
def mailbox(setting: Callable[..., None]) -> Iterator[Mailbox]:
    """A mail server that takes everything until a test tells it otherwise, and the settings that name it."""
    box = Mailbox()
    server = Server(box)
    setting(
        smtp_host="127.0.0.1", smtp_port=box.port, smtp_security="none", smtp_from="Kessos <kessos@dinsos.example>",
        smtp_timeout=2, public_address="https://kessos.example",
    )  # fmt: skip
    yield box
    server.stop()
