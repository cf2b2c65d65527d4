"""The list of notices and the own account, as a browser without JavaScript uses them."""

import re
from html import unescape

import pytest

from kessos_case.notices.rules import NoticeKind
from tests.conftest import Clock, Truth
from tests.factories import Make, fresh_id, offers
from tests.factories import notices as maker

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def user(make: Make):
    return make.user("triage")


def text_of(page: str) -> str:
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]  # type: ignore[index]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def headings(page: str) -> list[str]:
    return re.findall(r'<h2 id="notice-\d+">([^<]+)', page)


class TestNotices:
    def test_nothing_yet_says_what_will_come_here(self, reader, user):
        page = text_of(reader(user).get("/notices").text)
        assert "Belum ada kabar." in page
        assert "Tandai semua" not in page

    def test_what_was_not_read_comes_first(self, truth: Truth, clock: Clock, reader, user):
        maker.tell(user, NoticeKind.REPORT_UNTRIAGED)
        clock.move(hours=1)
        maker.tell(user, NoticeKind.REPORT_EMERGENCY)
        truth.run("update notifications set read_at = now() where kind = 'report_emergency'")
        page = reader(user).get("/notices").text
        assert headings(page) == [
            "Ada laporan yang lewat waktu dan sekarang di meja Anda", "Ada laporan darurat baru di wilayah Anda",
        ]  # fmt: skip
        assert "1 kabar belum dibaca." in text_of(page)

    def test_what_cannot_wait_stands_on_top_until_it_was_read(self, clock: Clock, reader, user):
        maker.tell(user, NoticeKind.REPORT_EMERGENCY)
        clock.move(hours=1)
        maker.tell(user, NoticeKind.REPORT_ANSWERED, is_urgent=False)
        assert headings(reader(user).get("/notices").text)[0] == "Ada laporan darurat baru di wilayah Anda"

    def test_opening_one_counts_it_as_read_and_leads_to_its_page(self, truth: Truth, reader, user):
        about = maker.tell(user)
        notice_id = truth.one("select id from notifications")
        answer = reader(user).post(f"/notices/{notice_id}/reading")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/referrals/{about}/triage?from=notice")
        assert truth.one("select read_at is not null from notifications")

    def test_what_is_out_of_reach_by_now_is_said_honestly(self, reader, user):
        page = reader(user).get(f"/referrals/{fresh_id()}?from=notice")
        assert page.status_code == 404
        assert "bukan di tangan Anda" in text_of(page.text)

    def test_another_users_notice_is_not_there(self, make: Make, truth: Truth, reader, user):
        maker.tell(make.user("triage"))
        notice_id = truth.one("select id from notifications")
        mine = reader(user)
        assert mine.post(f"/notices/{notice_id}/reading").status_code == 404
        assert headings(mine.get("/notices").text) == []
        assert truth.one("select read_at from notifications") is None

    def test_all_at_once_are_read_and_only_the_own(self, make: Make, truth: Truth, reader, user):
        for person in (user, user, make.user("triage")):
            maker.tell(person)
        answer = reader(user).post("/notices/reading")
        assert answer.status_code == 303
        assert "Semua kabar sudah ditandai dibaca." in text_of(reader(user).get(answer.headers["Location"]).text)
        assert truth.one("select count(*) from notifications where read_at is null") == 1

    def test_a_long_list_is_paged_and_shows_each_once(self, clock: Clock, reader, user):
        for _ in range(45):
            clock.move(minutes=1)
            maker.tell(user)
        mine, seen, path = reader(user), [], "/notices"
        while path:
            page = mine.get(path).text
            seen += re.findall(r"/notices/([0-9a-f-]{36})/reading", page)
            more = re.search(r'class="more" href="(/notices\?cursor=[^"]+)"', page)
            path = unescape(more[1]) if more else None
        assert (len(seen), len(set(seen))) == (45, 45)

    def test_a_page_asks_little(self, reader, user, statements):
        mine = reader(user)
        for _ in range(30):
            maker.tell(user)
        assert len(statements(lambda: mine.get("/notices"))) <= 3

    def test_a_person_is_never_named_in_it(self, make: Make, reader, user):
        tksk = make.user("tksk")
        make.referral(tksk, person={"name": "Xyloquentia Wrzesniak"}, urgency="emergency", place="Pasar Ambulu")
        page = reader(user).get("/notices").text
        assert "darurat" in page
        assert not re.search("Xyloquentia|Wrzesniak|Ambulu", page)

    def test_every_kind_can_be_shown_in_both_languages(self, reader, user, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("kessos_case.notices.pages.A_PAGE", len(NoticeKind))
        for kind in NoticeKind:
            maker.tell(user, kind)
        mine = reader(user)
        assert len(headings(mine.get("/notices").text)) == len(NoticeKind)
        mine.client.set_cookie("kessos_language", "en")
        assert "A new emergency report in your region" in mine.get("/notices").text


class TestAccount:
    FORM = {"version": "0", "by_message": ""}

    def test_it_shows_who_one_is_here(self, reader, user):
        page = text_of(reader(user).get("/me").text)
        assert user.username in page
        assert user.organisation.name in page
        assert "Petugas triase" in page
        assert "Minta pengurus aplikasi" in page, "no mail address yet"

    def test_a_choice_is_kept_and_the_number_sealed(self, truth: Truth, reader, user):
        mine = reader(user)
        answer = mine.post(
            "/me", **self.FORM | {"by_message": "whatsapp", "phone": "0812 3456 7890", "ways": "by_mail"}
        )
        assert answer.status_code == 303
        page = mine.get(answer.headers["Location"]).text
        assert "Tersimpan." in text_of(page)
        assert 'value="+6281234567890"' in page
        row = truth.run("select by_mail, by_message, wants_digest, phone_sealed, version from contact_choices").one()
        assert (row.by_mail, row.by_message, row.wants_digest, row.version) == (True, "whatsapp", False, 1)
        assert b"81234567890" not in row.phone_sealed

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"by_message": "sms", "phone": ""}, "Isi nomor HP untuk pesan itu"),
            ({"by_message": "sms", "phone": "delapan"}, "Tulis satu nomor HP"),
            ({"by_message": "", "phone": "0812 atau 0813"}, "Tulis satu nomor HP"),
            ({"by_message": "pigeon", "phone": "081234567890"}, "Pilih salah satu"),
        ],
    )
    def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(self, truth: Truth, reader, user, typed, said):
        answer = reader(user).post("/me", **self.FORM | typed | {"ways": "wants_digest"})
        assert answer.status_code == 422
        assert said in text_of(answer.text)
        assert f'value="{typed["phone"]}"' in answer.text
        assert re.search(r'value="wants_digest" checked', answer.text)
        assert not re.search(r'value="by_mail" checked', answer.text)
        assert truth.one("select count(*) from contact_choices") == 0

    def test_who_saw_an_older_choice_is_asked_to_look_again(self, make: Make, truth: Truth, reader, user):
        maker.chooses(make, user, wants_digest=False)
        answer = reader(user).post("/me", **self.FORM | {"ways": "wants_digest"})
        assert answer.status_code == 409
        assert "sudah berubah" in text_of(answer.text)
        assert truth.one("select wants_digest from contact_choices") is False

    def test_a_number_that_is_no_longer_wanted_goes(self, make: Make, truth: Truth, reader, user):
        maker.chooses(make, user, by_message="sms", phone="081234567890")
        assert reader(user).post("/me", **self.FORM | {"version": "1", "phone": ""}).status_code == 303
        assert truth.one("select phone_sealed from contact_choices") is None

    def test_a_page_asks_little(self, reader, user, statements):
        mine = reader(user)
        assert len(statements(lambda: mine.get("/me"))) <= 6


def test_a_reader_goes_from_the_notice_to_what_must_be_done(make: Make, truth: Truth, reader, user):
    """A TKSK is asked something about his report: the notice leads to it, and is settled once he has answered."""
    tksk = make.user("tksk")
    sent = make.referral(tksk)
    offers.move(make, user, sent.id, "return", note="Di mana?")
    mine = reader(tksk)
    way = re.search(r'action="(/notices/[0-9a-f-]+/reading)"', mine.get("/notices").text)[1]  # type: ignore[index]
    page = mine.get(mine.post(way).headers["Location"])
    assert page.status_code == 200
    assert "Di mana?" in page.text
