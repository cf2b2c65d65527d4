"""The first page of every role: what waits, why, until when, and the way to do it."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from kessos_case.access.models import User
from kessos_case.access.rules import Role
from kessos_case.core import db
from kessos_case.core.ids import new_id
from kessos_case.tasks import service as tasks
from kessos_case.tasks.rules import TaskKind
from tests.conftest import Clock, Truth
from tests.factories import Make, nights
from tests.factories import cases as c
from tests.factories import dependency as flags
from tests.factories import employment as work
from tests.factories import graduation as gate
from tests.factories import offers as o

UPT, OTHER_UPT = "PSTW-BONDOWOSO", "PSTW-MAGETAN"
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("clock")


def main_of(page: str) -> str:
    return re.search(r"<main.*</main>", page, re.DOTALL)[0]


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", main_of(page))).replace("\xa0", " ").split())
    return re.sub(r" (?=[,.:])", "", said)


def raised(office: User, kind: TaskKind = TaskKind.MANDATORY_REPORT, **more: Any) -> UUID:
    """A task of the program, for the caseworkers' desk of the user's office unless something else is said."""
    stated = {
        "subject_kind": "case", "subject_id": new_id(), "organisation_id": office.organisation_id, "role": "caseworker",
        "due_at": NOW + timedelta(hours=5),
    } | more  # fmt: skip
    with db.transaction(db.system("test")) as session:
        return tasks.raise_task(session, kind, **stated)


@pytest.fixture
def worker(make: Make) -> User:
    return make.caseworker()


@pytest.fixture
def leader(make: Make) -> User:
    return make.user("supervisor", organisation=UPT)


def test_what_is_overdue_comes_first_then_today_then_the_week(reader, worker):
    for days in (3, 0, -2):
        raised(worker, due_at=NOW + timedelta(days=days, hours=1), user_id=worker.id)
    page = main_of(reader(worker).get("/").text)
    headings = re.findall(r"<h2 id=\"group-[a-z]+\">([^<]+)", page)
    assert headings == ["Terlambat", "Hari ini", "Dalam tujuh hari"]


def test_what_comes_later_is_a_link(reader, worker):
    raised(worker, due_at=NOW + timedelta(days=20), user_id=worker.id)
    page = reader(worker).get("/").text
    assert "Sesudah minggu ini ada 1 hal yang menunggu" in page
    assert "Laporkan kasus" not in text_of(page)
    assert "Laporkan kasus" in text_of(reader(worker).get("/?show=later").text)


def test_an_empty_page_says_that_all_is_done(reader, worker):
    said = text_of(reader(worker).get("/").text)
    assert "Senin, 2 Maret 2026" in said
    assert "Tidak ada yang harus Anda kerjakan minggu ini." in said


def test_a_good_day_says_what_comes_tomorrow(reader, worker):
    raised(worker, due_at=NOW + timedelta(days=1), user_id=worker.id)
    said = text_of(reader(worker).get("/").text)
    assert "Hari ini tidak ada yang harus selesai. Besok ada 1 hal." in said


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_first_page(make: Make, reader, role: Role):
    answer = reader(make.user(role)).get("/")
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1


def test_an_analyst_is_told_that_nothing_waits_for_him(make: Make, reader):
    assert "Peran Anda tidak punya pekerjaan harian di sini." in reader(make.user("analyst")).get("/").text


def test_a_check_of_work_says_since_when_and_which(make: Make, reader, worker, leader):
    case = c.lead_to(make, c.open_case(make, worker), "placement", worker, leader)
    job = work.work(make, worker, case)
    page = reader(worker).get("/").text
    assert "Mulai bekerja 5 Januari 2026. Ini pemeriksaan 30 hari." in text_of(page)
    assert "Seharusnya selesai Rabu 4 Februari 2026 16.00" in text_of(page)
    assert f'href="/placements/{job.id}"' in page


def test_a_flag_is_asked_of_the_supervisor_without_a_number(make: Make, reader, worker, leader):
    flag = flags.flagged(make, worker, leader)
    page = reader(leader).get("/?show=later").text + reader(leader).get("/").text
    assert f'href="/dependency/flags/{flag.id}"' in page
    assert flag.client.label in page
    assert "Orang ini muncul waktu catatan bantuan dihitung" in page
    assert not re.search(r"poin|sangat tinggi|undian", page)


def test_a_restricted_person_has_no_name_on_the_page(make: Make, reader, worker, truth: Truth):
    client = make.client(worker)
    task = make.task(worker, client.id, user_id=worker.id, due_on=date(2026, 3, 3), text="Telepon kakaknya")
    assert client.label in reader(worker).get("/").text
    assert "Telepon kakaknya" in reader(worker).get("/").text
    truth.run("update clients set confidentiality = 'strict' where id = :id", id=client.id)
    page = reader(worker).get("/").text
    assert client.label not in page
    assert "Telepon kakaknya" not in page
    assert "Dirahasiakan" in page
    assert str(task.id) in page


def test_the_look_is_in_the_trail_with_everyone_on_the_page(make: Make, reader, worker, truth: Truth):
    client = make.client(worker)
    make.task(worker, client.id, user_id=worker.id, due_on=date(2026, 3, 3))
    reader(worker).get("/")
    kept = "select client_ids from audit_entries where resource = 'today' and user_id = :user"
    assert truth.all(kept, user=worker.id) == [[client.id]]


def test_another_office_sees_none_of_it(make: Make, reader, worker):
    client = make.client(worker)
    make.task(worker, client.id, due_on=date(2026, 3, 3))
    assert client.label not in reader(make.caseworker(OTHER_UPT)).get("/?show=office").text


class TestTheDesk:
    """What lies with the desk is for whoever sits there, until one takes it."""

    def test_whoever_has_the_role_sees_it_and_can_take_it(self, make: Make, reader, worker, truth: Truth):
        task_id = raised(worker)
        colleague = reader(make.caseworker())
        assert f"/tasks/{task_id}/take" in colleague.get("/").text
        one = reader(worker)
        sent = one.post(f"/tasks/{task_id}/take", next="/?show=desk")
        assert sent.headers["Location"] == "/?show=desk&notice=taken"
        assert truth.one("select user_id from tasks where id = :id", id=task_id) == worker.id
        assert str(task_id) not in colleague.get("/").text
        assert "Tugas Anda" in text_of(one.get("/").text)

    def test_another_role_of_the_office_does_not_see_it_among_his_own(self, reader, worker, leader):
        task_id = raised(worker)
        assert str(task_id) not in reader(leader).get("/").text
        assert str(task_id) in reader(leader).get("/?show=office").text

    def test_the_second_of_two_is_told_kindly(self, make: Make, reader, worker, truth: Truth):
        task_id = raised(worker)
        reader(worker).post(f"/tasks/{task_id}/take")
        late = reader(make.caseworker()).post(f"/tasks/{task_id}/take")
        assert late.status_code == 409
        assert "Rekan Anda sudah lebih dulu mengambil tugas ini." in late.text
        assert truth.one("select user_id from tasks where id = :id", id=task_id) == worker.id

    def test_taking_it_twice_is_taking_it_once(self, reader, worker):
        task_id = raised(worker)
        assert [reader(worker).post(f"/tasks/{task_id}/take").status_code for _ in range(2)] == [303, 303]

    def test_the_view_of_the_office_says_who_has_what(self, make: Make, reader, worker):
        colleague = make.caseworker()
        raised(worker, user_id=colleague.id)
        assert f"Dikerjakan {colleague.name}" in text_of(reader(worker).get("/?show=office").text)
        assert colleague.name not in reader(worker).get("/").text


class TestFilters:
    """Counts are ways to their rows."""

    def test_a_view_shows_only_its_part(self, reader, worker):
        late = raised(worker, due_at=NOW - timedelta(days=1), user_id=worker.id)
        soon = raised(worker, due_at=NOW + timedelta(days=2), user_id=worker.id)
        assert shown(reader(worker).get("/?show=overdue").text) == [late]
        assert shown(reader(worker).get("/?show=week").text) == [soon]
        assert shown(reader(worker).get("/?show=today").text) == []
        assert shown(reader(worker).get("/").text) == [late, soon]

    def test_a_kind_can_be_chosen(self, reader, worker):
        raised(worker)
        wanted = raised(worker, TaskKind.REVIEW_CARE)
        page = reader(worker).get("/").text
        assert 'href="/?kind=review_care"' in page
        assert shown(reader(worker).get("/?kind=review_care").text) == [wanted]

    @pytest.mark.parametrize("query", ["show=everything", "kind=unknown", "show=", "show=overdue%00"])
    def test_an_unknown_filter_is_none(self, reader, worker, query: str):
        task_id = raised(worker)
        assert shown(reader(worker).get(f"/?{query}").text) == [task_id]

    def test_a_long_list_goes_on_where_it_ended(self, reader, worker, monkeypatch):
        monkeypatch.setattr("kessos_case.today.pages.A_PAGE", 2)
        made = [raised(worker, due_at=NOW + timedelta(hours=hours)) for hours in (-5, 1, 2)]
        first = reader(worker).get("/?kind=mandatory_report").text
        more = unescape(re.search(r'class="more" href="([^"]+cursor[^"]+)"', first)[1])
        assert shown(first) + shown(reader(worker).get(more).text) == made

    def test_a_saved_view_is_offered(self, reader, worker):
        raised(worker)
        one = reader(worker)
        one.post("/filters", page="/", query="show=desk", name="Bebas")
        assert 'href="/?show=desk"' in one.get("/").text
        assert "Bebas" in one.get("/").text


def shown(page: str) -> list[UUID]:
    """The things on a page, in their order."""
    return [UUID(found) for found in re.findall(r'<h3 id="thing-([0-9a-f-]{36})"', page)]


class TestReferrals:
    """Reports and offers wait without being tasks."""

    def test_the_desk_is_asked_to_answer_a_report(self, make: Make, reader):
        desk = make.user("triage")
        report = make.referral(make.user("tksk"))
        page = reader(desk).get("/").text
        assert "Jawab laporan dari Ambulu, Kabupaten Jember" in text_of(page)
        assert "Mendesak" in text_of(page)
        assert f'href="/referrals/{report.id}"' in page
        assert "Mbah Uji" not in page

    def test_a_desk_elsewhere_is_not_asked(self, make: Make, reader):
        make.referral(make.user("tksk"))
        assert "Jawab laporan" not in reader(make.user("triage", organisation="DINSOS-35.78")).get("/").text

    def test_the_sender_is_asked_to_answer_a_question(self, make: Make, reader):
        desk, tksk = make.user("triage"), make.user("tksk")
        report = make.referral(tksk)
        o.move(make, desk, report.id, "return", note="Di mana?")
        page = reader(tksk).get("/").text
        assert "Jawab pertanyaan tentang laporan Anda dari Ambulu" in text_of(page)
        assert f'href="/referrals/{report.id}"' in page
        assert "Jawab laporan" not in text_of(reader(desk).get("/").text)

    def test_what_others_are_late_with_stands_below(self, make: Make, reader, clock: Clock):
        tksk = make.user("tksk")
        make.referral(tksk)
        assert "Menunggu orang lain" not in reader(tksk).get("/").text
        clock.move(days=3)
        said = text_of(reader(tksk).get("/").text)
        assert "Menunggu orang lain" in said
        assert "Menunggu jawaban petugas: Dinas Sosial Kabupaten Jember" in said

    def test_a_partner_is_asked_until_he_answers_and_meets(self, make: Make, reader):
        desk, receiver = make.user("triage"), o.shelter(make)
        report = o.triaged(make, desk)
        asked = o.offers(make, receiver.user, report.id)[0]
        page = reader(receiver.user).get("/").text
        assert "Jawab permintaan" in text_of(page)
        assert f'href="/inbox/{asked.id}"' in page
        o.accept(make, receiver, asked)
        page = reader(receiver.user).get("/?show=later").text + reader(receiver.user).get("/").text
        assert "Temui orang yang Anda terima" in page
        o.move(make, receiver.user, report.id, "meet", happened_at=NOW)
        page = reader(receiver.user).get("/?show=later").text + reader(receiver.user).get("/").text
        assert "Tulis hasilnya" in page
        assert "Temui orang" not in page

    def test_a_partner_is_not_told_who_it_is(self, make: Make, reader):
        desk, receiver = make.user("triage"), o.shelter(make)
        o.triaged(make, desk, client={"name": "Sulastri Kusumaningrum"})
        assert "Sulastri" not in reader(receiver.user).get("/").text

    def test_an_upt_opens_a_case_for_whom_it_took(self, make: Make, reader):
        desk, receiver = make.user("triage"), o.home(make)
        report = o.triaged(make, desk)
        o.accept(make, receiver, o.offers(make, receiver.user, report.id)[0])
        pages = reader(receiver.user).get("/").text + reader(receiver.user).get("/?show=later").text
        assert re.search(rf'href="/cases/new\?client_id=[0-9a-f-]+&amp;referral_id={report.id}"', pages)


class TestTheGate:
    """A co-signer sees what he is asked to sign, and not whom it is about."""

    def test_he_is_asked_when_the_aftercare_is_over(self, make: Make, reader, worker, leader, clock: Clock):
        review = gate.provisional(make, worker, leader)
        signer = gate.co_signer(make)
        gate.named(make, leader, review.id, signer)
        assert "Tanda tangani putusan kelulusan" in reader(signer).get("/?show=later").text
        clock.move(days=360)
        page = reader(signer).get("/").text
        assert f'href="/graduation/reviews/{review.id}"' in page

    def test_another_co_signer_is_not_asked(self, make: Make, reader, worker, leader):
        review = gate.provisional(make, worker, leader)
        gate.named(make, leader, review.id, gate.co_signer(make))
        assert "Tanda tangani" not in reader(gate.co_signer(make)).get("/?show=later").text


class TestTheNight:
    """Whoever looks after the program sees the last night first."""

    @pytest.mark.parametrize("role", ["dpo", "administrator"])
    def test_it_says_how_far_the_night_is(self, make: Make, reader, role: str):
        one = reader(make.user(role))
        assert "Belum pernah ada malam yang dihitung." in one.get("/").text
        nights.begun()
        assert "sedang berjalan: menghitung bulan-bulan bantuan" in text_of(one.get("/").text)

    def test_a_night_that_is_long_over_is_said_to_be_late(self, make: Make, reader, clock: Clock):
        nights.begun()
        admin = make.user("administrator")
        assert "Periksa apakah penjadwal berjalan" not in reader(admin).get("/").text
        clock.move(days=3)
        assert "Periksa apakah penjadwal berjalan" in reader(admin).get("/").text

    def test_others_do_not_see_it(self, reader, worker):
        nights.begun()
        assert "Hitungan malam" not in reader(worker).get("/").text


def test_after_signing_in_everybody_lands_here(make: Make, api):
    answer = api.bare.post(
        "/sign-in", data={"username": make.user("partner").username, "password": "rahasia-sekali-123"}
    )
    assert answer.headers["Location"] == "/"
