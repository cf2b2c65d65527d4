"""Assessments as a browser without JavaScript uses them, and what autosave.js says to the server."""

import re
from html import unescape

import pytest
from werkzeug.datastructures import MultiDict

from kessos_case.cases import wording
from kessos_case.cases.assessment_forms import answers_from, form_of, groups
from kessos_case.cases.rules import AssessmentState
from kessos_case.cases.service.instruments import editions, instrument_of
from tests.conftest import Clock, Truth
from tests.factories import Make, casework
from tests.factories import cases as c
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")

WORRIED = {f"gse_{number}": 1 for number in range(1, 11)}


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return c.open_case(make, worker)


@pytest.fixture
def draft(make: Make, worker, case):
    return casework.assessment(make, worker, case.id, complete=False, gse_1=3)


def address_of(card) -> str:
    return f"/cases/{card.case_id}/assessments/{card.id}"


def filled(instrument: str, **given) -> dict[str, str]:
    """A form with every answer that must be there."""
    return form_of(instrument_of(instrument), casework.answers_to(instrument, **given)).to_dict()


def test_the_overview_says_what_is_still_to_be_asked(make: Make, reader, worker, case):
    said = text_of(reader(worker).get(f"/cases/{case.id}/assessments").text)
    assert "Masih 3 asesmen wajib" in said
    assert said.count("Belum pernah") == len(editions())
    casework.assessment(make, worker, case.id)
    said = text_of(reader(worker).get(f"/cases/{case.id}/assessments").text)
    assert "Masih 2 asesmen wajib" in said


def test_what_was_asked_long_ago_must_be_asked_again(make: Make, reader, worker, case, clock: Clock):
    casework.assessment(make, worker, case.id)
    clock.move(days=90)
    assert "Sudah terlalu lama" not in reader(worker).get(f"/cases/{case.id}/assessments").text
    clock.move(days=1)
    said = text_of(reader(worker).get(f"/cases/{case.id}/assessments").text)
    assert "Sudah terlalu lama" in said
    assert "lebih lama dari 90 hari" in said


def test_when_all_is_asked_the_plan_comes_next(make: Make, reader, worker, case):
    for name in editions():
        casework.assessment(make, worker, case.id, name)
    page = reader(worker).get(f"/cases/{case.id}/assessments").text
    assert "Semua asesmen wajib sudah selesai." in text_of(page)
    assert f'href="/cases/{case.id}/plans"' in page


def test_beginning_twice_goes_on_with_the_same_draft(reader, worker, case, draft, truth: Truth):
    sent = reader(worker).post(f"/cases/{case.id}/assessments", instrument="gse10")
    assert sent.headers["Location"] == address_of(draft)
    assert re.search(r'name="answers.gse_1" value="3" checked', reader(worker).get(address_of(draft)).text)
    assert truth.one("select count(*) from assessments") == 1


def test_an_unknown_instrument_is_not_there(reader, worker, case):
    assert reader(worker).post(f"/cases/{case.id}/assessments", instrument="tarot").status_code == 404


@pytest.mark.parametrize("name", sorted(editions()))
def test_a_form_asks_everything_and_sends_back_what_was_answered(reader, worker, make: Make, case, name):
    card = casework.assessment(make, worker, case.id, name, complete=False, **casework.answers_to(name))
    page = reader(worker).get(address_of(card)).text
    sent = fields_of(page)
    instrument = instrument_of(name)
    for item in instrument.items:
        assert unescape(item.text_id) in text_of(page)
    assert answers_from(MultiDict(sent), instrument) == casework.answers_to(name)


def test_every_question_stands_in_one_group(api):
    for edition in (edition for versions in editions().values() for edition in versions.values()):
        with api.app.test_request_context():
            asked = [question.item for _, questions in groups(edition.instrument) for question in questions]
        assert asked == list(edition.instrument.items)


def test_a_draft_is_saved_and_goes_on_later(reader, worker, draft, truth: Truth):
    one = reader(worker)
    sent = one.post(address_of(draft), **{"version": "1", "do": "save", "answers.gse_1": "2", "answers.gse_2": "4"})
    assert sent.status_code == 303
    page = one.get(sent.headers["Location"]).text
    assert "Sudah tersimpan." in text_of(page)
    assert fields_of(page)["answers.gse_2"] == "4"
    assert truth.one("select state from assessments") == AssessmentState.DRAFT


def test_an_answer_to_a_question_that_is_not_asked_is_no_answer(make: Make, reader, worker, case):
    card = casework.assessment(make, worker, case.id, "household_skills", complete=False)
    one = reader(worker)
    form = {"version": "1", "do": "save", "answers.debts": "0", "answers.debt_pressure": "late"}
    assert one.post(address_of(card), **form).status_code == 303
    assert "answers.debt_pressure" not in fields_of(one.get(address_of(card)).text)


def test_one_slip_costs_no_other_answer(make: Make, reader, worker, case):
    card = casework.assessment(make, worker, case.id, "household_skills", complete=False)
    one = reader(worker)
    form = {"version": "1", "do": "save", "answers.household_size": "banyak", "answers.debts": "1.500.000"}
    refused = one.post(address_of(card), **form)
    assert refused.status_code == 422
    assert 'id="answers.household_size-error"' in refused.text
    assert 'value="banyak"' in refused.text
    assert "Jawaban lain sudah tersimpan." in text_of(refused.text)
    assert fields_of(refused.text)["version"] == "2", "the form goes on from what was saved"
    assert fields_of(one.get(address_of(card)).text)["answers.debts"] == "1.500.000"


def test_finishing_names_everything_that_is_missing_with_the_way_to_it(reader, worker, draft, truth: Truth):
    refused = reader(worker).post(address_of(draft), version="1", do="complete", **{"answers.gse_1": "4"})
    assert refused.status_code == 422
    assert re.findall(r'href="#answers\.gse_(\d+)"', refused.text) == [str(number) for number in range(2, 11)]
    assert re.search(r'name="answers.gse_1" value="4" checked', refused.text)
    assert truth.one("select state from assessments") == AssessmentState.DRAFT


def test_numbers_that_disagree_are_said_when_it_is_finished(make: Make, reader, worker, case):
    card = casework.assessment(make, worker, case.id, "household_skills", complete=False)
    form = filled("household_skills", household_size=2, school_age_children=3, children_at_school=1)
    refused = reader(worker).post(address_of(card), version="1", do="complete", **form)
    assert refused.status_code == 422
    assert "lebih besar daripada jumlah" in text_of(refused.text)
    assert fields_of(reader(worker).get(address_of(card)).text)["answers.school_age_children"] == "3"


def test_a_finished_assessment_is_read_and_not_written(reader, worker, draft):
    one = reader(worker)
    sent = one.post(address_of(draft), version="1", do="complete", **filled("gse10", **WORRIED))
    assert sent.status_code == 303
    page = one.get(sent.headers["Location"]).text
    said = text_of(page)
    for words in ("Asesmen selesai", "Perlu dibantu: Keyakinan pada kemampuan diri", "10 dari 40", "Ini asesmen yang pertama",
                  "1. Pemecahan soal-soal yang sulit", "Tidak benar sama sekali", "Schwarzer"):  # fmt: skip
        assert words in said
    assert "data-autosave" not in page
    again = one.post(address_of(draft), version="2", do="save", **{"answers.gse_1": "4"})
    assert again.status_code == 409
    assert "tidak bisa diubah lagi" in text_of(again.text)


def test_scores_stand_beside_the_last_ones(make: Make, reader, worker, case, clock: Clock):
    casework.assessment(make, worker, case.id, **WORRIED)
    clock.move(days=30)
    card = casework.assessment(make, worker, case.id, **WORRIED | {"gse_1": 4, "gse_2": 4})
    page = reader(worker).get(address_of(card)).text
    said = text_of(page)
    assert "Dibandingkan dengan asesmen 2 Maret 2026" in said
    assert "naik 6, membaik" in said
    assert page.count('class="bar-chart"') == 1
    assert 'class="before"' in page


def test_a_mean_is_said_with_its_decimals(make: Make, reader, worker, case):
    card = casework.assessment(make, worker, case.id, "social_functioning", daily_tasks=1)
    assert re.search(r"Tugas dan peran sosial: 2,\d+ dari 3", text_of(reader(worker).get(address_of(card)).text))


def test_a_supervisor_reads_a_draft_and_fills_nothing_in(make: Make, reader, draft):
    leader = reader(c.supervisor(make))
    page = leader.get(address_of(draft)).text
    assert "Asesmen ini belum selesai." in text_of(page)
    assert "<textarea" not in page and 'name="answers.gse_1"' not in page
    assert leader.post(address_of(draft), version="1", do="save").status_code == 403


def test_another_upt_finds_no_assessment(make: Make, reader, draft):
    stranger = reader(make.caseworker("PSTW-MAGETAN"))
    assert stranger.get(address_of(draft)).status_code == 404
    assert stranger.post(address_of(draft), version="1", do="save").status_code == 404


def test_an_assessment_is_reached_under_its_own_case_alone(make: Make, reader, worker, draft):
    other = c.open_case(make, worker)
    assert reader(worker).get(f"/cases/{other.id}/assessments/{draft.id}").status_code == 404
    sent = reader(worker).post(f"/cases/{other.id}/assessments/{draft.id}", version="1", do="save")
    assert sent.status_code == 404


def test_autosave_answers_the_version_and_the_time(reader, worker, draft):
    sent = reader(worker).post(address_of(draft), version="1", do="autosave", **{"answers.gse_1": "4"})
    assert (sent.status_code, sent.json) == (200, {"version": 2, "said": "Tersimpan 10.00."})


def test_autosave_says_what_it_could_not_save(make: Make, reader, worker, case):
    card = casework.assessment(make, worker, case.id, "household_skills", complete=False)
    form = {"answers.household_size": "x", "answers.debts": "-", "answers.savings": "5"}
    sent = reader(worker).post(address_of(card), version="1", do="autosave", **form)
    assert sent.json == {"version": 2, "said": "Tersimpan 10.00. 2 jawaban belum benar dan belum tersimpan."}
    assert fields_of(reader(worker).get(address_of(card)).text)["answers.savings"] == "5"


def test_two_tabs_lose_nothing(reader, worker, draft):
    one = reader(worker)
    one.post(address_of(draft), version="1", do="save", **{"answers.gse_1": "1"})
    heard = one.post(address_of(draft), version="1", do="autosave", **{"answers.gse_1": "2"})
    assert (heard.status_code, heard.json.keys()) == (409, {"said"})
    refused = one.post(address_of(draft), version="1", do="save", **{"answers.gse_1": "2", "answers.gse_2": "2"})
    assert refused.status_code == 409
    assert fields_of(refused.text)["answers.gse_2"] == "2"
    assert fields_of(one.get(address_of(draft)).text)["answers.gse_1"] == "1"
    again = one.post(address_of(draft), **fields_of(refused.text) | {"do": "save"})
    assert again.status_code == 303, "pressed once more, this tab's answers take the place of the others"
    assert fields_of(one.get(address_of(draft)).text)["answers.gse_1"] == "2"


def test_a_look_at_answers_is_in_the_trail(reader, worker, draft, truth: Truth):
    before = truth.one("select count(*) from audit_entries where resource = 'assessment' and action = 'read'")
    reader(worker).get(address_of(draft))
    after = truth.one("select count(*) from audit_entries where resource = 'assessment' and action = 'read'")
    assert after == before + 1


def test_the_pages_ask_little_of_the_database(make: Make, reader, worker, case, draft, statements, clock: Clock):
    for _ in range(3):
        for name in editions():
            card = casework.assessment(make, worker, case.id, name)
        clock.move(days=1)
    one = reader(worker)
    for path in (f"/cases/{case.id}/assessments", address_of(card), address_of(draft)):
        assert len(statements(lambda path=path: one.get(path))) <= 12


def test_every_state_has_a_word():
    assert set(wording.ASSESSMENT_STATES) == set(AssessmentState)
