"""Pages of one task: done, taken, handed on, moved, cancelled, written; each refusal in words, nothing typed lost."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest

from kessos_case.access.models import User
from kessos_case.tasks.rules import TaskKind
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.today.test_pages import NOW, OTHER_UPT, UPT, raised, text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make) -> User:
    return make.caseworker()


@pytest.fixture
def task(make: Make, worker: User):
    return make.task(worker, due_on=date(2026, 3, 3), text="Telepon <b>ibunya</b>")


def of(truth: Truth, task_id: UUID, column: str):
    return truth.one(f"select {column} from tasks where id = :id", id=task_id)


def test_it_says_what_and_why_and_how_it_came(make: Make, reader, worker, task):
    page = reader(worker).get(f"/tasks/{task.id}")
    said = text_of(page.text)
    assert "Telepon &lt;b&gt;ibunya&lt;/b&gt;" in page.text
    assert "Selesaikan paling lambat besok 16.00" in said
    assert "Ditulis hari ini 10.00, oleh Anda" in said
    assert "<title>Tugas · Kessos</title>" in page.text


def test_a_task_of_another_office_is_not_there(make: Make, reader, task):
    stranger = reader(make.caseworker(OTHER_UPT))
    assert stranger.get(f"/tasks/{task.id}").status_code == 404
    assert stranger.post(f"/tasks/{task.id}/completion").status_code == 404
    assert stranger.post(f"/tasks/{task.id}/take").status_code == 404


def test_it_is_done_with_one_press_and_stays_done(reader, worker, task, truth: Truth):
    one = reader(worker)
    sent = one.post(f"/tasks/{task.id}/completion", next="/")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/?notice=done")
    assert "Sudah dicatat selesai." in one.get("/?notice=done").text
    assert of(truth, task.id, "state") == "done"
    assert one.post(f"/tasks/{task.id}/completion").status_code == 303
    assert "Selesai hari ini 10.00, oleh Anda" in text_of(one.get(f"/tasks/{task.id}").text)


def test_what_only_the_doing_closes_cannot_be_ticked_off(reader, worker, truth: Truth):
    task_id = raised(worker, TaskKind.CHECK_PLACEMENT, subject_kind="placement", period="90")
    one = reader(worker)
    assert "Sudah dikerjakan" not in one.get("/").text
    refused = one.post(f"/tasks/{task_id}/completion")
    assert refused.status_code == 409
    assert "kalau pekerjaannya dicatat" in refused.text
    assert of(truth, task_id, "state") == "open"


def test_it_is_handed_to_a_colleague_by_name_and_back_to_the_desk(make: Make, reader, worker, task, truth: Truth):
    colleague, stranger = make.caseworker(), make.caseworker(OTHER_UPT)
    leader = make.user("supervisor", organisation=UPT)
    one = reader(worker)
    page = one.get(f"/tasks/{task.id}").text
    assert colleague.name in page
    assert stranger.name not in page
    assert leader.name not in page
    one.post(f"/tasks/{task.id}/handover", version=1, user_id=colleague.id)
    assert of(truth, task.id, "user_id") == colleague.id
    assert f"Dikerjakan {colleague.name}" in text_of(one.get(f"/tasks/{task.id}").text)
    one.post(f"/tasks/{task.id}/handover", version=2, user_id="")
    assert of(truth, task.id, "user_id") is None


@pytest.mark.parametrize("user_id", ["nobody", "00000000-0000-0000-0000-000000000000"])
def test_a_stranger_cannot_be_given_it(reader, worker, task, user_id: str, truth: Truth):
    refused = reader(worker).post(f"/tasks/{task.id}/handover", version=1, user_id=user_id)
    assert refused.status_code == 422
    assert 'id="user_id-error"' in refused.text
    assert of(truth, task.id, "user_id") is None


def test_its_day_is_moved(reader, worker, task, truth: Truth):
    reader(worker).post(f"/tasks/{task.id}/day", version=1, due_on="2026-03-09")
    assert of(truth, task.id, "due_at").isoformat() == "2026-03-09T09:00:00+00:00"


@pytest.mark.parametrize("day", ["", "besok", "2026-03-01", "2026-13-01"])
def test_a_wrong_day_is_said_at_its_field(reader, worker, task, day: str):
    refused = reader(worker).post(f"/tasks/{task.id}/day", version=1, due_on=day)
    assert refused.status_code == 422
    assert "Pilih hari ini atau hari sesudahnya." in refused.text
    assert f'value="{day}"' in refused.text
    assert re.search(r"<details open>\s*<summary>Pindahkan harinya", refused.text)


def test_it_is_cancelled_for_a_reason(reader, worker, task, truth: Truth):
    one = reader(worker)
    assert one.post(f"/tasks/{task.id}/cancellation", version=1, reason="").status_code == 422
    assert one.post(f"/tasks/{task.id}/cancellation", version=1, reason="bored").status_code == 422
    assert one.post(f"/tasks/{task.id}/cancellation", version=1, reason="mistake").status_code == 303
    assert of(truth, task.id, "reason") == "mistake"
    assert "Salah tulis" in text_of(one.get(f"/tasks/{task.id}").text)


@pytest.mark.parametrize("verb", ["handover", "day", "cancellation"])
@pytest.mark.parametrize("version", ["9", "", "x"])
def test_a_form_of_yesterday_changes_nothing(reader, worker, task, verb: str, version: str, truth: Truth):
    form = {"user_id": "", "due_on": "2026-03-09", "reason": "mistake"}
    refused = reader(worker).post(f"/tasks/{task.id}/{verb}", version=version, **form)
    assert refused.status_code == 409
    assert "sudah berubah" in refused.text
    assert of(truth, task.id, "version") == 1


@pytest.mark.parametrize("verb", ["handover", "day", "cancellation", "take"])
def test_nothing_can_be_done_to_what_is_closed(reader, worker, task, verb: str):
    one = reader(worker)
    one.post(f"/tasks/{task.id}/completion")
    form = {"version": 2, "user_id": "", "due_on": "2026-03-09", "reason": "mistake"}
    refused = one.post(f"/tasks/{task.id}/{verb}", **form)
    assert refused.status_code == 409
    assert "sudah tidak terbuka" in refused.text
    assert f'action="/tasks/{task.id}/{verb}"' not in refused.text


def test_a_tksk_does_what_is_his_and_cannot_hand_it_on(make: Make, reader, truth: Truth):
    tksk = make.user("tksk")
    visit = raised(
        tksk, TaskKind.VISIT_AFTERCARE, subject_kind="graduation_review", role="tksk", user_id=tksk.id, period="3",
        due_at=NOW + timedelta(days=1),
    )  # fmt: skip
    one = reader(tksk)
    page = one.get("/").text
    assert "Kunjungan bulan ke-3 sesudah lulus sementara." in text_of(page)
    assert one.get(f"/tasks/{visit}").status_code == 200
    assert "Serahkan" not in one.get(f"/tasks/{visit}").text
    assert one.post(f"/tasks/{visit}/handover", version=1, user_id="").status_code == 403


def test_whoever_asked_another_desk_sees_it_and_cannot_change_it(make: Make, reader, worker):
    other = make.caseworker(OTHER_UPT)
    with make.acting(worker) as session:
        from kessos_case.tasks import service

        task_id = service.raise_task(
            session, TaskKind.CHASE_REFERRAL, subject_kind="referral", subject_id=other.id, role="caseworker",
            organisation_id=other.organisation_id, due_at=NOW,
        )  # fmt: skip
    page = reader(worker).get(f"/tasks/{task_id}")
    assert page.status_code == 200
    assert "Serahkan" not in page.text
    assert reader(worker).post(f"/tasks/{task_id}/take").status_code == 404


@pytest.mark.parametrize("after", ["https://jahat.example", "//jahat.example", "/\\jahat"])
def test_a_form_leads_nowhere_else(reader, worker, task, after: str):
    sent = reader(worker).post(f"/tasks/{task.id}/completion", next=after)
    assert sent.headers["Location"] == "/?notice=done"


class TestWriting:
    """A task of one's own about a person."""

    FORM = {"text": "Antar ke Dispendukcapil", "due_on": "2026-03-05"}

    @pytest.fixture
    def client(self, make: Make, worker):
        return make.client(worker)

    def test_it_stands_on_the_first_page(self, reader, worker, client):
        one = reader(worker)
        form = one.get(f"/clients/{client.id}/tasks/new").text
        assert client.label in form
        once = re.search(r'name="once" value="([^"]+)"', form)[1]
        for _tap in range(2):
            sent = one.post(f"/clients/{client.id}/tasks/new", once=once, user_id=worker.id, **self.FORM)
            assert (sent.status_code, sent.headers["Location"]) == (303, "/?notice=added")
        said = text_of(one.get("/").text)
        assert said.count("Antar ke Dispendukcapil") == 1
        assert f"Kerjakan tugas tentang {client.label}" in said

    def test_for_anybody_of_the_office(self, make: Make, reader, worker, client):
        reader(worker).post(f"/clients/{client.id}/tasks/new", user_id="", **self.FORM)
        assert "Antar ke Dispendukcapil" in reader(make.caseworker()).get("/").text

    def test_a_desk_of_a_regency_writes_for_itself(self, make: Make, reader):
        desk = make.user("triage")
        about = make.client(desk)
        reader(desk).post(f"/clients/{about.id}/tasks/new", user_id="", **self.FORM)
        assert "Antar ke Dispendukcapil" in reader(make.user("triage")).get("/").text

    @pytest.mark.parametrize(
        ("wrong", "field", "words"),
        [
            ({"text": " "}, "text", "Tulis apa yang harus dilakukan"),
            ({"text": "x" * 1001}, "text", "terlalu panjang"),
            ({"due_on": ""}, "due_on", "Pilih hari ini atau hari sesudahnya."),
            ({"due_on": "2026-03-01"}, "due_on", "Pilih hari ini atau hari sesudahnya."),
            ({"user_id": "00000000-0000-0000-0000-000000000000"}, "user_id", "tidak ada di kantor Anda"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, reader, worker, client, wrong, field: str, words: str, truth: Truth
    ):
        refused = reader(worker).post(f"/clients/{client.id}/tasks/new", **self.FORM | wrong)
        assert refused.status_code == 422
        assert f'id="{field}-error"' in refused.text
        assert words in refused.text
        assert (self.FORM | wrong)["due_on"] in refused.text
        assert truth.one("select count(*) from tasks") == 0

    def test_nobody_writes_about_a_person_whom_he_does_not_reach(self, make: Make, reader, client):
        stranger = reader(make.caseworker(OTHER_UPT))
        assert stranger.get(f"/clients/{client.id}/tasks/new").status_code == 404
        assert stranger.post(f"/clients/{client.id}/tasks/new", **self.FORM).status_code == 404

    def test_a_tksk_writes_none(self, make: Make, reader, client):
        assert reader(make.user("tksk")).get(f"/clients/{client.id}/tasks/new").status_code == 403


def test_a_death_in_between_is_said(reader, worker, task, truth: Truth, clock: Clock):
    truth.run("update tasks set state = 'cancelled', reason = 'deceased', closed_at = now() where id = :id", id=task.id)
    page = reader(worker).get(f"/tasks/{task.id}").text
    assert "Orangnya meninggal" in page
    assert "Saya kerjakan" not in page
