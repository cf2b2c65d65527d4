"""The rows of cases: the episode, its moves with their words, agreement, reach, pauses, visits, and what is to be done."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from kessos_case.cases.models import Case, CaseAgreement, CaseText, CaseTransfer, CaseTransition, Visit
from kessos_case.cases.rules import Pathway, Stage, Verb
from kessos_case.cases.service import pathways
from kessos_case.clients.models import Alert, Consent
from kessos_case.clients.rules import Confidentiality
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.months import months_later
from kessos_case.core.policies import policy
from kessos_case.demo import words
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import Episode, Move
from kessos_case.demo.process import CASEWORK, SERVICE
from kessos_case.tasks.rules import TaskKind

_TOLD = {
    Verb.OPEN: "case_opened",
    Verb.STEP_BACK: "case_stepped_back",
    Verb.REVIEW_CARE: "case_care_reviewed",
    Verb.CLOSE: "case_closed",
    Verb.PAUSE: "case_paused",
}
_MINOR_AGE = 18
# Of open cases, those with a task that somebody wrote down by hand.
_WITH_A_NOTE = 0.08
# Whether work that ended leads a stage back has been thought over after so long.
_THOUGHT_OVER = timedelta(days=45)


class CaseRows:
    """Writes one case after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._ground = desk, desk.ground
        self._label = policy("pathways").label
        self._days = pathways()

    def write(self, case: Episode) -> None:
        """Everything that hangs on the case itself."""
        self._dice = self._desk.dice_of(case, "case")
        self._perhaps_pause(case)
        unassigned = case.stage == Stage.INTAKE and len(case.moves) == 1 and self._dice.random() < 0.25
        if unassigned:
            case.caseworker = None
        for move in case.moves:
            self._move(case, move)
        self._reach(case)
        self._agree(case)
        self._see(case)
        self._visits(case)
        self._row(case)
        self._warn(case)
        self._ask(case)

    def _row(self, case: Episode) -> None:
        changed = [move for move in case.moves if move.before != move.after]
        reason = case.moves[-1].reason if case.stage == Stage.CLOSED else None
        self._ground.book.add(
            Case, id=case.id, client_id=case.person.id, organisation_id=case.office.id, category_code=case.category,
            pathway=str(case.pathway), stage=str(case.stage), stage_since=changed[-1].at, opened_at=case.opened_at,
            closed_at=case.closed_at, close_reason=reason, caseworker_id=case.caseworker, referral_id=case.referral_id,
            previous_case_id=case.previous_id, successor_organisation_id=None,
            spm_type=None, spm_level=None, recommending_organisation_id=None,
            paused_from=case.paused and case.paused[0], paused_until=case.paused and case.paused[1],
            contact_on=case.seen_on, version=len(case.moves),
        )  # fmt: skip

    def _see(self, case: Episode) -> None:
        """When somebody last met the person: of a few open cases longer ago than the stage allows."""
        self._is_lost_sight_of = False
        if case.closed_at or case.caseworker is None:
            return
        dice, days = self._desk.dice_of(case, "contact"), self._days.quiet_days[case.stage]
        is_lately = dice.random() < CASEWORK.seen_lately
        ago = dice.randint(0, days * 3 // 4) if is_lately else dice.randint(days + 1, 2 * days)
        day = self._ground.today - timedelta(days=ago)
        # The desks are closed at a weekend.
        case.seen_on = max(office_day(case.opened_at), day - timedelta(days=max(0, day.weekday() - 4)))
        self._is_lost_sight_of = not is_lately

    def _move(self, case: Episode, move: Move) -> None:
        book, move_id = self._ground.book, self._ground.ids.at(move.at)
        detail = dict(move.detail)
        if move.verb == Verb.OPEN and case.referral_id:
            detail["referral_id"] = str(case.referral_id)
        book.add(
            CaseTransition, id=move_id, case_id=case.id, client_id=case.person.id, verb=str(move.verb),
            from_stage=move.before and str(move.before), to_stage=str(move.after), reason=move.reason, detail=detail,
            happened_at=move.at, recorded_at=move.at, user_id=move.user_id, organisation_id=case.office.id,
            policy_version=self._label,
        )  # fmt: skip
        if move.words:
            sealed = self._desk.registry.seal(case.person, move.words, f"case_texts:text:{move_id}")
            book.add(
                CaseText, transition_id=move_id, case_id=case.id, client_id=case.person.id, text_sealed=sealed
            )  # fmt: skip
        self._desk.tell(case, _TOLD.get(move.verb, f"case_{move.after}_started"), case.id, move.at, by=move.user_id)

    def _reach(self, case: Episode) -> None:
        """The UPT while it serves, and the TKSK of the home in the years of aftercare."""
        until = (
            _midnight(case.closed_at.date() + timedelta(days=self._days.reopen_days + 1)) if case.closed_at else None
        )
        give = self._desk.registry.give_access
        give(case.person, "case", case.opened_at, organisation_id=case.office.id, until=until, by=case.caseworker)
        since = case.entered(Stage.AFTERCARE)
        worker = self._desk.staff.tksk.get(case.person.village[:8])
        if since and worker:
            last = months_later(since, self._days.aftercare_months)
            ended = case.closed_at.date() if case.closed_at and case.stage == Stage.CLOSED else last
            began = self._ground.moment(since, self._dice)
            give(case.person, "aftercare", began, user_id=worker, until=_midnight(min(last, ended)), by=case.supervisor)

    def _agree(self, case: Episode) -> None:
        """Agreement, or the lawful ground without it; nobody is assessed before."""
        if (len(case.moves) < 2 and self._dice.random() < 0.5) or case.caseworker is None:
            return
        at = self._between(case.opened_at, case.moves[1].at if len(case.moves) > 1 else self._ground.now)
        age = case.person.age_in(self._ground.last) - (self._ground.today.year - at.year)
        is_child, made_id = age < _MINOR_AGE, self._ground.ids.at(at)
        ground = "guardian_absent" if is_child and self._dice.random() < 0.45 else None
        form = None if ground else "guardian" if is_child else self._dice.choice(("signed", "oral_witnessed"))
        seal = self._desk.registry.seal
        place = f"case_agreements:reason:{made_id}"
        self._ground.book.add(
            CaseAgreement, id=made_id, case_id=case.id, client_id=case.person.id, form=form, lawful_ground=ground,
            reason_sealed=seal(case.person, "Wali belum ditemukan.", place) if ground else None, given_on=at.date(),
            recorded_at=at, recorded_by=case.caseworker,
        )  # fmt: skip
        self._desk.tell(case, "service_agreed" if form else "service_grounded", made_id, at, by=case.caseworker)

    def _perhaps_pause(self, case: Episode) -> None:
        """A few open cases rest at this moment: in hospital, with the family."""
        if case.closed_at or case.stage == Stage.INTAKE or self._dice.random() > SERVICE.paused * 2:
            return
        begun = max(case.moves[-1].at.date(), self._ground.today - timedelta(days=self._dice.randint(3, 60)))
        until = self._ground.today + timedelta(days=self._dice.randint(-5, 60))
        if until <= begun:
            return
        case.paused = (begun, until)
        at = max(self._ground.moment(begun, self._dice), case.moves[-1].at + timedelta(seconds=1))
        if at > self._ground.now or case.caseworker is None:
            case.paused = None
            return
        case.moves.append(
            Move(Verb.PAUSE, case.stage, case.stage, at, case.caseworker, "hospital", None, {"until": str(until)})
        )

    def _visits(self, case: Episode) -> None:
        """Visits while somebody is at home or at work; attempts before the office gave up."""
        begun = case.entered(Stage.AFTERCARE) or case.entered(Stage.PLACEMENT)
        if begun is None or case.caseworker is None:
            return
        end = case.closed_at.date() if case.closed_at else self._ground.today
        day, is_home = begun + timedelta(days=21), case.pathway == Pathway.REUNIFICATION
        while day < end:
            if self._dice.random() < SERVICE.diligence:
                self._visit(case, self._ground.working_day(day), is_home, end)
            day += timedelta(days=self._dice.randint(*SERVICE.visits_every))

    def _visit(self, case: Episode, day: date, is_home: bool, end: date) -> None:
        if day >= end:
            return
        dice, at = self._dice, self._ground.moment(day, self._dice)
        met, visit_id = dice.random() < 0.9, self._ground.ids.at(at)
        if case.seen_on and self._is_lost_sight_of:
            met = met and day <= case.seen_on
        elif case.seen_on and met:
            case.seen_on = max(case.seen_on, day)
        ended = case.home.ended_on if case.home else None
        gone_wrong = ended is not None and day >= ended
        outcome = dice.choices(("well", "needs_support", "at_risk"), (24, 3, 1))[0]
        is_pupil = is_home and case.person.age_in(self._ground.last) - (self._ground.today.year - day.year) in range(
            7, 18
        )
        note = self._desk.registry.seal(case.person, dice.choice(words.NOTES), f"visits:note:{visit_id}")
        self._ground.book.add(
            Visit, id=visit_id, client_id=case.person.id, case_id=case.id, kind="visit", visited_on=day, was_met=met,
            outcome=("at_risk" if gone_wrong else outcome) if met else None, aftercare_month=None,
            attends_school=dice.random() < 0.93 if is_pupil and met else None,
            follows_treatment=dice.random() < 0.9 if case.is_treated and met else None,
            is_on_street=True if gone_wrong and met and dice.random() < 0.5 else None, note_sealed=note,
            recorded_at=at, recorded_by=case.caseworker, organisation_id=case.office.id,
        )  # fmt: skip
        self._desk.tell(case, "visit_recorded" if met else "visit_attempted", visit_id, at, by=case.caseworker)

    def _warn(self, case: Episode) -> None:
        """Alerts around some, consents of most, and the duty to report of the strict categories."""
        dice, person = self._dice, case.person
        by = case.caseworker or case.supervisor
        at = self._between(case.opened_at, case.moves[-1].at)
        if dice.random() < 0.09:
            alert_id, kind = (
                self._ground.ids.at(at),
                dice.choice(("violence", "health", "addiction_relapse", "visitor_safety")),
            )
            is_open = case.closed_at is None and dice.random() < 0.35
            ended = None if is_open else self._between(at, case.closed_at or self._ground.now)
            self._ground.book.add(
                Alert, id=alert_id, client_id=person.id, kind=kind, severity=dice.choice(("low", "medium", "medium", "high")),
                until_on=None, note_sealed=self._desk.registry.seal(person, "Dilaporkan tetangga.", f"alerts:note:{alert_id}"),
                raised_at=at, raised_by=by, ended_at=ended, ended_by=by if ended else None,
            )  # fmt: skip
            self._desk.tell(case, "alert_raised", alert_id, at, by=by)
        if dice.random() < 0.85:
            for purpose in ("disclosure", "employer_contact"):
                self._consent(case, purpose, at, by)
        if Confidentiality(self._ground.levels[case.category]) == Confidentiality.STRICT:
            self._report(case, by)

    def _consent(self, case: Episode, purpose: str, at: datetime, by: UUID) -> None:
        consent_id = self._ground.ids.at(at)
        form = "guardian" if case.person.age_in(self._ground.last) < _MINOR_AGE else "signed"
        self._ground.book.add(
            Consent, id=consent_id, client_id=case.person.id, purpose=purpose, receiver_organisation_id=None, form=form,
            given_on=at.date(), expires_on=None, recorded_at=at, recorded_by=by, withdrawn_at=None, withdrawn_by=None,
        )  # fmt: skip
        self._desk.registry.tell(
            case.person, "consent_recorded", consent_id, at, by=by, office=case.office.id, visibility="referral"
        )

    def _report(self, case: Episode, by: UUID) -> None:
        """The mandatory report: done within the day, but for the newest."""
        is_new = case.opened_at > self._ground.now - timedelta(days=10)
        done = None if is_new else (case.opened_at + timedelta(hours=6), case.supervisor)
        self._desk.raise_task(
            TaskKind.MANDATORY_REPORT, "case", case.id, case.office.id, role="supervisor",
            due_on=case.opened_at.date() + timedelta(days=1), created_at=case.opened_at, person=case.person, by=by,
            done=done if done and done[0] <= self._ground.now else None,
        )  # fmt: skip

    def _ask(self, case: Episode) -> None:
        """What the state of an open case asks of somebody."""
        if case.closed_at:
            return
        if case.caseworker is None:
            due = self._desk.day_after(case.opened_on, 1)
            self._due(case, TaskKind.ASSIGN_CASEWORKER, "supervisor", due, period="1")
        if case.stage == Stage.CARE:
            last = [move.at.date() for move in case.moves if move.after == Stage.CARE][-1]
            due = months_later(last, self._days.care_review_months)
            self._due(case, TaskKind.REVIEW_CARE, "caseworker", due, period=str(due))
        if case.paused:
            self._due(case, TaskKind.END_PAUSE, "supervisor", case.paused[1], period=str(case.paused[1]))
        if case.stage in (Stage.PLACEMENT, Stage.AFTERCARE) and case.jobs and case.jobs[-1].ended_on:
            due = self._desk.day_after(case.jobs[-1].ended_on, 7)
            ended_on = case.jobs[-1].ended_on
            went_back = any(move.verb == Verb.STEP_BACK and move.at.date() >= ended_on for move in case.moves)
            if due > self._ground.today - _THOUGHT_OVER and not went_back:
                self._due(case, TaskKind.CONSIDER_STEP_BACK, "caseworker", due, period=case.jobs[-1].id.hex)
        if self._dice.random() < _WITH_A_NOTE and case.caseworker:
            self._desk.raise_task(
                TaskKind.MANUAL, "client", case.person.id, case.office.id, role="caseworker", user_id=case.caseworker,
                by=case.caseworker, due_on=self._ground.today + timedelta(days=self._dice.randint(-6, 20)),
                created_at=case.moves[-1].at, person=case.person, text="Telepon keluarga dan tanyakan surat pindah.",
            )  # fmt: skip

    def _due(self, case: Episode, kind: TaskKind, role: str, due_on: date, *, period: str) -> None:
        """Ask for something about the case, of its caseworker or of the supervisors' desk."""
        self._desk.raise_task(
            kind, "case", case.id, case.office.id, role=role, due_on=due_on, created_at=case.moves[-1].at,
            person=case.person, user_id=case.caseworker if role == "caseworker" else None, period=period,
        )  # fmt: skip

    def _between(self, begin: datetime, end: datetime) -> datetime:
        """Some instant between the two, the first of them where they are one."""
        seconds = max(0, int((min(end, self._ground.now) - begin).total_seconds()) - 60)
        return begin + timedelta(seconds=self._dice.randint(0, seconds) if seconds else 0)


def offer_transfers(desk: Desk, cases: list[Episode]) -> None:
    """A few open cases are offered to another UPT of the same kind, which has not answered yet."""
    dice = desk.ground.dice("transfers")
    movable = [
        case
        for case in cases
        if not case.closed_at and case.stage != Stage.INTAKE and len(desk.ground.by_category.get(case.category, [])) > 1
    ]
    for case in dice.sample(movable, min(len(movable), max(2, len(movable) // 100))):
        others = [office for office in desk.ground.by_category[case.category] if office.id != case.office.id]
        at = max(desk.ground.now - timedelta(hours=dice.randint(4, 60)), case.moves[-1].at)
        to, made_id = dice.choice(others), desk.ground.ids.at(at)
        due = desk.day_after(at.date(), 3)
        told = (
            f'{{"stage": "{case.stage}", "pathway": "{case.pathway}", "category": "{case.category}", "age_from": null, '
            f'"age_to": null, "sex": "{case.person.sex}", "note": "Keluarga tinggal lebih dekat."}}'
        )
        desk.ground.book.add(
            CaseTransfer, id=made_id, case_id=case.id, client_id=case.person.id, from_organisation_id=case.office.id,
            to_organisation_id=to.id, state="offered", reason="nearer_family",
            snapshot_sealed=desk.registry.seal(case.person, told, f"case_transfers:snapshot:{made_id}"), offered_at=at,
            offered_by=case.supervisor, due_at=datetime.combine(due, time(16), OFFICE_ZONE), answered_at=None,
            answered_by=None, answer_reason=None, new_case_id=None, version=1,
        )  # fmt: skip
        desk.tell(case, "case_transfer_offered", case.id, at, by=case.supervisor)
        desk.raise_task(
            TaskKind.ANSWER_TRANSFER,
            "transfer",
            made_id,
            to.id,
            role="supervisor",
            due_on=due,
            created_at=at,
            person=None,
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), OFFICE_ZONE)
