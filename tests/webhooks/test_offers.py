"""What programs are told when offers move, end to end, and that no byte of it tells of a person."""

import json
from uuid import UUID

import pytest

from tests.conftest import Clock, Truth
from tests.factories import Make, offers
from tests.factories import webhooks as maker
from tests.receiver import Program

pytestmark = pytest.mark.usefixtures("clock")
TOLD = "select event from webhook_deliveries order by created_at, event"


@pytest.fixture
def desk(make: Make):
    return make.user("triage")


@pytest.fixture
def shelter(make: Make):
    return offers.shelter(make)


@pytest.fixture
def subscribed(make: Make, shelter, program: Program):
    return maker.subscribe(make, shelter.user, program.address())


def asked(make: Make, desk, **stated):
    referral = offers.triaged(make, desk, **stated)
    return referral, offers.offers(make, desk, referral.id)[0]


def test_an_offer_that_is_taken_and_carried_out(make: Make, truth: Truth, clock: Clock, desk, shelter, subscribed):
    referral, offer = asked(make, desk)
    offers.accept(make, shelter, offer)
    offers.move(make, shelter.user, referral.id, "meet", happened_at=clock.now)
    offers.move(make, shelter.user, referral.id, "complete", reason="served")
    assert sorted(truth.all(TOLD)) == ["offer.accepted", "offer.completed", "offer.made", "offer.met"]
    assert set(truth.all("select subject_id from webhook_deliveries")) == {offer.id}


def test_a_no(make: Make, truth: Truth, desk, shelter, subscribed):
    _, offer = asked(make, desk)
    offers.decline(make, shelter, offer, "full")
    assert sorted(truth.all(TOLD)) == ["offer.declined", "offer.made"]


def test_a_place_in_line(make: Make, truth: Truth, clock: Clock, desk, program):
    shelter = offers.shelter(make, allows_waiting=True)
    maker.subscribe(make, shelter.user, program.address())
    _, offer = asked(make, desk)
    offers.wait(make, shelter, offer, expected_on=clock.now.date())
    assert sorted(truth.all(TOLD)) == ["offer.made", "offer.waiting"]


def test_silence(make: Make, truth: Truth, clock: Clock, desk, subscribed):
    asked(make, desk)
    clock.set(str(truth.one("select remind_at from offers")))
    offers.run_clocks()
    clock.set(str(truth.one("select expires_at from offers")))
    offers.run_clocks()
    assert sorted(truth.all(TOLD)) == ["offer.expired", "offer.made", "offer.reminded"]


def test_taken_back(make: Make, truth: Truth, desk, subscribed):
    sender = make.user("tksk")
    referral, _ = asked(make, desk, by=sender)
    offers.move(make, sender, referral.id, "withdraw", reason="solved")
    assert sorted(truth.all(TOLD)) == ["offer.made", "offer.revoked"]


def test_no_byte_of_it_tells_of_a_person(
    make: Make, truth: Truth, clock: Clock, desk, shelter, subscribed, program: Program
):
    """A person whose name nobody else has, with everything that a report can say of him."""
    person = {
        "name": "Xyloquentia Wrzesniak", "alias": "Mbah Quokka", "estimated_age": 73, "sex": "P",
        "condition": "luka zamrud", "phone": "0812-3456-7890",
    }  # fmt: skip
    referral, offer = asked(
        make,
        desk,
        client={"name": "Xyloquentia Wrzesniak", "region_code": "35.09.12"},
        person=person,
        urgency="emergency",
    )
    offers.accept(make, shelter, offer)
    offers.move(make, shelter.user, referral.id, "meet", happened_at=clock.now, note="Bertemu Xyloquentia")
    offers.move(make, shelter.user, referral.id, "complete", reason="served", note="Xyloquentia sembuh")
    maker.send_all(subscribed.id)
    assert len(program.heard) == 4
    client_id, referral_id = truth.run("select client_id, id from referrals").one()
    people = truth.all("select id from users")
    secret = [
        *(
            "Xyloquentia",
            "Wrzesniak",
            "Mbah",
            "Quokka",
            "zamrud",
            "Bertemu",
            "sembuh",
            "3456",
            "35.09",
            "Ambulu",
            "PPKS",
        ),
        "temporary_shelter",
        *(str(one) for one in (client_id, referral_id, *people)),
        *(one.hex for one in (client_id, referral_id, *people)),
    ]
    sent = " ".join(f"{heard.line} {heard.head} {heard.body.decode()}" for heard in program.heard).lower()
    assert [word for word in secret if word.lower() in sent] == []
    # Fields are few and known; ids among them are random, but for the service, which is an entry of the directory.
    for heard in program.heard:
        body = json.loads(heard.body)
        assert set(body) == {"id", "type", "timestamp", "data"}
        assert set(body["data"]) == {"offer_id", "state", "urgency", "service_id", "expires_at"}
        assert {UUID(body["id"]).version, UUID(body["data"]["offer_id"]).version} == {4}


def test_an_office_without_a_program_costs_nothing(make: Make, truth: Truth, desk, shelter):
    asked(make, desk)
    assert truth.all(TOLD) == []
    assert truth.one("select count(*) from jobs where name like 'webhooks%'") == 0
