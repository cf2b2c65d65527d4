"""One case walked through its stages: by its timetable, by what the lives brought, until it ends or today stops it."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from kessos_case.cases.rules import CloseReason, Pathway, Stage, StepBackReason, Verb, proposed_pathway
from kessos_case.cases.service import pathways
from kessos_case.core.months import Month, first_day, month_of
from kessos_case.demo.episodes import MEASURES, Episode, Job, Move, Return
from kessos_case.demo.ground import Ground
from kessos_case.demo.process import SERVICE

_LEFT = (CloseReason.OWN_WISH, CloseReason.ABSCONDED, CloseReason.MOVED, CloseReason.REFERRED_ELSEWHERE)


class Walk:
    """Walks one case through its stages until it ends or today stops it."""

    def __init__(
        self, ground: Ground, episode: Episode, works: list[tuple[Month, Month | None, bool]], died_on: date | None
    ):
        self._ground, self._case, self._works = ground, episode, works
        self._dice = random.Random(f"{ground.seed}:walk:{episode.person.place}:{episode.opened_on}")  # nosec B311
        self._until = min(died_on, ground.today) if died_on else ground.today
        self._died_on = died_on

    def go(self) -> None:
        """Every move in its order."""
        case = self._case
        case.id = self._ground.ids.at(self._moment(case.opened_on))
        is_chosen = case.pathway != proposed_pathway(pathways(), case.category)
        words = "Menderita gangguan jiwa; keluarga masih ada." if is_chosen else None
        self._move(Verb.OPEN, Stage.INTAKE, case.opened_on, case.caseworker, words=words)
        for verb, stage, day in self._stages():
            before = case.stage
            if case.leaves_in == before and before not in (Stage.PLACEMENT, Stage.AFTERCARE):
                self._leave(day - timedelta(days=self._dice.randint(0, 5)))
                return
            if day > self._until or not self._move(verb, stage, day):
                break
        self._end()

    def _stages(self) -> Iterator[tuple[Verb, Stage, date]]:
        case, day = self._case, self._case.opened_on
        for before, verb, after in (
            (Stage.INTAKE, Verb.START_ASSESSMENT, Stage.ASSESSMENT),
            (Stage.ASSESSMENT, Verb.START_PLANNING, Stage.PLANNING),
            (Stage.PLANNING, Verb(f"start_{MEASURES[case.pathway]}"), MEASURES[case.pathway]),
        ):
            day = self._later(day, case.days[before])
            yield verb, after, day
        yield from {
            Pathway.INDEPENDENCE: self._to_work,
            Pathway.REUNIFICATION: self._home,
            Pathway.LONG_TERM_CARE: self._care,
        }[case.pathway](day)

    def _to_work(self, day: date) -> Iterator[tuple[Verb, Stage, date]]:
        case = self._case
        day = self._later(day, case.days[Stage.TRAINING])
        yield Verb.START_PLACEMENT, Stage.PLACEMENT, day
        job = self._next_job(day)
        if job is None:
            return
        begin = max(day, job.starts_on)
        job.verified_on = self._later(begin, self._dice.randint(5, 14))
        if job.verified_on > self._until:
            job.verified_on = None
            return
        yield Verb.START_AFTERCARE, Stage.AFTERCARE, self._later(job.verified_on, self._dice.randint(5, 25))
        while job.ended_on is not None and job.ended_on <= self._until:
            following = self._next_job(job.ended_on + timedelta(days=1), months=2)
            if following is None:
                return
            following.verified_on = self._later(following.starts_on, self._dice.randint(5, 14))
            if following.verified_on > self._until:
                following.verified_on = None
            job = following

    def _next_job(self, day: date, months: int = SERVICE.looks_for_work) -> Job | None:
        """The next work from this day on, if it is found within so many months and has begun."""
        wanted = month_of(day)
        for first, last, regular in self._works:
            if (last is not None and last < wanted) or first > wanted + months:
                continue
            # A month known only as a whole: work begins and ends on some working day of it.
            starts_on = max(day, self._ground.working_day(first_day(first) + timedelta(days=self._dice.randrange(20))))
            ended_on = None if last is None else self._ground.working_day(first_day(last + 1) + timedelta(days=6))
            if starts_on > self._until or (ended_on and ended_on <= starts_on):
                return None
            ended_on = ended_on if ended_on and ended_on <= self._ground.today else None
            self._case.jobs.append(made := Job(starts_on, ended_on, regular, None))
            return made
        return None

    def _home(self, day: date) -> Iterator[tuple[Verb, Stage, date]]:
        case = self._case
        day = self._later(day, case.days[Stage.REHABILITATION])
        assessed = self._later(day, -self._dice.randint(5, 25))
        if assessed <= self._until:
            case.home = Return(assessed)
        yield Verb.START_REUNIFICATION, Stage.REUNIFICATION, day
        if case.home is None or day > self._until:
            return
        case.home.starts_on = day
        verified = self._later(day, case.days[Stage.REUNIFICATION])
        if verified > self._until:
            return
        case.home.verified_on = verified
        if self._dice.random() < SERVICE.goes_wrong_at_home:
            ended = self._later(verified, self._dice.randint(10, 200))
            case.home.ended_on = ended if ended <= self._until else None
        yield Verb.START_AFTERCARE, Stage.AFTERCARE, self._later(verified, self._dice.randint(3, 15))

    def _care(self, day: date) -> Iterator[tuple[Verb, Stage, date]]:
        while True:
            day = self._later(day, 365 - self._dice.randint(0, 20))
            yield Verb.REVIEW_CARE, Stage.CARE, day

    def _end(self) -> None:
        """What ends a case that was not left: death, work that was lost, nothing found, a home that did not hold."""
        case, dice = self._case, self._dice
        if self._died_on and self._died_on <= self._ground.today:
            self._die(self._died_on)
        elif case.stage == Stage.PLACEMENT and not any(job.ended_on is None for job in case.jobs):
            gone = self._later(self._last_day(), SERVICE.looks_for_work * 30)
            reason = dice.choice((CloseReason.OWN_WISH, CloseReason.GOALS_MET_WITHOUT_GRADUATION))
            self._move(Verb.CLOSE, Stage.CLOSED, gone, case.supervisor, reason=reason)
        elif case.stage == Stage.AFTERCARE:
            self._end_aftercare()

    def _end_aftercare(self) -> None:
        case, dice = self._case, self._dice
        lost = case.jobs[-1].ended_on if case.jobs else case.home and case.home.ended_on
        if case.leaves_in == Stage.AFTERCARE and not lost:
            self._leave(self._later(self._last_day(), dice.randint(60, 300)))
        elif lost:
            back = Stage.PLACEMENT if case.jobs else Stage.REHABILITATION
            reason = StepBackReason.PLACEMENT_ENDED if case.jobs else StepBackReason.NEW_FINDINGS
            day = max(self._later(lost, dice.randint(3, 20)), self._last_day())
            if dice.random() < 0.6 and self._move(Verb.STEP_BACK, back, day, case.caseworker, reason=reason):
                self._leave(self._later(day, dice.randint(120, 400)))

    def _leave(self, day: date) -> None:
        """The person goes, or the office loses him."""
        day = max(day, self._last_day())
        reason = self._dice.choice(_LEFT)
        if self._died_on is None or day < self._died_on:
            self._move(Verb.CLOSE, Stage.CLOSED, day, self._case.supervisor, reason=reason)
        elif self._died_on <= self._ground.today:
            self._die(self._died_on)

    def _die(self, day: date) -> None:
        self._move(Verb.CLOSE, Stage.CLOSED, day, self._case.supervisor, reason=CloseReason.DECEASED)

    def _move(
        self, verb: Verb, after: Stage, day: date, user_id: UUID | None = None, *, reason: str | None = None,
        words: str | None = None,
    ) -> bool:  # fmt: skip
        """Write the move unless today (or the death) comes first."""
        case = self._case
        if day > self._until:
            return False
        by_supervisor = verb in (
            Verb.START_TRAINING, Verb.START_REHABILITATION, Verb.START_CARE, Verb.START_AFTERCARE, Verb.CLOSE,
        )  # fmt: skip
        by = user_id or (case.supervisor if by_supervisor else case.caseworker)
        assert by is not None
        at = self._moment(day)
        # Two moves of one instant would have no order.
        if case.moves and at <= case.moves[-1].at:
            at = case.moves[-1].at + timedelta(seconds=1)
        if at > self._ground.now:
            return False
        case.moves.append(Move(verb, case.stage if case.moves else None, after, at, by, reason and str(reason), words))
        return True

    def _moment(self, day: date) -> datetime:
        return self._ground.moment(day, self._dice)

    def _last_day(self) -> date:
        return self._case.moves[-1].at.date()

    def _later(self, day: date, days: int) -> date:
        return self._ground.working_day(day + timedelta(days=days))
