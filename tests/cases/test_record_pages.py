"""Agreements, conferences, visits and homes of a case, as a browser without JavaScript uses them."""

import re

import pytest

from kessos_case.cases import wording
from kessos_case.cases.rules import AgreementForm, ConferencePart, HomeKind, LawfulGround, VisitKind, VisitOutcome
from kessos_case.clients.consent_wording import ALERTS
from tests.conftest import Clock, Truth
from tests.factories import AMBULU, Make, casework
from tests.factories import cases as c
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")

HELD = {"held_on": "2026-03-01", "decisions": "Ikut pelatihan menjahit."}
VISITED = {"kind": "visit", "on": "2026-03-01", "was_met": "yes", "outcome": "well"}
SEEN = {"kind": "family", "home": "Bibi Ani", "region_code": AMBULU, "assessed_on": "2026-03-01", "is_safe": "yes"}


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return c.open_case(make, worker)


def test_without_an_agreement_the_page_says_what_it_is_for(reader, worker, case):
    said = text_of(reader(worker).get(f"/cases/{case.id}/agreements").text)
    assert "Belum ada persetujuan. Tanpa ini asesmen belum boleh dimulai." in said
    assert "Ia boleh menolak" in said


@pytest.mark.parametrize("form", AgreementForm)
def test_an_agreement_is_shown_in_words(reader, worker, case, form):
    one = reader(worker)
    sent = one.post(f"/cases/{case.id}/agreements", way="form", form=form, given_on="2026-03-01")
    assert sent.status_code == 303
    said = text_of(one.get(sent.headers["Location"]).text)
    assert "Persetujuan sudah dicatat." in said
    assert f"Orangnya setuju dilayani: {wording.AGREEMENTS[form]} , 1 Maret 2026" in said
    assert worker.name in said


def test_a_ground_without_agreement_needs_its_reason(reader, worker, case, truth: Truth):
    one, ground = reader(worker), {"way": "ground", "lawful_ground": "emergency", "given_on": "2026-03-01"}
    refused = one.post(f"/cases/{case.id}/agreements", **ground, reason=" ")
    assert refused.status_code == 422
    assert 'id="ground-reason-error"' in refused.text
    assert 'href="#ground-reason"' in refused.text
    assert re.search(r'value="emergency" checked', refused.text)
    assert truth.one("select count(*) from case_agreements") == 0
    one.post(f"/cases/{case.id}/agreements", **ground, reason="Tidak sadar saat ditemukan")
    said = text_of(one.get(f"/cases/{case.id}/agreements").text)
    assert "Layanan berjalan tanpa persetujuan" in said
    assert "Tidak sadar saat ditemukan" in said
    assert str(wording.GROUNDS[LawfulGround.EMERGENCY]) in said


def test_an_agreement_of_tomorrow_is_refused_in_words(reader, worker, case):
    refused = reader(worker).post(f"/cases/{case.id}/agreements", way="form", form="signed", given_on="2026-03-03")
    assert refused.status_code == 422
    assert "Tanggal ini belum tiba." in text_of(refused.text)
    assert 'value="2026-03-03"' in refused.text


def test_a_form_that_is_sent_twice_is_taken_once(reader, worker, case, truth: Truth):
    one = reader(worker)
    form = fields_of(one.get(f"/clients/{case.client_id}/visits/new").text) | VISITED
    assert [one.post(f"/clients/{case.client_id}/visits/new", **form).status_code for _ in range(2)] == [303, 303]
    assert truth.one("select count(*) from visits") == 1
    one.post(f"/clients/{case.client_id}/visits/new", **form | {"outcome": "at_risk"})
    assert truth.one("select count(*) from visits") == 2, "other words are another visit"


def test_a_refused_form_is_not_taken_for_sent(reader, worker, case, truth: Truth):
    one = reader(worker)
    form = fields_of(one.get(f"/clients/{case.client_id}/visits/new").text) | VISITED
    assert one.post(f"/clients/{case.client_id}/visits/new", **form | {"on": "2026-03-09"}).status_code == 422
    assert one.post(f"/clients/{case.client_id}/visits/new", **form).status_code == 303
    assert truth.one("select count(*) from visits") == 1


def test_a_closed_case_offers_no_form_and_takes_none(make: Make, reader, worker, case, truth: Truth):
    truth.run("update cases set stage = 'closed', close_reason = 'moved', closed_at = now() where id = :id", id=case.id)
    one = reader(worker)
    for page in ("agreements", "conferences", "reunifications"):
        assert "<form" not in re.search(r"<main.*</main>", one.get(f"/cases/{case.id}/{page}").text, re.S)[0]
    refused = one.post(f"/cases/{case.id}/agreements", way="form", form="signed", given_on="2026-03-01")
    assert refused.status_code == 409
    assert "Kasus ini sudah berakhir" in text_of(refused.text)


@pytest.mark.parametrize(
    "page", ["agreements", "assessments", "plans", "plans/new", "conferences", "visits", "reunifications"]
)
def test_a_case_of_another_upt_is_not_there(make: Make, reader, case, page):
    stranger = make.caseworker("PSTW-MAGETAN")
    assert reader(stranger).get(f"/cases/{case.id}/{page}").status_code == 404


def test_a_conference_names_who_met_and_which_plan(make: Make, reader, worker, case):
    plan = casework.plan(make, worker, case.id)
    partner = make.organisation("DINSOS-35.09")
    one = reader(worker)
    sent = one.post(
        f"/cases/{case.id}/conferences", **HELD, plan_id=str(plan.id), chair=str(worker.id), present=["client", "family"],
        **{"partner.0": str(partner.id)},
    )  # fmt: skip
    assert sent.status_code == 303
    said = text_of(one.get(sent.headers["Location"]).text)
    for words in ("1 Maret 2026 Rencana ke-1", "Ikut pelatihan menjahit.", f"Pemimpin pertemuan: {worker.name}",
                  str(wording.PARTS[ConferencePart.CLIENT]), f"Lembaga lain: {partner.name}"):  # fmt: skip
        assert words in said
    page = one.get(f"/cases/{case.id}/plans/{plan.id}").text
    assert "Dibahas bersama 1 Maret 2026" in text_of(page)


def test_a_conference_of_nobody_is_refused(reader, worker, case):
    refused = reader(worker).post(f"/cases/{case.id}/conferences", held_on="2026-03-01", decisions="")
    assert refused.status_code == 422
    assert 'id="attendees-error"' in refused.text
    assert 'id="decisions-error"' in refused.text


def test_a_conference_link_from_a_plan_has_it_chosen(make: Make, reader, worker, case):
    plan = casework.plan(make, worker, case.id)
    page = reader(worker).get(f"/cases/{case.id}/conferences?plan_id={plan.id}").text
    assert f'<option value="{plan.id}" selected>' in page


def test_an_attempt_is_a_visit_without_a_state_of_health(reader, worker, case, truth: Truth):
    one = reader(worker)
    attempt = {"kind": "call", "on": "2026-03-01", "was_met": "no", "outcome": "well", "is_on_street": "yes"}
    sent = one.post(f"/clients/{case.client_id}/visits/new", **attempt, case_id=str(case.id), note="Nomor tidak aktif")
    assert sent.headers["Location"] == f"/cases/{case.id}/visits?notice=visited"
    assert truth.all("select was_met, outcome, is_on_street from visits") == [(False, None, None)]
    said = text_of(one.get(sent.headers["Location"]).text)
    for words in ("Tidak bertemu", "Nomor tidak aktif", str(wording.VISIT_KINDS[VisitKind.CALL]), "Anda"):
        assert words in said


def test_who_was_met_needs_a_state(reader, worker, case):
    refused = reader(worker).post(f"/clients/{case.client_id}/visits/new", **VISITED | {"outcome": ""})
    assert refused.status_code == 422
    assert 'id="outcome-error"' in refused.text
    assert 'value="2026-03-01"' in refused.text


def test_a_visit_form_shows_the_danger_first(make: Make, reader, worker, case):
    make.alert(worker, case.client_id, kind="visitor_safety", note="Anjing galak")
    said = text_of(reader(worker).get(f"/clients/{case.client_id}/visits/new").text)
    assert "Hati-hati: Berbahaya bagi petugas yang datang" in said
    assert "Anjing galak" in said


def test_a_tksk_writes_down_a_visit_of_aftercare(make: Make, reader, worker, truth: Truth):
    tksk = make.user("tksk")
    client = make.client(worker)
    truth.run(
        "insert into client_access (id, client_id, user_id, ground, valid_from, granted_by)"
        " values (uuidv7(), :client, :user, 'aftercare', '2026-01-01', :by)",
        client=client.id, user=tksk.id, by=worker.id,
    )  # fmt: skip
    one = reader(tksk)
    page = one.get(f"/clients/{client.id}/visits/new?month=3").text
    assert '<option value="3" selected>' in page
    sent = one.post(f"/clients/{client.id}/visits/new", **fields_of(page) | VISITED)
    said = text_of(one.get(sent.headers["Location"]).text)
    assert "Bimbingan lanjut, bulan ke-3" in said
    assert str(wording.OUTCOMES[VisitOutcome.WELL]) in said


def test_a_tksk_reads_of_the_danger_before_he_goes_and_not_its_story(make: Make, reader, worker, truth: Truth):
    tksk, client = make.user("tksk"), make.client(worker)
    make.alert(worker, client.id, note="Suaminya pernah mengancam dengan parang")
    truth.run(
        "insert into client_access (id, client_id, user_id, ground, valid_from, granted_by)"
        " values (uuidv7(), :client, :user, 'aftercare', '2026-01-01', :by)",
        client=client.id, user=tksk.id, by=worker.id,
    )  # fmt: skip
    page = text_of(reader(tksk).get(f"/clients/{client.id}/visits/new").text)
    assert str(ALERTS["violence"]) in page
    assert "parang" not in page


def test_a_tksk_finds_nobody_who_is_not_his(make: Make, reader, case):
    assert reader(make.user("tksk")).get(f"/clients/{case.client_id}/visits/new").status_code == 404


def test_a_home_goes_from_the_first_look_to_the_visit(make: Make, reader, worker, truth: Truth):
    case = c.open_case(make, worker, category="PPKS-06", pathway="reunification")
    one, address = reader(worker), f"/cases/{case.id}/reunifications"
    assert "Belum ada keluarga" in text_of(one.get(address).text)
    assert one.post(address, **SEEN).status_code == 303
    home = truth.one("select id from reunifications")
    page = one.get(address).text
    assert f"{wording.HOME_KINDS[HomeKind.FAMILY]}, Ambulu, " in text_of(page)
    assert "Dinilai aman" in page

    def step(do: str, **form: str):
        version = truth.one("select version from reunifications")
        return one.post(f"{address}/{home}", do=do, version=str(version), **form)

    early = step("start", starts_on="2026-02-01")
    assert early.status_code == 422
    assert f'id="start-{home}-starts_on-error"' in early.text
    assert step("start", starts_on="2026-03-01").status_code == 303
    assert "Tinggal di sana, belum dilihat" in one.get(address).text
    assert step("verify", on="2026-03-02").status_code == 303
    assert "Tinggal di sana, sudah dilihat" in one.get(address).text
    refused = step("end", on="2026-03-02", reason="")
    assert refused.status_code == 422
    assert re.search(r"<details open>\s*<summary>Orangnya tidak tinggal", refused.text)
    assert step("end", on="2026-03-02", reason="unsafe").status_code == 303
    assert "Ternyata tidak aman." in text_of(one.get(address).text)


def test_a_home_that_somebody_else_changed_is_looked_at_again(make: Make, reader, worker, case):
    home = c.assess_home(make, worker, case)
    address = f"/cases/{case.id}/reunifications/{home.id}"
    refused = reader(worker).post(address, do="start", version="9", starts_on="2026-03-01")
    assert refused.status_code == 409
    assert "Keadaannya sudah berubah" in text_of(refused.text)


def test_nobody_moves_into_an_unsafe_home(make: Make, reader, worker, case):
    home = c.assess_home(make, worker, case, is_safe=False)
    page = reader(worker).get(f"/cases/{case.id}/reunifications").text
    assert "Belum aman" in page
    assert "Pindah ke sana" not in page
    address = f"/cases/{case.id}/reunifications/{home.id}"
    refused = reader(worker).post(address, do="start", version="1", starts_on="2026-03-01")
    assert refused.status_code == 409
    assert "belum dinilai aman" in text_of(refused.text)


def test_a_home_is_reached_under_its_own_case_alone(make: Make, reader, worker, case):
    other = c.assess_home(make, worker, c.open_case(make, worker))
    form = {"do": "start", "version": "1", "starts_on": "2026-03-01"}
    assert reader(worker).post(f"/cases/{case.id}/reunifications/{other.id}", **form).status_code == 404


def test_a_long_list_of_visits_is_paged(make: Make, reader, worker, case, statements, clock: Clock):
    for _ in range(25):
        c.visit(make, worker, case.client_id, case_id=case.id)
    one, address = reader(worker), f"/cases/{case.id}/visits"
    first = one.get(address).text
    more = re.search(r'href="([^"]*cursor=[^"]*)"', first)[1].replace("&amp;", "&")
    assert (first.count("<article"), one.get(more).text.count("<article")) == (20, 5)
    assert len(statements(lambda: one.get(address))) <= 12


def test_every_word_of_these_pages_is_there():
    for enum, words in (
        (AgreementForm, wording.AGREEMENTS), (LawfulGround, wording.GROUNDS), (ConferencePart, wording.PARTS),
        (VisitKind, wording.VISIT_KINDS), (VisitOutcome, wording.OUTCOMES), (HomeKind, wording.HOME_KINDS),
    ):  # fmt: skip
        assert set(words) == set(enum)
