"""A served application and a real browser before it, for the tests of pages."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from kessos_case.access.models import User
from kessos_case.core import db
from tests import servers
from tests.factories import PASSWORD

CHROMIUM = "/usr/bin/chromium"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

# Where a person may look at the pages afterwards; unset in a plain run.
SHOTS = os.environ.get("SHOTS")


class Served:
    """The running application and the database behind it."""

    def __init__(self, address: str, engine: sa.Engine) -> None:
        self.address = address
        self.engine = engine

    def one(self, query: str, **values: object) -> object:
        with self.engine.connect() as connection:
            return connection.scalar(sa.text(query), values)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@contextmanager
def serve(log: Path, processes: int = 1) -> Iterator[Served]:
    """`kessos web` on a database of its own, whose transactions commit; what it says goes to this file."""
    with servers.database() as name, log.open("wb") as output:
        engine, port = servers.engine_of(name), free_port()
        environ = os.environ | {
            "DATABASE_URL": servers.postgres.url(name, "kessos_login"),
            "REDIS_URL": servers.valkey.url(),
            "KESSOS_PORT": str(port),
            "KESSOS_WEB_PROCESSES": str(processes),
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


def wait_for(address: str, process: subprocess.Popen, log: Path, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
    raise AssertionError(log.read_text())


class Reader:
    """One person at one browser; everything that the console complains about is kept."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self._keep(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _keep(self, kind: str, text: str) -> None:
        # A refused form answers 4xx, and Chromium says so in the console of every page.
        if kind in ("error", "warning") and "status of 4" not in text:
            self.complaints.append(text)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, user: User) -> None:
        self.open("/sign-in")
        self.page.fill("[name=username]", user.username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)


Opens = Callable[..., Reader]

TARGETS = """() => [...document.querySelectorAll("a, button, summary, select, label.choice")]
    .filter(part => part.offsetParent && getComputedStyle(part).display !== "inline" && part.className !== "skip")
    .map(part => [part.textContent.trim().slice(0, 30), Math.round(part.getBoundingClientRect().height)])
    .filter(([, height]) => height < 40)"""


def faults(page: Page) -> str:
    """What keeps somebody from using this page: what axe finds with everything unfolded, and scrolling sideways."""
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found = Axe().run(page)
    said = found.generate_report() if found.violations_count else ""
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return f"{said}\nscrolls sideways" if is_wide else said


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
