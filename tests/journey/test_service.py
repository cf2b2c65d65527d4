"""What a closing settles: only what hangs on the case, only for a reason of its own kind. And what a death settles."""

from datetime import date

import pytest

from kessos_case.clients.service import memberships_of
from kessos_case.core.errors import Invalid
from kessos_case.core.months import parse_month
from kessos_case.journey import service
from tests.factories import Make, fresh_id
from tests.factories.aid import disbursement
from tests.factories.cases import open_case, supervisor
from tests.factories.households import membership


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


class TestDeath:
    """A death ends the person's place in his household, and the household's aid is looked at when nobody is left."""

    @pytest.fixture(autouse=True)
    def _day(self, clock):
        clock.set("2026-05-04T03:00:00+00:00")

    def test_he_leaves_the_household_with_the_month_and_what_came_later_was_a_mistake(self, make: Make):
        worker = make.caseworker()
        case = open_case(make, worker)
        membership(make, worker, case.client_id, "2025-01..2026-03")
        membership(make, worker, case.client_id, "2026-04..")
        with make.acting(worker) as session:
            service.record_death(session, case.client_id, died_on=date(2026, 2, 28))
            found = memberships_of(session, case.client_id)
        assert [(one.to_month, one.voided_at is None) for one in found] == [
            (None, False),
            (parse_month("2026-02"), True),
        ]

    @pytest.mark.parametrize(("somebody_is_left", "asked"), [(False, 1), (True, 0)])
    def test_aid_of_a_household_is_reviewed_when_nobody_is_left_in_it(self, somebody_is_left, asked, make: Make, truth):
        worker = make.caseworker()
        case = open_case(make, worker)
        home = membership(make, worker, case.client_id)
        if somebody_is_left:
            membership(make, worker, make.client(worker).id, household_id=home.household_id, relation="spouse")
        paid = {"household_id": home.household_id, "programme": "SEMBAKO", "paid_on": date(2026, 4, 2)}
        disbursement(make, worker, None, "2026-04", **paid)
        with make.acting(worker) as session:
            service.record_death(session, case.client_id, died_on=date(2026, 2, 28))
        assert truth.one("select count(*) from tasks where kind = 'review_aid_after_death'") == asked
