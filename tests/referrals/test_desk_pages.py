"""The triage desk: its queue, who somebody is, whom to ask, as a browser without JavaScript uses it."""

import re
from datetime import date
from html import unescape
from uuid import UUID

import pytest

from kessos_case.core import db, jobs
from kessos_case.partners.rules import Part, Rule
from kessos_case.referrals import desk_wording, rule_wording, service
from kessos_case.referrals.queue_queries import VIEWS
from kessos_case.referrals.rules import OPEN_STATES, Likely, OfferState, State, Verdict
from tests.conftest import Clock, Truth
from tests.factories import AMBULU, JEMBER, SURABAYA, Make
from tests.factories.offers import accept, decline, home, move, offer, offers, shelter, triaged, wait
from tests.factories.partners import pause

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(make: Make):
    return make.user("triage")


@pytest.fixture
def tksk(make: Make):
    return make.user("tksk")


# What a desk says that has not asked the person yet.
ANSWERED = {"asked": "1", "disclose": "name", "consent": "not_asked"}


def known_as(name: str, **more):
    return {"person": {"alias": name, "estimated_age": 70, "sex": "L"}, **more}


def names_on(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<h2><a href="/referrals/[^"]+">([^<]+)</a></h2>', page)]


def looked_for(truth: Truth, referral_id: UUID) -> None:
    """The job that looks for registered people who may be the described one."""
    with db.transaction(db.system("test")) as session:
        query = "select id from jobs where args ->> 'referral_id' = :id"
        service.find_matches(session, session.get_one(jobs.Job, truth.one(query, id=str(referral_id))))


def state_of(truth: Truth, referral_id: UUID) -> str:
    return truth.one("select state from referrals where id = :id", id=referral_id)


def filled(page: str, **more) -> dict:
    """The form of the page that registers a person, as it comes: its version, and what the report says."""
    found = {
        name: unescape(value) for name, value in re.findall(r'<input id="\w+" name="(\w+)"[^>]* value="([^"]*)"', page)
    }
    found["version"] = re.search(r'name="version" value="(\d+)"', page)[1]
    found["sex"] = re.search(r'name="sex" value="(\w+)" checked', page)[1]
    found["region_code"] = re.search(r'<option value="([\d.]+)" selected', page)[1]
    return found | {"who": "new"} | ANSWERED | more


class TestQueue:
    def test_emergencies_stand_on_top_whatever_their_clock_says(self, make: Make, tksk, desk, reader, clock: Clock):
        make.referral(tksk, **known_as("Mbah Terlambat", urgency="urgent"))
        clock.move(hours=30)
        make.referral(tksk, **known_as("Mbah Darurat", urgency="emergency"))
        page = reader(desk).get("/referrals").text
        assert names_on(page) == ["Mbah Darurat", "Mbah Terlambat"]
        assert "tinggal 1 jam" in page
        assert "lewat 6 jam" in page

    def test_each_list_counts_what_waits_for_whom(self, make: Make, tksk, desk, reader):
        make.referral(tksk)
        asked = make.referral(tksk, **known_as("Mbah Tanya"))
        move(make, desk, asked.id, "return", note="Di mana?")
        shelter(make)
        triaged(make, desk, by=tksk, **known_as("Mbah Tawar"))
        page = reader(desk).get("/referrals").text
        for words in (
            "Giliran petugas (1)",
            "Ditanyakan ke pelapor (1)",
            "Menunggu lembaga (1)",
            "Sedang ditolong (0)",
        ):
            assert words in page
        assert "Mbah Tanya" in reader(desk).get("/referrals?view=sender").text
        waiting = reader(desk).get("/referrals?view=receiver").text
        assert "Mbah Tawar" in waiting
        assert re.search(r'href="/referrals/[^"]+/candidates"', waiting)

    def test_what_nobody_can_meet_comes_back_to_the_desk_with_what_to_do(self, make: Make, desk, reader):
        triaged(make, desk)
        page = reader(desk).get("/referrals").text
        assert "Belum ada lembaga yang bisa. Cari lagi" in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("urgency=routine", ["Mbah Biasa"]),
            ("state=submitted", ["Mbah Lapar", "Mbah Biasa"]),
            ("state=accepted", []),
            ("place=35.09.12", ["Mbah Lapar"]),
            ("place=35.09", ["Mbah Lapar", "Mbah Biasa"]),
            ("service=meals", ["Mbah Lapar"]),
            ("service=basic_needs", ["Mbah Lapar", "Mbah Biasa"]),
            ("holder=other", []),
            ("holder=own", ["Mbah Lapar", "Mbah Biasa"]),
            ("late=1", []),
            ("urgency=soon&state=x&place=y&service=z%00&holder=w&view=v", None),
        ],
    )
    def test_filters_stand_in_the_address(self, make: Make, tksk, desk, reader, query: str, found: list[str] | None):
        make.referral(tksk, **known_as("Mbah Lapar", service_types=["meals"]))
        make.referral(tksk, **known_as("Mbah Biasa", urgency="routine", region_code="35.09.13"))
        answer = reader(desk).get(f"/referrals?{query}")
        assert answer.status_code == 200
        if found is not None:
            assert names_on(answer.text) == found
        if found == []:
            assert "Hapus saringan" in answer.text

    def test_late_ones_are_a_link(self, make: Make, tksk, desk, reader, clock: Clock):
        make.referral(tksk, **known_as("Mbah Lama"))
        clock.move(hours=30)
        make.referral(tksk, **known_as("Mbah Baru"))
        page = reader(desk).get("/referrals").text
        late = unescape(re.search(r'href="([^"]+)">1 terlambat', page)[1])
        assert names_on(reader(desk).get(late).text) == ["Mbah Lama"]

    def test_a_long_queue_goes_on_under_its_filters(self, make: Make, tksk, desk, reader):
        for number in range(21):
            make.referral(tksk, **known_as(f"Mbah {number}", urgency="routine"))
        make.referral(tksk, **known_as("Mbah Lain"))
        first = reader(desk).get("/referrals?urgency=routine").text
        more = unescape(re.search(r'class="more" href="([^"]+cursor[^"]+)"', first)[1])
        assert names_on(first) + names_on(reader(desk).get(more).text) == [f"Mbah {number}" for number in range(21)]

    def test_a_view_can_be_kept(self, make: Make, desk, reader):
        desk = reader(desk)
        assert desk.post("/filters", page="/referrals", name="Darurat", query="urgency=emergency").status_code == 303
        assert '<a href="/referrals?urgency=emergency">Darurat</a>' in desk.get("/referrals").text

    def test_a_registered_person_is_called_by_name(self, make: Make, desk, reader):
        worker = make.caseworker()
        client = make.client(worker, name="Sulastri Wiryo")
        make.referral(worker, person=None, client_id=client.id)
        page = reader(desk).get("/referrals").text
        assert names_on(page) == ["Sulastri Wiryo"]

    def test_a_secret_person_has_no_name_in_the_queue(self, make: Make, desk, reader):
        triaged(make, desk, service_types=["child_protection"], client={"name": "Anak Rahasia"})
        page = reader(desk).get("/referrals").text
        assert names_on(page) == ["Nama disembunyikan"]
        assert "Anak Rahasia" not in page

    def test_the_province_begins_with_what_has_come_up_to_it(self, make: Make, tksk, reader):
        make.referral(tksk, **known_as("Mbah Jember"))
        make.referral(tksk, **known_as("Mbah Darurat", urgency="emergency"))
        province = reader(make.user("triage", organisation="DINSOS-35"))
        assert names_on(province.get("/referrals").text) == ["Mbah Darurat"]
        assert names_on(province.get("/referrals?holder=").text) == ["Mbah Darurat", "Mbah Jember"]

    def test_the_queue_asks_the_database_little_however_long_it_is(self, make: Make, tksk, desk, reader, statements):
        worker = make.caseworker()
        for number in range(12):
            make.referral(tksk, urgency=("emergency", "urgent", "routine")[number % 3])
            make.referral(worker, person=None, client_id=make.client(worker).id)
        shelter(make)
        triaged(make, desk, by=tksk)
        one = reader(desk)
        for view in ("", "?view=receiver", "?view=ended", "?service=meals&holder=own"):
            assert len(statements(lambda view=view: one.get(f"/referrals{view}"))) <= 12


class TestMine:
    def test_what_was_asked_back_comes_first(self, make: Make, tksk, desk, reader, clock: Clock):
        asked = make.referral(tksk, **known_as("Mbah Tanya"))
        move(make, desk, asked.id, "return", note="Di mana?")
        clock.move(hours=1)
        make.referral(tksk, **known_as("Mbah Baru"))
        page = reader(tksk).get("/referrals").text
        assert names_on(page) == ["Mbah Tanya", "Mbah Baru"]
        assert "Jawab sekarang" in page

    def test_the_sender_learns_what_came_of_it(self, make: Make, tksk, desk, reader, clock: Clock):
        asked = shelter(make)
        found = triaged(make, desk, by=tksk, **known_as("Mbah Tolong"))
        page = reader(tksk).get("/referrals?view=mine&show=open").text
        assert f"Sekarang di: {asked.office.name}" in page
        accept(make, asked, offers(make, desk, found.id)[0])
        move(make, asked.user, found.id, "meet", happened_at=clock.now)
        move(make, asked.user, found.id, "complete", reason="served")
        assert names_on(reader(tksk).get("/referrals?view=mine&show=open").text) == []
        page = reader(tksk).get("/referrals?view=mine&show=ended").text
        for words in ("Layanan selesai", asked.office.name, "Sudah ditolong"):
            assert words in page

    def test_my_reports_ask_the_database_little(self, make: Make, tksk, desk, reader, statements):
        for number in range(6):
            sent = make.referral(tksk)
            if number % 2:
                move(make, desk, sent.id, "reject", reason="duplicate")
        one = reader(tksk)
        assert len(statements(lambda: one.get("/referrals"))) <= 12


class TestWho:
    """Who the described person is."""

    @pytest.fixture
    def sent(self, make: Make, tksk):
        return make.referral(tksk, **known_as("Surip"))

    def test_a_registered_person_stands_beside_the_report(self, make: Make, desk, reader, truth: Truth, sent):
        make.client(desk, name="Mbah Surip", sex="P", region_code="35.09.13")
        looked_for(truth, sent.id)
        page = reader(desk).get(f"/referrals/{sent.id}").text
        assert "Mbah Surip" in page
        assert re.findall(r'<span class="verdict \w+">([^<]+)<', page) == ["sama", "belum tahu", "beda", "mirip"]
        assert "orang yang sama" in page

    def test_whom_another_office_holds_is_a_reference_without_a_name(
        self, make: Make, desk, reader, truth: Truth, sent
    ):
        make.client(make.caseworker(), name="Mbah Surip", birth_date=date(1950, 5, 5), region_code=AMBULU)
        looked_for(truth, sent.id)
        page = reader(desk).get(f"/referrals/{sent.id}").text
        assert "Orang yang dipegang kantor lain" in page
        assert make.organisation("PSTW-BONDOWOSO").name in page
        assert "Mbah Surip" not in page
        assert "1950" not in page

    def test_a_restricted_person_is_never_told(self, make: Make, desk, reader, truth: Truth, sent):
        make.client(make.caseworker(), name="Mbah Surip", region_code=AMBULU, categories=["PPKS-18"])
        looked_for(truth, sent.id)
        page = reader(desk).get(f"/referrals/{sent.id}").text
        assert "Tidak ada orang terdaftar yang mirip" in page

    def test_the_sender_learns_nothing_of_who_is_registered(self, make: Make, tksk, reader, truth: Truth, sent):
        make.client(make.user("triage"), name="Mbah Surip", region_code=AMBULU)
        looked_for(truth, sent.id)
        page = reader(tksk).get(f"/referrals/{sent.id}").text
        assert "Siapa orangnya" not in page
        assert "Mbah Surip" not in page

    def test_this_is_him(self, make: Make, desk, reader, truth: Truth, sent):
        client = make.client(make.caseworker(), name="Mbah Surip", region_code=AMBULU)
        asked = shelter(make)
        looked_for(truth, sent.id)
        page = reader(desk).get(f"/referrals/{sent.id}").text
        ref, version = (re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("match_ref", "version"))
        answer = reader(desk).post(f"/referrals/{sent.id}/triage", match_ref=ref, version=version, **ANSWERED)
        assert answer.headers["Location"].startswith(f"/referrals/{sent.id}/candidates")
        assert truth.one("select client_id from referrals where id = :id", id=sent.id) == client.id
        assert asked.office.name in reader(desk).get(answer.headers["Location"]).text

    def test_a_made_up_reference_is_refused_in_words(self, desk, reader, sent):
        answer = reader(desk).post(f"/referrals/{sent.id}/triage", match_ref="0" * 24)
        assert answer.status_code == 422
        assert "Orang ini tidak bisa dipilih lagi" in answer.text

    def test_triage_without_a_person_says_what_is_missing(self, desk, reader, truth: Truth, sent):
        answer = reader(desk).post(f"/referrals/{sent.id}/triage")
        assert answer.status_code == 409
        assert "Pilih siapa orangnya" in answer.text
        assert state_of(truth, sent.id) == "submitted"

    def test_a_new_person_is_registered_from_what_the_report_says(self, desk, reader, truth: Truth, sent):
        form = filled(reader(desk).get(f"/referrals/{sent.id}/triage").text)
        assert (form["alias"], form["age"], form["sex"], form["region_code"]) == ("Surip", "70", "L", AMBULU)
        assert form["temporary_label"] == "Surip, Ambulu, 02-03-2026"
        answer = reader(desk).post(f"/referrals/{sent.id}/triage", **form | {"age": "66"})
        assert answer.status_code == 303
        query = "select temporary_label, sex, birth_date, birth_date_precision, region_code from clients"
        label, sex, born, precision, region = truth.all(query)[0]
        assert (label, sex, born.year, precision, region) == (form["temporary_label"], "L", 1960, "estimated", AMBULU)

    def test_a_real_name_takes_the_place_of_the_makeshift_one(self, desk, reader, truth: Truth, sent):
        form = filled(reader(desk).get(f"/referrals/{sent.id}/triage").text, name="Suripto Wiryo")
        reader(desk).post(f"/referrals/{sent.id}/triage", **form)
        assert truth.all("select name, temporary_label from clients") == [("Suripto Wiryo", None)]

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("age", "tua", "Tulis umur dengan angka"),
            ("age", "131", "Tulis umur dengan angka"),
            ("nik", "123", "NIK punya 16 angka"),
            ("phone", "abc", "Nomor telepon ini salah"),
            ("birth_date", "2099-01-01", "Tanggal lahir ini tidak mungkin"),
            ("birth_date", "kemarin", "Tanggal lahir ini tidak mungkin"),
            ("region_code", "35.99.99", "Pilih tempatnya"),
            ("name", "a\x00b", "tidak bisa disimpan"),
            ("categories", "PPKS-99", "Pilih dari daftar"),
        ],
    )
    def test_what_is_wrong_comes_back_at_its_field(
        self, desk, reader, truth: Truth, sent, field: str, value: str, said: str
    ):
        form = filled(reader(desk).get(f"/referrals/{sent.id}/triage").text, address="Depan pasar", **{field: value})
        answer = reader(desk).post(f"/referrals/{sent.id}/triage", **form)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'id="{field}-error"' in answer.text
        assert "Depan pasar" in answer.text
        assert truth.one("select count(*) from clients") == 0

    def test_likely_doubles_are_looked_at_before_anybody_is_registered(
        self, make: Make, desk, reader, truth: Truth, sent
    ):
        stated = {"name": "Sukarmin Wiryo", "phone": "081234567890"}
        mine = make.client(desk, **stated)
        make.client(make.caseworker("PSTW-MAGETAN"), **stated | {"acknowledge_duplicates": self.refs(make, mine.id)})
        form = filled(reader(desk).get(f"/referrals/{sent.id}/triage").text, **stated)
        answer = reader(desk).post(f"/referrals/{sent.id}/triage", **form)
        assert answer.status_code == 409
        assert "Orang ini mungkin sudah terdaftar" in answer.text
        assert f'href="/clients/{mine.id}"' in answer.text
        assert make.organisation("PSTW-MAGETAN").name in answer.text
        assert 'value="Sukarmin Wiryo"' in answer.text
        keys = re.findall(r'type="checkbox" name="acknowledge_duplicates" value="([^"]+)"', answer.text)
        assert len(keys) == 2
        half = reader(desk).post(f"/referrals/{sent.id}/triage", **form, acknowledge_duplicates=keys[:1])
        assert half.status_code == 409
        assert f'type="hidden" name="acknowledge_duplicates" value="{keys[0]}"' in half.text
        done = reader(desk).post(f"/referrals/{sent.id}/triage", **form, acknowledge_duplicates=keys)
        assert done.status_code == 303
        assert truth.one("select count(*) from clients") == 3

    @staticmethod
    def refs(make: Make, *client_ids: UUID) -> list[str]:
        from kessos_case.clients.service import ref_of

        return [ref_of(client_id) for client_id in client_ids]

    def test_a_double_of_the_own_office_is_taken_in_one_click(self, make: Make, desk, reader, truth: Truth, sent):
        mine = make.client(desk, name="Sukarmin Wiryo", phone="081234567890")
        answer = reader(desk).post(f"/referrals/{sent.id}/triage", client_id=str(mine.id), **ANSWERED)
        assert answer.status_code == 303
        assert truth.one("select client_id from referrals where id = :id", id=sent.id) == mine.id

    def test_whom_the_desk_does_not_reach_it_cannot_name(self, make: Make, desk, reader, sent):
        foreign = make.client(make.caseworker())
        answer = reader(desk).post(f"/referrals/{sent.id}/triage", client_id=str(foreign.id))
        assert answer.status_code == 422
        assert "Orang ini tidak bisa dipilih" in answer.text

    def test_the_desk_looks_for_somebody_itself_without_a_name_in_an_address(self, make: Make, desk, reader, sent):
        mine = make.client(desk, name="Sukarmin Wiryo")
        answer = reader(desk).post(f"/referrals/{sent.id}/people", q="Sukarmin")
        assert f'name="client_id" value="{mine.id}"' in answer.text
        assert "Tidak ditemukan" in reader(desk).post(f"/referrals/{sent.id}/people", q="Paijo").text
        assert reader(desk).post(f"/referrals/{sent.id}/people", q="").status_code == 422
        assert reader(desk).get(f"/referrals/{sent.id}/people").status_code == 405

    def test_whom_the_sender_named_is_passed_on_with_one_question(self, make: Make, desk, reader, truth: Truth):
        worker = make.caseworker()
        client = make.client(worker, name="Sulastri")
        sent = make.referral(worker, person=None, client_id=client.id)
        page = reader(desk).get(f"/referrals/{sent.id}").text
        assert f'<a href="/clients/{client.id}">Sulastri</a>' in page
        version = re.search(r'name="version" value="(\d+)"', page)[1]
        asked = reader(desk).post(f"/referrals/{sent.id}/triage", version=version)
        assert (asked.status_code, "Satu pertanyaan sebelum diteruskan" in asked.text) == (200, True)
        assert reader(desk).post(f"/referrals/{sent.id}/triage", version=version, **ANSWERED).status_code == 303
        assert state_of(truth, sent.id) == "unmet"

    def test_the_second_officer_sees_that_it_is_done(self, make: Make, desk, reader, truth: Truth, sent):
        second = reader(make.user("triage"))
        form = filled(second.get(f"/referrals/{sent.id}/triage").text)
        reader(desk).post(f"/referrals/{sent.id}/triage", **form)
        answer = second.post(f"/referrals/{sent.id}/triage", **form)
        assert answer.status_code == 409
        assert "Sudah dikerjakan orang lain" in answer.text
        assert truth.one("select count(*) from clients") == 1

    def test_a_move_after_another_officers_is_not_made(self, make: Make, tksk, desk, reader, truth: Truth, sent):
        seen = re.search(r'name="version" value="(\d+)"', reader(desk).get(f"/referrals/{sent.id}").text)[1]
        move(make, desk, sent.id, "return", note="Di mana?")
        move(make, tksk, sent.id, "resubmit", note="Di pasar.")
        answer = reader(desk).post(f"/referrals/{sent.id}/moves", verb="reject", reason="false_report", version=seen)
        assert answer.status_code == 409
        assert "Sudah dikerjakan orang lain" in answer.text
        assert state_of(truth, sent.id) == "submitted"

    def test_only_the_desk_of_the_place_says_who_somebody_is(self, make: Make, tksk, reader, sent):
        elsewhere = reader(make.user("triage", organisation=f"DINSOS-{SURABAYA}"))
        for one, status in ((reader(tksk), 403), (elsewhere, 404)):
            assert one.get(f"/referrals/{sent.id}/triage").status_code == status
            assert one.post(f"/referrals/{sent.id}/triage", who="new").status_code == status

    def test_a_person_is_read_in_few_statements(self, make: Make, desk, reader, truth: Truth, sent, statements):
        for office in ("PSTW-BONDOWOSO", "PSTW-MAGETAN"):
            make.client(make.caseworker(office), name="Mbah Surip", region_code=AMBULU)
        for number in range(3):
            make.client(desk, name=f"Surip {'abc'[number]}", region_code=AMBULU)
        looked_for(truth, sent.id)
        one = reader(desk)
        for path in ("", "/triage"):
            assert len(statements(lambda path=path: one.get(f"/referrals/{sent.id}{path}"))) <= 12

    def test_where_the_phone_stood_is_shown_to_the_desk(self, make: Make, tksk, desk, reader):
        spot = {"latitude": -8.34512, "longitude": 113.60512, "accuracy": 18.4}
        sent = make.referral(tksk, **known_as("Surip", location=spot))
        page = reader(desk).get(f"/referrals/{sent.id}").text
        assert 'href="geo:-8.34512,113.60512"' in page
        assert "kira-kira 18 meter" in page


class TestWhomToAsk:
    def test_a_candidate_is_shown_with_its_reasons(self, make: Make, desk, reader):
        shelter(make)
        other = shelter(make, min_age=60)
        found = triaged(make, desk, **known_as("Surip"))
        asked = offers(make, desk, found.id)[0]
        page = reader(desk).get(f"/referrals/{found.id}/candidates").text
        for words in (
            other.office.name if asked.organisation_id != other.office.id else asked.organisation_name,
            "satu kabupaten",
            "3 tempat kosong",
            "perjanjian sampai",
            "Menerima orang dari tempat ini.",
            "Cocok dengan kebutuhan",
            "23 dari 23",
            "65 sampai 75 tahun",
        ):
            assert words in page
        assert f"tawaran kepada {asked.organisation_name} ditarik" in page

    def test_it_is_offered_in_one_click(self, make: Make, desk, reader, truth: Truth):
        shelter(make), shelter(make)
        found = triaged(make, desk)
        page = reader(desk).get(f"/referrals/{found.id}/candidates").text
        wanted, version = (re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("service_id", "version"))
        for _ in range(2):
            answer = reader(desk).post(f"/referrals/{found.id}/offers", service_id=wanted, version=version)
            assert answer.status_code == 303
        assert truth.all("select service_id from offers where state = 'open'") == [UUID(wanted)]
        assert "Sudah ditawarkan." in reader(desk).get(answer.headers["Location"]).text

    def test_another_officers_choice_is_not_overturned(self, make: Make, desk, reader, truth: Truth):
        services = [shelter(make).service_id for _ in range(3)]
        found = triaged(make, desk)
        page = reader(desk).get(f"/referrals/{found.id}/candidates").text
        version = re.search(r'name="version" value="(\d+)"', page)[1]
        asked = offers(make, desk, found.id)[0].service_id
        mine, theirs = (one for one in services if one != asked)
        offer(make, make.user("triage"), found.id, theirs)
        answer = reader(desk).post(f"/referrals/{found.id}/offers", service_id=str(mine), version=version)
        assert answer.status_code == 409
        assert "Sudah dikerjakan orang lain" in answer.text
        assert truth.all("select service_id from offers where state = 'open'") == [theirs]

    def test_against_a_soft_rule_the_officer_says_why(self, make: Make, desk, reader, truth: Truth):
        women = shelter(make, sexes=["P"])
        found = triaged(make, desk, **known_as("Surip"))
        page = reader(desk).get(f"/referrals/{found.id}/candidates").text
        assert "Hanya menerima perempuan." in page
        assert "Tidak ada lagi lembaga yang memenuhi semua syarat" in page
        answer = reader(desk).post(f"/referrals/{found.id}/offers", service_id=str(women.service_id))
        assert answer.status_code == 409
        assert "Tulis alasan mengapa tetap ditawarkan" in answer.text
        assert f'id="{women.service_id}-reason-error"' in answer.text
        asked = {"service_id": str(women.service_id), "reason": "Ia bersama istrinya."}
        assert reader(desk).post(f"/referrals/{found.id}/offers", **asked).status_code == 303
        assert truth.one("select is_by_hand from offers") is True

    def test_against_a_lawful_rule_nobody_offers(self, make: Make, desk, reader, truth: Truth):
        children = shelter(make, service_type="child_protection")
        found = triaged(make, desk, service_types=["child_protection"], client={"name": "Anak Uji"})
        page = reader(desk).get(f"/referrals/{found.id}/candidates").text
        assert "Tidak punya akreditasi yang wajib" in page
        assert f"{children.service_id}-reason" not in page
        asked = {"service_id": str(children.service_id), "reason": "Mendesak."}
        answer = reader(desk).post(f"/referrals/{found.id}/offers", **asked)
        assert answer.status_code == 409
        assert "tidak punya akreditasi untuk kasus seperti ini" in answer.text
        assert truth.one("select count(*) from offers") == 0

    def test_the_last_place_gone_meanwhile_leaves_all_as_it_was(self, make: Make, desk, reader, truth: Truth):
        first, last = shelter(make), shelter(make, places=1)
        found = triaged(make, desk)
        asked = offers(make, desk, found.id)[0].service_id
        other = last if asked == first.service_id else first
        truth.run("update service_capacities set taken = places where service_id = :id", id=other.service_id)
        answer = reader(desk).post(f"/referrals/{found.id}/offers", service_id=str(other.service_id))
        assert answer.status_code == 409
        assert "Tempat terakhir baru saja terisi" in answer.text
        assert truth.all("select service_id from offers where state = 'open'") == [asked]

    def test_an_emergency_is_offered_to_several_at_once(self, make: Make, desk, reader, truth: Truth):
        for _ in range(4):
            shelter(make)
        found = triaged(make, desk, urgency="emergency")
        page = reader(desk).get(f"/referrals/{found.id}/candidates").text
        assert "boleh ditawarkan ke 3 lembaga sekaligus" in page
        assert len(re.findall(r'id="offer-', page)) == 3

    def test_an_offer_is_taken_back_with_a_reason(self, make: Make, desk, reader, truth: Truth):
        shelter(make)
        found = triaged(make, desk)
        path = f"/referrals/{found.id}/offers/{offers(make, desk, found.id)[0].id}/revocation"
        answer = reader(desk).post(path, reason=" ")
        assert answer.status_code == 422
        assert "Tulis alasannya." in answer.text
        assert reader(desk).post(path, reason="Salah pilih.").status_code == 303
        assert truth.one("select state from offers") == "revoked"
        again = reader(desk).post(path, reason="Salah pilih.")
        assert again.status_code == 409
        assert "keadaannya sudah berubah" in again.text

    def test_what_was_asked_before_says_how_it_ended(self, make: Make, desk, reader):
        asked = shelter(make)
        found = triaged(make, desk)
        decline(make, asked, offers(make, desk, found.id)[0], "full")
        page = reader(desk).get(f"/referrals/{found.id}/candidates").text
        assert "Yang sudah pernah ditawari" in page
        assert "Penuh" in page
        assert "Sudah menolak atau tidak menjawab laporan ini." in page

    def test_who_waits_has_a_place_in_line(self, make: Make, desk, reader):
        asked = shelter(make, places=1, allows_waiting=True)
        accept(make, asked, offers(make, desk, triaged(make, desk, **known_as("Pertama")).id)[0])
        found = triaged(make, desk, **known_as("Kedua"))
        wait(make, asked, offers(make, desk, found.id)[0], expected_on=date(2026, 3, 9))
        page = reader(desk).get(f"/referrals/{found.id}/candidates").text
        assert "Urutan 1 dalam antrean." in page
        assert "9 Maret 2026" in page
        assert "Keluarkan dari antrean" in page

    def test_nobody_suits_says_what_happens_next(self, make: Make, desk, reader):
        found = triaged(make, desk)
        page = reader(desk).get(f"/referrals/{found.id}/candidates").text
        assert "Belum ada lembaga yang memberi layanan ini." in page
        assert "mencari lagi setiap malam" in page
        shelter(make)
        answer = reader(desk).post(f"/referrals/{found.id}/moves", verb="retry")
        assert "Menunggu jawaban" in reader(desk).get(answer.headers["Location"]).text

    def test_before_the_person_is_known_there_is_a_way_to_say_who_it_is(self, make: Make, tksk, desk, reader):
        sent = make.referral(tksk)
        page = reader(desk).get(f"/referrals/{sent.id}/candidates").text
        assert "Pastikan dulu siapa orangnya." in page
        assert f'href="/referrals/{sent.id}"' in page

    def test_a_paused_service_says_until_when(self, make: Make, desk, reader):
        pause(make, shelter(make).office.id)
        found = triaged(make, desk)
        assert "Sedang tutup sejak 1 Maret 2026." in reader(desk).get(f"/referrals/{found.id}/candidates").text

    def test_a_link_to_answer_is_shown_this_once(self, make: Make, desk, reader):
        shelter(make)
        found = triaged(make, desk)
        path = f"/referrals/{found.id}/offers/{offers(make, desk, found.id)[0].id}/links"
        answer = reader(desk).post(path)
        assert answer.headers["Cache-Control"] == "no-store"
        address = re.search(r'value="http://localhost(/answers/[^"]+)"', answer.text)[1]
        assert address not in reader(desk).get(f"/referrals/{found.id}/candidates").text

    def test_a_upt_is_given_no_link(self, make: Make, desk, reader):
        home(make)
        found = triaged(make, desk)
        assert "Buat tautan jawaban" not in reader(desk).get(f"/referrals/{found.id}/candidates").text
        asked = offers(make, desk, found.id)[0]
        answer = reader(desk).post(f"/referrals/{found.id}/offers/{asked.id}/links")
        assert answer.status_code == 409
        assert "UPT menjawab dengan akunnya sendiri" in answer.text

    def test_only_the_desk_of_the_place_chooses(self, make: Make, tksk, desk, reader):
        asked = shelter(make)
        found = triaged(make, desk, by=tksk)
        elsewhere = make.user("triage", organisation=f"DINSOS-{SURABAYA}")
        for user, status in ((tksk, 403), (asked.user, 403), (elsewhere, 404)):
            assert reader(user).get(f"/referrals/{found.id}/candidates").status_code == status
            sent = reader(user).post(f"/referrals/{found.id}/offers", service_id=str(asked.service_id))
            assert sent.status_code == status

    def test_the_candidates_are_read_in_few_statements(self, make: Make, desk, reader, statements):
        for number in range(6):
            shelter(make, sexes=["P"] if number > 1 else [], categories=["PPKS-10"] if number == 5 else [])
        waiting = shelter(make, places=1, allows_waiting=True)
        found = triaged(make, desk)
        wait(make, waiting, offer(make, desk, found.id, waiting.service_id), expected_on=date(2026, 3, 9))
        one = reader(desk)
        for path in ("/candidates", ""):
            assert len(statements(lambda path=path: one.get(f"/referrals/{found.id}{path}"))) <= 12


def test_the_look_at_candidates_is_in_the_trail(make: Make, desk, reader, truth: Truth):
    found = triaged(make, desk)
    reader(desk).get(f"/referrals/{found.id}/candidates")
    query = "select count(*) from audit_entries where action = 'rank' and :client = any (client_ids)"
    assert truth.one(query, client=found.client_id) == 1


def test_a_sender_leaves_a_line(make: Make, desk, tksk, reader, truth: Truth):
    asked = shelter(make, places=1, allows_waiting=True)
    accept(make, asked, offers(make, desk, triaged(make, desk, **known_as("Pertama")).id)[0])
    found = triaged(make, desk, by=tksk, **known_as("Kedua"))
    wait(make, asked, offers(make, desk, found.id)[0], expected_on=date(2026, 3, 9))
    page = reader(tksk).get(f"/referrals/{found.id}").text
    which = re.search(r'name="offer_id" value="([^"]+)"', page)[1]
    assert reader(tksk).post(f"/referrals/{found.id}/moves", verb="leave_line", offer_id=which).status_code == 303
    assert truth.one("select state from offers where id = :id", id=which) == "revoked"


def test_every_code_has_words():
    assert set(desk_wording.TO_DO) == OPEN_STATES
    assert set(desk_wording.OFFER_STATES) == set(OfferState)
    assert set(desk_wording.LIKELY) == set(Likely)
    assert set(desk_wording.VERDICTS) == set(Verdict)
    assert set(desk_wording.PARTS) == set(Part)
    assert set(rule_wording._SENTENCES) == set(Rule)
    assert set(desk_wording.VIEWS) == set(VIEWS)
    assert frozenset().union(*VIEWS.values()) == set(State)
    assert JEMBER in AMBULU


def test_the_desk_has_the_way_to_the_person_and_to_his_consents(make: Make, desk, reader):
    found = triaged(make, desk)
    page = reader(desk).get(f"/referrals/{found.id}").text
    assert f'href="/clients/{found.client_id}"' in page
    assert f'href="/clients/{found.client_id}/consents"' in page


def test_a_receiver_has_no_way_to_the_persons_file(make: Make, desk, reader):
    receiver = shelter(make)
    found = triaged(make, desk)
    assert f"/clients/{found.client_id}" not in reader(receiver.user).get(f"/referrals/{found.id}").text
