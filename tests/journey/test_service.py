"""What a closing settles: only what hangs on the case, only for a reason of its own kind."""

import pytest

from kessos_case.core.errors import Invalid
from kessos_case.journey import service
from tests.factories import Make, fresh_id
from tests.factories.cases import open_case, supervisor


def close(make: Make, case, *settlements):
    with make.acting(supervisor(make)) as session:
        named = [{"reason": None} | item for item in settlements]
        said = {"reason": "own_wish", "note": None, "settlements": named}
        return service.move_case(session, case.id, verb="close", **said)


def test_a_task_is_cancelled_for_a_known_reason_with_the_case(make: Make, truth):
    worker = make.caseworker()
    case = open_case(make, worker)
    task = make.task(worker, case.client_id)
    with pytest.raises(Invalid) as refused:
        close(make, case, {"kind": "task", "id": task.id, "reason": "whim"})
    assert refused.value.errors[0]["field"] == "settlements.0.reason"
    closed = close(make, case, {"kind": "task", "id": task.id, "reason": "not_needed"})
    assert (closed.stage, closed.close_reason) == ("closed", "own_wish")
    assert truth.one("select reason from tasks where id = :id", id=task.id) == "not_needed"


def test_nothing_of_another_case_can_be_settled(make: Make):
    case = open_case(make)
    with pytest.raises(Invalid) as refused:
        close(make, case, {"kind": "task", "id": fresh_id()})
    assert refused.value.errors[0]["code"] == "not_open_here"
