"""The pages of mentors, as two UPTs see them without JavaScript."""

import pytest

from kessos_case.access.models import User
from kessos_case.alumni import wording
from kessos_case.alumni.rules import MENTOR_OUTCOMES, FreeFor, MentoringOutcome, MentoringState, Side
from tests.factories import Make, alumni, cases
from tests.factories.cases import MAGETAN
from tests.readers import fields_of, text_of

NAME = "Sumiati Rahayu"


@pytest.fixture(autouse=True)
def _day(clock):
    clock.set("2026-10-05T03:00:00+00:00")


@pytest.fixture
def worker(make: Make) -> User:
    return make.caseworker()


@pytest.fixture
def other(make: Make) -> User:
    return make.caseworker(MAGETAN)


def page(answer, status=200) -> str:
    assert answer.status_code == status, answer.text
    return text_of(answer.text)


def test_every_word_of_the_rules_has_words():
    assert set(wording.FREE_FOR) == set(FreeFor)
    assert set(wording.STATES) == set(MentoringState)
    assert set(wording.OUTCOME_WORDS) == set(MentoringOutcome)
    assert set(wording.MENTOR_OUTCOME_WORDS) == set(MENTOR_OUTCOMES)
    assert set(wording.SIDES) == set(Side)


class TestPerson:
    """/clients/{id}/mentor."""

    def test_what_is_missing_is_said_with_the_way_to_it(self, make: Make, reader, worker):
        case = cases.open_case(make, worker)
        answer = reader(worker).get(f"/clients/{case.client_id}/mentor")
        assert "Pendamping harus sudah lulus" in page(answer)
        assert f'href="/clients/{case.client_id}/consents"' in answer.text
        assert f'href="/clients/{case.client_id}/graduation"' in answer.text
        assert "Catat sebagai pendamping" not in page(answer)

    def test_a_graduate_is_written_down_changed_and_stops(self, make: Make, reader, worker, truth):
        case = alumni.graduate(make, worker)
        alumni.allows(make, worker, case.client_id)
        one, here = reader(worker), f"/clients/{case.client_id}/mentor"
        assert "Pilih paling sedikit satu." in page(one.post(here, skills="menjahit", most_at_once="1"), 422)
        form = {"skills": "Menjahit\nBordir, las", "free_for": "talk", "region_code": "35.09", "most_at_once": "2"}
        assert one.post(here, **form).location == f"{here}?notice=begun"
        assert truth.one("select skills from mentors") == ["bordir", "las", "menjahit"]
        assert "Bisa untuk 2 orang lagi" in page(one.get(here))
        assert f'href="{here}"' in one.get(f"/clients/{case.client_id}").text
        assert one.post(here, **form | {"version": "1", "most_at_once": "3"}).location == f"{here}?notice=changed"
        stale = one.post(here, **form | {"version": "1", "most_at_once": "5"})
        assert "Keadaannya sudah berubah" in page(stale, 409)
        mentor_id = truth.one("select id from mentors")
        assert one.post(f"/mentors/{mentor_id}/end").location == f"{here}?notice=stopped"
        assert truth.one("select until_on is not null from mentors")

    def test_who_took_his_consent_back_is_shown_as_such(self, make: Make, reader, worker, truth):
        mentor = alumni.mentor(make, worker)
        truth.run("update consents set withdrawn_at = '2026-10-05T03:00:00Z', withdrawn_by = recorded_by")
        assert "tidak ditawarkan sebagai pendamping" in page(reader(worker).get(f"/clients/{mentor.client_id}/mentor"))


class TestFinding:
    """/mentors."""

    def test_a_mentor_is_found_without_a_name_and_asked_from_the_case(self, make: Make, reader, worker, other):
        alumni.mentor(make, worker, alumni.graduate(make, worker, name=NAME))
        case = cases.open_case(make, other)
        one = reader(other)
        assert f'href="/mentors?case_id={case.id}"' in one.get(f"/cases/{case.id}").text
        answer = one.get(f"/mentors?case_id={case.id}&skill=jahit&region=35.09")
        said = page(answer)
        assert "Menjahit" in said
        assert "Kabupaten Jember" in said
        assert NAME not in said
        assert f"/cases/{case.id}/mentorings/new?mentor_id=" in answer.text

    def test_filters_that_fit_nobody_say_what_to_do(self, make: Make, reader, worker, other):
        alumni.mentor(make, worker)
        assert "Tidak ada pendamping yang cocok" in page(reader(other).get("/mentors?free_for=give_job"))

    @pytest.mark.parametrize("address", ["/mentors?skill=%00&free_for=x&region=35.99&case_id=y", "/mentors?view=ours"])
    def test_what_means_nothing_is_left_aside(self, reader, worker, address: str):
        assert "Belum ada pendampingan yang selesai." in page(reader(worker).get(address))

    def test_nobody_else_looks_for_mentors(self, make: Make, reader):
        for role in ("tksk", "partner", "triage", "dpo", "administrator"):
            assert reader(make.user(role)).get("/mentors").status_code == 403


class TestMentoring:
    """From the form to what became of both, at two desks."""

    def test_the_whole_way(self, make: Make, reader, worker, other, truth):
        mentor = alumni.mentor(make, worker, alumni.graduate(make, worker, name=NAME))
        case = cases.open_case(make, other, make.client(other, name="Slamet Wonokusumo").id)
        desk, home = reader(other), reader(worker)
        form = desk.get(f"/cases/{case.id}/mentorings/new?mentor_id={mentor.id}").text
        asked = fields_of(form)
        assert "Pilih untuk apa" in page(desk.post(f"/cases/{case.id}/mentorings/new", **asked), 422)
        sent = desk.post(f"/cases/{case.id}/mentorings/new", **asked | {"wanted": "talk", "note": "Ia pemalu."})
        here = sent.location.split("?")[0]
        assert "Ia pemalu." in page(desk.get(here))
        assert not {"Ia pemalu.", "Slamet"} & set(page(home.get(here)).split())
        # Without consent nobody's name is told.
        refused = desk.post(f"{here}/agreement", version="1", side="client")
        assert "Izin bahwa namanya boleh diberitahukan" in page(refused, 409)
        alumni.allows(make, other, case.client_id)
        assert desk.post(f"{here}/agreement", version="1", side="client").status_code == 303
        assert home.post(f"{here}/agreement", version="2", side="mentor").status_code == 303
        assert NAME in page(desk.get(here))
        assert "Slamet Wonokusumo" in page(home.get(here))
        assert desk.post(f"{here}/meeting", version="3", on="2026-10-05").status_code == 303
        assert "Pilih bagaimana bagi pendampingnya." in page(
            desk.post(f"{here}/end", version="4", outcome="helped"), 409
        )
        assert desk.post(f"{here}/end", version="4", outcome="helped", mentor_outcome="helped").status_code == 303
        assert "Terbantu" in page(home.get(here))
        assert NAME not in page(desk.get(here))
        assert "Terbantu" in page(desk.get(f"/mentors?view=ours&case_id={case.id}"))

    def test_two_presses_ask_once(self, make: Make, reader, worker, other, truth):
        mentor, case = alumni.mentor(make, worker), cases.open_case(make, other)
        form = {"mentor_id": str(mentor.id), "wanted": "talk", "once": "w" * 16}
        for _ in range(2):
            assert reader(other).post(f"/cases/{case.id}/mentorings/new", **form).status_code == 303
        assert truth.one("select count(*) from mentorings") == 1

    def test_the_task_leads_to_the_question(self, make: Make, reader, worker, other):
        mentoring = alumni.proposed(make, other, alumni.mentor(make, worker).id)
        for who in (worker, other):
            assert f'href="/mentorings/{mentoring.id}"' in reader(who).get("/").text

    def test_few_questions_are_asked_of_the_database(self, make: Make, reader, worker, other, statements):
        mentor = alumni.mentor(make, worker, most_at_once=9)
        made = [alumni.proposed(make, other, mentor.id) for _ in range(4)]
        case = cases.open_case(make, other)
        alumni.agreed(make, made[0], other, worker)
        one = reader(other)
        pages = ("/mentors", "/mentors?view=ours", f"/mentorings/{made[0].id}",
                 f"/cases/{case.id}/mentorings/new?mentor_id={mentor.id}")  # fmt: skip
        assert {path: n for path in pages if (n := len(statements(lambda path=path: one.get(path)))) > 12} == {}
        mine, person = reader(worker), f"/clients/{mentor.client_id}"
        for path in (person, f"{person}/mentor"):
            assert len(statements(lambda path=path: mine.get(path))) <= 12
