"""Certificates of a whole batch: written at once, each with its code, and printed as one file."""

import pytest

from kessos_case.letters import service
from tests.factories import Make
from tests.factories.cases import MAGETAN
from tests.factories.casework import supervisor_beside
from tests.factories.training import attendance, batch, enrolment, learner, result
from tests.readers import text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def teacher(make: Make):
    return make.caseworker()


@pytest.fixture
def ended(make: Make, teacher):
    """A batch in which two passed and one did not."""
    leader, found = supervisor_beside(make, teacher), batch(make, teacher, capacity=5)
    places = [enrolment(make, teacher, found, learner(make, teacher, leader)) for _ in range(3)]
    attendance(make, teacher, found, *places)
    for number, place in enumerate(places[:2]):
        result(make, teacher, place, certificate_no=f"S-{number}", score=80)
    result(make, teacher, places[2], passed=False)
    return found


def test_one_press_writes_a_certificate_for_everybody_who_passed(reader, teacher, ended, truth):
    one, address = reader(teacher), f"/batches/{ended.id}/certificates"
    assert "2 orang lulus, 0 sudah punya sertifikat" in text_of(one.get(address).text)
    assert one.post(address).status_code == 303
    codes = truth.all("select code from letters where kind = 'certificate'")
    assert len(set(codes)) == 2
    page = text_of(one.get(address).text)
    assert "2 orang lulus, 2 sudah punya sertifikat" in page
    assert one.post(address).status_code == 303
    assert sorted(truth.all("select code from letters where kind = 'certificate'")) == sorted(codes)
    for code in codes:
        assert "asli" in text_of(one.get(f"/verify/{code}").text).lower()


def test_all_are_printed_as_one_file(reader, teacher, ended, truth):
    one, address = reader(teacher), f"/batches/{ended.id}/certificates.pdf"
    early = one.get(address)
    assert (early.status_code, "Belum ada sertifikat yang dibuat." in text_of(early.text)) == (409, True)
    one.post(f"/batches/{ended.id}/certificates")
    answer = one.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.count(b"/Type /Page\n") + answer.data.count(b"/Type/Page ") in (0, 2)
    assert one.get(address).data == answer.data
    assert truth.one("select count(*) from audit_entries where action = 'print'") == 4


def test_whose_record_was_erased_has_none_and_keeps_nobody_else_back(reader, teacher, ended, truth):
    gone = truth.one("select client_id from enrolments where passed order by requested_at limit 1")
    truth.run("update clients set data_key = null where id = :id", id=gone)
    assert reader(teacher).post(f"/batches/{ended.id}/certificates").status_code == 303
    assert truth.one("select count(*) from letters") == 1


def test_a_restricted_person_is_not_named_on_the_list(reader, teacher, ended, truth):
    who = truth.all("select c.name, c.id from clients c join enrolments e on e.client_id = c.id where e.passed limit 1")
    ((name, key),) = who
    truth.run("update clients set confidentiality = 'strict' where id = :id", id=key)
    assert name not in reader(teacher).get(f"/batches/{ended.id}/certificates").text


def test_another_office_writes_and_sees_none(make: Make, reader, ended):
    stranger = reader(make.caseworker(MAGETAN))
    assert stranger.get(f"/batches/{ended.id}/certificates").status_code == 403
    assert stranger.post(f"/batches/{ended.id}/certificates").status_code == 403
    assert stranger.get(f"/batches/{ended.id}/certificates.pdf").status_code == 403


def test_the_list_takes_the_same_statements_for_any_number(reader, teacher, ended, statements, make: Make):
    with make.acting(teacher) as session:
        service.issue_certificates(session, ended.id)
    one = reader(teacher)
    assert len(statements(lambda: one.get(f"/batches/{ended.id}/certificates"))) <= 12
