"""The page of a person as each role sees it: where he stands, what is missing, all that happened; and a death."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from kessos_case.access.rules import Role
from kessos_case.cases.rules import GoalState, Stage, StepState, TransferState, transition_for
from kessos_case.cases.service import own_case_for, pathways, transitions
from kessos_case.clients.service import give_access
from kessos_case.employment.rules import ApplicationState
from kessos_case.graduation.rules import ReviewState
from kessos_case.journey.ahead import ahead
from kessos_case.journey.facts import facts_of
from kessos_case.journey.next_step import step_ahead
from kessos_case.journey.timeline_wording import ENTRIES, GROUPS
from kessos_case.referrals.rules import State
from kessos_case.referrals.service import journal
from kessos_case.residence.rules import StayEventKind
from kessos_case.tasks.rules import TaskState
from kessos_case.training.rules import EnrolmentState
from tests.conftest import ROOT, Clock, Truth
from tests.factories import AMBULU, Make, cases, casework, fresh_id
from tests.factories import dependency as maker
from tests.factories.aid import disbursement
from tests.factories.cases import MAGETAN
from tests.factories.households import family
from tests.factories.offers import accept, home, move, offers, triaged
from tests.factories.training import batch, enrolment, learner

pytestmark = pytest.mark.usefixtures("clock")

NIK = "3509124107600001"


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


def page_of(reader, user, client_id, query: str = "") -> str:
    answer = reader(user).get(f"/clients/{client_id}{query}")
    assert answer.status_code == 200
    return answer.text


def happened(page: str) -> list[str]:
    """What the timeline says, in its order."""
    rows = re.search(r'<ol class="timeline">(.*?)</ol>', page, re.DOTALL)[1]
    return [
        " ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in re.findall(r"<li>(.*?)</li>", rows, re.S)
    ]


# Who he is


def test_at_the_top_stands_who_he_is_with_numbers_covered(make: Make, reader, worker):
    client = make.client(
        worker, name="Siti Aminah", sex="P", birth_date=date(1960, 7, 1), nik=NIK, phone="081234567890",
        address="Gang Melati", categories=["PPKS-13"], aliases=["Mbok Siti"],
    )  # fmt: skip
    page = page_of(reader, worker, client.id)
    said = text_of(page)
    for words in ("Siti Aminah", "Perempuan, 65 tahun, Ambulu, Kabupaten Jember", "35************01", "Gang Melati",
                  "Mbok Siti", "1 Juli 1960", "Pemulung"):  # fmt: skip
        assert words in said
    assert NIK not in page
    assert "81234567890" not in page
    assert "Siti" not in re.search("<title>.*</title>", page)[0]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"birth_date": date(1960, 1, 1), "birth_date_precision": "estimated"}, "kira-kira 61 sampai 71 tahun"),
        ({"birth_date": date(1960, 1, 1), "birth_date_precision": "year"}, "65 atau 66 tahun"),
        ({}, "umur tidak diketahui"),
    ],
)
def test_an_age_is_told_as_precisely_as_it_is_known(make: Make, reader, worker, known, said: str):
    assert said in text_of(page_of(reader, worker, make.client(worker, **known).id))


def test_a_doubt_about_the_nik_is_said_beside_it(make: Make, reader, worker):
    page = text_of(page_of(reader, worker, make.client(worker, sex="L", nik=NIK).id))
    assert "Menurut NIK jenis kelaminnya lain." in page


def test_the_gravest_danger_comes_first_with_its_words(make: Make, reader, worker):
    client = make.client(worker)
    make.alert(worker, client.id, kind="eviction", severity="low")
    make.alert(worker, client.id, kind="visitor_safety", severity="high", note="Ada anjing galak di halaman")
    page = text_of(page_of(reader, worker, client.id))
    assert page.index("Berbahaya bagi petugas") < page.index("Diusir dari tempat tinggalnya")
    assert "Ada anjing galak di halaman" in page


def test_a_tksk_is_told_of_the_danger_and_not_its_story(make: Make, reader, worker, truth: Truth):
    tksk, client = make.user("tksk"), make.client(worker)
    make.alert(worker, client.id, note="Suaminya pernah mengancam dengan parang")
    truth.run(
        "insert into client_access (id, client_id, user_id, ground, valid_from, granted_by)"
        " values (uuidv7(), :client, :user, 'aftercare', '2026-01-01', :by)",
        client=client.id, user=tksk.id, by=worker.id,
    )  # fmt: skip
    page = text_of(page_of(reader, tksk, client.id))
    assert "Bahaya: Kekerasan" in page
    assert "parang" not in page


def test_a_danger_that_is_over_is_not_shown_any_more(make: Make, reader, worker, clock: Clock):
    client = make.client(worker)
    make.alert(worker, client.id, until_on=date(2026, 3, 5))
    assert "Bahaya: Kekerasan" in text_of(page_of(reader, worker, client.id))
    clock.move(days=5)
    assert "Bahaya: Kekerasan" not in text_of(page_of(reader, worker, client.id))


def test_numbers_are_shown_whole_on_demand_and_that_is_written_down(make: Make, reader, worker, truth: Truth):
    client = make.client(worker, nik=NIK, sex="P")
    one = reader(worker)
    assert one.get(f"/clients/{client.id}/numbers").status_code == 405
    assert NIK in one.post(f"/clients/{client.id}/numbers").text
    assert (
        truth.one("select count(*) from audit_entries where action = 'reveal' and resource_id = :id", id=client.id) == 1
    )


def test_the_family_stands_with_each_place_in_it_and_the_secret_without_a_name(make: Make, reader, worker):
    mother, child = make.client(worker, name="Bu Ratmi"), make.client(worker, name="Anak Rahasia")
    family(make, worker, mother.id, child.id)
    said = text_of(page_of(reader, worker, mother.id))
    assert "Anak Rahasia" in said
    aunt, secret = make.client(worker, name="Bu Sri"), make.client(worker, name="Adik Rahasia", categories=["PPKS-06"])
    family(make, worker, aunt.id, secret.id)
    page = page_of(reader, worker, aunt.id)
    assert "Adik Rahasia" not in page
    assert f'href="/clients/{secret.id}"' in page


def test_what_he_allows_is_told_and_what_without_it_may_not_be_done(make: Make, reader, worker):
    client = make.client(worker)
    assert "Belum ada izin yang berlaku." in text_of(page_of(reader, worker, client.id))
    make.consent(worker, client.id)
    assert "Data diri boleh diberikan kepada lembaga yang menolong" in text_of(page_of(reader, worker, client.id))


# Where he stands


def test_without_a_case_one_can_be_opened(make: Make, reader, worker):
    client = make.client(worker)
    assert f'href="/cases/new?client_id={client.id}"' in page_of(reader, worker, client.id)


def test_what_the_next_step_misses_is_said_with_the_way_to_each(make: Make, reader, worker):
    case = cases.open_case(make, worker)
    page = page_of(reader, worker, case.client_id)
    assert "Langkah berikutnya: Mulai asesmen" in text_of(page)
    assert "Persetujuan orangnya belum dicatat." in text_of(page)
    assert f'href="/cases/{case.id}/agreements"' in page
    cases.agree_to_service(make, worker, case)
    page = text_of(page_of(reader, worker, case.client_id))
    assert "Semua syaratnya sudah ada." in page
    assert "Yang masih kurang" not in page


def test_a_step_of_somebody_else_is_said_to_be_so(make: Make, reader, worker, leader):
    case = cases.open_case(make, worker)
    cases.agree_to_service(make, worker, case)
    assert "Langkah ini dilakukan orang lain" in text_of(page_of(reader, leader, case.client_id))


@pytest.mark.parametrize("category", ["PPKS-13", "PPKS-01", "PPKS-08"])
def test_the_few_facts_that_the_page_reads_tell_what_all_facts_tell(make: Make, worker, leader, category: str):
    case = cases.open_case(make, worker, category=category)
    for verb in (*cases.WAYS[case.pathway], None):
        for user in (worker, leader):
            with make.acting(user) as session:
                found = own_case_for(session, case.id)
                assert step_ahead(session, found) == ahead(facts_of(session, found), pathways()), found.stage
        if verb:
            by = worker if Role.CASEWORKER in transition_for(verb).who else leader
            case = cases.move_case(make, by, case, verb)


def test_the_few_facts_are_enough_also_when_something_is_there(make: Make, worker, leader):
    case = cases.open_case(make, worker)
    cases.agree_to_service(make, worker, case)
    casework.approved_plan(make, worker, case.id)
    for name in ("gse10", "household_skills", "social_functioning"):
        casework.assessment(make, worker, case.id, name)
    for verb in ("start_assessment", "start_planning"):
        cases.move_case(make, worker, case, verb)
    cases.assess_home(make, worker, case)
    with make.acting(worker) as session:
        found = own_case_for(session, case.id)
        few, all_facts = step_ahead(session, found), ahead(facts_of(session, found), pathways())
        assert few == all_facts
        assert "plan_missing" not in {entry.code for entry in few.missing}


def test_what_is_due_stands_with_its_day_and_what_is_late_is_marked(make: Make, reader, worker, clock: Clock):
    client = make.client(worker)
    task = make.task(worker, client.id, due_on=date(2026, 3, 3))
    assert f'href="/tasks/{task.id}"' in page_of(reader, worker, client.id)
    clock.move(days=3)
    assert "3 Maret 2026 (terlambat)" in text_of(page_of(reader, worker, client.id))


def test_an_open_referral_says_who_has_it_and_until_when(make: Make, reader, worker):
    client = make.client(worker)
    made = make.referral(worker, client_id=client.id, person=None)
    page = page_of(reader, worker, client.id)
    said = text_of(page)
    assert f'href="/referrals/{made.id}"' in page
    assert "Menunggu jawaban petugas" in said
    assert "Dinas Sosial Kabupaten Jember" in said


def test_the_reasons_for_support_are_told_without_any_number_also_before_an_opinion(make: Make, reader, worker, leader):
    flag = maker.flagged(make, worker, leader)
    for user in (worker, leader):
        page = page_of(reader, user, flag.client_id)
        said = text_of(page)
        assert "Menerima bantuan 59 dari 60 bulan terakhir" in said
        assert not re.search(r"\([+−-]\d|poin|sangat tinggi|[Ss]kor", said)
        assert f'href="/dependency/flags/{flag.id}"' in page


# What happened


def sources() -> str:
    return (
        "\n".join(path.read_text() for path in sorted((Path(ROOT) / "kessos_case").glob("*/service/**/*.py")))
        + (Path(ROOT) / "kessos_case/journey/service.py").read_text()
        + (Path(ROOT) / "kessos_case/tasks/service.py").read_text()
    )


def written_kinds() -> set[str]:
    """Every kind that the services write into the timeline: as a word, or with the states that a word is made of."""
    made = set(re.findall(r'write_timeline\(\s*\w+,\s*[\w.]+,\s*"(\w+)"', sources()))
    made |= {"client_died", "plan_approved", "plan_returned", "case_transferred", "aid_recorded", "aid_reversed"}
    made |= {"visit_recorded", "visit_attempted", "service_agreed", "service_grounded", "household_joined",
             "household_left", "household_voided"}  # fmt: skip
    made |= set(transitions._TOLD.values()) | {f"referral_{kind}" for kind in journal._KINDS.values()}
    made |= {f"case_{stage}_started" for stage in Stage if stage not in ("intake", "graduated", "closed")}
    made |= {f"referral_{state}" for state in State}
    made |= {f"case_transfer_{state}" for state in TransferState if state != "offered"}
    made |= {f"goal_{state}" for state in GoalState if state != "open"}
    made |= {f"plan_step_{state}" for state in StepState if state != "open"} | {"plan_step_reopened"}
    made |= {f"graduation_{state}" for state in ReviewState} | {f"course_{state}" for state in EnrolmentState}
    made |= {f"task_{state}" for state in TaskState if state != "open"}
    made |= {f"application_{state}" for state in ApplicationState if state != "applied"} | {"application_made"}
    made |= {f"stay_{kind}" for kind in StayEventKind} | {"decision_planned", "decision_let_go"}
    made |= {"business_capital_recorded", "business_month_recorded"}
    made |= {f"placement_{what}" for what in ("proposed", "verified", "checked", "ended")}
    return made | {f"reunification_{what}" for what in ("assessed", "started", "verified", "ended")}


def test_every_kind_of_entry_has_words():
    assert written_kinds() - set(ENTRIES) == set()


def test_no_word_is_for_a_kind_that_nobody_writes():
    assert set(ENTRIES) - written_kinds() == set()


def test_kinds_whose_name_is_put_together_are_known_to_this_test():
    parts = set(re.findall(r'write_timeline\([^)]*?f"(\w+)_\{', sources()))
    assert parts == {"application", "business", "case_transfer", "course", "goal", "graduation", "placement", "plan_step",
                     "referral", "reunification", "stay", "task"}  # fmt: skip


def test_a_kind_stands_in_one_group():
    kinds = [kind for _title, words in GROUPS.values() for kind in words]
    assert len(kinds) == len(set(kinds))


def test_all_that_happened_at_every_office_stands_in_one_line_of_time(make: Make, reader, worker, clock: Clock):
    client = make.client(worker)
    clock.move(days=1)
    cases.open_case(make, worker, client.id)
    clock.move(days=1)
    cases.visit(make, worker, client.id, on=date(2026, 3, 4))
    clock.move(days=1)
    disbursement(make, worker, client.id, paid_on=date(2026, 3, 5))
    lines = happened(page_of(reader, worker, client.id))
    wanted = ["5 Maret 2026 Menerima bantuan", "4 Maret 2026 Dikunjungi", "3 Maret 2026 Kasus dibuka",
              "2 Maret 2026 Didaftarkan"]  # fmt: skip
    assert [line.startswith(start) for line, start in zip(lines, wanted, strict=True)] == [True] * 4


def test_one_kind_can_be_looked_at_alone(make: Make, reader, worker):
    case = cases.open_case(make, worker)
    cases.visit(make, worker, case.client_id, on=date(2026, 3, 2))
    lines = happened(page_of(reader, worker, case.client_id, "?kind=visit"))
    assert [line.split(" UPT")[0] for line in lines] == ["2 Maret 2026 Dikunjungi atau dihubungi"]
    assert "Belum ada yang tercatat dari jenis ini." in page_of(reader, worker, case.client_id, "?kind=aid")
    assert len(happened(page_of(reader, worker, case.client_id, "?kind=' or 1"))) > 1


def test_the_line_of_time_goes_on_over_pages(make: Make, reader, worker, clock: Clock):
    client = make.client(worker)
    for _day in range(1, 25):
        clock.move(days=1)
        make.alert(worker, client.id)
    first = page_of(reader, worker, client.id)
    after = unescape(re.search(r'href="(/clients/[^"]*cursor=[^"]+)"', first)[1])
    assert [len(happened(page)) for page in (first, reader(worker).get(after).text)] == [20, 5]


def test_what_was_written_down_later_says_so(make: Make, reader, worker, clock: Clock):
    client = make.client(worker)
    clock.move(days=8)
    disbursement(make, worker, client.id, paid_on=date(2026, 3, 3))
    assert any("3 Maret 2026 Menerima bantuan" in line and "dicatat 10 Mar 2026" in line
               for line in happened(page_of(reader, worker, client.id)))  # fmt: skip


def test_only_the_office_that_wrote_an_entry_is_led_to_its_case(make: Make, reader, worker):
    case = cases.open_case(make, worker)
    other = make.caseworker(MAGETAN)
    with make.acting(worker) as session:
        give_access(session, case.client_id, "case", organisation_id=other.organisation_id)
    assert f'href="/cases/{case.id}"' in page_of(reader, worker, case.client_id)
    assert f'href="/cases/{case.id}"' not in page_of(reader, other, case.client_id)
    assert any("Kasus dibuka" in line for line in happened(page_of(reader, other, case.client_id)))


def test_who_received_a_person_is_not_led_to_what_he_sees_no_more(make: Make, reader, clock: Clock):
    desk = make.user("triage", organisation="DINSOS-35.09")
    receiver = home(make)
    found = triaged(make, desk)
    asked = offers(make, receiver.user, found.id)[0]
    accept(make, receiver, asked)
    led = f'href="/referrals/{found.id}"'
    assert led in page_of(reader, receiver.user, found.client_id)
    assert reader(receiver.user).get(f"/referrals/{found.id}").status_code == 200
    cases.open_case(make, receiver.user, found.client_id)
    move(make, receiver.user, found.id, "meet", happened_at=clock.now)
    move(make, receiver.user, found.id, "complete", reason="served")
    assert reader(receiver.user).get(f"/referrals/{found.id}").status_code == 404
    assert led not in page_of(reader, receiver.user, found.client_id)
    assert "Pertolongan selesai" in text_of(page_of(reader, receiver.user, found.client_id))


# Who may see it


def test_a_desk_sees_what_concerns_referrals_and_no_casework(make: Make, reader, worker):
    desk = make.user("triage")
    client = make.client(desk)
    with make.acting(desk) as session:
        give_access(session, client.id, "case", organisation_id=worker.organisation_id)
    cases.open_case(make, worker, client.id)
    said = text_of(page_of(reader, desk, client.id))
    assert "Didaftarkan" in said
    assert "Kasus dibuka" not in said
    assert "Tidak ada kasus yang berjalan" in said


def test_a_person_of_another_office_does_not_exist(make: Make, reader, worker):
    hidden = make.client(make.caseworker(MAGETAN))
    assert reader(worker).get(f"/clients/{hidden.id}").status_code == 404
    assert reader(worker).get(f"/clients/{fresh_id()}").status_code == 404


def test_a_tksk_sees_who_and_where_in_aftercare_and_little_else(make: Make, reader, worker, leader, truth: Truth):
    client = make.client(
        worker, name="Pak Tani", address="RT 2 Ambulu", nik="3509120107600001", sex="L", region_code=AMBULU
    )
    tksk = make.user("tksk")
    assert reader(tksk).get(f"/clients/{client.id}").status_code == 404
    case = cases.open_case(make, worker, client.id)
    cases.lead_to(make, case, "aftercare", worker, leader)
    page = page_of(reader, tksk, client.id)
    said = text_of(page)
    assert "Pak Tani" in said
    assert "RT 2 Ambulu" in said
    assert f'href="/clients/{client.id}/visits/new"' in page
    for hidden in ("NIK", "35****", "Yang sudah terjadi", "Kasus", "Data dasar"):
        assert hidden not in said


@pytest.mark.parametrize("role", ["partner", "dpo", "administrator", "co_signer", "analyst"])
def test_others_have_no_page_of_a_person(make: Make, reader, worker, role: str):
    client = make.client(worker)
    assert reader(make.user(role)).get(f"/clients/{client.id}").status_code == 403


def test_each_look_is_written_down_once(make: Make, reader, worker, truth: Truth):
    client = make.client(worker)
    count = "select count(*) from audit_entries where action = 'read' and :id = any (client_ids)"
    before = truth.one(count, id=client.id)
    page_of(reader, worker, client.id)
    assert truth.one(count, id=client.id) == before + 1


def test_the_page_asks_few_questions_in_every_stage(make: Make, reader, worker, leader, statements):
    case = learner(make, worker, leader)
    enrolment(make, worker, batch(make, worker), case)
    make.alert(worker, case.client_id, note="Awas")
    make.consent(worker, case.client_id)
    make.task(worker, case.client_id)
    make.referral(worker, client_id=case.client_id, person=None)
    planning = cases.lead_to(make, cases.open_case(make, worker), "planning", worker, leader)
    casework.assessment(make, worker, planning.id)
    casework.plan(make, worker, planning.id)
    make.alert(worker, planning.client_id, note="Awas")
    make.task(worker, planning.client_id)
    make.referral(worker, client_id=planning.client_id, person=None)
    one = reader(worker)
    for client_id in (case.client_id, planning.client_id, make.client(worker).id):
        asked = statements(lambda client_id=client_id: one.get(f"/clients/{client_id}"))
        assert len(asked) <= 12, "\n".join(asked)


# A death


def test_a_death_says_beforehand_what_it_settles(make: Make, reader, worker):
    case = cases.open_case(make, worker)
    make.task(worker, case.client_id)
    said = text_of(reader(worker).get(f"/clients/{case.client_id}/death").text)
    for words in ("1 kasus ditutup", "1 tugas dibatalkan", "0 rujukan dibatalkan", "Ini tidak bisa dibatalkan."):
        assert words in said


def test_a_death_settles_everything_and_the_page_says_so(make: Make, reader, worker, truth: Truth):
    case = cases.open_case(make, worker)
    sent = reader(worker).post(f"/clients/{case.client_id}/death", died_on="2026-03-01", sure="1")
    assert sent.status_code == 303
    said = text_of(reader(worker).get(sent.headers["Location"]).text)
    assert "Kematian sudah dicatat." in said
    assert "Meninggal 1 Maret 2026" in said
    assert "Buka kasus" not in said
    assert truth.one("select close_reason from cases where id = :id", id=case.id) == "deceased"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"died_on": "2026-03-01"}, "sure"),
        ({"died_on": "", "sure": "1"}, "died_on"),
        ({"died_on": "2026-03-03", "sure": "1"}, "died_on"),
    ],
)
def test_a_death_that_is_not_sure_or_has_no_day_is_not_written(make: Make, reader, worker, truth: Truth, form, field):
    client = make.client(worker)
    answer = reader(worker).post(f"/clients/{client.id}/death", **form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert truth.one("select died_on from clients where id = :id", id=client.id) is None


def test_a_death_on_another_day_is_refused_in_words(make: Make, reader, worker):
    client = make.client(worker)
    reader(worker).post(f"/clients/{client.id}/death", died_on="2026-03-01", sure="1")
    again = reader(worker).post(f"/clients/{client.id}/death", died_on="2026-02-01", sure="1")
    assert again.status_code == 409
    assert "sudah dicatat dengan tanggal lain" in again.text
    assert reader(worker).post(f"/clients/{client.id}/death", died_on="2026-03-01", sure="1").status_code == 303
