"""A supervisor passes cases of one caseworker on to others."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from kessos_case.access.models import User
from kessos_case.cases import service
from kessos_case.core.errors import Invalid, KessosError, NotFound, RuleBroken
from tests.factories import Make, cases
from tests.factories.cases import BONDOWOSO, MAGETAN
from tests.readers import text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def giver(make: Make) -> User:
    return make.caseworker()


@pytest.fixture
def receiver(make: Make) -> User:
    return make.caseworker()


@pytest.fixture
def leader(make: Make) -> User:
    return cases.supervisor(make)


def pass_on(make: Make, leader: User, giver: User | None, *to: dict):
    with make.acting(leader) as session:
        return service.hand_over_cases(
            session, leader.organisation_id, from_id=giver.id if giver else None, to=list(to)
        )


def whose(truth, user: User) -> set:
    return set(truth.all("select id from cases where caseworker_id = :id", id=user.id))


def codes(refusal) -> set[str]:
    return {entry["code"] for entry in refusal.value.errors}


def test_all_of_them_go_with_their_open_tasks(make: Make, giver, receiver, leader, truth):
    made = {cases.open_case(make, giver).id for _ in range(3)}
    about = truth.one("select client_id from cases limit 1")
    make.task(giver, about, user_id=giver.id)
    done = pass_on(make, leader, giver, {"user_id": receiver.id})
    assert [(one.user_id, one.cases) for one in done.to] == [(receiver.id, 3)]
    assert whose(truth, receiver) == made
    assert truth.all("select user_id from tasks where client_id = :id and state = 'open'", id=about) == [receiver.id]


def test_each_receiver_is_told_once(make: Make, giver, receiver, leader, truth):
    for _ in range(3):
        cases.open_case(make, giver)
    pass_on(make, leader, giver, {"user_id": receiver.id})
    assert truth.all("select user_id from notifications where kind = 'cases_handed_over'") == [receiver.id]


def test_some_go_to_one_and_the_rest_to_another(make: Make, giver, receiver, leader, truth):
    first, *rest = [cases.open_case(make, giver).id for _ in range(3)]
    other = make.caseworker()
    pass_on(make, leader, giver, {"user_id": receiver.id, "case_ids": [first]}, {"user_id": other.id})
    assert (whose(truth, receiver), whose(truth, other)) == ({first}, set(rest))


def test_what_is_named_goes_alone(make: Make, giver, receiver, leader, truth):
    first, second = (cases.open_case(make, giver).id for _ in range(2))
    pass_on(make, leader, giver, {"user_id": receiver.id, "case_ids": [second]})
    assert whose(truth, giver) == {first}


def test_the_cases_of_nobody_are_given_too(make: Make, giver, receiver, leader, truth):
    case = cases.open_case(make, giver)
    truth.run("update cases set caseworker_id = null where id = :id", id=case.id)
    pass_on(make, leader, None, {"user_id": receiver.id})
    assert whose(truth, receiver) == {case.id}


def test_nothing_of_another_office_moves(make: Make, giver, leader, truth):
    stranger, theirs = make.caseworker(MAGETAN), make.caseworker(MAGETAN)
    foreign = cases.open_case(make, stranger).id
    with pytest.raises(Invalid):
        pass_on(make, leader, giver, {"user_id": theirs.id})
    with pytest.raises(RuleBroken) as refusal:
        pass_on(make, leader, stranger, {"user_id": giver.id, "case_ids": [foreign]})
    assert codes(refusal) == {"not_his"}
    with make.acting(leader) as session, pytest.raises(NotFound):
        service.hand_over_cases(session, stranger.organisation_id, from_id=stranger.id, to=[{"user_id": theirs.id}])
    assert whose(truth, stranger) == {foreign}


def test_a_caseworker_passes_nothing_on(make: Make, giver, receiver):
    cases.open_case(make, giver)
    with pytest.raises(NotFound):
        pass_on(make, giver, giver, {"user_id": receiver.id})


def test_closed_cases_stay_where_they_ended(make: Make, giver, receiver, leader, truth):
    case = cases.open_case(make, giver)
    cases.move_case(make, leader, case, "close", reason="moved")
    with pytest.raises(RuleBroken) as refusal:
        pass_on(make, leader, giver, {"user_id": receiver.id})
    assert codes(refusal) == {"nothing_to_hand_over"}


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (lambda giver, receiver: [{"user_id": giver.id}], "same_person"),
        (lambda giver, receiver: [{"user_id": receiver.id}, {"user_id": receiver.id}], "receiver_twice"),
    ],
)
def test_what_makes_no_sense_is_refused(make: Make, giver, receiver, leader, to, code: str):
    cases.open_case(make, giver)
    with pytest.raises(Invalid) as refusal:
        pass_on(make, leader, giver, *to(giver, receiver))
    assert code in codes(refusal)


def test_who_has_left_serves_nobody_until_his_cases_are_passed_on(make: Make, reader, giver, receiver, leader, truth):
    cases.open_case(make, giver)
    truth.run("update users set is_active = false where id = :id", id=giver.id)
    one = reader(leader)
    assert "1 belum ada pekerja sosial" in text_of(one.get("/cases").text)
    assert "sudah tidak bertugas di sini" in text_of(one.get("/cases?worker=none&view=list").text)
    pass_on(make, leader, giver, {"user_id": receiver.id})
    assert "0 belum ada pekerja sosial" in text_of(one.get("/cases").text)


def test_the_night_asks_for_somebody_in_place_of_who_has_left(make: Make, giver, truth):
    from kessos_case.core import db

    cases.open_case(make, giver)
    truth.run("update users set is_active = false where id = :id", id=giver.id)
    with db.transaction(db.system("test")) as session:
        assert service.ask_for_due_cases(session)["unassigned"] == 1
        assert service.ask_for_due_cases(session)["unassigned"] == 0


def test_the_page_passes_on_what_is_ticked(make: Make, reader, giver, receiver, leader, truth):
    first = cases.open_case(make, giver, make.client(giver, name="Sumini Asih").id).id
    second = cases.open_case(make, giver).id
    one = reader(leader)
    page = one.get(f"/cases/hand-over?from={giver.id}")
    assert "Sumini Asih" in text_of(page.text)
    nothing = one.post("/cases/hand-over", **{"from": str(giver.id), "user_id": str(receiver.id), "which": "chosen"})
    assert (nothing.status_code, "Centang paling sedikit satu kasus" in text_of(nothing.text)) == (422, True)
    form = {"from": str(giver.id), "user_id": str(receiver.id), "which": "chosen", "case_id": str(first)}
    done = one.post("/cases/hand-over", **form)
    assert (done.status_code, done.location) == (303, "/cases/hand-over?notice=done")
    assert (whose(truth, receiver), whose(truth, giver)) == ({first}, {second})


def test_of_two_at_once_one_finds_nothing_left(make_committed: Make, committed):
    make = make_committed
    giver, receiver, other = (make.caseworker(BONDOWOSO) for _ in range(3))
    leaders = [cases.supervisor(make) for _ in range(2)]
    for _ in range(4):
        cases.open_case(make, giver)

    def attempt(pair):
        leader, to = pair
        try:
            return sum(one.cases for one in pass_on(make, leader, giver, {"user_id": to.id}).to)
        except KessosError as error:
            return type(error).__name__

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(attempt, zip(leaders, (receiver, other), strict=True)))
    assert sorted(map(str, found)) == ["4", "RuleBroken"]
