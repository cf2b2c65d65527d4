"""Tasks: raised once, owned by somebody, closed by the doing."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from kessos_case.clients import queries as people
from kessos_case.core.errors import Conflict, Invalid, NotFound
from kessos_case.core.ids import new_id
from kessos_case.tasks import service
from kessos_case.tasks.rules import TaskKind, TaskReason
from tests.factories import Make

SUBJECT = new_id()


def raised(make: Make, by, kind: TaskKind = TaskKind.CONSIDER_STEP_BACK, **more) -> UUID | None:
    stated = {
        "subject_kind": "placement", "subject_id": SUBJECT, "organisation_id": by.organisation_id, "role": "caseworker",
        "due_at": datetime(2026, 3, 5, 9, tzinfo=UTC),
    }  # fmt: skip
    with make.acting(by) as session:
        return service.raise_task(session, kind, **stated | more)


def test_the_same_task_of_a_period_is_raised_once(make: Make):
    worker = make.caseworker()
    assert raised(make, worker, period="30") is not None
    assert raised(make, worker, period="30") is None
    assert raised(make, worker, period="90") is not None


def test_a_task_for_a_day_is_due_when_the_office_closes():
    assert service.end_of(date(2028, 2, 29)) == datetime(2028, 2, 29, 9, tzinfo=UTC)


def test_it_is_done_once_and_stays_done(make: Make):
    worker = make.caseworker()
    task = make.task(worker)
    with make.acting(worker) as session:
        done = service.complete_task(session, task.id)
        assert service.complete_task(session, task.id).closed_at == done.closed_at
    with make.acting(worker) as session, pytest.raises(Conflict, match="done already"):
        service.cancel_task(session, task.id, TaskReason.NOT_NEEDED)


def test_a_check_cannot_be_ticked_off_without_being_made(make: Make):
    worker = make.caseworker()
    task_id = raised(make, worker, TaskKind.CHECK_PLACEMENT)
    with make.acting(worker) as session, pytest.raises(Conflict) as refused:
        service.complete_task(session, task_id)
    assert refused.value.code == "closed_by_doing"


def test_settling_closes_what_is_about_the_thing(make: Make):
    worker = make.caseworker()
    for period in ("30", "90"):
        raised(make, worker, TaskKind.CHECK_PLACEMENT, period=period)
    with make.acting(worker) as session:
        assert service.settle_tasks(session, [SUBJECT], kind=TaskKind.CHECK_PLACEMENT, period="30") == 1
        assert service.settle_tasks(session, [SUBJECT], cancelled_because=TaskReason.CASE_CLOSED) == 1
        assert service.settle_tasks(session, [SUBJECT]) == 0


def test_a_task_is_overdue_when_its_time_has_passed(make: Make, clock):
    worker = make.caseworker()
    task = make.task(worker, due_on=date(2026, 3, 2))
    assert not task.is_overdue
    clock.move(hours=7)
    with make.acting(worker) as session:
        assert service.read_task(session, task.id).is_overdue


def test_its_words_are_sealed(make: Make, truth):
    make.task(make.caseworker(), text="Telepon ibunya")
    assert b"ibunya" not in truth.one("select text_sealed from tasks")


def test_a_colleague_must_be_of_the_office(make: Make):
    worker, stranger = make.caseworker(), make.caseworker("PSTW-MAGETAN")
    task = make.task(worker)
    with make.acting(worker) as session, pytest.raises(Invalid):
        service.change_task(session, service.task_for(session, task.id), {"user_id": stranger.id})


def test_another_office_does_not_see_it(make: Make):
    task = make.task(make.caseworker())
    with make.acting(make.caseworker("PSTW-MAGETAN")) as session, pytest.raises(NotFound):
        service.task_for(session, task.id)


def test_a_tksk_sees_only_what_carries_his_name(make: Make):
    worker, tksk, colleague = make.caseworker(), make.user("tksk"), make.user("tksk")
    task_id = raised(make, worker, TaskKind.VISIT_AFTERCARE, user_id=tksk.id, organisation_id=tksk.organisation_id)
    with make.acting(tksk) as session:
        assert service.task_for(session, task_id).user_id == tksk.id
    with make.acting(colleague) as session, pytest.raises(NotFound):
        service.task_for(session, task_id)


def test_a_death_cancels_all_that_is_left_to_do(make: Make):
    worker = make.caseworker()
    client_id = make.client(worker).id
    for _ in range(2):
        make.task(worker, client_id)
    with make.acting(worker) as session:
        assert service.cancel_all_of(session, client_id, TaskReason.DECEASED) == 2
        assert service.open_tasks(session, client_id) == []
        kinds = [entry.kind for entry in session.scalars(people.timeline(client_id))]
    assert kinds.count("task_cancelled") == 2
