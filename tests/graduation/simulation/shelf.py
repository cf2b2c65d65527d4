"""The same lives as rows of the real tables, put there on the day on which each was written down."""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from kessos_case.access.models import Organisation, User
from kessos_case.aid.models import Disbursement
from kessos_case.cases.casework import Assessment, Plan, PlanGoal
from kessos_case.cases.models import Case, Reunification
from kessos_case.cases.models import Visit as VisitRow
from kessos_case.cases.service.assessments import answers_place
from kessos_case.clients.models import Alert as AlertRow
from kessos_case.clients.service import client_for, data_key
from kessos_case.core import db
from kessos_case.employment.models import IncomeStatement, Placement, PlacementCheck
from kessos_case.graduation.models import ClientVoice
from kessos_case.reference.models import PovertyLine
from kessos_case.training.models import Batch, Course, Enrolment
from tests.factories import Make, cases, fresh_id
from tests.factories.households import membership
from tests.graduation.simulation.lives import FIRST, REGENCY, Goal, Life, first_of

OPENED = first_of(FIRST - 14)
OFFICE = ZoneInfo("Asia/Jakarta")


def noon(day: date) -> datetime:
    """A moment of the office's day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=OFFICE)


def storable(life: Life) -> Life:
    """What the tables can hold of a life: no answer that is none, no check before its work is on record, no consent without
    a home, visits to a home that is there.

    A child has school and a guardian, an adult has neither; treatment applies to whoever came this way by choice.
    """
    home, is_child = life.home, life.applies[2]
    visits = [
        visit if is_child else visit._replace(school=None)
        for visit in life.visits
        if home is not None and visit.on >= home[1]
    ]
    seen = {work.id: work.seen for work in life.works}
    works = [work._replace(end_seen=work.end_seen and max(work.end_seen, work.seen)) for work in life.works]
    return life._replace(
        works=works,
        checks=[check._replace(seen=max(check.seen, seen[check.work])) for check in life.checks],
        goals=[Goal(goal.id, *(day and max(day, life.planned) for day in goal[1:])) for goal in life.goals],
        lines=tuple(line for line in life.lines if line[1] >= FIRST - 16),
        covered_from=0,
        voices=[voice._replace(reason=voice.agrees is False) for voice in life.voices if voice.agrees is not None],
        applies=(is_child, True, is_child),
        consent=life.consent and home and (life.consent[0], max(life.consent[1], home[1])),
        visits=visits,
        ground_ended=None,
        # Whoever is found in the street at a visit is not well in his home: another fact than this one.
        street=life.street if life.pathway == "independence" else [],
    )


class Shelf:
    """Where one life's rows stand; `write(since, until)` puts there what was written down in these days."""

    def __init__(self, make: Make, worker: User, life: Life) -> None:
        self.make, self.worker, self.life = make, worker, life
        born = date(2011, 5, 1) if life.applies[2] else date(1985, 5, 1)
        client = make.client(worker, birth_date=born, region_code=REGENCY)
        self.case: Case = cases.open_case(make, worker, client.id)
        self.client_id: UUID = client.id
        self.household = membership(make, worker, client.id, "2018-01..").household_id
        self.about = {"client_id": client.id}
        self.by = {"recorded_by": worker.id}
        with db.transaction(db.system("test")) as session:
            self.other = session.scalars(sa.select(Organisation.id).where(Organisation.code == cases.MAGETAN)).one()
            self.key = data_key(client_for(session, client.id))
            self.change(session, Case, self.case.id, pathway=life.pathway)

    def write(self, session: db.Session, since: date, until: date) -> None:
        """Everything that came to be known after `since` and by `until`."""

        def is_new(day: date | None) -> bool:
            return day is not None and since < day <= until

        for table, rows in self.rows(is_new):
            session.insert_all(table, rows)
        self.changes(session, is_new)

    def rows(self, is_new: Any) -> Iterable[tuple[Any, list[dict[str, Any]]]]:
        life = self.life
        yield IncomeStatement, [self.income(each) for each in life.incomes if is_new(each.seen)]
        yield Placement, [self.placement(each) for each in life.works if is_new(each.seen)]
        yield PlacementCheck, [self.check(each) for each in life.checks if is_new(each.seen)]
        yield (
            Disbursement,
            [self.aid(number) for number, each in enumerate(life.aid) if is_new(each.seen) and each.amount > 0],
        )
        yield (
            Disbursement,
            [self.aid(number) for number, each in enumerate(life.aid) if is_new(each.seen) and each.amount < 0],
        )
        yield Plan, [self.plan()] if is_new(life.planned) else []
        yield PlanGoal, self.goals() if is_new(life.planned) else []
        yield Assessment, [self.assessment(*each) for each in self.assessed() if is_new(each[1])]
        yield AlertRow, [self.alert(each) for each in life.alerts if is_new(each.raised)]
        yield ClientVoice, [self.voice(each) for each in life.voices if is_new(each.on)]
        yield Reunification, [self.home()] if life.home and is_new(life.home[1]) else []
        yield VisitRow, [self.visit(each) for each in life.visits if is_new(each.seen)]
        yield VisitRow, [self.found_outside(on) for on in life.street if is_new(on)]
        yield Case, [self.new_case(on) for on in life.cases if is_new(on)]
        yield from self.certificates(is_new)

    def changes(self, session: db.Session, is_new: Any) -> None:
        """What is written into a row that stands already."""
        life = self.life
        for work in life.works:
            if work.end and is_new(work.end_seen):
                self.change(session, Placement, work.id, state="ended", ended_on=work.end, end_reason="resigned")
        for goal in life.goals:
            if is_new(goal.met):
                self.change(session, PlanGoal, goal.id, state="met", closed_at=noon(goal.met))
            if is_new(goal.dropped):
                self.change(
                    session, PlanGoal, goal.id, state="dropped", drop_reason="health", closed_at=noon(goal.dropped)
                )
            if is_new(goal.accepted):
                self.change(session, PlanGoal, goal.id, drop_accepted_by=self.worker.id)
        for alert in life.alerts:
            if is_new(alert.ended):
                self.change(session, AlertRow, alert.id, ended_at=noon(alert.ended), ended_by=self.worker.id)
        if life.consent and is_new(life.consent[1]):
            self.change(session, Reunification, life.home[0], guardian_consent_on=life.consent[1])

    def change(self, session: db.Session, table: Any, row_id: UUID, **values: Any) -> None:
        done = session.connection().execute(sa.update(table.__table__).where(table.id == row_id).values(values))
        assert done.rowcount == 1, (table, values)

    def income(self, each: Any) -> dict[str, Any]:
        return self.about | self.by | {
            "id": each.id, "from_month": each.first, "to_month": each.last, "amount": max(0, each.amount),
            "source": each.source, "household_size": each.people, "recorded_at": noon(each.seen),
        }  # fmt: skip

    def placement(self, each: Any) -> dict[str, Any]:
        return self.about | self.by | {
            "id": each.id, "case_id": self.case.id, "organisation_id": self.case.organisation_id, "kind": "own_business",
            "business_sealed": b"-", "occupation": "pedagang", "starts_on": each.start, "version": 1,
            "state": "active" if each.verified else "proposed", "verified_on": each.verified,
            "verification_method": each.verified and "visit", "recorded_at": noon(each.seen),
        }  # fmt: skip

    def check(self, each: Any) -> dict[str, Any]:
        return self.about | self.by | {
            "id": each.id, "placement_id": each.work, "period": each.period, "checked_on": each.on,
            "still_active": each.active, "method": each.method, "recorded_at": noon(each.seen),
        }  # fmt: skip

    def aid(self, number: int) -> dict[str, Any]:
        """His own money, or his household's for a child at school, who is exempt himself. A reversal is of the line before."""
        each = self.life.aid[number]
        whose = (
            {"household_id": self.household, "client_id": None} if each.exempt else self.about | {"household_id": None}
        )
        back = each.amount < 0
        return whose | {
            "id": each.id, "programme_code": "PKH-SD" if each.exempt else "SEMBAKO", "from_month": each.first,
            "to_month": each.last, "paid_on": each.seen, "known_on": each.seen, "amount": each.amount,
            "source_key": each.id, "reverses_id": self.life.aid[number - 1].id if back else None,
            "reason": "returned" if back else None, "recorded_at": noon(each.seen), "recorded_by": self.worker.id,
        }  # fmt: skip

    def plan(self) -> dict[str, Any]:
        at = noon(self.life.planned)
        return self.about | {
            "id": self.life.plan, "case_id": self.case.id, "number": 1, "state": "approved", "author_id": self.worker.id,
            "created_at": at, "decided_at": at, "version": 1,
        }  # fmt: skip

    def goals(self) -> list[dict[str, Any]]:
        return [
            self.about | {
                "id": goal.id, "plan_id": self.life.plan, "case_id": self.case.id, "position": place, "domain": "work",
                "text_sealed": b"-", "state": "open",
            }
            for place, goal in enumerate(self.life.goals)
        ]  # fmt: skip

    def assessed(self) -> Iterable[tuple[UUID, date, str, dict[str, Any], dict[str, Any]]]:
        """(id, day, instrument, values by domain, answers) of every assessment."""
        for each in self.life.functioning:
            parts = {"needs_and_rights": None, "roles": None, "problem_solving": None} | each.parts
            yield each.id, each.on, "social_functioning", parts, {}
        for score in self.life.scores:
            yield score.id, score.on, "gse10", {"self_efficacy": score.total}, {}
        for told in self.life.households:
            answers = {
                "savings": told.savings, "monthly_spending": told.spending, "income_sources": told.sources,
                "has_health_insurance": told.insured, "has_social_support": told.support,
                "school_age_children": 2 if told.school is not None else None, "children_at_school": 2 if told.school else 1,
                "welfare_decile": told.decile, "welfare_decile_on": told.decile and told.on.isoformat(),
            }  # fmt: skip
            yield (
                told.id,
                told.on,
                "household_skills",
                {},
                {name: said for name, said in answers.items() if said is not None},
            )

    def assessment(self, row_id: UUID, on: date, instrument: str, values: Any, answers: Any) -> dict[str, Any]:
        assert self.key is not None
        return self.about | {
            "id": row_id, "case_id": self.case.id, "instrument": instrument, "instrument_version": 1, "state": "completed",
            "answers_sealed": self.key.seal(json.dumps(answers), answers_place(row_id)) if answers else None,
            "scores": {"domains": {code: {"value": value} for code, value in values.items()}}, "started_at": noon(on),
            "started_by": self.worker.id, "saved_at": noon(on), "completed_at": noon(on), "completed_by": self.worker.id,
            "policy_version": "-", "version": 1,
        }  # fmt: skip

    def alert(self, each: Any) -> dict[str, Any]:
        return self.about | {
            "id": each.id, "kind": "eviction", "severity": each.severity, "until_on": each.until,
            "raised_at": noon(each.raised), "raised_by": self.worker.id,
        }  # fmt: skip

    def voice(self, each: Any) -> dict[str, Any]:
        return self.about | self.by | {
            "id": each.id, "case_id": self.case.id, "asked_on": each.on, "agrees": each.agrees,
            "reason_sealed": None if each.agrees else b"-", "recorded_at": noon(each.on),
        }  # fmt: skip

    def home(self) -> dict[str, Any]:
        assert self.life.home is not None
        row_id, on = self.life.home
        return self.about | self.by | {
            "id": row_id, "case_id": self.case.id, "kind": "family", "home_sealed": b"-", "region_code": REGENCY,
            "assessed_on": on, "is_safe": True, "starts_on": on, "recorded_at": noon(on), "version": 1,
        }  # fmt: skip

    def visit(self, each: Any) -> dict[str, Any]:
        return self.about | self.by | {
            "id": each.id, "case_id": self.case.id, "kind": "visit", "visited_on": each.on, "was_met": True,
            "outcome": "well" if each.passed else "at_risk", "attends_school": each.school,
            "follows_treatment": each.treatment, "recorded_at": noon(each.seen), "organisation_id": self.case.organisation_id,
        }  # fmt: skip

    def found_outside(self, on: date) -> dict[str, Any]:
        return self.about | self.by | {
            "id": fresh_id(), "kind": "visit", "visited_on": on, "was_met": True, "outcome": "at_risk", "is_on_street": True,
            "recorded_at": noon(on), "organisation_id": self.case.organisation_id,
        }  # fmt: skip

    def new_case(self, on: date) -> dict[str, Any]:
        """At another office."""
        return self.about | {
            "id": fresh_id(), "organisation_id": self.other, "category_code": "PPKS-13", "pathway": "independence",
            "stage": "intake", "stage_since": noon(on), "opened_at": noon(on), "version": 1,
        }  # fmt: skip

    def certificates(self, is_new: Any) -> Iterable[tuple[Any, list[dict[str, Any]]]]:
        office = self.case.organisation_id
        for row_id, on in self.life.certificates:
            if is_new(on):
                course, batch, days = fresh_id(), fresh_id(), {"starts_on": on - timedelta(days=60), "ends_on": on}
                made = {"organisation_id": office, "created_at": noon(on), "version": 1, "capacity": 10}
                yield Course, [made | {"id": course, "name": "Las", "skill": "las", "hours": 240, "is_active": True}]
                yield Batch, [made | days | {"id": batch, "course_id": course, "taken": 1}]
                yield Enrolment, [
                    self.about | days | {
                        "id": row_id, "batch_id": batch, "course_id": course, "organisation_id": office,
                        "case_id": self.case.id, "state": "completed", "requested_at": noon(on),
                        "requested_by": self.worker.id, "passed": True, "certificate_no": str(uuid5(row_id, "certificate")),
                        "completed_on": on, "version": 1,
                    }
                ]  # fmt: skip


def publish(session: db.Session, lines: Iterable[tuple[str, int, int]]) -> None:
    """The poverty lines of the simulation instead of the real ones."""
    session.connection().execute(sa.delete(PovertyLine.__table__))
    session.insert_all(
        PovertyLine,
        [
            {"region_code": region, "month": month, "amount": amount, "source": "-", "status": "confirmed"}
            for region, month, amount in lines
        ],
    )
