"""Graduation by the real gate: the program's own verdict on the facts of that day, then the steps that people took.

Runs as the program after the world is written. Whoever does not pass is not helped to: aftercare ends without.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases.casework import Assessment
from kessos_case.cases.models import Case, CaseTransition, Visit
from kessos_case.cases.rules import CloseReason, Pathway, Stage, Verb
from kessos_case.clients.models import ClientAccess, ClientSearch
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session
from kessos_case.core.months import first_day, month_of, months_later
from kessos_case.core.policies import policy
from kessos_case.demo.assessment_rows import AssessmentRows
from kessos_case.demo.book import Through
from kessos_case.demo.episodes import Episode, Move
from kessos_case.demo.process import SERVICE
from kessos_case.demo.service import World
from kessos_case.employment.models import PlacementCheck
from kessos_case.graduation.models import ClientVoice, GraduationReview, GraduationSignature
from kessos_case.graduation.rules import ReviewState, Verdict, visit_days
from kessos_case.graduation.service.reading import graduation_policy, policy_label
from kessos_case.graduation.service.relapses import find_relapses
from kessos_case.graduation.service.standing import standing_of
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskKind

# Months until the next look at who did not pass.
_AGAIN = ((4, 8), (6, 12))
_REOPEN = timedelta(days=31)


@dataclass
class Review:
    """One review as far as it has come."""

    id: UUID
    case: Episode
    opened_at: datetime
    verdict: Verdict
    provisional_on: date | None = None
    confirmed_at: datetime | None = None


class Gate:
    """Lets those through who pass."""

    def __init__(self, session: Session, world: World) -> None:
        self._session, self._world, self._ground = session, world, world.ground
        # From here on rows are written at once, as the program.
        self._ground.book = Through(session)
        self._desk, self._assessments = world.desk, AssessmentRows(world.desk)
        self._counts = {"asked": 0, "eligible": 0, "provisional": 0, "confirmed": 0, "relapses": 0, "ended": 0}

    def open(self) -> dict[str, int]:
        """Look at every case in aftercare; returns how many were looked at and how far they came."""
        for case in self._world.cases:
            if case.stage == Stage.AFTERCARE and not case.paused:
                self._look_at(case)
        self._session.now = self._ground.now
        self._count_relapses()
        return self._counts

    def _count_relapses(self) -> None:
        """Aid, a new case, work lost since: found by the program itself, so with ids of its own."""
        episodes = {case.id: case for case in self._world.cases}
        graduated = GraduationReview.state.in_([ReviewState.PROVISIONAL, ReviewState.CONFIRMED])
        for review in self._session.scalars(sa.select(GraduationReview).where(graduated).order_by(GraduationReview.id)):
            case = self._session.get_one(Case, review.case_id)
            fallen = find_relapses(self._session, review, case)
            self._counts["relapses"] += fallen
            episodes[case.id].has_fallen_back |= fallen > 0

    def _look_at(self, case: Episode) -> None:
        self._dice = self._ground.dice(f"gate:{case.id}")
        days = [day for day in self._days(case) if day <= self._ground.today]
        self._counts["asked"] += bool(days)
        for day in days:
            self._ask_person(case, day - timedelta(days=2))
            verdict = self._verdict(case, day)
            if verdict.is_met:
                self._review(case, day, verdict)
                return
        if days:
            self._perhaps_end(case, CloseReason.GOALS_MET_WITHOUT_GRADUATION)
        elif case.lasts_since() is None:
            # Neither work nor a home lasted, and he did not want to begin anew.
            self._perhaps_end(case, CloseReason.OWN_WISH)

    def _see(self, case: Episode, day: date) -> None:
        """The visits of aftercare count as every other."""
        if case.closed_at is None and (case.seen_on is None or case.seen_on < day):
            case.seen_on = day
            self._update(Case, Case.id == case.id, contact_on=day)

    def _days(self, case: Episode) -> list[date]:
        """When a caseworker would ask: work of seven months, or three good visits at home; and some months later again."""
        since = case.lasts_since()
        if since is None:
            return []
        months = [7]
        for span in _AGAIN:
            months.append(months[-1] + self._dice.randint(*span))
        return [first_day(month_of(since) + month).replace(day=15) for month in months]

    def _verdict(self, case: Episode, day: date) -> Verdict:
        """What the program says of the facts as they were known on that day."""
        self._session.now = _at(day)
        found = self._session.get_one(Case, case.id)
        return standing_of(self._session, found).verdict

    def _ask_person(self, case: Episode, day: date) -> None:
        at = _at(day)
        voice_id = self._ground.ids.at(at)
        self._session.insert(
            ClientVoice, id=voice_id, client_id=case.person.id, case_id=case.id, asked_on=day, agrees=True,
            reason_sealed=None, recorded_at=at, recorded_by=case.caseworker,
        )  # fmt: skip
        self._desk.tell(case, "voice_recorded", voice_id, at, by=case.caseworker)

    def _review(self, case: Episode, day: date, verdict: Verdict) -> None:
        """Eligible, recommended, provisional; after twelve months and five visits confirmed by two people."""
        self._counts["eligible"] += 1
        review = Review(self._ground.ids.at(_at(day)), case, _at(day), verdict)
        if self._ground.today - day < timedelta(days=4):
            self._write(review, ReviewState.ELIGIBLE)
            self._ask(review, TaskKind.DECIDE_GRADUATION, "caseworker", day + timedelta(days=7), period="recommend")
            return
        review.provisional_on = case.graduated_on = day + timedelta(days=3)
        self._counts["provisional"] += 1
        visits = visit_days(review.provisional_on, graduation_policy())
        is_over = months_later(review.provisional_on, graduation_policy().aftercare.months) + timedelta(days=5)
        # A visit that was missed stops the confirmation; an office would have caught up with those of years ago.
        is_old = is_over < self._ground.today - timedelta(days=120)
        made = {month: at for month, due in visits.items() if (at := self._visit(review, month, due, surely=is_old))}
        later = None
        if is_over <= self._ground.today and len(made) == len(visits):
            self._assess_again(case, is_over - timedelta(days=6))
            later = self._verdict(case, is_over)
        if later and later.is_met:
            review.verdict, review.confirmed_at = later, _at(is_over)
            self._counts["confirmed"] += 1
        self._write(review, ReviewState.CONFIRMED if review.confirmed_at else ReviewState.PROVISIONAL)
        self._signatures(review)
        self._asked(review, visits, made, is_over)
        if review.confirmed_at:
            self._end(case, Verb.GRADUATE, Stage.GRADUATED, review.confirmed_at + timedelta(days=2))

    def _assess_again(self, case: Episode, day: date) -> None:
        in_force = (Assessment.case_id == case.id) & (Assessment.state == "completed")
        self._update(Assessment, in_force, state="superseded")
        self._assessments.again(case, self._ground.working_day(day))

    def _visit(self, review: Review, month: int, due: date, *, surely: bool) -> datetime | None:
        """When the visit of this month of aftercare was made; None where it was not."""
        day = self._ground.working_day(due + timedelta(days=self._dice.randint(-4, 6)))
        is_missed = self._dice.random() > 0.97 and not surely
        if day >= self._ground.today or is_missed:
            return None
        at, case = _at(day), review.case
        visit_id = self._ground.ids.at(at)
        is_pupil = case.pathway == Pathway.REUNIFICATION and case.person.age_in(month_of(day)) in range(7, 18)
        self._session.insert(
            Visit, id=visit_id, client_id=case.person.id, case_id=case.id, kind="visit", visited_on=day, was_met=True,
            outcome="well", aftercare_month=month, attends_school=True if is_pupil else None,
            follows_treatment=True if case.is_treated else None, is_on_street=None,
            note_sealed=None, recorded_at=at, recorded_by=case.caseworker, organisation_id=case.office.id,
        )  # fmt: skip
        self._desk.tell(case, "visit_recorded", visit_id, at, by=case.caseworker)
        self._see(case, day)
        return at

    def _write(self, review: Review, state: ReviewState) -> None:
        case, on = review.case, review.provisional_on
        self._session.insert(
            GraduationReview, id=review.id, case_id=case.id, client_id=case.person.id, organisation_id=case.office.id,
            kind=str(review.verdict.kind), state=str(state), verdict=review.verdict.as_json(),
            fingerprint=review.verdict.fingerprint, policy_version=policy_label(),
            evaluated_at=review.confirmed_at or review.opened_at, opened_at=review.opened_at, opened_by=case.caseworker,
            recommended_by=case.caseworker if on else None, provisional_by=case.supervisor if on else None,
            provisional_on=on, confirmed_on=review.confirmed_at and review.confirmed_at.date(), deferred_until=None,
            reason=None, co_signer_id=self._desk.staff.co_signer if on else None, version=1,
        )  # fmt: skip
        self._desk.tell(case, "graduation_eligible", review.id, review.opened_at, by=case.caseworker)

    def _signatures(self, review: Review) -> None:
        case, staff = review.case, self._desk.staff
        begun = review.opened_at
        steps: list[tuple[str, UUID | None, UUID, datetime]] = [
            ("recommendation", case.caseworker, case.office.id, begun + timedelta(days=1)),
            ("provisional", case.supervisor, case.office.id, begun + timedelta(days=3)),
        ]
        self._desk.tell(case, "graduation_recommended", review.id, steps[0][3], by=case.caseworker)
        self._desk.tell(case, "graduation_provisional", review.id, steps[1][3], by=case.supervisor)
        if review.confirmed_at:
            steps += [
                ("confirmation", case.supervisor, case.office.id, review.confirmed_at),
                ("confirmation", staff.co_signer, self._ground.province.id, review.confirmed_at + timedelta(hours=20)),
            ]
            self._desk.tell(case, "graduation_confirmed", review.id, steps[-1][3], by=staff.co_signer)
        for step, user_id, office_id, at in steps:
            self._session.insert(
                GraduationSignature, id=self._ground.ids.at(at), review_id=review.id, client_id=case.person.id, step=step,
                user_id=user_id, organisation_id=office_id, fingerprint=review.verdict.fingerprint, reason=None,
                note_sealed=None, signed_at=at,
            )  # fmt: skip

    def _asked(self, review: Review, visits: dict[int, date], made: Mapping[int, datetime], over: date) -> None:
        """What each step asked of somebody: the decisions, a visit of each month, and in the end the confirmation."""
        case, worker = review.case, self._desk.staff.tksk.get(review.case.person.village[:8])
        begun, confirmed = review.opened_at, review.confirmed_at
        provisional = begun + timedelta(days=3)
        for role, period, at in (("caseworker", "recommend", begun), ("supervisor", "provisional", provisional)):
            self._ask(review, TaskKind.DECIDE_GRADUATION, role, at.date() + timedelta(days=7), period=period, done=at)
        for month, due in visits.items():
            role, by = ("tksk", worker) if worker else ("caseworker", case.caseworker)
            self._ask(
                review, TaskKind.VISIT_AFTERCARE, role, due, period=str(month), at=provisional, user_id=by,
                done=made.get(month),
            )  # fmt: skip
        self._ask(review, TaskKind.CONFIRM_GRADUATION, "supervisor", over, at=provisional, done=confirmed)

    def _ask(
        self, review: Review, kind: TaskKind, role: str, due: date, *, period: str = "", at: datetime | None = None,
        user_id: UUID | None = None, done: datetime | None = None,
    ) -> None:  # fmt: skip
        case = review.case
        by = user_id or (case.caseworker if role == "caseworker" else None)
        self._desk.raise_task(
            kind, "graduation_review", review.id, case.office.id, role=role, due_on=due,
            created_at=at or review.opened_at, person=case.person, user_id=by, period=period,
            done=(done, by or case.supervisor) if done else None,
        )  # fmt: skip

    def _perhaps_end(self, case: Episode, reason: CloseReason) -> None:
        """Aftercare without a verdict ends some day, but not before the work was last looked at."""
        begun = case.entered(Stage.AFTERCARE)
        assert begun is not None
        of_person = PlacementCheck.client_id == case.person.id
        looked_at = self._session.scalar(sa.select(sa.func.max(PlacementCheck.checked_on)).where(of_person))
        ends = months_later(begun, self._dice.randint(*SERVICE.aftercare_months))
        day = self._ground.working_day(max(ends, (looked_at or begun) + timedelta(days=1)))
        if day < self._ground.today:
            self._counts["ended"] += 1
            self._end(case, Verb.CLOSE, Stage.CLOSED, _at(day), str(reason))

    def _end(self, case: Episode, verb: Verb, stage: Stage, at: datetime, reason: str | None = None) -> None:
        """The last move: the case, its row of history, what is still open about it, and the office's reach."""
        at = max(min(at, self._ground.now), case.moves[-1].at + timedelta(seconds=1))
        self._session.insert(
            CaseTransition, id=self._ground.ids.at(at), case_id=case.id, client_id=case.person.id, verb=str(verb),
            from_stage=str(Stage.AFTERCARE), to_stage=str(stage), reason=reason, detail={}, happened_at=at, recorded_at=at,
            user_id=case.supervisor, organisation_id=case.office.id, policy_version=policy("pathways").label,
        )  # fmt: skip
        last_seen = min(case.seen_on, at.date()) if case.seen_on else None
        self._update(
            Case, Case.id == case.id, stage=str(stage), stage_since=at, closed_at=at, close_reason=reason,
            contact_on=last_seen,
        )  # fmt: skip
        here = (Task.client_id == case.person.id) & (Task.organisation_id == case.office.id)
        # A graduate's work is checked to the end, and his office sees him so long.
        of_work = here & (Task.kind == TaskKind.CHECK_PLACEMENT) & (Task.reason.is_(None))
        goes_on = stage == Stage.GRADUATED
        ended = sa.true() if not goes_on else (
            (Task.kind != TaskKind.CHECK_PLACEMENT) | (Task.due_at < self._ground.now - _REOPEN))  # fmt: skip
        left = here & (Task.state == "open") & ended
        self._update(Task, left, state="cancelled", reason="case_closed", closed_at=at, closed_by=case.supervisor)
        last = self._session.scalar(sa.select(sa.func.max(Task.due_at)).where(of_work)) if goes_on else None
        self._end_reach(case, max(at, last or at) + _REOPEN)
        case.moves.append(Move(verb, Stage.AFTERCARE, stage, at, case.supervisor, reason))
        self._desk.tell(
            case, "case_graduated" if stage == Stage.GRADUATED else "case_closed", case.id, at, by=case.supervisor
        )

    def _end_reach(self, case: Episode, until: datetime) -> None:
        ours = (ClientAccess.client_id == case.person.id) & (ClientAccess.organisation_id == case.office.id)
        self._update(ClientAccess, ours & (ClientAccess.ground == "case"), valid_until=until)
        still = sa.exists(sa.select(ClientAccess.id).where(ours, sa.or_(
            ClientAccess.valid_until.is_(None), ClientAccess.valid_until > self._ground.now)))  # fmt: skip
        self._update(
            ClientSearch, (ClientSearch.client_id == case.person.id) & ~still,
            organisation_ids=sa.func.array_remove(ClientSearch.organisation_ids, case.office.id),
        )  # fmt: skip

    def _update(self, model: Any, where: Any, **values: Any) -> None:
        statement = sa.update(model).where(where).values(values).execution_options(synchronize_session=False)
        self._session.execute(statement)


def open_gate(session: Session, world: World) -> dict[str, int]:
    """Let the cases in aftercare through the gate of graduation, as the program, in the session's transaction."""
    return Gate(session, world).open()


def _at(day: date) -> datetime:
    return datetime.combine(day, time(11), OFFICE_ZONE).astimezone(UTC)
