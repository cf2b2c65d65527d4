"""The caseload, as caseworkers and supervisors of a UPT see it without JavaScript."""

import re
from datetime import date
from html import unescape

import pytest

from kessos_case.cases import service
from kessos_case.cases.rules import OPEN_STAGES
from tests.conftest import Clock, Truth
from tests.factories import Make, cases
from tests.factories.cases import BONDOWOSO, MAGETAN

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def leader(make: Make):
    return cases.supervisor(make)


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).replace("\xa0", " ").split())


def names_on(page: str) -> list[str]:
    """Whose cards a page shows, in its order."""
    return re.findall(r'<h[23]><a href="/cases/[0-9a-f-]{36}">([^<]+)</a>', page)


def person(make: Make, by, name: str):
    return cases.open_case(make, by, make.client(by, name=name).id)


def unassign(truth: Truth, case):
    truth.run("update cases set caseworker_id = null where id = :id", id=case.id)


def finished_in(make: Make, clock: Clock, worker, days: int):
    """A case that needed so many days for its intake."""
    case = cases.open_case(make, worker)
    clock.move(days=days)
    cases.move_case(make, worker, case, "start_assessment")
    clock.move(days=-days)


def test_a_caseworker_begins_with_the_own_cases(make: Make, reader, worker):
    person(make, worker, "Sumini Asih")
    person(make, make.caseworker(), "Paijo Rekan")
    assert names_on(reader(worker).get("/cases").text) == ["Sumini Asih"]
    assert set(names_on(reader(worker).get("/cases?worker=all").text)) == {"Sumini Asih", "Paijo Rekan"}


def test_a_supervisor_begins_with_the_whole_office(make: Make, reader, worker, leader):
    person(make, worker, "Sumini Asih")
    person(make, make.caseworker(MAGETAN), "Orang Magetan")
    page = reader(leader).get("/cases").text
    assert names_on(page) == ["Sumini Asih"]
    assert worker.name in text_of(page)


def test_the_board_has_a_column_for_each_stage_with_its_number(make: Make, reader, worker, leader):
    cases.lead_to(make, cases.open_case(make, worker), "planning", worker, leader)
    cases.open_case(make, worker)
    cases.open_case(make, worker)
    page = text_of(reader(leader).get("/cases").text)
    assert "Pendekatan awal (2)" in page
    assert "Rencana (1)" in page
    assert "Pelatihan (" not in page


def test_a_full_column_leads_to_the_list_of_its_stage(make: Make, reader, worker, leader):
    for _ in range(7):
        cases.open_case(make, worker)
    page = reader(leader).get("/cases").text
    assert len(names_on(page)) == 6
    address = unescape(re.search(r'<a class="more" href="(/cases\?[^"]*stage=intake[^"]*)"', page)[1])
    assert len(names_on(reader(leader).get(address).text)) == 7


def test_who_has_nobody_comes_first_then_what_stands_still_then_the_oldest(
    make: Make, reader, worker, leader, clock: Clock, truth: Truth
):
    person(make, worker, "Lama Berhenti")
    clock.move(days=40)
    person(make, worker, "Kemarin Saja")
    clock.move(days=1)
    unassign(truth, person(make, worker, "Tanpa Petugas"))
    page = reader(leader).get("/cases?view=list").text
    assert names_on(page) == ["Tanpa Petugas", "Lama Berhenti", "Kemarin Saja"]
    said = text_of(page)
    assert "Belum ada pekerja sosial" in said
    assert "Tunjuk pekerja sosial" in said
    assert "Sudah lebih dari 14 hari orangnya tidak ditemui atau dihubungi." in said


def test_only_a_supervisor_is_led_to_naming_a_caseworker(make: Make, reader, worker, truth: Truth):
    unassign(truth, cases.open_case(make, worker))
    page = reader(worker).get("/cases?worker=none").text
    assert len(names_on(page)) == 1
    assert "Tunjuk pekerja sosial" not in page


def test_days_stand_beside_what_is_usual_in_the_office(make: Make, reader, worker, leader, clock: Clock):
    for days in (10, 20, 30, 40, 300):
        finished_in(make, clock, worker, days)
    case = cases.open_case(make, worker)
    clock.move(days=12)
    page = text_of(reader(leader).get("/cases?stage=intake").text)
    assert "12 hari di tahap ini, biasanya 30 hari" in page
    assert str(case.id) in reader(leader).get("/cases?stage=intake").text


def test_twice_the_usual_counts_as_standing_still_though_somebody_wrote(
    make: Make, reader, worker, leader, clock: Clock
):
    for _ in range(5):
        finished_in(make, clock, worker, 5)
    case = cases.open_case(make, worker)
    clock.move(days=11)
    cases.visit(make, worker, case.client_id, on=date(2026, 3, 12))
    said = text_of(reader(leader).get("/cases?show=stalled").text)
    assert "Sudah lebih dari dua kali lama biasanya." in said


def test_where_the_office_has_finished_too_few_the_province_tells_what_is_usual(
    make: Make, reader, worker, leader, clock: Clock
):
    other = make.caseworker(MAGETAN)
    for _ in range(5):
        finished_in(make, clock, other, 14)
    cases.open_case(make, worker)
    page = text_of(reader(leader).get("/cases").text)
    assert "Biasanya 14 hari" in page
    assert "Pendekatan awal (1)" in page


def test_with_too_few_cases_nothing_is_called_usual(make: Make, reader, worker, leader, clock: Clock):
    finished_in(make, clock, worker, 14)
    cases.open_case(make, worker)
    assert "iasanya" not in text_of(reader(leader).get("/cases").text)


def test_a_pause_does_not_count_among_the_usual_days(make: Make, worker, leader, clock: Clock):
    for _ in range(5):
        case = cases.open_case(make, worker)
        case = cases.move_case(make, worker, case, "pause", reason="hospital", until=date(2026, 4, 1))
        clock.move(days=20)
        case = cases.move_case(make, worker, case, "resume")
        clock.move(days=3)
        cases.move_case(make, worker, case, "start_assessment")
        clock.move(days=-23)
    clock.move(days=30)
    with make.acting(leader) as session:
        assert service.read_caseload(session, service.Wanted()).usual["intake"] == 3


def test_a_paused_case_does_not_stand_still_and_says_until_when(make: Make, reader, worker, leader, clock: Clock):
    case = cases.open_case(make, worker)
    cases.move_case(make, worker, case, "pause", reason="hospital", until=date(2026, 6, 1))
    clock.move(days=50)
    page = text_of(reader(leader).get("/cases").text)
    assert "Dijeda sejak 2 Maret 2026, diperkirakan sampai 1 Juni 2026" in page
    assert "0 tertahan" in page
    assert len(names_on(reader(leader).get("/cases?show=paused").text)) == 1


def test_the_next_task_stands_on_the_card(make: Make, reader, worker, leader):
    case = cases.open_case(make, worker)
    make.task(worker, case.client_id, due_on=date(2026, 3, 9))
    make.task(worker, case.client_id, due_on=date(2026, 4, 9))
    page = text_of(reader(leader).get("/cases").text)
    assert "9 Maret 2026" in page
    assert "9 April 2026" not in page


def test_a_secret_person_has_no_name_on_a_card(make: Make, reader, worker, leader):
    child = make.client(worker, name="Anak Rahasia", categories=["PPKS-06"])
    cases.open_case(make, worker, child.id)
    page = reader(leader).get("/cases").text
    assert "Anak Rahasia" not in page
    assert "Dirahasiakan" in page


def test_who_has_ended_stands_in_a_list_of_its_own(make: Make, reader, worker, leader):
    case = person(make, worker, "Pindah Jauh")
    cases.move_case(make, leader, case, "close", reason="moved")
    assert names_on(reader(leader).get("/cases").text) == []
    page = reader(leader).get("/cases?show=closed").text
    assert names_on(page) == ["Pindah Jauh"]
    assert "Pindah ke luar jangkauan, 2 Maret 2026" in text_of(page)


def test_the_list_goes_on_over_pages_without_a_gap(make: Make, reader, worker, leader):
    made = {cases.open_case(make, worker).id for _ in range(23)}
    first = reader(leader).get("/cases?view=list").text
    after = unescape(re.search(r'class="more" href="(/cases[^"]*cursor=[^"]+)"', first)[1])
    second = reader(leader).get(after).text
    shown = [re.findall(r'<h2><a href="/cases/([0-9a-f-]{36})"', page) for page in (first, second)]
    assert [len(part) for part in shown] == [20, 3]
    assert {str(case_id) for case_id in made} == set(shown[0]) | set(shown[1])


@pytest.mark.parametrize(
    "address", ["/cases?worker=%27&stage=x&pathway=%00&show=y&view=z", "/cases?worker=me&stage=care"]
)
def test_filters_that_mean_nothing_are_left_aside(reader, leader, address: str):
    assert reader(leader).get(address).status_code == 200


def test_a_cursor_of_another_list_is_refused(reader, leader):
    assert reader(leader).get("/cases?view=list&cursor=abc").status_code == 422


def test_an_empty_office_says_how_cases_begin(reader, worker, leader):
    assert "Kasus dibuka dari rujukan yang diterima" in text_of(reader(leader).get("/cases").text)
    assert "Belum ada kasus atas nama Anda." in text_of(reader(worker).get("/cases").text)


def test_a_saved_view_is_a_way_back(reader, leader):
    one = reader(leader)
    one.post("/filters", page="/cases", query="show=stalled&view=list", name="Yang macet")
    assert re.search(r'<a href="/cases\?show=stalled&amp;view=list">Yang macet</a>', one.get("/cases").text)
    assert "Hapus saringan Yang macet" in one.get("/cases?view=list&show=stalled").text


@pytest.mark.parametrize("view", ["board", "list"])
def test_the_page_asks_few_questions_however_many_cases(make: Make, reader, worker, leader, statements, view: str):
    for stage in ("intake", "assessment", "planning"):
        for _ in range(4):
            cases.lead_to(make, cases.open_case(make, worker), stage, worker, leader)
    one = reader(leader)
    assert len(statements(lambda: one.get(f"/cases?view={view}"))) <= 12


def test_others_have_no_caseload(make: Make, reader):
    for role in ("tksk", "partner", "triage", "dpo", "administrator", "co_signer"):
        organisation = BONDOWOSO if role == "co_signer" else "DINSOS-35.09"
        assert reader(make.user(role, organisation=organisation)).get("/cases").status_code == 403


def test_every_open_stage_has_a_place_on_the_board():
    from kessos_case.journey.caseload_pages import STAGES

    assert set(STAGES) == OPEN_STAGES
