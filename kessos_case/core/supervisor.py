"""Keeps the processes of `kessos run` alive and ends them all together. Knows nothing of what they do."""

import contextlib
import ctypes
import logging
import os
import select
import signal
import socket
import subprocess  # nosec B404
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_log = logging.getLogger(__name__)

_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Between two looks at what is watched: a file is read, and a server's death costs callers a second more at most.
_WATCH_EVERY = 1.0

_FIRST_DELAY = 1.0
_LONGEST_DELAY = 30.0

# A child that ran this many seconds was well: its next death is a new trouble and not the old one again.
_GOOD_RUN = 60.0

# What a second Ctrl-C leaves of the grace time.
_SHORT_GRACE = 2.0

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec nothing may be loaded.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Child:
    """A program to keep running; `env` is laid over our own environment."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Runs children until a signal asks to stop; then nothing of them is left.

    `grace` seconds are given to end by themselves, `on_stop` is called when they are gone. `watch` is called every second
    meanwhile: it mends what is nobody's child, such as a server that made itself a daemon.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        grace: float = 20.0,
        watch: Sequence[Callable[[], object]] = (),
        on_stop: Sequence[Callable[[], object]] = (),
    ) -> None:
        self._runs = [_Run(child) for child in children]
        self._grace = grace
        self._watch = watch
        self._on_stop = on_stop
        self._ends_at: float | None = None

    def run(self) -> int:
        """Start the children, restart what dies, return 0 after SIGINT, SIGTERM or SIGHUP ended them.

        A second signal shortens the grace time. Raises RuntimeError outside of the main thread: signals arrive only
        there, and the kernel kills our children when the thread that started them ends.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("a supervisor runs in the main thread")
        with _signal_pipe() as pipe:
            try:
                while self._ends_at is None:
                    # First what is watched: a child that starts may need it.
                    _call_all(self._watch, "watching")
                    for run in self._runs:
                        run.look_after()
                    self._hear(pipe, self._due_in())
            finally:
                self._end(pipe)
        return 0

    def _due_in(self) -> float:
        """Seconds until there is something to do, if no signal comes before."""
        longest = _WATCH_EVERY if self._watch else _LONGEST_DELAY
        return min([longest, *(run.due_in() for run in self._runs)])

    def _hear(self, pipe: socket.socket, seconds: float) -> None:
        """Sleep until a signal arrives or the time is over. SIGCHLD only wakes us."""
        if not select.select([pipe], [], [], seconds)[0]:
            return
        for number in pipe.recv(256):
            if number in _STOP:
                self._shorten_time()

    def _shorten_time(self) -> None:
        if self._ends_at is None:
            self._ends_at = time.monotonic() + self._grace
        else:
            self._ends_at = min(self._ends_at, time.monotonic() + _SHORT_GRACE)

    def _end(self, pipe: socket.socket) -> None:
        if self._ends_at is None:
            self._shorten_time()
        # In reverse: what was started last may need what was started first. Nobody waits for the one before.
        for run in reversed(self._runs):
            run.ask_to_end()
        while any(run.is_alive() for run in self._runs):
            left = (self._ends_at or 0.0) - time.monotonic()
            if left <= 0:
                break
            self._hear(pipe, left)
        for run in reversed(self._runs):
            run.kill_group()
        _call_all(self._on_stop, "stopping")


class _Run:
    """One child over its lives: the process of now, or the time when the next may start."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._due_at = 0.0
        self._delay = _FIRST_DELAY

    def look_after(self) -> None:
        """Note a death; start the process when it is due."""
        if self._process is not None and self._process.poll() is not None:
            self._bury(f"ended with status {self._process.returncode}")
        if self._process is None and time.monotonic() >= self._due_at:
            self._start()

    def due_in(self) -> float:
        """Seconds until `look_after` has something to do, if no signal comes before."""
        return _LONGEST_DELAY if self._process else max(0.0, self._due_at - time.monotonic())

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_end(self) -> None:
        """SIGTERM to the process alone: a web server or a worker ends its own processes in good order."""
        if self._process is not None:
            self._process.terminate()

    def kill_group(self) -> None:
        """Kill what is left of the process and of all it has started."""
        if self._process is None:
            return
        # ProcessLookupError: the group is empty. PermissionError: macOS says this of a group of zombies.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _start(self) -> None:
        self._started_at = time.monotonic()
        try:
            self._process = subprocess.Popen(  # nosec B603
                list(self._child.argv),
                env={**os.environ, **self._child.env},
                stdin=subprocess.DEVNULL,
                # Its own group: Ctrl-C in a terminal reaches us alone, and we say in which order they end.
                process_group=0,
                preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 (one thread; only a system call happens in there)
            )
        except (OSError, subprocess.SubprocessError) as error:
            self._bury(f"does not start: {error}")

    def _bury(self, what: str) -> None:
        # Its own children may still hold the port that the next one needs.
        self.kill_group()
        self._process = None
        now = time.monotonic()
        if now - self._started_at >= _GOOD_RUN:
            self._delay = _FIRST_DELAY
        _log.warning("%s %s; starting again in %.0f s", self._child.name, what, self._delay)
        self._due_at = now + self._delay
        self._delay = min(2 * self._delay, _LONGEST_DELAY)


def _call_all(callbacks: Sequence[Callable[[], object]], what: str) -> None:
    """Call each, whatever the one before it did: the remaining servers have to be started or stopped all the same."""
    for callback in callbacks:
        try:
            callback()
        except Exception:  # noqa: BLE001
            _log.exception("%s failed", what)


def _die_with(parent: int) -> Callable[[], None] | None:
    """What a child does before it becomes its program: ask the kernel to be killed when we die, even by kill -9.

    SIGKILL, because nobody would be left to insist. The web server's workers notice that their parent has gone, and
    those of Celery ask the kernel the same; jobs are made to be begun again.
    """
    if _LIBC is None:
        return None
    prctl = _LIBC.prctl

    def die_with_parent() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return die_with_parent


@contextlib.contextmanager
def _signal_pipe() -> Iterator[socket.socket]:
    """A socket from which the numbers of arriving signals are read: no signal is lost between looking and sleeping."""
    reader, writer = socket.socketpair()
    with reader, writer:
        writer.setblocking(False)
        before = {number: signal.getsignal(number) for number in (*_STOP, signal.SIGCHLD)}
        # A full pipe loses only wake-ups that others in the pipe make needless.
        waker = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        for number, handler in before.items():
            # Ignored means that nohup, or whoever started us, wants it so.
            if handler is not signal.SIG_IGN or number == signal.SIGCHLD:
                signal.signal(number, lambda _number, _frame: None)
        try:
            yield reader
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(waker)
