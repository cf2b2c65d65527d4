"""What only several connections show: two reviewers of one flag, two offices of one household; how the night reads."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import sqlalchemy as sa

from kessos_case.core import db
from kessos_case.core.errors import Conflict
from kessos_case.dependency import night_queries, service
from kessos_case.dependency.service.scoring import span_of
from tests.factories import cases, households
from tests.factories import dependency as maker


@pytest.fixture
def make(make_committed, clock):
    return make_committed


def at_once(*calls):
    """What each call answers, or the refusal."""

    def careful(call):
        try:
            return call()
        except Conflict as refused:
            return refused

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(careful, calls))


def rows(engine, query):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def test_of_two_reviews_at_once_one_is_recorded(make, committed):
    leaders = [cases.supervisor(make) for _ in range(2)]
    flag = maker.flagged(make, make.caseworker(), leaders[0])
    found = at_once(*[lambda by=by: maker.reviewed(make, by, flag.id) for by in leaders])
    assert sum(isinstance(one, Conflict) for one in found) == 1
    assert rows(committed, "select state, opinion, version from dependency_flags") == [("under_review", "agree", 2)]


def test_a_night_beside_a_review_leaves_one_end(make, committed):
    leader = cases.supervisor(make)
    flag = maker.flagged(make, make.caseworker(), leader)
    said = {"opinion": "disagree", "reason": "Sakit", "decision": "dismiss", "until": date(2026, 6, 1)}
    at_once(
        lambda: maker.reviewed(make, leader, flag.id, **said),
        lambda: maker.night_of_flags(flag.organisation_id, date(2026, 4, 1)),
    )
    ((state, closed),) = rows(committed, "select state, closed_at is not null from dependency_flags")
    assert (state in ("dismissed", "expired"), closed) == (True, True)
    open_tasks = "select count(*) from tasks where kind = 'review_flag' and state = 'open'"
    assert rows(committed, open_tasks) == [(0,)]


def test_two_offices_at_once_raise_one_flag_for_a_household(make, committed):
    workers = [make.caseworker(), make.caseworker(cases.MAGETAN)]
    people = [maker.long_aided(make, worker) for worker in workers]
    maker.reached_by(workers[0], people[1].client_id)
    households.family(make, workers[0], *[case.client_id for case in people])
    for case, office in zip(people, (cases.BONDOWOSO, cases.MAGETAN), strict=True):
        cases.supervisor(make, office)
        maker.scored(case.client_id)
    counts = at_once(*[lambda case=case: maker.night_of_flags(case.organisation_id) for case in people])
    assert sum(count["raised"] for count in counts) == 1
    assert rows(committed, "select count(*) from dependency_flags where closed_at is null") == [(1,)]


def test_the_same_office_twice_at_once_raises_once(make, committed):
    case = maker.long_aided(make, make.caseworker())
    cases.supervisor(make)
    maker.scored(case.client_id)
    at_once(*[lambda: maker.night_of_flags(case.organisation_id) for _ in range(3)])
    assert rows(committed, "select count(*) from dependency_flags") == [(1,)]


def test_the_ledger_is_read_in_its_indexes_alone(make, committed):
    """As the program's role and behind row-level security, all that is asked stands in the index, and its order is used.

    So few lines may be read otherwise; what is shown is that the index is enough.
    """
    case = maker.long_aided(make, make.caseworker())
    worker = make.caseworker()
    households.membership(make, worker, maker.long_aided(make, worker).client_id)
    fill(committed)
    span = span_of(service.dependency_policy(), date(2026, 3, 2), case.client_id, case.client_id)
    own, shared = plans_of_the_night(span)
    assert re.search(r"Index Only Scan using ix_disbursements_client_id.*Index Cond: \(\(client_id >=", own, re.DOTALL)
    assert re.search(
        r"Index Only Scan using ix_disbursements_household_id.*Index Cond: \(\(household_id =", shared, re.DOTALL
    )


def fill(engine) -> None:
    """Lines of a thousand people and as many households, so that reading them all would cost."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table, owner in (("clients", "client_id"), ("households", "household_id")):
            columns = "name, sex, confidentiality, aliases, " if table == "clients" else ""
            values = "'Uji', 'P', 'standard', '{}', " if table == "clients" else ""
            connection.exec_driver_sql(
                f"insert into {table} (id, {columns}registered_at, registered_by, version)"
                f" select uuidv7(), {values}now(), (select id from users limit 1), 1 from generate_series(1, 1000)"
            )
            connection.exec_driver_sql(
                f"insert into disbursements (id, {owner}, programme_code, from_month, to_month, paid_on, known_on, amount,"
                f" source_key, recorded_at) select uuidv7(), o.id, 'BLT-DD', 24310, 24310, '2026-01-01', '2026-01-01', 1,"
                f" gen_random_uuid(), now() from {table} o, generate_series(1, 20)"
            )
        connection.exec_driver_sql("vacuum analyze disbursements")


def plans_of_the_night(span):
    """How PostgreSQL would read the lines of the people and of their households."""
    explained = []

    def explain(session, query, values):
        with session.connection().connection.driver_connection.cursor() as cursor:
            explained.append("\n".join(row[0] for row in cursor.execute(f"explain {query}", values)))
        return []

    read, night_queries._rows = night_queries._rows, explain
    try:
        with db.transaction(db.system("test")) as session:
            session.execute(sa.text("set local enable_seqscan = off; set local enable_bitmapscan = off"))
            list(night_queries.own_lines(session, span, ["BLT-DD"], 24250))
            list(night_queries.household_lines(session, span, ["BLT-DD"], ["anak"], 24250))
    finally:
        night_queries._rows = read
    return explained
