"""The directory as a page: who is found by what, what a card says, whose entry one sees and how."""

from datetime import date, time

import pytest

from kessos_case.partners import service
from tests.factories import Make, fresh_id
from tests.factories.offers import move, offers, shelter, wait
from tests.factories.partners import agree, offer_service, open_places, partner, pause
from tests.readers import text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def house(make: Make):
    """A partner with an agreement for the year and a shelter of three places."""
    office = partner(make, name="Yayasan Harapan Uji")
    agree(make, office.id)
    open_places(make, offer_service(make, office.id, name="Rumah Singgah Melati"), 3)
    return office


def listed(reader, user, query: str = "") -> str:
    found = reader(user).get(f"/partners{query}")
    assert found.status_code == 200
    return text_of(found.text)


class TestDirectory:
    """Everybody who has signed in looks for who can help today."""

    def test_a_card_says_what_for_whom_from_where_and_how_many(self, make: Make, reader, house):
        said = listed(reader, make.user("tksk"))
        for told in (
            "Yayasan Harapan Uji", "Lembaga kesejahteraan sosial · Kabupaten Jember", "Rumah Singgah Melati",
            "Penampungan sementara", "3 tempat kosong dari 3", "Semua umur · Laki-laki dan perempuan",
            "Orang dari: Kabupaten Jember",
        ):  # fmt: skip
            assert told in said

    @pytest.mark.parametrize(
        ("query", "is_found"),
        [
            ("?q=harapan", True), ("?q=melati", True), ("?q=kamboja", False),
            ("?service=temporary_shelter", True), ("?service=basic_needs", True), ("?service=meals", False),
            ("?place=35.09", True), ("?place=35.09.12", True), ("?place=35.10", False), ("?kind=lks", True),
            ("?kind=company", False), ("?free=1", True), ("?open=1", True), ("?service=temporary_shelter&free=1&open=1", True),
            # What is no filter is none.
            ("?place=zz&kind=zz&service=%00", True),
        ],
    )  # fmt: skip
    def test_it_is_found_by_what_it_offers(self, make: Make, reader, house, query, is_found):
        assert ("Yayasan Harapan Uji" in listed(reader, make.user("triage"), query)) is is_found

    def test_a_service_that_takes_from_a_part_of_the_regency_is_found_by_the_regency(self, make: Make, reader):
        office = partner(make, name="Yayasan Sebagian")
        offer_service(make, office.id, coverage=["35.10.01"])
        assert "Yayasan Sebagian" in listed(reader, make.user("triage"), "?place=35.10")
        assert "Yayasan Sebagian" not in listed(reader, make.user("triage"), "?place=35.10.02")

    def test_who_is_full_or_rests_is_not_among_those_with_places(self, make: Make, reader, house):
        desk = make.user("triage")
        full, resting = partner(make, name="Yayasan Penuh"), partner(make, name="Yayasan Tutup")
        open_places(make, offer_service(make, full.id), 0)
        open_places(make, offer_service(make, resting.id), 5)
        pause(make, resting.id, ends_on=date(2026, 3, 9))
        said = listed(reader, desk, "?free=1")
        assert ("Yayasan Harapan Uji" in said, "Yayasan Penuh" in said, "Yayasan Tutup" in said) == (True, False, False)
        said = listed(reader, desk, "?open=1")
        assert ("Yayasan Penuh" in said, "Yayasan Tutup" in said) == (True, False)
        assert "Tutup sampai 9 Maret 2026 (penuh)" in listed(reader, desk)

    def test_open_today_asks_the_day_of_the_week_where_it_is_known(self, make: Make, reader, clock):
        office = partner(make, name="Yayasan Hari Kerja")
        offer_service(make, office.id, open_days=[1, 2, 3, 4, 5])
        desk = make.user("triage")
        assert "Yayasan Hari Kerja" in listed(reader, desk, "?open=1")
        clock.move(days=6)
        assert "Yayasan Hari Kerja" not in listed(reader, desk, "?open=1")

    def test_one_service_must_answer_every_filter(self, make: Make, reader):
        office = partner(make, name="Yayasan Dua Layanan")
        offer_service(make, office.id, service_type="meals", name="Dapur")
        open_places(make, offer_service(make, office.id, name="Rumah Singgah"), 2)
        desk = make.user("triage")
        assert "Yayasan Dua Layanan" not in listed(reader, desk, "?service=meals&free=1")
        said = listed(reader, desk, "?service=meals")
        assert "Dapur" in said
        assert "Dan 1 layanan lain" in said

    def test_what_is_old_and_what_ends_is_said(self, make: Make, reader, clock, house):
        clock.set("2026-10-20T03:00:00+00:00")
        said = listed(reader, make.user("triage"))
        assert "Belum dipastikan lagi sejak 2 Maret 2026" in said
        assert "Perjanjian habis 31 Desember 2026" in said
        clock.set("2027-01-02T03:00:00+00:00")
        assert "Tidak ada perjanjian yang berlaku" in listed(reader, make.user("triage"))

    def test_a_list_goes_on_where_it_ended(self, make: Make, reader):
        for number in range(22):
            offer_service(make, partner(make, name=f"Zz {number:02}").id)
        desk = make.user("triage")
        page = reader(desk).get("/partners?q=Zz").text
        assert ("Zz 19" in page, "Zz 20" in page) == (True, False)
        rest = page.split("cursor=")[1].split('"')[0]
        assert "Zz 21" in listed(reader, desk, f"?q=Zz&cursor={rest}")

    def test_nothing_found_says_what_to_do(self, make: Make, reader, house):
        said = listed(reader, make.user("triage"), "?place=35.10&free=1")
        assert "Cari juga yang penuh atau tutup" in said

    def test_it_asks_the_database_no_more_for_more_of_them(self, make: Make, reader, statements, house):
        desk = reader(make.user("triage"))
        few = len(statements(lambda: desk.get("/partners?free=1")))
        for number in range(5):
            open_places(make, offer_service(make, partner(make).id, name=f"Rumah {number}", categories=["PPKS-01"]))
        assert len(statements(lambda: desk.get("/partners?free=1"))) <= few + 1 <= 12

    def test_a_view_without_typed_words_may_be_kept(self, make: Make, reader):
        page = reader(make.user("triage")).get("/partners?q=budi&service=meals&free=1").text
        assert 'value="free=1&amp;service=meals"' in page


class TestEntry:
    """One organisation: for everybody what it offers, for its keeper what he can do."""

    def test_a_reader_sees_the_entry_and_no_verb(self, make: Make, reader, house):
        page = reader(make.user("tksk")).get(f"/partners/{house.id}").text
        assert "<form" not in page.split("<main")[1]
        said = text_of(page)
        assert "PKS-1/2026" in said
        assert "Belum ada nomor yang bisa dihubungi." in said

    def test_a_contact_is_called_with_one_tap(self, make: Make, reader, house):
        with make.acting(make.user("administrator")) as session:
            service.add_contact(session, house.id, name="Meja jaga", phone="0812-3456-7890")
        page = reader(make.user("triage")).get(f"/partners/{house.id}").text
        assert 'href="tel:+6281234567890"' in page
        assert "Telepon 0812 3456 7890" in text_of(page)

    def test_the_opening_hours_and_the_papers_are_told(self, make: Make, reader, house):
        offer_service(
            make, house.id, name="Klinik", min_age=18, sexes=["P"], open_days=[1, 2, 3, 6], opens_at=time(8),
            closes_at=time(15, 30), application_process="Bawa surat pengantar.",
        )  # fmt: skip
        said = text_of(reader(make.user("triage")).get(f"/partners/{house.id}").text)
        for told in (
            "18 tahun ke atas",
            "Hanya perempuan",
            "Senin sampai Rabu, Sabtu, 08.00–15.30",
            "Bawa surat pengantar.",
        ):
            assert told in said

    def test_how_many_wait_is_told_to_the_house_and_the_desk_only(self, make: Make, reader):
        desk, receiver = make.user("triage"), shelter(make, allows_waiting=True)
        client, sent = make.client(desk), make.referral(make.user("tksk"), service_types=["temporary_shelter"])
        make.consent(desk, client.id)
        move(make, desk, sent.id, "triage", client_id=client.id)
        asked = next(one for one in offers(make, desk, sent.id) if one.service_id == receiver.service_id)
        wait(make, receiver, asked, expected_on=None)
        told = {
            user.username: "1 orang antre"
            in text_of(reader(user).get(f"/partners/{receiver.user.organisation_id}").text)
            for user in (receiver.user, desk, make.user("tksk"), make.user("partner"))
        }
        assert list(told.values()) == [True, True, False, False]

    def test_the_own_entry_is_one_press_from_the_menu(self, make: Make, reader, house):
        keeper = make.user("partner", organisation=house.code)
        page = reader(keeper).get("/partners/own").text
        assert "Penuh hari ini" in page
        assert 'href="/partners/own" aria-current="page"' in page
        assert reader(make.user("administrator")).get("/partners/own").headers["Location"] == "/partners"

    def test_the_score_of_a_partner_is_not_everybodys(self, make: Make, reader, house):
        keeper, stranger = make.user("partner", organisation=house.code), make.user("partner")
        for user, is_led in (
            (keeper, True),
            (stranger, False),
            (make.user("triage"), True),
            (make.user("tksk"), False),
        ):
            page = reader(user).get(f"/partners/{house.id}").text
            assert (f"/partners/{house.id}/scorecard" in page) is is_led

    def test_an_entry_asks_the_database_at_most_twelve_times(self, make: Make, reader, statements, house):
        for number in range(4):
            open_places(make, offer_service(make, house.id, name=f"Layanan {number}", categories=["PPKS-01"]))
        for user in (make.user("partner", organisation=house.code), make.user("administrator"), make.user("triage")):
            one = reader(user)
            assert len(statements(lambda one=one: one.get(f"/partners/{house.id}"))) <= 12

    def test_what_is_not_there_is_not_found(self, make: Make, reader):
        assert reader(make.user("triage")).get(f"/partners/{fresh_id()}").status_code == 404
