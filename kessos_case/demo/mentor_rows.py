"""Graduates who help others: since when, in which trades, whom they met under a plan, and what became of both."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.alumni.models import Mentor, Mentoring
from kessos_case.alumni.rules import (
    ASK_WITHIN,
    FOLLOW_UP_AFTER,
    MEET_WITHIN,
    OUTCOMES,
    FreeFor,
    MentoringOutcome,
    MentoringState,
    Side,
)
from kessos_case.alumni.service.mentorings import note_place
from kessos_case.alumni.service.mentors import GROUND
from kessos_case.alumni.service.settling import LINK
from kessos_case.cases.casework import PlanStep
from kessos_case.cases.rules import Pathway, Stage, StepState
from kessos_case.clients.models import ClientSearch, Consent
from kessos_case.clients.rules import Confidentiality, ConsentForm, ConsentPurpose, is_restricted
from kessos_case.demo import case_words, words
from kessos_case.demo.book import NOT_YET
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import Episode
from kessos_case.demo.process import HIRING
from kessos_case.tasks.rules import TaskKind

_STAGES = (Stage.TRAINING, Stage.PLACEMENT, Stage.AFTERCARE)
_MENTOR_FELT = (MentoringOutcome.HELPED, MentoringOutcome.HELPED, MentoringOutcome.NO_CHANGE)


@dataclass
class _Helper:
    """A mentor with how many he helps now."""

    case: Episode
    id: UUID
    since: datetime
    until: datetime | None
    free_for: list[FreeFor]
    most: int
    running: int = 0


@dataclass
class _Meeting:
    """One mentoring with its days, as far as it has come."""

    case: Episode
    helper: _Helper
    proposed: datetime
    state: MentoringState
    agreed: datetime | None = None
    met_on: date | None = None
    ended: datetime | None = None
    outcome: MentoringOutcome | None = None
    step_id: UUID | None = None
    id: UUID = NOT_YET


class MentorRows:
    """Writes the mentors first, then whom they met; says at the end what rows that are written already become by it."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._ground = desk, desk.ground
        self._dice = self._ground.dice("mentors")
        # Since when a person has allowed it, and who helps already.
        self._consented: dict[UUID, datetime] = {}
        self._helping: set[UUID] = set()
        self._changes: list[sa.Update] = []

    def write(self, cases: list[Episode]) -> list[sa.Update]:
        """All of it; returns changes of search and of steps, for after the rows."""
        helpers = [helper for case in cases if (helper := self._helper(case))]
        for case in cases:
            wants = case.pathway == Pathway.INDEPENDENCE and case.caseworker and not self._is_hidden(case)
            if wants and (case.mentor_step or self._dice.random() < HIRING.meets_mentor):
                self._meet(case, helpers)
        return self._changes

    def _helper(self, case: Episode) -> _Helper | None:
        """Whether this graduate helps others, and since when."""
        dice, today, person = self._dice, self._ground.today, case.person
        can = case.pathway == Pathway.INDEPENDENCE and case.graduated_on and not case.has_fallen_back
        if not can or case.graduated_on is None or person.died_on or dice.random() > HIRING.becomes_mentor:
            return None
        day = self._ground.working_day(case.graduated_on + timedelta(days=dice.randint(10, 240)))
        if day >= today or case.stage == Stage.CLOSED or person.id in self._helping:
            return None
        self._helping.add(person.id)
        since = self._ground.moment(day, dice)
        stops = self._ground.working_day(day + timedelta(days=dice.randint(120, 500)))
        until = self._ground.moment(stops, dice) if dice.random() < HIRING.mentor_stops and stops < today else None
        free_for = dice.sample(list(FreeFor), dice.randint(1, 3))
        helper = _Helper(case, self._ground.ids.at(since), since, until, sorted(free_for), dice.choice((1, 1, 2, 3)))
        self._mentor(helper, self._consent(case, since))
        return helper

    def _mentor(self, helper: _Helper, consent_id: UUID) -> None:
        case, by, until = helper.case, helper.case.caseworker, helper.until
        job = case.jobs[-1] if case.jobs else None
        business = job.occupation if job else None
        place = f"mentors:business:{helper.id}"
        self._ground.book.add(
            Mentor, id=helper.id, client_id=case.person.id, organisation_id=case.office.id, consent_id=consent_id,
            skills=self._trades(case), free_for=[str(one) for one in helper.free_for],
            business_sealed=self._desk.registry.seal(case.person, business, place) if business else None,
            region_code=case.person.village, most_at_once=helper.most, since_on=helper.since.date(),
            until_on=until and until.date(), recorded_at=helper.since, recorded_by=by, version=2 if until else 1,
        )  # fmt: skip
        self._desk.registry.give_access(
            case.person, GROUND, helper.since, organisation_id=case.office.id, until=until, by=by
        )  # fmt: skip
        self._desk.tell(case, "mentor_begun", helper.id, helper.since, by=by)
        if until:
            self._desk.tell(case, "mentor_ended", helper.id, until, by=by)
            return
        # What is found by search was written before.
        holders = ClientSearch.organisation_ids
        self._changes.append(
            sa.update(ClientSearch)
            .where(ClientSearch.client_id == case.person.id, ~holders.contains([case.office.id]))
            .values(organisation_ids=sa.func.array_append(holders, case.office.id))
        )

    def _trades(self, case: Episode) -> list[str]:
        """What he learnt or does."""
        learnt = self._dice.choice(words.COURSES)[0] if case.passes_course else None
        done = case.jobs[-1].occupation.casefold() if case.jobs else None
        return sorted({trade for trade in (learnt, done) if trade}) or ["usaha kecil"]

    def _consent(self, case: Episode, at: datetime) -> UUID:
        """To mentoring, for any office; said once."""
        consent_id = self._ground.ids.at(at)
        self._consented[case.person.id] = at
        self._ground.book.add(
            Consent, id=consent_id, client_id=case.person.id, purpose=str(ConsentPurpose.MENTORING),
            receiver_organisation_id=None, form=str(ConsentForm.SIGNED), given_on=at.date(), expires_on=None,
            recorded_at=at, recorded_by=case.caseworker, withdrawn_at=None, withdrawn_by=None,
        )  # fmt: skip
        self._desk.registry.tell(
            case.person, "consent_recorded", consent_id, at, by=case.caseworker, office=case.office.id,
            visibility="referral",
        )  # fmt: skip
        return consent_id

    def _is_hidden(self, case: Episode) -> bool:
        """A restricted person's name is told to nobody: no mentor is asked for him here."""
        return is_restricted(Confidentiality(self._ground.levels[case.category]))

    def _meet(self, case: Episode, helpers: list[_Helper]) -> None:
        """A mentor is proposed while the person learns or looks for work: some weeks ago where it stands in the plan."""
        dice, now = self._dice, self._ground.now
        begun = case.entered(Stage.TRAINING)
        last = case.closed_at or now
        if begun is None:
            return
        day = begun + timedelta(days=dice.randint(10, 200))
        if case.mentor_step:
            day = max(
                self._ground.today - timedelta(days=dice.randint(2, 90)), case.mentor_step[1].date() + timedelta(days=1)
            )
        proposed = self._ground.moment(self._ground.working_day(day), dice)
        apt = [one for one in helpers if self._is_apt(one, case, proposed)]
        if not apt or proposed >= last - timedelta(days=1) or case.stage_on(day) not in _STAGES:
            return
        meeting = self._told(_Meeting(case, dice.choice(apt), proposed, MentoringState.PROPOSED), last)
        if meeting.state != MentoringState.ENDED:
            if case.closed_at or meeting.helper.running >= meeting.helper.most or meeting.helper.until:
                return
            meeting.helper.running += 1
        self._row(meeting)

    def _is_apt(self, helper: _Helper, case: Episode, at: datetime) -> bool:
        is_there = helper.since < at and (helper.until is None or at < helper.until - timedelta(days=150))
        return is_there and helper.case.person is not case.person

    def _told(self, meeting: _Meeting, last: datetime) -> _Meeting:
        """How far it came by now, or by the end of the case: asked, agreed, met, over."""
        dice, step = self._dice, meeting.case.mentor_step
        meeting.step_id = step[0] if step else None
        agreed = meeting.proposed + timedelta(days=dice.randint(1, ASK_WITHIN + 2))
        met = agreed + timedelta(days=dice.randint(3, MEET_WITHIN + 4))
        ended = met + timedelta(days=dice.randint(FOLLOW_UP_AFTER - 20, FOLLOW_UP_AFTER + 30))
        if agreed >= last:
            return meeting
        if dice.random() < 0.1:
            meeting.state, meeting.outcome, meeting.ended = MentoringState.ENDED, MentoringOutcome.DECLINED, agreed
            return meeting
        meeting.state, meeting.agreed = MentoringState.AGREED, agreed
        if met >= last:
            return meeting
        meeting.state, meeting.met_on = MentoringState.MET, met.date()
        if ended < last:
            outcome = dice.choice(sorted(OUTCOMES[MentoringState.MET] - {MentoringOutcome.STOPPED}))
            meeting.state, meeting.outcome, meeting.ended = MentoringState.ENDED, outcome, ended
        return meeting

    def _row(self, meeting: _Meeting) -> None:
        case, helper, agreed = meeting.case, meeting.helper, meeting.agreed
        meeting.id = self._ground.ids.at(meeting.proposed)
        if agreed and self._consented.get(case.person.id, self._ground.now) > agreed:
            self._consent(case, agreed)
        is_over = meeting.state == MentoringState.ENDED
        felt = self._dice.choice(_MENTOR_FELT) if is_over and meeting.met_on else None
        note = self._dice.choice(case_words.MENTOR_NOTES)
        self._ground.book.add(
            Mentoring, id=meeting.id, mentor_id=helper.id, mentor_client_id=helper.case.person.id,
            mentor_organisation_id=helper.case.office.id, case_id=case.id, client_id=case.person.id,
            organisation_id=case.office.id, plan_step_id=meeting.step_id, wanted=str(self._dice.choice(helper.free_for)),
            state=str(meeting.state), proposed_at=meeting.proposed, proposed_by=case.caseworker,
            client_agreed_on=agreed and agreed.date(), mentor_agreed_on=agreed and agreed.date(),
            first_met_on=meeting.met_on, ended_on=meeting.ended and meeting.ended.date(),
            outcome=meeting.outcome and str(meeting.outcome), mentor_outcome=felt and str(felt),
            note_sealed=self._desk.registry.seal(case.person, note, note_place(meeting.id)), version=1,
        )  # fmt: skip
        self._tell(meeting)
        self._ask(meeting)
        self._link(meeting)

    def _tell(self, meeting: _Meeting) -> None:
        case, helper = meeting.case, meeting.helper.case
        self._desk.tell(case, "mentoring_proposed", meeting.id, meeting.proposed, by=case.caseworker)
        if meeting.agreed:
            self._desk.tell(case, "mentoring_agreed", meeting.id, meeting.agreed, by=case.caseworker)
        if meeting.met_on:
            at = self._met_at(meeting)
            self._desk.tell(case, "mentoring_met", meeting.id, at, by=case.caseworker)
            self._desk.tell(helper, "mentor_met", meeting.helper.id, at, by=helper.caseworker)
        if meeting.ended:
            self._desk.tell(case, "mentoring_ended", meeting.id, meeting.ended, by=case.caseworker)

    def _met_at(self, meeting: _Meeting) -> datetime:
        assert meeting.met_on is not None
        assert meeting.agreed is not None
        return max(self._ground.moment(meeting.met_on, self._dice), meeting.agreed)

    def _ask(self, meeting: _Meeting) -> None:
        """What it asks of somebody today."""
        case, helper = meeting.case, meeting.helper.case
        about: dict[str, Any] = {"role": "caseworker", "user_id": case.caseworker, "person": case.person}
        if meeting.state == MentoringState.PROPOSED:
            due = self._desk.day_after(meeting.proposed.date(), ASK_WITHIN)
            self._task(meeting, TaskKind.ASK_ABOUT_MENTORING, case, due, meeting.proposed, period=Side.CLIENT, **about)
            theirs: dict[str, Any] = {"role": "caseworker", "person": helper.person}
            self._task(
                meeting, TaskKind.ASK_ABOUT_MENTORING, helper, due, meeting.proposed, period=Side.MENTOR, **theirs
            )
        elif meeting.state == MentoringState.AGREED and meeting.agreed:
            due = self._desk.day_after(meeting.agreed.date(), MEET_WITHIN)
            self._task(meeting, TaskKind.MEET_MENTOR, case, due, meeting.agreed, **about)
        elif meeting.state == MentoringState.MET and meeting.met_on:
            due, at = self._desk.day_after(meeting.met_on, FOLLOW_UP_AFTER), self._met_at(meeting)
            self._task(meeting, TaskKind.FOLLOW_UP_MENTORING, case, due, at, **about)

    def _task(
        self, meeting: _Meeting, kind: TaskKind, whose: Episode, due_on: date, at: datetime, *, period: str = "",
        **about: Any,
    ) -> None:  # fmt: skip
        self._desk.raise_task(
            kind, LINK, meeting.id, whose.office.id, due_on=due_on, created_at=at, period=str(period), **about
        )

    def _link(self, meeting: _Meeting) -> None:
        """The step of the plan goes on with it, and is done once the two have met."""
        if meeting.step_id is None or (meeting.state == MentoringState.ENDED and meeting.met_on is None):
            return
        done = self._met_at(meeting) if meeting.met_on else None
        self._changes.append(
            sa.update(PlanStep).where(PlanStep.id == meeting.step_id).values(
                state=str(StepState.DONE if done else StepState.IN_PROGRESS), link_kind=LINK, link_id=meeting.id,
                started_at=meeting.proposed, closed_at=done,
            )
        )  # fmt: skip
