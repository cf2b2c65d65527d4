"""kill -9 of every part while people work: each report exists exactly once, and what was begun is finished.

Everything runs for real: `kessos run` in a folder of its own, reports over HTTP, the outcome read by the superuser.
"""

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.faults.office import AMBULU, Office, children, eventually, kill

pytestmark = [
    pytest.mark.faults,
    # One process of the run builds the office, instead of each its own.
    pytest.mark.xdist_group("office"),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office at work."""
    opened = Office(tmp_path_factory.mktemp("office"))
    try:
        opened.settle_in("tksk", "caseworker")
        yield opened
    finally:
        opened.clear()


def report(**more: Any) -> dict[str, Any]:
    return {
        "person": {"name": "Suripto Wonosari", "estimated_age": 70, "sex": "L"},
        "service_types": ["temporary_shelter"],
        "urgency": "urgent",
        "region_code": AMBULU,
    } | more


class Sender(threading.Thread):
    """Somebody who sends a request until it is answered, as an offline queue or a page that is loaded again does."""

    role = ""

    def __init__(self, office: Office, number: int) -> None:
        super().__init__(name=f"{type(self).__name__.lower()}-{number}")
        self.office = office
        self.headers = office.sign_in(self.role)
        self.answered: dict[str, str] = {}
        self.strange: list[str] = []
        self.hang_up = threading.Event()

    def run(self) -> None:
        while not self.hang_up.is_set() and not self.strange:
            reference = f"{self.name}:{len(self.answered)}"
            if (made := self.work(reference)) is not None:
                self.answered[reference] = made
            time.sleep(0.02)

    def work(self, reference: str) -> str | None:
        """One piece of work; the id of what was made."""
        raise NotImplementedError

    def send(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any] | None:
        """The answer, however often it takes; None after an answer that no sender should get."""
        headers = self.headers | {"Idempotency-Key": key}
        while True:
            try:
                answer = requests.post(f"{self.office.address}/api/v1{path}", json=body, headers=headers, timeout=30)
            except requests.RequestException:
                time.sleep(0.05)
                continue
            if answer.status_code == 201:
                return answer.json()
            if answer.status_code != 503 and answer.json().get("code") != "in_progress":
                self.strange.append(f"{path} {answer.status_code} {answer.text}")
                return None
            time.sleep(0.05)


class Phone(Sender):
    """A phone in the field: sends report after report."""

    role = "tksk"

    def work(self, reference: str) -> str | None:
        made = self.send("/referrals", report(client_reference=reference), reference)
        return made and str(made["id"])


class Desk(Sender):
    """A desk in a UPT: registers somebody, opens a case and moves it, person after person."""

    role = "caseworker"
    moves = (
        {"verb": "start_assessment"},
        {"verb": "pause", "reason": "hospital", "until": (date.today() + timedelta(days=9)).isoformat()},
        {"verb": "resume"},
    )

    def work(self, reference: str) -> str | None:
        person = {"name": f"Uji {spelled(reference)}", "sex": "L", "region_code": AMBULU, "categories": ["PPKS-11"]}
        client = self.send("/clients", person, reference)
        if client is None:
            return None
        opened = {"client_id": client["id"], "organisation_id": self.upt(), "category": "PPKS-11"}
        case = self.send("/cases", opened, reference)
        if case is None:
            return None
        said = {"form": "signed", "given_on": (date.today() - timedelta(days=1)).isoformat()}
        steps = [("agreements", said), *(("transitions", move) for move in self.moves)]
        for number, (place, body) in enumerate(steps):
            if self.send(f"/cases/{case['id']}/{place}", body, f"{reference}:{number}") is None:
                return None
        return str(case["id"])

    def upt(self) -> str:
        """The id of the own UPT."""
        with self.office.database() as database:
            query = "select id::text from organisations where code = 'PSTW-BONDOWOSO'"
            return database.execute(query).fetchone()[0]


def spelled(reference: str) -> str:
    """A name for a reference that nobody would take for another."""
    digest = hashlib.sha256(reference.encode()).digest()
    return "".join("bcdfghklmnprstvw"[byte & 15] + "aeio"[byte >> 6] for byte in digest[:10])


def is_replaced(pid: int | None, found: Callable[[], int | None]) -> Callable[[], bool]:
    return lambda: found() not in (None, pid)


def kill_a_web_process(office: Office) -> Callable[[], bool]:
    master = office.part("gunicorn")
    assert master
    before = children(master)
    kill(before[0])
    return lambda: len(set(children(master)) - {before[0]}) >= len(before)


def kill_the_web_server(office: Office) -> Callable[[], bool]:
    kill(master := office.part("gunicorn"))
    return is_replaced(master, lambda: office.part("gunicorn"))


def kill_the_worker(office: Office) -> Callable[[], bool]:
    worker = office.part("celery")
    assert worker
    for pid in (worker, *children(worker)):
        kill(pid)
    return is_replaced(worker, lambda: office.part("celery"))


def kill_the_scheduler(office: Office) -> Callable[[], bool]:
    kill(scheduler := office.part("scheduler"))
    return is_replaced(scheduler, lambda: office.part("scheduler"))


def kill_valkey(office: Office) -> Callable[[], bool]:
    kill(server := office.valkey.pid())
    return is_replaced(server, office.valkey.pid)


def kill_postgres(office: Office) -> Callable[[], bool]:
    kill(server := office.postgres.pid())
    return is_replaced(server, office.postgres.pid)


KILLS = (kill_a_web_process, kill_the_web_server, kill_the_worker, kill_the_scheduler, kill_valkey, kill_postgres)


def test_nothing_is_lost_or_doubled_while_everything_is_killed_in_turn(office: Office) -> None:
    phones, desks = [Phone(office, number) for number in range(3)], [Desk(office, number) for number in range(2)]
    senders = [*phones, *desks]
    for sender in senders:
        sender.start()
    try:
        for kill_it in KILLS:
            is_back = kill_it(office)
            assert eventually(is_back, 20), f"{kill_it.__name__}: not started again\n{office.said()}"
            wait_for_answers(senders, office)
    finally:
        for sender in senders:
            sender.hang_up.set()
        for sender in senders:
            sender.join(60)
    sent = {reference: made for phone in phones for reference, made in phone.answered.items()}
    check_each_report_once(office, sent)
    check_each_case_once(office, [case for desk in desks for case in desk.answered.values()])


def wait_for_answers(senders: list[Phone | Desk], office: Office, more: int = 2) -> None:
    """Everybody gets through again."""
    before = [len(sender.answered) for sender in senders]

    def all_got_through() -> bool:
        assert not any(sender.strange for sender in senders), [sender.strange for sender in senders]
        return all(len(sender.answered) >= count + more for sender, count in zip(senders, before, strict=True))

    assert eventually(all_got_through, 90), office.said()


def check_each_report_once(office: Office, sent: dict[str, str]) -> None:
    """One row, one `submit`, one line of the trail and one finished job for each report that was answered."""
    with office.database() as database:
        stored = database.execute(
            "select client_reference, id::text from referrals where client_reference like 'phone-%'"
        ).fetchall()
        assert sorted(stored) == sorted(sent.items())
        once = dict.fromkeys(sent.values(), 1)
        for counted in (
            "select referral_id, count(*) from referral_transitions where verb = 'submit' group by 1",
            "select resource_id, count(*) from audit_entries where (resource, action) = ('referral', 'create') group by 1",
            "select args->>'referral_id', count(*) from jobs where name = 'referrals.find_matches' group by 1",
        ):
            found = {str(subject): count for subject, count in database.execute(counted)}
            assert {subject: found.get(subject) for subject in once} == once, counted
        assert eventually(lambda: not open_jobs(database), 40), (open_jobs(database), office.said())


def check_each_case_once(office: Office, cases: list[str]) -> None:
    """Each answered move is one row of history and one line of the trail, and the case stands where they lead."""
    assert cases
    with office.database() as database:
        moved = "select verb, count(*) from case_transitions where case_id = %s group by 1"
        stands = "select stage, paused_from is null, count(*) over (partition by client_id) from cases where id = %s"
        for case in cases:
            once = dict.fromkeys(("open", *(move["verb"] for move in Desk.moves)), 1)
            assert dict(database.execute(moved, [case]).fetchall()) == once
            assert database.execute(stands, [case]).fetchone() == ("assessment", True, 1)
        doubles = "select count(*) from cases group by client_id having count(*) > 1"
        assert database.execute(doubles).fetchall() == []


def open_jobs(database: Any) -> list[tuple[str, int]]:
    """States of the jobs that are not done, with their number."""
    query = "select status, count(*) from jobs where name = 'referrals.find_matches' and status <> 'done' group by 1"
    return database.execute(query).fetchall()


def test_a_job_whose_worker_is_killed_in_the_middle_is_done_once(office: Office) -> None:
    api, tksk = f"{office.address}/api/v1", office.sign_in("tksk")
    known = {"name": "Suripto Wonosari", "sex": "L", "region_code": AMBULU}
    registered = requests.post(f"{api}/clients", json=known, headers=office.sign_in("caseworker"), timeout=20)
    assert registered.status_code == 201, registered.text
    with office.database() as database:
        # Whoever wants to write what he has found must wait: a job held in its middle.
        with office.database() as holder, holder.transaction():
            holder.execute("lock table referral_matches in access exclusive mode")
            made = requests.post(f"{api}/referrals", json=report(), headers=tksk, timeout=20).json()["id"]
            assert eventually(lambda: waits_for_matches(database), 20), office.said()
            for pid in children(office.part("celery") or 0):
                kill(pid)
        query = "select status, attempts from jobs where args->>'referral_id' = %s"
        done = eventually(lambda: database.execute(query, [made]).fetchall() == [("done", 1)], 30)
        assert done, (database.execute(query, [made]).fetchall(), office.said())
        matched = database.execute("select client_id::text from referral_matches where referral_id = %s", [made])
        assert matched.fetchall() == [(registered.json()["id"],)]


def waits_for_matches(database: Any) -> bool:
    """Whether some transaction waits for the table of matches."""
    query = "select exists (select from pg_locks where relation = 'referral_matches'::regclass and not granted)"
    return bool(database.execute(query).fetchone()[0])


def test_doubles_at_the_same_moment_have_one_effect(office: Office) -> None:
    headers = office.sign_in("tksk")
    by_key = at_once(office, headers | {"Idempotency-Key": "double-by-key"}, report(note="double by key"))
    by_reference = at_once(office, headers, report(client_reference="double", note="double by reference"))
    # Without a key there is nothing to wait for: each gets the one referral.
    assert {answer.status_code for answer in by_reference} == {201}
    with office.database() as database:
        for answers in (by_key, by_reference):
            made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
            others = {answer.json()["code"] for answer in answers if answer.status_code != 201}
            assert len(made) == 1
            assert others <= {"in_progress"}
            query = "select count(*) from referral_transitions where verb = 'submit' and referral_id = %s"
            assert database.execute(query, [made.pop()]).fetchone() == (1,)
        kept = "select count(*) from idempotency_keys where key = 'double-by-key'"
        assert database.execute(kept).fetchone() == (1,)
        stored = "select count(*) from referrals where client_reference = 'double'"
        assert database.execute(stored).fetchone() == (1,)


def at_once(office: Office, headers: dict[str, str], body: dict[str, Any], times: int = 8) -> list[requests.Response]:
    """The same request from so many threads, released together."""
    gate = threading.Barrier(times)

    def send(_: int) -> requests.Response:
        gate.wait()
        return requests.post(f"{office.address}/api/v1/referrals", json=body, headers=headers, timeout=30)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(send, range(times)))


def test_a_killed_supervisor_leaves_only_the_servers_and_the_next_run_finds_them(tmp_path: Path) -> None:
    office = Office(tmp_path / "office")
    try:
        office.settle_in("tksk")
        tksk = office.sign_in("tksk")
        made = requests.post(f"{office.address}/api/v1/referrals", json=report(), headers=tksk, timeout=20).json()["id"]
        with pytest.raises(subprocess.CalledProcessError) as refused:
            office.kessos("run")
        assert refused.value.returncode == 1
        assert "already at work" in refused.value.stderr
        parts = [office.part(name) for name in ("gunicorn", "celery", "scheduler")]
        processes = [pid for part in parts for pid in (part, *children(part or 0))]
        assert office.process
        kill(office.process.pid)
        office.process.wait(5)
        assert eventually(lambda: not set(processes) & set(office.family()), 10), processes
        office.open()
        found = requests.get(f"{office.address}/api/v1/referrals/{made}", headers=tksk, timeout=20)
        assert found.status_code == 200
        assert office.close() == 0
        assert eventually(lambda: not office.family(), 5), office.family()
    finally:
        office.clear()
