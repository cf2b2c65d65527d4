"""The supervisor runs as a process of its own here, with real children, because it is about real signals."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SUPERVISOR = """
import json, pathlib, sys
from kessos_case.core import supervisor
from kessos_case.core.supervisor import Child, Supervisor
# A tenth and a fifth of the usual times.
supervisor._FIRST_DELAY, supervisor._SHORT_GRACE, supervisor._WATCH_EVERY = 0.1, 0.4, 0.1
codes, grace, folder = json.loads(sys.argv[1]), float(sys.argv[2]), pathlib.Path(sys.argv[3])
children = [
    Child(f"child{n}", [sys.executable, "-c", code], {"NOTES": str(folder / f"child{n}")})
    for n, code in enumerate(codes)
]
def fails():
    raise ValueError("a callback that fails")
watched, stopped = (folder / "watched").touch, (folder / "stopped").touch
sys.exit(Supervisor(children, grace=grace, watch=[fails, watched], on_stop=[fails, stopped]).run())
"""

NOTE = "import os, signal, sys, time\nnotes = open(os.environ['NOTES'], 'a', buffering=1)\n"
SLEEPS = NOTE + "print(os.getpid(), file=notes)\ntime.sleep(60)"
IGNORES = NOTE + "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint(os.getpid(), file=notes)\ntime.sleep(60)"
HAS_CHILD = NOTE + "pid = os.fork()\nif pid: print(os.getpid(), pid, file=notes)\ntime.sleep(60)"

Start = Callable[..., "Running"]


class Running:
    def __init__(self, folder: Path, codes: list[str], grace: float) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, json.dumps(codes), str(grace), str(folder)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
        )
        for number in range(len(codes)):
            self.words(number, 1)

    def words(self, child: int, count: int) -> list[str]:
        """What the child has written, once it is so many words."""
        path = self.folder / f"child{child}"
        assert eventually(lambda: path.exists() and len(path.read_text().split()) >= count)
        return path.read_text().split()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []

    def start_one(*codes: str, grace: float = 10) -> Running:
        started.append(Running(tmp_path, list(codes), grace))
        return started[-1]

    yield start_one
    for running in started:
        running.process.kill()
        running.process.wait()


def eventually(holds: Callable[[], bool], seconds: float = 8) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def is_alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_all_children_then_calls_back(start: Start, number: int) -> None:
    running = start(SLEEPS, SLEEPS)
    pids = running.words(0, 1) + running.words(1, 1)
    running.process.send_signal(number)
    assert running.process.wait(5) == 0
    assert not any(map(is_alive, pids))
    assert (running.folder / "stopped").exists()


def test_a_killed_child_is_started_again_after_a_growing_delay(start: Start) -> None:
    running = start(SLEEPS)
    first = running.words(0, 1)[0]
    began = time.monotonic()
    os.kill(int(first), signal.SIGKILL)
    second = running.words(0, 2)[1]
    assert time.monotonic() - began > 0.09
    began = time.monotonic()
    os.kill(int(second), signal.SIGKILL)
    running.words(0, 3)
    assert time.monotonic() - began > 0.19


def test_what_is_watched_is_mended_again_and_again(start: Start) -> None:
    running = start(SLEEPS)
    for _ in range(2):
        assert eventually((running.folder / "watched").exists, 2)
        (running.folder / "watched").unlink()
    running.process.terminate()
    assert running.process.wait(5) == 0


def test_a_child_that_ignores_the_request_is_killed(start: Start) -> None:
    running = start(IGNORES, grace=0.3)
    pid = running.words(0, 1)[0]
    running.process.terminate()
    assert running.process.wait(3) == 0
    assert not is_alive(pid)


def test_a_second_ctrl_c_shortens_the_grace_time(start: Start) -> None:
    running = start(IGNORES, grace=60)
    running.process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    assert running.process.poll() is None
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(4) == 0


def test_children_of_children_are_killed(start: Start) -> None:
    running = start(HAS_CHILD)
    pids = running.words(0, 2)
    running.process.terminate()
    assert running.process.wait(5) == 0
    assert eventually(lambda: not any(map(is_alive, pids)))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise is Linux's")
def test_children_do_not_outlive_a_killed_supervisor(start: Start) -> None:
    running = start(IGNORES)
    pid = running.words(0, 1)[0]
    running.process.kill()
    running.process.wait()
    assert eventually(lambda: not is_alive(pid))


def test_a_program_that_does_not_exist_harms_no_other(tmp_path: Path) -> None:
    code = SUPERVISOR.replace("def fails", "children.insert(0, Child('none', ['/no/such/program']))\ndef fails")
    process = subprocess.Popen(
        [sys.executable, "-c", code, json.dumps([SLEEPS]), "5", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert eventually(lambda: (tmp_path / "child0").exists())
    process.terminate()
    _, said = process.communicate(timeout=5)
    assert process.returncode == 0
    assert "none does not start" in said
