"""Fill an empty database with a made-up East Java. All rows are laid in one transaction: a world is there or it is not."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa

from kessos_case.access.models import User
from kessos_case.cases.rules import Stage, StepState, Verb
from kessos_case.clients.models import Client
from kessos_case.core.clock import office_day
from kessos_case.core.errors import Conflict
from kessos_case.core.months import Month, first_day, month_of
from kessos_case.demo.afterwards import Afterwards
from kessos_case.demo.assessment_rows import AssessmentRows
from kessos_case.demo.book import Book
from kessos_case.demo.case_rows import CaseRows, offer_transfers
from kessos_case.demo.conference_rows import ConferenceRows
from kessos_case.demo.course_rows import CourseRows
from kessos_case.demo.desk import Desk
from kessos_case.demo.directory import open_directory, rest, write_directory
from kessos_case.demo.episodes import Episode, come_back, draw_up, learns_trade, settles_from
from kessos_case.demo.ground import Ground
from kessos_case.demo.house_rows import HouseRows
from kessos_case.demo.ledger import Ledger
from kessos_case.demo.ledger_rows import LedgerRows
from kessos_case.demo.lives import NONE, REGULAR, Lives, homes_by_month, live
from kessos_case.demo.people import People, Person, Settlement
from kessos_case.demo.plan_rows import Link, PlanRows
from kessos_case.demo.referral_rows import ReferralRows
from kessos_case.demo.registry_rows import Registry
from kessos_case.demo.reports import Reports
from kessos_case.demo.requests import Requests
from kessos_case.demo.staff import Personnel, SignIn, Staff
from kessos_case.demo.taper_rows import TaperRows
from kessos_case.demo.walks import Walk
from kessos_case.demo.work_rows import WorkRows

# Of so many people, one report lies on a desk today.
_PEOPLE_A_REPORT = 160


# Says which step begins, for whoever waits.
Tell = Callable[[str], None]


@dataclass
class World:
    """What was made: rows by table, the sign-ins that are printed, and whom the program itself goes on with.

    That are the cases, for the gate of graduation and then for what is written after it, and heads of households, the
    poorest first, for a file of aid.
    """

    counts: dict[str, int]
    sign_ins: list[SignIn]
    ground: Ground
    desk: Desk
    cases: list[Episode]
    afterwards: Afterwards
    poorest: list[Person]


def refuse_unless_empty(connection: sa.Connection) -> None:
    """Raises Conflict when somebody is registered, or has an account of the demo: a world is made once."""
    if connection.scalar(sa.select(sa.exists(sa.select(Client.id)))):
        raise Conflict("There are people in this database already; a demo is only made in an empty one.")
    if connection.scalar(sa.select(sa.exists(sa.select(User.id).where(User.username.like("demo.%"))))):
        raise Conflict("This database has accounts of a demo already.")


def fill(
    connection: sa.Connection, *, clients: int, seed: int, now: datetime, password: str, tell: Tell = lambda _step: None
) -> World:
    """Make so many people with ten years of life, and write them through this connection's transaction.

    The same seed, count and day give the same ids, names and facts. Sealed values, the index hashes and the password
    differ, for they hang on keys that each installation makes for itself.
    """
    refuse_unless_empty(connection)
    # Nights that have looked at nobody: a finished one would not look again.
    connection.exec_driver_sql("delete from night_chunks")
    connection.exec_driver_sql("delete from nights")
    tell("people and their lives")
    ground = Ground(connection, now, seed)
    personnel = Personnel(ground, password)
    staff = personnel.hire()
    directory = open_directory(ground, personnel)
    rest(ground, directory, personnel)
    settlement = Settlement(ground, clients)
    people = settlement.settle()
    cases = draw_up(ground, people, staff)
    for case in cases:
        if month := settles_from(ground, case):
            settlement.take_room(case.person, month)
    lives = _let_live(ground, people, cases)
    desk = Desk(ground, Registry(ground, staff, people), staff)
    desk.registry.register(_first_cases(ground, staff, cases))
    tell("cases")
    cases = _walked(ground, staff, cases, lives)
    ledger = Ledger(ground, people, lives, cases)
    _tell_cases(desk, directory, people, cases, TaperRows(desk, lives, ledger.enrolments), lives)
    _categorise(ground, people, cases)
    _hand_out_cards(people)
    tell("ten years of aid")
    LedgerRows(desk, people, cases).write(ledger)
    desk.registry.write()
    write_directory(ground, directory)
    tell("writing it down")
    with _as_drafts(connection):
        counts = _written(connection, ground)
    connection.exec_driver_sql("analyze")
    afterwards = Afterwards(desk, directory, people, lives)
    return World(counts, staff.sign_ins, ground, desk, cases, afterwards, ledger.poorest())


def write_afterwards(connection: sa.Connection, world: World) -> None:
    """Once the gate has told in which time each case was open: what its office noted, recorded and asked of a person.

    Past the program's own rights, which leave such words to people: its role, taken on at the gate, is laid down.
    """
    connection.exec_driver_sql("reset role")
    world.ground.book = Book()
    changes = world.afterwards.write(world.cases)
    _written(connection, world.ground)
    for change in changes:
        connection.execute(change)


@contextmanager
def _as_drafts(connection: sa.Connection) -> Iterator[None]:
    """Rows of plans come as they were decided; the database takes their tapers from drafts alone."""
    for word in ("disable", "enable"):
        for table in ("aid_tapers", "taper_steps"):
            connection.exec_driver_sql(f"alter table {table} {word} trigger proposed_is_final")
        if word == "disable":
            yield


def _written(connection: sa.Connection, ground: Ground) -> dict[str, int]:
    """COPY the whole book; returns the rows by table."""
    counts, driver = ground.book.counts(), connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    ground.book.write(driver)
    return counts


def _let_live(ground: Ground, people: People, cases: list[Episode]) -> Lives:
    trades = {case.person.place: month for case in cases if (month := learns_trade(case))}
    lives = live(ground, people, trades, homes_by_month(ground, people))
    for person in people.persons:
        month = int(lives.died[person.place])
        if month <= ground.last:
            day = ground.dice(f"death:{person.place}").randrange(27)
            died = max(first_day(month).replace(day=day + 1), person.born)
            person.died_on = died if died < ground.today else None
    return lives


def _first_cases(ground: Ground, staff: Staff, cases: list[Episode]) -> dict[int, tuple[date, UUID, UUID]]:
    """Who registers whoever comes to a UPT first: the UPT itself, or the desk that sent him."""
    found: dict[int, tuple[date, UUID, UUID]] = {}
    for case in cases:
        by = case.caseworker or case.supervisor
        sent = (case.reported_on, ground.desk(case.person.village).id, staff.desk(case.person.village))
        found.setdefault(case.person.place, sent if case.is_by_referral else (case.opened_on, case.office.id, by))
    return found


def _walked(ground: Ground, staff: Staff, cases: Iterable[Episode], lives: Lives) -> list[Episode]:
    """Every case with its moves, and the later ones of who came back; none of who had died before."""
    done, waiting = [], list(cases)
    for case in waiting:
        person = case.person
        if person.died_on and person.died_on <= case.opened_on:
            continue
        if person.registered_at and person.registered_at > ground.opening(case.opened_on):
            continue
        case.eats_with = _eats_with(ground, lives, case)
        Walk(ground, case, _works_of(ground, lives, person), person.died_on).go()
        done.append(case)
        if later := come_back(ground, staff, case):
            waiting.append(later)
    return done


def _eats_with(ground: Ground, lives: Lives, case: Episode) -> int:
    home = int(lives.home[case.person.place, max(0, month_of(case.opened_on) - ground.first)])
    return 1 if home < 0 else max(1, min(30, int(lives.people_at_home[home, month_of(case.opened_on) - ground.first])))


def _works_of(ground: Ground, lives: Lives, person: Person) -> list[tuple[Month, Month | None, bool]]:
    """Runs of months with work: first, last (None while it goes on), and whether it was regular at first."""
    runs: list[tuple[Month, Month | None, bool]] = []
    row = lives.work[person.place]
    begun = None
    for column, state in enumerate(row):
        if state != NONE and begun is None:
            begun = column
        elif state == NONE and begun is not None:
            runs.append((ground.first + begun, ground.first + column - 1, bool(row[begun] == REGULAR)))
            begun = None
    if begun is not None:
        runs.append((ground.first + begun, None, bool(row[begun] == REGULAR)))
    return runs


def _tell_cases(
    desk: Desk, directory: Any, people: People, cases: list[Episode], tapers: TaperRows, lives: Lives
) -> None:  # fmt: skip
    """Every room's rows of every case, then what lies on desks today."""
    referrals = ReferralRows(desk, directory)
    reports, courses = Reports(desk, directory, referrals), CourseRows(desk)
    works, conferences = WorkRows(desk, directory), ConferenceRows(desk)
    plans = PlanRows(desk, conferences, tapers)
    assessments, rows, houses = AssessmentRows(desk), CaseRows(desk), HouseRows(desk)
    for case in cases:
        if case.is_by_referral:
            reports.bring(case)
        links = _links(case, courses, works)
        works.home(case)
        works.statements(case, _wages(desk.ground, lives, case.person))
        flagged = assessments.write(case, _assessed_again(case))
        plans.write(case, flagged, links, _goals_met_on(case))
        rows.write(case)
        conferences.others(case)
        houses.settle(case)
    courses.write()
    houses.write()
    offer_transfers(desk, cases)
    Requests(desk, directory, referrals).tell(cases)
    served = {case.person.place for case in cases}
    others = [person for person in people.persons if person.place not in served]
    reports.today(others, max(24, len(people.persons) // _PEOPLE_A_REPORT))
    reports.shown(others)


def _links(case: Episode, courses: CourseRows, works: WorkRows) -> dict[str, Link]:
    """What closes the steps of the plan; a person who went to work without a finished course has a waiver on record."""
    links = {}
    if course := courses.enrol(case):
        links["course"] = course
    if work := works.placements(case):
        links["placement"] = work
    for move in case.moves:
        if move.verb == Verb.START_PLACEMENT and (
            course is None or course.state != StepState.DONE or not course.closed_at or course.closed_at > move.at
        ):
            move.words, move.detail = "Sudah mendapat pekerjaan; kursus menyusul.", {"course_waived": True}
    return links


def _wages(ground: Ground, lives: Lives, person: Person) -> dict[Month, int]:
    """What the person's household had in each month; what he earned himself where he lives alone."""
    found = {}
    for column in range(lives.work.shape[1]):
        home = int(lives.home[person.place, column])
        together = lives.income_at_home[home, column] if home >= 0 else lives.income[person.place, column]
        found[ground.first + column] = int(together)
    return found


def _assessed_again(case: Episode) -> list[date]:
    """Once work, or the home, has lasted half a year. Later looks follow from the gate."""
    begun = case.lasts_since()
    if begun is None or case.entered(Stage.AFTERCARE) is None:
        return []
    last = case.closed_at.date() if case.closed_at else None
    day = first_day(month_of(begun) + 7).replace(day=8)
    return [day] if last is None or day < last else []


def _goals_met_on(case: Episode) -> date | None:
    """With aftercare the goals of the plan are reached, unless the way there broke off."""
    begun = case.entered(Stage.AFTERCARE)
    return begun if case.stage != Stage.PLACEMENT else None


def _categorise(ground: Ground, people: People, cases: list[Episode]) -> None:
    """The categories of people: by their cases, by what they came as, and of some of the poor."""
    for case in cases:
        case.person.categories.append((case.category, case.opened_on))
    dice = ground.dice("categories")
    for person in people.persons:
        since = office_day(person.registered_at) if person.registered_at else ground.today
        if person.alone:
            person.categories.append((person.alone, since))
        elif person.is_disabled and not person.categories:
            person.categories.append(("PPKS-09" if person.age_in(ground.last) >= 18 else "PPKS-05", since))
        elif person.age_in(ground.last) >= 18 and dice.random() < 0.4:
            person.categories.append(("PPKS-24", since))


def _hand_out_cards(people: People) -> None:
    """Members have the number of the card of the household in which they live now."""
    for stay in people.stays:
        if stay.last is None:
            stay.person.kk = stay.home.kk
