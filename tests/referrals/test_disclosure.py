"""What a receiver is told: what was disclosed on a ground that holds now, and nothing else, by whichever door."""

import json
from datetime import date

import pytest

from kessos_case.clients.service import withdraw_consent
from kessos_case.core.errors import NotFound
from kessos_case.referrals import service
from tests.factories import Api, Make
from tests.factories.offers import accept, home, move, offers, shelter, triaged

NAME, NICKNAME, ILL, WHERE, NOTE = "Sukarmin Wiryo", "Mbah Kar", "demam tinggi", "Gang Buntu 7", "hati-hati anjing"
ALL = ["name", "nik", "phone", "address", "birth_date", "condition", "photo"]
SECRET = (NAME, NICKNAME, ILL, WHERE, NOTE, "3509121502500009", "81234567890", "1950-02-15", "Jalan Mawar 1",
          "8.345678")  # fmt: skip
PHONE = {"latitude": -8.345678, "longitude": 113.605432, "accuracy": 12.0}
CLIENT = {
    "name": NAME, "nik": "3509121502500009", "birth_date": None, "phone": "081234567890", "address": "Jalan Mawar 1",
    "sex": "L",
}  # fmt: skip


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


@pytest.fixture
def receiver(make: Make, desk):
    return shelter(make)


@pytest.fixture
def report(make: Make, desk):
    """A report that says everything, triaged and offered; `consent` is given before anybody is asked."""

    def made(*, consent=None, disclose=ALL, urgency="urgent", by=None, **stated):
        client = make.client(desk, **CLIENT | {"birth_date": date(1950, 2, 15)})
        if consent is not None:
            make.consent(desk, client.id, **consent)
        person = {"name": NAME, "alias": NICKNAME, "estimated_age": 76, "sex": "L", "condition": ILL}
        sender = by or make.user("tksk")
        sent = make.referral(
            sender, person=person, place=WHERE, location=PHONE, note=NOTE, disclose=disclose, urgency=urgency, **stated
        )
        make.photo(sender, sent.id)
        return move(make, desk, sent.id, "triage", client_id=client.id)

    return made


def heard(api: Api, receiver, found) -> str:
    """Everything that any door answers a receiver about a referral."""
    mine, at = api(receiver.user), f"/referrals/{found.id}"
    paths = [at, f"{at}/history", f"{at}/offers", "/offers", "/referrals", "/referrals?open=true&order=due"]
    offer_id = mine.get(f"{at}/offers").json["items"][0]["id"]
    answers = [mine.get(path) for path in [*paths, f"{at}/offers/{offer_id}"]]
    assert {answer.status_code for answer in answers} == {200}
    return json.dumps([answer.json for answer in answers])


def test_without_a_consent_the_need_is_told_and_nobody(make: Make, api: Api, receiver, report):
    found = report()
    text = heard(api, receiver, found)
    assert [word for word in SECRET if word in text] == []
    assert str(found.client_id) not in text
    assert str(found.sender_id) not in text
    told = offers(make, receiver.user, found.id)[0].snapshot
    assert (told["service_types"], told["age_from"], told["age_to"], told["sex"]) == (
        ["temporary_shelter"],
        76,
        76,
        "L",
    )


def test_with_a_consent_exactly_what_the_sender_ticked(make: Make, api: Api, receiver, report):
    found = report(consent={}, disclose=["name", "phone"])
    text = heard(api, receiver, found)
    assert {word for word in SECRET if word in text} == {NAME, NICKNAME, "81234567890"}
    with make.acting(receiver.user) as session:
        seen = service.read_referral(session, found.id)
    assert (seen.person["name"], seen.disclose, seen.photos, seen.place) == (NAME, ["name", "phone"], [], None)


def test_everything_ticked_and_allowed_is_told_but_the_note_and_where_the_phone_was(
    make: Make, api: Api, receiver, report
):
    text = heard(api, receiver, report(consent={}))
    assert [word for word in SECRET if word not in text] == [NOTE, "8.345678"]


def test_a_consent_for_another_receiver_is_none(api: Api, desk, receiver, report):
    text = heard(api, receiver, report(consent={"receiver_organisation_id": desk.organisation_id}))
    assert NAME not in text


def test_a_withdrawn_consent_stops_it_at_once_and_help_goes_on(make: Make, api: Api, desk, receiver, report, truth):
    found = report(consent={}, disclose=["name", "photo"])
    assert NAME in heard(api, receiver, found)
    with make.acting(desk) as session:
        withdraw_consent(session, found.client_id, truth.one("select id from consents"))
    assert NAME not in heard(api, receiver, found)
    with make.acting(receiver.user) as session:
        assert service.read_referral(session, found.id).photos == []
    assert accept(make, receiver, offers(make, receiver.user, found.id)[0]).state == "accepted"


def test_in_an_emergency_name_condition_and_place_are_told_to_save_a_life(make: Make, api: Api, desk, receiver, report):
    found = report(urgency="emergency")
    text = heard(api, receiver, found)
    assert {word for word in SECRET if word in text} == {NAME, NICKNAME, ILL, WHERE}
    kept = offers(make, desk, found.id)[0].ranking["grounds"]
    assert kept == dict.fromkeys(("name", "condition", "place"), "vital_interest")


def test_in_an_emergency_too_the_name_only_where_it_was_ticked(api: Api, receiver, report):
    text = heard(api, receiver, report(urgency="emergency", disclose=[]))
    assert {word for word in SECRET if word in text} == {ILL, WHERE}


class TestPhotos:
    """A photo is told by its own word."""

    def seen(self, make: Make, by, found):
        with make.acting(by) as session:
            return service.read_referral(session, found.id).photos

    def test_a_receiver_sees_it_where_it_was_disclosed(self, make: Make, receiver, report):
        found = report(consent={}, disclose=["photo"])
        photo = self.seen(make, receiver.user, found)[0]
        with make.acting(receiver.user) as session:
            assert service.photo_for(session, found.id, photo["id"])

    def test_and_does_not_where_it_was_not_not_even_by_its_id(self, make: Make, desk, receiver, report):
        found = report(consent={}, disclose=["name"])
        assert self.seen(make, receiver.user, found) == []
        photo = self.seen(make, desk, found)[0]
        with pytest.raises(NotFound), make.acting(receiver.user) as session:
            service.photo_for(session, found.id, photo["id"])


def test_a_secret_person_has_no_name_in_a_receivers_lists(make: Make, api: Api, desk, report):
    receiver = shelter(make, service_type="child_protection", is_accredited=True)
    found = report(consent={}, disclose=["name"], service_types=["child_protection"])
    mine = api(receiver.user)
    assert NAME not in mine.get("/referrals").text + mine.get("/offers").text
    assert mine.get("/offers").json["items"][0]["is_masked"]
    assert NAME in mine.get(f"/referrals/{found.id}").text


def test_a_receiver_that_is_a_upt_sees_the_person_once_it_has_accepted(make: Make, desk, report):
    receiver = home(make)
    found = report()

    def seen():
        with make.acting(receiver.user) as session:
            return service.read_referral(session, found.id).client_id

    assert seen() is None
    accept(make, receiver, offers(make, receiver.user, found.id)[0])
    assert seen() == found.client_id


def test_one_receiver_does_not_learn_who_else_was_asked(make: Make, api: Api, desk, receiver, report):
    other = shelter(make)
    found = report(urgency="emergency")
    text = heard(api, receiver, found)
    assert other.office.name not in text
    assert str(other.office.id) not in text


def test_a_receiver_reads_no_words_of_the_history(make: Make, desk, receiver):
    tksk = make.user("tksk")
    sent = make.referral(tksk)
    move(make, desk, sent.id, "return", note="Di mana?")
    move(make, tksk, sent.id, "resubmit", note="Di pasar.")
    move(make, desk, sent.id, "triage", new_client={}, note="Mirip Pak Kar.")
    with make.acting(receiver.user) as session:
        told = service.history_for(session, sent.id)
    assert {entry["note"] for entry in told} == {None}
    assert [entry["verb"] for entry in told] == ["submit", "return", "resubmit", "triage", "offer"]


def test_what_is_told_is_stored_sealed_and_in_the_trail(make: Make, desk, report, receiver, truth):
    found = report(consent={}, disclose=["name"])
    stored = repr(truth.all("select * from offers")) + repr(truth.all("select * from audit_entries"))
    assert NAME not in stored
    told = truth.all("select client_ids, detail ->> 'receiver' from audit_entries where action = 'disclose'")
    assert told == [([found.client_id], str(receiver.office.id))]


def test_a_sender_learns_who_has_it_and_not_what_they_were_told(make: Make, receiver, report):
    worker = make.caseworker()
    found = report(by=worker, consent={}, disclose=["name"])
    with make.acting(worker) as session:
        listed = service.offers_of(session, found.id)[0]
    assert (listed.organisation_name, listed.snapshot, listed.ranking) == (receiver.office.name, None, None)


def test_who_was_not_asked_sees_nothing(make: Make, desk, report):
    stranger = shelter(make, coverage=["35.78"])
    found = report()
    with pytest.raises(NotFound), make.acting(stranger.user) as session:
        service.read_referral(session, found.id)
    with pytest.raises(NotFound), make.acting(stranger.user) as session:
        service.offers_of(session, found.id)


def test_triaged_by_the_desk_a_report_reaches_a_receiver_without_the_reporters_words(make: Make, desk, receiver):
    found = triaged(make, desk, note="Tetangga yang melapor.", place="Rumah Bu RT")
    with make.acting(receiver.user) as session:
        seen = service.read_referral(session, found.id)
    assert (seen.note, seen.place, seen.sender_id, seen.found_at, seen.client_reference) == (
        None,
        None,
        None,
        None,
        None,
    )
