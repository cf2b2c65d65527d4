"""One mentoring: both sides agree, the two meet, and it ends with what became of both. Each office answers for its own.

Names go to the other office once both have agreed, for as long as both consents hold; a restricted person's never do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.alumni import queries
from kessos_case.alumni.models import Mentoring
from kessos_case.alumni.rules import (
    FOLLOW_UP_AFTER,
    KNOWN_TO_EACH_OTHER,
    MEET_WITHIN,
    MentoringOutcome,
    MentoringState,
    Missing,
    Side,
    missing_to_agree,
    missing_to_end,
    missing_to_meet,
)
from kessos_case.alumni.service.settling import LINK, end
from kessos_case.cases.service import case_offices, close_step, hold_cases
from kessos_case.clients.service import client_for, data_key, labels, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system, row_of
from kessos_case.core.errors import Forbidden, NotFound, RuleBroken
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_task, settle_tasks


@dataclass(frozen=True)
class Party:
    """One of the two. `name` only for whoever may be told it; `client_id` and `case_id` only for his own office."""

    side: Side
    organisation_id: UUID
    office: str
    is_own: bool
    name: str | None
    client_id: UUID | None
    case_id: UUID | None
    agreed_on: date | None
    has_consent: bool


@dataclass(frozen=True)
class MentoringCard:
    """A mentoring as shown to one of the two offices; `note` only to the office of the person."""

    id: UUID
    version: int
    mentor_id: UUID
    wanted: str
    skills: list[str]
    state: str
    client: Party
    mentor: Party
    proposed_at: datetime
    first_met_on: date | None
    ended_on: date | None
    outcome: str | None
    mentor_outcome: str | None
    note: str | None

    @property
    def parties(self) -> dict[Side, Party]:
        """Both, by their side."""
        return {Side.CLIENT: self.client, Side.MENTOR: self.mentor}


_SAME = (
    "id", "version", "mentor_id", "wanted", "state", "proposed_at", "first_met_on", "ended_on", "outcome",
    "mentor_outcome",
)  # fmt: skip


def mentoring_for(session: Session, mentoring_id: UUID, *, lock: bool = False) -> Mentoring:
    """The one door to a mentoring, for the two offices; with `lock` its case is held too. Raises NotFound."""
    if lock:
        with as_system(session, "alumni.hold"):
            hold_cases(session, sa.select(Mentoring.case_id).where(Mentoring.id == mentoring_id))
    found = row_of(session, Mentoring, mentoring_id, lock=lock)
    if found is None:
        raise NotFound("There is no such mentoring.")
    return found


def read_mentoring(session: Session, mentoring_id: UUID) -> MentoringCard:
    """Look at a mentoring; the look is in the audit trail with both people."""
    mentoring = mentoring_for(session, mentoring_id)
    record(session, "read", "mentoring", mentoring.id, clients=[mentoring.client_id, mentoring.mentor_client_id])
    return card(session, mentoring)


def listed_mentorings(session: Session, mentorings: Iterable[Mentoring]) -> list[MentoringCard]:
    """The cards of a list, without notes, in five statements whatever its length; one row of the trail names everyone."""
    found = list(mentorings)
    record(session, "list", "mentoring", clients=sorted({each for one in found for each in _people(one)}))
    return _cards(session, found, in_list=True)


def agree(session: Session, mentoring_id: UUID, *, side: str) -> MentoringCard:
    """One of the two was asked by his own office and wants to. Once both do, they are told each other's names.

    The same again changes nothing. Raises NotFound, Forbidden for the other office, RuleBroken with what is missing.
    """
    mentoring, at = _own(session, mentoring_id, Side(side)), Side(side)
    if _agreed_on(mentoring, at) is not None and mentoring.state != MentoringState.ENDED:
        return card(session, mentoring)
    party = card(session, mentoring).parties[at]
    assert party.client_id is not None
    is_alive = client_for(session, party.client_id).died_on is None
    _refuse(missing_to_agree(mentoring.state, has_consent=party.has_consent, is_alive=is_alive))
    setattr(mentoring, f"{at}_agreed_on", office_day(session.now))
    if mentoring.client_agreed_on and mentoring.mentor_agreed_on:
        mentoring.state = MentoringState.AGREED
    session.flush()
    settle_tasks(session, [mentoring.id], kind=TaskKind.ASK_ABOUT_MENTORING, period=at)
    if mentoring.state == MentoringState.AGREED:
        ask(session, mentoring, TaskKind.MEET_MENTOR, Side.CLIENT, MEET_WITHIN)
        with as_system(session, "alumni.agree"):
            write_timeline(session, mentoring.client_id, "mentoring_agreed", mentoring.id)
    record(session, "agree", "mentoring", mentoring.id, clients=[party.client_id], side=at)
    return card(session, mentoring)


def decline(session: Session, mentoring_id: UUID, *, side: str) -> MentoringCard:
    """One of the two does not want to: it ends, and the step of the plan is open again."""
    mentoring = _own(session, mentoring_id, Side(side))
    return _ended(session, mentoring, MentoringOutcome.DECLINED, None)


def meet(session: Session, mentoring_id: UUID, *, on: date) -> MentoringCard:
    """They met first on this day: the step of the plan is done, and in time somebody asks what became of it."""
    mentoring = mentoring_for(session, mentoring_id, lock=True)
    agreed = [day for day in (mentoring.client_agreed_on, mentoring.mentor_agreed_on) if day]
    today = office_day(session.now)
    _refuse(missing_to_meet(mentoring.state, agreed_on=max(agreed, default=None), on=on, today=today))
    mentoring.state, mentoring.first_met_on = MentoringState.MET, on
    session.flush()
    with as_system(session, "alumni.meet"):
        close_step(session, LINK, mentoring.id, done=True)
        settle_tasks(session, [mentoring.id], kind=TaskKind.MEET_MENTOR)
        write_timeline(session, mentoring.client_id, "mentoring_met", mentoring.id)
        write_timeline(session, mentoring.mentor_client_id, "mentor_met", mentoring.mentor_id)
    ask(session, mentoring, TaskKind.FOLLOW_UP_MENTORING, Side.CLIENT, FOLLOW_UP_AFTER)
    record(session, "meet", "mentoring", mentoring.id, clients=_people(mentoring))
    return card(session, mentoring)


def end_mentoring(
    session: Session, mentoring_id: UUID, *, outcome: str, mentor_outcome: str | None = None
) -> MentoringCard:
    """It is over: what became of the person and, where they met, of the mentor. Raises RuleBroken for what does not fit."""
    mentoring = mentoring_for(session, mentoring_id, lock=True)
    return _ended(session, mentoring, MentoringOutcome(outcome), mentor_outcome)


def ask(
    session: Session,
    mentoring: Mentoring,
    kind: TaskKind,
    side: Side,
    within: int,
    *,
    period: str = "",
) -> None:
    """Raise a task of this mentoring at the office of one side, about its own person: the person's caseworker is asked.

    Where his case has none it is the desk; so is it for the mentor, who has no case that goes on.
    """
    is_client = side == Side.CLIENT
    with as_system(session, "alumni.ask"):
        caseworker = session.scalar(queries.caseworker(mentoring.case_id)) if is_client else None
        raise_task(
            session, kind, subject_kind="mentoring", subject_id=mentoring.id, period=period, role=Role.CASEWORKER,
            user_id=caseworker, due_at=end_of(office_day(session.now) + timedelta(days=within)),
            client_id=mentoring.client_id if is_client else mentoring.mentor_client_id,
            organisation_id=mentoring.organisation_id if is_client else mentoring.mentor_organisation_id,
        )  # fmt: skip


def card(session: Session, mentoring: Mentoring) -> MentoringCard:
    """The mentoring as shown when it is looked at alone."""
    return _cards(session, [mentoring], in_list=False)[0]


def note_place(mentoring_id: UUID) -> str:
    """Where the words of the caseworker lie."""
    return f"mentorings:note:{mentoring_id}"


def _ended(
    session: Session, mentoring: Mentoring, outcome: MentoringOutcome, mentor_outcome: str | None
) -> MentoringCard:
    _refuse(missing_to_end(mentoring.state, outcome, mentor_outcome))
    with as_system(session, "alumni.end_mentoring"):
        end(session, mentoring, outcome, MentoringOutcome(mentor_outcome) if mentor_outcome else None)
    return card(session, mentoring)


def _own(session: Session, mentoring_id: UUID, side: Side) -> Mentoring:
    """The mentoring, for the office of this side. Raises Forbidden for the other one."""
    mentoring = mentoring_for(session, mentoring_id, lock=True)
    office = mentoring.organisation_id if side == Side.CLIENT else mentoring.mentor_organisation_id
    if office not in case_offices(session):
        raise Forbidden("Each of the two is asked by his own office.", code="foreign_side")
    return mentoring


def _agreed_on(mentoring: Mentoring, side: Side) -> date | None:
    return mentoring.client_agreed_on if side == Side.CLIENT else mentoring.mentor_agreed_on


def _people(mentoring: Mentoring) -> tuple[UUID, UUID]:
    return mentoring.client_id, mentoring.mentor_client_id


def _cards(session: Session, mentorings: list[Mentoring], *, in_list: bool) -> list[MentoringCard]:
    if not mentorings:
        return []
    with as_system(session, "alumni.read"):
        about = {row.id: row for row in session.execute(queries.about(mentorings, office_day(session.now)))}
        told = [one for one in mentorings if _may_know(one, about[one.id])]
        abroad = labels(session, {each for one in told for each in _people(one)})
    mine = case_offices(session)
    home = labels(session, {each for one in mentorings for each in _own_people(one, mine)}, in_list=in_list)
    shown = []
    for one in mentorings:
        names = {each: abroad[each].text for each in _people(one)} if one in told else {}
        names |= {each: home[each].text for each in _own_people(one, mine)}
        note = None if in_list or one.organisation_id not in mine else _note(session, one)
        shown.append(_card(one, about[one.id], mine, names, note))
    return shown


def _may_know(mentoring: Mentoring, about: Any) -> bool:
    """May the offices be told who the other one is?"""
    return mentoring.state in KNOWN_TO_EACH_OTHER and about.client_consents and about.mentor_holds


def _own_people(mentoring: Mentoring, offices: list[UUID]) -> list[UUID]:
    sides = (
        (mentoring.organisation_id, mentoring.client_id),
        (mentoring.mentor_organisation_id, mentoring.mentor_client_id),
    )
    return [person for office, person in sides if office in offices]


def _card(
    mentoring: Mentoring, about: Any, mine: list[UUID], names: dict[UUID, str], note: str | None
) -> MentoringCard:
    at_home, at_mentors = mentoring.organisation_id in mine, mentoring.mentor_organisation_id in mine
    return MentoringCard(
        **{name: getattr(mentoring, name) for name in _SAME},
        skills=list(about.skills),
        note=note,
        client=Party(
            Side.CLIENT, mentoring.organisation_id, about.office, at_home, names.get(mentoring.client_id),
            mentoring.client_id if at_home else None, mentoring.case_id if at_home else None,
            mentoring.client_agreed_on, about.client_consents,
        ),
        mentor=Party(
            Side.MENTOR, mentoring.mentor_organisation_id, about.mentor_office, at_mentors,
            names.get(mentoring.mentor_client_id), mentoring.mentor_client_id if at_mentors else None, None,
            mentoring.mentor_agreed_on, about.mentor_holds,
        ),
    )  # fmt: skip


def _note(session: Session, mentoring: Mentoring) -> str | None:
    if mentoring.note_sealed is None:
        return None
    key = data_key(client_for(session, mentoring.client_id))
    return key.open(mentoring.note_sealed, note_place(mentoring.id)) if key else None


def _refuse(missing: Iterable[Missing]) -> None:
    if errors := [entry.as_error() for entry in missing]:
        raise RuleBroken("This cannot be done now.", errors=errors)
