"""The lives that a night draws: the same in whatever parts and however often, read whole or not at all, by reports alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from kessos_case.core import db
from kessos_case.core.errors import Conflict
from kessos_case.core.settings import settings
from kessos_case.nights.queries import ranges
from kessos_case.nights.rules import Step
from kessos_case.nights.service import work
from kessos_case.reports import service as reports
from kessos_case.reports.cohort_queries import Asked, counts
from kessos_case.reports.life_queries import Drawing
from kessos_case.reports.service import Selection, read_cohorts
from tests.conftest import Clock, Truth
from tests.factories import Make, nights
from tests.factories.cases import BONDOWOSO, MAGETAN, supervisor
from tests.factories.cohorts import Life, Told, Verdict, Work, counted, write_lives

OPENED, DAY = date(2025, 1, 6), date(2026, 3, 1)
# Everything but when it was drawn.
ROWS = """select (to_jsonb(l) - 'begun_at')::text from cohort_lives l join cohort_drawings d using (as_of, begun_at)
    order by l.id"""


class Office:
    """Two offices, who leads the first, and people whose lives are drawn."""

    def __init__(self, make: Make, truth: Truth) -> None:
        self.make, self.truth, self.worker, self.leader = make, truth, make.caseworker(), supervisor(make)
        self.offices = [make.organisation(code).id for code in (BONDOWOSO, MAGETAN)]

    def write(self, *people: Life):
        return write_lives(self.truth, self.worker.id, self.offices, list(people))

    def read(self, by: str = ""):
        with self.make.acting(self.leader) as session:
            return read_cohorts(session, Selection(by=by))

    def said(self) -> tuple[date, int, int]:
        """(as of, people, of whom assessed) of the report."""
        found = self.read()
        figures = {each.code: each for each in found.figures}
        return found.as_of, figures["all"].value, figures["reached_assessment"].part

    def part(self, as_of: date, begun_at, number: int, of: int) -> None:
        """Draw one of the parts into which a night cuts its people."""
        with db.transaction(db.system("nights.chunk")) as session:
            cut = ranges(session, reports.people_with_lives(), of)
            reports.draw_lives(session, as_of, begun_at, cut[number].first, cut[number].last)


@pytest.fixture
def office(make: Make, truth: Truth, clock: Clock) -> Office:
    clock.set("2026-03-02T03:00:00+00:00")
    return Office(make, truth)


def assessed(opened: date = OPENED, **about) -> Life:
    return Life([Told(opened, moves=[(opened + timedelta(7), "assessment")], **about)])


def test_a_night_counts_and_says_of_which_day(office: Office):
    office.write(assessed(), Life([Told(OPENED)]))
    night = nights.night()
    assert night.report[Step.COHORTS]["lives"] == 2
    assert office.said() == (DAY, 2, 1)


def test_a_night_twice_is_as_once(office: Office, clock: Clock):
    verdict = Verdict("empowered", "confirmed", date(2025, 6, 2), date(2025, 7, 7), [date(2025, 9, 1)])
    working = Told(OPENED, verdicts=[verdict], work=[Work(date(2025, 3, 3), date(2025, 3, 3), income=1_000_000)])
    office.write(assessed(), Life([working]))
    counted(DAY, size=1)
    before = office.truth.all(ROWS)
    clock.move(minutes=5)
    counted(DAY, size=5)
    assert office.truth.all(ROWS) == before
    assert len(before) == 2


def test_taken_up_again_half_way_it_is_the_same(office: Office, clock: Clock):
    office.write(*(assessed(OPENED + timedelta(days)) for days in range(4)))
    counted(DAY)
    before = office.truth.all(ROWS)
    clock.move(minutes=5)
    for number in (1, 0, 1):
        office.part(DAY, clock.now, number, 2)
    with db.transaction(db.system("nights.chunk")) as session:
        reports.finish_lives(session, DAY, clock.now)
    assert office.truth.all(ROWS) == before


def test_until_the_night_is_through_all_of_the_day_before_is_read(office: Office, clock: Clock):
    office.write(assessed(), Life([Told(OPENED)]))
    counted(DAY)
    clock.move(days=1)
    office.write(assessed(), assessed())
    office.part(DAY + timedelta(1), clock.now, 0, 2)
    assert office.said() == (DAY, 2, 1)
    office.part(DAY + timedelta(1), clock.now, 1, 2)
    assert office.said() == (DAY, 2, 1)
    with db.transaction(db.system("nights.chunk")) as session:
        reports.finish_lives(session, DAY + timedelta(1), clock.now)
    assert office.said() == (DAY + timedelta(1), 4, 3)


def test_what_is_read_while_a_night_takes_it_away_is_read_again(office: Office, clock: Clock):
    office.write(assessed())
    counted(DAY)
    seen = []

    def read(drawing: Drawing) -> int:
        seen.append(drawing.as_of)
        if len(seen) == 1:
            for days in (1, 2):
                counted(DAY + timedelta(days))
            # Those share the connection of this test, which goes on as the reports.
            session.execute(sa.text("select set_config('kessos.system', 'reports', true)"))
        return counts(session, [], Asked(drawing))[0][1]["all"]

    with office.make.acting(office.leader) as session:
        assert reports.read_lives(session, read) == 1
    assert seen == [DAY, DAY + timedelta(2)]


def test_old_drawings_are_not_kept(office: Office):
    office.write(assessed())
    for days in range(4):
        counted(DAY + timedelta(days))
    kept = office.truth.all("select as_of from cohort_lives order by 1")
    assert kept == [DAY + timedelta(2), DAY + timedelta(3)], "the day that is read, and the one that was"


def test_a_case_that_was_handed_over_since_is_one_life_still(office: Office):
    [[first]] = office.write(assessed())
    counted(DAY)
    before = office.truth.all("select id from cohort_lives")
    client = office.truth.one("select client_id from cases where id = :id", id=first)
    [[_old, second]] = office.write(
        Life([Told(OPENED, closed=DAY, reason="transferred", handed=True), Told(DAY, office=1)])
    )
    # The same as if the other UPT had taken over the case of the first.
    for table in ("case_transfers", "case_transitions", "cases"):
        office.truth.run(f"alter table {table} disable trigger all")
    office.truth.run("update cases set client_id = :client where id = :id", client=client, id=second)
    office.truth.run("update case_transitions set client_id = :client where case_id = :id", client=client, id=second)
    office.truth.run(
        "update case_transfers set case_id = :first, client_id = :client where new_case_id = :id",
        first=first, client=client, id=second,
    )  # fmt: skip
    office.truth.run("update cases set closed_at = '2026-03-01', stage = 'closed', close_reason = 'transferred' "
                     "where id = :id", id=first)  # fmt: skip
    counted(DAY + timedelta(1), size=1)
    told = (
        "select l.id, l.office, l.has_left from cohort_lives l join cohort_drawings using (as_of, begun_at) "
        "where l.client_id = :client"
    )
    drawn = office.truth.all(told, client=client)
    assert drawn == [(first, office.offices[0], False)]
    assert before == [first]


def test_a_late_fact_is_in_the_next_night_and_one_of_a_later_day_in_none_before(office: Office):
    office.write(
        assessed(), Life([Told(OPENED, moves=[(DAY + timedelta(1), "assessment")])]), assessed(DAY + timedelta(1))
    )
    counted(DAY)
    assert office.said() == (DAY, 2, 1)
    counted(DAY + timedelta(1))
    assert office.said() == (DAY + timedelta(1), 3, 2)
    office.truth.run(
        "insert into case_transitions (id, case_id, client_id, verb, to_stage, detail, happened_at, recorded_at, "
        "policy_version) select gen_random_uuid(), id, client_id, 'test', 'assessment', '{}', '2025-02-03', now(), 'test' "
        "from cases c where not exists (select from case_transitions t where t.case_id = c.id and t.to_stage <> 'intake' "
        "and t.happened_at < '2026-03-02')"
    )
    assert office.said() == (DAY + timedelta(1), 3, 2)
    counted(DAY + timedelta(2))
    assert office.said() == (DAY + timedelta(2), 3, 3)


def test_ends_of_a_later_day_have_not_come(office: Office):
    later = DAY + timedelta(3)
    working = Told(OPENED, closed=later, reason="own_wish", verdicts=[Verdict("empowered", "provisional", later)])
    working.work = [Work(OPENED, OPENED, ended_on=later)]
    office.write(Life([working], died_on=later), Life([Told(OPENED, verdicts=[
        Verdict("empowered", "confirmed", date(2025, 6, 2), later, [later])])]))  # fmt: skip
    counted(DAY)
    told = "select kind, has_left, is_confirmed, relapse_end, work_365 from cohort_lives order by kind nulls first"
    assert office.truth.all(told) == [(None, False, False, None, "unknown"), ("empowered", False, False, 0, None)]


def test_the_lives_of_a_deleted_case_go_at_once(office: Office):
    [[gone], [_stays]] = office.write(assessed(), Life([Told(OPENED)]))
    counted(DAY)
    office.truth.run("alter table case_transitions disable trigger all")
    office.truth.run("delete from case_transitions where case_id = :id", id=gone)
    office.truth.run("delete from cases where id = :id", id=gone)
    assert office.said() == (DAY, 1, 0)


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch):
    """The step of the lives, whose every chunk raises until it is mended."""
    monkeypatch.setenv("KESSOS_JOB_ATTEMPTS", "1")
    settings.cache_clear()
    broken, whole = {"is_broken": True}, work.WORK[Step.COHORTS]

    def do(session, as_of, chunk):
        if broken["is_broken"]:
            raise ZeroDivisionError
        return whole.do(session, as_of, chunk)

    monkeypatch.setitem(work.WORK, Step.COHORTS, work.Work(whole.parts, do, whole.end))
    yield broken
    monkeypatch.undo()
    settings.cache_clear()


def test_a_night_of_which_a_part_failed_replaces_nothing_until_it_is_mended(office: Office, breaking, clock: Clock):
    office.write(assessed())
    counted(DAY - timedelta(1))
    assert nights.night().given_up == 1
    assert office.said() == (DAY - timedelta(1), 1, 1)
    breaking["is_broken"] = False
    assert nights.night().given_up == 0
    assert office.said() == (DAY, 1, 1)


def test_before_the_first_night_there_is_no_report(office: Office):
    office.write(assessed())
    with pytest.raises(Conflict) as refused:
        office.read()
    assert refused.value.code == "not_counted"


def test_only_the_reports_see_the_lives(office: Office):
    office.write(assessed())
    counted(DAY)
    many = sa.text("select count(*) from cohort_lives")
    for name, seen in (("reports", 1), ("nights.chunk", 0), ("test", 0)):
        with db.transaction(db.system(name)) as session:
            assert session.scalar(many) == seen
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        office.make.acting(office.leader) as session,
    ):
        session.execute(many)


def test_no_life_has_a_name_or_a_day_but_the_first(office: Office):
    columns = office.truth.all(
        "select column_name::text from information_schema.columns where table_name = 'cohort_lives' "
        "and data_type in ('date', 'timestamp with time zone') order by 1"
    )
    assert columns == ["as_of", "begun_at", "intake_on"]


# Forty thousand lives of forty offices, in two drawings.
MANY = """
insert into cohort_lives (client_id, id, as_of, begun_at, office, quarter, pathway, category, sex, age, disability, district,
    may_graduate, intake_on, seen_days, stay_days, has_left, assessment_days, assessment_end, planning_days, planning_end,
    measures_days, measures_end, outcome_days, outcome_end, aftercare_days, aftercare_end, is_confirmed, graduation_days,
    has_worked)
select gen_random_uuid(), gen_random_uuid(), date '2026-03-01' - n % 2, timestamptz '2026-03-02Z' - n % 2 * interval '1 day',
    case when n % 40 < 2 then :own else md5((n % 40)::text)::uuid end, '2025-Q1', 'independence', 'PPKS-13', 'P', '18-29',
    'no', '35.09', true, '2025-01-06', 400, 400, false, 7, 1, 400, 0, 400, 0, 400, 0, 400, 0, false, 400, false
from generate_series(1, 40000) n
"""


def test_a_leader_reads_his_part_by_its_index(committed, make_committed: Make):
    """As PostgreSQL plans it under the policy."""
    own = make_committed.organisation(BONDOWOSO).id
    with committed.begin() as connection:
        connection.execute(sa.text(MANY), {"own": own})
        connection.execute(sa.text("analyze cohort_lives"))
    with db.transaction(db.system("reports")) as session:
        asked = Asked(Drawing(date(2026, 3, 1), datetime(2026, 3, 2, tzinfo=UTC)), [own])
        condition, values = asked.where()
        explain = sa.text(f"explain select count(*) from cohort_lives where {condition}")
        plan = "\n".join(session.scalars(explain, values))
    assert "ix_cohort_lives_office" in plan, plan
