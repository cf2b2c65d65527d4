"""The API of notices and of the own ways."""

import pytest

from kessos_case.notices.rules import NoticeKind
from tests.conftest import Truth
from tests.factories import Make, fresh_id
from tests.factories import notices as maker

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def user(make: Make):
    return make.user("tksk")


def test_own_notices_with_the_page_that_each_leads_to(make: Make, api, user):
    about = maker.tell(user, NoticeKind.REPORT_RETURNED)
    maker.tell(make.user("tksk"))
    (found,) = api(user).get("/me/notices").json["items"]
    assert (found["kind"], found["address"]) == ("report_returned", f"/referrals/{about}")
    assert found["is_urgent"] is True
    assert found["read_at"] is None


def test_reading_one_twice_keeps_the_first_time(truth: Truth, api, clock, user):
    maker.tell(user)
    mine = api(user)
    path = f"/me/notices/{truth.one('select id from notifications')}/reading"
    first = mine.post(path)
    clock.move(hours=1)
    assert first.status_code == 201
    assert mine.post(path).json == first.json
    assert mine.get("/me/notices?unread=true").json["items"] == []
    assert len(mine.get("/me/notices").json["items"]) == 1


def test_reading_all_says_how_many(api, user):
    for _ in range(3):
        maker.tell(user)
    mine = api(user)
    assert [mine.post("/me/notices/reading").json["read"] for _ in range(2)] == [3, 0]


def test_what_is_not_there_and_what_is_anothers_look_alike(make: Make, truth: Truth, api, user):
    maker.tell(make.user("tksk"))
    mine = api(user)
    ids = [truth.one("select id from notifications"), fresh_id()]
    assert [mine.post(f"/me/notices/{each}/reading").status_code for each in ids] == [404, 404]


class TestContact:
    def test_before_the_first_choice_stands_what_holds_for_everybody(self, api, user):
        address = maker.with_mail(user)
        answer = api(user).get("/me/contact")
        assert answer.headers["ETag"] == '"0"'
        assert answer.json == {
            "email": address, "by_mail": True, "by_message": None, "phone": None, "wants_digest": True, "version": 0,
        }  # fmt: skip

    def test_a_change_names_the_version_that_was_seen(self, api, user):
        mine = api(user)
        changed = mine.patch("/me/contact", {"phone": "0812-3456-7890", "by_message": "sms"}, version=0)
        assert (changed.status_code, changed.json["phone"], changed.json["version"]) == (200, "+6281234567890", 1)
        assert mine.patch("/me/contact", {"wants_digest": False}).status_code == 428
        stale = mine.patch("/me/contact", {"wants_digest": False}, version=0)
        assert stale.status_code == 412
        assert stale.json["errors"][0]["field"] == "wants_digest"
        assert mine.patch("/me/contact", {"wants_digest": False}, version=1).json["version"] == 2

    @pytest.mark.parametrize(
        ("sent", "field", "code"),
        [
            ({"by_message": "sms"}, "phone", "missing"),
            ({"phone": "112 en 113"}, "phone", "not_a_phone"),
            ({"email": "x@y.example"}, "email", "unknown_field"),
        ],
    )
    def test_what_is_wrong_is_named(self, api, user, sent, field, code):
        answer = api(user).patch("/me/contact", sent, version=0)
        assert answer.status_code == 422
        assert [(error["field"], error["code"]) for error in answer.json["errors"]] == [(field, code)]

    def test_the_change_is_in_the_trail_and_the_number_is_not(self, truth: Truth, api, user):
        api(user).patch("/me/contact", {"phone": "081234567890", "by_message": "sms"}, version=0)
        detail = truth.one("select detail from audit_entries where resource = 'contact'")
        assert detail == {"fields": ["by_message", "phone"]}
