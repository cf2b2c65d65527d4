"""Words and questions of the house of a UPT: places, stays, the waiting list, shifts. Values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from kessos_case.referrals.rules import Urgency


class WardSex(StrEnum):
    """Who may sleep in a ward: men, women, or both where families and small children live."""

    MALE = "L"
    FEMALE = "P"
    ANY = "any"


class StayEventKind(StrEnum):
    """What happened in a stay. LEFT and RETURNED: away for some days, the bed is kept."""

    ADMITTED = "admitted"
    MOVED = "moved"
    REVIEWED = "reviewed"
    LEFT = "left"
    RETURNED = "returned"
    DISCHARGED = "discharged"


class DischargeReason(StrEnum):
    """Why a stay ended."""

    PROGRAMME_DONE = "programme_done"
    FAMILY = "family"
    WORK = "work"
    OWN_WISH = "own_wish"
    ABSCONDED = "absconded"
    HOSPITAL = "hospital"
    OTHER_UPT = "other_upt"
    RULES = "rules"
    CASE_CLOSED = "case_closed"
    DECEASED = "deceased"


class BedWaitState(StrEnum):
    """Where a person in the line for a bed stands."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    LEFT = "left"


class LeaveLineReason(StrEnum):
    """Why somebody left the line without a bed."""

    OWN_WISH = "own_wish"
    OTHER_PLACE = "other_place"
    NOT_NEEDED = "not_needed"
    CASE_CLOSED = "case_closed"
    DECEASED = "deceased"


class Shift(StrEnum):
    """The three watches of a day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    NIGHT = "night"


class ShiftEntryKind(StrEnum):
    """What a line of the shift log tells."""

    ROUTINE = "routine"
    HEALTH = "health"
    BEHAVIOUR = "behaviour"
    INCIDENT = "incident"
    VISITOR = "visitor"
    HANDOVER = "handover"


# So many planned days mean that no end is planned: people live there as long as they live (facts.md 2.4, PSTW and RSBL).
OPEN_ENDED_DAYS = 36_500
LONGEST_REVIEW_DAYS = 366

# Asked for so long before the day of a review, because it is made together with the person and often with his family.
REVIEW_OPENS_BEFORE = timedelta(days=7)

# Who came on the evening before a long weekend has a case on the first day that the office is open again.
ADMITTED_BEFORE_CASE = timedelta(days=4)

_URGENCIES = tuple(Urgency)

# When the watches of a day begin, by the clock on the wall; the night's belongs to the day on which it began.
SHIFT_BEGINS: Mapping[Shift, time] = {Shift.MORNING: time(7), Shift.AFTERNOON: time(14), Shift.NIGHT: time(21)}

# Of these reasons a person may choose; the others come with the end of a case or of a life.
CHOSEN_DISCHARGES = tuple(
    reason for reason in DischargeReason if reason not in (DischargeReason.CASE_CLOSED, DischargeReason.DECEASED)
)
CHOSEN_LEAVES = tuple(
    reason for reason in LeaveLineReason if reason not in (LeaveLineReason.CASE_CLOSED, LeaveLineReason.DECEASED)
)


@dataclass(frozen=True)
class HouseTerms:
    """How long people are meant to stay at a UPT (days), and how often a stay is looked at again (days)."""

    planned_days: int
    review_every_days: int
    reason: str = ""


@dataclass(frozen=True)
class HousePolicy:
    """What a UPT begins with: the terms of its kind, found by how its code begins, else the default."""

    default: HouseTerms
    kinds: Mapping[str, HouseTerms]

    def terms_of(self, code: str) -> HouseTerms:
        """The terms for the UPT with this code."""
        return next((terms for prefix, terms in self.kinds.items() if code.startswith(prefix)), self.default)


def read_policy(content: Mapping[str, Any]) -> HousePolicy:
    """The policy file's content as a checked value. Raises ValueError or KeyError naming what is wrong."""
    kinds = content["kinds"]
    prefixes = [str(kind["prefix"]) for kind in kinds]
    if len(set(prefixes)) != len(prefixes):
        raise ValueError("kinds: a prefix stands there twice")
    return HousePolicy(
        default=_terms(content["default"], "default"),
        kinds={prefix: _terms(kind, prefix) for prefix, kind in zip(prefixes, kinds, strict=True)},
    )


def _terms(given: Mapping[str, Any], place: str) -> HouseTerms:
    for name, most in (("planned_days", OPEN_ENDED_DAYS), ("review_every_days", LONGEST_REVIEW_DAYS)):
        if type(given[name]) is not int or not 1 <= given[name] <= most:
            raise ValueError(f"{place}.{name}: is no whole number of 1 to {most} days")
    if not given["reason"]:
        raise ValueError(f"{place}.reason: is missing")
    return HouseTerms(given["planned_days"], given["review_every_days"], given["reason"])


def fits(ward_sex: str, person_sex: str) -> bool:
    """May this person sleep in such a ward? Whose sex is not known fits by himself only where both live."""
    return ward_sex in (WardSex.ANY, person_sex)


def fits_with_reason(ward_sex: str, person_sex: str) -> bool:
    """May he if somebody says why? Only of a person whose sex nobody knows: somebody has seen him, and decides."""
    return fits(ward_sex, person_sex) or person_sex not in (WardSex.MALE, WardSex.FEMALE)


def waits_for(person_sex: str) -> WardSex:
    """For which wards such a person waits unless another is said."""
    return WardSex(person_sex) if person_sex in (WardSex.MALE, WardSex.FEMALE) else WardSex.ANY


def wards_for(waiting_for: str) -> frozenset[str]:
    """The sexes of the wards that suit who waits so: his own and those for both."""
    return frozenset({waiting_for, WardSex.ANY.value})


def place_in_line(urgency: str, since: datetime) -> tuple[int, datetime]:
    """The key by which a line is ordered: urgency, then how long somebody has waited (spec journey.md, `wait_list`)."""
    return _URGENCIES.index(Urgency(urgency)), since


def first_end(admitted_on: date, terms: HouseTerms) -> date:
    """The planned end of a stay that begins on this day."""
    return admitted_on + timedelta(days=terms.planned_days)


def next_review(after: date, planned_until: date, terms: HouseTerms) -> date:
    """When a stay is looked at next: by the house's habit, and at the planned end at the latest."""
    return max(min(after + timedelta(days=terms.review_every_days), planned_until), after)


def is_open_ended(admitted_on: date, planned_until: date) -> bool:
    """Is no end planned?"""
    return (planned_until - admitted_on).days >= OPEN_ENDED_DAYS


def length_of_stay(admitted_on: date, out_on: date) -> int:
    """Days of a stay as Indonesian hospitals count them: the day in, not the day out, and one for both on the same day.

    Source: docs/adr/0029.
    """
    return max((out_on - admitted_on).days, 1)


def bed_days(admitted_on: date, out_on: date | None, first: date, last: date) -> int:
    """Of a stay, how many bed-days lie in first..last, both included; of one that goes on each day from the first.

    Whoever asks about days to come has to end `last` with today.
    """
    if last < first:
        return 0
    end = last + timedelta(days=1) if out_on is None else max(out_on, admitted_on + timedelta(days=1))
    return max((min(end, last + timedelta(days=1)) - max(admitted_on, first)).days, 0)


def shift_at(moment: datetime) -> tuple[date, Shift]:
    """The watch at this instant on the office's clock (local time), and the day to which it belongs."""
    begun = [shift for shift, at in SHIFT_BEGINS.items() if at <= moment.time()]
    return (moment.date(), begun[-1]) if begun else (moment.date() - timedelta(days=1), Shift.NIGHT)


def shift_after(day: date, shift: Shift) -> tuple[date, Shift]:
    """The watch that takes over."""
    order = tuple(Shift)
    place = order.index(shift) + 1
    return (day, order[place]) if place < len(order) else (day + timedelta(days=1), order[0])
