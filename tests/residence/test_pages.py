"""Pages of the house, as a browser without JavaScript uses them."""

import re

import pytest

from kessos_case.residence import rules as r
from kessos_case.residence import service, wording
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.factories.cases import MAGETAN, open_case
from tests.factories.casework import in_days, supervisor_beside
from tests.factories.residence import discharged, entry, handover, log, stay, wait, ward
from tests.readers import text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def leader(make: Make, worker):
    return supervisor_beside(make, worker)


def named(make: Make, worker, name: str, **stated):
    return open_case(make, worker, client_id=make.client(worker, name=name, **stated).id)


def version_in(page: str) -> str:
    return re.search(r'name="version" value="(\d+)"', page)[1]


def test_every_code_has_words():
    for table, kinds in (
        (wording.WARD_SEXES, r.WardSex), (wording.EVENTS, r.StayEventKind), (wording.DISCHARGES, r.DischargeReason),
        (wording.WAIT_STATES, r.BedWaitState), (wording.LEAVES, r.LeaveLineReason), (wording.SHIFTS, r.Shift),
        (wording.ENTRY_KINDS, r.ShiftEntryKind),
    ):  # fmt: skip
        assert set(table) == set(kinds)


class TestHouse:
    """The house now."""

    def test_an_empty_house_says_what_to_do(self, reader, worker, leader):
        assert "Minta kepala UPT mencatat kamarnya." in text_of(reader(worker).get("/house").text)
        assert 'href="/house/wards/new"' in reader(leader).get("/house").text

    def test_who_lives_where_who_waits_and_how_many_beds_are_free(self, make, reader, worker):
        mawar = ward(make, worker, name="Wisma Mawar", beds=3)
        stay(make, worker, mawar, named(make, worker, "Sri Wahyuni"))
        wait(make, worker, named(make, worker, "Siti Aminah"), urgency="urgent")
        said = text_of(reader(worker).get("/house").text)
        assert "1 dari 3 tempat tidur terisi" in said
        assert "2 kosong : Untuk perempuan" in said or "2 kosong: Untuk perempuan" in said
        assert "1 orang menunggu" in said
        assert "1. Siti Aminah Mendesak" in said
        assert "Sri Wahyuni" in said

    def test_what_must_be_looked_at_stands_above(self, make, reader, worker, clock: Clock):
        mawar = ward(make, worker)
        stay(make, worker, mawar, named(make, worker, "Bu Lewat"), planned_until=in_days(5))
        gone = stay(make, worker, mawar, named(make, worker, "Bu Pergi"), planned_until=in_days(100))
        with make.acting(worker) as session:
            service.leave_for_days(session, gone.id, until=in_days(2))
        clock.move(days=6)
        said = text_of(reader(worker).get("/house").text)
        assert said.index("Bu Lewat") < said.index("Kamar dan wisma")
        assert "Rencananya hanya sampai 7 Maret 2026" in said
        assert "Seharusnya kembali 4 Maret 2026" in said

    def test_a_restricted_person_has_no_name_in_the_list(self, make, reader, worker):
        child = named(make, worker, "Dewi Rahasia", categories=["PPKS-06"])
        stay(make, worker, ward(make, worker), child)
        assert "Dewi" not in reader(worker).get("/house").text

    def test_who_is_shown_is_in_the_trail(self, make, reader, worker, truth: Truth):
        made = stay(make, worker, ward(make, worker))
        reader(worker).get("/house")
        seen = "select client_ids from audit_entries where detail ->> 'part' = 'house'"
        assert truth.all(seen) == [[made.client_id]]

    def test_the_menu_leads_here_whoever_works_in_a_house(self, make, reader, worker):
        assert 'href="/house"' in reader(worker).get("/house").text
        assert 'href="/house"' not in reader(make.user("triage")).get("/").text

    @pytest.mark.parametrize(
        "path",
        [
            "/house",
            "/house/history",
            "/house/stays",
            "/house/line",
            "/house/log",
            "/house/logs",
            "ward",
            "stay",
            "case",
        ],
    )
    def test_a_page_asks_the_database_twelve_times_at_most(self, make, reader, worker, statements, path):
        mawar, case = ward(make, worker), open_case(make, worker)
        ward(make, worker)
        made = stay(make, worker, mawar, case)
        for _ in range(2):
            wait(make, worker)
            entry(make, worker, log(make, worker), client_id=made.client_id)
        places = {
            "ward": f"/house/wards/{mawar.id}",
            "stay": f"/house/stays/{made.id}",
            "case": f"/cases/{case.id}/stays",
        }
        page = reader(worker)
        page.get("/house")
        assert len(statements(lambda: page.get(places.get(path, path)))) <= 12


class TestWards:
    """Rooms, by the supervisor."""

    def test_a_ward_is_added_and_changed(self, reader, leader, truth: Truth):
        page = reader(leader)
        sent = page.post("/house/wards/new", name="Wisma Mawar", sex="P", beds="12", once="a")
        assert sent.status_code == 303
        [ward_id] = truth.all("select id from wards")
        form = page.get(f"/house/wards/{ward_id}/change").text
        sent = page.post(f"/house/wards/{ward_id}/change", name="Wisma Mawar", sex="any", beds="10", is_active="yes",
                         version=version_in(form))  # fmt: skip
        assert sent.status_code == 303
        assert truth.all("select sex, beds, is_active from wards") == [("any", 10, True)]

    def test_what_is_missing_is_said_and_nothing_typed_is_lost(self, reader, leader):
        refused = reader(leader).post("/house/wards/new", name="Wisma Mawar", sex="", beds="")
        assert refused.status_code == 422
        assert 'value="Wisma Mawar"' in refused.text
        assert "Pilih kamar ini untuk siapa." in text_of(refused.text)

    def test_fewer_beds_than_people_are_refused_with_the_number(self, make, reader, worker, leader):
        mawar = ward(make, worker)
        stay(make, worker, mawar)
        stay(make, worker, mawar)
        page = reader(leader)
        version = version_in(page.get(f"/house/wards/{mawar.id}/change").text)
        refused = page.post(
            f"/house/wards/{mawar.id}/change", name="X", sex="P", beds="1", is_active="yes", version=version
        )
        assert refused.status_code == 409
        assert "2 tempat tidur di kamar ini sedang terisi." in text_of(refused.text)

    def test_what_somebody_else_changed_meanwhile_is_not_overwritten(self, make, reader, worker, leader):
        mawar = ward(make, worker)
        refused = reader(leader).post(f"/house/wards/{mawar.id}/change", name="X", sex="P", beds="9", version="7")
        assert refused.status_code == 409

    def test_terms_are_set(self, reader, leader, truth: Truth):
        page = reader(leader)
        form = page.get("/house/terms").text
        assert "kebiasaan UPT sejenis" in text_of(form)
        sent = page.post("/house/terms", planned_days="120", review_every_days="30", version=version_in(form))
        assert sent.status_code == 303
        assert truth.all("select planned_days, review_every_days from house_rules") == [(120, 30)]
        refused = page.post("/house/terms", planned_days="0", review_every_days="30", version="1")
        assert refused.status_code == 422


class TestComingIn:
    """From the case into a bed, or into the line."""

    def test_the_case_leads_here_and_the_person_comes_in(self, make, reader, worker, truth: Truth):
        mawar, case = ward(make, worker, name="Wisma Mawar"), open_case(make, worker)
        page = reader(worker)
        assert f'href="/cases/{case.id}/stays"' in page.get(f"/cases/{case.id}").text
        assert "Wisma Mawar (4 kosong)" in text_of(page.get(f"/cases/{case.id}/stays").text)
        sent = page.post(f"/cases/{case.id}/stays", ward_id=str(mawar.id), admitted_at=str(in_days(0)), once="a")
        assert sent.status_code == 303
        again = page.post(f"/cases/{case.id}/stays", ward_id=str(mawar.id), admitted_at=str(in_days(0)), once="a")
        assert again.status_code == 303
        assert truth.one("select count(*) from stays") == 1
        assert "tanpa batas waktu" in text_of(page.get(sent.headers["Location"]).text)
        assert "Wisma Mawar" in text_of(page.get(f"/cases/{case.id}").text)

    def test_who_would_pass_others_is_asked_why(self, make, reader, worker):
        mawar, case = ward(make, worker), open_case(make, worker)
        wait(make, worker)
        page = reader(worker)
        refused = page.post(f"/cases/{case.id}/stays", ward_id=str(mawar.id), admitted_at=str(in_days(0)))
        assert refused.status_code == 409
        assert "1 orang menunggu lebih dulu. Tulis mengapa orang ini masuk lebih dulu." in text_of(refused.text)
        sent = page.post(f"/cases/{case.id}/stays", ward_id=str(mawar.id), jump_reason="Diantar polisi.")
        assert sent.status_code == 303

    def test_a_full_ward_says_so(self, make, reader, worker):
        mawar, case = ward(make, worker, beds=1), open_case(make, worker)
        stay(make, worker, mawar)
        refused = reader(worker).post(f"/cases/{case.id}/stays", ward_id=str(mawar.id))
        assert refused.status_code == 409
        assert "Semua tempat tidur di kamar ini sudah terisi." in text_of(refused.text)

    def test_a_man_is_offered_no_ward_for_women(self, make, reader, worker):
        ward(make, worker, name="Wisma Mawar", sex="P")
        ward(make, worker, name="Wisma Garuda", sex="L")
        case = named(make, worker, "Pak Darmo", sex="L")
        said = reader(worker).get(f"/cases/{case.id}/stays").text
        assert "Wisma Garuda" in said
        assert "Wisma Mawar" not in said

    def test_the_line_is_joined_and_left(self, make, reader, worker, truth: Truth):
        case, page = open_case(make, worker), reader(worker)
        sent = page.post(f"/cases/{case.id}/bed-waits", urgency="urgent", form="wait", once="a")
        assert sent.status_code == 303
        assert "Nomor 1 di daftar tunggu" in text_of(page.get(sent.headers["Location"]).text)
        wait_id = truth.one("select id from bed_waits")
        version = version_in(page.get(f"/house/line/{wait_id}").text)
        assert page.post(f"/house/line/{wait_id}", reason="", version=version).status_code == 422
        assert page.post(f"/house/line/{wait_id}", reason="own_wish", version=version, once="b").status_code == 303
        assert "Tidak ada yang menunggu tempat tidur." in text_of(page.get("/house/line").text)

    def test_a_case_that_the_office_took_over_shows_no_house(self, make, reader, worker, leader):
        from kessos_case.journey.service import accept_transfer
        from tests.factories.cases import offer_transfer

        case = open_case(make, worker)
        stay(make, worker, ward(make, worker, name="Wisma Mawar"), case)
        offer = offer_transfer(make, leader, case)
        there = make.user("supervisor", organisation=MAGETAN)
        with make.acting(there) as session:
            accept_transfer(session, offer.id)
        page = reader(there)
        assert "Wisma Mawar" not in page.get(f"/cases/{case.id}").text
        shown = page.get(f"/cases/{case.id}/stays")
        assert shown.status_code == 200
        assert "Wisma Mawar" not in shown.text


class TestStay:
    """What happens in a stay."""

    def act(self, page, made, verb, **form):
        version = version_in(page.get(f"/house/stays/{made.id}").text)
        return page.post(f"/house/stays/{made.id}/{verb}", version=version, **form)

    def test_a_life_in_the_house(self, make, reader, worker, truth: Truth):
        mawar, melati = ward(make, worker, name="Mawar"), ward(make, worker, name="Melati")
        made, page = stay(make, worker, mawar), reader(worker)
        for verb, form in (
            ("moves", {"ward_id": str(melati.id)}),
            ("absences", {"until": str(in_days(3)), "note": "Lebaran di rumah adik."}),
            ("returns", {}),
            ("reviews", {"planned_until": str(in_days(90)), "note": "Ingin pulang."}),
            ("discharge", {"reason": "family", "discharged_at": str(in_days(0))}),
        ):
            assert self.act(page, made, verb, **form).status_code == 303, verb
        said = text_of(page.get(f"/house/stays/{made.id}").text)
        for word in ("Pindah kamar : Melati", "Lebaran di rumah adik.", "Ingin pulang.", "Kembali ke keluarga"):
            assert word in said or word.replace(" :", ":") in said
        assert '<form method="post" action="/house/stays' not in page.get(f"/house/stays/{made.id}").text

    def test_a_form_that_lacks_something_comes_back_open(self, make, reader, worker):
        made, page = stay(make, worker, ward(make, worker)), reader(worker)
        refused = self.act(page, made, "reviews", planned_until=str(in_days(90)), note="")
        assert refused.status_code == 422
        assert f'value="{in_days(90)}"' in refused.text
        assert 'id="reviews" open' in refused.text

    def test_what_somebody_else_wrote_meanwhile_is_seen_first(self, make, reader, worker):
        made, page = stay(make, worker, ward(make, worker)), reader(worker)
        refused = page.post(f"/house/stays/{made.id}/discharge", reason="family", version="9")
        assert refused.status_code == 409
        assert "Keadaannya sudah berubah" in text_of(refused.text)

    def test_another_verb_is_no_page(self, make, reader, worker):
        made = stay(make, worker, ward(make, worker))
        assert reader(worker).post(f"/house/stays/{made.id}/deletion", version="1").status_code == 404


class TestHistory:
    """Figures with the way to their rows."""

    def test_a_figure_leads_to_whom_it_counts(self, make, reader, worker, clock: Clock):
        mawar = ward(make, worker, beds=2)
        made = stay(make, worker, mawar, named(make, worker, "Bu Pulang"), planned_until=in_days(2))
        stay(make, worker, mawar, named(make, worker, "Bu Tinggal"))
        clock.move(days=4)
        discharged(make, worker, made, reason="family")
        page = reader(worker)
        said = text_of(page.get("/house/history").text)
        assert "9 hari tempat tidur dipakai dari 10 yang ada" in said
        assert "1 orang tinggal lebih lama dari rencananya" in said
        left = text_of(page.get("/house/stays?show=left&month=2026-03").text)
        assert "Bu Pulang" in left
        assert "Bu Tinggal" not in left
        assert "Bu Tinggal" in text_of(page.get("/house/stays?show=lived&month=2026-03").text)
        assert "Tidak ada orang" in text_of(page.get("/house/stays?show=left&month=2026-03&reason=work").text)
        assert "Tidak ada orang" in text_of(page.get("/house/stays?show=lived&month=2026-02").text)

    @pytest.mark.parametrize("query", ["month=2199-01", "month=x&last=y", "last=1900-01", "show=%00&reason=z"])
    def test_whatever_stands_in_the_address(self, make, reader, worker, query):
        ward(make, worker)
        page = reader(worker)
        assert page.get(f"/house/history?{query}").status_code == 200
        assert page.get(f"/house/stays?{query}").status_code == 200


class TestLog:
    """The log of a watch."""

    def test_a_watch_from_its_beginning_to_the_next(self, make, reader, worker, truth: Truth):
        lives = stay(make, worker, ward(make, worker), named(make, worker, "Bu Batuk"))
        page = reader(worker)
        assert "Belum ada yang membuka buku jaga" in text_of(page.get("/house/log").text)
        assert page.post("/house/log").status_code == 303
        log_id = truth.one("select id from shift_logs")
        refused = page.post(f"/house/logs/{log_id}/entries", kind="", text="Batuk sejak pagi.")
        assert refused.status_code == 422
        assert "Batuk sejak pagi." in refused.text
        sent = page.post(f"/house/logs/{log_id}/entries", kind="health", text="Batuk sejak pagi.",
                         client_id=str(lives.client_id), once="a")  # fmt: skip
        assert sent.status_code == 303
        said = text_of(page.get("/house/log").text)
        assert "Kesehatan : Bu Batuk" in said or "Kesehatan: Bu Batuk" in said
        assert page.post(f"/house/logs/{log_id}/handover", text="").status_code == 422
        assert page.post(f"/house/logs/{log_id}/handover", text="Periksa Bu Batuk.", once="b").status_code == 303
        after = text_of(page.get("/house/log").text)
        assert "Pesan dari jaga pagi" in after
        assert "Periksa Bu Batuk." in after
        assert "Sudah diserahkan" in text_of(page.get("/house/logs").text)

    def test_what_comes_too_late_is_not_lost(self, make, reader, worker):
        watch = log(make, worker)
        handover(make, worker, watch)
        log(make, worker)
        refused = reader(worker).post(f"/house/logs/{watch.id}/entries", kind="routine", text="Semua tidur.")
        assert refused.status_code == 409
        assert "Semua tidur." in refused.text
        assert "Jaga ini sudah diserahkan." in text_of(refused.text)
