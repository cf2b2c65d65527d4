"""The same lives as the facts that the gate is given: what was on record by a day, in the order in which it was written."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from kessos_case.aid.rules import Line, MonthOfAid, months_of_aid
from kessos_case.clients.rules import age_on
from kessos_case.graduation.rules import (
    AfterGraduation,
    AidFact,
    AlertFact,
    CheckFact,
    DecileFact,
    EligibilityEnd,
    FunctioningFact,
    GoalFact,
    GraduationFacts,
    HomeLook,
    IncomeStatement,
    PlacementFact,
    PovertyLineFact,
    ReunificationFacts,
    ScoreFact,
    VisitFact,
    VoiceFact,
    WeightedFacts,
    answer_heard,
    home_on,
)
from tests.graduation.simulation.lives import FIRST, MONTHS, Life
from tests.graduation.simulation.slowly import THRESHOLDS, month_number

NO_HOME = ReunificationFacts()
Arrange = Callable[[Sequence[Any]], Sequence[Any]]


class Record:
    """One life's facts, made once; `known_on` picks those that are on record by a day."""

    def __init__(self, life: Life, arranged: Arrange = tuple) -> None:
        """`arranged` may put rows of one kind into another order, as if they had been written down so."""
        self.life, self.arranged = life, arranged
        self.statements = [
            IncomeStatement(each.id, each.first, each.last, each.amount, each.source, each.people, each.seen)
            for each in arranged(life.incomes)
        ]
        # What ended more than a year ago tells of no month that is looked at. Rows of one month stay in their order.
        self.told = tuple(sorted(self.statements, key=lambda each: each.last))
        self.ends = [each.last for each in self.told]
        self.visits = [
            (each, VisitFact(each.id, each.on, each.passed, each.school, each.treatment))
            for each in arranged(life.visits)
        ]
        self.checks = [
            (each.seen, each.work, CheckFact(each.id, each.period, each.on, each.active, each.method))
            for each in arranged(life.checks)
        ]
        self.aid = [
            (each.seen, Line(each.id, each.first, each.last, each.amount))
            for each in arranged(life.aid)
            if not each.exempt
        ]
        self.kept: dict[str, tuple[int, Any]] = {}
        self.aid_days = sorted(seen for seen, _line in self.aid)
        self.work_days = sorted(
            [seen for seen, _of, _check in self.checks]
            + [day for work in life.works for day in (work.seen, work.end_seen, work.void_seen) if day]
        )
        self.strong_days = sorted(
            [each.on for each in (*life.scores, *life.households)] + [on for _id, on in life.certificates]
        )
        self.lines = {month: self.line(month) for month in range(FIRST - 3, MONTHS.stop)}

    def line(self, month: int) -> PovertyLineFact | None:
        published = [each for each in self.life.lines if each[1] <= month]
        found = max(published, key=lambda each: (len(each[0]), each[1]), default=None)
        return PovertyLineFact(found[2], found[0], found[1]) if found else None

    def known_on(self, day: date) -> GraduationFacts:
        """The facts of that day. What was recorded later is not among them."""
        month = month_number(day)
        return GraduationFacts(
            as_of=day,
            pathway=self.life.pathway,
            statements=self.told[bisect_left(self.ends, month - 15) : bisect_right(self.ends, month + 3)],
            poverty_lines={each: self.lines[each] for each in range(month - 3, month) if self.lines.get(each)},
            placements=self.as_before("work", self.work_days, day, self.placements),
            aid=self.consumption(day),
            weighted=self.as_before("strengths", self.strong_days, day, self.weighted),
            reunification=self.reunification(day),
            **self.spoken(day),
        )

    def spoken(self, day: date) -> dict[str, Any]:
        life = self.life
        answers = [
            VoiceFact(each.id, each.on, each.agrees, each.reason)
            for each in self.arranged(life.voices)
            if self.is_here(each.on, day)
        ]
        ended = life.ground_ended
        plan, planned, goals = life.transfer[1:] if self.has_moved(day) else (life.plan, life.planned, life.goals)
        return {
            "plan_id": plan if planned <= day else None,
            "goals": self.goals(goals, day) if planned <= day else (),
            "functioning": self.functioning(day),
            "alerts": tuple(
                AlertFact(each.id, "violence", each.severity, each.until)
                for each in self.arranged(life.alerts)
                if each.raised <= day and (each.ended is None or each.ended > day)
            ),
            "voice": answer_heard(answers, day),
            "eligibility_end": EligibilityEnd(ended[0], ended[1], "component_ended") if ended else None,
        }

    def as_before(self, kind: str, change_days: list[date], day: date, made: Callable[[date], Any]) -> Any:
        """What was made of the same rows last month, unless one has come since."""
        count = bisect_right(change_days, day)
        if self.kept.get(kind, (-1,))[0] != count:
            self.kept[kind] = count, made(day)
        return self.kept[kind][1]

    def placements(self, day: date) -> tuple[PlacementFact, ...]:
        return tuple(
            PlacementFact(
                work.id, "job", work.start, work.end if work.end_seen and work.end_seen <= day else None, work.verified,
                "visit", tuple(check for seen, of, check in self.checks if of == work.id and seen <= day),
            )
            for work in self.arranged(self.life.works)
            if work.seen <= day and not (work.void_seen and work.void_seen <= day)
        )  # fmt: skip

    def consumption(self, day: date) -> AidFact:
        month = month_number(day)
        months = {each: found for each, found in self.months(day).items() if month - 12 <= each < month}
        net, ids = (
            {each: found.amount for each, found in months.items()},
            {each: found.ids for each, found in months.items()},
        )
        return AidFact(net, ids, self.life.covered_from)  # fmt: skip

    def months(self, day: date) -> dict[int, MonthOfAid]:
        """Aid by month as known on the day."""
        return self.as_before("aid", self.aid_days, day, self.months_anew)

    def months_anew(self, day: date) -> dict[int, MonthOfAid]:
        return months_of_aid([line for seen, line in self.aid if seen <= day], FIRST - 14, MONTHS.stop)

    def has_moved(self, day: date) -> bool:
        """Does another UPT serve the person by now?"""
        return self.life.transfer is not None and self.life.transfer.on <= day

    def is_here(self, on: date, day: date) -> bool:
        """Is it of the case that is open on the day?"""
        return self.life.transfer is None or (on >= self.life.transfer.on) == self.has_moved(day)

    def goals(self, goals: Sequence[Any], day: date) -> tuple[GoalFact, ...]:
        found = []
        for goal in self.arranged(goals):
            state = (
                "met" if goal.met and goal.met <= day else "dropped" if goal.dropped and goal.dropped <= day else "open"
            )
            found.append(GoalFact(goal.id, state, bool(goal.accepted and goal.accepted <= day)))
        return tuple(found)

    def functioning(self, day: date) -> FunctioningFact | None:
        found = _newest([each for each in self.life.functioning if each.on <= day])
        parts = {part: (value, THRESHOLDS[part]) for part, value in found.parts.items()} if found else {}
        return found and FunctioningFact(found.id, found.on, parts)

    def weighted(self, day: date) -> WeightedFacts:
        scores = sorted((each for each in self.life.scores if each.on <= day), key=_moment)
        first, last = [ScoreFact(each.id, each.total) for each in (scores[0], scores[-1])] if scores else (None, None)
        told = _newest([each for each in self.life.households if each.on <= day])
        found = WeightedFacts(
            tuple(each for each, on in self.life.certificates if on <= day), self_efficacy_first=first, self_efficacy_last=last
        )  # fmt: skip
        if told is None:
            return found
        return replace(
            found, savings=told.savings, spending=told.spending, income_source_count=told.sources,
            health_insurance=told.insured, children_at_school=told.school, social_support=told.support,
            decile=DecileFact(told.id, told.decile, told.on) if told.decile else None,
        )  # fmt: skip

    def reunification(self, day: date) -> ReunificationFacts:
        if self.life.pathway != "reunification":
            return NO_HOME
        looks = [
            HomeLook(
                each.id, each.on, each.is_safe, each.starts, each.ended, each.verified,
                each.consent is not None and each.consent <= day,
            )
            for each in self.arranged(self.life.homes)
            if each.seen <= day and self.is_here(each.seen, day)
        ]  # fmt: skip
        home = home_on(looks, day)
        visits = tuple(
            visit
            for each, visit in self.visits
            if home and each.seen <= day and self.is_here(each.seen, day) and home.starts_on <= each.on <= day
        )
        years = age_on(self.life.born, day)
        return ReunificationFacts(
            safe_home_id=home.id if home else None,
            safe_home_on=home.assessed_on if home else None,
            visits=visits,
            guardian_consent_id=home.id if home and home.guardian_consents else None,
            school_applies=7 <= years < 18 or any(visit.school is not None for visit in visits),
            treatment_applies=self.life.is_treated or any(visit.treatment is not None for visit in visits),
            guardian_applies=years < 18,
        )

    def after(self, graduated: date, day: date) -> AfterGraduation:
        """What happened since a graduation, as known on the day."""
        return AfterGraduation(
            graduated, day, {each: found.amount for each, found in self.months(day).items()},
            tuple(on for on in self.arranged(self.life.cases) if on <= day),
            self.as_before("work", self.work_days, day, self.placements),
            tuple(on for on in self.arranged(self.life.street) if on <= day),
        )  # fmt: skip


def _newest(found: Sequence[Any]) -> Any:
    return max(found, key=_moment, default=None)


def _moment(each: Any) -> tuple[date, int]:
    return each.on, each.hour
