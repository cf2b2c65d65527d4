"""The contract of /aid/imports."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from kessos_case.aid import service
from tests.factories import Api, Make, fresh_id
from tests.factories.imports import applied, checked, csv_of, row, sari, uploaded, work_off

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(make: Make):
    return make.user("triage")


def form(content: bytes, **fields):
    return {"file": (io.BytesIO(content), "Data/bantuan maret.csv"), **fields}


def send(caller, content: bytes, **options):
    return caller.call("POST", "/aid/imports", data=form(content), **options)


def test_a_file_is_sent_looked_through_applied_and_settled(make: Make, desk, api: Api):
    mine = api(desk)
    sari(make, desk)
    sent = send(mine, csv_of(row(), row(nik="", name="Siapa"), row(amount="0")))
    assert (sent.status_code, sent.json["import"]["state"], sent.json["job"]["status"]) == (202, "checking", "queued")
    address = f"/aid/imports/{sent.json['import']['id']}"
    work_off(sent.json["import"]["id"])
    job = mine.get(f"/jobs/{sent.json['job']['id']}").json
    assert (job["status"], job["done"], job["total"]) == ("done", 3, 3)
    shown = mine.get(address).json
    assert shown["filename"] == "bantuan maret.csv"
    assert [shown[name] for name in ("state", "ready", "parked", "failed")] == ["checked", 1, 1, 1]
    refused = mine.post(f"{address}/application")
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (409, "rows_failed")
    assert mine.post(f"{address}/application", {"skip_failed": True}).status_code == 202
    assert work_off(shown["id"]).state == "applied"
    person = make.client(desk)
    settled = mine.post(f"{address}/rows/3/settlement", {"client_id": str(person.id)})
    assert (settled.status_code, settled.json["state"], settled.json["doubt"]) == (201, "settled", None)
    assert mine.get(address).json["parked"] == 0


def test_the_rows_say_what_is_wrong_and_name_nobody(make: Make, desk, api: Api):
    found = checked(make, desk, csv_of(row(amount="x"), row(name="Bambang", nik="")))
    shown = api(desk).get(f"/aid/imports/{found.id}/rows").json["items"]
    assert [(entry["row"], entry["state"]) for entry in shown] == [(2, "failed"), (3, "parked")]
    assert shown[0]["errors"][0]["field"] == "amount"
    assert shown[0]["errors"][0]["detail"]["id"] == "bukan jumlah rupiah"
    assert shown[1]["doubt"]["code"] == "not_registered"
    assert "Bambang" not in str(shown)
    parked = api(desk).get(f"/aid/imports/{found.id}/rows?state=parked").json["items"]
    assert [entry["row"] for entry in parked] == [3]


def test_open_rows_come_back_as_they_were_sent_with_a_reason_and_no_formula(make: Make, desk, api: Api, truth):
    sari(make, desk)
    found = checked(make, desk, csv_of(row(), row(name='=HYPERLINK("x")', nik=""), row(amount="600000,5")))
    answer = api(desk).get(f"/aid/imports/{found.id}/errors.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [line["row"] for line in lines] == ["3", "4"]
    assert lines[0]["name"] == '\'=HYPERLINK("x")'
    assert (lines[0]["reason"], lines[0]["keterangan"]) == ("not_registered", "orang ini belum terdaftar")
    assert (lines[1]["field"], lines[1]["reason"], lines[1]["amount"]) == ("amount", "not_whole", "600000,5")
    assert truth.one("select count(*) from audit_entries where action = 'export' and resource = 'aid_import'") == 1


def test_a_mended_file_of_open_rows_is_taken_back(make: Make, desk, api: Api):
    sari(make, desk)
    found = checked(make, desk, csv_of(row(amount="x")))
    text = api(desk).get(f"/aid/imports/{found.id}/errors.csv").text
    again = applied(make, desk, text.replace(",x,", ",300000,").encode())
    assert (again.added, again.problem_detail) == (1, "Columns that nobody reads: row, field, reason, keterangan.")


def test_a_file_that_is_sent_again_under_its_key_is_the_same_import(desk, api: Api, make: Make):
    mine, key = api(desk), {"Idempotency-Key": "maret"}
    first, again = [send(mine, csv_of(row()), headers=key) for _ in range(2)]
    assert (again.status_code, again.json["import"]["id"]) == (202, first.json["import"]["id"])
    other = send(mine, csv_of(row(amount="1")), headers=key)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_mismatch")


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"programme": "GHOST"}, "programme"), ({"is_historic": "maybe"}, "is_historic"), ({"note": "x"}, "note")],
)
def test_what_cannot_be_understood_is_named(fields, field: str, desk, api: Api):
    refused = api(desk).call("POST", "/aid/imports", data=form(csv_of(row()), **fields))
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize("fields", [{"programme": "ASPD"}, {"file": "nik,name"}, {}])
def test_a_form_without_a_file_is_refused(fields, desk, api: Api):
    refused = api(desk).call("POST", "/aid/imports", data=fields)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "file")


@pytest.mark.parametrize(
    "content", [b"\n", b"PK\x03\x04\0", b"\0" * 100, b"\xff\xfe\0", b'"', b"a;b\n" + b'"' * 200_000]
)
def test_no_file_makes_a_worker_stumble(content: bytes, desk, api: Api, make: Make):
    sent = send(api(desk), content)
    assert sent.status_code == 202
    found = work_off(sent.json["import"]["id"])
    assert found.state == "refused"
    assert found.problem


def test_a_cancelled_import_stays_cancelled(desk, api: Api, make: Make):
    import_id = uploaded(make, desk, csv_of(row()))
    answers = [api(desk).post(f"/aid/imports/{import_id}/cancellation") for _ in range(2)]
    assert [(answer.status_code, answer.json["state"]) for answer in answers] == [(201, "cancelled")] * 2
    assert api(desk).get(f"/aid/imports/{import_id}/errors.csv").status_code == 200


def test_a_row_that_is_none_is_not_found(desk, api: Api, make: Make):
    found = applied(make, desk, csv_of(row()))
    body = {"client_id": str(make.client(desk).id)}
    for number in ("99", "0", "-1", "x", "9" * 40, "٣"):
        answer = api(desk).post(f"/aid/imports/{found.id}/rows/{number}/settlement", body)
        assert (number, answer.status_code) == (number, 404)


def test_files_are_for_the_desks_of_their_office(make: Make, desk, api: Api):
    found = checked(make, desk, csv_of(row()))
    stranger = api(make.user("supervisor", organisation="PSTW-MAGETAN"))
    assert [item["id"] for item in api(desk).get("/aid/imports").json["items"]] == [str(found.id)]
    assert stranger.get("/aid/imports").json["items"] == []
    for path in ("", "/rows", "/errors.csv"):
        assert stranger.get(f"/aid/imports/{found.id}{path}").status_code == 404
    assert api(desk).get(f"/aid/imports/{fresh_id()}").status_code == 404
    assert send(api(make.caseworker()), csv_of(row())).status_code == 403


def test_a_field_that_comes_as_a_file_is_refused(desk, api: Api):
    refused = api(desk).call("POST", "/aid/imports", data=form(csv_of(row()), programme=(io.BytesIO(b"x"), "x")))
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "programme")


def test_two_files_of_the_same_rows_at_once_add_them_once(make_committed: Make, committed):
    make = make_committed
    desk = make.user("triage")
    sari(make, desk)
    content = csv_of(*[row(from_=f"2025-{number:02}") for number in range(1, 13)])
    imports = [checked(make, desk, content) for _ in range(2)]
    for found in imports:
        with make.acting(desk) as session:
            service.imports.apply_import(session, found.id)

    def work(found):
        state = "applying"
        while state == "applying":
            with committed.begin() as connection:
                connection.execute(sa.text("update jobs set due_at = created_at where status = 'queued'"))
            state = work_once(found.id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, imports))
    with committed.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from disbursements")) == 12
        assert connection.execute(sa.text("select sum(added), sum(known) from aid_imports")).one() == (12, 12)


def work_once(import_id) -> str:
    from kessos_case.core import db
    from workers.runner import run_job

    with db.transaction(db.system("worker")) as session:
        job_id = service.imports.read_started(session, import_id).job.id
    run_job(job_id)
    with db.transaction(db.system("worker")) as session:
        return service.imports.read_import(session, import_id).state
