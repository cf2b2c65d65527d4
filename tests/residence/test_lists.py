"""The lists of a house at the size that years make: an index gives their order, whoever asks and however far he has read."""

import pytest
import sqlalchemy as sa

from kessos_case.residence import queries, service
from kessos_case.residence.models import BedWait, ShiftLog, Stay
from tests.factories import Make
from tests.factories.cases import open_case
from tests.factories.residence import discharged, log, stay, wait, ward

pytestmark = pytest.mark.usefixtures("clock")

_YEARS = (
    """insert into shift_logs (id, organisation_id, day, shift, opened_at, opened_by, version)
    select gen_random_uuid(), o.id, date '2020-01-01' + n, 'night', date '2020-01-01' + n, :user, 1
    from organisations o, generate_series(1, 2000) n where o.kind = 'upt'""",
    """insert into stays (id, case_id, client_id, organisation_id, ward_id, admitted_at, first_planned_until, planned_until,
        review_on, discharged_at, discharge_reason, recorded_at, recorded_by, version)
    select gen_random_uuid(), :case, :client, o.id, :ward, date '2001-01-01' + n * 28 + number, date '2020-01-01',
        date '2020-01-01', date '2020-01-01', date '2001-01-01' + n * 28 + number, 'programme_done', now(), :user, 1
    from (select id, (row_number() over ())::int as number from organisations where kind = 'upt') o,
        generate_series(1, 300) n""",
    "analyze shift_logs, stays",
)


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def years(make: Make, worker, connection):
    """A house of years beside the others."""
    case, into = open_case(make, worker), ward(make, worker)
    connection.exec_driver_sql("set local role none")
    about = {"user": worker.id, "case": case.id, "client": case.client_id, "ward": into.id}
    for statement in _YEARS:
        connection.execute(sa.text(statement), about)


def plan_of(connection, session, select) -> str:
    text = str(select.compile(connection, compile_kwargs={"literal_binds": True}))
    return "\n".join(session.connection().exec_driver_sql(f"explain {text}").scalars())


@pytest.mark.usefixtures("years")
class TestYears:
    def test_an_index_gives_the_order_of_the_watches(self, make: Make, worker, connection):
        with make.acting(worker) as session:
            newest = queries.shift_logs(service.own_house(session)).order_by(
                ShiftLog.opened_at.desc(), ShiftLog.id.desc()
            )
            plan = plan_of(connection, session, newest.limit(51))
        assert "Index Scan Backward using ix_shift_logs_organisation_id" in plan
        assert "Sort" not in plan

    def test_an_index_gives_the_order_of_the_stays(self, make: Make, worker, connection):
        with make.acting(worker) as session:
            here = queries.stays({"houses": service.own_houses(session, "read")})
            newest = here.order_by(Stay.admitted_at.desc(), Stay.id.desc())
            plan = plan_of(connection, session, newest.limit(51))
        assert "Index Scan Backward using ix_stays_organisation_id" in plan
        assert "Sort" not in plan


def test_naming_the_houses_hides_nothing_that_the_reader_sees(make: Make, worker):
    into = ward(make, worker)
    lives, gone, waits = stay(make, worker, into), stay(make, worker, into), wait(make, worker)
    discharged(make, worker, gone)
    with make.acting(worker) as session:
        houses = {"houses": service.own_houses(session, "read")}
        for select, model, wanted in (
            (queries.stays, Stay, {lives.id, gone.id}),
            (queries.waits, BedWait, {waits.id}),
        ):
            named, unnamed = ({row.id for row in session.scalars(select(filters))} for filters in (houses, {}))
            assert named == unnamed == wanted, model


def test_pages_of_watches_follow_each_other(make: Make, clock, worker, reader):
    made = []
    for _ in range(5):
        made.append(str(log(make, worker).id))
        clock.move(hours=8)
    shown, cursor, address = [], "", "/api/v1/shift-logs?limit=2"
    browser = reader(worker)
    while cursor is not None:
        answer = browser.get(f"{address}&cursor={cursor}" if cursor else address).json
        shown += [watch["id"] for watch in answer["items"]]
        cursor = answer["next_cursor"]
    assert shown == made[::-1]
