"""The first page asks the database little, however much waits, and an index drives its list."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.core.ids import new_id
from kessos_case.tasks.rules import TaskKind
from kessos_case.today import fact_queries, queries
from kessos_case.today.rules import View, edges
from kessos_case.today.service import reader_of
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.today.test_pages import NOW, UPT

MOST = 12
SUBJECTS = sorted(fact_queries._BRANCHES)


def fill(truth: Truth, make: Make, user, role: str, count: int, *, mine: bool = False) -> None:
    """So many open tasks of every kind, each about a person and a subject of its own."""
    client_id = make.client(make.caseworker()).id
    office = make.organisation(UPT).id if role in ("caseworker", "supervisor") else user.organisation_id
    kinds = list(TaskKind)
    for number in range(count):
        truth.run(
            "insert into tasks (id, kind, subject_kind, subject_id, period, client_id, organisation_id, role, user_id,"
            " state, due_at, created_at, version) values (:id, :kind, :subject_kind, :subject_id, '30', :client_id,"
            " :office, :role, :user_id, 'open', :due_at, :now, 1)",
            id=new_id(), kind=kinds[number % len(kinds)], subject_kind=SUBJECTS[number % len(SUBJECTS)],
            subject_id=new_id(), client_id=client_id, office=office, role=role, user_id=user.id if mine else None,
            due_at=NOW + timedelta(hours=number - count // 2), now=NOW,
        )  # fmt: skip


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("role", list(Role))
def test_a_full_page_of_any_role_needs_few_statements(
    role: Role, make: Make, reader, statements, truth: Truth, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kessos_case.today.pages.A_PAGE", 60)
    user = make.user(role, organisation=UPT if role in ("caseworker", "supervisor") else "DINSOS-35.09")
    fill(truth, make, user, role, 60, mine=role == Role.TKSK)
    one = reader(user)
    for path in ("/", "/?show=overdue", "/?show=office"):
        said = statements(lambda path=path: one.get(path))
        assert len(said) <= MOST, (path, said)


@pytest.mark.usefixtures("clock")
def test_more_tasks_need_no_more_statements(make: Make, reader, statements, truth: Truth):
    user = make.caseworker()
    counts, one = [], reader(user)
    for _ in range(2):
        fill(truth, make, user, "caseworker", 22)
        counts.append(len(statements(lambda: one.get("/"))))
    assert counts[0] == counts[1]


def test_a_task_needs_few_statements(make: Make, reader, statements, clock: Clock):
    worker = make.caseworker()
    task, one = make.task(worker), reader(worker)
    assert len(statements(lambda: one.get(f"/tasks/{task.id}"))) <= MOST
    assert len(statements(lambda: one.get(f"/clients/{task.client_id}/tasks/new"))) <= MOST


def plan_of(make: Make, user, view: View) -> str:
    """How PostgreSQL goes about a page of this user's list, as the program's role."""
    with make.acting(user) as session:
        found = queries.things(reader_of(session), view)
        select = queries.listed(found, view, edges(session.now, session.now), None)
        page = select.order_by(found.c.due_at, found.c.id).limit(26)
        text = page.compile(session.connection(), compile_kwargs={"literal_binds": True})
        return "\n".join(session.connection().exec_driver_sql(f"explain {text}").scalars())


@pytest.mark.parametrize("view", [View.SOON, View.OVERDUE, View.DESK, View.OFFICE])
def test_indexes_drive_the_tasks_as_the_programs_role(view: View, committed: sa.Engine, make_committed: Make):
    """Ten years of tasks, nearly all of them done or of other offices."""
    worker = make_committed.caseworker()
    with committed.begin() as connection:
        connection.execute(
            sa.text(
                "insert into tasks (id, kind, subject_kind, subject_id, period, organisation_id, role, user_id, state,"
                " due_at, created_at, closed_at, version) select uuidv7(), 'check_placement', 'placement', uuidv7(), n,"
                " case when n % 50 = 0 then :own else :other end, 'caseworker', case when n % 100 = 0 then :me end,"
                " case when n % 20 = 0 then 'open' else 'done' end, now() + n * interval '1 minute', now(),"
                " case when n % 20 = 0 then null else now() end, 1 from generate_series(1, 60000) n"
            ),
            {"own": worker.organisation_id, "other": make_committed.organisation("PSTW-MAGETAN").id, "me": worker.id},
        )
        connection.exec_driver_sql("analyze tasks")
    assert "Seq Scan on tasks" not in plan_of(make_committed, worker, view)


@pytest.mark.parametrize("role", ["triage", "tksk"])
def test_indexes_drive_the_reports_as_the_programs_role(role: str, committed: sa.Engine, make_committed: Make):
    """Ten years of reports, nearly all of them ended; the others lie with many desks."""
    user = make_committed.user(role)
    with committed.begin() as connection:
        connection.execute(
            sa.text(
                "insert into referrals (id, content_hash, state, urgency, service_types, disclose, confidentiality, sex,"
                " region_code, submitted_at, sender_id, sender_organisation_id, owner_organisation_id, due_at,"
                " policy_version, version) select uuidv7(), '', case when n % 20 = 0 then 'submitted' else 'completed' end,"
                " 'routine', '{}', '{}', 'standard', 'L', '35.09.12', now(), :me, :office, :office,"
                " case when n % 20 = 0 then now() + n * interval '1 minute' end, 'x', 1 from generate_series(1, 60000) n"
            ),
            {"me": user.id, "office": user.organisation_id},
        )
        connection.exec_driver_sql("analyze referrals")
    assert "Seq Scan on referrals" not in plan_of(make_committed, user, View.SOON)
