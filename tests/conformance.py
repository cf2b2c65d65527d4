"""`make schemathesis`: the running server against its own OpenAPI document, as people of several roles.

A real `kessos web` on a database of its own. Exit status 1 on any answer that the document does not promise.
"""

import io
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa
from PIL import Image

from kessos_case.access import service as access
from kessos_case.access.keys import ensure_audit_keys
from kessos_case.access.models import User
from kessos_case.core import db, keys
from kessos_case.core.settings import settings
from kessos_case.referrals import service as referrals
from tests import servers
from tests.factories import AMBULU, JEMBER, OPERATOR, PASSWORD, Make, cases, office

BIN = Path(sys.executable).parent
CONFIG = servers.ROOT / "config" / "schemathesis.toml"
# Cases of one operation in one run; the coverage phase adds its own, and that is most.
EXAMPLES = 3
# Who asks what: signing out ends the token that everything else needs, so somebody else does only that.
ASKED = {
    "field": ("--exclude-path-regex", "^/api/v1/(tokens/current|organisations|users|audit|partners|transfers)"),
    "leader": ("--include-path-regex", "^/api/v1/(plans/.*/approval|goals|transfers|graduation|cases|courses|batches)"),
    "administrator": ("--include-path-regex", "^/api/v1/(organisations|users|partners)"),
    "dpo": ("--include-path-regex", "^/api/v1/(audit|me)"),
    "leaving": ("--include-path", "/api/v1/tokens/current"),
}


def main() -> int:
    """Ask as everybody, two at a time; 1 when somebody got an answer that nobody promised."""
    began = time.monotonic()
    with database() as (tokens, names), served() as address, ThreadPoolExecutor(2) as pool:
        document = f"{address}/api/v1/openapi.json"
        runs = [pool.submit(ask, document, person, names | {"KESSOS_TOKEN": tokens[person]}) for person in tokens]
        found = dict(zip(tokens, (run.result() for run in runs), strict=True))
        operations = known_operations(document)
    answers = sum((answers for _, answers in found.values()), Counter())
    failed = [person for person, (is_well, _) in found.items() if not is_well]
    print_reached(operations, answers)
    verdict = f"FAILED as {', '.join(failed)}" if failed else "all as promised"
    print(f"{answers.total()} cases as {len(tokens)} people in {time.monotonic() - began:.0f} s: {verdict}")
    return 1 if failed else 0


def ask(document: str, person: str, names: dict[str, str]) -> tuple[bool, Counter[tuple[str, int]]]:
    """One run of the command line as one person: whether all was as promised, and what was answered how often."""
    with tempfile.TemporaryDirectory() as folder:
        har = Path(folder, "answers.har")
        command = [BIN / "schemathesis", "--config-file", CONFIG, "--no-color", "run", document]
        options = [*ASKED[person], f"--max-examples={EXAMPLES}", f"--report-har-path={har}"]
        done = subprocess.run(
            [*command, *options], env=os.environ | names, cwd=folder, check=False, capture_output=True, text=True
        )
        entries = json.loads(har.read_text())["log"]["entries"] if har.exists() else []
    print(f"== {person}", done.stdout, done.stderr, sep="\n", flush=True)
    answers = Counter((operation_of(entry["request"], names), entry["response"]["status"]) for entry in entries)
    return done.returncode == 0, answers


def operation_of(request: dict[str, Any], names: dict[str, str]) -> str:
    """`GET /api/v1/clients/{}`: the request without what stands for its parameters."""
    path = re.sub(r"^https?://[^/]+|[?#].*", "", request["url"])
    return f"{request['method']} " + re.sub(r"(?<=/)([0-9a-f-]{36}|35\.09\.12)(?=/|$)", "{}", path)


def known_operations(document: str) -> list[str]:
    """Every operation of the document in the form of `operation_of`."""
    paths = requests.get(document, timeout=20).json()["paths"]
    verbs = ("get", "post", "patch", "put", "delete")
    return [f"{verb.upper()} {re.sub('{.*?}', '{}', path)}" for path in paths for verb in verbs if verb in paths[path]]


def print_reached(operations: list[str], answers: Counter[tuple[str, int]]) -> None:
    """Each operation with its answers by status, so that one which nobody ever reached is seen."""
    for operation in operations:
        found = sorted((status, count) for (asked, status), count in answers.items() if asked == operation)
        mark = " " if any(status < 300 for status, _ in found) else "!"
        print(f"{mark} {operation:60}", *(f"{status}x{count}" for status, count in found))


@contextmanager
def database() -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """A database of its own with people, and what they have made: tokens by person, ids by variable name."""
    with started(), servers.database() as name:
        os.environ["DATABASE_URL"] = servers.postgres.url(name, "kessos_login")
        settings.cache_clear()
        engine = servers.engine_of(name)
        db.bind(engine)
        made = furnish()
        db.bind(None)
        engine.dispose()
        yield made


@contextmanager
def started() -> Iterator[None]:
    """Servers, settings and keys of the tests, as in conftest."""
    servers.start()
    for name in ("DATABASE_URL", "KESSOS_NOW", "KESSOS_DATABASE_OWNER_URL"):
        os.environ.pop(name, None)
    os.environ["KESSOS_CONFIG"] = str(servers.ROOT / "config" / "test.toml")
    os.environ["KESSOS_DATA_DIR"] = str(servers.DATA)
    os.environ["REDIS_URL"] = servers.valkey.url()
    settings.cache_clear()
    keys.ensure_keys(keys.keys_path(settings()))
    ensure_audit_keys()
    try:
        yield
    finally:
        servers.stop()


def furnish() -> tuple[dict[str, str], dict[str, str]]:
    """Six people with their tokens, a UPT at work, a described person and a colleague to change."""
    make = Make()
    field, leader = make.caseworker(), cases.supervisor(make)
    admin, colleague = make.user("administrator"), make.user("tksk")
    for role, region in (("triage", JEMBER), ("tksk", AMBULU)):
        with db.transaction(OPERATOR) as session:
            access.add_grant(session, session.get_one(User, field.id), role=role, region_code=region)
    with db.transaction(OPERATOR) as session:
        grant = access.user_for(session, colleague.id).grants[0].id
    ids = office.ids(make, field, leader)
    make.referral(field, person=None, client_id=ids["CLIENT"])
    described = make.referral(field)
    with make.acting(field) as session:
        photo = referrals.add_photo(session, described.id, picture())
        job = session.scalar(sa.text("select id from jobs limit 1"))
    ids |= {"REFERRAL": described.id, "PHOTO": photo.id, "JOB": job, "GRANT": grant, "USER": colleague.id}
    ids["UPT"] = field.organisation_id
    people = {"field": field, "leader": leader, "administrator": admin, "dpo": make.user("dpo")}
    tokens = {person: make.token(user) for person, user in (people | {"leaving": make.user("partner")}).items()}
    names = {f"KESSOS_{kind}_ID": str(value) for kind, value in ids.items()}
    return tokens, names | {"KESSOS_USERNAME": colleague.username, "KESSOS_PASSWORD": PASSWORD}


def picture() -> bytes:
    """A small photo."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(buffer, "JPEG")
    return buffer.getvalue()


@contextmanager
def served() -> Iterator[str]:
    """The address of a real web server on what the environment names."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    # Made-up passwords must not lock the one account whose password is known.
    own = {"KESSOS_PORT": str(port), "KESSOS_SIGN_IN_TRIES_ACCOUNT": "100000"}
    web = subprocess.Popen([BIN / "kessos", "web"], env=os.environ | own)
    address = f"http://127.0.0.1:{port}"
    try:
        while not is_up(address):
            if web.poll() is not None:
                raise RuntimeError(f"the web server ended with status {web.returncode}")
            time.sleep(0.1)
        yield address
    finally:
        web.terminate()
        web.wait(30)


def is_up(address: str) -> bool:
    """Whether it answers yet."""
    try:
        return requests.get(f"{address}/healthz", timeout=5).ok
    except requests.RequestException:
        return False


if __name__ == "__main__":
    sys.exit(main())
