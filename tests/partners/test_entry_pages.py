"""An entry in the hands of its keeper: full today, places, a service, a contact, an agreement; without JavaScript."""

from datetime import date
from typing import Any

import pytest

from kessos_case.partners import service
from tests.conftest import Truth
from tests.factories import Make
from tests.factories.partners import agree, offer_service, open_places, partner, pause
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 3, 2)


@pytest.fixture
def house(make: Make):
    office = partner(make, name="Yayasan Harapan Uji")
    agree(make, office.id)
    return office


@pytest.fixture
def keeper(make: Make, house):
    return make.user("partner", organisation=house.code)


@pytest.fixture
def shelter(make: Make, house):
    offered = offer_service(make, house.id, name="Rumah Singgah Melati")
    open_places(make, offered, 3)
    return offered


def use(make: Make, offered: service.ServiceCard, places: int) -> None:
    """Somebody takes these places."""
    with make.acting(make.user("administrator")) as session:
        for _ in range(places):
            service.take(session, service.reserve(session, offered.id, TODAY))


def pauses(truth: Truth, office) -> list[Any]:
    return truth.all(
        "select service_id, starts_on, ends_on, withdrawn_at is not null from service_pauses where organisation_id = :id",
        id=office.id,
    )


class TestToday:
    """Full today, and open again."""

    PRESS = {"until": "today", "reason": "full", "once": "a"}

    def test_one_press_closes_a_service_for_today(self, reader, keeper, house, shelter, truth: Truth):
        sent = reader(keeper).post(f"/partners/{house.id}/pauses", **self.PRESS, service_id=str(shelter.id))
        assert sent.status_code == 303
        assert pauses(truth, house) == [(shelter.id, TODAY, TODAY, False)]
        said = text_of(reader(keeper).get(sent.headers["Location"]).text)
        assert "Tutup hari ini (penuh)" in said
        assert "Buka lagi" in said

    def test_pressed_twice_it_is_closed_once(self, reader, keeper, house, shelter, truth: Truth):
        one = reader(keeper)
        for _ in range(2):
            assert one.post(f"/partners/{house.id}/pauses", **self.PRESS, service_id="").status_code == 303
        assert pauses(truth, house) == [(None, TODAY, TODAY, False)]

    def test_a_slip_of_the_finger_costs_nothing(self, make: Make, reader, keeper, house, shelter, truth: Truth):
        rest = pause(make, house.id, starts_on=TODAY, ends_on=TODAY)
        for _ in range(2):
            sent = reader(keeper).post(f"/partners/{house.id}/pauses/{rest.id}/ending")
            assert sent.status_code == 303
        assert pauses(truth, house) == [(None, TODAY, TODAY, True)]
        said = text_of(reader(keeper).get(f"/partners/{house.id}").text)
        assert "Penuh hari ini" in said
        assert "Tutup hari ini" not in said

    def test_while_the_house_rests_no_service_of_it_is_closed_again(self, make: Make, reader, keeper, house, shelter):
        pause(make, house.id, starts_on=TODAY)
        assert "Penuh hari ini" not in text_of(reader(keeper).get(f"/partners/{house.id}").text)

    def test_a_longer_pause_asks_what_is_needed_and_loses_nothing(self, reader, keeper, house, shelter, truth: Truth):
        one, where = reader(keeper), f"/partners/{house.id}/pauses"
        form = fields_of(one.get(f"{where}/new?service={shelter.id}").text)
        assert form["service_id"] == str(shelter.id)
        refused = one.post(where, **form | {"reason": "", "until": "day", "starts_on": "2026-03-05", "ends_on": ""})
        assert refused.status_code == 422
        assert 'href="#ends_on"' in refused.text
        assert fields_of(refused.text)["starts_on"] == "2026-03-05"
        backward = one.post(where, **form | {"reason": "holiday", "starts_on": "2026-03-09", "ends_on": "2026-03-05"})
        assert (backward.status_code, "Hari terakhir tidak boleh sebelum hari pertama." in backward.text) == (422, True)
        over = one.post(where, **form | {"reason": "holiday", "starts_on": "2026-02-01", "ends_on": "2026-02-05"})
        assert (over.status_code, "sudah lewat" in over.text) == (422, True)
        assert pauses(truth, house) == []
        assert one.post(where, **form | {"reason": "holiday", "ends_on": "2026-03-09"}).status_code == 303
        assert pauses(truth, house) == [(shelter.id, TODAY, date(2026, 3, 9), False)]

    def test_until_further_notice(self, reader, keeper, house, shelter, truth: Truth):
        reader(keeper).post(f"/partners/{house.id}/pauses", until="open", reason="building", service_id="")
        assert pauses(truth, house) == [(None, TODAY, None, False)]

    def test_nobody_closes_the_house_of_another(self, make: Make, reader, house, shelter, truth: Truth):
        stranger = reader(make.user("partner"))
        assert stranger.post(f"/partners/{house.id}/pauses", **self.PRESS, service_id="").status_code == 403
        assert stranger.get(f"/partners/{house.id}/pauses/new").status_code == 403
        assert pauses(truth, house) == []

    def test_a_service_of_another_house_is_not_closed_from_here(self, make: Make, reader, keeper, house):
        other = offer_service(make)
        refused = reader(keeper).post(f"/partners/{house.id}/pauses", **self.PRESS, service_id=str(other.id))
        assert refused.status_code == 422


class TestPlaces:
    """How many there are, now and in the next period."""

    def places(self, truth: Truth, offered) -> list[Any]:
        select = "select starts_on, ends_on, places from service_capacities where service_id = :id order by starts_on"
        return truth.all(select, id=offered.id)

    def test_the_number_of_the_running_period_is_changed(self, reader, keeper, house, shelter, truth: Truth):
        one, where = reader(keeper), f"/partners/{house.id}/services/{shelter.id}/places"
        form = {"of": "now", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "version": "3", "once": "w"}
        assert "3 tempat kosong dari 3" in text_of(one.get(where).text)
        for _ in range(2):
            sent = one.post(where, **form, places="10")
            assert sent.status_code == 303
        assert self.places(truth, shelter) == [(date(2026, 1, 1), date(2026, 12, 31), 10)]
        said = text_of(one.get(f"/partners/{house.id}?notice=places").text)
        assert "10 tempat kosong dari 10" in said

    def test_a_place_in_use_cannot_be_taken_away(self, make: Make, reader, keeper, house, shelter, truth: Truth):
        use(make, shelter, 2)
        where = f"/partners/{house.id}/services/{shelter.id}/places"
        form = {"of": "now", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "version": "3", "places": "1"}
        refused = reader(keeper).post(where, **form)
        assert refused.status_code == 409
        assert "2 tempat sedang dipakai. Jumlahnya tidak boleh kurang dari itu." in text_of(refused.text)
        assert 'href="#now-places"' in refused.text
        assert 'value="1"' in refused.text
        assert self.places(truth, shelter)[0][2] == 3

    def test_what_somebody_else_wrote_meanwhile_is_not_written_over(self, reader, keeper, house, shelter, truth: Truth):
        where = f"/partners/{house.id}/services/{shelter.id}/places"
        form = {"of": "now", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "version": "2", "places": "9"}
        refused = reader(keeper).post(where, **form)
        assert (refused.status_code, "sudah berubah" in text_of(refused.text)) == (409, True)
        assert self.places(truth, shelter)[0][2] == 3

    def test_the_next_period_follows_the_last_day(self, reader, keeper, house, shelter, truth: Truth):
        one, where = reader(keeper), f"/partners/{house.id}/services/{shelter.id}/places"
        page = one.get(where).text
        assert 'value="2027-01-01"' in page
        form = {"of": "next", "starts_on": "2027-01-01", "ends_on": "2027-06-30", "places": "4", "once": "n"}
        for _ in range(2):
            assert one.post(where, **form).status_code == 303
        assert self.places(truth, shelter)[1] == (date(2027, 1, 1), date(2027, 6, 30), 4)
        overlap = one.post(where, **form | {"starts_on": "2027-06-01", "ends_on": "2027-12-31", "once": "m"})
        assert (overlap.status_code, "Sudah ada masa lain" in text_of(overlap.text)) == (409, True)

    @pytest.mark.parametrize("typed", ["", "-1", "banyak", "1e9", "100001"])
    def test_what_is_no_number_of_places_is_said_at_the_field(self, reader, keeper, house, shelter, typed):
        form = {"of": "next", "starts_on": "2027-01-01", "ends_on": "2027-06-30", "places": typed}
        refused = reader(keeper).post(f"/partners/{house.id}/services/{shelter.id}/places", **form)
        assert (refused.status_code, 'href="#next-places"' in refused.text) == (422, True)

    def test_without_a_period_the_page_says_what_that_means(self, make: Make, reader, keeper, house):
        offered = offer_service(make, house.id, name="Dapur", service_type="meals")
        said = text_of(reader(keeper).get(f"/partners/{house.id}").text)
        assert "Selama tempatnya belum diisi, tidak ada orang yang ditawarkan." in said
        page = text_of(reader(keeper).get(f"/partners/{house.id}/services/{offered.id}/places").text)
        assert "Buka masa pertama" in page

    def test_a_period_that_ends_asks_for_the_next(self, reader, keeper, house, shelter, clock):
        clock.set("2026-12-20T03:00:00+00:00")
        assert "Masa ini habis 31 Desember 2026. Buka masa berikutnya." in text_of(
            reader(keeper).get(f"/partners/{house.id}").text
        )


class TestService:
    """A service is added, changed, stopped and offered again."""

    FORM = {
        "name": "Dapur Umum", "service_type": "meals", "coverage": "35.09", "min_age": "", "max_age": "", "sexes": "",
        "opens_at": "", "closes_at": "", "application_process": "",
    }  # fmt: skip

    def test_a_new_service_stands_with_all_that_was_said(self, reader, keeper, house, truth: Truth):
        one = reader(keeper)
        said = {"min_age": "18", "max_age": "59", "sexes": "P", "opens_at": "08:00", "closes_at": "15:00", "once": "x"}
        for _ in range(2):
            sent = one.post(f"/partners/{house.id}/services/new", **self.FORM | said, open_days=["1", "2"])
            assert sent.status_code == 303
        select = (
            "select name, min_age, max_age, sexes, open_days, opens_at::text from services where organisation_id = :id"
        )
        assert truth.all(select, id=house.id) == [("Dapur Umum", 18, 59, ["P"], [1, 2], "08:00:00")]
        assert "Sekarang isi berapa tempatnya" in text_of(one.get(sent.headers["Location"]).text)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": ""}, "name"), ({"service_type": ""}, "service_type"), ({"coverage": ""}, "coverage"),
            ({"min_age": "131"}, "min_age"), ({"min_age": "60", "max_age": "18"}, "max_age"),
            ({"min_age": "tua"}, "min_age"), ({"opens_at": "8"}, "opens_at"), ({"opens_at": "08:00"}, "closes_at"),
            ({"opens_at": "15:00", "closes_at": "08:00"}, "closes_at"), ({"service_type": "sihir"}, "service_type"),
            ({"coverage": "35.99"}, "coverage"), ({"name": "a\u202eb"}, "name"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_at_its_field(self, reader, keeper, house, wrong, field, truth: Truth):
        refused = reader(keeper).post(f"/partners/{house.id}/services/new", **self.FORM | wrong)
        assert refused.status_code == 422
        assert f'href="#{field}"' in refused.text
        assert f'id="{field}-error"' in refused.text
        assert truth.one("select count(*) from services where organisation_id = :id", id=house.id) == 0

    def test_the_form_comes_with_what_stands_and_changes_only_what_was_changed(
        self, make: Make, reader, keeper, house, truth: Truth
    ):
        offered = offer_service(
            make, house.id, min_age=60, coverage=["35.09", "35.10.01"], categories=["PPKS-08"], is_accredited=True,
            allows_waiting=True,
        )  # fmt: skip
        one, where = reader(keeper), f"/partners/{house.id}/services/{offered.id}"
        page = one.get(where).text
        form = fields_of(page)
        assert (form["min_age"], form["service_type"], form["allows_waiting"]) == ("60", "temporary_shelter", "yes")
        lists = {"coverage": ["35.09", "35.10.01"], "categories": ["PPKS-08"], "open_days": []}
        assert one.post(where, **form | lists | {"max_age": "90"}).status_code == 303
        select = (
            "select min_age, max_age, coverage, categories, is_accredited, allows_waiting from services where id = :id"
        )
        assert truth.all(select, id=offered.id) == [(60, 90, ["35.09", "35.10.01"], ["PPKS-08"], True, True)]

    def test_a_partner_cannot_accredit_himself(self, make: Make, reader, keeper, house, shelter, truth: Truth):
        one, where = reader(keeper), f"/partners/{house.id}/services/{shelter.id}"
        page = one.get(where).text
        assert 'name="is_accredited"' not in page
        one.post(where, **fields_of(page) | {"coverage": "35.09", "is_accredited": "yes"})
        assert truth.one("select is_accredited from services where id = :id", id=shelter.id) is False
        chief = reader(make.user("administrator"))
        form = fields_of(chief.get(where).text) | {"coverage": "35.09", "is_accredited": "yes"}
        assert chief.post(where, **form).status_code == 303
        assert truth.one("select is_accredited from services where id = :id", id=shelter.id) is True

    def test_a_change_meanwhile_is_seen_before_it_is_written_over(self, make: Make, reader, keeper, house, shelter):
        one, where = reader(keeper), f"/partners/{house.id}/services/{shelter.id}"
        form = fields_of(one.get(where).text) | {"coverage": "35.09", "name": "Nama Saya"}
        with make.acting(make.user("administrator")) as session:
            found = service.service_for(session, shelter.id)
            service.change_service(session, found, {"max_age": 80})
        refused = one.post(where, **form)
        assert refused.status_code == 409
        assert 'value="Nama Saya"' in refused.text
        assert fields_of(refused.text)["version"] == "2"

    def test_a_service_is_stopped_and_offered_again(self, reader, keeper, house, shelter, truth: Truth):
        one, where = reader(keeper), f"/partners/{house.id}/services/{shelter.id}/ending"
        for form, is_active in (({}, False), ({}, False), ({"again": "yes"}, True)):
            assert one.post(where, **form).status_code == 303
            assert truth.one("select is_active from services where id = :id", id=shelter.id) is is_active

    def test_a_service_of_another_house_is_not_there(self, make: Make, reader, keeper, house):
        other = offer_service(make)
        assert reader(keeper).get(f"/partners/{house.id}/services/{other.id}").status_code == 404
        assert reader(keeper).get(f"/partners/{other.organisation_id}/services/{other.id}").status_code == 403


class TestTheRest:
    """Contacts, agreements, and saying that all still stands."""

    def test_a_contact_is_written_down_changed_and_taken_out(self, reader, keeper, house, truth: Truth):
        one, where = reader(keeper), f"/partners/{house.id}/contacts"
        form = {"name": "Meja jaga", "position": "", "phone": "0812-3456-7890", "email": "", "once": "c"}
        for _ in range(2):
            assert one.post(f"{where}/new", **form).status_code == 303
        [(found, phone)] = truth.all(
            "select id, phone from organisation_contacts where organisation_id = :id", id=house.id
        )
        assert phone == "+6281234567890"
        changed = fields_of(one.get(f"{where}/{found}").text) | {"name": "Meja malam"}
        assert one.post(f"{where}/{found}", **changed).status_code == 303
        assert one.post(f"{where}/{found}", over="yes", version="1").status_code == 409
        assert one.post(f"{where}/{found}", over="yes", version="2").status_code == 303
        assert "Meja malam" not in text_of(one.get(f"/partners/{house.id}").text)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": ""}, "name"),
            ({"phone": "tidak ada"}, "phone"),
            ({"phone": ""}, "phone"),
            ({"email": "x"}, "email"),
        ],
    )
    def test_whom_nobody_can_reach_is_no_contact(self, reader, keeper, house, wrong, field):
        form = {"name": "Meja jaga", "phone": "0812-3456-7890"} | wrong
        refused = reader(keeper).post(f"/partners/{house.id}/contacts/new", **form)
        assert (refused.status_code, f'id="{field}-error"' in refused.text) == (422, True)

    def test_only_an_administrator_writes_an_agreement(self, make: Make, reader, keeper, house, truth: Truth):
        chief, where = reader(make.user("administrator")), f"/partners/{house.id}/agreements/new"
        form = {
            "number": "PKS-2/2027", "starts_on": "2027-01-01", "ends_on": "2027-12-31", "subject": "Rumah singgah",
            "parties": "Dinas Sosial\n\n Yayasan Harapan ", "once": "p",
        }  # fmt: skip
        assert reader(keeper).get(where).status_code == 403
        assert reader(keeper).post(where, **form).status_code == 403
        for _ in range(2):
            assert chief.post(where, **form).status_code == 303
        select = "select parties from agreements where organisation_id = :id and number = 'PKS-2/2027'"
        assert truth.all(select, id=house.id) == [["Dinas Sosial", "Yayasan Harapan"]]
        again = chief.post(where, **form | {"once": "q"})
        assert (again.status_code, 'href="#number"' in again.text) == (409, True)
        assert chief.post(where, **form | {"once": "r", "number": "", "ends_on": "besok"}).status_code == 422

    def test_an_agreement_ends_early_with_a_reason(self, make: Make, reader, house, truth: Truth):
        chief = reader(make.user("administrator"))
        signed = truth.one("select id from agreements where organisation_id = :id", id=house.id)
        where = f"/partners/{house.id}/agreements/{signed}/ending"
        assert chief.post(where, reason="", ends_on="2026-06-30").status_code == 422
        late = chief.post(where, reason="by_both", ends_on="2026-12-31")
        assert (late.status_code, 'href="#ends_on"' in late.text) == (409, True)
        assert chief.post(where, reason="by_both", ends_on="2026-06-30").status_code == 303
        assert truth.one("select ends_on from agreements where id = :id", id=signed) == date(2026, 6, 30)
        assert "Disepakati bersama" in text_of(chief.get(f"/partners/{house.id}").text)

    def test_that_all_still_stands_is_one_press(self, make: Make, reader, keeper, house, shelter, clock, truth: Truth):
        clock.move(days=200)
        one, where = reader(keeper), f"/partners/{house.id}/confirmation"
        assert "Itu sudah lama" in text_of(one.get(f"/partners/{house.id}").text)
        for _ in range(2):
            assert one.post(where).status_code == 303
        assert truth.one("select confirmed_on from services where id = :id", id=shelter.id) == clock.now.date()
        assert reader(make.user("partner")).post(where).status_code == 403
        assert reader(make.user("triage", region="35.09")).post(where).status_code in (303, 403)

    def test_a_keeper_of_nothing_yet_is_led_to_his_first_service(self, reader, keeper, house):
        page = reader(keeper).get("/partners/own").text
        assert "Belum ada layanan yang ditawarkan." in text_of(page)
        assert f'href="/partners/{house.id}/services/new"' in page
