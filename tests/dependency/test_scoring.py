"""Hundreds of lives in the database, scored as a night does it and by the plain rules: both must find the same of everybody."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from kessos_case.clients.rules import BirthDatePrecision
from kessos_case.clients.rules.identity import ESTIMATE_YEARS, age_range_on
from kessos_case.core import db
from kessos_case.core.months import first_day, month_of
from kessos_case.dependency import service
from kessos_case.dependency.engine.scope import PRECISIONS, People, ages
from kessos_case.dependency.rules import (
    ExemptionGround,
    Fact,
    KnownFacts,
    Membership,
    Payment,
    Person,
    Statement,
    has_recent_aid,
    indicators,
    is_stage_open,
    net_by_month,
    score,
    status_of,
)
from tests.factories import fresh_id, training

AS_OF = date(2026, 3, 9)
LAST = month_of(AS_OF) - 1
SINCE = first_day(LAST - 11)
OWN = ("BLT-DD", "SEMBAKO", "ASPD-JATIM", "PKH-SMA", "PKH-LANSIA", "PENA", "PBI-JK")
SHARED = ("SEMBAKO", "BLT-DD", "PKH-SMA", "PKH-SD", "KUBE")
COMPONENTS = (None, None, "Lansia", " anak ", "kepala keluarga")
GROUNDS = (*ExemptionGround, *[None] * 12)


@dataclass
class Life:
    """One person as the tables have him, and as the rules see him."""

    id: UUID
    born: date | None
    precision: str | None
    died_on: date | None
    payments: list[Payment] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    stated: dict[int, int] = field(default_factory=dict)
    grounds: set[ExemptionGround] = field(default_factory=set)
    cases: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[Fact, bool | None] = field(default_factory=dict)


class Province:
    """Random lives, written straight into the tables as the superuser."""

    def __init__(self, truth: Any, worker: Any, batch: Any, seed: int, people: int) -> None:
        self.truth, self.worker, self.batch, self.chance = truth, worker, batch, random.Random(seed)
        self.households = {fresh_id(): list[Payment]() for _ in range(people // 3)}
        for household, payments in self.households.items():
            truth.run("insert into households (id, registered_at, registered_by, version) values (:id, now(), :by, 1)",
                      id=household, by=worker.id)  # fmt: skip
            payments += self._payments(SHARED, household_id=household)
        self.lives = [self._life() for _ in range(people)]

    def _life(self) -> Life:
        chance = self.chance
        born = chance.choice([None, *[AS_OF - timedelta(days=chance.randrange(16 * 365, 62 * 365)) for _ in range(9)]])
        precision = None if born is None else chance.choice(list(BirthDatePrecision))
        died_on = chance.choice([None] * 12 + [AS_OF, AS_OF + timedelta(days=1)])
        life = Life(fresh_id(), born, precision, died_on)
        self.truth.run(
            "insert into clients (id, name, sex, birth_date, birth_date_precision, died_on, confidentiality, registered_at,"
            " registered_by, version, aliases, region_code) values (:id, 'Uji', 'P', :born, :precision, :died_on,"
            " 'standard', now(), :by, 1, '{}', :region)",
            id=life.id, born=born, precision=precision, died_on=died_on, by=self.worker.id,
            region=chance.choice((None, "35.09.12", "35.78")),
        )  # fmt: skip
        life.payments = self._payments(OWN, client_id=life.id)
        self._move_about(life)
        self._earn(life)
        self._exempt(life)
        self._serve(life)
        self._work_and_learn(life)
        return life

    def _payments(self, programmes: tuple[str, ...], **owner: UUID) -> list[Payment]:
        made = []
        for _ in range(self.chance.choice((0, 1, 4, 12))):
            first = LAST - self.chance.randrange(-3, 70)
            last = first + self.chance.choice((0, 0, 0, 2, 11))
            known_on = AS_OF + timedelta(days=self.chance.randrange(-400, 2))
            component = self.chance.choice(COMPONENTS) if "household_id" in owner else None
            programme, amount = self.chance.choice(programmes), self.chance.choice((7, 100_001, 300_000))
            household = str(owner["household_id"]) if "household_id" in owner else None
            made.append(Payment(programme, first, last, known_on, amount, component, household))
            line = self._line(made[-1], owner, None)
            if self.chance.random() < 0.3:
                back = Payment(programme, first, last, known_on, -amount, component, household)
                made.append(back)
                self._line(back, owner, line)
        return made

    def _line(self, payment: Payment, owner: dict[str, UUID], reverses: UUID | None) -> UUID:
        line = fresh_id()
        self.truth.run(
            "insert into disbursements (id, client_id, household_id, programme_code, component, from_month, to_month, paid_on,"
            " known_on, amount, source_key, reverses_id, reason, recorded_at) values (:id, :client_id, :household_id,"
            " :programme, :component, :first, :last, :known_on, :known_on, :amount, :id, :reverses, :reason, now())",
            **{"client_id": None, "household_id": None} | owner, **vars(payment) | {"household": None},
            id=line, reverses=reverses, reason="returned" if reverses else None,
        )  # fmt: skip
        return line

    def _move_about(self, life: Life) -> None:
        first = LAST - self.chance.randrange(10, 80)
        while first <= LAST + 1 and self.chance.random() < 0.8:
            last = None if self.chance.random() < 0.5 else first + self.chance.randrange(0, 30)
            household, is_void = self.chance.choice(list(self.households)), self.chance.random() < 0.1
            self.truth.run(
                "insert into household_members (id, household_id, client_id, relation, from_month, to_month, recorded_at,"
                " recorded_by, voided_at, voided_by, version) values (:id, :household, :client, 'other', :first, :last,"
                " '2026-01-01', :by, :voided_at, :voided_by, 1)",
                id=fresh_id(), household=household, client=life.id, first=first, last=last, by=self.worker.id,
                voided_at=datetime(2026, 2, 1, tzinfo=UTC) if is_void else None,
                voided_by=self.worker.id if is_void else None,
            )  # fmt: skip
            if not is_void:
                life.memberships.append(Membership(str(household), first, last))
            if last is None:
                break
            first = last + 1 + self.chance.randrange(3)

    def _earn(self, life: Life) -> None:
        for number in range(self.chance.choice((0, 0, 5, 9))):
            first = LAST - self.chance.randrange(0, 14)
            last, amount = first + self.chance.randrange(3), self.chance.choice((0, 1_000_000, 2_000_001))
            self.truth.run(
                "insert into income_statements (id, client_id, from_month, to_month, amount, source, household_size,"
                " recorded_at, recorded_by) values (:id, :client, :first, :last, :amount, 'visit', 1, :at, :by)",
                id=fresh_id(), client=life.id, first=first, last=last, amount=amount, by=self.worker.id,
                at=datetime(2026, 3, 1, number, tzinfo=UTC),
            )  # fmt: skip
            share, more = divmod(amount, last - first + 1)
            life.stated |= {month: share + (month - first < more) for month in range(first, last + 1)}

    def _exempt(self, life: Life) -> None:
        ground = self.chance.choice(GROUNDS)
        if ground is None:
            return
        until = self.chance.choice((None, AS_OF, AS_OF - timedelta(days=1)))
        ended_at = self.chance.choice(
            (None, None, datetime(2026, 3, 9, 5, tzinfo=UTC), datetime(2026, 3, 9, 18, tzinfo=UTC))
        )
        self.truth.run(
            "insert into exemptions (id, client_id, ground, source, from_on, until_on, recorded_at, recorded_by, ended_at)"
            " values (:id, :client, :ground, 'visit', '2026-01-01', :until, '2026-02-01', :by, :ended_at)",
            id=fresh_id(), client=life.id, ground=ground, until=until, by=self.worker.id, ended_at=ended_at,
        )  # fmt: skip
        # Jakarta's ninth of March ends at 17:00 UTC.
        if until != AS_OF - timedelta(days=1) and (ended_at is None or ended_at.hour == 18):
            life.grounds.add(ground)

    def _serve(self, life: Life) -> None:
        opened = date(2023, 1, 1) + timedelta(days=self.chance.randrange(1000))
        for _ in range(self.chance.choice((0, 1, 1, 2))):
            closed = opened + timedelta(days=self.chance.randrange(30, 900)) if self.chance.random() < 0.5 else None
            pathway = self.chance.choice(("independence",) * 3 + ("reunification", "long_term_care"))
            case = {"id": fresh_id(), "pathway": pathway, "opened_on": opened, "closed_on": closed}
            self.truth.run(
                "insert into cases (id, client_id, organisation_id, category_code, pathway, stage, stage_since, opened_at,"
                " closed_at, close_reason, version) values (:id, :client, :office, 'PPKS-24', :pathway, :stage, :opened,"
                " :opened, :closed, :reason, 1)",
                id=case["id"], client=life.id, office=self.worker.organisation_id, pathway=case["pathway"],
                stage="closed" if closed else "intake", reason="moved" if closed else None,
                opened=noon(opened), closed=noon(closed),
            )  # fmt: skip
            life.cases.append(case)
            if closed is None:
                break
            opened = closed + timedelta(days=self.chance.choice((0, 1, 2, 100)))

    def _work_and_learn(self, life: Life) -> None:
        """Where he has a case: work, courses and assessments, some of them too late, never begun, or by another version."""
        asked = (Fact.WORKED_12, Fact.ACTIVE_WORK, Fact.COURSE_COMPLETED, Fact.COURSE_LAST_12)
        life.facts = dict.fromkeys(asked, False if is_followed(life.cases) else None)
        if not life.cases:
            return
        self._work(life)
        self._learn(life)
        for instrument, domain, fact, below in (
            ("gse10", "self_efficacy", Fact.SELF_EFFICACY_LOW, 25),
            ("household_skills", "skills", Fact.SKILLS_LOW, 6),
        ):
            self._assess(life, instrument, domain, fact, below)

    def _work(self, life: Life) -> None:
        starts = AS_OF - timedelta(days=self.chance.randrange(-3, 800))
        ended = self.chance.choice((None, starts + timedelta(days=self.chance.randrange(0, 500))))
        verified = self.chance.choice((None, starts + timedelta(days=3)))
        never = ended is not None and self.chance.random() < 0.2
        if self.chance.random() < 0.5:
            return
        self.truth.run(
            "insert into placements (id, case_id, client_id, organisation_id, kind, employer_id, occupation, starts_on, state,"
            " verified_on, ended_on, end_reason, recorded_at, recorded_by, version) values (:id, :case, :client, :office,"
            " 'job', :office, 'las', :starts, :state, :verified, :ended, :reason, '2024-01-01', :by, 1)",
            id=fresh_id(), case=life.cases[0]["id"], client=life.id, office=self.worker.organisation_id, starts=starts,
            state="ended" if ended else "active" if verified else "proposed", verified=verified, ended=ended,
            reason=("never_started" if never else "resigned") if ended else None, by=self.worker.id,
        )  # fmt: skip
        counts = starts <= AS_OF and not never and (ended is None or ended >= SINCE)
        if counts and (verified is None or verified > AS_OF):
            life.facts[Fact.WORKED_12] = None
        elif counts:
            life.facts[Fact.WORKED_12] = True
            life.facts[Fact.ACTIVE_WORK] = True if ended is None or ended > AS_OF else life.facts[Fact.ACTIVE_WORK]

    def _learn(self, life: Life) -> None:
        if self.chance.random() < 0.5:
            return
        completed = AS_OF - timedelta(days=self.chance.randrange(-2, 900))
        passed = self.chance.random() < 0.8
        self.truth.run(
            "insert into enrolments (id, batch_id, course_id, organisation_id, case_id, client_id, state, starts_on, ends_on,"
            " requested_at, requested_by, passed, completed_on, version) values (:id, :batch, :course, :office, :case, :client,"
            " 'completed', :on, :on, now(), :by, :passed, :on, 1)",
            id=fresh_id(), batch=self.batch.id, course=self.batch.course_id, office=self.worker.organisation_id,
            case=life.cases[0]["id"], client=life.id, on=completed, by=self.worker.id, passed=passed,
        )  # fmt: skip
        if passed and completed <= AS_OF:
            life.facts[Fact.COURSE_COMPLETED] = True
            life.facts[Fact.COURSE_LAST_12] = True if completed >= SINCE else life.facts[Fact.COURSE_LAST_12]

    def _assess(self, life: Life, instrument: str, domain: str, fact: Fact, below: int) -> None:
        for back in sorted(self.chance.sample(range(-1, 400), self.chance.choice((0, 1, 2))), reverse=True):
            day, version = AS_OF - timedelta(days=back), self.chance.choice((1, 1, 1, 2))
            value = self.chance.choice((None, below - 1, below))
            self.truth.run(
                "insert into assessments (id, case_id, client_id, instrument, instrument_version, state, scores, started_at,"
                " started_by, saved_at, completed_at, completed_by, policy_version, version) values (:id, :case, :client,"
                " :instrument, :edition, 'completed', :scores, :at, :by, :at, :at, :by, 'x', 1)",
                id=fresh_id(), case=life.cases[0]["id"], client=life.id, instrument=instrument, edition=version,
                scores=json.dumps({"domains": {domain: {"value": value}}, "flagged": []}), at=noon(day), by=self.worker.id,
            )  # fmt: skip
            if day <= AS_OF:
                life.facts[fact] = value < below if value is not None and version == 1 else None


def noon(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC) if day else None


def is_open(case: dict[str, Any]) -> bool:
    return case["opened_on"] <= AS_OF and (case["closed_on"] is None or case["closed_on"] > AS_OF)


def is_followed(cases: list[dict[str, Any]]) -> bool:
    days = [SINCE + timedelta(days=number) for number in range((AS_OF - SINCE).days + 1)]
    return all(
        any(case["opened_on"] <= day and (case["closed_on"] is None or day <= case["closed_on"] or is_open(case))
            for case in cases)
        for day in days
    )  # fmt: skip


def expected(province: Province, life: Life) -> dict[str, Any]:
    """What the plain rules say of this life."""
    policy = service.dependency_policy()
    of_households = [payment for lived in life.memberships for payment in province.households[UUID(lived.household)]]
    payments = [*life.payments, *{id(payment): payment for payment in of_households}.values()]
    observed = max(policy.observed_from(None), _month_of_18(life))
    statements = [Statement(month, month, amount) for month, amount in life.stated.items()]
    found = indicators(
        payments, life.memberships, statements,
        as_of=AS_OF, last=LAST, observed_from=observed, gap=policy.window.gap, aid=policy.aid,
    )  # fmt: skip
    net = net_by_month(payments, life.memberships, as_of=AS_OF, last=LAST, aid=policy.aid)
    status, ground = status_of(_person(life, net), policy.scope)
    if ground is not None:
        return {"status": status, "ground": ground, "points": None, "months_on_60": None, "aid_12": None}
    known = KnownFacts.of(life.facts)
    total = score(found, known, policy)
    staged = [payment for payment in payments if payment.programme in policy.aid.staged]
    stage_net = net_by_month(staged, life.memberships, as_of=AS_OF, last=LAST, aid=policy.aid)
    return {
        "status": status, "ground": None, "points": total.points, "band": total.band, "lines": total.lines,
        "is_stage_open": is_stage_open(stage_net, last=LAST, as_of=AS_OF, aid=policy.aid),
        "facts_known": known.known, "facts_true": known.true,
        **{name: getattr(found, name) for name in (
            "observed_months", "months_on_60", "current_spell_length", "current_spell_left_censored",
            "months_since_last_on", "recidivism_count", "aid_12", "income_months_known", "income_12", "share_bp")},
    }  # fmt: skip


def _month_of_18(life: Life) -> int:
    if life.born is None:
        return 0
    latest = {
        BirthDatePrecision.YEAR: life.born.replace(month=12, day=31),
    }.get(BirthDatePrecision(life.precision or "day"), life.born)
    return month_of(latest) + (18 + (ESTIMATE_YEARS if life.precision == BirthDatePrecision.ESTIMATED else 0)) * 12


def _person(life: Life, net: dict[int, int]) -> Person:
    policy = service.dependency_policy()
    ages = age_range_on(life.born, BirthDatePrecision(life.precision or "day"), AS_OF) if life.born else None
    paid = sum(payment.amount for payment in life.payments
               if payment.programme in policy.aid.severe_disability and payment.known_on <= AS_OF
               and payment.last > LAST - 60)  # fmt: skip
    latest = max(
        (case for case in life.cases if case["opened_on"] <= AS_OF), key=lambda case: case["opened_on"], default=None
    )
    return Person(
        ages=ages,
        has_recent_aid=has_recent_aid(net, LAST, policy.scope.recent_months),
        grounds=life.grounds | ({ExemptionGround.SEVERE_DISABILITY} if paid > 0 else set()),
        last_pathway=latest["pathway"] if latest else None,
        open_pathways=[case["pathway"] for case in life.cases if is_open(case)],
        is_dead=life.died_on is not None and life.died_on <= AS_OF,
    )


@pytest.fixture
def scoring_in_pieces() -> Callable[[list[UUID]], int]:
    """Scores a list of ids in ranges of eleven."""

    def run(ids: list[UUID]) -> int:
        ordered, people = sorted(ids), 0
        for start in range(0, len(ordered), 11):
            piece = ordered[start : start + 11]
            with db.transaction(db.system("test")) as session:
                people += service.score_people(session, AS_OF, piece[0], piece[-1])["people"]
        return people

    return run


@pytest.mark.parametrize("seed", [1, 2])
def test_a_night_finds_of_everybody_what_the_plain_rules_find(make, truth, clock, scoring_in_pieces, seed):
    clock.set("2026-03-09T18:00:00+00:00")
    worker = make.caseworker()
    province = Province(truth, worker, training.batch(make, worker), seed, people=150)
    assert scoring_in_pieces([life.id for life in province.lives]) == 150
    rows = {row.client_id: row for row in truth.run("select * from dependency_scores")}
    wrong = [
        (life, name, getattr(rows[life.id], name), value)
        for life in province.lives
        for name, value in expected(province, life).items()
        if getattr(rows[life.id], name) != value
    ]
    assert wrong == []
    # A province in which everybody is alike would show nothing.
    assert len({(row.status, row.ground) for row in rows.values()}) >= 10
    assert len({row.points for row in rows.values()}) >= 6
    assert len({(row.facts_known, row.facts_true) for row in rows.values()}) >= 8


def test_ages_of_everybody_are_those_of_each():
    chance = random.Random(5)
    days = [date(2024, 2, 29), date(2026, 2, 28), date(2028, 3, 1), AS_OF]
    born = [date(1960, 1, 1) + timedelta(days=chance.randrange(22_000)) for _ in range(3000)] + [date(2004, 2, 29)] * 40
    precisions = [chance.choice(PRECISIONS) for _ in born]
    nothing = np.zeros(len(born), np.bool_)
    people = People(
        np.array(born, "M8[D]"), np.array([PRECISIONS.index(one) for one in precisions]), np.zeros(len(born), np.int64),
        nothing, nothing, nothing, nothing,
    )  # fmt: skip
    for day in days:
        youngest, oldest = ages(people, np.datetime64(day))
        for place, (birth, precision) in enumerate(zip(born, precisions, strict=True)):
            least, most = age_range_on(birth, precision, day)
            assert (max(0, youngest[place]), oldest[place]) == (least, most), (birth, precision, day)
