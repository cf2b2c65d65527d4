"""Questions to employers by a link: with the person's consent for this one, answered, waiting, run out."""

import random
from datetime import date, datetime, timedelta
from uuid import UUID

from kessos_case.clients.models import Consent
from kessos_case.clients.rules import ConsentForm, ConsentPurpose
from kessos_case.core.clock import office_day
from kessos_case.core.ids import random_token
from kessos_case.core.keys import token_hash
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import Episode, Job
from kessos_case.demo.process import HIRING
from kessos_case.employment.models import EmployerInquiry
from kessos_case.employment.rules import (
    CHECK_OPENS_BEFORE,
    INQUIRY_LIFE,
    LOOK_WITHIN,
    InquiryAnswer,
    PlacementState,
    VerificationMethod,
    period_to_ask,
)
from kessos_case.tasks.rules import TaskKind

# Of checks that were made by a visit, those of which the employer had been asked and kept silent; of work that goes on, asked
# just now; of work that ended, said so by the employer first.
_SILENT, _ASKED_NOW, _SAYS_LEFT = 0.2, 0.5, 0.3
_TELLS_WAGE = 0.5


class InquiryRows:
    """Writes what employers were asked of one person after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._ground = desk, desk.ground

    def write(self, case: Episode) -> None:
        """Of every work with an employer that the person allows to be asked about."""
        dice = self._desk.dice_of(case, "inquiries")
        for job in case.jobs:
            if (
                job.employer
                and job.at
                and job.verified_on
                and case.caseworker
                and dice.random() < HIRING.employer_asked
            ):
                self._asked(case, job, self._consent(case, job), dice)

    def _consent(self, case: Episode, job: Job) -> UUID:
        assert job.at is not None
        assert job.employer is not None
        consent_id = self._ground.ids.at(job.at)
        self._ground.book.add(
            Consent, id=consent_id, client_id=case.person.id, purpose=str(ConsentPurpose.EMPLOYER_CONTACT),
            receiver_organisation_id=job.employer.id, form=str(ConsentForm.SIGNED), given_on=office_day(job.at),
            expires_on=None, recorded_at=job.at, recorded_by=case.caseworker, withdrawn_at=None, withdrawn_by=None,
        )  # fmt: skip
        self._desk.registry.tell(
            case.person, "consent_recorded", consent_id, job.at, by=case.caseworker, office=case.office.id,
            visibility="referral",
        )  # fmt: skip
        return consent_id

    def _asked(self, case: Episode, job: Job, consent_id: UUID, dice: random.Random) -> None:
        until = case.followed_until(self._ground.today)
        looks: list[tuple[int | None, date, str]] = [
            (None, job.verified_on or job.starts_on, job.method or ""),
            *job.checks,
        ]
        for period, day, method in looks:
            opens = job.starts_on + timedelta(days=period) - CHECK_OPENS_BEFORE if period else job.starts_on
            if method == VerificationMethod.EMPLOYER and day <= until:
                at = self._ground.moment(day, dice)
                self._row(
                    case, job, consent_id, period, self._before(job, max(opens, day - timedelta(days=5)), at), dice, at
                )
            elif period and dice.random() < _SILENT and opens + INQUIRY_LIFE < min(day, until):
                self._row(case, job, consent_id, period, self._before(job, opens, None), dice, None)
        if job.ended_on and job.ended_on <= until and dice.random() < _SAYS_LEFT:
            self._left(case, job, consent_id, dice)
        elif job.ended_on is None and until == self._ground.today and dice.random() < _ASKED_NOW:
            self._now(case, job, consent_id, dice)

    def _before(self, job: Job, day: date, answered: datetime | None) -> datetime:
        """When the question was put: on this day, after the work was written down and before the answer."""
        assert job.at is not None
        at = max(self._ground.opening(day), job.at + timedelta(minutes=5))
        return min(at, answered - timedelta(minutes=20)) if answered else at

    def _left(self, case: Episode, job: Job, consent_id: UUID, dice: random.Random) -> None:
        """The employer said first that the person has left; somebody went to look, and so it was."""
        assert job.ended_on is not None
        made = frozenset(period for period, _day, _method in job.checks)
        period = period_to_ask(PlacementState.ACTIVE, job.starts_on, made, job.ended_on)
        if period is None:
            return
        told = self._ground.opening(job.ended_on) - timedelta(minutes=30)
        inquiry_id = self._row(
            case, job, consent_id, period, told - timedelta(days=1), dice, told, answer=InquiryAnswer.LEFT
        )  # fmt: skip
        self._desk.raise_task(
            TaskKind.LOOK_AT_WORK, "placement", job.id, case.office.id, role="caseworker", user_id=case.caseworker,
            period=inquiry_id.hex, due_on=job.ended_on + LOOK_WITHIN, created_at=told, person=case.person,
            done=(told + timedelta(minutes=25), case.caseworker),
        )  # fmt: skip

    def _now(self, case: Episode, job: Job, consent_id: UUID, dice: random.Random) -> None:
        """A question that waits for its answer today."""
        today, made = self._ground.today, frozenset(period for period, _day, _method in job.checks)
        day = self._ground.working_day(today - timedelta(days=dice.randint(2, 10)))
        period = period_to_ask(PlacementState.ACTIVE, job.starts_on, made, day)
        if period and day < today:
            self._row(case, job, consent_id, period, self._before(job, day, None), dice, None)

    def _row(
        self, case: Episode, job: Job, consent_id: UUID, period: int | None, asked: datetime, dice: random.Random,
        answered: datetime | None, *, answer: InquiryAnswer = InquiryAnswer.WORKS,
    ) -> UUID:  # fmt: skip
        assert job.employer is not None
        inquiry_id, is_left = self._ground.ids.hidden(), answer == InquiryAnswer.LEFT
        wage = job.wage if answered and not is_left and dice.random() < _TELLS_WAGE else None
        # Work that ended before an answer came: there is nothing more to ask.
        over = self._ground.opening(job.ended_on) if job.ended_on and not answered else None
        revoked = over if over and over < asked + INQUIRY_LIFE else None
        self._ground.book.add(
            EmployerInquiry, id=inquiry_id, placement_id=job.id, client_id=case.person.id, consent_id=consent_id,
            employer_id=job.employer.id, period=period, token_hash=token_hash(random_token()), created_at=asked,
            created_by=case.caseworker, expires_at=asked + INQUIRY_LIFE,
            opened_at=answered - timedelta(minutes=3) if answered else None, answer=str(answer) if answered else None,
            works_since=job.starts_on if answered and not is_left else None, left_on=job.ended_on if is_left else None,
            monthly_wage=wage, answered_at=answered, revoked_at=revoked,
        )  # fmt: skip
        self._desk.tell(case, "employer_asked", job.id, asked, by=case.caseworker)
        if answered:
            self._desk.tell(case, "employer_answered", job.id, answered, by=None)
        return inquiry_id
