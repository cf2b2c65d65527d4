"""What anybody is told of a code: genuine or not, and never whose letter it is."""

import pytest

from kessos_case.core.ids import random_token
from kessos_case.core.settings import settings
from kessos_case.letters import service
from kessos_case.letters.rules import grouped
from tests.factories import Make
from tests.letters.conftest import NAME
from tests.readers import text_of


@pytest.fixture
def letter(worker, planned, issue):
    return issue(worker, "plan", planned.plan.id)


@pytest.fixture
def visitor(api):
    """Somebody without an account, at an address of his own."""
    browser = api.bare
    browser.environ_base["REMOTE_ADDR"] = f"2001:db8::{random_token(2).encode().hex()}"
    return browser


@pytest.fixture
def few_tries(monkeypatch):
    monkeypatch.setenv("KESSOS_SIGN_IN_TRIES_ADDRESS", "3")
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_a_genuine_letter_tells_kind_office_and_day_and_no_name(letter, visitor):
    answer = visitor.get(f"/verify/{grouped(letter.code)}")
    text = text_of(answer.text)
    assert answer.status_code == 200
    assert "Surat ini asli dan masih berlaku" in text and "Rencana bersama" in text and "5 Oktober 2026" in text
    assert NAME not in answer.text and "Wonokusumo" not in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_form_leads_to_the_same_answer(letter, visitor):
    assert "Surat ini asli" in visitor.get("/verify", query_string={"code": letter.code.lower()}).text
    assert visitor.get("/verify").status_code == 200


def test_a_wrong_code_and_no_code_at_all_look_the_same(letter, visitor):
    other = "2" * 20
    pages = [visitor.get(f"/verify/{code}") for code in (other, "abc", "' or 1=1")]
    assert {page.status_code for page in pages} == {404}
    assert len({text_of(page.text) for page in pages}) == 1
    assert "Tidak ada surat dengan kode ini" in pages[0].text


@pytest.mark.parametrize(("typed", "told"), [(NAME.upper(), "Nama itu cocok"), ("Orang Lain", "Nama itu tidak cocok")])
def test_the_name_on_the_paper_can_be_compared(typed, told, letter, visitor):
    answer = visitor.post(f"/verify/{letter.code}", data={"name": typed}, headers={"Origin": "http://localhost"})
    assert told in answer.text and NAME not in answer.text


def test_of_a_restricted_person_no_name_is_compared(letter, visitor, planned, truth):
    truth.run("update clients set confidentiality = 'strict' where id = :id", id=planned.client_id)
    answer = visitor.post(f"/verify/{letter.code}", data={"name": NAME}, headers={"Origin": "http://localhost"})
    assert "Surat ini asli" in answer.text and "cocok" not in text_of(answer.text).lower()


def test_a_revoked_letter_says_since_when(make: Make, worker, letter, visitor):
    with make.acting(worker) as session:
        service.revoke(session, letter.id, reason="lost")
    text = text_of(visitor.get(f"/verify/{letter.code}").text)
    assert "asli, tetapi sudah dicabut" in text and "Dicabut 5 Oktober 2026" in text
    # Why is the office's matter.
    assert "hilang" not in text


def test_after_erasure_it_still_tells_that_there_was_one(letter, visitor, planned, truth):
    truth.run(
        "update clients set data_key = null, name = null, temporary_label = 'x' where id = :id", id=planned.client_id
    )
    text = text_of(visitor.get(f"/verify/{letter.code}").text)
    assert "Surat ini asli dan masih berlaku" in text and "Cocokkan namanya" not in text


def test_who_guesses_codes_must_wait(visitor, few_tries):
    codes = ["2" * 19 + sign for sign in "23456"]
    assert [visitor.get(f"/verify/{code}").status_code for code in codes] == [404, 404, 404, 429, 429]


def test_who_guesses_names_must_wait_from_whatever_address(letter, api, few_tries):
    statuses = []
    for at in range(5):
        browser = api.bare
        browser.environ_base["REMOTE_ADDR"] = f"2001:db8:1::{random_token(2).encode().hex()}"
        data = {"name": f"Orang {at}"}
        answer = browser.post(f"/verify/{letter.code}", data=data, headers={"Origin": "http://localhost"})
        statuses.append(answer.status_code)
    assert statuses == [200, 200, 200, 429, 429]


def test_every_look_is_in_the_trail_without_what_was_typed(letter, visitor, truth):
    visitor.get(f"/verify/{letter.code}")
    visitor.get("/verify/salah")
    rows = truth.all(
        "select resource_id, outcome, system from audit_entries where resource = 'letter' and action = 'verify' order by id"
    )
    assert rows == [(letter.id, "ok", "letters.verify"), (None, "not_found", "letters.verify")]
