"""Notes: who reads which, how long they may be changed, and what they count as."""

import pytest
import sqlalchemy as sa

from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound
from kessos_case.notes import service
from tests.factories import Make
from tests.factories import cases as c
from tests.factories import notes as n
from tests.factories.casework import in_days

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return c.open_case(make, worker)


def read(make: Make, by, note_id):
    with make.acting(by) as session:
        return service.read_note(session, note_id)


def changed(make: Make, by, note_id, **stated):
    with make.acting(by) as session:
        note = service.note_for(session, note_id, lock=True)
        return service.change_note(session, note, **service.as_stated(session, note) | stated)


def test_a_note_is_sealed_and_read_by_the_office(make: Make, worker, case, truth):
    note = n.note(make, worker, case.id, text="Sudah bisa menjahit lurus.")
    colleague = make.caseworker()
    assert read(make, colleague, note.id).text == "Sudah bisa menjahit lurus."
    assert b"menjahit" not in truth.one("select text_sealed from case_notes")
    assert truth.all("select kind from timeline_entries where subject_id = :id", id=note.id) == ["note_written"]
    actions = truth.all("select action from audit_entries where resource_id = :id order by id", id=note.id)
    assert actions == ["write", "read"]


@pytest.mark.parametrize(("who", "reads"), [("author", True), ("caseworker", True), ("supervisor", True),
                                            ("colleague", False), ("other_supervisor", False)])  # fmt: skip
def test_what_was_told_in_confidence(make: Make, worker, case, who, reads, truth):
    author = make.caseworker()
    note = n.note(make, author, case.id, level="confidential")
    people = {"author": author, "caseworker": worker}
    by = (
        people.get(who)
        or {
            "supervisor": lambda: c.supervisor(make),
            "colleague": make.caseworker,
            "other_supervisor": lambda: c.supervisor(make, c.MAGETAN),
        }[who]()
    )
    with make.acting(by) as session:
        assert session.scalar(sa.text("select count(*) from case_notes")) == int(reads)
    if reads:
        assert read(make, by, note.id).text
    else:
        with pytest.raises(NotFound):
            read(make, by, note.id)
        with pytest.raises(NotFound), make.acting(by) as session:
            service.add_to_note(session, note.id, text="Saya juga")
    assert truth.one("select count(*) from timeline_entries where subject_id = :id", id=note.id) == 0


@pytest.mark.parametrize("role", ["tksk", "triage", "partner", "analyst", "dpo"])
def test_no_other_role_sees_a_row(make: Make, worker, case, role):
    n.note(make, worker, case.id)
    with make.acting(make.user(role)) as session:
        assert session.scalar(sa.text("select count(*) from case_notes")) == 0
        assert session.scalar(sa.text("select count(*) from note_addenda")) == 0


def test_its_author_changes_it_for_48_hours(make: Make, worker, case, clock, truth):
    note = n.note(make, worker, case.id)
    clock.move(hours=47, minutes=59)
    assert changed(make, worker, note.id, text="Menjahit lurus").text == "Menjahit lurus"
    clock.move(minutes=1)
    with pytest.raises(Conflict, match="48 hours"):
        changed(make, worker, note.id, text="Tidak jadi")
    assert not read(make, worker, note.id).may_change


def test_nobody_else_changes_it(make: Make, worker, case):
    note, leader = n.note(make, worker, case.id), c.supervisor(make)
    with pytest.raises(Forbidden):
        changed(make, leader, note.id, text="Bukan begitu")
    with make.acting(leader) as session:
        done = session.execute(sa.text("update case_notes set kind = 'incident'"))
        assert done.rowcount == 0


def test_an_addendum_is_never_changed(make: Make, worker, case, truth):
    note = n.note(make, worker, case.id)
    with make.acting(make.caseworker()) as session:
        added = service.add_to_note(session, note.id, text="Besok lanjut")
    assert [one.text for one in added.addenda] == ["Besok lanjut"]
    for verb in ("update note_addenda set written_at = now()", "delete from note_addenda"):
        with pytest.raises(sa.exc.ProgrammingError), make.acting(worker) as session:
            session.execute(sa.text(verb))
    told = truth.all("select kind from timeline_entries where subject_id = :id order by id", id=note.id)
    assert told == ["note_written", "note_added_to"]


def test_made_confidential_it_takes_its_papers_with_it(make: Make, worker, case, truth):
    note = n.note(make, worker, case.id)
    n.paper(make, worker, case.id, about_kind="note", about_id=note.id)
    changed(make, worker, note.id, level="confidential")
    assert truth.all("select level from attachments") == ["confidential"]
    colleague = make.caseworker()
    with make.acting(colleague) as session:
        assert session.scalar(sa.text("select count(*) from attachments")) == 0


def test_told_to_all_later_it_enters_the_timeline_then(make: Make, worker, case, truth):
    note = n.note(make, worker, case.id, level="confidential")
    changed(make, worker, note.id, level="team")
    assert truth.all("select kind from timeline_entries where subject_id = :id", id=note.id) == ["note_written"]


def test_a_day_that_has_not_come_is_refused(make: Make, worker, case):
    with pytest.raises(Invalid):
        n.note(make, worker, case.id, happened_on=in_days(1))


def test_a_note_of_a_closed_case_is_added_to_and_none_is_written(make: Make, worker, case, truth):
    note = n.note(make, worker, case.id)
    truth.run("update cases set stage = 'closed', close_reason = 'moved', closed_at = now() where id = :id", id=case.id)
    with pytest.raises(Conflict, match="ended"):
        n.note(make, worker, case.id)
    with make.acting(worker) as session:
        assert service.add_to_note(session, note.id, text="Sudah pindah").addenda


def test_the_upt_that_took_the_person_over_reads_the_team_notes_and_writes_none(make: Make, worker, case, truth):
    note = n.note(make, worker, case.id)
    secret = n.note(make, worker, case.id, level="confidential")
    other = make.organisation(c.MAGETAN).id
    truth.run(
        "update cases set stage = 'closed', close_reason = 'transferred', closed_at = now(), "
        "successor_organisation_id = :office where id = :id",
        id=case.id, office=other,
    )  # fmt: skip
    leader = c.supervisor(make, c.MAGETAN)
    assert read(make, leader, note.id).id == note.id
    with pytest.raises(NotFound):
        read(make, leader, secret.id)
    with pytest.raises(Forbidden), make.acting(leader) as session:
        service.add_to_note(session, note.id, text="Kami juga")


def test_after_erasure_nothing_can_be_read(make: Make, worker, case, truth):
    note = n.note(make, worker, case.id)
    paper = n.paper(make, worker, case.id)
    truth.run("update clients set data_key = null where id = :id", id=case.client_id)
    assert read(make, worker, note.id).text is None
    with make.acting(worker) as session:
        assert service.read_attachment(session, paper.id).name is None
    with pytest.raises(NotFound), make.acting(worker) as session:
        service.content_of(session, paper.id)
    with pytest.raises(Conflict, match="erased"):
        n.note(make, worker, case.id)


def test_the_last_contact_is_of_visits_and_calls(make: Make, worker, case, truth):
    quiet = c.open_case(make, worker)
    n.note(make, worker, case.id, kind="visit", happened_on=in_days(-3))
    n.note(make, worker, case.id, kind="call", happened_on=in_days(-1), level="confidential")
    n.note(make, worker, case.id, kind="progress")
    n.note(make, worker, quiet.id, kind="incident")
    seen = dict(truth.all("select id, contact_on from cases"))
    assert (seen[case.id], seen[quiet.id]) == (in_days(-1), None)


def test_a_note_that_turns_out_to_be_of_a_visit_is_a_contact(make: Make, worker, case, truth):
    note = n.note(make, worker, case.id, kind="progress", happened_on=in_days(-2))
    assert truth.one("select contact_on from cases where id = :id", id=case.id) is None
    changed(make, worker, note.id, kind="visit")
    assert truth.one("select contact_on from cases where id = :id", id=case.id) == in_days(-2)
