"""What the house takes and answers over HTTP. The names of fields are a contract (spec api.md, Bodies)."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.referrals.rules import Urgency
from kessos_case.residence.rules import (
    CHOSEN_DISCHARGES,
    CHOSEN_LEAVES,
    LONGEST_REVIEW_DAYS,
    OPEN_ENDED_DAYS,
    BedWaitState,
    ShiftEntryKind,
    WardSex,
)
from kessos_case.web.fields import Day, Instant, Month, Text, Truth
from kessos_case.web.lists import ListArgs

MOST_BEDS = 1000


def _said(text):
    return {"description": text}


def _one_of(words, **options):
    return fields.String(validate=validate.OneOf([str(word) for word in words]), **options)


def _note(**options):
    return Text(2000, lines=True, allow_none=True, load_default=None, **options)


class WardChange(ma.Schema):
    name = Text(100)
    sex = _one_of(WardSex)
    beds = fields.Integer(strict=True, validate=validate.Range(0, MOST_BEDS))
    is_active = Truth()


class WardIn(ma.Schema):
    name = Text(100, required=True)
    sex = _one_of(WardSex, required=True)
    beds = fields.Integer(strict=True, required=True, validate=validate.Range(0, MOST_BEDS))
    since_on = Day(
        allow_none=True,
        load_default=None,
        metadata=_said("Since when the beds are there; None: today. For the past alone"),
    )


class WardOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    name = fields.String(required=True)
    sex = fields.String(required=True)
    beds = fields.Integer(required=True)
    taken = fields.Integer(required=True)
    free = fields.Integer(required=True)
    is_active = fields.Boolean(required=True)


class WardsOut(ma.Schema):
    items = fields.List(fields.Nested(WardOut), required=True)


class TermsIn(ma.Schema):
    planned_days = fields.Integer(
        strict=True, required=True, validate=validate.Range(1, OPEN_ENDED_DAYS),
        metadata=_said(f"{OPEN_ENDED_DAYS}: no end is planned"),
    )  # fmt: skip
    review_every_days = fields.Integer(strict=True, required=True, validate=validate.Range(1, LONGEST_REVIEW_DAYS))


class TermsOut(ma.Schema):
    organisation_id = fields.UUID(required=True)
    version = fields.Integer(required=True, metadata=_said("0 while the UPT has set none of its own"))
    planned_days = fields.Integer(required=True)
    review_every_days = fields.Integer(required=True)
    reason = fields.String(required=True, metadata=_said("Why, as the policy says; empty for terms of the UPT's own"))
    is_own = fields.Boolean(required=True)


class StayIn(ma.Schema):
    ward_id = fields.UUID(required=True)
    admitted_at = Instant(allow_none=True, load_default=None, metadata=_said("None: now"))
    planned_until = Day(allow_none=True, load_default=None, metadata=_said("None: as the house has it"))
    reason = _note(metadata=_said("Why this ward, for a person whose sex is not known"))
    jump_reason = _note(metadata=_said("Why before those who wait longer or more urgently"))


class StayEventOut(ma.Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    happened_at = fields.AwareDateTime(required=True)
    ward_id = fields.UUID(required=True, allow_none=True)
    until_on = fields.Date(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.UUID(required=True, allow_none=True)


class StayOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    case_id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    ward_id = fields.UUID(required=True)
    ward_name = fields.String(required=True)
    admitted_at = fields.AwareDateTime(required=True)
    first_planned_until = fields.Date(required=True)
    planned_until = fields.Date(required=True)
    review_on = fields.Date(required=True)
    away_until = fields.Date(required=True, allow_none=True)
    discharged_at = fields.AwareDateTime(required=True, allow_none=True)
    discharge_reason = fields.String(required=True, allow_none=True)
    days = fields.Integer(required=True, metadata=_said("So far: the day in, not the day out, one for both"))
    is_open_ended = fields.Boolean(required=True)
    is_review_due = fields.Boolean(required=True, metadata=_said("Within a week, or late"))
    is_review_late = fields.Boolean(required=True)
    is_past_end = fields.Boolean(required=True)
    is_late_back = fields.Boolean(required=True)
    events = fields.List(fields.Nested(StayEventOut), required=True, metadata=_said("Empty in lists"))


class StayArgs(ListArgs):
    ward_id = fields.UUID(load_default=None)
    case_id = fields.UUID(load_default=None)
    client_id = fields.UUID(load_default=None)
    open = fields.Boolean(load_default=None, metadata=_said("Not ended yet"))


class WardMoveIn(ma.Schema):
    ward_id = fields.UUID(required=True)
    reason = _note()


class AbsenceIn(ma.Schema):
    until = Day(required=True, metadata=_said("The day of coming back"))
    note = _note()


class ReturnIn(ma.Schema):
    note = _note()


class StayReviewIn(ma.Schema):
    planned_until = Day(required=True)
    note = Text(2000, lines=True, required=True)


class DischargeIn(ma.Schema):
    reason = _one_of(CHOSEN_DISCHARGES, required=True)
    discharged_at = Instant(allow_none=True, load_default=None, metadata=_said("None: now"))
    note = _note()


class BedWaitIn(ma.Schema):
    urgency = _one_of(Urgency, required=True)
    sex = _one_of(
        WardSex, allow_none=True, load_default=None, metadata=_said("The ward that suits; None: by the person's sex")
    )
    since = Instant(allow_none=True, load_default=None, metadata=_said("None: now"))


class BedWaitOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    sex = fields.String(required=True)
    urgency = fields.String(required=True)
    since = fields.AwareDateTime(required=True)
    state = fields.String(required=True)
    left_reason = fields.String(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    place = fields.Integer(required=True, metadata=_said("From 1, in the whole line of the house; 0 when it is over"))


class BedWaitArgs(ListArgs):
    case_id = fields.UUID(load_default=None)
    state = _one_of(BedWaitState, load_default=None)


class LeaveLineIn(ma.Schema):
    reason = _one_of(CHOSEN_LEAVES, required=True)


class ShiftEntryIn(ma.Schema):
    kind = _one_of([kind for kind in ShiftEntryKind if kind != ShiftEntryKind.HANDOVER], required=True)
    text = Text(2000, lines=True, required=True)
    client_id = fields.UUID(
        allow_none=True, load_default=None, metadata=_said("Somebody who lives in the house; None: about the house")
    )


class HandoverIn(ma.Schema):
    text = Text(2000, lines=True, required=True, metadata=_said("What is open, for the next watch"))


class ShiftEntryOut(ma.Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    client_id = fields.UUID(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)
    written_at = fields.AwareDateTime(required=True)
    written_by = fields.UUID(required=True)


class ShiftLogOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    day = fields.Date(required=True)
    shift = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)
    opened_by = fields.UUID(required=True)
    handed_over_at = fields.AwareDateTime(required=True, allow_none=True)
    handed_over_by = fields.UUID(required=True, allow_none=True)
    entries = fields.List(fields.Nested(ShiftEntryOut), required=True, metadata=_said("Empty in lists"))


class OccupancyArgs(ma.Schema):
    month = Month(load_default=None)


class MonthFiguresOut(ma.Schema):
    month = Month(required=True)
    bed_days = fields.Integer(required=True, metadata=_said("The day in, not the day out, one for both"))
    beds_there = fields.Integer(required=True, metadata=_said("Days of all beds that were there"))
    occupancy = fields.Float(required=True, allow_none=True, metadata=_said("Null where no bed was there"))
    arrivals = fields.Integer(required=True)
    departures = fields.Integer(required=True)
    mean_days = fields.Float(required=True, allow_none=True, metadata=_said("Of who left in the month"))
    median_days = fields.Float(required=True, allow_none=True)
    planned_days = fields.Float(
        required=True, allow_none=True, metadata=_said("Planned at admission, mean; without those for whom no end was")
    )
    over_planned = fields.Integer(required=True, metadata=_said("Of who left, how many after that day"))


class ReasonFiguresOut(ma.Schema):
    reason = fields.String(required=True)
    departures = fields.Integer(required=True)
    mean_days = fields.Float(required=True)
    median_days = fields.Float(required=True)


class OccupancyOut(ma.Schema):
    organisation_id = fields.UUID(required=True)
    until = fields.Date(required=True, metadata=_said("The last day that is counted"))
    figures = fields.Nested(MonthFiguresOut, required=True)
    reasons = fields.List(fields.Nested(ReasonFiguresOut), required=True)
