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
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, data_key
from kessos_case.core import db
from kessos_case.employment.models import IncomeStatement, Placement, PlacementCheck
from kessos_case.graduation import service
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
    """What the tables can hold of a life: no answer that is none, no check before its work is on record.

    Treatment applies to whoever came this way by choice. Of nobody are both a transfer and another case told.
    """
    seen = {work.id: work.seen for work in life.works}
    works = [
        work._replace(
            end_seen=work.end_seen and max(work.end_seen, work.seen),
            void_seen=work.void_seen and max(work.void_seen, work.seen),
        )
        for work in life.works
    ]
    return life._replace(
        works=works,
        checks=[check._replace(seen=max(check.seen, seen[check.work])) for check in life.checks],
        goals=[Goal(goal.id, *(day and max(day, life.planned) for day in goal[1:])) for goal in life.goals],
        lines=tuple(line for line in life.lines if line[1] >= FIRST - 16),
        covered_from=0,
        voices=[voice._replace(reason=voice.agrees is False) for voice in life.voices if voice.agrees is not None],
        homes=[home._replace(consent=home.consent and max(home.consent, home.seen)) for home in life.homes],
        is_treated=True,
        cases=[] if life.transfer else life.cases,
        ground_ended=None,
        # Whoever is found in the street at a visit is not well in his home: another fact than this one.
        street=life.street if life.pathway == "independence" else [],
    )


class Shelf:
    """Where one life's rows stand; `write(since, until)` puts there what was written down in these days."""

    def __init__(self, make: Make, worker: User, life: Life) -> None:
        self.make, self.worker, self.life = make, worker, life
        client = make.client(worker, birth_date=life.born, region_code=REGENCY)
        self.case: Case = cases.open_case(make, worker, client.id)
        self.begun: Case = self.case
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

        if self.life.transfer and is_new(self.life.transfer.on):
            self.hand_over(session, self.life.transfer.on)
        for table, rows in self.rows(is_new):
            session.insert_all(table, rows)
        self.changes(session, is_new)
        self.pause(session, is_new)
        if is_new(self.life.died):
            self.change(session, Client, self.client_id, died_on=self.life.died)
            self.end(session, self.life.died, "deceased")

    def hand_over(self, session: db.Session, on: date) -> None:
        """As the journey does it: the case goes on at another UPT, and what the gate said here ends."""
        row = {
            "id": fresh_id(), "organisation_id": self.other, "category_code": self.begun.category_code,
            "pathway": self.life.pathway, "stage": "aftercare", "stage_since": noon(on), "opened_at": noon(on),
            "previous_case_id": self.begun.id, "version": 1,
        }  # fmt: skip
        self.end(session, on, "transferred")
        session.insert_all(Case, [self.about | row])
        self.case = session.scalars(sa.select(Case).where(Case.id == row["id"])).one()
        session.expunge(self.case)

    def end(self, session: db.Session, on: date, reason: str) -> None:
        self.change(
            session, Case, self.case.id, stage="closed", closed_at=noon(on), close_reason=reason, paused_from=None,
            paused_until=None,
        )  # fmt: skip
        because = "deceased" if reason == "deceased" else "case_closed"
        service.withdraw_for(session, self.case.id, reason=because, visits_go_on=reason == "transferred")

    def pause(self, session: db.Session, is_new: Any) -> None:
        """It rests, as the service of an open case may; the calendar of the gate does not."""
        for begun, until in self.life.pauses:
            gone = min(day for day in (self.life.died, self.life.transfer and self.life.transfer.on, date.max) if day)
            if is_new(begun) and until < gone:
                self.change(session, Case, self.begun.id, paused_from=begun, paused_until=until)
            if is_new(until) and until < gone:
                self.change(session, Case, self.begun.id, paused_from=None, paused_until=None)

    def case_on(self, day: date) -> UUID:
        """The case that was open on the day."""
        moved = self.life.transfer is not None and day >= self.life.transfer.on
        return self.case.id if moved else self.begun.id

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
        for plan, planned, goals in [
            (life.plan, life.planned, life.goals),
            *([life.transfer[1:]] if life.transfer else []),
        ]:
            if is_new(planned):
                yield Plan, [self.plan(plan, planned)]
                yield PlanGoal, self.goals(plan, goals)
        yield Assessment, [self.assessment(*each) for each in self.assessed() if is_new(each[1].date())]
        yield AlertRow, [self.alert(each) for each in life.alerts if is_new(each.raised)]
        yield ClientVoice, [self.voice(each) for each in life.voices if is_new(each.on)]
        yield Reunification, [self.home(each) for each in life.homes if is_new(each.seen)]
        yield VisitRow, [self.visit(each) for each in life.visits if is_new(each.seen)]
        yield VisitRow, [self.found_outside(on) for on in life.street if is_new(on)]
        yield Case, [self.new_case(on) for on in life.cases if is_new(on)]
        yield from self.certificates(is_new)

    def changes(self, session: db.Session, is_new: Any) -> None:
        """What is written into a row that stands already."""
        life = self.life
        for work in life.works:
            if work.end and is_new(work.end_seen) and not (work.void_seen and work.void_seen <= work.end_seen):
                self.change(session, Placement, work.id, state="ended", ended_on=work.end, end_reason="resigned")
            # Also what ended can turn out never to have begun; what never began does not end.
            if is_new(work.void_seen):
                self.change(session, Placement, work.id, state="ended", ended_on=work.start, end_reason="never_started")
        for goal in [*life.goals, *(life.transfer.goals if life.transfer else [])]:
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
        for home in life.homes:
            if is_new(home.consent):
                self.change(session, Reunification, home.id, guardian_consent_on=home.consent)

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

    def plan(self, plan: UUID, planned: date) -> dict[str, Any]:
        at = noon(planned)
        return self.about | {
            "id": plan, "case_id": self.case_of(plan), "number": 1, "state": "approved", "author_id": self.worker.id,
            "created_at": at, "decided_at": at, "version": 1,
        }  # fmt: skip

    def case_of(self, plan: UUID) -> UUID:
        """The second UPT has a plan of its own; the first one's stays where it was, also when it comes late."""
        return self.begun.id if plan == self.life.plan else self.case.id

    def goals(self, plan: UUID, goals: Iterable[Goal]) -> list[dict[str, Any]]:
        return [
            self.about | {
                "id": goal.id, "plan_id": plan, "case_id": self.case_of(plan), "position": place, "domain": "work",
                "text_sealed": b"-", "state": "open",
            }
            for place, goal in enumerate(goals)
        ]  # fmt: skip

    def assessed(self) -> Iterable[tuple[UUID, datetime, str, dict[str, Any], dict[str, Any]]]:
        """(id, moment, instrument, values by domain, answers) of every assessment."""
        for each in self.life.functioning:
            parts = {"needs_and_rights": None, "roles": None, "problem_solving": None} | each.parts
            yield each.id, noon(each.on).replace(hour=each.hour), "social_functioning", parts, {}
        for score in self.life.scores:
            yield score.id, noon(score.on).replace(hour=score.hour), "gse10", {"self_efficacy": score.total}, {}
        for told in self.life.households:
            answers = {
                "savings": told.savings, "monthly_spending": told.spending, "income_sources": told.sources,
                "has_health_insurance": told.insured, "has_social_support": told.support,
                "school_age_children": 2 if told.school is not None else None, "children_at_school": 2 if told.school else 1,
                "welfare_decile": told.decile, "welfare_decile_on": told.decile and told.on.isoformat(),
            }  # fmt: skip
            yield (
                told.id,
                noon(told.on).replace(hour=told.hour),
                "household_skills",
                {},
                {name: said for name, said in answers.items() if said is not None},
            )

    def assessment(self, row_id: UUID, at: datetime, instrument: str, values: Any, answers: Any) -> dict[str, Any]:
        assert self.key is not None
        return self.about | {
            "id": row_id, "case_id": self.case_on(at.date()), "instrument": instrument, "instrument_version": 1,
            "state": "completed", "policy_version": "-", "version": 1,
            "answers_sealed": self.key.seal(json.dumps(answers), answers_place(row_id)) if answers else None,
            "scores": {"domains": {code: {"value": value} for code, value in values.items()}}, "started_at": at,
            "started_by": self.worker.id, "saved_at": at, "completed_at": at, "completed_by": self.worker.id,
        }  # fmt: skip

    def alert(self, each: Any) -> dict[str, Any]:
        return self.about | {
            "id": each.id, "kind": "eviction", "severity": each.severity, "until_on": each.until,
            "raised_at": noon(each.raised), "raised_by": self.worker.id,
        }  # fmt: skip

    def voice(self, each: Any) -> dict[str, Any]:
        return self.about | self.by | {
            "id": each.id, "case_id": self.case_on(each.on), "asked_on": each.on, "agrees": each.agrees,
            "reason_sealed": None if each.agrees else b"-", "recorded_at": noon(each.on),
        }  # fmt: skip

    def home(self, each: Any) -> dict[str, Any]:
        return self.about | self.by | {
            "id": each.id, "case_id": self.case_on(each.seen), "kind": "family", "home_sealed": b"-",
            "region_code": REGENCY, "assessed_on": each.on, "is_safe": each.is_safe, "starts_on": each.starts,
            "verified_on": each.verified, "ended_on": each.ended, "end_reason": each.ended and "moved",
            "recorded_at": noon(each.seen), "version": 1,
        }  # fmt: skip

    def visit(self, each: Any) -> dict[str, Any]:
        return self.about | self.by | {
            "id": each.id, "case_id": self.case_on(each.seen), "kind": "visit", "visited_on": each.on, "was_met": True,
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
