"""The embedded servers are real ones here, in folders of their own; nothing is imitated."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
import sqlalchemy
from kombu.connection import Connection

from kessos_case.core.embedded import EmbeddedPostgres, EmbeddedServerError, EmbeddedValkey, celery_broker_url
from kessos_case.core.embedded.folder import ServerFolder

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="hands the server to another user")
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


# Becomes the user after the imports, because the interpreter itself may lie where only root may read.
ORDINARY_USER = """
import os, pathlib, secrets, sys
import psycopg, redis
from kessos_case.core.embedded import EmbeddedPostgres, EmbeddedValkey
data, uid = pathlib.Path(sys.argv[1]), int(sys.argv[2])
os.setgroups([])
os.setgid(uid)
os.setuid(uid)
postgres, valkey = EmbeddedPostgres(data), EmbeddedValkey(data)
try:
    assert postgres.start() and valkey.start()
    assert not postgres.start() and not valkey.start()
    postgres.kill()
    valkey.kill()
    assert not postgres.is_running() and not valkey.is_running()
    assert postgres.start() and valkey.start()
    postgres.ensure_database("kessos")
    with psycopg.connect(postgres.url().replace("+psycopg", "")) as connection:
        connection.execute("select 1")
    assert redis.Redis.from_url(valkey.url()).ping()
finally:
    postgres.stop("immediate")
    valkey.stop()
assert not postgres.is_running() and not valkey.is_running()
"""


def query(server: EmbeddedPostgres, statement: str, database: str = "postgres", user: str = "postgres") -> object:
    address = server.url(database, user).replace("+psycopg", "", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def processes_of(folder: Path) -> list[int]:
    """All processes whose working folder lies in this one: PostgreSQL's and Valkey's do."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").resolve(strict=True).is_relative_to(folder.resolve()):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def gone(folder: Path) -> bool:
    end = time.monotonic() + 5
    while processes_of(folder) and time.monotonic() < end:
        time.sleep(0.02)
    return not processes_of(folder)


def put(cluster: Path, data_dir: Path) -> None:
    """Copy a stopped cluster, which takes a third of the time of making one."""
    shutil.copytree(cluster, data_dir / "postgres" / "cluster")


@pytest.fixture(scope="module")
def stopped_cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stopped")
    server = EmbeddedPostgres(folder)
    server.start()
    server.stop()
    return folder / "postgres" / "cluster"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, stopped_cluster: Path) -> Iterator[EmbeddedPostgres]:
    folder = tmp_path_factory.mktemp("shared")
    put(stopped_cluster, folder)
    server = EmbeddedPostgres(folder, settings={"work_mem": "5MB"})
    server.start()
    yield server
    server.stop("immediate")


@pytest.fixture
def postgres(tmp_path: Path, stopped_cluster: Path) -> Iterator[EmbeddedPostgres]:
    put(stopped_cluster, tmp_path)
    server = EmbeddedPostgres(tmp_path)
    yield server
    server.stop("immediate")


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path)
    yield server
    server.stop()


def client(server: EmbeddedValkey) -> redis.Redis:
    return redis.Redis.from_url(server.url(), single_connection_client=True)


@linux
def test_postgres_starts_once_is_shared_and_leaves_no_process(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    assert postgres.start() is True
    assert EmbeddedPostgres(tmp_path).start() is False
    assert postgres.pid() in processes_of(tmp_path)
    postgres.stop()
    assert not postgres.is_running()
    assert gone(tmp_path)


@linux
def test_committed_rows_survive_kill(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    postgres.start()
    query(postgres, "create table kept as select 7 as number")
    postgres.kill()
    assert not postgres.is_running()
    assert postgres.start() is True
    assert query(postgres, "select number from kept") == 7
    postgres.kill()
    assert gone(tmp_path)


def test_a_half_made_cluster_is_thrown_away(tmp_path: Path) -> None:
    postgres = EmbeddedPostgres(tmp_path)
    half = tmp_path / "postgres" / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    try:
        postgres.start()
        assert query(postgres, "select 1") == 1
        assert not half.exists()
    finally:
        postgres.stop("immediate")


def test_a_folder_too_deep_for_a_socket_works(tmp_path: Path, stopped_cluster: Path) -> None:
    deep = tmp_path / ("a" * 100) / ("it's b" * 10)
    put(stopped_cluster, deep)
    postgres, valkey = EmbeddedPostgres(deep), EmbeddedValkey(deep)
    try:
        assert postgres.start() and valkey.start()
        assert query(postgres, "select 1") == 1
        assert client(valkey).ping()
    finally:
        postgres.stop("immediate")
        valkey.stop()


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    postgres.start()
    pid_file = tmp_path / "postgres" / "cluster" / "postmaster.pid"
    postgres.kill()
    stranger = subprocess.Popen(["sleep", "60"])
    _, rest = pid_file.read_text().split("\n", 1)
    pid_file.write_text(f"{stranger.pid}\n{rest}")
    assert not postgres.is_running()
    assert postgres.start() is True
    stranger.kill()
    stranger.wait()


def test_vanished_sockets_are_made_anew(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    first = psycopg.conninfo.conninfo_to_dict(postgres.url().replace("+psycopg", "", 1))["host"]
    for path in Path(str(first)).iterdir():
        path.unlink()
    Path(str(first)).rmdir()
    assert postgres.start() is True
    assert query(postgres, "select 1") == 1


def test_a_stop_leaves_no_folder_behind_and_the_address_stays(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    address = postgres.url()
    host = Path(str(psycopg.conninfo.conninfo_to_dict(address.replace("+psycopg", "", 1))["host"]))
    postgres.stop()
    assert not host.exists()
    postgres.start()
    assert postgres.url() == address


def test_a_socket_folder_that_others_may_enter_is_not_trusted(tmp_path: Path) -> None:
    folder = ServerFolder(tmp_path, "postgres")
    folder.make()
    sockets = folder.make_sockets({os.geteuid()})
    assert folder.sockets({os.geteuid()}) == sockets
    assert folder.sockets({os.geteuid() + 1}) is None
    sockets.chmod(0o755)
    assert folder.sockets({os.geteuid()}) is None
    sockets.rmdir()


def test_two_starts_at_once_make_one_server(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    answers: list[bool] = []
    threads = [threading.Thread(target=lambda: answers.append(EmbeddedPostgres(tmp_path).start())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, False, True]


def test_the_database_is_made_once_whatever_its_name(shared: EmbeddedPostgres) -> None:
    for _ in range(2):
        shared.ensure_database('it\'s a "name"')
    engine = sqlalchemy.create_engine(shared.url('it\'s a "name"'), poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        assert connection.scalar(sqlalchemy.text("select current_database()")) == 'it\'s a "name"'


def test_we_may_connect_as_any_role_and_only_through_the_socket(shared: EmbeddedPostgres) -> None:
    query(shared, "create role kessos_login login")
    assert query(shared, "select session_user", user="kessos_login") == "kessos_login"
    assert query(shared, "show listen_addresses") == ""
    assert query(shared, "select count(*) from pg_hba_file_rules where type <> 'local'") == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("work_mem", "5MB"), ("datcollate", "C.UTF-8"), ("server_encoding", "UTF8"), ("TimeZone", "UTC")],
)
def test_settings_arrive(shared: EmbeddedPostgres, name: str, value: str) -> None:
    statement = "select datlocale from pg_database where datname = 'template1'"
    assert query(shared, statement if name == "datcollate" else f"show {name}") == value


def test_the_log_holds_no_value_of_a_failed_statement(shared: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        query(shared, "select 'Siti'::int")
    query(shared, "create table people (name text unique)")
    query(shared, "insert into people values ('Siti')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        query(shared, "insert into people values ('Siti')")
    assert "Siti" not in shared._folder.log_tail()
    assert "ready to accept connections" in shared._folder.log_tail()


@pytest.mark.usefixtures("postgres")
def test_a_failed_start_shows_the_log(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="unrecognized configuration parameter"):
        EmbeddedPostgres(tmp_path, settings={"no_such_setting": "1"}).start()


def test_missing_programs_are_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="DATABASE_URL"):
        EmbeddedPostgres(tmp_path, bin_dir=tmp_path).start()
    with pytest.raises(EmbeddedServerError, match="not been started"):
        EmbeddedPostgres(tmp_path / "other").url()


@linux
def test_servers_run_in_their_own_session(shared: EmbeddedPostgres, valkey: EmbeddedValkey) -> None:
    valkey.start()
    for pid in (shared.pid(), valkey.pid()):
        assert pid is not None
        assert os.getsid(pid) != os.getsid(0)


@linux
def test_valkey_starts_once_is_shared_and_leaves_no_process(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    assert valkey.start() is True
    assert EmbeddedValkey(tmp_path).start() is False
    client(valkey).set("a", "1")
    valkey.stop()
    assert gone(tmp_path)
    assert valkey.start() is True
    assert client(valkey).get("a") == b"1"


def test_valkey_keeps_what_is_older_than_a_second(valkey: EmbeddedValkey) -> None:
    valkey.start()
    client(valkey).set("kept", "yes")
    time.sleep(1.1)
    valkey.kill()
    assert not valkey.is_running()
    assert valkey.start() is True
    assert client(valkey).get("kept") == b"yes"


def test_valkey_refuses_to_forget_and_listens_on_a_private_socket_only(valkey: EmbeddedValkey) -> None:
    valkey.start()
    settings = client(valkey).config_get("*")
    wanted = {"port": "0", "maxmemory-policy": "noeviction", "appendonly": "yes", "appendfsync": "everysec", "save": ""}
    assert wanted.items() <= settings.items()
    assert Path(settings["unixsocket"]).stat().st_mode & 0o777 == 0o700


def test_celery_takes_the_address_with_its_database(valkey: EmbeddedValkey) -> None:
    valkey.start()
    with Connection(celery_broker_url(valkey.url(3))) as connection:
        queue = connection.SimpleQueue("poke")
        queue.put({"id": 1})
        assert redis.Redis.from_url(valkey.url(3)).llen("poke") == 1
        message = queue.get(timeout=2)
        message.ack()
        queue.close()
    assert message.payload == {"id": 1}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("unix:///a/valkey.sock", "redis+socket:///a/valkey.sock?virtual_host=0"),
        ("unix:///a%20b/valkey.sock?db=2", "redis+socket:///a%20b/valkey.sock?virtual_host=2"),
        ("redis://host:6379/1", "redis://host:6379/1"),
    ],
)
def test_addresses_for_celery(url: str, expected: str) -> None:
    assert celery_broker_url(url) == expected


@needs_root
@linux
@pytest.mark.parametrize("missing", ["", "setpriv"])
def test_root_in_a_folder_that_only_root_may_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_cluster: Path, missing: str
) -> None:
    """With setpriv the server has another user; without, a user namespace in which we look like one."""
    if missing:
        programs = tmp_path / "bin"
        programs.mkdir()
        (programs / "unshare").symlink_to("/usr/bin/unshare")
        monkeypatch.setenv("PATH", str(programs))
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    put(stopped_cluster, private)
    server = EmbeddedPostgres(private)
    try:
        server.start()
        assert query(server, "select 1") == 1
        server.kill()
        assert server.start() is True
        assert (Path(f"/proc/{server.pid()}").stat().st_uid == 0) is bool(missing)
    finally:
        server.stop("immediate")


@needs_root
@linux
@pytest.mark.parametrize("uid", [pwd.getpwnam("nobody").pw_uid, 54321])
def test_an_ordinary_user_even_one_without_a_name(uid: int) -> None:
    # Not tmp_path: its parents are closed to other users.
    with tempfile.TemporaryDirectory() as data:
        os.chown(data, uid, uid)
        done = subprocess.run(
            [sys.executable, "-c", ORDINARY_USER, data, str(uid)],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr


def test_valkey_sees_a_stale_socket_as_no_server(valkey: EmbeddedValkey) -> None:
    valkey.start()
    pid = valkey.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    with socket.socket(socket.AF_UNIX) as connection, pytest.raises(OSError, match="refused"):
        connection.connect(valkey.url().removeprefix("unix://").partition("?")[0])
    assert valkey.start() is True
