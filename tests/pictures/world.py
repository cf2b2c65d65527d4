"""A small made-up East Java on servers of its own in a folder of its own, whose clock is set by hand."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kessos_case import operate
from kessos_case.core.settings import settings
from kessos_case.demonstrate import make_demo
from tests.browsers import free_port, wait_for

# A Tuesday at eight, when hardly any money of the quarter is still to come: what the night counts is at its fullest.
DAY, MORNING = "2026-12-29", "08:00"
PEOPLE, SEED = 1500, 7
PASSWORD = "contoh-sandi-untuk-gambar"


@dataclass(frozen=True)
class World:
    """Where it is served, and its clock."""

    address: str
    clock: Path

    def set_clock(self, time: str, day: str = DAY) -> None:
        """It is this time of the office, for everybody."""
        self.clock.write_text(f"{day}T{time}:00+07:00")


@contextmanager
def served(people: int = PEOPLE) -> Iterator[World]:
    """Migrated, filled, counted through a night and served by web and worker; nothing of it is left afterwards."""
    with ExitStack() as at_end:
        folder = Path(at_end.enter_context(tempfile.TemporaryDirectory(prefix="kessos-pictures-")))
        port = free_port()
        world = World(f"http://127.0.0.1:{port}", folder / "clock")
        world.set_clock(MORNING)
        _settle(folder, world.clock, port)
        at_end.enter_context(operate.servers(own=True))
        make_demo(people, SEED, PASSWORD, tell=lambda _text: None)
        subprocess.run([_kessos(), "nightly"], check=True, capture_output=True)
        process = at_end.enter_context(_running("web", folder / "web.log"))
        wait_for(f"{world.address}/healthz", process, folder / "web.log", seconds=120)
        at_end.enter_context(_running("worker", folder / "worker.log"))
        yield world


def _settle(folder: Path, clock: Path, port: int) -> None:
    """Nothing that was set for another program counts here."""
    for name in [name for name in os.environ if name.startswith("KESSOS_") or name in ("DATABASE_URL", "REDIS_URL")]:
        del os.environ[name]
    os.environ |= {
        "KESSOS_DATA_DIR": str(folder),
        "KESSOS_NOW": str(clock),
        "KESSOS_PORT": str(port),
        "KESSOS_WEB_PROCESSES": "1",
        "KESSOS_WORKER_PROCESSES": "1",
    }
    settings.cache_clear()


@contextmanager
def _running(part: str, log: Path) -> Iterator[subprocess.Popen]:
    with log.open("wb") as output:
        process = subprocess.Popen([_kessos(), part], stdout=output, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


def _kessos() -> str:
    return str(Path(sys.executable).with_name("kessos"))
