"""What the person allows is asked before anybody is asked to take him, because an offer freezes what it tells."""

import re
from datetime import date

import pytest

from kessos_case.core import db
from kessos_case.core.errors import Invalid
from kessos_case.referrals import queries, service
from kessos_case.referrals.rules import lacks_consent, must_ask, to_be_told, waits_for_answer
from kessos_case.referrals.service.assignment import gathered
from tests.factories import Make
from tests.factories.offers import move, offer, offers, run_clocks, shelter

TELLS = {"disclose": ["name", "condition"], "person": {"name": "Suripto", "sex": "L", "condition": "lapar"}}
SIGNED = {"answer": "this_referral", "form": "signed"}


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


@pytest.fixture
def receiver(make: Make, clock):
    return shelter(make)


def triaged(make, desk, consent=None, *, told=None, **stated):
    """`told` is what the desk says may be told, where it says so."""
    sent = make.referral(make.user("tksk"), **TELLS | stated)
    return move(make, desk, sent.id, "triage", new_client={}, consent=consent, disclose=told)


def told(make, receiver, asked):
    """What the receiver is shown of the person and the need."""
    with make.acting(receiver.user) as session:
        shown = service.read_received(session, asked.id).offer.snapshot
    return {name: value for name, value in shown.items() if value}


class TestRules:
    @pytest.mark.parametrize(
        ("disclose", "urgency", "is_covered", "asks"),
        [
            (["name"], "routine", False, True), (["name"], "urgent", False, True), (["name"], "emergency", False, False),
            (["name"], "routine", True, False), ([], "routine", False, True), ([], "urgent", True, True),
            ([], "emergency", False, False),
        ],
    )  # fmt: skip
    def test_the_desk_must_ask_also_where_the_sender_named_nothing(self, disclose, urgency, is_covered, asks):
        assert must_ask(disclose, urgency, is_covered=is_covered) is asks

    def test_whoever_refused_lacks_no_consent(self):
        assert lacks_consent(["name"], "urgent", is_covered=False)
        assert not lacks_consent([], "urgent", is_covered=False)

    @pytest.mark.parametrize(
        ("disclose", "urgency", "answer", "told"),
        [
            (["name"], "routine", "this_referral", ["name"]), (["name"], "urgent", "refused", []),
            (["name"], "emergency", None, ["name", "condition", "place"]), (["place"], "emergency", "refused", []),
            ([], "urgent", "not_asked", []),
        ],
    )  # fmt: skip
    def test_an_emergency_tells_what_saves_unless_he_refuses(self, disclose, urgency, answer, told):
        assert to_be_told(disclose, urgency, answer) == told

    def test_only_what_does_not_press_waits_for_an_answer(self):
        waits = {(answer, urgency) for answer in ("not_asked", "refused", "this_referral", None)
                 for urgency in ("emergency", "urgent", "routine") if waits_for_answer(answer, urgency)}  # fmt: skip
        assert waits == {("not_asked", "routine")}


def test_what_he_allowed_is_told_from_the_first_offer_on(make: Make, desk, receiver):
    found = triaged(make, desk, SIGNED)
    assert told(make, receiver, offers(make, desk, found.id)[0])["name"] == "Suripto"


def test_a_consent_for_one_referral_opens_no_other(make: Make, desk, receiver, truth):
    found = triaged(make, desk, SIGNED)
    client_id = truth.one("select client_id from referrals where id = :id", id=found.id)
    other = make.referral(desk, client_id=client_id, disclose=["name"], person=None)
    move(make, desk, other.id, "triage")
    assert told(make, receiver, offers(make, desk, found.id)[0])["name"] == "Suripto"
    assert "name" not in told(make, receiver, offers(make, desk, other.id)[0])


def test_a_consent_for_any_receiver_opens_the_next_one_too(make: Make, desk, receiver, truth):
    found = triaged(make, desk, SIGNED | {"answer": "any_receiver"})
    client_id = truth.one("select client_id from referrals where id = :id", id=found.id)
    other = make.referral(desk, client_id=client_id, disclose=["name"], person=None)
    with make.acting(desk) as session:
        assert service.is_covered(session, other.id, None)
    move(make, desk, other.id, "triage")
    assert told(make, receiver, offers(make, desk, other.id)[0])["name"] == "Suripto"


def test_withdrawn_it_closes_what_the_first_offer_told(make: Make, desk, receiver, truth):
    found = triaged(make, desk, SIGNED)
    asked = offers(make, desk, found.id)[0]
    truth.run("update consents set withdrawn_at = now(), withdrawn_by = :by", by=desk.id)
    assert "name" not in told(make, receiver, asked)


def test_withdrawn_it_closes_the_photo_by_every_door(make: Make, desk, receiver, truth, api, reader):
    sender = make.user("tksk")
    sent = make.referral(sender, disclose=["photo"])
    photo = make.photo(sender, sent.id)
    move(make, desk, sent.id, "triage", new_client={}, consent=SIGNED)
    with make.acting(desk) as session:
        token = service.make_answer_link(session, sent.id, offers(make, desk, sent.id)[0].id).token
    page, pages = f"/referrals/{sent.id}/photos/{photo.id}", reader(receiver.user)
    doors = (
        lambda: api(receiver.user).get(page).status_code,
        lambda: pages.get(page).status_code,
        lambda: api.bare.get(f"/answers/{token}/photos/{photo.id}").status_code,
    )
    assert [door() for door in doors] == [200, 200, 200]
    truth.run("update consents set withdrawn_at = now(), withdrawn_by = :by", by=desk.id)
    assert [door() for door in doors] == [404, 404, 404]


def test_whoever_refuses_is_not_named_not_even_in_an_emergency(make: Make, desk, receiver, truth):
    found = triaged(make, desk, {"answer": "refused"}, urgency="emergency", place="Belakang Pasar Ambulu")
    assert not {"name", "condition", "place"} & set(told(make, receiver, offers(make, desk, found.id)[0]))
    assert truth.one("select count(*) from audit_entries where (resource, action) = ('consent', 'refuse')") == 1


def test_the_desk_adds_what_the_sender_did_not_tick(make: Make, desk, receiver, truth):
    found = triaged(make, desk, SIGNED, disclose=[], place="Belakang Pasar Ambulu", told=["name", "place"])
    seen = told(make, receiver, offers(make, desk, found.id)[0])
    assert (seen["name"], seen["place"]) == ("Suripto", "Belakang Pasar Ambulu")
    assert "condition" not in seen
    kept = truth.one("select detail -> 'fields' from audit_entries where action = 'set_disclosure'")
    assert kept == ["name", "place"]


def test_the_desk_takes_away_what_he_does_not_allow(make: Make, desk, receiver):
    found = triaged(make, desk, SIGNED, told=["condition"])
    seen = told(make, receiver, offers(make, desk, found.id)[0])
    assert (seen["condition"], "name" in seen) == ("lapar", False)


def test_what_the_desk_names_is_told_by_no_word_of_its_own(make: Make, desk, receiver):
    found = triaged(make, desk, {"answer": "not_asked"}, disclose=[], told=["name", "address"])
    assert not {"name", "address"} & set(told(make, receiver, offers(make, desk, found.id)[0]))


@pytest.mark.parametrize("answer", ["this_referral", "any_receiver", "not_asked"])
def test_an_answer_is_about_something(make: Make, desk, receiver, truth, answer):
    with pytest.raises(Invalid) as refused:
        triaged(make, desk, SIGNED | {"answer": answer}, disclose=[])
    assert [entry["field"] for entry in refused.value.errors] == ["disclose"]
    assert truth.one("select count(*) from clients") == 0


def test_in_an_emergency_the_receiver_finds_him_also_when_nothing_was_ticked(make: Make, desk, receiver):
    found = triaged(make, desk, disclose=[], urgency="emergency", place="Belakang Pasar Ambulu")
    seen = told(make, receiver, offers(make, desk, found.id)[0])
    assert (seen["place"], seen["condition"], "name" in seen) == ("Belakang Pasar Ambulu", "lapar", False)


def test_an_emergency_goes_on_to_save_a_life(make: Make, desk, receiver):
    found = triaged(make, desk, {"answer": "not_asked"}, urgency="emergency")
    assert told(make, receiver, offers(make, desk, found.id)[0])["condition"] == "lapar"


def test_what_is_urgent_goes_on_without_a_name(make: Make, desk, receiver):
    found = triaged(make, desk, {"answer": "not_asked"})
    assert "name" not in told(make, receiver, offers(make, desk, found.id)[0])


def test_what_does_not_press_waits_with_the_desk_until_he_was_asked(make: Make, desk, receiver, truth):
    found = triaged(make, desk, {"answer": "not_asked"}, urgency="routine")
    assert (found.state, offers(make, desk, found.id)) == ("routing", [])
    assert found.due_at is not None
    with db.transaction(db.system("worker")) as session:
        assert session.scalars(queries.unassigned()).one().id == found.id
        assert gathered(session).places == []
    client_id = truth.one("select client_id from referrals where id = :id", id=found.id)
    make.consent(desk, client_id)
    assert told(make, receiver, offer(make, desk, found.id))["name"] == "Suripto"


def test_a_desk_that_never_asks_holds_up_nobody_for_ever(make: Make, desk, receiver, clock):
    found = triaged(make, desk, {"answer": "not_asked"}, urgency="routine")
    clock.move(days=7)
    run_clocks()
    asked = offers(make, desk, found.id)
    assert [card.state for card in asked] == ["open"]
    assert "name" not in told(make, receiver, asked[0])


def test_who_asked_is_kept(make: Make, desk, receiver, truth):
    found = triaged(make, desk, SIGNED | {"asked_by": "sender", "given_on": date(2026, 3, 1)})
    kept = truth.all("select about_id, asked_by, recorded_by, given_on from consents")
    sender = truth.one("select sender_id from referrals where id = :id", id=found.id)
    assert kept == [(found.id, sender, desk.id, date(2026, 3, 1))]


@pytest.mark.parametrize(
    ("consent", "field"),
    [({"answer": "any_receiver"}, "consent.form"), (SIGNED | {"given_on": date(2030, 1, 1)}, "consent.given_on")],
)
def test_a_consent_that_is_none_takes_nothing_with_it(make: Make, desk, receiver, truth, consent, field):
    with pytest.raises(Invalid) as refused:
        triaged(make, desk, consent)
    assert [entry["field"] for entry in refused.value.errors] == [field]
    assert truth.one("select count(*) from offers") == 0
    assert truth.one("select count(*) from clients") == 0


class TestPages:
    """The question on the way of the desk."""

    @pytest.fixture
    def sent(self, make: Make, desk):
        return make.referral(make.user("tksk"), **TELLS | {"urgency": "routine"})

    def test_whoever_is_registered_is_asked_about_in_the_same_form(self, reader, desk, sent, receiver):
        person = {"who": "new", "name": "Suripto", "sex": "L", "region_code": "35.09.12", "asked": "1"}
        page = reader(desk)
        refused = page.post(f"/referrals/{sent.id}/triage", **person)
        assert refused.status_code == 422
        assert "Pilih apa jawaban orangnya" in refused.text
        assert 'value="Suripto"' in refused.text
        given = {"consent": "any_receiver", "consent_form": "signed"}
        refused = page.post(f"/referrals/{sent.id}/triage", **person, **given)
        assert refused.status_code == 422
        assert "Centang apa yang boleh diberitahukan" in refused.text
        done = page.post(f"/referrals/{sent.id}/triage", **person, **given, disclose=["name", "address"])
        assert done.status_code == 303

    def test_the_form_is_filled_with_what_the_sender_ticked(self, reader, desk, sent):
        page = reader(desk).get(f"/referrals/{sent.id}/triage").text
        ticked = re.findall(r'name="disclose" value="(\w+)" checked', page)
        assert sorted(ticked) == ["condition", "name"]
        assert 'name="disclose" value="phone">' in page
        assert 'name="disclose" value="nik"' not in page

    def test_whoever_sent_nothing_to_tell_is_asked_about_too(self, make: Make, reader, desk, receiver, truth):
        client = make.client(desk)
        make.consent(desk, client.id)
        sent = make.referral(make.user("tksk"), **TELLS | {"disclose": []})
        page = reader(desk)
        asked = page.post(f"/referrals/{sent.id}/triage", client_id=str(client.id))
        assert "Ia sudah mengizinkan lembaga mana pun" in asked.text
        assert 'name="consent"' not in asked.text
        refused = page.post(f"/referrals/{sent.id}/triage", client_id=str(client.id), asked="1")
        assert refused.status_code == 422
        assert "Centang apa yang boleh diberitahukan" in refused.text
        done = page.post(f"/referrals/{sent.id}/triage", client_id=str(client.id), asked="1", disclose="phone")
        assert done.status_code == 303
        assert truth.one("select disclose from referrals where id = :id", id=sent.id) == ["phone"]

    def test_nobody_is_pressed_to_ask_again_whom_the_person_refused(self, make: Make, reader, desk, sent):
        client = make.client(desk)
        done = reader(desk).post(f"/referrals/{sent.id}/triage", client_id=str(client.id), consent="refused", asked="1")
        assert done.status_code == 303
        assert "Orangnya belum mengizinkan" not in reader(desk).get(done.location).text

    def test_a_person_whom_the_desk_knows_is_one_question_more(self, make: Make, reader, desk, sent, receiver, truth):
        client = make.client(desk)
        page = reader(desk)
        asked = page.post(f"/referrals/{sent.id}/triage", client_id=str(client.id))
        assert "Satu pertanyaan sebelum diteruskan" in asked.text
        assert client.name in asked.text
        answer = {"client_id": str(client.id), "asked": "1", "disclose": "name"}
        refused = page.post(f"/referrals/{sent.id}/triage", **answer, consent="this_referral")
        assert refused.status_code == 422
        assert "Pilih cara orangnya memberi izin" in refused.text
        done = page.post(f"/referrals/{sent.id}/triage", **answer, consent="not_asked")
        assert done.status_code == 303
        shown = page.get(done.location)
        assert "Orangnya belum mengizinkan" in shown.text
        assert truth.one("select count(*) from offers") == 0

    def test_whom_a_consent_covers_is_asked_about_no_more(self, make: Make, reader, desk, sent, receiver):
        client = make.client(desk)
        make.consent(desk, client.id)
        done = reader(desk).post(f"/referrals/{sent.id}/triage", client_id=str(client.id))
        assert done.status_code == 303
