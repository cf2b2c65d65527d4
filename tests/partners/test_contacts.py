"""Whom to call at a partner, and when somebody is there."""

from datetime import time

import pytest

from kessos_case.core.errors import Invalid
from tests.factories import Api, Make, fresh_id
from tests.factories.partners import contact, offer_service, partner

PIKET = {"name": "Piket", "phone": "0812-3456-7890"}


@pytest.fixture
def office(make: Make):
    return partner(make)


@pytest.fixture
def officer(office, make: Make, api: Api):
    return api(make.user("partner", organisation=office.code))


class TestContacts:
    """`/partners/{id}/contacts`."""

    def test_a_number_is_kept_in_one_form_and_shown_to_whoever_has_signed_in(
        self, office, officer, make: Make, api: Api
    ):
        made = officer.post(f"/partners/{office.id}/contacts", PIKET | {"position": "Satpam", "email": "p@contoh.id"})
        assert (made.status_code, made.json["phone"], made.json["version"]) == (201, "+6281234567890", 1)
        one = api(make.user("tksk"))
        assert one.get(f"/partners/{office.id}/contacts").json["items"] == [made.json]

    def test_a_contact_is_changed_and_ended(self, office, officer, make: Make):
        made = contact(make, office.id)
        where = f"/partners/{office.id}/contacts/{made.id}"
        changed = officer.patch(where, {"phone": None, "email": "piket@contoh.id"}, version=1)
        assert (changed.status_code, changed.json["phone"], changed.headers["ETag"]) == (200, None, '"2"')
        stale = officer.patch(where, {"name": "Lain"}, version=1)
        assert (stale.status_code, stale.json["errors"][0]["theirs"]) == (412, "Piket")
        assert officer.patch(where, {"is_active": False}, version=2).status_code == 200
        assert officer.get(f"/partners/{office.id}/contacts?is_active=true").json["items"] == []
        assert officer.get(f"/partners/{office.id}").json.get("contacts") == []

    def test_the_entry_shows_who_is_reached_there_now(self, office, make: Make, api: Api):
        offer_service(make, office.id)
        contact(make, office.id, name="Zaenal")
        contact(make, office.id, name="Ani")
        contact(make, office.id, name="Budi", is_active=False)
        (item,) = api(make.user("triage")).get("/partners").json["items"]
        assert [one["name"] for one in item["contacts"]] == ["Ani", "Zaenal"]

    @pytest.mark.parametrize(
        ("stated", "field"),
        [
            ({"phone": "08"}, "phone"),
            ({"phone": "0812 3456 7890 / 0811"}, "phone"),
            ({"phone": None}, "phone"),
            ({"phone": None, "email": "tidak ada"}, "email"),
            ({"email": "a@b"}, "email"),
            ({"name": "  "}, "name"),
            ({"name": "x\x00"}, "name"),
            ({"position": "x" * 201}, "position"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_kept(self, stated, field: str, office, officer):
        answer = officer.post(f"/partners/{office.id}/contacts", PIKET | stated)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
        assert officer.get(f"/partners/{office.id}/contacts").json["items"] == []

    def test_the_service_checks_a_mail_address_too(self, office, make: Make):
        with pytest.raises(Invalid) as refused:
            contact(make, office.id, phone="x", email="Piket <p@contoh.id>")
        assert [wrong["code"] for wrong in refused.value.errors] == ["not_a_phone", "not_a_mail"]

    def test_the_last_way_to_reach_somebody_is_not_taken_away(self, office, officer, make: Make):
        made = contact(make, office.id)
        answer = officer.patch(f"/partners/{office.id}/contacts/{made.id}", {"phone": None}, version=1)
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "unreachable")

    def test_another_partner_writes_nothing_here(self, office, make: Make, api: Api):
        stranger = api(make.user("partner", organisation=partner(make).code))
        made = contact(make, office.id)
        for answer in (
            stranger.post(f"/partners/{office.id}/contacts", PIKET),
            stranger.patch(f"/partners/{office.id}/contacts/{made.id}", {"name": "X"}, version=1),
        ):
            assert (answer.status_code, answer.json["code"]) == (403, "scope")

    def test_the_contact_of_another_is_not_under_this_one(self, office, make: Make, api: Api):
        made, mine = contact(make, partner(make).id), api(make.user("administrator"))
        assert mine.patch(f"/partners/{office.id}/contacts/{made.id}", {"name": "X"}, version=1).status_code == 404
        assert mine.get(f"/partners/{fresh_id()}/contacts").status_code == 404

    def test_the_same_key_makes_one_contact(self, office, officer):
        sent = [
            officer.post(f"/partners/{office.id}/contacts", PIKET, headers={"Idempotency-Key": "k"}) for _ in range(2)
        ]
        assert sent[0].json["id"] == sent[1].json["id"]

    def test_a_list_goes_on_by_its_cursor(self, office, officer, make: Make):
        for name in ("Ani", "Budi", "Citra"):
            contact(make, office.id, name=name)
        first = officer.get(f"/partners/{office.id}/contacts?limit=2").json
        second = officer.get(f"/partners/{office.id}/contacts?limit=2&cursor={first['next_cursor']}").json
        assert [one["name"] for one in first["items"] + second["items"]] == ["Ani", "Budi", "Citra"]


class TestHours:
    """Days and hours of a service, and what to bring."""

    def test_days_are_kept_in_order_and_hours_as_people_say_them(self, office, officer):
        sent = {"service_type": "meals", "name": "Dapur", "coverage": ["35.09"], "open_days": [5, 1, 5],
                "opens_at": "08:00", "closes_at": "15:30", "application_process": "Bawa KTP.\nTanya Ibu Sri."}  # fmt: skip
        made = officer.post(f"/partners/{office.id}/services", sent).json
        assert (made["open_days"], made["opens_at"], made["closes_at"]) == ([1, 5], "08:00", "15:30")
        assert made["application_process"] == "Bawa KTP.\nTanya Ibu Sri."

    def test_who_has_said_nothing_has_none(self, office, make: Make):
        offered = offer_service(make, office.id)
        assert (offered.open_days, offered.opens_at, offered.closes_at) == ([], None, None)

    @pytest.mark.parametrize(
        ("stated", "field"),
        [
            ({"open_days": [0]}, "open_days.0"),
            ({"open_days": [8]}, "open_days.0"),
            ({"opens_at": "25:00", "closes_at": "26:00"}, "closes_at"),
            ({"opens_at": "8 pagi", "closes_at": "15:00"}, "opens_at"),
            ({"opens_at": "08:00"}, "closes_at"),
            ({"closes_at": "08:00"}, "opens_at"),
            ({"opens_at": "08:00", "closes_at": "08:00"}, "closes_at"),
        ],
    )
    def test_hours_that_are_none_are_refused(self, stated, field: str, office, officer):
        sent = {"service_type": "meals", "name": "Dapur", "coverage": ["35.09"]} | stated
        answer = officer.post(f"/partners/{office.id}/services", sent)
        assert answer.status_code == 422
        assert field in [wrong["field"] for wrong in answer.json["errors"]]

    def test_hours_can_be_taken_back(self, office, officer, make: Make):
        offered = offer_service(make, office.id, opens_at=time(8), closes_at=time(16), open_days=[1])
        where = f"/partners/{office.id}/services/{offered.id}"
        changed = officer.patch(where, {"opens_at": None, "closes_at": None, "open_days": []}, version=1).json
        assert (changed["opens_at"], changed["closes_at"], changed["open_days"]) == (None, None, [])

    def test_whoever_saw_other_hours_is_told_both(self, office, officer, make: Make):
        offered = offer_service(make, office.id, opens_at=time(8), closes_at=time(16))
        where = f"/partners/{office.id}/services/{offered.id}"
        officer.patch(where, {"closes_at": "17:00"}, version=1)
        stale = officer.patch(where, {"closes_at": "15:00"}, version=1)
        assert (stale.status_code, stale.json["errors"][0]["field"]) == (412, "closes_at")
        assert stale.json["errors"][0]["theirs"].startswith("17:00")
