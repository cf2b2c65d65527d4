"""`kessos nightly`, on a database of its own and without a worker."""

import json

import pytest

from kessos_case.nights.rules import Step
from kessos_case.nights.service import work
from tests.command.test_command import kessos, office  # noqa: F401

pytestmark = pytest.mark.usefixtures("office", "clock")  # 2 March 2026


def test_it_does_the_night_of_yesterday_and_says_in_words_what_it_did():
    done = kessos("nightly")
    assert done.exit_code == 0, done.output
    assert "The night as of 2026-03-01: over" in done.output
    assert "  Months on aid and scores: " in done.output
    assert "  Forgotten: " in done.output


def test_a_program_reads_the_same_as_json_and_nothing_beside_it():
    done = kessos("nightly", "--as-of", "2026-02-14", "--json")
    told = json.loads(done.stdout)
    assert (told["as_of"], told["step"], told["given_up"]) == ("2026-02-14", None, 0)
    assert told["done"] == told["total"]
    assert told["report"][Step.SCORES]["chunks"] == 1


def test_asked_again_it_shows_the_same_night_and_full_does_it_once_more():
    first = json.loads(kessos("nightly", "--json").stdout)
    assert json.loads(kessos("nightly", "--json").stdout) == first
    again = json.loads(kessos("nightly", "--full", "--json").stdout)
    assert again["id"] == first["id"]
    assert again["job_id"] != first["job_id"]


def test_a_day_in_the_future_is_refused():
    refused = kessos("nightly", "--as-of", "2026-03-03")
    assert refused.exit_code == 1
    assert "2026-03-03 is after today" in refused.output


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "02-03-2026"])
def test_what_is_no_day_is_wrong_use(text):
    assert kessos("nightly", "--as-of", text).exit_code == 2


def test_what_failed_is_named_and_the_exit_status_says_so(monkeypatch):
    def fail(session, as_of, chunk):
        raise ZeroDivisionError

    monkeypatch.setenv("KESSOS_JOB_ATTEMPTS", "1")
    monkeypatch.setitem(work.WORK, Step.CLOCKS, work.Work(work.WORK[Step.CLOCKS].parts, fail))
    failed = kessos("nightly")
    assert failed.exit_code == 1
    assert "1 of 1 chunks failed: ZeroDivisionError" in failed.output
    assert "  Digests: " in failed.output
