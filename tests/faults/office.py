"""A `kessos run` of its own: a data folder, processes to kill, and the truth in its database. No tests live here."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import requests

from kessos_case.core.embedded import EmbeddedPostgres, EmbeddedValkey

ROOT = Path(__file__).parents[2]
KESSOS = Path(sys.executable).with_name("kessos")
PASSWORD = "rahasia-sekali-123"
AMBULU = "35.09.12"
ROLES = {
    "tksk": f"tksk@{AMBULU}",
    "caseworker": "caseworker@PSTW-BONDOWOSO",
    "supervisor": "supervisor@PSTW-BONDOWOSO",
}


class Office:
    """One installation in a folder, as a small office has it; everything is reached from outside."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.address = f"http://127.0.0.1:{_free_port()}"
        self.postgres, self.valkey = EmbeddedPostgres(data), EmbeddedValkey(data)
        self.process: subprocess.Popen[bytes] | None = None
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KESSOS_")}
        for name in ("DATABASE_URL", "REDIS_URL"):
            kept.pop(name, None)
        self.environment = kept | {
            "KESSOS_DATA_DIR": str(data),
            "KESSOS_PORT": self.address.rpartition(":")[2],
            "KESSOS_CONFIG": str(ROOT / "config" / "test.toml"),
            "KESSOS_STOP_GRACE_SECONDS": "5",
        }

    def settle_in(self, *users: str) -> None:
        """`kessos run` on an empty folder, and these users from a second terminal, as the README has it."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.open()
        for name in users:
            who = ("--name", name, "--organisation", "PSTW-BONDOWOSO", "--role", ROLES[name])
            self.kessos("user", "add", name, *who, "--password", PASSWORD)

    def kessos(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command to its end; CalledProcessError when it refuses."""
        command = [str(KESSOS), *arguments]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True)

    def open(self) -> None:
        """`kessos run`, until it answers."""
        with (self.data / "run.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(KESSOS), "run"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        assert eventually(self.is_ready, 60), self.said()

    def close(self) -> int:
        """Ctrl-C, which a terminal sends to the whole group; the exit status."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(40)

    def clear(self) -> None:
        """Leave nothing behind, whatever the test has done."""
        for pid in self.family():
            kill(pid)
        if self.process:
            self.process.wait(10)
        self.postgres.stop("immediate")
        self.valkey.stop()

    def is_ready(self) -> bool:
        """Whether the web answers and reaches the database."""
        try:
            return requests.get(f"{self.address}/readyz", timeout=5).ok
        except requests.RequestException:
            return False

    def said(self) -> str:
        """The end of the log, for a test that fails."""
        return (self.data / "run.log").read_text("utf-8", "replace")[-6000:]

    def family(self) -> list[int]:
        """Every process of this data folder: by its command line, its environment or its parents."""
        mark = os.fsencode(self.data)
        own = {pid for pid in _pids() if mark in _read(pid, "cmdline") or mark in _read(pid, "environ")}
        return sorted(own.union(*map(descendants, own)))

    def part(self, program: str) -> int | None:
        """The process of `gunicorn`, `celery` or `scheduler` that the supervisor has started."""
        assert self.process
        return next((pid for pid in children(self.process.pid) if program.encode() in _read(pid, "cmdline")), None)

    def database(self) -> psycopg.Connection[Any]:
        """A connection of the superuser: what is really there."""
        return psycopg.connect(self.postgres.url().replace("+psycopg", ""), autocommit=True)

    def sign_in(self, username: str) -> dict[str, str]:
        """The header of a fresh sign-in."""
        known = {"username": username, "password": PASSWORD}
        answer = requests.post(f"{self.address}/api/v1/tokens", json=known, timeout=20)
        answer.raise_for_status()
        return {"Authorization": f"Bearer {answer.json()['token']}"}


def eventually(holds: Callable[[], object], seconds: float) -> bool:
    """Ask again until it holds or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return bool(holds())


def kill(pid: int | None) -> None:
    """Kill as a power cut would; one that is gone already is no matter."""
    assert pid
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def children(parent: int) -> list[int]:
    """The living children of a process."""
    return [pid for pid in _pids() if _parent(pid) == parent]


def descendants(parent: int) -> list[int]:
    """The children, their children and so on."""
    return [pid for child in children(parent) for pid in (child, *descendants(child))]


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _parent(pid: int) -> int | None:
    state, _, rest = _read(pid, "stat").rpartition(b")")[2].strip().partition(b" ")
    return int(rest.split()[0]) if rest and state != b"Z" else None


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
