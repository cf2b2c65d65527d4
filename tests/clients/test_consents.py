"""Consents and alerts: one purpose and receiver each, withdrawn at once, and kept apart from all else."""

from datetime import date

import pytest

from kessos_case.clients import service
from kessos_case.clients.rules import ConsentPurpose, alert_is_open, consent_holds
from kessos_case.core.errors import Invalid, NotFound
from tests.factories import Api, Make

DISCLOSURE = ConsentPurpose.DISCLOSURE


@pytest.mark.parametrize(
    ("given_on", "expires_on", "is_withdrawn", "holds"),
    [
        (date(2028, 2, 29), None, False, True),
        (date(2028, 2, 29), date(2028, 2, 29), False, True),
        (date(2028, 3, 1), None, False, False),
        (date(2028, 1, 1), date(2028, 2, 28), False, False),
        (date(2028, 1, 1), None, True, False),
    ],
)
def test_a_consent_holds_from_its_first_to_its_last_day(given_on, expires_on, is_withdrawn, holds):
    assert consent_holds(given_on, expires_on, is_withdrawn, date(2028, 2, 29)) is holds


def test_an_alert_is_open_through_its_last_day():
    assert alert_is_open(date(2028, 2, 29), False, date(2028, 2, 29))
    assert not alert_is_open(date(2028, 2, 29), False, date(2028, 3, 1))
    assert not alert_is_open(None, True, date(2028, 2, 29))


def allows(make: Make, worker, client_id, organisation_id) -> bool:
    with make.acting(worker) as session:
        return service.may_disclose_to(session, client_id, DISCLOSURE, organisation_id)


def test_a_consent_is_for_its_purpose_and_receiver_alone(make: Make, clock):
    worker = make.caseworker()
    client, partner, other = make.client(worker), make.organisation("PSTW-MAGETAN"), make.organisation("PSTW-JEMBER")
    make.consent(worker, client.id, receiver_organisation_id=partner.id)
    make.consent(worker, client.id, purpose="photo")
    assert allows(make, worker, client.id, partner.id)
    assert not allows(make, worker, client.id, other.id)


def test_a_withdrawn_consent_stops_at_once_and_nothing_else(make: Make, clock):
    worker = make.caseworker()
    client, partner = make.client(worker), make.organisation("PSTW-MAGETAN")
    first, second = make.consent(worker, client.id), make.consent(worker, client.id, purpose="employer_contact")
    with make.acting(worker) as session:
        gone = service.withdraw_consent(session, client.id, first.id)
        assert service.withdraw_consent(session, client.id, first.id).withdrawn_at == gone.withdrawn_at
    assert not allows(make, worker, client.id, partner.id)
    with make.acting(worker) as session:
        assert service.may_disclose_to(session, client.id, ConsentPurpose.EMPLOYER_CONTACT, partner.id)
        assert service.consent_for(session, second.id).withdrawn_at is None


def test_a_consent_of_another_person_cannot_be_withdrawn_by_a_wrong_address(make: Make, clock):
    worker = make.caseworker()
    one, other = make.client(worker), make.client(worker)
    consent = make.consent(worker, one.id)
    with make.acting(worker) as session, pytest.raises(NotFound):
        service.withdraw_consent(session, other.id, consent.id)


def test_every_wrong_field_of_a_consent_is_named(make: Make, clock):
    worker = make.caseworker()
    client = make.client(worker)
    wrong = {"given_on": date(2026, 3, 9), "expires_on": date(2026, 3, 1), "receiver_organisation_id": client.id}
    with pytest.raises(Invalid) as refused:
        make.consent(worker, client.id, **wrong)
    assert {error["field"] for error in refused.value.errors} == set(wrong)


def test_the_words_of_an_alert_are_sealed_and_shown_to_the_team(make: Make, api: Api, truth):
    worker = make.caseworker()
    client = make.client(worker)
    make.alert(worker, client.id, note="Adiknya mengancam")
    assert b"Adiknya" not in truth.one("select note_sealed from alerts")
    shown = api(worker).get(f"/clients/{client.id}/alerts").json["items"][0]
    assert (shown["note"], shown["is_open"]) == ("Adiknya mengancam", True)


def test_an_alert_that_was_ended_is_open_no_more(make: Make, api: Api):
    worker = make.caseworker()
    client = make.client(worker)
    alert = make.alert(worker, client.id)
    assert api(worker).post(f"/clients/{client.id}/alerts/{alert.id}/ending").json["is_open"] is False
    with make.acting(worker) as session:
        assert service.open_alerts(session, client.id) == []


def test_the_legal_basis_is_public_task_unless_it_is_another(make: Make, api: Api):
    worker = make.caseworker()
    client = make.client(worker)
    assert client.legal_basis == "public_task"
    changed = api(worker).patch(f"/clients/{client.id}", {"legal_basis": "vital_interest"}, version=1)
    assert changed.json["legal_basis"] == "vital_interest"
    assert api(worker).patch(f"/clients/{client.id}", {"legal_basis": "whim"}, version=2).status_code == 422


def test_reach_ends_in_the_table_and_in_search(make: Make, truth, clock):
    worker = make.caseworker()
    client, tksk = make.client(worker, name="Sutanto Wibisono"), make.user("tksk")
    with make.acting(worker) as session:
        service.give_access(session, client.id, "aftercare", user_id=tksk.id)
    with make.acting(tksk) as session:
        assert service.read_client(session, client.id).name == "Sutanto Wibisono"
    from kessos_case.core import db

    with db.transaction(db.system("test")) as session:
        service.end_access(session, client.id, "aftercare", user_id=tksk.id)
    clock.move(minutes=1)
    with make.acting(tksk) as session, pytest.raises(NotFound):
        service.read_client(session, client.id)
    assert truth.one("select user_ids from client_search") == []
