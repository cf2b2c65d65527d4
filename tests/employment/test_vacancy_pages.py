"""Pages of vacancies and applications, as a browser without JavaScript uses them."""

import re
from datetime import date

import pytest

from tests.factories import Make
from tests.factories.cases import open_case
from tests.factories.casework import in_days
from tests.factories.employment import employer, ended, placement, verified, work
from tests.factories.vacancies import application, moved, vacancy
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")  # 2 March 2026
FORM = {
    "kind": "job", "occupation": "penjahit", "region_code": "35.09", "places": "3", "wage_from": "2.500.000",
    "wage_to": "", "closes_on": "2026-04-30", "requirements": "",
}  # fmt: skip


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return open_case(make, worker)


class TestVacancies:
    """What is open."""

    def test_the_wage_is_shown_against_the_minimum_with_year_and_source(self, make, reader, worker):
        found = vacancy(make, worker, wage_from=1_000_000, wage_to=None)
        said = text_of(reader(worker).get(f"/vacancies/{found.id}").text)
        assert re.search(r"Di bawah upah minimum \d+% dari upah minimum 2026, Kabupaten Jember: Rp [\d.]+ Kepgub", said)

    def test_filters(self, make, reader, worker, truth):
        vacancy(make, worker, occupation="penjahit di Jember")
        vacancy(make, worker, occupation="magang di Surabaya", kind="apprenticeship", region_code="35.78")
        closed = vacancy(make, worker, occupation="sudah lewat")
        truth.run("update vacancies set closes_on = '2026-03-01' where id = :id", id=closed.id)
        one = reader(worker)
        shown = {
            query: [
                word for word in ("Jember", "magang di", "sudah lewat") if word in _cards(one.get(f"/vacancies{query}"))
            ]
            for query in ("", "?kind=job", "?place=35.78", "?view=all", "?kind=x&place=%27&view=y&case_id=z")
        }
        assert shown == {
            "": ["Jember", "magang di"], "?kind=job": ["Jember"], "?place=35.78": ["magang di"],
            "?view=all": ["Jember", "magang di", "sudah lewat"], "?kind=x&place=%27&view=y&case_id=z": [],
        }  # fmt: skip

    def test_many_are_paged_and_ask_no_more(self, make, reader, worker, statements):
        one = reader(worker)
        vacancy(make, worker)
        few = len(statements(lambda: one.get("/vacancies")))
        for _ in range(24):
            vacancy(make, worker)
        assert len(statements(lambda: one.get("/vacancies"))) == few <= 12
        first = one.get("/vacancies")
        rest = one.get(re.search(r'href="(/vacancies\?cursor=[^"]+)"', first.text)[1].replace("&amp;", "&"))
        assert (first.text.count('class="card"'), rest.text.count('class="card"')) == (20, 5)

    def test_a_upt_writes_down_what_it_was_told(self, make, reader, worker, truth):
        one, office = reader(worker), employer(make)
        refused = one.post("/vacancies/new", **FORM | {"employer_id": str(office), "places": "banyak"})
        assert refused.status_code == 422
        assert 'value="banyak"' in refused.text
        form = FORM | {"employer_id": str(office), "once": fields_of(one.get("/vacancies/new").text)["once"]}
        sent = [one.post("/vacancies/new", **form).status_code for _ in range(2)]
        assert (sent, truth.all("select places, wage_to from vacancies")) == ([303, 303], [(3, None)])

    def test_it_is_changed_by_the_version_that_was_seen(self, make, reader, worker):
        found, one = vacancy(make, worker), reader(worker)
        at = f"/vacancies/{found.id}/change"
        form = fields_of(one.get(at).text) | FORM
        assert one.post(at, **form).status_code == 303
        again = one.post(at, **form | {"places": "9"})
        assert again.status_code == 409
        assert "sudah berubah" in text_of(again.text)

    def test_a_partner_keeps_its_own_and_learns_no_number(self, make: Make, reader, worker, case):
        user = make.user("partner")
        one = reader(user)
        assert 'href="/vacancies?mine"' in one.get("/vacancies?mine").text
        one.post("/vacancies/new", **FORM | {"employer_id": str(user.organisation_id), "places": "1"})
        page = one.get("/vacancies?mine").text
        found = re.search(r"/vacancies/([0-9a-f-]{36})", page)[1]
        asked = application(make, worker, case, _Id(found))
        moved(make, worker, asked.id, "hire")
        after = one.get("/vacancies?mine").text
        assert _cards_of(after) == _cards_of(page)
        assert "diterima" not in text_of(one.get(f"/vacancies/{found}").text)
        other = vacancy(make, worker)
        assert one.get(f"/vacancies/{other.id}/change").status_code == 403


class TestApplications:
    """From the case to work."""

    def test_from_the_case_over_a_vacancy_to_a_hire(self, make, reader, worker, case, truth):
        found, one = vacancy(make, worker), reader(worker)
        assert f"/vacancies?case_id={case.id}" in one.get(f"/cases/{case.id}/applications").text
        assert f"/vacancies/{found.id}?case_id={case.id}" in one.get(f"/vacancies?case_id={case.id}").text
        form = fields_of(one.get(f"/vacancies/{found.id}?case_id={case.id}").text)
        sent = [one.post(f"/cases/{case.id}/applications", **form).status_code for _ in range(2)]
        assert sent == [303, 303]
        (asked,) = truth.all("select id from applications")
        assert f"/applications/{asked}" in one.get(f"/cases/{case.id}/applications").text
        hired = one.post(
            f"/applications/{asked}/moves",
            verb="hire",
            on="2026-03-02",
            starts_on="2026-03-09",
            monthly_income="2.600.000",
        )
        assert hired.status_code == 303
        said = one.get(hired.headers["Location"])
        assert f"/placements/{truth.one('select id from placements')}" in said.text
        assert "lamaran lain orang ini tidak berlaku lagi" in text_of(said.text)

    def test_what_is_missing_stands_in_its_own_form(self, make, reader, worker, case):
        asked, one = application(make, worker, case, vacancy(make, worker)), reader(worker)
        refused = one.post(f"/applications/{asked.id}/moves", verb="refuse", on="2026-03-02")
        assert refused.status_code == 409
        assert 'id="refuse-reason-error"' in refused.text
        assert 'id="withdraw-reason-error"' not in refused.text

    def test_a_second_application_says_so_on_the_vacancy(self, make, reader, worker, case):
        found, one = vacancy(make, worker), reader(worker)
        application(make, worker, case, found)
        refused = one.post(f"/cases/{case.id}/applications", vacancy_id=str(found.id), case_id=str(case.id))
        assert refused.status_code == 409
        assert "sudah melamar ke lowongan ini" in text_of(refused.text)
        assert one.post(f"/cases/{case.id}/applications", vacancy_id="x", case_id=str(case.id)).status_code == 422

    def test_the_pages_ask_little(self, make, reader, worker, case, statements):
        one = reader(worker)
        for _ in range(3):
            application(make, worker, case, vacancy(make, worker))
        asked = application(make, worker, case, vacancy(make, worker))
        for path in (f"/cases/{case.id}/applications", f"/applications/{asked.id}", f"/placements?case_id={case.id}"):
            assert len(statements(lambda path=path: one.get(path))) <= 12, path


class TestWork:
    """What the pages of work say beside."""

    def test_gaps_are_told_with_what_they_mean(self, make, reader, worker, case):
        first = work(make, worker, case, starts_on=date(2025, 9, 1))
        ended(make, worker, first.id, on=date(2026, 1, 5), reason="contract_over")
        one = reader(worker)
        said = text_of(one.get(f"/placements?case_id={case.id}").text)
        assert "56 hari: 5 Januari 2026 sampai sekarang" in said
        assert "Masa kerjanya dihitung dari awal lagi." in said
        later = placement(make, worker, case, starts_on=date(2026, 1, 25))
        verified(make, worker, later.id, on=date(2026, 1, 26))
        assert "tetap dihitung bersambung" in text_of(one.get(f"/placements?case_id={case.id}").text)

    def test_wages_below_the_minimum_are_counted_with_their_rows(self, make, reader, worker, case, truth):
        office = employer(make)
        truth.run("update organisations set region_code = '35.09' where id = :id", id=office)
        work(make, worker, case, employer_id=office, monthly_income=1_000_000, occupation="buruh")
        work(make, worker, open_case(make, worker), employer_id=office, monthly_income=9_000_000, occupation="mandor")
        page = reader(worker).get("/placements?view=low_wage")
        said = text_of(page.text)
        assert "Di bawah upah minimum (1)" in said
        assert "buruh" in said
        assert "mandor" not in said

    def test_a_placement_shows_share_year_and_source(self, make, reader, worker, case, truth):
        office = employer(make)
        truth.run("update organisations set region_code = '35.09' where id = :id", id=office)
        found = placement(make, worker, case, employer_id=office, monthly_income=1_000_000)
        assert re.search(
            r"Di bawah upah minimum \d+% dari upah minimum 2026: Rp [\d.]+ Kepgub",
            text_of(reader(worker).get(f"/placements/{found.id}").text),
        )


class _Id:
    def __init__(self, found: str) -> None:
        self.id = found


def _cards(answer) -> str:
    return text_of(answer.text).split("Hapus saringan")[1]


def _cards_of(page: str) -> list[str]:
    return re.findall(r'<article class="card.*?</article>', page, re.DOTALL)


def test_the_last_day_is_a_day_of_the_office(make: Make, reader):
    worker = make.caseworker()
    vacancy(make, worker, closes_on=in_days(0))
    assert reader(worker).get("/vacancies").text.count('class="card"') == 1
