"""Many who answer at the same moment, over HTTP at a web server of several processes: places are never given twice."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.browsers import Served, serve
from tests.factories import Make
from tests.factories.offers import Receiver, move, offer, offers, shelter, triaged

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("office"), pytest.mark.timeout(300)]

ASKED, PLACES, AT_ONCE = 200, 7, 32


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("races") / "web.log"


@pytest.fixture(scope="module")
def served(real_servers: None, log: Path) -> Iterator[Served]:
    """A web server of two processes on a database whose transactions commit."""
    with serve(log, processes=2) as found:
        yield found


@pytest.fixture
def make(served: Served) -> Make:
    return Make()


Call = Callable[[], requests.Response]


def at_once(calls: Sequence[Call]) -> list[requests.Response]:
    """All of them, so many at a time, the first lot released together. A client that hears 503 asks again, as it is told."""
    gate = threading.Barrier(min(AT_ONCE, len(calls)))
    first = threading.local()

    def made(call: Call) -> requests.Response:
        if not vars(first):
            first.has_begun = True
            gate.wait(30)
        answer = call()
        for _ in range(20):
            if answer.status_code != 503:
                break
            assert answer.headers["Retry-After"]
            threading.Event().wait(0.2)
            answer = call()
        return answer

    with ThreadPoolExecutor(gate.parties) as pool:
        return list(pool.map(made, calls))


def acceptance(served: Served, token: str, card: Any, body: dict[str, Any] | None = None) -> Call:
    address = f"{served.address}/api/v1/referrals/{card.referral_id}/offers/{card.id}/acceptance"
    headers = {"Authorization": f"Bearer {token}"}
    return lambda: requests.post(address, json=body or {}, headers=headers, timeout=60)


def outcomes(answers: Sequence[requests.Response]) -> Counter[tuple[int, str]]:
    return Counter((answer.status_code, answer.json().get("code", "")) for answer in answers)


def check_log(log: Path) -> None:
    """Nobody heard an error, nothing waited for another in a circle: the log holds warnings and worse, and so nothing."""
    assert log.read_text() == ""


def places(served: Served, service_id: Any) -> tuple[int, int, int]:
    with served.engine.connect() as connection:
        query = "select places, reserved, taken from service_capacities where service_id = %(id)s"
        return tuple(connection.exec_driver_sql(query, {"id": service_id}).one())  # type: ignore[return-value]


@pytest.fixture
def desk(make: Make) -> Any:
    return make.user("triage")


def asked_without_places(make: Make, desk: Any, count: int) -> tuple[Receiver, list[Any]]:
    """So many people offered to one service that has no place yet and keeps a line."""
    sender = make.user("tksk")
    sent = [triaged(make, desk, by=sender, service_types=["residential_care"]) for _ in range(count)]
    receiver = shelter(make, places=0, service_type="residential_care", allows_waiting=True)
    cards = [offer(make, desk, one.id, receiver.service_id, reason="Uji") for one in sent]
    return receiver, cards


def test_of_two_hundred_acceptances_on_seven_places_exactly_seven_hold(
    served: Served, log: Path, make: Make, desk
) -> None:
    receiver, cards = asked_without_places(make, desk, ASKED)
    opened = "update service_capacities set places = %(places)s where service_id = %(id)s"
    with served.engine.begin() as connection:
        connection.exec_driver_sql(opened, {"places": PLACES, "id": receiver.service_id})
    token = make.token(receiver.user)
    answers = at_once([acceptance(served, token, card) for card in cards])
    assert outcomes(answers) == {(201, ""): PLACES, (409, "capacity_full"): ASKED - PLACES}
    assert places(served, receiver.service_id) == (PLACES, 0, PLACES)
    won = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    query = """select o.id::text, o.state, r.state from offers o join referrals r on r.id = o.referral_id
               where o.service_id = %(id)s"""
    with served.engine.connect() as connection:
        stand = connection.exec_driver_sql(query, {"id": receiver.service_id}).all()
    assert {offer_id for offer_id, state, _ in stand if state == "accepted"} == won
    assert Counter(state for *_, state in stand) == {"accepted": PLACES, "offered": ASKED - PLACES}
    check_log(log)


def moving(served: Served, token: str, referral_id: Any, **said: Any) -> Call:
    address = f"{served.address}/api/v1/referrals/{referral_id}/transitions"
    headers = {"Authorization": f"Bearer {token}"}
    return lambda: requests.post(address, json=said, headers=headers, timeout=60)


def test_of_three_who_accept_one_emergency_at_once_one_has_the_person(
    served: Served, log: Path, make: Make, desk
) -> None:
    receivers = [shelter(make, service_type="temporary_shelter") for _ in range(3)]
    tokens = {one.office.id: make.token(one.user) for one in receivers}
    sender = make.user("tksk")
    for _ in range(8):
        found = triaged(make, desk, by=sender, urgency="emergency")
        cards = offers(make, desk, found.id)
        assert {card.state for card in cards} == {"open"}
        assert len(cards) == 3
        answers = at_once([acceptance(served, tokens[card.organisation_id], card) for card in cards])
        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 2}
        after = Counter(card.state for card in offers(make, desk, found.id))
        assert after == {"accepted": 1, "revoked": 2}
        # The same person three times would be one place too many for the next.
        move(make, desk, found.id, "withdraw", reason="solved")
    for one in receivers:
        assert places(served, one.service_id) == (3, 0, 0)
    check_log(log)


def test_freed_at_once_two_places_go_to_the_first_two_in_line(served: Served, log: Path, make: Make, desk) -> None:
    kind = "clothing_and_supplies"
    sender = make.user("tksk")
    receiver = shelter(make, places=2, service_type=kind, allows_waiting=True)
    token = make.token(receiver.user)
    inside = [triaged(make, desk, by=sender, service_types=[kind]) for _ in range(2)]
    for one in inside:
        answer = acceptance(served, token, offers(make, desk, one.id)[0])()
        assert answer.status_code == 201, answer.text
    line = []
    for number in range(4):
        one = triaged(make, desk, by=sender, service_types=[kind], urgency="routine" if number < 2 else "urgent")
        card = next(card for card in offers(make, desk, one.id) if card.state == "open")
        address = f"{served.address}/api/v1/referrals/{one.id}/offers/{card.id}/waiting"
        said = requests.post(
            address, json={"expected_on": "2099-01-01"}, headers={"Authorization": f"Bearer {token}"}, timeout=60
        )
        assert said.status_code == 201, said.text
        line.append(one.id)
    freed = at_once([moving(served, token, one.id, verb="hand_back", reason="no_longer_able") for one in inside])
    assert {answer.status_code for answer in freed} == {201}
    assert places(served, receiver.service_id) == (2, 2, 0)
    # Urgent before routine, however long those have waited; each is admitted once, however often it is pressed.
    admitted = at_once([moving(served, token, one, verb="admit") for one in line for _ in range(3)])
    won = Counter(answer.json()["id"] for answer in admitted if answer.status_code == 201)
    assert won == {str(line[2]): 1, str(line[3]): 1}
    assert {answer.status_code for answer in admitted} == {201, 409}
    assert places(served, receiver.service_id) == (2, 0, 2)
    check_log(log)


def test_two_phones_with_the_same_reports_at_once_make_each_once(served: Served, log: Path, make: Make) -> None:
    sender = make.user("tksk")
    token = make.token(sender)
    person = {"alias": "Mbah Uji", "estimated_age": 70, "sex": "L"}
    good = {"person": person, "service_types": ["temporary_shelter"], "urgency": "urgent", "region_code": "35.09.12"}
    items = [
        good | {"client_reference": f"phone:{number}"} | ({"region_code": "99.99"} if number % 2 else {})
        for number in range(50)
    ]

    def send(ordered: list[dict[str, Any]]) -> Call:
        headers = {"Authorization": f"Bearer {token}"}
        return lambda: requests.post(
            f"{served.address}/api/v1/referrals/batch", json={"items": ordered}, headers=headers, timeout=60
        )

    answers = at_once([send(items), send(items[::-1]), send(items[25:] + items[:25])])
    assert {answer.status_code for answer in answers} <= {200, 201, 207}
    said = [entry for answer in answers for entry in answer.json()["items"]]
    assert Counter(entry["status"] for entry in said) == {"received": 25, "known": 50, "invalid": 75}
    ids = {entry["client_reference"]: entry["id"] for entry in said if entry["id"]}
    with served.engine.connect() as connection:
        query = "select client_reference, id::text from referrals where sender_id = %(id)s"
        assert dict(connection.exec_driver_sql(query, {"id": sender.id}).all()) == ids
    check_log(log)
