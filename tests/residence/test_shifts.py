"""The log of each watch: one a watch, lines that stay, and what the next one has to know."""

import pytest

from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound
from kessos_case.residence import service
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.factories.cases import MAGETAN
from tests.factories.residence import discharged, entry, handover, log, stay, ward

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


def test_a_watch_has_one_log_whoever_opens_it(make: Make, worker):
    first, again = log(make, worker), log(make, make.caseworker())
    assert (first.id, first.shift) == (again.id, "morning")


def test_a_line_about_the_house_and_one_about_somebody(make: Make, worker, truth: Truth):
    lives = stay(make, worker, ward(make, worker))
    watch = log(make, worker)
    entry(make, worker, watch)
    found = entry(make, worker, watch, kind="health", text="Batuk sejak pagi.", client_id=lives.client_id)
    assert [(one.kind, one.text) for one in found.entries] == [
        ("routine", "Makan malam habis."), ("health", "Batuk sejak pagi."),
    ]  # fmt: skip
    assert not any(b"Batuk" in sealed for sealed in truth.all("select text_sealed from shift_entries"))


def test_an_incident_is_told_on_his_timeline_and_nothing_else_is(make: Make, worker, truth: Truth):
    lives = stay(make, worker, ward(make, worker))
    watch = log(make, worker)
    for kind in ("behaviour", "incident"):
        entry(make, worker, watch, kind=kind, client_id=lives.client_id)
    told = "select count(*) from timeline_entries where client_id = :id and kind = 'house_incident'"
    assert truth.one(told, id=lives.client_id) == 1


def test_nobody_is_written_about_who_does_not_live_here(make: Make, worker):
    with pytest.raises(Invalid) as refused:
        entry(make, worker, log(make, worker), client_id=make.client(worker).id)
    assert refused.value.errors[0]["code"] == "not_here"


def test_who_left_in_this_watch_may_still_be_written_about(make: Make, worker, clock: Clock):
    lives = stay(make, worker, ward(make, worker))
    watch = log(make, worker)
    clock.move(hours=1)
    discharged(make, worker, lives)
    assert entry(make, worker, watch, client_id=lives.client_id).entries
    clock.move(hours=8)
    with pytest.raises(Invalid):
        entry(make, worker, log(make, worker), client_id=lives.client_id)


def test_after_the_hand_over_nothing_is_added_and_the_next_watch_begins(make: Make, worker):
    watch = log(make, worker)
    done = handover(make, worker, watch)
    assert done.entries[-1].kind == "handover"
    for add in (entry, handover):
        with pytest.raises(Conflict) as refused:
            add(make, worker, watch)
        assert refused.value.code == "handed_over"
    following = log(make, worker)
    assert following.shift == "afternoon"
    with make.acting(worker) as session:
        now = service.current_log(session, worker.organisation_id)
        before = service.log_before(session, worker.organisation_id, now)
        assert (now.id, before.id) == (following.id, watch.id)
        assert [one.text for one in service.left_open(session, before)] == ["Lampu teras mati."]


def test_a_night_goes_on_after_midnight(make: Make, worker, clock: Clock):
    clock.set("2026-03-02T15:00:00+00:00")
    evening = log(make, worker)
    clock.move(hours=4)
    assert (log(make, worker).id, evening.shift) == (evening.id, "night")


def test_another_upt_reads_no_log_and_triage_keeps_none(make: Make, worker):
    watch = log(make, worker)
    with make.acting(make.caseworker(MAGETAN)) as session, pytest.raises(NotFound):
        service.read_log(session, watch.id)
    with make.acting(make.user("triage")) as session, pytest.raises(Forbidden):
        service.open_log(session)


def test_who_is_read_about_is_in_the_trail(make: Make, worker, truth: Truth):
    lives = stay(make, worker, ward(make, worker))
    watch = entry(make, worker, log(make, worker), client_id=lives.client_id)
    with make.acting(worker) as session:
        service.read_log(session, watch.id)
    seen = (
        "select client_ids from audit_entries where resource = 'shift_log' and action = 'read' order by id desc limit 1"
    )
    assert truth.one(seen) == [lives.client_id]
