"""The pages of graduation: the gate as a list, a person's ladder, a review and each step for whoever may take it."""

import pytest

from kessos_case.access.models import User
from kessos_case.graduation import ladder_words, page_wording
from kessos_case.graduation.found_wording import FOUND
from kessos_case.graduation.rules import CriterionCode, RelapseKind, ReviewState, StepReason, WeightedCode
from kessos_case.graduation.service.signatures import STEPS
from tests.factories import Make, cases
from tests.factories import graduation as maker
from tests.factories.graduation import UPT, today
from tests.readers import text_of

NAME = "Slamet Wonokusumo"


@pytest.fixture(autouse=True)
def _day(clock):
    clock.set("2026-10-05T03:00:00+00:00")


@pytest.fixture
def worker(make: Make) -> User:
    return make.caseworker()


@pytest.fixture
def leader(make: Make) -> User:
    return make.user("supervisor", organisation=UPT)


def page(answer, status=200):
    assert answer.status_code == status, answer.text
    return text_of(answer.text)


def version_of(review, truth):
    return truth.one("select version from graduation_reviews where id = :id", id=review.id)


def ripe(make: Make, worker, leader, clock, **client):
    """A review whose year of aftercare is over and whose visits are made."""
    case = maker.settled(make, worker, **client)
    made = maker.provisional(make, worker, leader, case)
    clock.move(days=366)
    maker.cared_for(make, worker, case)
    return made, case


class TestWords:
    """Nothing that the rules can say is without a word."""

    def test_every_criterion_line_state_and_reason_has_words(self):
        assert set(ladder_words.ASKS) == set(CriterionCode)
        assert set(FOUND) == set(CriterionCode)
        assert set(ladder_words.LINE_WORDS) == set(WeightedCode)
        assert set(page_wording.STATES) == set(page_wording.NOW) == set(ReviewState)
        assert set(page_wording.ALL_REASONS) == set(StepReason)
        assert set(page_wording.RELAPSES) == set(RelapseKind)
        assert set(page_wording.STEPS) == set(page_wording.BUTTONS) == set(page_wording.MEANS) == set(STEPS.values())
        assert set(page_wording.VIEWS) == set(page_wording.EMPTY)


class TestPerson:
    """GET /clients/{id}/graduation."""

    def test_who_meets_everything_is_shown_with_evidence_and_can_be_begun(self, make: Make, reader, worker):
        case = maker.settled(make, worker, name=NAME)
        answer = reader(worker).get(f"/clients/{case.client_id}/graduation")
        text = page(answer)
        assert "Semua syarat terpenuhi. Mulai usulan kelulusan" in text
        assert text.count("Terpenuhi Ditanya") == 1
        for way in ("/placements/", f"/clients/{case.client_id}/income", f"/cases/{case.id}/assessments/", "#voice"):
            assert f'href="{way}' in answer.text
        begun = reader(worker).post(f"/clients/{case.client_id}/graduation/reviews")
        assert (begun.status_code, begun.location.split("?")[1]) == (303, "notice=opened")

    def test_all_that_is_missing_is_said_with_the_way_to_it(self, make: Make, reader, worker):
        case = cases.open_case(make, worker)
        answer = reader(worker).get(f"/clients/{case.client_id}/graduation")
        text = page(answer)
        assert "Penghasilan September 2026 belum dicatat. Catat penghasilannya." in text
        assert "Belum ada rencana yang disetujui" in text
        assert "Mulai usulan kelulusan" not in text
        for way in (f"/clients/{case.client_id}/income", f"/placements?case_id={case.id}", f"/cases/{case.id}/plans"):
            assert f'href="{way}"' in answer.text

    def test_an_unmet_check_leads_to_its_placement(self, make: Make, reader, worker):
        case = maker.settled(make, worker, but={"work"})
        placement = maker.works(make, worker, case, periods=(30, 90))
        answer = reader(worker).get(f"/clients/{case.client_id}/graduation")
        assert "Pemeriksaan kerja hari ke-180 belum dilakukan" in page(answer)
        assert f'href="/placements/{placement}"' in answer.text

    def test_without_a_case_it_says_what_to_do(self, make: Make, reader, worker):
        client = make.client(worker)
        assert "Buka kasus dulu." in page(reader(worker).get(f"/clients/{client.id}/graduation"))

    def test_a_begun_too_early_shows_what_is_missing(self, make: Make, reader, worker):
        case = cases.open_case(make, worker)
        text = page(reader(worker).post(f"/clients/{case.client_id}/graduation/reviews"), 409)
        assert "Belum bisa lulus" in text

    def test_foreigners_and_other_roles_find_nobody(self, make: Make, reader, worker):
        case = cases.open_case(make, worker)
        address = f"/clients/{case.client_id}/graduation"
        assert reader(make.caseworker("PSTW-MAGETAN")).get(address).status_code == 404
        assert reader(maker.co_signer(make)).get(address).status_code == 404
        assert reader(make.user("tksk")).get(address).status_code == 403

    def test_the_answer_of_the_person_is_written_down_in_his_words(self, make: Make, reader, worker):
        case = cases.open_case(make, worker)
        address = f"/clients/{case.client_id}/graduation/voice"
        refused = page(reader(worker).post(address, asked_on=str(today()), agrees="no"), 422)
        assert "Tulis atau pilih alasannya." in refused
        unsaid = page(reader(worker).post(address, asked_on="2027-01-01", agrees="yes"), 422)
        assert "Tanggal ini belum tiba." in unsaid
        assert "Pilih jawaban orangnya." in page(reader(worker).post(address, asked_on=str(today())), 422)
        done = reader(worker).post(address, asked_on=str(today()), agrees="no", reason="Belum berani sendiri.")
        assert done.status_code == 303
        shown = page(reader(worker).get(f"/clients/{case.client_id}/graduation"))
        assert "belum setuju" in shown and "Belum berani sendiri." in shown

    def test_the_title_never_has_the_name_of_a_restricted_person(self, make: Make, reader, worker):
        case = maker.settled(make, worker, name=NAME, confidentiality="strict")
        found = reader(worker).get(f"/clients/{case.client_id}/graduation")
        assert NAME not in found.text.split("</title>")[0]

    def test_few_statements(self, make: Make, reader, worker, leader, statements):
        case = maker.settled(make, worker)
        maker.provisional(make, worker, leader, case)
        one = reader(leader)
        assert len(statements(lambda: one.get(f"/clients/{case.client_id}/graduation"))) <= 12


class TestGate:
    """GET /graduation."""

    def test_it_shows_who_is_where_and_counts_lead_to_their_rows(self, make: Make, reader, worker, leader, clock):
        ripe(make, worker, leader, clock, name=NAME)
        answer = reader(leader).get("/graduation")
        assert NAME in page(answer) and "Siap disahkan (1)" in page(answer)
        assert 'href="/graduation?view=ripe"' in answer.text
        assert NAME in page(reader(leader).get("/graduation?view=ripe"))
        assert NAME not in page(reader(leader).get("/graduation?view=eligible"))

    def test_an_empty_view_says_what_it_means(self, reader, leader):
        assert "Setiap malam syaratnya dihitung lagi" in page(reader(leader).get("/graduation"))

    def test_only_the_own_cases_where_asked(self, make: Make, reader, worker):
        maker.review(make, worker)
        other = make.caseworker()
        assert "Lihat semua yang berjalan" in page(reader(other).get("/graduation?mine=yes"))

    def test_who_fell_back_stands_there_until_somebody_answers(self, make: Make, reader, worker, leader, clock):
        review = maker.provisional(make, worker, leader, maker.settled(make, worker, name=NAME))
        clock.move(days=3)
        done = reader(worker).post(
            f"/graduation/reviews/{review.id}/relapses", version=review.version, kind="street", happened_on=str(today())
        )
        assert done.status_code == 303
        text = page(reader(leader).get("/graduation?view=relapse"))
        assert NAME in text and "Kembali ke jalan" in text
        shown = reader(leader).get(f"/graduation/reviews/{review.id}")
        assert "Belum ditanggapi" in page(shown) and 'href="/tasks/' in shown.text

    def test_restricted_people_have_no_name_in_it(self, make: Make, reader, worker, leader):
        maker.review(make, worker, maker.settled(make, worker, name=NAME, confidentiality="strict"))
        text = page(reader(leader).get("/graduation"))
        assert "Dirahasiakan" in text and NAME not in text

    def test_few_statements(self, make: Make, reader, worker, leader, statements):
        for _ in range(3):
            maker.review(make, worker)
        one = reader(leader)
        assert len(statements(lambda: one.get("/graduation"))) <= 12


class TestReview:
    """GET /graduation/reviews/{id} and its steps."""

    def test_each_hand_takes_its_step(self, make: Make, reader, worker, leader, clock, truth):
        case = maker.settled(make, worker)
        made = maker.review(make, worker, case)
        address = f"/graduation/reviews/{made.id}"
        assert "Usulkan lulus" in page(reader(worker).get(address))
        assert (
            reader(worker).post(f"{address}/recommendation", version=made.version, note="Sudah bisa.").status_code
            == 303
        )
        shown = page(reader(leader).get(address))
        assert "Sudah bisa." in shown and "Nyatakan lulus sementara" in shown
        assert reader(leader).post(f"{address}/provisional", version=version_of(made, truth)).status_code == 303
        assert "Bulan ke-1" in page(reader(leader).get(address))
        clock.move(days=366)
        maker.cared_for(make, worker, case)
        for signer in (leader, make.user("supervisor", organisation=UPT)):
            assert reader(signer).post(f"{address}/confirmation", version=version_of(made, truth)).status_code == 303
        assert "Kelulusannya sudah disahkan." in page(reader(leader).get(address))

    def test_a_signature_that_counts_no_more_says_so(self, make: Make, reader, worker, leader, clock, truth):
        made, case = ripe(make, worker, leader, clock)
        address = f"/graduation/reviews/{made.id}"
        assert reader(leader).post(f"{address}/confirmation", version=version_of(made, truth)).status_code == 303
        second = make.user("supervisor", organisation=UPT)
        lost = "Tanda tangan ini tidak dihitung lagi."
        assert lost not in page(reader(second).get(address))
        maker.earns(make, leader, case.client_id)
        assert page(reader(second).get(address)).count(lost) == 1

    def test_who_recommended_is_told_why_he_may_not_sign(self, make: Make, reader, worker, leader, truth):
        made = maker.recommended(make, worker)
        truth.run("update graduation_reviews set recommended_by = :by where id = :id", by=leader.id, id=made.id)
        text = page(reader(leader).get(f"/graduation/reviews/{made.id}"))
        assert "Yang mengusulkan tidak boleh memutuskan atau menandatangani." in text
        refused = reader(leader).post(f"/graduation/reviews/{made.id}/provisional", version=made.version)
        assert "Yang mengusulkan tidak boleh" in page(refused, 409)

    def test_a_caseworker_is_told_whose_turn_it_is(self, make: Make, reader, worker):
        made = maker.recommended(make, worker)
        text = page(reader(worker).get(f"/graduation/reviews/{made.id}"))
        assert "Menunggu keputusan kepala UPT." in text and "Nyatakan lulus sementara" not in text

    def test_what_is_missing_for_a_signature_is_said_in_words(self, make: Make, reader, worker, leader):
        made = maker.provisional(make, worker, leader)
        text = page(reader(leader).get(f"/graduation/reviews/{made.id}"))
        assert "Masa pendampingan satu tahun belum selesai." in text
        assert "Kunjungan pendampingan bulan ke-12 belum dilakukan." in text

    def test_a_criterion_that_fell_away_leads_to_its_rung(self, make: Make, reader, worker, leader):
        case = maker.settled(make, worker, but={"work"})
        placement = maker.works(make, worker, case)
        made = maker.recommended(make, worker, case)
        maker.stops_working(make, worker, placement)
        answer = reader(leader).get(f"/graduation/reviews/{made.id}")
        assert "Syarat ini belum terpenuhi: Pekerjaan atau usahanya bertahan." in page(answer)
        assert 'href="#work_lasts"' in answer.text and 'id="work_lasts"' in answer.text

    def test_without_agreement_a_signer_gives_his_reason(self, make: Make, reader, worker, leader):
        case = maker.settled(make, worker, but={"voice"})
        maker.says(make, worker, case.client_id, agrees=False, reason="Takut.")
        made = maker.recommended(make, worker, case)
        address = f"/graduation/reviews/{made.id}"
        assert "Mengapa tetap diputuskan begini?" in page(reader(leader).get(address))
        refused = page(reader(leader).post(f"{address}/provisional", version=made.version, step="provisional"), 409)
        assert "Tulis mengapa tetap diputuskan begini." in refused
        done = reader(leader).post(f"{address}/provisional", version=made.version, reason="Ia sudah setahun mandiri.")
        assert done.status_code == 303

    def test_a_deferral_wants_a_day_and_a_reason_and_loses_no_word(self, make: Make, reader, worker, leader):
        made = maker.recommended(make, worker)
        address = f"/graduation/reviews/{made.id}/deferral"
        text = page(reader(leader).post(address, version=made.version, step="deferral", note="Baru sembuh."), 422)
        assert "Tulis tanggal sesudah hari ini" in text and "Baru sembuh." in text
        done = reader(leader).post(address, version=made.version, until="2027-01-01", reason="illness")
        assert done.status_code == 303
        shown = page(reader(leader).get(f"/graduation/reviews/{made.id}"))
        assert "Sampai 1 Januari 2027" in shown and "Sakit." in shown

    def test_a_step_on_what_has_changed_since_is_refused_in_words(self, make: Make, reader, worker, leader):
        made = maker.recommended(make, worker)
        text = page(
            reader(leader).post(
                f"/graduation/reviews/{made.id}/withdrawal", version=made.version - 1, reason="mistake"
            ),
            409,
        )
        assert "Keadaannya sudah berubah" in text

    def test_a_double_tap_signs_once(self, make: Make, reader, worker, truth):
        made = maker.review(make, worker)
        for _ in range(2):
            done = reader(worker).post(
                f"/graduation/reviews/{made.id}/recommendation", version=made.version, once="kata"
            )
            assert done.status_code == 303
        assert truth.one("select count(*) from graduation_signatures where review_id = :id", id=made.id) == 1

    def test_a_co_signer_of_another_office_is_named_and_told(self, make: Make, reader, worker, leader, truth):
        made, signer = maker.provisional(make, worker, leader), maker.co_signer(make)
        answer = reader(leader).post(
            f"/graduation/reviews/{made.id}/co_signer", version=made.version, co_signer_id=str(signer.id)
        )
        assert answer.status_code == 303
        assert truth.one("select co_signer_id from graduation_reviews where id = :id", id=made.id) == signer.id
        own = make.user("co_signer", organisation=UPT)
        refused = reader(leader).post(
            f"/graduation/reviews/{made.id}/co_signer", version=version_of(made, truth), co_signer_id=str(own.id)
        )
        assert "Pilih penanda tangan dari Dinas Sosial atau UPT lain." in page(refused, 422)

    def test_a_co_signer_sees_criteria_and_signs_and_never_reads_a_name(
        self, make: Make, reader, worker, leader, clock
    ):
        made, case = ripe(make, worker, leader, clock, name=NAME)
        signer = maker.co_signer(make)
        version = maker.named(make, leader, made.id, signer).version
        one = reader(signer)
        address = f"/graduation/reviews/{made.id}"
        listed, shown = one.get("/graduation"), one.get(address)
        assert "Diminta tanda tangan Anda" in page(listed) and "Sahkan kelulusan" in page(shown)
        done = one.post(f"{address}/confirmation", version=version)
        for answer in (listed, shown, done, one.get(address)):
            assert NAME not in answer.text and str(case.client_id) not in answer.text
            assert "Wonokusumo" not in str(answer.headers)
        assert done.status_code == 303

    def test_another_office_finds_no_review(self, make: Make, reader, worker):
        made = maker.review(make, worker)
        stranger = reader(make.user("supervisor", organisation="PSTW-MAGETAN"))
        assert stranger.get(f"/graduation/reviews/{made.id}").status_code == 404
        assert (
            stranger.post(f"/graduation/reviews/{made.id}/withdrawal", version=1, reason="mistake").status_code == 404
        )

    def test_few_statements(self, make: Make, reader, worker, leader, statements):
        made = maker.provisional(make, worker, leader)
        signer = maker.co_signer(make)
        maker.named(make, leader, made.id, signer)
        for who in (reader(leader), reader(signer)):
            assert len(statements(lambda who=who: who.get(f"/graduation/reviews/{made.id}"))) <= 12
