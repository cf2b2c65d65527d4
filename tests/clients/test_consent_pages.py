"""Consents and alerts of a person, as a browser without JavaScript uses them."""

import re

import pytest

from kessos_case.clients import consent_wording as wording
from kessos_case.clients.rules import AlertKind, AlertSeverity, ConsentForm, ConsentPurpose, LegalBasis
from tests.conftest import Clock, Truth
from tests.factories import Make, fresh_id
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")

CONSENT = {"purpose": "disclosure", "form": "signed", "given_on": "2026-03-01"}
ALERT = {"kind": "violence", "severity": "high", "note": "Suaminya mencarinya"}


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def client(make: Make, worker):
    return make.client(worker)


def test_without_consents_the_page_says_what_that_means(reader, worker, client):
    said = text_of(reader(worker).get(f"/clients/{client.id}/consents").text)
    assert "Belum ada izin." in said
    assert "Pertolongan dari UPT tetap jalan." in said
    assert "Tugas pelayanan pemerintah." in said


def test_a_consent_names_purpose_receiver_and_end(make: Make, reader, worker, client):
    office = make.organisation("DINSOS-35.09")
    one, address = reader(worker), f"/clients/{client.id}/consents"
    sent = one.post(address, **CONSENT, receiver_organisation_id=str(office.id), expires_on="2026-12-31")
    assert sent.status_code == 303
    said = text_of(one.get(sent.headers["Location"]).text)
    for words in ("Izin sudah dicatat.", str(wording.PURPOSES[ConsentPurpose.DISCLOSURE]), office.name,
                  "1 Maret 2026 . Sampai 31 Desember 2026"):  # fmt: skip
        assert words in said


@pytest.mark.parametrize(("purpose", "said"), [("disclosure", "satu laporan"), ("employer_contact", "satu pekerjaan"),
                                               ("photo", "satu hal")])  # fmt: skip
def test_a_consent_for_one_thing_says_for_what(make: Make, reader, worker, client, purpose, said):
    make.consent(worker, client.id, purpose=purpose, about_id=fresh_id())
    assert f"Hanya untuk {said}." in text_of(reader(worker).get(f"/clients/{client.id}/consents").text)


def test_a_consent_is_withdrawn_at_once_and_help_goes_on(make: Make, reader, worker, client, truth: Truth):
    consent = make.consent(worker, client.id)
    one, address = reader(worker), f"/clients/{client.id}/consents"
    sent = [one.post(f"{address}/{consent.id}/withdrawal") for _ in range(2)]
    assert [answer.status_code for answer in sent] == [303, 303]
    said = text_of(one.get(sent[0].headers["Location"]).text)
    assert "Pertolongan untuk orang ini tetap jalan." in said
    assert "Belum ada izin." in said
    assert "Yang tidak berlaku lagi" in said
    assert truth.one("select count(*) from timeline_entries where kind = 'consent_withdrawn'") == 1


def test_a_consent_that_ended_holds_no_longer(make: Make, reader, worker, client, clock: Clock):
    make.consent(worker, client.id, expires_on=clock.now.date())
    address = f"/clients/{client.id}/consents"
    assert "Cabut izin ini" in reader(worker).get(address).text
    clock.move(days=1)
    page = reader(worker).get(address).text
    assert "Cabut izin ini" not in page
    assert "Habis 2 Maret 2026" in text_of(page)


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        (CONSENT | {"purpose": ""}, "purpose", "Pilih untuk apa izinnya."),
        (CONSENT | {"form": "sms"}, "form", "Pilih cara orangnya memberi izin."),
        (CONSENT | {"given_on": "2026-03-03"}, "given_on", "paling lambat hari ini"),
        (CONSENT | {"expires_on": "2026-02-01"}, "expires_on", "sesudah izin diberikan"),
        (CONSENT | {"receiver_organisation_id": "x"}, "receiver_organisation_id", "Pilih lembaganya"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(reader, worker, client, truth: Truth, form, field, said):
    refused = reader(worker).post(f"/clients/{client.id}/consents", **form)
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert said in text_of(refused.text)
    assert truth.one("select count(*) from consents") == 0
    if form["given_on"]:
        assert f'value="{form["given_on"]}"' in refused.text


def test_a_danger_is_written_down_and_over(make: Make, reader, worker, client):
    one, address = reader(worker), f"/clients/{client.id}/alerts"
    assert "Tidak ada peringatan." in text_of(one.get(address).text)
    form = fields_of(one.get(address).text) | ALERT
    sent = [one.post(address, **form) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [303, 303]
    page = one.get(address).text
    assert page.count("Suaminya mencarinya") == 1, "pressed twice, written once"
    assert str(wording.SEVERITIES[AlertSeverity.HIGH]) in text_of(page)
    ending = re.search(rf'action="({address}/[^"]+/ending)"', page)[1]
    assert one.post(ending).status_code == 303
    said = text_of(one.get(address).text)
    assert "Tidak ada peringatan." in said
    assert "Yang sudah lewat" in said


def test_a_danger_until_yesterday_is_refused(reader, worker, client):
    refused = reader(worker).post(f"/clients/{client.id}/alerts", **ALERT, until_on="2026-03-01")
    assert refused.status_code == 422
    assert 'id="until_on-error"' in refused.text
    assert "Suaminya mencarinya" in refused.text


@pytest.mark.parametrize("page", ["consents", "alerts"])
def test_a_person_of_another_upt_is_not_there(make: Make, reader, client, page):
    stranger = reader(make.caseworker("PSTW-MAGETAN"))
    assert stranger.get(f"/clients/{client.id}/{page}").status_code == 404
    assert stranger.post(f"/clients/{client.id}/{page}", **CONSENT | ALERT).status_code == 404


def test_a_tksk_sees_no_consents_and_no_danger_of_people_who_are_not_his(make: Make, reader, client):
    tksk = reader(make.user("tksk"))
    assert tksk.get(f"/clients/{client.id}/consents").status_code == 403
    assert tksk.get(f"/clients/{client.id}/alerts").status_code == 404


def test_a_consent_is_withdrawn_from_its_own_person_alone(make: Make, reader, worker, client):
    other = make.consent(worker, make.client(worker).id)
    assert reader(worker).post(f"/clients/{client.id}/consents/{other.id}/withdrawal").status_code == 404


def test_a_look_is_in_the_trail(reader, worker, client, truth: Truth):
    reader(worker).get(f"/clients/{client.id}/consents")
    seen = truth.all("select client_ids from audit_entries where resource = 'consent' and action = 'read'")
    assert [client.id] in seen


def test_the_pages_ask_little_of_the_database(make: Make, reader, worker, client, statements):
    for _ in range(5):
        make.consent(worker, client.id, receiver_organisation_id=make.organisation("DINSOS-35.09").id)
        make.alert(worker, client.id, note="x")
    one = reader(worker)
    for page in ("consents", "alerts"):
        assert len(statements(lambda page=page: one.get(f"/clients/{client.id}/{page}"))) <= 12


def test_every_purpose_form_basis_and_danger_has_a_word():
    for enum, words in (
        (ConsentPurpose, wording.PURPOSES), (ConsentForm, wording.FORMS), (LegalBasis, wording.BASES),
        (AlertKind, wording.ALERTS), (AlertSeverity, wording.SEVERITIES),
    ):  # fmt: skip
        assert set(words) == set(enum)
