"""Who acts at the same moment about different people never waits for the other in a circle. Real connections, real commits."""

from collections.abc import Callable

import pytest

from kessos_case.referrals import service
from tests.crossing import at_once
from tests.factories import Make
from tests.factories.offers import accept, decline, move, offers, run_clocks, shelter, triaged


@pytest.fixture
def make(make_committed: Make) -> Make:
    return make_committed


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


def counts(committed) -> tuple[int, int]:
    """(reserved, taken) of all services together."""
    with committed.connect() as connection:
        return tuple(connection.exec_driver_sql("select sum(reserved), sum(taken) from service_capacities").one())


def test_two_receivers_who_take_two_emergencies_crosswise_have_both(committed, make: Make, desk):
    receivers = {receiver.service_id: receiver for receiver in (shelter(make, places=50) for _ in range(2))}
    for turn in range(1, 5):
        found = [triaged(make, desk, urgency="emergency") for _ in range(2)]
        asked = [sorted(offers(make, desk, one.id), key=lambda card: str(card.service_id)) for one in found]
        chosen = [asked[0][0], asked[1][1]]
        yes = [lambda card=card: accept(make, receivers[card.service_id], card).state for card in chosen]
        assert at_once(yes) == ["accepted", "accepted"]
        assert counts(committed) == (0, 2 * turn)


def test_nobody_who_accepts_is_refused_because_the_clock_reminds_and_expires(make: Make, desk, clock):
    receivers = {receiver.service_id: receiver for receiver in (shelter(make, places=50) for _ in range(3))}
    for _ in range(3):
        for _number in range(3):
            triaged(make, desk)
        clock.move(hours=13)
        late = [card for _number in range(3) for card in offers(make, desk, triaged(make, desk).id)]
        clock.move(hours=12)
        yes = [lambda card=card: accept(make, receivers[card.service_id], card).state for card in late]
        assert set(at_once([*yes, lambda: run_clocks() or "round"])) == {"accepted", "round"}


def test_of_the_same_verb_twice_at_once_one_counts(committed, make: Make, desk, clock):
    def twice(call: Callable[[], object]) -> list[str]:
        return sorted(at_once([call, call]))

    receiver = shelter(make, places=50)

    def taken() -> service.ReferralCard:
        found = triaged(make, desk)
        accept(make, receiver, offers(make, desk, found.id)[-1])
        return found

    asked = offers(make, desk, triaged(make, desk).id)[-1]
    assert twice(lambda: decline(make, receiver, asked, "full").state) == ["declined", "rule_broken"]
    first = taken()
    seen = {"happened_at": clock.now}
    assert twice(lambda: move(make, receiver.user, first.id, "meet", **seen).state) == ["met", "rule_broken"]
    done = {"reason": "served"}
    told = twice(lambda: move(make, receiver.user, first.id, "complete", **done).state)
    assert told in (["completed", "not_found"], ["completed", "rule_broken"], ["completed", "forbidden"])
    second = taken()
    given = {"reason": "not_suitable"}
    told = twice(lambda: move(make, receiver.user, second.id, "hand_back", **given).state)
    assert told[-1] == "routing"
    assert told[0] in ("forbidden", "not_found", "rule_broken")
    third = triaged(make, desk)
    gone = {"reason": "died"}
    assert twice(lambda: move(make, desk, third.id, "withdraw", **gone).state) == ["rule_broken", "withdrawn"]
    sent = make.referral(make.user("tksk"))
    assert twice(lambda: move(make, desk, sent.id, "triage", new_client={}).state)[-1] == "rule_broken"
    # Every place that was held is free again but the one that the last one holds.
    with committed.connect() as connection:
        alive = "select count(*) from offers where ended_at is null and capacity_id is not null"
        assert sum(counts(committed)) == connection.exec_driver_sql(alive).scalar()


def test_a_request_that_was_given_up_in_a_circle_is_done_again(committed, make: Make, desk, clock, monkeypatch):
    """As PostgreSQL ends a circle: the first attempt fails, nothing of it stands, and the caller hears the second."""
    import sqlalchemy as sa

    from kessos_case.app import create_app
    from kessos_case.referrals import routes
    from tests.factories import Api

    sent = make.referral(make.user("tksk"))
    real, attempts = service.move_referral, []

    def crossed_once(session, *args, **said):
        made = real(session, *args, **said)
        attempts.append(made.state)
        if len(attempts) == 1:
            session.execute(sa.text("do $$ begin raise exception 'circle' using errcode = '40P01'; end $$"))
        return made

    monkeypatch.setattr(routes.service, "move_referral", crossed_once)
    answer = Api(create_app(), desk).post(f"/referrals/{sent.id}/transitions", {"verb": "return", "note": "Di mana?"})
    assert (answer.status_code, answer.json["state"]) == (201, "returned")
    assert attempts == ["returned", "returned"]
    with committed.connect() as connection:
        moves = "select count(*) from referral_transitions where verb = 'return'"
        assert connection.exec_driver_sql(moves).scalar() == 1


def test_a_line_that_somebody_holds_does_not_hold_up_the_clock(make: Make, desk, clock, committed):
    """Whoever works at a service's places keeps the round from this service, and from nothing else."""
    from kessos_case.core import db

    held = shelter(make, places=1)
    shelter(make, places=1, service_type="clothing_and_supplies")
    stuck = triaged(make, desk)
    goes_on = triaged(make, desk, service_types=["clothing_and_supplies"])
    clock.move(hours=25)
    with committed.begin() as connection:
        lock = "select 1 from service_capacities where service_id = %(id)s for update"
        connection.exec_driver_sql(lock, {"id": held.service_id})
        run_clocks()
    with db.transaction(db.user(desk.id)) as session:
        states = {one.id: service.read_referral(session, one.id).state for one in (stuck, goes_on)}
    assert states == {stuck.id: "offered", goes_on.id: "unmet"}
    run_clocks()
    assert offers(make, desk, stuck.id)[0].state == "expired"
