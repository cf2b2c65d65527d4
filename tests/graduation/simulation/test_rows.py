"""Some of the lives through the real tables and the real night: what is said, what is opened, what is taken back and why."""

import random
from collections import Counter
from datetime import date
from functools import cache
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kessos_case.access.models import User
from kessos_case.cases.service import case_for
from kessos_case.core import db
from kessos_case.graduation import service
from kessos_case.graduation.queries import latest_review
from kessos_case.graduation.rules import LIVE, RelapseKind, Verdict, evaluate
from kessos_case.graduation.service.facts import graduation_facts
from tests.factories import Make
from tests.factories.graduation import UPT
from tests.graduation.simulation.lives import FIRST_YEAR, PROVINCE, REGENCY, Life, life
from tests.graduation.simulation.shelf import OPENED, Shelf, noon, publish, storable
from tests.graduation.simulation.slowly import Books, Judged, fell_back, is_past, judged
from tests.graduation.simulation.test_lives import POLICY, told
from tests.graduation.simulation.test_order import renamed, said, written_otherwise

LIVES = 60
LINES = tuple(
    (region, (FIRST_YEAR - 1 + year) * 12 + month, 400_000 + 20_000 * year)
    for year in range(7)
    for region, month in ((PROVINCE, 8), (REGENCY, 2))
)
NIGHTS = tuple(
    date.fromisoformat(day)
    for day in (
        "2021-03-01", "2021-06-30", "2021-09-15", "2021-12-01", "2022-02-28", "2022-05-11", "2022-08-01", "2022-11-30",
        "2023-02-01", "2023-04-17", "2023-07-31", "2023-10-05", "2024-01-01", "2024-02-29", "2024-06-24", "2025-01-31",
    )
)  # fmt: skip
# What can be judged again as of a day that is past.
DATED = frozenset({"income", "work_lasts", "off_aid", "stability", "safe_home", "visits_passed", "school", "treatment"})


def known_later(person: Life, day: date, known_by: date) -> Books:
    """What a later day knows about an earlier one."""

    def clipped(rows):
        return [row._replace(seen=min(row.seen, day)) for row in rows if row.seen <= known_by]

    def told_by_then(on: date | None) -> date | None:
        return min(on, day) if on and on <= known_by else None

    works = [
        work._replace(end_seen=told_by_then(work.end_seen) or work.end_seen, void_seen=told_by_then(work.void_seen))
        for work in clipped(person.works)
    ]
    homes = [home._replace(consent=told_by_then(home.consent)) for home in clipped(person.homes)]
    late = person._replace(
        checks=clipped(person.checks), aid=clipped(person.aid), visits=clipped(person.visits), works=works, homes=homes
    )
    return Books(late, known_by)


class Follower:
    """What must have become of one life's review, night by night, by the slow rules."""

    def __init__(self, person: Life) -> None:
        self.life, self.books = person, Books(person)
        self.state: str | None = None
        self.given: date | None = None
        self.since: date | None = None
        self.fallen: set[str] = set()
        self.seen: Counter[str] = Counter()

    def night(self, day: date) -> Judged:
        said = judged(self.books, day)
        self.leave(day)
        if self.state == "provisional":
            self.aftercare(day)
        elif self.state and "unmet" in said.states.values():
            self.end("withdrawn")
        if self.state is None and said.is_met and not is_past(self.life.died, day):
            self.state, self.fallen, self.since = "eligible", set(), day
            self.seen["eligible"] += 1
        return said

    def leave(self, day: date) -> None:
        """What was said here ends when another UPT takes the person over, and with a death."""
        for why, on in (("moved", self.life.transfer and self.life.transfer.on), ("died", self.life.died)):
            if self.state and is_past(on, day) and (self.since is None or self.since < on):
                self.end(why)

    def aftercare(self, day: date) -> None:
        assert self.given is not None
        then = judged(known_later(self.life, self.given, day), self.given).states
        if any(state != "met" for code, state in then.items() if code in DATED):
            self.end("late")
        else:
            now = fell_back(self.books, self.given, day) - self.fallen
            self.fallen |= now
            self.seen.update(now)

    def end(self, why: str) -> None:
        self.seen[why] += 1
        self.state = self.given = None

    def sign(self, day: date) -> bool:
        """Two people sign for most of those who are eligible."""
        has_moved = self.life.transfer is not None and self.life.transfer.on <= day
        is_signed = self.state == "eligible" and self.life.number % 5 > 0 and not has_moved
        if is_signed:
            self.state, self.given = "provisional", day
        return is_signed


def followed(person: Life) -> "Follower":
    """One life through all nights, without a table."""
    found = Follower(person)
    for day in NIGHTS:
        found.night(day)
        found.sign(day)
    return found


@cache
def chosen() -> list[Life]:
    """Of the first lives those of whom there is most to say: the gate opens to them, and much happens after it."""
    lives = [storable(life(number))._replace(lines=LINES) for number in range(800)]
    often: Counter[str] = Counter()
    ranked = []
    for each in sorted(map(followed, lives), key=lambda each: (-len(each.seen), each.life.number)):
        # Nobody stands in a row with forty others of whom the same is told.
        often.update(kinds := each.seen.keys() or {each.life.pathway})
        ranked.append((min(often[kind] for kind in kinds), each.life.number, each.life))
    return [person for _often, _number, person in sorted(ranked, key=lambda each: each[:2])[:LIVES]]


@pytest.fixture
def worker(make: Make) -> User:
    return make.caseworker()


@pytest.fixture
def leader(make: Make) -> User:
    return make.user("supervisor", organisation=UPT)


@pytest.fixture
def shelves(make: Make, worker: User, clock) -> list[tuple[Shelf, Follower]]:
    clock.set(noon(OPENED).isoformat())
    found = [(Shelf(make, worker, person), Follower(person)) for person in chosen()]
    with db.transaction(db.Credentials(role="kessos_owner", system="test")) as session:
        publish(session, LINES)
    return found


def write_all(shelves: list[tuple[Shelf, Follower]], since: date, until: date) -> None:
    with db.transaction(db.system("test")) as session:
        for shelf, _follower in shelves:
            shelf.write(session, since, until)


def said_of(case_id: UUID, day: date) -> Judged:
    with db.transaction(db.system("test")) as session:
        return told(evaluate(graduation_facts(session, case_for(session, case_id), day), POLICY))


def sign(make: Make, worker: User, leader: User, review_id: UUID) -> None:
    with make.acting(worker) as session:
        service.recommend(session, review_id)
    with make.acting(leader) as session:
        service.give_provisional(session, review_id, reason="not_ready")


def live_reviews(truth) -> dict[UUID, tuple[UUID, str]]:
    rows = truth.all("select case_id, id, state from graduation_reviews where state = any(:live)", live=list(LIVE))
    return {case_id: (review_id, state) for case_id, review_id, state in rows}


def test_the_tables_and_the_night_say_what_the_slow_one_says(make: Make, shelves, worker, leader, clock, truth):
    before = OPENED
    for day in NIGHTS:
        clock.set(noon(day).isoformat())
        write_all(shelves, before, day)
        with db.transaction(db.system("test")) as session:
            service.look_at_cases(session, UUID(int=0), UUID(int=2**128 - 1))
        live, before = live_reviews(truth), day
        for shelf, follower in shelves:
            expected = follower.night(day)
            assert said_of(shelf.case.id, day) == expected, (shelf.life.number, day)
            review_id, state = live.get(shelf.case.id, (None, None))
            assert state == follower.state, (shelf.life.number, day)
            if follower.sign(day):
                sign(make, worker, leader, review_id)
    seen = sum((follower.seen for _shelf, follower in shelves), Counter())
    relapses = {kind: count for kind, count in seen.items() if kind in set(RelapseKind)}
    assert {"eligible", "withdrawn", "late", "moved", "died", *RelapseKind} <= seen.keys()
    by_facts = seen["late"] + seen["withdrawn"]
    # What no longer holds is a task for somebody, never silent; and so is who fell back.
    ended = truth.one("select count(*) from graduation_reviews where state = 'withdrawn'")
    assert ended == by_facts + seen["moved"] + seen["died"]
    assert truth.one("select count(*) from tasks where kind = 'reconsider_graduation'") == by_facts
    assert dict(truth.all("select kind, count(*) from relapses group by kind")) == relapses
    assert truth.one("select count(*) from tasks where kind = 'answer_relapse'") == sum(relapses.values())


@cache
def told_most() -> list[Life]:
    return chosen()[:12]


@given(seed=st.integers(0, 10**9), place=st.integers(0, 11))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_whatever_order_it_was_written_down_the_same_is_said(make, worker, connection, clock, seed, place):
    dice, person = random.Random(seed), told_most()[place]
    day = dice.choice(NIGHTS[5:])
    other, names = renamed(written_otherwise(person, dice, day), dice)
    found = []
    for each in (person, storable(other)._replace(lines=LINES)):
        with connection.begin_nested() as kept:
            found.append(arrived(make, worker, clock, each, day))
            kept.rollback()
    (first, state), (second, other_state) = found
    assert (said(first, {}), state) == (said(second, names), other_state)


def arrived(make: Make, worker: User, clock, person: Life, day: date) -> tuple[Verdict, str | None]:
    """The verdict on somebody whose facts have all arrived, and what the night makes of it."""
    clock.set(noon(OPENED).isoformat())
    shelf = Shelf(make, worker, person)
    with db.transaction(db.Credentials(role="kessos_owner", system="test")) as session:
        publish(session, LINES)
    clock.set(noon(day).isoformat())
    with db.transaction(db.system("test")) as session:
        shelf.write(session, OPENED, day)
        service.look_at_cases(session, shelf.case.id, shelf.case.id)
        review = latest_review(session, shelf.case.id)
        facts = graduation_facts(session, case_for(session, shelf.case.id), day)
        return evaluate(facts, POLICY), review and review.state
