"""Assessments: answered by who somebody is and how far he has come, scored by the instruments themselves."""

import json
import random
from datetime import date
from typing import Any

from kessos_case.cases.casework import Assessment
from kessos_case.cases.rules import AssessmentState, Stage
from kessos_case.cases.rules.instruments import Instrument, Item, score
from kessos_case.cases.service import pathways
from kessos_case.cases.service.instruments import edition_of
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import Episode


class AssessmentRows:
    """Fills in the instruments of a case's pathway: at intake, and again once life has changed."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._ground = desk, desk.ground

    def write(self, case: Episode, again_on: list[date]) -> frozenset[str]:
        """All assessments of a case; returns the domains that the first ones flag."""
        self._dice = self._desk.dice_of(case, "assess")
        begun = case.entered(Stage.ASSESSMENT)
        if begun is None or case.caseworker is None:
            return frozenset()
        until = case.entered(Stage.PLANNING)
        flagged: set[str] = set()
        for name in pathways().policies[case.pathway].required_instruments:
            days = [day for day in again_on if self._desk.is_past(day)]
            first = self._first_day(begun, until)
            if first is None:
                self._draft(case, name, begun)
                continue
            for number, day in enumerate([first, *days]):
                is_last = number == len(days)
                found = self._complete(case, name, day, well=bool(number), in_force=is_last)
                flagged |= set(found) if number == 0 else set()
        return frozenset(flagged)

    def again(self, case: Episode, day: date) -> None:
        """Look again at somebody whose earlier assessments the caller has marked as superseded."""
        self._dice = self._desk.dice_of(case, f"assess:{day}")
        for name in pathways().policies[case.pathway].required_instruments:
            self._complete(case, name, day, well=True, in_force=True)

    def _first_day(self, begun: date, until: date | None) -> date | None:
        """Within the stage; an assessment that is still going on is a draft."""
        if until:
            return self._ground.working_day(begun + (until - begun) * 0.6) if (until - begun).days > 3 else begun
        return None

    def _draft(self, case: Episode, name: str, day: date) -> None:
        if self._dice.random() < 0.5:
            return
        edition, at = edition_of(name), self._ground.moment(day, self._dice)
        answers = answered(edition.instrument, case, self._dice, well=False, day=day)
        some = dict(list(answers.items())[: len(answers) // 2])
        self._add(case, name, edition.instrument.version, edition.label, at, some, None, AssessmentState.DRAFT)

    def _complete(self, case: Episode, name: str, day: date, *, well: bool, in_force: bool) -> tuple[str, ...]:
        edition, at = edition_of(name), self._ground.moment(day, self._dice)
        answers = answered(edition.instrument, case, self._dice, well=well, day=day)
        scores = score(edition.instrument, answers)
        told = {
            "domains": {
                code: vars(domain) | {"unknown": list(domain.unknown)} for code, domain in scores.domains.items()
            },
            "flagged": list(scores.flagged),
        }
        state = AssessmentState.COMPLETED if in_force else AssessmentState.SUPERSEDED
        self._add(case, name, edition.instrument.version, edition.label, at, answers, told, state)
        return scores.flagged

    def _add(
        self, case: Episode, name: str, version: int, label: str, at: Any, answers: dict[str, Any],
        scores: dict[str, Any] | None, state: AssessmentState,
    ) -> None:  # fmt: skip
        made_id, is_draft = self._ground.ids.at(at), state == AssessmentState.DRAFT
        sealed = self._desk.registry.seal(case.person, json.dumps(answers), f"assessments:answers:{made_id}")
        self._ground.book.add(
            Assessment, id=made_id, case_id=case.id, client_id=case.person.id, instrument=name, instrument_version=version,
            state=str(state), answers_sealed=sealed, scores=scores, started_at=at, started_by=case.caseworker, saved_at=at,
            completed_at=None if is_draft else at, completed_by=None if is_draft else case.caseworker,
            policy_version=label, version=1 if is_draft else 2,
        )  # fmt: skip
        if not is_draft:
            self._desk.tell(case, "assessment_completed", made_id, at, by=case.caseworker)


def answered(instrument: Instrument, case: Episode, dice: random.Random, *, well: bool, day: date) -> dict[str, Any]:
    """Answers of this person to an instrument: lower at first, by drive and by what has been reached since."""
    if instrument.name == "household_skills":
        return _household(case, dice, well=well, day=day)
    answers: dict[str, Any] = {}
    for item in instrument.items:
        if item.only_if is None or (item.only_if.item in answers and item.only_if.holds(answers[item.only_if.item])):
            answers[item.id] = _answer(item, case, dice, well=well)
    return answers


def _answer(item: Item, case: Episode, dice: random.Random, *, well: bool) -> Any:
    values = [int(option.value) for option in item.options]
    if not values:
        return dice.random() < 0.3
    least, most = min(values), max(values)
    # What a person says of himself: half way, by drive, better after the service, and noise.
    standing = 0.42 + 0.10 * case.person.drive + (0.33 if well else 0.0) + dice.gauss(0, 0.16)
    return max(least, min(most, round(least + (most - least) * standing)))


def _household(case: Episode, dice: random.Random, *, well: bool, day: date) -> dict[str, Any]:
    person, works = case.person, well and bool(case.jobs)
    income = dice.randrange(1_600_000, 3_000_000, 50_000) if works else dice.randrange(0, 900_000, 50_000)
    debts = 0 if dice.random() < (0.75 if well else 0.5) else dice.randrange(200_000, 4_000_000, 100_000)
    support = dice.random() < (0.85 if well else 0.45)
    has_worked = works or dice.random() < 0.6
    skills = (1 if case.passes_course and well else 0) + (dice.random() < 0.35)
    answers: dict[str, Any] = {
        "household_size": 1, "school_age_children": 0, "monthly_income": income,
        "income_sources": (1 + (dice.random() < 0.35)) if income else 0,
        "monthly_spending": max(400_000, int(income * dice.uniform(0.6, 1.05)) // 1000 * 1000),
        "needs_covered": 3 if works else dice.choice((0, 1, 1, 2)), "hungry_days": 0 if works else dice.choice((0, 2, 5, 12)),
        "savings": dice.randrange(0, 4_000_000, 100_000) if works else dice.choice((0, 0, 100_000)),
        "savings_last": dice.choice((1, 2, 2)) if works else 0, "debts": debts,
        "has_health_insurance": dice.random() < (0.85 if well else 0.5),
        "schooling": ("none", "primary", "junior", "senior")[person.schooling], "literacy": min(2, person.schooling),
        "skills_count": int(skills), "last_work": "employee" if works else "day_labour" if has_worked else "never",
        "has_social_support": support, "family_contact": dice.choice((0, 1, 2) if not well else (1, 2, 3)),
        "community_activities": dice.choice((0, 0, 1) if not well else (1, 1, 2)),
    }  # fmt: skip
    if debts:
        answers["debt_pressure"] = dice.choice(("on_time", "late", "pressed"))
    if has_worked:
        answers["work_experience_months"] = dice.randrange(1, 90)
    if support:
        answers["helpers"] = dice.randint(1, 4)
    if dice.random() < 0.5:
        answers["welfare_decile"] = dice.randint(4, 7) if works else dice.randint(1, 4)
        answers["welfare_decile_on"] = day.replace(day=1).isoformat()
    return answers
