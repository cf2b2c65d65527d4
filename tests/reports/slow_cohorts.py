"""The cohort report once more, in plain Python and one life after the other: written from the words of the ADR, not from the
program. For the tests alone.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from tests.factories.cohorts import Answered, Life, Told, Verdict, Work

AFTER = {"assessment": {"assessment"}, "planning": {"planning"}, "measures": {"training", "rehabilitation", "care"},
         "outcome": {"placement", "reunification"}, "aftercare": {"aftercare"}}  # fmt: skip


@dataclass
class Episode:
    """What is known of one life of the report."""

    life: Life
    cases: list[Told]
    today: date
    counts: set[str] = field(default_factory=set)

    @property
    def intake(self) -> date:
        return self.cases[0].opened

    @property
    def exit(self) -> date | None:
        return self.cases[-1].closed

    @property
    def is_of_work(self) -> bool:
        return self.cases[-1].pathway == "independence"

    @property
    def may_graduate(self) -> bool:
        return self.cases[-1].pathway != "long_term_care"

    def reached(self, stage: str) -> date | None:
        days = [day for case in self.cases for day, to in case.moves if to in AFTER[stage]]
        return min(days, default=None)

    @property
    def verdict(self):
        standing = [v for case in self.cases for v in case.verdicts if v.state in ("provisional", "confirmed")]
        by_age = self.cases[-1].reason == "age_limit" and self.cases[-1].closed
        natural = Verdict("natural", "provisional", by_age) if by_age else None
        return min(standing, key=lambda v: v.provisional_on, default=natural)

    @property
    def relapsed(self) -> date | None:
        return min(self.verdict.relapses, default=None) if self.verdict else None

    def alive_at(self, day: date) -> bool:
        return self.life.died_on is None or self.life.died_on > day

    def all_work(self) -> list[Work]:
        return [w for case in self.life.cases for w in case.work if is_real(w)]

    @property
    def began(self) -> date | None:
        return min((w.starts_on for case in self.cases for w in case.work if is_real(w)), default=None)

    def kept(self, days: int) -> str | None:
        if self.began is None:
            return None
        day = self.began + timedelta(days)
        if day > self.today or not self.alive_at(day):
            return None
        may = [w for w in self.all_work() if w.starts_on <= day and (w.ended_on is None or w.ended_on >= day)]
        if any(w.ended_on or (seen(w) and seen(w) >= day - timedelta(7)) for w in may):
            return "kept"
        return "unknown" if may else "over"

    def quarter(self, after: int) -> tuple[date, date] | None:
        if self.exit is None or not self.is_of_work:
            return None
        number = self.exit.year * 4 + (self.exit.month - 1) // 3 + after
        first, beyond = (date(n // 4, n % 4 * 3 + 1, 1) for n in (number, number + 1))
        last = beyond - timedelta(1)
        return (first, last) if last < self.today and self.alive_at(last) else None

    def works_in(self, after: int) -> list[Work] | None:
        """The work that he is known to have had in that quarter."""
        span = self.quarter(after)
        if span is None:
            return None
        return [
            w
            for w in self._maybe(span)
            if w.ended_on or max(filter(None, (w.starts_on, w.verified_on, seen(w)))) >= span[0]
        ]

    def _maybe(self, span: tuple[date, date]) -> list[Work]:
        first, last = span
        return [w for w in self.all_work() if w.starts_on <= last and (w.ended_on is None or w.ended_on >= first)]

    def employed(self, after: int) -> str | None:
        known = self.works_in(after)
        if known is None:
            return None
        return "kept" if known else "unknown" if self._maybe(self.quarter(after)) else "over"

    def income(self, after: int) -> int | None:
        wages = []
        for work in self.works_in(after) or []:
            told = [(day, number, pay) for number, (day, _there, pay) in enumerate(work.checks[:4])
                    if pay is not None and day <= self.quarter(after)[1]]  # fmt: skip
            wage = max(told)[2] if told else work.income
            wages += [wage] if wage is not None else []
        return (max(wages) + 5000) // 10000 * 10000 if wages else None

    def change(self, instrument: str, moment: str) -> int | None:
        own = sorted((a for case in self.cases for a in case.answers if usable(a, instrument)), key=lambda a: a.on)
        if self.exit is None or not own:
            return None
        first = own[0]
        if moment == "exit":
            later = [a for a in own if a.on > first.on and a.on <= self.exit and a.version == first.version]
            return later[-1].score - first.score if later else None
        span = (self.exit + timedelta(275), self.exit + timedelta(456))
        everywhere = [a for case in self.life.cases for a in case.answers if usable(a, instrument)]
        after = sorted((a for a in everywhere if span[0] <= a.on <= span[1] and a.version == first.version),
                       key=lambda a: a.on)  # fmt: skip
        return after[0].score - first.score if after else None

    def stated(self, month: int) -> float | None:
        return min((amount / (last - first + 1) / people for first, last, amount, people in self.life.statements
                    if last >= month - 3 and first <= month + 2), default=None)  # fmt: skip

    def earned_more(self, moment: str) -> float | None:
        if self.exit is None:
            return None
        began, ended = (day.year * 12 + day.month - 1 for day in (self.intake, self.exit))
        before = self.stated(began)
        if moment == "exit" and ended - 3 <= began + 2:
            return None
        after = self.stated(ended if moment == "exit" else ended + 12)
        return None if before is None or after is None else after - before


def is_real(work: Work) -> bool:
    return work.verified_on is not None and not (work.ended_on and work.reason == "never_started")


def seen(work: Work) -> date | None:
    return max((day for day, is_there, _pay in work.checks[:4] if is_there), default=None)


def usable(answer: Answered, instrument: str) -> bool:
    return answer.instrument == instrument and answer.state != "draft" and answer.score is not None


def episodes(lives: list[Life], today: date) -> list[Episode]:
    found = []
    for life in lives:
        chain: list[Told] = []
        for case in life.cases:
            chain.append(case)
            if not case.handed:
                if case.reason != "duplicate":
                    found.append(Episode(life, chain, today))
                chain = []
    return found


def share_by(spans: list[tuple[int, int]], day: int, last: int = 1095) -> float | None:
    """Aalen-Johansen by hand, of (days, 0 out of sight / 1 it happened / 2 something else): none where nobody was seen."""
    cut = [(days, end) if days <= last else (last, 0) for days, end in spans]
    if not cut:
        return None
    longest = max(days for days, _end in cut)
    if longest < day and (longest, 0) in cut:
        return None
    left, share = 1.0, 0.0
    for now in range(day + 1):
        there = sum(days >= now for days, _end in cut)
        if there:
            happened, other = (sum(each == (now, end) for each in cut) for end in (1, 2))
            share += left * happened / there
            left *= 1 - (happened + other) / there
    return share


def half_by(spans: list[tuple[int, int]], last: int = 1095) -> int | None:
    """Kaplan-Meier by hand: the day by which half are through, where other ends only take people out of sight."""
    left = 1.0
    for now in range(last + 1):
        there = sum(days >= now for days, _end in spans)
        if there:
            left *= 1 - sum(each == (now, 1) for each in spans) / there
        if left <= 0.5 + 1e-12:
            return now
    return None


def spans_to(stage: str, those: list[Episode]) -> list[tuple[int, int]]:
    found = []
    for each in those:
        if stage in ("outcome", "aftercare") and not each.may_graduate:
            continue
        day = each.reached(stage)
        end = 1 if day else 2 if each.exit else 0
        found.append((max(0, ((day or each.exit or each.today) - each.intake).days), end))
    return found


def spans_to_graduation(kind: str, those: list[Episode]) -> list[tuple[int, int]]:
    found = []
    for each in those:
        if each.may_graduate:
            day = each.verdict.provisional_on if each.verdict else None
            end = 1 if day and each.verdict.kind == kind else 2 if day or each.exit else 0
            found.append((max(0, ((day or each.exit or each.today) - each.intake).days), end))
    return found


def spans_to_relapse(kind: str, those: list[Episode]) -> list[tuple[int, int]]:
    found = []
    for each in those:
        if each.may_graduate and each.verdict and each.verdict.kind == kind:
            end = 1 if each.relapsed else 2 if each.life.died_on else 0
            day = each.relapsed or each.life.died_on or each.today
            found.append((max(0, (day - each.verdict.provisional_on).days), end))
    return found


def in_order(days: list[date]) -> bool:
    return all(before <= after for before, after in pairwise(days))
