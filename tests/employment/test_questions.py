"""Questions to employers by a link: with consent alone, one answer, and nothing that tells who asks."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from kessos_case.cases import service as cases
from kessos_case.clients.service import withdraw_consent
from kessos_case.core.errors import Forbidden, Invalid, NotFound, RuleBroken, TooManyRequests
from kessos_case.core.ids import random_token
from kessos_case.core.keys import token_hash
from kessos_case.core.settings import settings
from kessos_case.employment import service
from kessos_case.employment.service import DeadQuestion, MadeInquiry
from kessos_case.journey import service as journey
from tests.factories import Make
from tests.factories.cases import MAGETAN, lead_to, offer_transfer, open_case, supervisor
from tests.factories.employment import employer, ended, placement, work
from tests.factories.vacancies import answered, consent_to_contact, inquiry, opened
from tests.readers import text_of

pytestmark = pytest.mark.usefixtures("clock")  # 2 March 2026


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return open_case(make, worker, make.client(worker, name="Siti Aminah").id)


@pytest.fixture
def proposed(make: Make, worker, case):
    found = placement(make, worker, case)
    consent_to_contact(make, worker, found)
    return found


def codes(refused) -> list[str]:
    return [error["code"] for error in refused.value.errors]


def dead(link) -> bool:
    with pytest.raises(DeadQuestion) as over:
        opened(link)
    return over.value.code == "question_over"


def state_of(make: Make, worker, work_id) -> list[str]:
    with make.acting(worker) as session:
        return [str(each.state) for each in service.inquiries_of(session, work_id)]


class TestMaking:
    """Only with the person's own consent."""

    def test_only_the_hash_is_kept(self, make: Make, worker, proposed, truth):
        link = inquiry(make, worker, proposed)
        assert truth.all("select token_hash from employer_inquiries") == [token_hash(link.token)]
        assert link.token not in json.dumps(truth.all("select detail::text from audit_entries"))

    def test_without_consent_nothing_is_asked(self, make: Make, worker, case):
        with pytest.raises(RuleBroken) as refused:
            inquiry(make, worker, placement(make, worker, case))
        assert codes(refused) == ["consent_missing"]

    @pytest.mark.parametrize("named", ["nobody", "another", "other_work"])
    def test_consent_that_does_not_name_this_is_not_enough(self, make: Make, worker, case, named: str):
        found = placement(make, worker, case)
        allowed = {
            "nobody": {},
            "another": {"receiver_organisation_id": employer(make)},
            "other_work": {"about_id": case.id, "receiver_organisation_id": found.employer_id},
        }[named]
        make.consent(worker, case.client_id, purpose="employer_contact", **allowed)
        with pytest.raises(RuleBroken):
            inquiry(make, worker, found)

    def test_consent_about_this_work_alone_is(self, make: Make, worker, case):
        found = placement(make, worker, case)
        make.consent(worker, case.client_id, purpose="employer_contact", about_id=found.id)
        link = inquiry(make, worker, found)
        answered(link)
        assert state_of(make, worker, found.id) == ["answered"]

    def test_everything_that_is_missing_is_said_at_once(self, make: Make, worker):
        nameless = make.client(worker, name=None, temporary_label="Mbah Pasar")
        own = placement(make, worker, open_case(make, worker, nameless.id), kind="own_business", business="Warung",
                        starts_on=date(2026, 4, 1))  # fmt: skip
        with pytest.raises(RuleBroken) as refused:
            inquiry(make, worker, own)
        assert codes(refused) == ["employer_missing", "name_missing", "not_begun"]

    def test_a_check_is_asked_for_when_its_day_has_come(self, make: Make, worker, case):
        found = work(make, worker, case)
        consent_to_contact(make, worker, found)
        for period in (None, 90):
            with pytest.raises(RuleBroken) as refused:
                inquiry(make, worker, found, period=period)
            assert codes(refused) == ["check_not_open"]
        inquiry(make, worker, found, period=30)

    def test_a_new_link_ends_the_one_before(self, make: Make, worker, proposed):
        first, second = inquiry(make, worker, proposed), inquiry(make, worker, proposed)
        assert dead(first)
        assert opened(second).name == "Siti Aminah"

    def test_another_office_makes_and_ends_none(self, make: Make, worker, proposed):
        link, stranger = inquiry(make, worker, proposed), make.caseworker(MAGETAN)
        with pytest.raises(NotFound):
            inquiry(make, stranger, proposed)
        with pytest.raises(NotFound), make.acting(stranger) as session:
            service.revoke_inquiry(session, proposed.id, link.id)


class TestLooking:
    """The holder looks."""

    def test_he_sees_whom_and_where_and_looking_changes_nothing(self, make: Make, worker, proposed, truth, clock):
        link = inquiry(make, worker, proposed)
        seen = opened(link)
        assert (seen.name, seen.employer, seen.occupation, seen.has_begun) == (
            "Siti Aminah", "CV Las Jaya", "tukang las", False,
        )  # fmt: skip
        clock.move(minutes=5)
        opened(link)
        assert truth.one("select opened_at from employer_inquiries") == clock.now - timedelta(minutes=5)
        assert truth.one("select state from placements") == "proposed"

    def test_every_look_is_in_the_trail(self, make: Make, worker, proposed, truth):
        opened(inquiry(make, worker, proposed))
        query = "select user_id, action, client_ids from audit_entries where system = 'employer_question'"
        assert truth.all(query) == [(None, "read", [proposed.client_id])]

    def test_it_is_dead_after_a_fortnight(self, make: Make, worker, proposed, clock):
        link = inquiry(make, worker, proposed)
        clock.move(days=14)
        assert dead(link)
        assert state_of(make, worker, proposed.id) == ["expired"]

    def test_withdrawn_consent_kills_it_at_once(self, make: Make, worker, case):
        found = placement(make, worker, case)
        given = consent_to_contact(make, worker, found)
        link = inquiry(make, worker, found)
        with make.acting(worker) as session:
            withdraw_consent(session, case.client_id, given)
        assert dead(link)
        with pytest.raises(DeadQuestion):
            answered(link)
        assert state_of(make, worker, found.id) == ["consent_ended"]

    def test_consent_that_ends_in_between_kills_it_too(self, make: Make, worker, case, clock):
        found = placement(make, worker, case)
        make.consent(
            worker, case.client_id, purpose="employer_contact", receiver_organisation_id=found.employer_id,
            expires_on=date(2026, 3, 3),
        )  # fmt: skip
        link = inquiry(make, worker, found)
        clock.move(days=1)
        assert opened(link).name
        clock.move(days=1)
        assert dead(link)

    def test_guessing_is_counted(self, make: Make, monkeypatch):
        monkeypatch.setenv("KESSOS_SIGN_IN_TRIES_ADDRESS", "3")
        settings.cache_clear()
        somewhere = f"2001:db8::{random_token(2).encode().hex()}"
        try:
            for _ in range(3):
                with pytest.raises(DeadQuestion):
                    opened(MadeInquiry(None, random_token(), None), somewhere)
            with pytest.raises(TooManyRequests):
                opened(MadeInquiry(None, random_token(), None), somewhere)
        finally:
            settings.cache_clear()


class TestAnswering:
    """One answer."""

    def test_a_yes_verifies_the_work_under_the_name_of_whoever_asked(self, make: Make, worker, proposed, truth):
        answered(inquiry(make, worker, proposed), works_since=date(2026, 1, 7), monthly_wage=2_500_000)
        query = "select state, verification_method, verified_on, verified_by from placements"
        assert truth.all(query) == [("active", "employer", date(2026, 3, 2), worker.id)]
        with make.acting(worker) as session:
            (card,) = service.inquiries_of(session, proposed.id)
        assert (card.answer, card.works_since, card.monthly_wage) == ("works", date(2026, 1, 7), 2_500_000)
        assert truth.all("select state from tasks where kind = 'verify_placement'") == ["done"]
        verified = truth.all("select user_id, system from audit_entries where action = 'verified'")
        assert verified == [(worker.id, "employer_question")]

    def test_a_yes_makes_the_check_that_was_asked_for(self, make: Make, worker, case, truth):
        found = work(make, worker, case)
        consent_to_contact(make, worker, found)
        answered(inquiry(make, worker, found, period=30), monthly_wage=2_700_000)
        query = "select period, still_active, method, monthly_income, recorded_by from placement_checks"
        assert truth.all(query) == [(30, True, "employer", 2_700_000, worker.id)]

    def test_a_no_asks_somebody_to_look_and_ends_nothing(self, make: Make, worker, case, truth):
        found = work(make, worker, case)
        consent_to_contact(make, worker, found)
        answered(inquiry(make, worker, found, period=30), "left", left_on=date(2026, 2, 20))
        assert truth.one("select state from placements") == "active"
        assert truth.all("select state, subject_id from tasks where kind = 'look_at_work'") == [("open", found.id)]
        ended(make, worker, found.id)
        assert truth.all("select state from tasks where kind = 'look_at_work'") == ["cancelled"]

    def test_who_does_not_know_changes_nothing(self, make: Make, worker, proposed, truth):
        answered(inquiry(make, worker, proposed), "unknown")
        assert truth.one("select state from placements") == "proposed"
        assert truth.one("select count(*) from tasks where kind = 'look_at_work'") == 0

    def test_a_second_answer_finds_a_dead_link(self, make: Make, worker, proposed, truth):
        link = inquiry(make, worker, proposed)
        answered(link, "unknown")
        with pytest.raises(DeadQuestion):
            answered(link)
        assert truth.all("select answer from employer_inquiries") == ["unknown"]

    def test_a_day_to_come_is_refused_and_the_link_lives(self, make: Make, worker, proposed):
        link = inquiry(make, worker, proposed)
        with pytest.raises(Invalid) as refused:
            answered(link, "works", works_since=date(2026, 3, 3), left_on=date(2026, 3, 1))
        assert {(error["field"], error["code"]) for error in refused.value.errors} == {
            ("works_since", "in_future"), ("left_on", "before_since"), ("left_on", "unwanted"),
        }  # fmt: skip
        assert opened(link)

    def test_what_another_found_in_between_stands(self, make: Make, worker, case, truth):
        found = work(make, worker, case)
        consent_to_contact(make, worker, found)
        link = inquiry(make, worker, found, period=30)
        with make.acting(worker) as session:
            service.check_placement(
                session, found.id, on=date(2026, 3, 2), still_active=True, method="visit", period=30
            )
        answered(link)
        assert truth.all("select method from placement_checks") == ["visit"]

    def test_eight_answers_at_once_are_one(self, committed, make_committed: Make):
        make, worker = make_committed, make_committed.caseworker()
        found = placement(make, worker, open_case(make, worker))
        consent_to_contact(make, worker, found)
        link = inquiry(make, worker, found)

        def once(_) -> str:
            try:
                answered(link)
            except DeadQuestion:
                return "dead"
            return "taken"

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(once, range(8))) == ["dead"] * 7 + ["taken"]


class TestEnds:
    """What ends the work, the case or the office that asked ends the link."""

    def test_work_that_ended_is_not_asked_about(self, make: Make, worker, proposed):
        link = inquiry(make, worker, proposed)
        ended(make, worker, proposed.id, reason="never_started")
        assert dead(link)

    def test_nor_somebody_who_died(self, make: Make, worker, proposed, truth):
        link = inquiry(make, worker, proposed)
        with make.acting(worker) as session:
            journey.record_death(session, proposed.client_id, died_on=date(2026, 3, 1))
        assert dead(link)
        assert truth.one("select revoked_at is not null from employer_inquiries")

    def test_nor_under_a_case_that_closed(self, make: Make, worker, case, proposed):
        link = inquiry(make, worker, proposed)
        with make.acting(supervisor(make)) as session:
            journey.move_case(session, case.id, verb="close", reason="own_wish")
        assert dead(link)

    def test_the_next_upt_asks_for_itself(self, make: Make, worker, case, proposed, clock):
        lead_to(make, case, "placement", worker, supervisor(make))
        link = inquiry(make, worker, proposed)
        clock.move(hours=1)
        offer = offer_transfer(make, supervisor(make), case)
        with make.acting(supervisor(make, MAGETAN)) as session:
            cases.accept_transfer(session, offer.id)
        assert dead(link)
        with pytest.raises(Forbidden):
            inquiry(make, worker, proposed)
        assert opened(inquiry(make, make.caseworker(MAGETAN), proposed)).name == "Siti Aminah"


# What an employer must not read, on the page or in its source.
TELLING = (
    "dinas",
    "sosial",
    "upt",
    "ppks",
    "kessos",
    "bantuan",
    "pstw",
    "bondowoso",
    "rehabilitasi",
    "klien",
    "penerima",
)


class TestPages:
    """The page as an employer sees it."""

    @pytest.fixture
    def visitor(self, api):
        return api.bare

    def test_nothing_tells_who_asks(self, make: Make, worker, proposed, visitor):
        link = inquiry(make, worker, proposed)
        wrong = visitor.post(f"/questions/{link.token}", data={"answer": "works", "works_since": "besok"})
        pages = [
            visitor.get(f"/questions/{link.token}"), wrong, visitor.get("/questions/thanks"),
            visitor.get(f"/questions/{random_token()}"),
            visitor.post(f"/questions/{link.token}", headers={"Sec-Fetch-Site": "cross-site"}),
        ]  # fmt: skip
        assert [page.status_code for page in pages] == [200, 422, 200, 404, 403]
        for page in pages:
            assert [word for word in TELLING if word in page.text.lower()] == []
            assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
            assert page.headers["Cache-Control"] == "no-store"

    def test_an_answer_is_taken_and_thanked_for(self, make: Make, worker, proposed, visitor, truth):
        link = inquiry(make, worker, proposed)
        assert "Apakah Siti Aminah bekerja di tempat Anda (tukang las)?" in text_of(
            visitor.get(f"/questions/{link.token}").text
        )
        sent = visitor.post(f"/questions/{link.token}", data={"answer": "works", "monthly_wage": "2.500.000"})
        assert (sent.status_code, sent.headers["Location"]) == (303, "/questions/thanks")
        assert truth.one("select state from placements") == "active"
        again = visitor.post(f"/questions/{link.token}", data={"answer": "left"})
        assert again.status_code == 404
        assert "Tautan ini tidak berlaku lagi" in text_of(again.text)

    def test_what_was_typed_is_not_lost(self, make: Make, worker, proposed, visitor):
        link = inquiry(make, worker, proposed)
        page = visitor.post(f"/questions/{link.token}", data={"monthly_wage": "banyak"})
        assert page.status_code == 422
        assert "Pilih salah satu jawaban." in text_of(page.text)
        assert 'value="banyak"' in page.text

    def test_the_caseworker_makes_it_sees_it_once_and_ends_it(self, make: Make, reader, worker, proposed):
        one = reader(worker)
        made = one.post(f"/placements/{proposed.id}/inquiries")
        assert made.status_code == 200
        assert "/questions/" in made.text
        page = one.get(f"/placements/{proposed.id}").text
        assert "/questions/" not in page
        assert "Menunggu jawaban" in text_of(page)
        with make.acting(worker) as session:
            (card,) = service.inquiries_of(session, proposed.id)
        one.post(f"/placements/{proposed.id}/inquiries/{card.id}/revocation")
        assert state_of(make, worker, proposed.id) == ["revoked"]

    def test_without_consent_the_page_says_the_way(self, make: Make, reader, worker, case):
        found, one = placement(make, worker, case), reader(worker)
        assert "harus memberi izin yang menyebut tempat kerja ini" in text_of(one.get(f"/placements/{found.id}").text)
        refused = one.post(f"/placements/{found.id}/inquiries")
        assert refused.status_code == 409
        assert f'href="/clients/{case.client_id}/consents"' in refused.text

    def test_what_is_allowed_here_is_seen_and_withdrawn_among_all_consents(self, make: Make, reader, worker, case):
        """Who may ask whom about me? One page answers."""
        found, one = placement(make, worker, case), reader(worker)
        here, all_of_them = f"/placements/{found.id}", f"/clients/{case.client_id}/consents"
        refused = one.post(f"{here}/consents", given_on="2026-03-01")
        assert refused.status_code == 422 and 'id="allow-form-error"' in refused.text
        assert one.post(f"{here}/consents", form="signed", given_on="2026-03-01").status_code == 303
        link = re.search(r"/questions/([\w-]+)", one.post(f"{here}/inquiries").text)[1]
        page = one.get(all_of_them).text
        assert "Hanya untuk satu pekerjaan." in text_of(page)
        assert f'href="{here}"' in page
        assert "Tempat kerjanya sedang ditanya" in text_of(page)
        withdraw = re.search(r'action="([^"]+/withdrawal)"', page)[1]
        assert one.post(withdraw).status_code == 303
        assert "Tempat kerjanya sedang ditanya" not in text_of(one.get(all_of_them).text)
        assert dead(MadeInquiry(case.id, link, datetime.now(UTC)))
        assert "harus memberi izin yang menyebut tempat kerja ini" in text_of(one.get(here).text)

    def test_nobody_is_asked_about_other_work_for_it(self, make: Make, worker, case):
        first, second = placement(make, worker, case), placement(make, worker, case)
        with make.acting(worker) as session:
            consent = service.allow_asking(session, first.id, form="signed", given_on=date(2026, 3, 1))
        assert (consent.about_id, consent.receiver_organisation_id) == (first.id, first.employer_id)
        with pytest.raises(RuleBroken):
            inquiry(make, worker, second)

    def test_over_http(self, make: Make, api, worker, case):
        found = placement(make, worker, case)
        path = f"/placements/{found.id}/consents"
        made = api(worker).post(path, {"form": "guardian", "given_on": "2026-03-01"})
        assert made.status_code == 201
        (listed,) = api(worker).get(f"/clients/{case.client_id}/consents").json["items"]
        assert (listed["id"], listed["about_id"]) == (made.json["id"], str(found.id))
        own = placement(make, worker, case, kind="own_business", business="Warung")
        refused = api(worker).post(f"/placements/{own.id}/consents", {"form": "signed", "given_on": "2026-03-01"})
        assert [one["code"] for one in refused.json["errors"]] == ["employer_missing"]
        assert api(make.caseworker(MAGETAN)).post(path, {"form": "signed", "given_on": "2026-03-01"}).status_code == 404
