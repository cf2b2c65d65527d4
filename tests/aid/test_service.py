"""Recording aid and taking it back: nothing twice, never more than was given, known from a day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy.exc import ProgrammingError

from kessos_case.aid import service
from kessos_case.core.errors import Conflict, Invalid, NotFound, RuleBroken
from kessos_case.core.months import parse_month
from tests.factories import Make
from tests.factories.aid import disbursement, reversal

JAN = parse_month("2026-01")
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def client(make: Make, worker):
    return make.client(worker)


def consumption(make: Make, by, client_id, **more):
    """Rupiah by month of January to June 2026."""
    with make.acting(by) as session:
        found = service.unit_consumption(session, client_id, JAN, JAN + 5, **more)
    return {month - JAN + 1: one.amount for month, one in found.items()}


def codes(refused) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in refused.value.errors]


def test_a_line_is_spread_over_its_months_the_rest_to_the_earliest(make: Make, worker, client):
    disbursement(make, worker, client.id, "2026-01..2026-03", amount=100_000)
    assert consumption(make, worker, client.id) == {1: 33_334, 2: 33_333, 3: 33_333}


def test_without_a_last_month_it_is_for_the_first(make: Make, worker, client):
    assert disbursement(make, worker, client.id, to_month=None).to_month == JAN


def test_only_consumption_counts_as_such(make: Make, worker, client):
    disbursement(make, worker, client.id, programme="KIP-PPKS-JAWARA", amount=5_000_000)
    assert consumption(make, worker, client.id) == {}


def test_the_summary_shows_every_kind_beside_the_others(make: Make, worker, client):
    disbursement(make, worker, client.id)
    disbursement(make, worker, client.id, programme="KIP-PPKS-JAWARA", amount=5_000_000)
    with make.acting(worker) as session:
        months = service.months_by_kind(session, client.id)
    assert (len(months), months[-1]["month"]) == (60, JAN + 2)
    january = {"month": JAN, "consumption": 300_000, "empowerment": 5_000_000, "service": 0, "insurance": 0}
    assert months[-3] == january | {"exempt": 0}


def test_what_was_recorded_late_was_not_known_before(make: Make, worker, client, clock):
    clock.set("2026-05-04T03:00:00+00:00")
    assert disbursement(make, worker, client.id).known_on == date(2026, 5, 4)
    assert consumption(make, worker, client.id, known_by=date(2026, 5, 3)) == {}
    assert consumption(make, worker, client.id, known_by=date(2026, 5, 4)) == {1: 300_000}


def test_the_same_line_by_its_content_is_one_and_another_component_is_another(make: Make, worker, client, truth):
    first = disbursement(make, worker, client.id, component="anak SD")
    assert disbursement(make, worker, client.id, component="anak SD").id == first.id
    assert disbursement(make, worker, client.id, component="anak SMP").id != first.id
    assert truth.one("select count(*) from timeline_entries where kind = 'aid_recorded'") == 2


def test_the_same_number_with_other_rupiah_is_not_swallowed(make: Make, worker, client):
    first = disbursement(make, worker, client.id, source_reference="SP2D/7")
    assert disbursement(make, worker, client.id, source_reference="SP2D/7").id == first.id
    with pytest.raises(Conflict) as refused:
        disbursement(make, worker, client.id, source_reference="SP2D/7", amount=1)
    assert (refused.value.code, refused.value.errors[0]["id"]) == ("source_reference_used", str(first.id))


def test_a_number_of_a_person_beyond_reach_is_taken_without_saying_whose(make: Make, worker, client):
    stranger = make.caseworker("PSTW-MAGETAN")
    disbursement(make, stranger, make.client(stranger).id, source_reference="SP2D/7")
    with pytest.raises(Conflict) as refused:
        disbursement(make, worker, client.id, source_reference="SP2D/7")
    assert "id" not in refused.value.errors[0]


def test_mistakes_are_named_field_by_field(make: Make, worker, client):
    with pytest.raises(Invalid) as refused:
        disbursement(make, worker, client.id, "2026-03..2026-02", programme="GHOST", paid_on=date(2026, 3, 3))
    assert codes(refused) == [("programme", "not_found"), ("to", "before_from"), ("paid_on", "in_future")]


def test_nobody_records_aid_of_a_person_beyond_reach(make: Make, client):
    with pytest.raises(NotFound):
        disbursement(make, make.caseworker("PSTW-MAGETAN"), client.id)


def test_each_new_line_of_consumption_asks_for_a_new_look_at_graduation(make: Make, worker, client, truth):
    disbursement(make, worker, client.id, "2026-01")
    disbursement(make, worker, client.id, "2026-01")
    disbursement(make, worker, client.id, "2026-02")
    disbursement(make, worker, client.id, programme="KIP-PPKS-JAWARA")
    asked = truth.all("select name, args ->> 'client_id' from jobs")
    # One that waits may have begun: it would not see the second line.
    assert asked == [("graduation.reconsider", str(client.id))] * 2


def test_a_reversal_cancels_its_line_in_every_month(make: Make, worker, client):
    line = disbursement(make, worker, client.id, "2026-01..2026-03", amount=100_001)
    assert reversal(make, worker, line).amount == -100_001
    assert consumption(make, worker, client.id) == {1: 0, 2: 0, 3: 0}


def test_a_part_may_be_taken_back_for_some_months(make: Make, worker, client):
    line = disbursement(make, worker, client.id, "2026-01..2026-03")
    reversal(make, worker, line, from_month=JAN + 1, to_month=None, amount=40_000)
    assert consumption(make, worker, client.id) == {1: 100_000, 2: 60_000, 3: 100_000}


def test_the_same_reversal_again_is_the_same_one(make: Make, worker, client):
    line = disbursement(make, worker, client.id)
    assert reversal(make, worker, line).id == reversal(make, worker, line).id


def test_never_more_is_taken_back_than_was_given(make: Make, worker, client):
    line = disbursement(make, worker, client.id)
    reversal(make, worker, line, amount=200_000)
    with pytest.raises(RuleBroken) as refused:
        reversal(make, worker, line, amount=100_001, from_month=JAN - 1, paid_on=date(2026, 2, 1))
    assert [entry["code"] for entry in refused.value.errors] == ["outside_months", "exceeds_line", "before_payment"]


def test_a_reversal_to_come_is_refused_and_one_of_a_reversal_too(make: Make, worker, client):
    line = disbursement(make, worker, client.id)
    with pytest.raises(Invalid) as refused:
        reversal(make, worker, line, paid_on=date(2026, 3, 3))
    assert codes(refused) == [("paid_on", "in_future")]
    with pytest.raises(RuleBroken):
        reversal(make, worker, reversal(make, worker, line), amount=1)


def test_nobody_takes_back_what_another_office_recorded_of_its_person(make: Make, worker, client):
    line = disbursement(make, worker, client.id)
    with pytest.raises(NotFound):
        reversal(make, make.caseworker("PSTW-MAGETAN"), line)


def test_after_a_death_the_lines_for_later_months_are_named_unless_all_was_taken_back(make: Make, worker, client):
    disbursement(make, worker, client.id, "2026-02")
    kept = disbursement(make, worker, client.id, "2026-02..2026-03")
    reversal(make, worker, kept, amount=299_999)
    reversal(make, worker, disbursement(make, worker, client.id, "2026-03"))
    with make.acting(worker) as session:
        assert [line.id for line in service.lines_after(session, client.id, date(2026, 2, 1))] == [kept.id]


def test_a_line_that_is_there_stays_as_it_is(make: Make, worker, client, truth):
    disbursement(make, worker, client.id)
    with pytest.raises(ProgrammingError, match="disbursements"):
        truth.run("update disbursements set amount = 1")


def test_the_look_at_a_line_is_in_the_trail(make: Make, worker, client, truth):
    line = disbursement(make, worker, client.id)
    with make.acting(worker) as session:
        assert service.read_line(session, line.id) == line
    seen = truth.all("select action, client_ids from audit_entries where resource = 'aid' order by id")
    assert seen == [("record", [client.id]), ("read", [client.id])]


def test_the_same_line_sent_eight_times_at_once_is_one(committed, make_committed: Make):
    worker = make_committed.caseworker()
    client = make_committed.client(worker)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: disbursement(make_committed, worker, client.id).id, range(8)))
    assert len(set(made)) == 1


def test_reversals_at_once_never_take_back_more_than_was_given(committed, make_committed: Make):
    worker = make_committed.caseworker()
    line = disbursement(make_committed, worker, make_committed.client(worker).id)

    def take_back(rupiah: int):
        try:
            return reversal(make_committed, worker, line, amount=rupiah).amount
        except RuleBroken:
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take_back, [100_001, 100_002, 100_003, 100_004])) >= -300_000
