"""The houses of the UPTs: wards that are nearly full, who lives or lived there, who waits, and the watches of three days."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from kessos_case.cases.rules import CloseReason, Pathway, Stage
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.keys import keyring
from kessos_case.core.policies import policy
from kessos_case.demo import words
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import Episode
from kessos_case.demo.ground import Office
from kessos_case.demo.people import Person
from kessos_case.referrals.rules import Urgency
from kessos_case.residence.models import BedWait, HouseRule, ShiftEntry, ShiftLog, Stay, StayEvent, Ward, WardBeds
from kessos_case.residence.rules import (
    SHIFT_BEGINS,
    BedWaitState,
    DischargeReason,
    HouseTerms,
    ShiftEntryKind,
    StayEventKind,
    first_end,
    next_review,
    read_policy,
    shift_at,
    waits_for,
)

# What supervisors set for their own house, by its code: days that are planned, and days between two reviews.
_OWN_TERMS = {"PRSPMKS-SIDOARJO": (240, 45), "RSBKW-KEDIRI": (150, 30), "PPSAB-SIDOARJO": (1460, 60)}
# Of those who learn a trade, so many live at the UPT while they do; the others come by day.
_LEARNERS_IN_HOUSE = 0.4
# Of those whose case is young and who have no bed, so many wait for one.
_WAITS = 0.5
_YOUNG = (Stage.INTAKE, Stage.ASSESSMENT, Stage.PLANNING)
_LEAVES_FOR: dict[str, DischargeReason] = {
    CloseReason.DECEASED: DischargeReason.DECEASED, CloseReason.ABSCONDED: DischargeReason.ABSCONDED,
    CloseReason.OWN_WISH: DischargeReason.OWN_WISH, CloseReason.RETURNED_TO_FAMILY: DischargeReason.FAMILY,
}  # fmt: skip
# The stage in which somebody moves out.
_MOVES_OUT = {Pathway.INDEPENDENCE: Stage.PLACEMENT, Pathway.REUNIFICATION: Stage.REUNIFICATION}


@dataclass
class _Life:
    """Somebody's time in a house."""

    case: Episode
    begun: datetime
    ended: datetime | None
    reason: DischargeReason | None


@dataclass
class _House:
    """A house while it fills: who lived there, by the sex of his ward."""

    office: Office
    worker: UUID
    lives: dict[str, list[_Life]] = field(default_factory=lambda: defaultdict(list))
    waits: list[Episode] = field(default_factory=list)


class HouseRows:
    """Finds who lives at his UPT, and writes the houses down at the end."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._ground = desk, desk.ground
        self._houses: dict[UUID, _House] = {}
        self._free_since: dict[int, datetime] = {}
        self._policy = read_policy(policy("residence").content)

    def settle(self, case: Episode) -> None:
        """The bed of a case, or its place in the line, where it has one."""
        if case.caseworker is None:
            return
        dice = self._desk.dice_of(case, "house")
        house = self._houses.setdefault(case.office.id, _House(case.office, case.caseworker))
        begun = self._moves_in(case, dice)
        if begun is not None and begun >= self._free_since.get(case.person.place, begun):
            life = _Life(case, begun, *self._moves_out(case, begun))
            self._free_since[case.person.place] = life.ended or datetime.max.replace(tzinfo=OFFICE_ZONE)
            house.lives[case.person.sex].append(life)
        elif case.closed_at is None and case.stage in _YOUNG and dice.random() < _WAITS:
            house.waits.append(case)

    def write(self) -> None:
        """Wards, stays, the line and the log of every house."""
        for house in self._houses.values():
            if own := _OWN_TERMS.get(house.office.code):
                self._ground.book.add(
                    HouseRule, organisation_id=house.office.id, planned_days=own[0], review_every_days=own[1], version=1
                )
            for sex, lives in sorted(house.lives.items()):
                self._ward(house, sex, lives)
            self._line(house)
            if house.lives:
                self._logs(house)

    def _moves_in(self, case: Episode, dice: random.Random) -> datetime | None:
        """Whoever goes home or is cared for lives here from the assessment on; of learners some do, for the course."""
        lives_in = case.pathway != Pathway.INDEPENDENCE or dice.random() < _LEARNERS_IN_HOUSE
        stage = Stage.TRAINING if case.pathway == Pathway.INDEPENDENCE else Stage.ASSESSMENT
        day = case.entered(stage)
        return max(self._ground.moment(day, dice), case.opened_at) if lives_in and day else None

    def _moves_out(self, case: Episode, begun: datetime) -> tuple[datetime | None, DischargeReason | None]:
        stage = _MOVES_OUT.get(case.pathway)
        left = case.entered(stage) if stage else None
        if left is not None:
            at = self._ground.moment(left, self._desk.dice_of(case, "house-end"))
            reason = DischargeReason.FAMILY if case.pathway == Pathway.REUNIFICATION else DischargeReason.WORK
            return max(at, begun), reason
        if case.closed_at is None:
            return None, None
        reason = _LEAVES_FOR.get(case.moves[-1].reason or "", DischargeReason.CASE_CLOSED)
        return max(case.closed_at, begun), reason

    def _ward(self, house: _House, sex: str, lives: list[_Life]) -> None:
        """One ward a sex, with a few more beds than were ever needed at once."""
        since = min(office_day(life.begun) for life in lives)
        at = self._ground.moment(since - timedelta(days=30), self._ground.dice(f"ward:{house.office.id}:{sex}"))
        ward_id, beds = self._ground.ids.at(at), min(1000, _most_at_once(lives) + 2)
        self._ground.book.add(
            Ward, id=ward_id, organisation_id=house.office.id, name=words.WARDS[sex], sex=sex, beds=beds,
            taken=sum(life.ended is None for life in lives), is_active=True, version=1,
        )  # fmt: skip
        self._ground.book.add(WardBeds, ward_id=ward_id, since_on=office_day(at), beds=beds)
        for life in lives:
            self._stay(life, ward_id)

    def _stay(self, life: _Life, ward_id: UUID) -> None:
        case, ground = life.case, self._ground
        terms, begun = self._terms(case.office), office_day(life.begun)
        planned = until = first_end(begun, terms)
        review_on, last = next_review(begun, until, terms), office_day(life.ended) if life.ended else ground.today
        stay_id = ground.ids.at(life.begun)
        self._event(life, stay_id, StayEventKind.ADMITTED, life.begun, ward_id=ward_id, until_on=planned)
        dice = self._desk.dice_of(case, "reviews")
        reviews = []
        # Each planned end is talked about before it comes; of a few the last one was forgotten.
        while review_on < last and not (last - review_on < timedelta(days=30) and dice.random() < 0.1):
            until = max(until, review_on + timedelta(days=2 * terms.review_every_days))
            reviews.append((review_on, until))
            review_on = next_review(review_on, until, terms)
        for day, end in reviews[-2:]:
            at = min(max(ground.moment(day, dice), life.begun), life.ended or ground.now)
            self._event(life, stay_id, StayEventKind.REVIEWED, at, until_on=end)
        if life.ended:
            self._event(life, stay_id, StayEventKind.DISCHARGED, life.ended, ward_id=ward_id)
        ground.book.add(
            Stay, id=stay_id, case_id=case.id, client_id=case.person.id, organisation_id=case.office.id, ward_id=ward_id,
            admitted_at=life.begun, first_planned_until=planned, planned_until=until, review_on=review_on, away_until=None,
            discharged_at=life.ended, discharge_reason=str(life.reason) if life.reason else None, recorded_at=life.begun,
            recorded_by=case.caseworker, version=1,
        )  # fmt: skip

    def _terms(self, office: Office) -> HouseTerms:
        own = _OWN_TERMS.get(office.code)
        return HouseTerms(*own) if own else self._policy.terms_of(office.code)

    def _event(
        self, life: _Life, stay_id: UUID, kind: StayEventKind, at: datetime, *, ward_id: UUID | None = None,
        until_on: date | None = None,
    ) -> None:  # fmt: skip
        case = life.case
        self._ground.book.add(
            StayEvent, id=self._ground.ids.at(at), stay_id=stay_id, client_id=case.person.id, kind=str(kind),
            happened_at=at, ward_id=ward_id, until_on=until_on, note_sealed=None, recorded_at=at,
            recorded_by=case.caseworker,
        )  # fmt: skip
        self._desk.tell(case, f"stay_{kind}", stay_id, at, by=case.caseworker)

    def _line(self, house: _House) -> None:
        for case in house.waits:
            dice = self._desk.dice_of(case, "line")
            wait_id = self._ground.ids.at(case.opened_at)
            urgency = dice.choice((Urgency.ROUTINE, Urgency.ROUTINE, Urgency.URGENT))
            self._ground.book.add(
                BedWait, id=wait_id, organisation_id=house.office.id, case_id=case.id, client_id=case.person.id,
                sex=str(waits_for(case.person.sex)), urgency=str(urgency), since=case.opened_at,
                state=str(BedWaitState.WAITING), left_reason=None, ended_at=None, recorded_by=case.caseworker, version=1,
            )  # fmt: skip
            self._desk.tell(case, "bed_wait_joined", wait_id, case.opened_at, by=case.caseworker)

    def _logs(self, house: _House) -> None:
        """Each watch of the last three days, handed over when the next one came."""
        here = [life.case.person for lives in house.lives.values() for life in lives if life.ended is None]
        dice, now = self._ground.dice(f"log:{house.office.id}"), self._ground.now
        for back in range(3, -1, -1):
            for shift, begins in SHIFT_BEGINS.items():
                opened = datetime.combine(self._ground.today - timedelta(days=back), begins, OFFICE_ZONE)
                # The night before the first day is told by nobody any more; a watch to come not yet.
                if opened > now:
                    continue
                goes_on = shift_at(now.astimezone(OFFICE_ZONE)) == (opened.date(), shift)
                self._log(house, str(shift), opened, None if goes_on else _end_of(opened), here, dice)

    def _log(
        self, house: _House, shift: str, opened: datetime, ended: datetime | None, here: list[Person], dice: random.Random
    ) -> None:  # fmt: skip
        log_id = self._ground.ids.at(opened)
        self._ground.book.add(
            ShiftLog, id=log_id, organisation_id=house.office.id, day=opened.date(), shift=shift, opened_at=opened,
            opened_by=house.worker, handed_over_at=ended, handed_over_by=house.worker if ended else None, version=1,
        )  # fmt: skip
        self._entry(house, log_id, ShiftEntryKind.ROUTINE, dice.choice(words.HOUSE_DAYS), opened + timedelta(minutes=1))
        if here and dice.random() < 0.6:
            text, person = dice.choice(words.HOUSE_HEALTH), dice.choice(here)
            self._entry(house, log_id, ShiftEntryKind.HEALTH, text, opened + timedelta(minutes=2), person)
        if ended:
            self._entry(house, log_id, ShiftEntryKind.HANDOVER, dice.choice(words.HOUSE_HANDOVERS), ended)

    def _entry(
        self, house: _House, log_id: UUID, kind: ShiftEntryKind, text: str, at: datetime, person: Person | None = None
    ) -> None:  # fmt: skip
        entry_id = self._ground.ids.at(at)
        place = f"shift_entries:text:{entry_id}"
        sealed = self._desk.registry.seal(person, text, place) if person else keyring().seal(text, place)
        self._ground.book.add(
            ShiftEntry, id=entry_id, log_id=log_id, organisation_id=house.office.id,
            client_id=person.id if person else None, kind=str(kind), text_sealed=sealed, written_at=at,
            written_by=house.worker,
        )  # fmt: skip


def _end_of(opened: datetime) -> datetime:
    """When the next watch comes."""
    times = sorted(SHIFT_BEGINS.values())
    later = next((at for at in times if at > opened.time()), times[0])
    day = opened.date() + timedelta(days=later == times[0])
    return datetime.combine(day, later, OFFICE_ZONE)


def _most_at_once(lives: list[_Life]) -> int:
    """How many lived there on the fullest day."""
    steps = [(life.begun, 1) for life in lives] + [(life.ended, -1) for life in lives if life.ended]
    most = here = 0
    for _, step in sorted(steps):
        here += step
        most = max(most, here)
    return most
