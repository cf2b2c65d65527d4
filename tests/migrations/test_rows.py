"""What a migration does to rows that are there: put in before it, read after it. Its owner is under the policies too."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kessos_case.core import schema

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
LATE = datetime(2026, 3, 5, 5, tzinfo=UTC)

# What a column that must say something says where a test names nothing; of a type, else of a name.
_BY_TYPE = {
    "uuid": "uuidv7()", "text": "'x'", "timestamp with time zone": "now()", "date": "current_date", "boolean": "false",
    "integer": "1", "smallint": "1", "bigint": "1", "bytea": "'x'::bytea", "jsonb": "'{}'::jsonb", "ARRAY": "'{}'",
}  # fmt: skip
_BY_NAME = {
    "cases.pathway": "independence", "cases.stage": "intake", "visits.kind": "visit", "plan_steps.kind": "referral",
    "plan_steps.state": "in_progress", "referrals.state": "routing", "referrals.urgency": "routine",
    "referrals.confidentiality": "standard", "referrals.sex": "unknown", "referrals.region_code": "35.09.12",
}  # fmt: skip
_NEEDED = """
    select column_name, data_type from information_schema.columns
    where table_name = :table and table_schema = 'public' and is_nullable = 'NO' and column_default is null
      and is_generated = 'NEVER' and is_identity = 'NO'
"""


class Rows:
    """Rows of an older schema, put in past keys and policies: what the models say of it now may not be true of it then."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        connection.exec_driver_sql("set local session_replication_role = replica")

    def put(self, table: str, **values: Any) -> UUID:
        """One row; its id."""
        said = {"id": uuid4(), **values}
        needed = {row[0]: row[1] for row in self._connection.execute(sa.text(_NEEDED), {"table": table})}
        filled = {name: self._filled(table, name, kind) for name, kind in needed.items() if name not in said}
        columns = ", ".join([*said, *filled])
        marks = ", ".join([*(f":{name}" for name in said), *filled.values()])
        self._connection.execute(sa.text(f"insert into {table} ({columns}) values ({marks})"), said)
        return said["id"]

    @staticmethod
    def _filled(table: str, name: str, kind: str) -> str:
        named = _BY_NAME.get(f"{table}.{name}")
        return f"'{named}'" if named else _BY_TYPE[kind]


def referral(rows: Rows, **values: Any) -> UUID:
    """One that somebody has and that has a clock, as every open one must."""
    return rows.put("referrals", **{"owner_organisation_id": uuid4(), "due_at": NOON} | values)


def read(engine: sa.Engine, query: str) -> dict[Any, Any]:
    """(key, value) of every row, as it is really stored."""
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.exec_driver_sql(query)}


@pytest.fixture
def at_0011(empty: sa.Engine) -> sa.Engine:
    assert schema.upgrade(empty.url, "0011") == "0011"
    return empty


def test_0012_says_of_open_cases_when_their_person_was_last_met(at_0011: sa.Engine):
    met = {"was_met": True, "outcome": "well"}
    with at_0011.begin() as connection:
        rows = Rows(connection)
        seen, missed = rows.put("cases"), rows.put("cases")
        ended = rows.put("cases", stage="closed", closed_at=NOON, close_reason="own_wish")
        for case_id in (seen, ended):
            rows.put("visits", case_id=case_id, visited_on=date(2026, 1, 20), **met)
            rows.put("visits", case_id=case_id, visited_on=date(2026, 2, 10), kind="call", **met)
        # An attempt is no contact, and a visit of the years after belongs to no case.
        rows.put("visits", case_id=seen, visited_on=date(2026, 2, 25))
        rows.put("visits", case_id=missed, visited_on=date(2026, 2, 25))
        rows.put("visits", visited_on=date(2026, 2, 26), **met)
    schema.upgrade(at_0011.url)
    known = read(at_0011, "select id, contact_on from cases")
    assert known == {seen: date(2026, 2, 10), missed: None, ended: None}


def test_0012_writes_at_steps_how_their_referrals_stand(at_0011: sa.Engine):
    with at_0011.begin() as connection:
        rows = Rows(connection)
        running, done = referral(rows, state="met"), referral(rows, state="completed")
        linked = rows.put("plan_steps", link_kind="referral", link_id=running)
        again = rows.put("plan_steps", link_kind="referral", link_id=running)
        ended = rows.put("plan_steps", link_kind="referral", link_id=done, state="done")
        told = rows.put("plan_steps", link_kind="referral", link_id=running, link_state="accepted")
        course = rows.put("plan_steps", kind="course", link_kind="enrolment", link_id=running)
        free = rows.put("plan_steps", state="open")
    schema.upgrade(at_0011.url)
    known = read(at_0011, "select id, link_state from plan_steps")
    assert known == {linked: "met", again: "met", ended: "completed", told: "accepted", course: None, free: None}


def test_0012_lets_the_clocks_of_referrals_that_go_on_be_chased(at_0011: sa.Engine):
    with at_0011.begin() as connection:
        rows = Rows(connection)
        late, waits = referral(rows), referral(rows, chase_at=LATE)
        chased = referral(rows, chased=2)
        ended = [referral(rows, state=state) for state in ("completed", "rejected", "withdrawn")]
    schema.upgrade(at_0011.url)
    known = read(at_0011, "select id, chase_at from referrals")
    assert known == {late: NOON, waits: LATE, chased: None, **dict.fromkeys(ended)}


def test_after_0012_every_table_is_under_its_policies_as_before(at_0011: sa.Engine):
    forced = "select relname, relforcerowsecurity from pg_class where relrowsecurity and relkind in ('r', 'p')"
    before = read(at_0011, forced)
    assert all(before[table] for table in ("cases", "visits", "plan_steps", "referrals", "client_access"))
    schema.upgrade(at_0011.url)
    after = read(at_0011, forced)
    assert before.items() <= after.items()
