"""Conferences: called for a day, who was asked and answers, what they decided; those to come and those that fell through."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from kessos_case.cases.casework import ConferenceCall, ConferenceDecision, ConferenceGuest
from kessos_case.cases.models import Conference
from kessos_case.cases.rules import CallState, GuestAnswer, LetGoReason, Stage, StepKind
from kessos_case.cases.rules.conferences import TAKE_UP_DAYS
from kessos_case.cases.service.call_cards import guest_place, place_of
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.ids import random_token
from kessos_case.core.keys import token_hash
from kessos_case.demo import case_words, words
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import Episode
from kessos_case.demo.ground import Office
from kessos_case.demo.process import CASEWORK
from kessos_case.tasks.rules import TaskKind

# When people meet.
_HOURS = (9, 10, 13, 14)
# Days between the call and the day itself.
_AHEAD = (2, 8)
# Stages in which something is left to be discussed.
_TALKED_ABOUT = (Stage.ASSESSMENT, Stage.PLANNING, Stage.TRAINING, Stage.REHABILITATION, Stage.CARE, Stage.PLACEMENT)
# Of those who are asked: somebody of another office by a link; and what they answer.
_ASKED_OUTSIDE = 0.5
_ANSWERS = ((GuestAnswer.COMES, GuestAnswer.CANNOT, None), (62, 13, 25))


@dataclass(frozen=True)
class Decided:
    """What a conference decided and the plan does: in which domain, who, until when."""

    text: str
    domain: str
    office_id: UUID
    due_on: date


@dataclass(frozen=True)
class _Call:
    """A conference that is called, before its row."""

    case: Episode
    planned_at: datetime
    called_at: datetime
    state: CallState
    conference_id: UUID | None = None


class ConferenceRows:
    """Writes the conferences of a case."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._ground = desk, desk.ground

    def held(
        self, case: Episode, plan_id: UUID, held: datetime, domains: list[str], *, is_planned: bool
    ) -> list[Decided]:  # fmt: skip
        """The conference about a version; returns what of its decisions stands in it.

        While the draft goes on (`is_planned` false) they wait for their place, and the caseworker is asked to give it.
        """
        dice, held_id = self._desk.dice_of(case, "conference"), self._ground.ids.at(held)
        outsider = self._outsider(case, dice)
        self._ground.book.add(
            Conference, id=held_id, case_id=case.id, client_id=case.person.id, plan_id=plan_id, held_on=held.date(),
            attendees=self._attendees(case, outsider),
            decisions_sealed=self._desk.registry.seal(
                case.person, dice.choice(words.DECISIONS), f"conferences:decisions:{held_id}"
            ),
            recorded_at=held, recorded_by=case.caseworker,
        )  # fmt: skip
        self._desk.tell(case, "conference_held", held_id, held, by=case.caseworker)
        if dice.random() < CASEWORK.called_before:
            day = held.astimezone(OFFICE_ZONE).date()
            planned_at = min(_at(day, 9), held - timedelta(minutes=1))
            self._call(_Call(case, planned_at, self._called(day, dice), CallState.HELD, held_id), outsider, dice)
        if dice.random() > CASEWORK.decided_in_rows:
            return []
        return self._decide(case, held_id, plan_id, held, domains, is_planned, dice)

    def others(self, case: Episode) -> None:
        """A conference in the next days of some open cases; a date that fell through of a few."""
        dice = self._desk.dice_of(case, "calls")
        if case.caseworker is None:
            return
        begun = case.entered(Stage.PLANNING)
        if begun and dice.random() < CASEWORK.called_off:
            day = self._desk.day_after(begun, dice.randint(*_AHEAD))
            called = max(self._called(day, dice), case.opened_at + timedelta(hours=1))
            at = _at(day, dice.choice(_HOURS))
            if called < at < self._ground.now and (case.closed_at is None or called < case.closed_at):
                told = min(at - timedelta(hours=2), case.closed_at or at)
                self._call(_Call(case, at, called, CallState.CANCELLED), self._outsider(case, dice), dice)
                call_told = max(told, called)
                self._desk.tell(case, "conference_cancelled", self._last_id, call_told, by=case.caseworker)
        if case.closed_at or case.paused or case.stage not in _TALKED_ABOUT:
            return
        if dice.random() < CASEWORK.to_be_discussed:
            day = self._desk.day_after(self._ground.today, dice.randint(1, 12))
            called = max(self._called(self._ground.today, dice), case.moves[-1].at)
            at = _at(day, dice.choice(_HOURS))
            self._call(_Call(case, at, called, CallState.PLANNED), self._outsider(case, dice), dice)

    def _called(self, day: date, dice: random.Random) -> datetime:
        return self._ground.moment(self._ground.working_day(day - timedelta(days=dice.randint(*_AHEAD))), dice)

    def _outsider(self, case: Episode, dice: random.Random) -> Office | None:
        """Somebody of the social-affairs office of the person's home is asked, or nobody of outside."""
        return self._ground.desk(case.person.village) if dice.random() < _ASKED_OUTSIDE else None

    def _attendees(self, case: Episode, outsider: Office | None) -> list[dict[str, Any]]:
        office = str(case.office.id)
        found: list[dict[str, Any]] = [
            {"user_id": str(user), "organisation_id": office, "part": part}
            for user, part in ((case.supervisor, "chair"), (case.caseworker, "caseworker"))
        ]
        found.append({"organisation_id": office, "part": "client"})
        return found + ([{"organisation_id": str(outsider.id), "part": "partner"}] if outsider else [])

    def _call(self, call: _Call, outsider: Office | None, dice: random.Random) -> None:
        case, person = call.case, call.case.person
        called_at = min(call.called_at, call.planned_at - timedelta(minutes=1))
        call_id = self._last_id = self._ground.ids.at(called_at)
        seal, group = self._desk.registry.seal, case_words.group_of(case.pathway, case.age_on(called_at.date()))
        self._ground.book.add(
            ConferenceCall, id=call_id, case_id=case.id, client_id=person.id, organisation_id=case.office.id,
            planned_at=call.planned_at,
            place_sealed=seal(person, dice.choice(case_words.CALL_PLACES), place_of("place", call_id)),
            agenda_sealed=seal(person, dice.choice(case_words.AGENDAS[group]), place_of("agenda", call_id)),
            state=str(call.state), conference_id=call.conference_id, called_at=called_at, called_by=case.caseworker,
            version=1 if call.state == CallState.PLANNED else 2,
        )  # fmt: skip
        self._desk.tell(case, "conference_planned", call_id, called_at, by=case.caseworker)
        team = self._desk.staff.teams[case.office.id]
        colleagues = [user for user in team.caseworkers if user != case.caseworker][:1]
        for user in [case.supervisor, *colleagues]:
            self._guest(call, call_id, called_at, dice, user_id=user)
        if outsider:
            self._guest(call, call_id, called_at, dice, office=outsider)

    def _guest(
        self, call: _Call, call_id: UUID, called_at: datetime, dice: random.Random, *, user_id: UUID | None = None,
        office: Office | None = None,
    ) -> None:  # fmt: skip
        guest_id, seal, person = self._ground.ids.hidden(), self._desk.registry.seal, call.case.person
        until = min(call.planned_at, self._ground.now)
        answer = dice.choices(*_ANSWERS)[0] if office else None
        if call.conference_id and answer is None and office:
            answer = GuestAnswer.COMES
        answered = called_at + (until - called_at) * dice.uniform(0.1, 0.8) if answer else None
        said = {GuestAnswer.COMES: dice.choice(case_words.COMES), GuestAnswer.CANNOT: case_words.CANNOT}.get(
            answer  # type: ignore[arg-type]
        )
        name = f"{words.FAMILY} {dice.choice(words.WOMEN + words.MEN)}, {dice.choice(case_words.GUESTS)}"
        self._ground.book.add(
            ConferenceGuest, id=guest_id, call_id=call_id, case_id=call.case.id, client_id=person.id,
            organisation_id=office and office.id, user_id=user_id,
            name_sealed=seal(person, name, guest_place("name", guest_id)) if office else None,
            token_hash=token_hash(random_token()) if office else None, created_at=called_at,
            created_by=call.case.caseworker, expires_at=call.planned_at if office else None, opened_at=answered,
            answer=answer and str(answer), answered_at=answered,
            said_sealed=seal(person, said, guest_place("said", guest_id)) if said and dice.random() < 0.5 else None,
            revoked_at=None,
        )  # fmt: skip

    def _decide(
        self, case: Episode, held_id: UUID, plan_id: UUID, held: datetime, domains: list[str], is_planned: bool,
        dice: random.Random,
    ) -> list[Decided]:  # fmt: skip
        """One or two decisions: in the plan, let go, or waiting for both."""
        group, found = case_words.group_of(case.pathway, case.age_on(held.date())), []
        for position, text in enumerate(dice.sample(case_words.DECISIONS[group], dice.randint(1, 2))):
            office = case.office if dice.random() < 0.75 else self._ground.desk(case.person.village)
            one = Decided(text, dice.choice(domains), office.id, held.date() + timedelta(days=dice.randint(14, 60)))
            goes = dice.choice(tuple(LetGoReason)[:3]) if is_planned and dice.random() < CASEWORK.let_go else None
            self._decision(case, held_id, position, one, held, goes, plan_id if is_planned and goes is None else None)
            found.append((one, goes))
        if not is_planned:
            self._desk.raise_task(
                TaskKind.TAKE_UP_DECISION, "conference", held_id, case.office.id, role="caseworker",
                user_id=case.caseworker, due_on=self._desk.day_after(held.date(), TAKE_UP_DAYS), created_at=held,
                person=case.person, by=case.caseworker,
            )  # fmt: skip
            return []
        return [one for one, goes in found if goes is None]

    def _decision(
        self, case: Episode, held_id: UUID, position: int, one: Decided, held: datetime, goes: LetGoReason | None,
        plan_id: UUID | None,
    ) -> None:  # fmt: skip
        decision_id, settled = self._ground.ids.at(held), held + timedelta(seconds=30)
        is_settled = goes is not None or plan_id is not None
        self._ground.book.add(
            ConferenceDecision, id=decision_id, conference_id=held_id, case_id=case.id, client_id=case.person.id,
            position=position,
            text_sealed=self._desk.registry.seal(case.person, one.text, f"conference_decisions:text:{decision_id}"),
            kind=str(StepKind.OTHER), domain=one.domain, responsible_organisation_id=one.office_id, due_on=one.due_on,
            plan_id=plan_id,
            let_go_reason=goes and str(goes), settled_at=settled if is_settled else None,
            settled_by=case.caseworker if is_settled else None,
        )  # fmt: skip
        if is_settled:
            kind = "decision_let_go" if goes else "decision_planned"
            self._desk.tell(case, kind, held_id, settled, by=case.caseworker)


def _at(day: date, hour: int) -> datetime:
    """A time on the wall of this day."""
    return datetime.combine(day, time(hour), OFFICE_ZONE)
