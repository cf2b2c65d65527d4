"""Files of aid: checked first, applied once, nothing dropped, nothing told too much."""

from datetime import date

import pytest
import sqlalchemy as sa

from kessos_case.aid import service
from kessos_case.aid.service.imports import applying, reading
from kessos_case.core import db
from kessos_case.core.errors import Conflict, Invalid, NotFound, RuleBroken
from kessos_case.core.months import parse_month
from tests.factories import Make, cases
from tests.factories.aid import disbursement
from tests.factories.households import membership
from tests.factories.imports import HEADING, NIK, applied, checked, csv_of, row, sari, uploaded, work_off, xlsx_of
from workers.runner import run_job

pytestmark = pytest.mark.usefixtures("clock")
OTHER_NIK = "3509124202909902"


@pytest.fixture
def desk(make: Make):
    return make.user("triage")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


def counts(found) -> dict[str, int]:
    names = ("ready", "known", "parked", "failed", "added")
    return {name: getattr(found, name) for name in names if getattr(found, name)}


def open_rows(make: Make, by, found):
    with make.acting(by) as session:
        return [(row.row_number, row.faults, row.doubt) for row in service.imports.open_rows(session, found.id)]


def doubts(make: Make, by, found) -> list[str | None]:
    return [doubt for _, _, doubt in open_rows(make, by, found)]


def settle(make: Make, by, found, number: int, client_id):
    with make.acting(by) as session:
        return service.imports.settle_row(session, found.id, number, client_id=client_id)


# What becomes of a row ---------------------------------------------------------------------------------------------------


def test_a_row_whose_person_is_sure_becomes_a_line(make: Make, desk, truth):
    person = sari(make, desk)
    found = applied(make, desk, csv_of(row(source_reference="SP2D/7", component="tunai", to="2026-02")))
    assert (found.state, counts(found), found.done, found.total) == ("applied", {"added": 1}, 1, 1)
    line = truth.run("select * from disbursements").one()
    assert (line.client_id, line.amount, line.programme_code) == (person.id, 300_000, "ASPD-JATIM")
    assert (line.from_month, line.to_month) == (parse_month("2026-01"), parse_month("2026-02"))
    assert (line.import_id, line.import_row, line.recorded_by) == (found.id, 2, desk.id)
    assert (line.paid_on, line.known_on) == (date(2026, 2, 2), date(2026, 3, 2))


def test_a_dry_run_leaves_the_ledger_as_it_is(make: Make, desk, truth):
    sari(make, desk)
    found = checked(make, desk, csv_of(row()))
    assert (found.state, counts(found)) == ("checked", {"ready": 1})
    assert truth.one("select count(*) from disbursements") == 0


def test_lines_of_a_file_of_the_past_count_as_known_when_they_were_paid(make: Make, desk, truth):
    sari(make, desk)
    applied(make, desk, csv_of(row()), is_historic=True)
    assert truth.one("select known_on from disbursements") == date(2026, 2, 2)


def test_a_workbook_says_the_same_as_the_csv_of_it(make: Make, desk, truth):
    sari(make, desk)
    book = xlsx_of([
        ["Dinas Sosial"], [], ["Program", "NIK", "Nama", "Tgl Lahir", "Dari", "Tanggal Bayar", "Nominal", "Catatan"],
        ["ASPD", NIK, "SARI WULANDARI", date(1990, 1, 1), date(2026, 1, 1), date(2026, 2, 2), 300000, "x"],
    ])  # fmt: skip
    found = applied(make, desk, book)
    assert (found.media, counts(found)) == ("xlsx", {"added": 1})
    assert found.problem_detail == "Columns that nobody reads: Catatan."
    assert truth.one("select import_row from disbursements") == 4
    assert counts(applied(make, desk, csv_of(row()))) == {"known": 1}


def test_the_programme_of_the_file_is_that_of_rows_that_name_none(make: Make, desk, truth):
    sari(make, desk)
    content = csv_of(row(), heading=[name for name in HEADING if name != "programme"])
    assert checked(make, desk, content).problem == "columns_missing"
    assert counts(applied(make, desk, content, programme="aspd")) == {"added": 1}
    assert truth.one("select programme_code from disbursements") == "ASPD-JATIM"


@pytest.mark.parametrize(
    ("stated", "cells", "doubt"),
    [
        ({}, {"nik": OTHER_NIK, "name": "Siapa", "birth_date": "1991-02-02"}, "not_registered"),
        ({}, {"nik": "", "birth_date": "1990-01-01", "name": "SARI WULANDARI"}, "nik_missing"),
        ({}, {"nik": OTHER_NIK, "birth_date": "1990-01-01"}, "nik_differs"),
        ({}, {"name": "Bambang"}, "name_differs"),
        ({}, {"birth_date": "1991-01-01"}, "birth_date_differs"),
    ],
)
def test_a_row_whose_person_is_unsure_is_parked_with_the_reason(stated, cells, doubt: str, make: Make, desk, truth):
    sari(make, desk, **stated)
    found = applied(make, desk, csv_of(row(**cells)))
    assert (counts(found), doubts(make, desk, found)) == ({"parked": 1}, [doubt])
    assert truth.one("select count(*) from disbursements") == 0


def test_a_nik_that_two_people_have_parks_its_rows(make: Make, desk):
    first = sari(make, desk)
    sari(make, desk, acknowledge_duplicates=[str(first.id)])
    assert doubts(make, desk, checked(make, desk, csv_of(row()))) == ["nik_shared"]


def test_aid_for_the_months_after_a_death_is_parked(make: Make, desk, truth):
    person = sari(make, desk)
    truth.run("update clients set died_on = '2025-12-30' where id = :id", id=person.id)
    assert doubts(make, desk, checked(make, desk, csv_of(row()))) == ["died"]


def test_a_nik_that_nobody_can_have_is_a_mistake_and_no_doubt(make: Make, desk):
    found = checked(make, desk, csv_of(row(nik="3509129999909901")))
    assert open_rows(make, desk, found) == [(2, [("nik", "birth_date")], None)]


def test_every_mistake_of_a_row_is_named_and_the_others_are_not_held_up(make: Make, desk):
    sari(make, desk)
    found = checked(make, desk, csv_of(row(amount="nol", paid_on="29/02/2026"), row()))
    assert counts(found) == {"ready": 1, "failed": 1}
    assert open_rows(make, desk, found) == [(2, [("paid_on", "not_a_day"), ("amount", "not_a_number")], None)]
    with make.acting(desk) as session, pytest.raises(RuleBroken) as refused:
        service.imports.apply_import(session, found.id)
    assert refused.value.errors[0]["code"] == "rows_failed"


def test_a_nul_in_a_cell_is_a_mistake_of_its_row(make: Make, desk):
    sari(make, desk)
    content = csv_of(*[row()] * 2000, row(name="Sa\0ri"), row())
    found = checked(make, desk, content)
    assert (counts(found)["failed"], open_rows(make, desk, found)[0][1]) == (1, [("name", "control_character")])


# Nothing twice, nothing lost ---------------------------------------------------------------------------------------------


def test_the_same_file_twice_adds_nothing(make: Make, desk, truth):
    sari(make, desk)
    content = csv_of(row(), row(), row(source_reference="7"))
    assert counts(applied(make, desk, content)) == {"added": 3}
    assert counts(applied(make, desk, content)) == {"known": 3}
    assert truth.one("select count(*) from disbursements") == 3


def test_two_equal_rows_are_two_lines_and_three_of_them_one_more(make: Make, desk, truth):
    sari(make, desk)
    assert counts(applied(make, desk, csv_of(row(), row()))) == {"added": 2}
    assert counts(applied(make, desk, csv_of(row(), row(), row()))) == {"known": 2, "added": 1}


def test_equal_rows_far_apart_in_a_file_are_told_apart_too(make: Make, desk, monkeypatch):
    sari(make, desk)
    monkeypatch.setattr(reading, "BATCH", 1)
    monkeypatch.setattr(reading, "PART_SECONDS", 0)
    assert counts(applied(make, desk, csv_of(row(), row(), row()))) == {"added": 3}


def test_a_line_written_down_by_hand_is_the_first_of_the_file(make: Make, worker, desk, truth):
    person = sari(make, worker)
    disbursement(make, worker, person.id)
    assert counts(applied(make, desk, csv_of(row(), row()))) == {"known": 1, "added": 1}


def test_a_number_that_another_line_has_is_a_mistake(make: Make, desk):
    sari(make, desk)
    applied(make, desk, csv_of(row(source_reference="7")))
    found = checked(make, desk, csv_of(row(source_reference="7", amount="1")))
    assert open_rows(make, desk, found) == [(2, [("source_reference", "source_reference_used")], None)]


def test_a_number_twice_in_a_file_is_the_same_line_or_a_mistake(make: Make, desk):
    sari(make, desk)
    rows = [row(source_reference="7"), row(source_reference="7"), row(source_reference="7", amount="1")]
    found = applied(make, desk, csv_of(*rows))
    assert counts(found) == {"added": 1, "known": 1, "failed": 1}
    with make.acting(desk) as session:
        [left] = service.imports.open_rows(session, found.id)
    assert dict(left.said)["amount"] == "1"


def test_what_came_into_the_ledger_after_the_check_is_not_written_again(make: Make, desk, worker, truth):
    person = sari(make, worker)
    found = checked(make, desk, csv_of(row(), row(source_reference="7", amount="5")))
    disbursement(make, worker, person.id)
    disbursement(make, worker, person.id, source_reference="7", amount=6)
    with make.acting(desk) as session:
        service.imports.apply_import(session, found.id)
    found = work_off(found.id)
    assert counts(found) == {"known": 1, "failed": 1}
    assert open_rows(make, desk, found) == [(3, [("source_reference", "source_reference_used")], None)]


# Households ----------------------------------------------------------------------------------------------------------------


def test_aid_for_households_goes_to_the_household_of_that_month(make: Make, worker, desk, truth):
    person = sari(make, worker)
    home = membership(make, worker, person.id, "2026-01..2026-01").household_id
    cells = {"programme": "BPNT", "to": ""}
    found = applied(make, desk, csv_of(row(**cells), row(**cells | {"from_": "2026-02"}), row()))
    assert counts(found) == {"added": 3}
    lines = truth.all("select household_id, client_id from disbursements order by import_row")
    assert lines == [(home, None), (None, person.id), (None, person.id)]


# Settling ------------------------------------------------------------------------------------------------------------------


def test_a_parked_row_is_settled_by_who_reaches_the_person(make: Make, desk, truth):
    found = applied(make, desk, csv_of(row(), row()))
    assert truth.all("select kind, state from tasks") == [("settle_import", "open")]
    person = sari(make, desk)
    for number in (2, 3):
        assert settle(make, desk, found, number, person.id).state == "settled"
    assert settle(make, desk, found, 3, person.id).state == "settled"
    assert truth.all("select client_id, import_row from disbursements order by import_row") == [
        (person.id, 2), (person.id, 3),
    ]  # fmt: skip
    assert truth.all("select kind, state from tasks") == [("settle_import", "done")]
    assert truth.one("select count(*) from timeline_entries where kind = 'aid_recorded'") == 2
    assert truth.one("select count(raw_sealed) from aid_import_rows") == 0
    assert counts(applied(make, desk, csv_of(row(), row()))) == {"known": 2}


def test_nobody_settles_a_row_as_a_person_beyond_his_reach(make: Make, desk, worker):
    found = applied(make, desk, csv_of(row(name="Siapa")))
    stranger = make.client(worker)
    with pytest.raises(NotFound):
        settle(make, desk, found, 2, stranger.id)


def test_a_row_is_settled_once_and_only_when_it_is_parked(make: Make, desk):
    person, other = sari(make, desk), make.client(desk)
    found = applied(make, desk, csv_of(row(), row(nik=OTHER_NIK, name="Siapa")))
    settle(make, desk, found, 3, other.id)
    for number, client_id in ((2, other.id), (3, person.id)):
        with pytest.raises(Conflict):
            settle(make, desk, found, number, client_id)
    with pytest.raises(NotFound):
        settle(make, desk, found, 99, person.id)


def test_a_row_is_not_settled_before_its_file_is_applied(make: Make, desk):
    found = checked(make, desk, csv_of(row()))
    with pytest.raises(Conflict):
        settle(make, desk, found, 2, make.client(desk).id)


# What the sender may learn ---------------------------------------------------------------------------------------------------


def test_a_restricted_person_of_another_office_is_told_to_nobody_and_gets_her_line(make: Make, desk, worker, truth):
    child = sari(make, worker, confidentiality="strict")
    found = applied(make, desk, csv_of(row(), row(nik=OTHER_NIK, name="Siapa")))
    assert (counts(found), doubts(make, desk, found)) == ({"parked": 2}, ["not_registered", "not_registered"])
    with make.acting(desk) as session:
        rows = session.scalars(sa.text("select state from aid_import_rows order by row_number")).all()
        assert rows == ["added", "parked"]
    assert truth.one("select client_id from disbursements") == child.id


VISIBLE = {"nik": OTHER_NIK, "name": "Siti Aminah", "birth_date": "1991-02-02"}


@pytest.fixture(params=["registered", "unknown"])
def hidden(make: Make, worker, request):
    """A person hidden from the desk, or nobody: whatever the desk does, it must not see a difference."""
    return sari(make, worker, confidentiality="strict") if request.param == "registered" else None


@pytest.fixture
def siti(make: Make, desk):
    """Somebody whom the desk reaches, named by VISIBLE."""
    return make.client(desk, name="Siti Aminah", nik=OTHER_NIK, birth_date=date(1991, 2, 2))


@pytest.mark.usefixtures("hidden", "siti")
@pytest.mark.parametrize(
    ("cells", "doubt"),
    [
        ([{"source_reference": "1"}], ["not_registered"]),
        ([{"source_reference": "2"}, {"source_reference": "2", "amount": "1"}], ["not_registered"] * 2),
        ([{"source_reference": "2"}, {"source_reference": "2", **VISIBLE}], ["not_registered"]),
        ([VISIBLE | {"nik": NIK}], ["nik_differs"]),
    ],
)
def test_nothing_that_a_sender_tries_tells_of_a_hidden_person(cells, doubt, make: Make, desk):
    applied(make, desk, csv_of(row(**VISIBLE, source_reference="1")))
    found = applied(make, desk, csv_of(*[row(**each) for each in cells]))
    assert (doubts(make, desk, found), found.failed) == (doubt, 0)


def test_a_number_taken_while_a_file_waits_does_not_tell_of_a_hidden_person(make: Make, desk, hidden, siti):
    found = checked(make, desk, csv_of(row(source_reference="1")))
    applied(make, desk, csv_of(row(**VISIBLE, source_reference="1")))
    with make.acting(desk) as session:
        service.imports.apply_import(session, found.id)
    assert counts(work_off(found.id)) == {"parked": 1}


def test_a_hidden_row_is_settled_as_one_of_somebody_who_is_not_registered(make: Make, desk, hidden, siti, truth):
    found = applied(make, desk, csv_of(row(source_reference="1")))
    assert settle(make, desk, found, 2, siti.id).state == "settled"
    assert truth.one("select count(*) from disbursements where client_id = :id", id=siti.id) == 1


def test_a_numbered_line_of_a_hidden_person_is_one_line_whoever_brings_it(make: Make, desk, worker, truth):
    child = sari(make, worker, confidentiality="strict")
    leader = cases.supervisor(make)
    content = csv_of(row(source_reference="SP2D/7"))
    for by in (desk, leader, desk):
        assert applied(make, by, content).state == "applied"
    stated = {"programme": "ASPD-JATIM", "paid_on": date(2026, 2, 2), "amount": 300_000}
    disbursement(make, worker, child.id, "2026-01", source_reference="SP2D/7", **stated)
    assert truth.one("select count(*) from disbursements") == 1


def test_a_line_that_her_own_office_wrote_first_is_the_same_line(make: Make, desk, worker, truth):
    child = sari(make, worker, confidentiality="strict")
    stated = {"programme": "ASPD-JATIM", "paid_on": date(2026, 2, 2), "amount": 300_000}
    disbursement(make, worker, child.id, "2026-01", source_reference="SP2D/7", **stated)
    applied(make, desk, csv_of(row(source_reference="SP2D/7")))
    assert truth.one("select count(*) from disbursements") == 1


def test_a_hidden_person_with_the_number_of_another_leaves_that_one_sure(make: Make, desk, worker, truth):
    sari(make, worker, confidentiality="strict")
    seen = sari(make, desk)
    assert counts(applied(make, desk, csv_of(row()))) == {"added": 1}
    assert truth.one("select client_id from disbursements") == seen.id


def test_a_number_that_is_used_does_not_tell_the_line_of_a_person_beyond_reach(make: Make, desk, worker):
    sari(make, worker)
    applied(make, desk, csv_of(row(source_reference="SP2D/7")))
    found = applied(make, desk, csv_of(row(nik="", name="Siapa", source_reference="SP2D/7")))
    with pytest.raises(Conflict) as refused:
        settle(make, desk, found, 2, make.client(desk).id)
    assert [sorted(error) for error in refused.value.errors] == [["code", "detail", "field"]]


def test_a_restricted_person_of_the_own_office_is_told(make: Make, desk):
    sari(make, desk, confidentiality="strict")
    assert counts(checked(make, desk, csv_of(row()))) == {"ready": 1}


def test_whom_rows_name_lies_sealed_and_only_where_somebody_must_look(make: Make, desk, truth):
    sari(make, desk)
    found = checked(make, desk, csv_of(row(), row(nik=OTHER_NIK, name="Bambang Rahasia")))
    kept = truth.run("select * from aid_import_rows order by row_number").all()
    assert [line.raw_sealed is None for line in kept] == [True, False]
    stored = truth.one("select string_agg(r::text, '') || (select string_agg(f::text, '') from aid_import_files f) "
                       "from aid_import_rows r")  # fmt: skip
    for secret in ("Bambang", OTHER_NIK, NIK, b"Bambang".hex()):
        assert secret not in stored
    with make.acting(desk) as session:
        [left] = service.imports.open_rows(session, found.id)
    assert dict(left.said)["name"] == "Bambang Rahasia"


def test_a_request_sent_again_is_answered_also_after_a_colleague_went_on(make: Make, desk):
    sari(make, desk)
    found = checked(make, desk, csv_of(row()))
    with make.acting(make.user("triage")) as session:
        service.imports.apply_import(session, found.id)
    with make.acting(desk) as session:
        assert service.imports.read_started(session, found.id).job.name == "aid.apply_import"


def test_another_office_does_not_see_the_file(make: Make, desk):
    found = checked(make, desk, csv_of(row()))
    with make.acting(make.user("supervisor", organisation="PSTW-MAGETAN")) as session, pytest.raises(NotFound):
        service.imports.import_for(session, found.id)


def test_an_entry_and_another_look_follow_only_for_people_on_their_way_out(make: Make, desk, worker, truth):
    watched, other = sari(make, worker), sari(make, worker, nik=OTHER_NIK, name="Bambang Sutejo", birth_date=None)
    for person in (watched, other):
        cases.open_case(make, worker, person.id)
    truth.run("update cases set stage = 'aftercare' where client_id = :id", id=watched.id)
    applied(make, desk, csv_of(row(), row(nik=OTHER_NIK, name="Bambang Sutejo")))
    told = truth.all("select client_id, happened_at::date from timeline_entries where kind = 'aid_recorded'")
    assert told == [(watched.id, date(2026, 2, 2))]
    asked = truth.all("select args ->> 'client_id' from jobs where name = 'graduation.reconsider'")
    assert asked == [str(watched.id)]


# Files that are no files of aid --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\n", "empty"),
        (b"%PDF\0\0", "not_a_table"),
        (b"halo dunia\n", "heading_missing"),
        (b"nik,name,amount\n1,2,3\n", "columns_missing"),
        (b"programme,nik,nama,name,from,paid_on,amount\n", "columns_twice"),
        (b"programme,nik,name,from,paid_on,amount\n", "no_rows"),
        (b'programme,nik,name,from,paid_on,amount\n1,2,3,4,"5,6\n', "broken_row"),
        (b"PK\x03\x04", "unreadable"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name_and_forgotten(content, problem: str, make: Make, desk, truth):
    found = checked(make, desk, content)
    assert (found.state, found.problem) == ("refused", problem)
    assert truth.one("select count(*) from aid_import_files") == 0


def test_an_empty_file_and_an_unknown_programme_are_refused_at_once(make: Make, desk):
    with pytest.raises(Invalid) as refused:
        uploaded(make, desk, b"", programme="GHOST")
    assert [entry["field"] for entry in refused.value.errors] == ["file", "programme"]


def test_a_cancelled_file_is_forgotten_and_never_applied(make: Make, desk, truth):
    sari(make, desk)
    found = checked(make, desk, csv_of(row()))
    with make.acting(desk) as session:
        assert service.imports.cancel_import(session, found.id).state == "cancelled"
    assert truth.one("select count(*) from aid_import_rows") + truth.one("select count(*) from aid_import_files") == 0
    with make.acting(desk) as session, pytest.raises(Conflict):
        service.imports.apply_import(session, found.id)


def test_a_file_that_is_cancelled_while_it_is_read_is_left_alone(make: Make, desk):
    import_id = uploaded(make, desk, csv_of(row()))
    with make.acting(desk) as session:
        service.imports.cancel_import(session, import_id)
    assert work_off(import_id).state == "cancelled"


# Parts -----------------------------------------------------------------------------------------------------------------------


def test_a_part_that_fails_leaves_nothing_and_the_next_goes_on(make_committed: Make, monkeypatch, committed):
    """Each part commits; killed in the middle of one, the file goes on where the part before it ended."""
    make, desk = make_committed, make_committed.user("triage")
    sari(make, desk)
    rows = [row(from_=f"2025-{number:02}") for number in range(1, 13)] * 2
    import_id = uploaded(make, desk, csv_of(*rows))
    for module in (reading, applying):
        monkeypatch.setattr(module, "BATCH", 5)
        monkeypatch.setattr(module, "PART_SECONDS", 0)
    stumbling(monkeypatch, reading, "stage")
    found = stubborn(import_id, committed)
    assert counts(found) == {"ready": 24}
    with make.acting(desk) as session:
        service.imports.apply_import(session, import_id)
    stumbling(monkeypatch, applying, "tell_the_people")
    assert counts(stubborn(import_id, committed)) == {"added": 24}
    with committed.connect() as connection:
        assert connection.scalar(sa.text("select count(distinct import_row) from disbursements")) == 24


def stumbling(monkeypatch, module, name: str) -> None:
    """Let every second call of a step fail after it has done its work."""
    real, calls = getattr(module, name), []

    def step(*args):
        real(*args)
        calls.append(1)
        if len(calls) % 2:
            raise ZeroDivisionError

    monkeypatch.setattr(module, name, step)


def stubborn(import_id, engine):
    """Run the job until it is done, whatever fails in between; its waits are cut short."""
    for _ in range(60):
        with engine.begin() as connection:
            connection.execute(sa.text("update jobs set due_at = created_at where status = 'queued'"))
        with db.transaction(db.system("worker")) as session:
            job = service.imports.read_started(session, import_id).job
            if job.status != "queued":
                return service.imports.read_import(session, import_id)
        run_job(job.id)
    raise AssertionError("the job never ends")
