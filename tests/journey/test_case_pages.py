"""The page of a case and its moves, as a browser without JavaScript uses them."""

import ast
import re
from html import unescape
from pathlib import Path

import pytest

from kessos_case.cases import service as cases
from kessos_case.cases.rules import (
    TRANSITIONS,
    GoalDecision,
    Pathway,
    SpmLevel,
    SpmType,
    Stage,
    TransferAnswerReason,
    TransferState,
    Verb,
)
from kessos_case.cases.service import planning
from kessos_case.cases.service.files import SETTLED_BY_NAME
from kessos_case.core.clock import office_day
from kessos_case.employment.rules import PlacementState
from kessos_case.graduation.rules import ReviewState
from kessos_case.journey import wording
from kessos_case.journey.ahead import ONWARD
from kessos_case.journey.schemas import SETTLED_KINDS
from kessos_case.referrals.rules import WithdrawReason
from kessos_case.tasks.rules import TaskReason
from kessos_case.training.rules import DropReason, EnrolmentState
from tests.conftest import Truth
from tests.factories import Make, casework, employment, fresh_id, offers
from tests.factories import cases as maker

UPT, OTHER_UPT = "PSTW-BONDOWOSO", "PSTW-MAGETAN"
INSTRUMENTS = ("gse10", "household_skills", "social_functioning")

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def leader(make: Make):
    return maker.supervisor(make)


@pytest.fixture
def case(make: Make, worker):
    return maker.open_case(make, worker)


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).replace("\xa0", " ").split())


def shown(reader, user, case) -> str:
    answer = reader(user).get(f"/cases/{case.id}")
    assert answer.status_code == 200
    return text_of(answer.text)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    return found[1] if found else "1"


def send(reader, user, case, verb: str, **form):
    """A move, with what the page that was open said of the state."""
    one = reader(user)
    page = one.get(f"/cases/{case.id}").text
    seen = {name: hidden(page, name) for name in ("version", "moves", "once")}
    return one.post(f"/cases/{case.id}/moves", verb=verb, **seen | form)


def moved(reader, user, case, verb: str, **form) -> str:
    """What the page says after a move that was made."""
    answer = send(reader, user, case, verb, **form)
    assert answer.status_code == 303, text_of(answer.text)[:600]
    return text_of(reader(user).get(answer.headers["Location"]).text)


def test_a_new_case_says_what_is_missing_and_where_to_do_it(reader, worker, case):
    page = reader(worker).get(f"/cases/{case.id}").text
    said = text_of(page)
    assert "Langkah berikutnya: Mulai asesmen" in said
    assert f'href="/cases/{case.id}/agreements">Persetujuan orangnya belum dicatat.' in page
    assert "Sudah: Pekerja sosial sudah ditunjuk." in said
    assert re.search(r"<button disabled[^>]*>Mulai asesmen", page)


def test_the_first_step_is_made_when_nothing_is_missing(make: Make, reader, worker, case, truth: Truth):
    maker.agree_to_service(make, worker, case)
    said = moved(reader, worker, case, "start_assessment")
    assert "Asesmen dimulai." in said
    assert "Langkah berikutnya: Mulai menyusun rencana" in said
    assert truth.one("select stage from cases where id = :id", id=case.id) == "assessment"


def assessed(make: Make, worker, case, **given):
    """Agreement and all three instruments."""
    maker.agree_to_service(make, worker, case)
    for name in INSTRUMENTS:
        casework.assessment(make, worker, case.id, name)


def planned(make: Make, worker, leader, case):
    """A version with a goal for everything that is flagged, approved by another, agreed and talked about."""
    with make.acting(worker) as session:
        domains = cases.flagged_domains(session, case.id) | {"other"}
    goals = [
        casework.goal(casework.step(worker.organisation_id), domain=domain, text=f"Maju: {domain}")
        for domain in sorted(domains)
    ]
    plan = casework.plan(make, worker, case.id, *goals)
    casework.decided(make, leader, plan.id)
    with make.acting(worker) as session:
        today = office_day(session.now)
        planning.record_plan_agreement(session, plan.id, on=today, form="signed")
        cases.record_conference(
            session, case.id, held_on=today, plan_id=plan.id, decisions="Sepakat",
            attendees=[{"user_id": worker.id, "organisation_id": worker.organisation_id, "part": "chair"}],
        )  # fmt: skip
    return plan


class TestOnward:
    """Every verb that leads on, made through the page."""

    def test_planning_needs_the_instruments_by_name(self, make: Make, reader, worker, case):
        maker.agree_to_service(make, worker, case)
        send(reader, worker, case, "start_assessment")
        casework.assessment(make, worker, case.id, "gse10")
        answer = send(reader, worker, case, "start_planning")
        assert answer.status_code == 409
        said = text_of(answer.text)
        assert "Belum bisa. Ini yang masih kurang:" in said
        assert "Asesmen Keberfungsian sosial belum selesai." in said
        assert "Asesmen Ekonomi rumah tangga dan keterampilan belum selesai." in said
        assert "Asesmen Keyakinan pada kemampuan diri (GSE-10) belum" not in said
        assert f'href="/cases/{case.id}/assessments"' in answer.text

    @pytest.mark.parametrize(
        ("category", "pathway", "verb", "done"),
        [
            ("PPKS-13", "independence", "start_training", "Pelatihan dimulai."),
            ("PPKS-18", "reunification", "start_rehabilitation", "Rehabilitasi dimulai."),
            ("PPKS-08", "long_term_care", "start_care", "Perawatan dimulai."),
        ],
    )
    def test_a_whole_plan_leads_into_its_measures(
        self, make: Make, reader, worker, leader, category, pathway, verb, done
    ):
        case = maker.open_case(make, worker, category=category)
        assessed(make, worker, case)
        moved(reader, worker, case, "start_assessment")
        moved(reader, worker, case, "start_planning")
        waiting = shown(reader, worker, case)
        assert "Langkah ini dilakukan kepala UPT. Yang belum siap bisa Anda kerjakan dulu." in waiting
        assert "Belum: Belum ada rencana." in waiting
        planned(make, worker, leader, case)
        waiting = shown(reader, worker, case)
        assert "Semuanya sudah siap; tinggal menunggu." in waiting
        assert "Sudah: Rencana sudah dibahas dalam temu bahas kasus." in waiting
        assert done in moved(reader, leader, case, verb)

    def test_a_placement_takes_a_reason_instead_of_a_course(
        self, make: Make, reader, worker, leader, case, truth: Truth
    ):
        maker.lead_to(make, case, "training", worker, leader)
        refused = send(reader, worker, case, "start_placement")
        assert refused.status_code == 409
        assert 'id="start_placement-waiver-error"' in refused.text
        assert "Belum ada pelatihan yang selesai." in text_of(refused.text)
        said = moved(reader, worker, case, "start_placement", waiver="Sudah menjadi tukang kayu 10 tahun.")
        assert "Penempatan kerja dimulai." in said
        assert "Sudah menjadi tukang kayu 10 tahun." in said

    def test_a_safe_home_leads_back_into_the_family(self, make: Make, reader, worker, leader):
        case = maker.open_case(make, worker, category="PPKS-18")
        maker.lead_to(make, case, "rehabilitation", worker, leader)
        page = reader(worker).get(f"/cases/{case.id}").text
        assert f'href="/cases/{case.id}/reunifications">Belum ada keluarga' in page
        maker.assess_home(make, worker, case)
        assert "Pemulangan ke keluarga dimulai." in moved(reader, worker, case, "start_reunification")

    def test_aftercare_begins_when_somebody_saw_the_work(self, make: Make, reader, worker, leader, case):
        maker.lead_to(make, case, "placement", worker, leader)
        page = reader(leader).get(f"/cases/{case.id}").text
        assert f'href="/placements?case_id={case.id}">Pekerjaan, usaha atau kepulangannya belum dipastikan.' in page
        employment.work(make, worker, case)
        assert "Bimbingan lanjut dimulai." in moved(reader, leader, case, "start_aftercare")

    def test_two_signatures_graduate(self, make: Make, reader, worker, leader, case, truth: Truth):
        maker.lead_to(make, case, "aftercare", worker, leader)
        refused = send(reader, leader, case, "graduate")
        assert refused.status_code == 409
        assert (
            f'href="/clients/{case.client_id}/graduation">Kelulusannya belum ditandatangani dua orang.' in refused.text
        )
        confirmed(make, truth, case)
        assert "Dinyatakan lulus." in moved(reader, leader, case, "graduate")
        said = shown(reader, leader, case)
        assert "Kasus ini sudah berakhir Lulus" in said
        assert "Langkah berikutnya" not in said

    def test_care_is_reviewed_and_a_second_press_is_not_a_second_review(
        self, make: Make, reader, worker, leader, truth: Truth
    ):
        case = maker.open_case(make, worker, category="PPKS-08")
        maker.lead_to(make, case, "care", worker, leader)
        one = reader(worker)
        page = one.get(f"/cases/{case.id}").text
        form = {name: hidden(page, name) for name in ("version", "moves", "once")} | {
            "verb": "review_care",
            "note": "Sehat",
        }
        answers = [one.post(f"/cases/{case.id}/moves", **form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        assert truth.one("select count(*) from case_transitions where verb = 'review_care'") == 1
        assert "Perawatan ditinjau." in text_of(one.get(answers[1].headers["Location"]).text)

    def test_an_older_page_reviews_nothing(self, make: Make, reader, worker, leader, truth: Truth):
        case = maker.open_case(make, worker, category="PPKS-08")
        maker.lead_to(make, case, "care", worker, leader)
        one = reader(worker)
        page = one.get(f"/cases/{case.id}").text
        form = {name: hidden(page, name) for name in ("version", "moves")} | {"verb": "review_care"}
        send(reader, worker, case, "review_care")
        late = one.post(f"/cases/{case.id}/moves", once="another", note="Tadi pagi", **form)
        assert late.status_code == 409
        assert "sudah berubah sejak halaman ini dibuka" in late.text
        assert "Tadi pagi" in late.text
        assert truth.one("select count(*) from case_transitions where verb = 'review_care'") == 1


def confirmed(make: Make, truth: Truth, case) -> None:
    """A verdict that two people have confirmed, as the gate would have left it."""
    review, values = fresh_id(), {"case": case.id, "client": case.client_id, "office": case.organisation_id}
    truth.run(
        "insert into graduation_reviews (id, case_id, client_id, organisation_id, kind, state, verdict, fingerprint,"
        " policy_version, evaluated_at, opened_at, confirmed_on, version) values (:id, :case, :client, :office,"
        " 'empowered', 'confirmed', '{}', 'x', 'x', '2026-03-02', '2026-03-02', '2026-03-02', 1)",
        id=review, **values,
    )  # fmt: skip
    for signer in (make.caseworker(), make.caseworker()):
        truth.run(
            "insert into graduation_signatures (id, review_id, client_id, step, user_id, organisation_id, fingerprint,"
            " signed_at) values (:id, :review, :client, 'confirmation', :user, :office, 'x', '2026-03-02')",
            id=fresh_id(), review=review, user=signer.id, client=case.client_id, office=case.organisation_id,
        )  # fmt: skip


class TestAside:
    """The verbs that turn a case aside, made through the page, and refused in words."""

    def test_back_to_an_earlier_stage_for_a_reason(self, make: Make, reader, worker, leader, case):
        maker.lead_to(make, case, "placement", worker, leader)
        refused = send(reader, worker, case, "step_back")
        assert refused.status_code == 409
        assert 'id="step_back-stage-error"' in refused.text
        assert 'id="step_back-reason-error"' in refused.text
        said = moved(reader, worker, case, "step_back", stage="training", reason="placement_ended")
        assert "Kembali ke tahap sebelumnya: Pekerjaan atau tempat tinggalnya berakhir" in said
        assert "(Penempatan kerja → Pelatihan)" in said

    def test_a_pause_has_an_end_and_stops_the_next_step(self, make: Make, reader, worker, case):
        maker.agree_to_service(make, worker, case)
        late = send(reader, worker, case, "pause", reason="hospital", until="2026-12-31", note="Kamar 3")
        assert late.status_code == 409
        assert "Jeda paling lama 180 hari" in late.text
        assert ">Kamar 3</textarea>" in late.text
        said = moved(reader, worker, case, "pause", reason="hospital", until="2026-03-20")
        assert "Kasus dijeda: Dirawat di rumah sakit" in said
        assert "Kasus sedang dijeda. Lanjutkan dulu kasusnya." in said
        assert "2 Maret 2026 sampai kira-kira 20 Maret 2026" in said
        page = reader(worker).get(f"/cases/{case.id}").text
        assert f'href="/cases/{case.id}#resume"' in page
        assert 'id="resume"' in page
        assert "Kasus dilanjutkan." in moved(reader, worker, case, "resume")

    def test_another_reason_is_explained(self, reader, worker, case):
        answer = send(reader, worker, case, "pause", reason="other", until="2026-03-20")
        assert answer.status_code == 409
        assert 'id="pause-note-error"' in answer.text
        assert "Jelaskan alasannya dengan kata-kata." in answer.text

    def test_a_change_of_pathway_decides_goal_by_goal(self, make: Make, reader, worker, leader, case, truth: Truth):
        assessed(make, worker, case)
        moved(reader, worker, case, "start_assessment")
        moved(reader, worker, case, "start_planning")
        planned(make, worker, leader, case)
        page = reader(leader).get(f"/cases/{case.id}").text
        goals = re.findall(r'name="(goal\.[0-9a-f-]{36})"', page)
        assert goals
        refused = send(reader, leader, case, "change_pathway", pathway="reunification", reason="family_found")
        assert refused.status_code == 409
        assert all(f'id="change_pathway-{goal}-error"' in refused.text for goal in goals)
        assert re.search(r'<option value="reunification" selected>', refused.text)
        decided = dict.fromkeys(goals, "close") | {goals[0]: "carry"}
        said = moved(reader, leader, case, "change_pathway", pathway="reunification", reason="family_found", **decided)
        assert "Jalur diganti: Keluarganya ditemukan" in said
        assert "Kembali ke keluarga atau masyarakat" in said
        assert truth.one("select count(*) from plan_goals where state = 'dropped'") == len(goals) - 1

    def test_closing_names_everything_that_is_open(self, make: Make, reader, worker, leader, case, truth: Truth):
        task = make.task(worker, case.client_id, text="Ambil surat di kelurahan")
        page = reader(leader).get(f"/cases/{case.id}").text
        assert "Tugas: Ambil surat di kelurahan, 1 Desember 2026" in text_of(page)
        refused = send(reader, leader, case, "close", reason="own_wish", note="Mau pulang")
        assert refused.status_code == 409
        assert f'id="close-settled.task.{task.id}-error"' in refused.text
        assert "Ambil surat di kelurahan, 1 Desember 2026. Masih terbuka." in text_of(refused.text)
        assert ">Mau pulang</textarea>" in refused.text
        said = moved(reader, leader, case, "close", reason="own_wish", **{f"settled.task.{task.id}": "not_needed"})
        assert "Kasus ditutup: Atas keinginannya sendiri" in said
        assert truth.one("select reason from tasks where id = :id", id=task.id) == "not_needed"

    def test_a_made_up_settlement_is_refused_at_its_field(self, make: Make, reader, worker, leader, case):
        task = make.task(worker, case.client_id)
        answer = send(reader, leader, case, "close", reason="own_wish", **{f"settled.task.{task.id}": "whim"})
        assert answer.status_code == 422
        assert f'id="close-settled.task.{task.id}-error"' in answer.text

    def test_a_lost_person_was_sought_on_three_days(self, make: Make, reader, worker, leader, case):
        answer = send(reader, leader, case, "close", reason="lost_contact")
        assert answer.status_code == 409
        assert f'href="/cases/{case.id}/visits">Hubungi dulu 3 kali pada 3 hari yang berbeda' in answer.text

    def test_a_death_is_not_closed_here(self, reader, leader, case):
        page = reader(leader).get(f"/cases/{case.id}").text
        assert f'href="/clients/{case.client_id}/death"' in page
        assert '<option value="deceased"' not in page

    def test_an_ended_case_is_opened_again_within_thirty_days(self, make: Make, reader, leader, case, clock):
        moved(reader, leader, case, "close", reason="moved")
        said = moved(reader, leader, case, "reopen", reason="person_returned")
        assert "Kasus dibuka lagi: Orangnya datang lagi" in said
        assert "Langkah berikutnya: Mulai asesmen" in said
        moved(reader, leader, case, "close", reason="moved")
        clock.move(days=31)
        late = reader(leader).get(f"/cases/{case.id}").text
        assert f'href="/cases/new?client_id={case.client_id}">Sudah lebih dari 30 hari sejak ditutup.' in late
        assert 'id="reopen-form"' not in late

    def test_what_happened_earlier_is_written_for_its_day(
        self, make: Make, reader, worker, leader, clock, truth: Truth
    ):
        case = maker.open_case(make, worker, category="PPKS-08")
        maker.lead_to(make, case, "care", worker, leader)
        clock.move(days=5)
        said = moved(reader, worker, case, "review_care", happened_at="2026-03-04")
        assert "4 Maret 2026 , dicatat hari ini 10.00" in said
        wrong = send(reader, worker, case, "review_care", happened_at="2026-03-03")
        assert wrong.status_code == 422
        assert 'id="review_care-happened_at-error"' in wrong.text
        assert send(reader, worker, case, "review_care", happened_at="kemarin").status_code == 422

    @pytest.mark.parametrize("form", [{}, {"verb": ""}, {"verb": "explode"}, {"verb": "open"}])
    def test_a_made_up_verb_moves_nothing(self, reader, worker, case, form, truth: Truth):
        assert reader(worker).post(f"/cases/{case.id}/moves", **form).status_code == 422
        assert truth.one("select count(*) from case_transitions where case_id = :id", id=case.id) == 1


class TestTransfer:
    """A case that another UPT is asked to take over."""

    @pytest.fixture
    def other(self, make: Make):
        return maker.supervisor(make, OTHER_UPT)

    def offer(self, make: Make, reader, leader, case, truth: Truth):
        to = str(make.organisation(OTHER_UPT).id)
        said = moved(
            reader, leader, case, "transfer", organisation_id=to, reason="nearer_family", note="Butuh kursi roda"
        )
        assert "Ditawarkan ke UPT lain: Lebih dekat dengan keluarga" in said
        return truth.one("select id from case_transfers where case_id = :id and state = 'offered'", id=case.id)

    def test_it_is_told_without_a_name_and_taken_over(self, make: Make, reader, leader, other, case, truth: Truth):
        offer = self.offer(make, reader, leader, case, truth)
        name = truth.one("select name from clients where id = :id", id=case.client_id)
        page = reader(other).get(f"/transfers/{offer}").text
        assert "Butuh kursi roda" in page
        assert name not in page
        assert str(case.client_id) not in page
        assert str(case.id) not in page
        assert text_of(reader(other).get("/transfers").text).startswith("Kasus yang diserahkan")
        assert reader(other).get(f"/cases/{case.id}").status_code == 404
        taken = reader(other).post(f"/transfers/{offer}/acceptance")
        assert taken.status_code == 303
        said = text_of(reader(other).get(taken.headers["Location"]).text)
        assert "Sekarang kasus ini tanggung jawab UPT Anda." in said
        assert name in said
        assert "Tunjuk pekerja sosial" in said
        before = shown(reader, leader, case)
        assert "Diserahkan ke UPT lain" in before
        assert "Dilanjutkan oleh" in before
        theirs = shown(reader, other, case)
        assert "Kasus ini milik UPT lain yang menyerahkan orangnya kepada Anda." in theirs
        assert "Yang lain yang bisa dilakukan" not in theirs

    def test_pressing_twice_takes_it_over_once(self, make: Make, reader, leader, other, case, truth: Truth):
        offer = self.offer(make, reader, leader, case, truth)
        one = reader(other)
        answers = [one.post(f"/transfers/{offer}/acceptance") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        assert truth.one("select count(*) from cases where previous_case_id = :id", id=case.id) == 1

    def test_it_is_declined_for_a_reason(self, make: Make, reader, leader, other, case, truth: Truth):
        offer = self.offer(make, reader, leader, case, truth)
        refused = reader(other).post(f"/transfers/{offer}/decline")
        assert refused.status_code == 422
        assert 'id="reason-error"' in refused.text
        assert reader(other).post(f"/transfers/{offer}/decline", reason="no_room").status_code == 303
        assert "Ditolak (Tidak ada tempat)" in shown(reader, leader, case)
        late = reader(leader).post(f"/transfers/{offer}/withdrawal")
        assert late.status_code == 409
        assert "sudah berubah" in late.text

    def test_it_is_taken_back(self, make: Make, reader, leader, other, case, truth: Truth):
        offer = self.offer(make, reader, leader, case, truth)
        page = reader(leader).get(f"/cases/{case.id}").text
        assert f'href="/cases/{case.id}#transfers">UPT lain belum menjawab tawaran kasus ini.' in page
        assert f'href="/transfers/{offer}"' in page
        assert reader(leader).post(f"/transfers/{offer}/withdrawal").status_code == 303
        assert reader(other).post(f"/transfers/{offer}/acceptance").status_code == 409

    def test_it_closes_with_the_case_when_that_is_said(self, make: Make, reader, leader, other, case, truth: Truth):
        offer = self.offer(make, reader, leader, case, truth)
        assert f"Tawaran ke UPT lain: {make.organisation(OTHER_UPT).name}" in shown(reader, leader, case)
        moved(reader, leader, case, "close", reason="moved", **{f"settled.transfer.{offer}": "withdraw"})
        assert truth.one("select state from case_transfers where id = :id", id=offer) == "withdrawn"

    def test_a_caseworker_answers_nothing(self, make: Make, reader, worker, leader, case, truth: Truth):
        offer = self.offer(make, reader, leader, case, truth)
        them = make.caseworker(OTHER_UPT)
        assert "Jawaban Anda" not in reader(them).get(f"/transfers/{offer}").text
        assert reader(them).post(f"/transfers/{offer}/acceptance").status_code == 403
        assert reader(make.caseworker("RSBL-PASURUAN")).get(f"/transfers/{offer}").status_code == 404


class TestWho:
    """Who serves, who sees, who may not."""

    def test_the_supervisor_names_the_caseworker(self, make: Make, reader, worker, leader, case, truth: Truth):
        colleague = make.caseworker()
        page = reader(leader).get(f"/cases/{case.id}").text
        assert colleague.name in page
        form = {name: hidden(page, name) for name in ("version", "once")}
        sent = reader(leader).post(f"/cases/{case.id}/caseworker", caseworker_id=str(colleague.id), **form)
        assert "Pekerja sosial sudah dicatat." in text_of(reader(leader).get(sent.headers["Location"]).text)
        assert truth.one("select caseworker_id from cases where id = :id", id=case.id) == colleague.id
        stale = reader(leader).post(
            f"/cases/{case.id}/caseworker", caseworker_id=str(worker.id), version=form["version"]
        )
        assert stale.status_code == 409
        foreign = make.caseworker(OTHER_UPT)
        version = hidden(reader(leader).get(f"/cases/{case.id}").text, "version")
        wrong = reader(leader).post(
            f"/cases/{case.id}/caseworker", caseworker_id=str(foreign.id), version=version, form="caseworker"
        )
        assert wrong.status_code == 422
        assert 'id="caseworker_id-error"' in wrong.text

    def test_the_service_standard_is_kept(self, make: Make, reader, leader, case):
        dinsos = make.organisation("DINSOS-35.09")
        version = hidden(reader(leader).get(f"/cases/{case.id}").text, "version")
        sent = reader(leader).post(
            f"/cases/{case.id}/standard", version=version, spm_type="homeless_beggars", spm_level="province",
            recommending_organisation_id=str(dinsos.id),
        )  # fmt: skip
        said = text_of(reader(leader).get(sent.headers["Location"]).text)
        assert "Gelandangan dan pengemis Kewajiban provinsi (di dalam panti)" in said
        assert f"Direkomendasikan oleh {dinsos.name}" in said

    def test_another_office_sees_nothing(self, make: Make, reader, case):
        stranger = make.caseworker(OTHER_UPT)
        assert reader(stranger).get(f"/cases/{case.id}").status_code == 404
        assert reader(stranger).post(f"/cases/{case.id}/moves", verb="pause").status_code == 404

    def test_a_verb_of_another_role_is_neither_shown_nor_made(self, reader, worker, leader, case):
        assert "Tutup kasus" not in shown(reader, worker, case)
        assert send(reader, worker, case, "close", reason="moved").status_code == 403
        assert send(reader, leader, case, "pause", reason="hospital", until="2026-03-20").status_code == 403

    def test_a_restricted_person_is_not_named_in_the_title(self, reader, worker, case, truth: Truth):
        name = truth.one("select name from clients where id = :id", id=case.client_id)
        assert f"Kasus {name}" in reader(worker).get(f"/cases/{case.id}").text
        truth.run("update clients set confidentiality = 'strict' where id = :id", id=case.client_id)
        page = reader(worker).get(f"/cases/{case.id}").text
        assert name not in re.search(r"<title>.*</title>", page)[0]
        assert name in page

    def test_whom_the_office_reaches_no_more_has_no_name_and_no_verbs(self, reader, worker, leader, case, truth: Truth):
        name = truth.one("select name from clients where id = :id", id=case.client_id)
        moved(reader, leader, case, "close", reason="moved", note="Ke Lumajang")
        truth.run("delete from client_access where client_id = :id", id=case.client_id)
        page = reader(leader).get(f"/cases/{case.id}").text
        assert "Kantor Anda tidak lagi menjangkau orang ini." in page
        assert name not in page
        assert "Ke Lumajang" not in page
        assert "<form" not in re.search(r"<main.*</main>", page, re.S)[0]

    def test_the_look_is_in_the_trail(self, reader, worker, case, truth: Truth):
        reader(worker).get(f"/cases/{case.id}")
        rows = truth.all(
            "select detail ->> 'part' from audit_entries where action = 'read' and resource = 'case' and user_id = :user"
            " and :client = any(client_ids)",
            user=worker.id, client=case.client_id,
        )  # fmt: skip
        assert rows == ["page"]

    def test_what_was_said_is_not_markup(self, reader, worker, case):
        said = reader(worker)
        send(reader, worker, case, "pause", reason="hospital", until="2026-03-20", note="<b>tebal</b>")
        assert "&lt;b&gt;tebal&lt;/b&gt;" in said.get(f"/cases/{case.id}").text


class TestOpening:
    """A case is opened from a person or a referral."""

    def test_the_category_proposes_the_pathway(self, make: Make, reader, worker, truth: Truth):
        client = make.client(worker, categories=["PPKS-08"])
        one = reader(worker)
        page = one.get(f"/cases/new?client_id={client.id}").text
        assert re.search(r'<option value="PPKS-08" selected>', page)
        form = {"client_id": str(client.id), "organisation_id": str(worker.organisation_id), "category": "PPKS-08"}
        sent = one.post("/cases/new", **form)
        assert sent.status_code == 303
        said = text_of(one.get(sent.headers["Location"]).text)
        assert "Kasus dibuka." in said
        assert "Perawatan jangka panjang" in said
        again = one.post("/cases/new", **form)
        assert again.status_code == 409
        assert "masih punya kasus terbuka" in again.text
        assert re.search(r'href="/cases/[0-9a-f-]{36}">Orang ini masih punya', again.text)

    def test_another_pathway_needs_a_reason(self, make: Make, reader, worker, truth: Truth):
        client = make.client(worker)
        form = {
            "client_id": str(client.id), "organisation_id": str(worker.organisation_id), "category": "PPKS-08",
            "pathway": "independence",
        }  # fmt: skip
        refused = reader(worker).post("/cases/new", **form)
        assert refused.status_code == 422
        assert "Tulis mengapa jalur ini yang cocok." in refused.text
        assert re.search(r'<option value="independence" selected>', refused.text)
        sent = reader(worker).post("/cases/new", pathway_reason="Masih kuat bekerja", **form)
        assert "Masih kuat bekerja" in text_of(reader(worker).get(sent.headers["Location"]).text)

    def test_without_a_category_it_says_so(self, make: Make, reader, worker):
        client = make.client(worker)
        refused = reader(worker).post(
            "/cases/new", client_id=str(client.id), organisation_id=str(worker.organisation_id)
        )
        assert refused.status_code == 422
        assert 'id="category-error"' in refused.text

    def test_nobody_opens_a_case_of_whom_he_does_not_reach(self, make: Make, reader, worker):
        foreign = make.client(make.caseworker(OTHER_UPT))
        assert reader(worker).get(f"/cases/new?client_id={foreign.id}").status_code == 404
        assert reader(worker).get("/cases/new?client_id=x").status_code == 404
        assert reader(worker).get("/cases/new").headers["Location"] == "/clients"
        assert reader(make.user("supervisor", organisation=UPT)).get("/cases/new").status_code == 403

    def test_triage_opens_by_an_accepted_referral(self, make: Make, reader, api, truth: Truth):
        desk, upt = make.user("triage"), offers.home(make)
        asked = offers.triaged(make, desk)
        offered = offers.offer(make, desk, asked.id, upt.service_id)
        form = {"client_id": str(asked.client_id), "organisation_id": str(upt.office.id), "category": "PPKS-13"}
        early = reader(desk).post("/cases/new", referral_id=str(asked.id), **form)
        assert early.status_code == 409
        assert "belum menerima rujukan itu" in early.text
        offers.accept(make, upt, offered)
        told = api(desk).post("/cases", {"referral_id": str(asked.id), **form})
        assert (told.status_code, told.json["stage"], told.json["allowed_verbs"]) == (201, "intake", [])
        truth.run("update cases set closed_at = opened_at, stage = 'closed', close_reason = 'duplicate'")
        assert reader(desk).post("/cases/new", referral_id=str(asked.id), **form).status_code == 303
        assert truth.all("select stage from cases where referral_id = :id order by stage", id=asked.id) == [
            "closed",
            "intake",
        ]


@pytest.mark.parametrize("who", ["worker", "leader"])
def test_the_page_asks_the_database_few_questions(make: Make, reader, worker, leader, case, statements, who):
    assessed(make, worker, case)
    moved(reader, worker, case, "start_assessment")
    moved(reader, worker, case, "start_planning")
    planned(make, worker, leader, case)
    for _ in range(3):
        make.task(worker, case.client_id)
        make.referral(worker, client_id=case.client_id, person=None, disclose=[])
        maker.visit(make, worker, case.client_id, case_id=case.id)
    employment.work(make, worker, case)
    one = reader({"worker": worker, "leader": leader}[who])
    found = statements(lambda: one.get(f"/cases/{case.id}"))
    assert len(found) <= 12, "\n".join(" ".join(line.split())[:120] for line in found)


class TestWords:
    """Nothing that the machine can say is left without words."""

    def test_of_every_enum(self):
        assert set(wording.VERBS) == set(wording.DONE) == set(wording.MEANINGS) == set(Verb)
        assert set(wording.STAGES) == set(Stage)
        assert set(wording.PATHWAYS) == set(Pathway)
        assert set(wording.TRANSFER_STATES) == set(TransferState)
        assert set(wording.DECLINE_REASONS) == set(TransferAnswerReason)
        assert set(wording.GOAL_DECISIONS) == set(GoalDecision)
        assert set(wording.SPM_TYPES) == set(SpmType)
        assert set(wording.SPM_LEVELS) == set(SpmLevel)
        assert set(wording.COURSE_STATES) == set(EnrolmentState)
        assert set(wording.WORK_STATES) == set(PlacementState)
        assert set(wording.REVIEW_STATES) == set(ReviewState)

    @pytest.mark.parametrize("line", [line for line in TRANSITIONS if line.reasons], ids=lambda line: str(line.verb))
    def test_of_every_reason(self, line):
        assert set(line.reasons) <= set(wording.REASONS[line.verb])

    def test_of_everything_that_closing_settles(self):
        assert set(wording.SETTLED) == set(wording.OPEN_THINGS) == set(SETTLED_KINDS)
        # A death settles them by itself.
        assert set(wording.SETTLED["referral"]) == set(WithdrawReason) - {WithdrawReason.DIED}
        assert set(wording.SETTLED["enrolment"]) == set(DropReason) - {DropReason.DECEASED}
        assert set(wording.SETTLED["task"]) == set(TaskReason) - {TaskReason.DECEASED}
        assert set(wording.NAMED_TASKS) == SETTLED_BY_NAME

    def test_of_every_need_of_a_step_onward(self):
        asked = {need for line in TRANSITIONS if line.verb in ONWARD for need in line.needs}
        assert asked == set(wording.MET)

    def test_of_every_code_in_the_rules_of_cases(self):
        assert codes_in_the_rules() == set(wording.LACKS)

    def test_of_a_way_for_everything_that_no_form_supplies(self, case):
        """What the form cannot supply has an address, unless it only says that the thing is done already."""
        told = {code for code in wording.LACKS if wording.way_to(code, case, {"id": "1"})}
        without = {
            "wrong_pathway", "wrong_actor", "already_paused", "not_paused", "case_transferred",
            # Fields of a form.
            "category_missing", "organisation_missing", "reason_missing", "note_missing", "stage_missing",
            "stage_not_earlier", "until_missing", "until_in_past", "until_too_far", "pathway_missing", "pathway_same",
            "goals_undecided", "organisation_same", "open_items",
            # Of the pages of a plan.
            "comment_missing", "starts_with_link", "wrong_link", "closes_with_link", "reason_unasked",
        }  # fmt: skip
        assert told == set(wording.LACKS) - without


def codes_in_the_rules() -> set[str]:
    """Every code that the source of cases.rules gives to something missing. What a taper lacks, its form says."""
    found = set()
    for path in (Path(wording.__file__).parents[1] / "cases" / "rules").glob("*.py"):
        if path.stem == "tapers":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = {"Missing": 0, "_unless": 1}.get(node.func.id)
                if place is not None and isinstance(node.args[place], ast.Constant):
                    found.add(node.args[place].value)
    return found
