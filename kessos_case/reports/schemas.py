"""What reports take and answer over HTTP. A figure is null where it is small and not told, or where nothing is known."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.core.months import format_month, parse_month
from kessos_case.web.lists import ListArgs

FORMATS = ("json", "csv", "xlsx", "pdf")
# The figures of unmet need are for so many months at a time.
MOST_MONTHS = 12
_REGENCY = validate.Regexp(r"^[0-9]{2}\.[0-9]{2}\Z")


class MonthField(fields.String):
    """YYYY-MM."""

    def __init__(self, **options):
        pattern = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])\Z"
        super().__init__(validate=validate.Regexp(pattern), metadata={"example": "2026-03"}, **options)

    def _serialize(self, value, attr, obj, **options):
        return None if value is None else format_month(value)

    def _deserialize(self, value, attr, data, **options):
        return super()._deserialize(value, attr, data, **options)


class ShareOut(ma.Schema):
    """A part of `n`: as it is, between what it lies (Wilson, 95 %), and drawn to the mean where `n` is small."""

    value = fields.Float(required=True, allow_none=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)
    shrunk = fields.Float(required=True, allow_none=True)
    n = fields.Integer(required=True, attribute="whole")


class FiguresOut(ma.Schema):
    """The figures of a month, or of all (month null)."""

    month = MonthField(required=True, allow_none=True)
    is_hidden = fields.Boolean(required=True, metadata={"description": "Small figures are left out"})
    offers = fields.Integer(required=True, allow_none=True)
    accepted = fields.Integer(required=True, allow_none=True)
    declined = fields.Integer(required=True, allow_none=True)
    expired = fields.Integer(required=True, allow_none=True)
    in_line = fields.Integer(required=True, allow_none=True)
    open = fields.Integer(required=True, allow_none=True)
    taken_back = fields.Integer(required=True, allow_none=True)
    answered = fields.Integer(required=True, allow_none=True)
    answer_hours = fields.Float(required=True, allow_none=True, metadata={"description": "Median"})
    answer_share = fields.Float(
        required=True, allow_none=True, metadata={"description": "Mean part of its time that an answer took"}
    )
    acceptance = fields.Nested(ShareOut, required=True, allow_none=True)
    met = fields.Integer(required=True, allow_none=True)
    meeting = fields.Nested(ShareOut, required=True, allow_none=True)
    completed = fields.Integer(required=True, allow_none=True)
    served = fields.Integer(required=True, allow_none=True)
    success = fields.Nested(ShareOut, required=True, allow_none=True)
    handed_back = fields.Integer(required=True, allow_none=True)
    no_shows = fields.Integer(required=True, allow_none=True)
    retained = fields.Integer(required=True, allow_none=True)
    observed = fields.Integer(required=True, allow_none=True)
    unseen = fields.Integer(required=True, allow_none=True)
    retention = fields.Nested(ShareOut, required=True, allow_none=True)


class ScorecardOut(ma.Schema):
    """What became of the offers to an organisation, by the month of the offer."""

    organisation_id = fields.UUID(required=True)
    organisation_name = fields.String(required=True)
    is_exact = fields.Boolean(required=True, metadata={"description": "Small figures are told too"})
    all = fields.Nested(FiguresOut, required=True)
    months = fields.List(fields.Nested(FiguresOut), required=True)
    decline_reasons = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    hand_back_reasons = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    records_counted_at = fields.DateTime(required=True, allow_none=True)


class StrengthArgs(ListArgs):
    """Which part of the map; as a sheet it is whole and takes no cursor."""

    region_code = fields.String(load_default=None, validate=_REGENCY)
    service_type = fields.String(load_default=None, validate=validate.Regexp(r"^[a-z_]{1,60}\Z"))
    format = fields.String(load_default="json", validate=validate.OneOf(FORMATS[:-1]))


class StrengthOut(ma.Schema):
    """What one organisation offers of one kind; places of the period open today."""

    organisation_id = fields.UUID(required=True)
    organisation_name = fields.String(required=True)
    kind = fields.String(required=True)
    region_code = fields.String(required=True, allow_none=True)
    service_type = fields.String(required=True)
    services = fields.Integer(required=True)
    places = fields.Integer(required=True, allow_none=True)
    in_use = fields.Integer(required=True, allow_none=True)
    free = fields.Integer(required=True, allow_none=True)
    waiting = fields.Integer(required=True)
    is_paused = fields.Boolean(required=True)
    agreement_until = fields.Date(required=True, allow_none=True)
    coverage = fields.List(fields.String(), required=True)


class PlaceOut(ma.Schema):
    """What takes the people of a regency. What takes those of the whole province is counted in each."""

    region_code = fields.String(required=True)
    organisations = fields.Integer(required=True)
    services = fields.Integer(required=True)
    places = fields.Integer(required=True)
    in_use = fields.Integer(required=True)
    free = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    standing = fields.Integer(required=True)
    free_by_kind = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    services_by_kind = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class StrengthMapOut(ma.Schema):
    """One page of organisations and kinds of service, and beside it every regency."""

    items = fields.List(fields.Nested(StrengthOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
    regions = fields.List(fields.Nested(PlaceOut), required=True)


class UnmetArgs(ma.Schema):
    """Which months, at most 12; without any the present one. `from_month` and `to_month` are written `from` and `to`."""

    from_month = MonthField(load_default=None, data_key="from")
    to_month = MonthField(load_default=None, data_key="to")
    region_code = fields.String(load_default=None, validate=_REGENCY)
    service_type = fields.String(load_default=None, validate=validate.Regexp(r"^[a-z_]{1,60}\Z"))
    format = fields.String(load_default="json", validate=validate.OneOf(FORMATS))

    @ma.post_load
    def _in_order(self, data, **_options):
        months = [parse_month(data[name]) for name in ("from_month", "to_month") if data[name]]
        if months and not 0 <= months[-1] - months[0] < MOST_MONTHS:
            raise ma.ValidationError(f"At most {MOST_MONTHS} months, the first first.", "to")
        return data | {"months": (months[0], months[-1]) if months else None}


class ResearchArgs(ma.Schema):
    """Which version of which instrument (without one the current), completed in which months, at most 12."""

    instrument = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9_]{1,60}\Z"))
    version = fields.Integer(load_default=None, validate=validate.Range(1, 1000))
    from_month = MonthField(required=True, data_key="from")
    to_month = MonthField(required=True, data_key="to")
    format = fields.String(load_default="csv", validate=validate.OneOf(("csv", "xlsx")))

    @ma.post_load
    def _in_order(self, data, **_options):
        first, last = (parse_month(data[name]) for name in ("from_month", "to_month"))
        if not 0 <= last - first < MOST_MONTHS:
            raise ma.ValidationError(f"At most {MOST_MONTHS} months, the first first.", "to")
        return data | {"months": (first, last)}


class UnmetOut(ma.Schema):
    """A figure null is small and not told; `region_code` or `service_type` null is the sum over them."""

    month = MonthField(required=True)
    region_code = fields.String(required=True, allow_none=True)
    service_type = fields.String(required=True, allow_none=True)
    entered = fields.Integer(required=True, allow_none=True)
    met_later = fields.Integer(required=True, allow_none=True)
    still_unmet = fields.Integer(required=True, allow_none=True)


class UnmetNeedOut(ma.Schema):
    """Needs that nobody could take: of a desk's regions exactly, for others without small figures."""

    is_exact = fields.Boolean(required=True)
    regions = fields.List(fields.String(), required=True, metadata={"description": "Empty: the whole province"})
    items = fields.List(fields.Nested(UnmetOut), required=True)


class TrainingArgs(ma.Schema):
    """The year in which a course ended (without one, all years), and of whose people."""

    year = fields.Integer(load_default=None, validate=validate.Range(2000, 2200))
    organisation = fields.UUID(load_default=None)
    format = fields.String(load_default="json", validate=validate.OneOf(FORMATS[:-1]))


class WageOut(ma.Schema):
    """The median of `n` people in jobs, rupiah a month to the nearest 100,000, and between what it lies (order statistics)."""

    n = fields.Integer(required=True, allow_none=True)
    median = fields.Integer(required=True, allow_none=True)
    low = fields.Integer(required=True, allow_none=True)
    high = fields.Integer(required=True, allow_none=True)


class TrainingOutcomeOut(ma.Schema):
    """One for each person, course and year. `finished` = passed + failed; `passed` = placed + jobless + unseen + early;
    `placed` = kept + lost + unchecked + recent. A figure null is small and not told.
    """

    finished = fields.Integer(required=True, allow_none=True)
    failed = fields.Integer(required=True, allow_none=True)
    passed = fields.Integer(required=True, allow_none=True)
    placed = fields.Integer(required=True, allow_none=True, metadata={"description": "Verified work within 180 days"})
    jobless = fields.Integer(required=True, allow_none=True, metadata={"description": "No work within 180 days"})
    unseen = fields.Integer(required=True, allow_none=True, metadata={"description": "Nobody knows"})
    early = fields.Integer(required=True, allow_none=True, metadata={"description": "The 180 days are not over"})
    kept = fields.Integer(required=True, allow_none=True, metadata={"description": "At work 180 days after it began"})
    lost = fields.Integer(required=True, allow_none=True, metadata={"description": "Work ended before"})
    unchecked = fields.Integer(required=True, allow_none=True, metadata={"description": "Nobody looked"})
    recent = fields.Integer(required=True, allow_none=True, metadata={"description": "180 days of work are not over"})
    placement = fields.Nested(ShareOut, required=True, allow_none=True)
    retention = fields.Nested(ShareOut, required=True, allow_none=True)
    wage = fields.Nested(WageOut, required=True)


class TrainingLineOut(ma.Schema):
    """A course of an office; the office as a whole where no course is named; the province where no office is."""

    organisation_id = fields.UUID(required=True, allow_none=True)
    organisation_name = fields.String(required=True, allow_none=True)
    course_id = fields.UUID(required=True, allow_none=True)
    course_name = fields.String(required=True, allow_none=True)
    outcome = fields.Nested(TrainingOutcomeOut, required=True)


class TrainingOutcomesOut(ma.Schema):
    """What became of those who finished a course: of the own office exactly, for others without small figures."""

    year = fields.Integer(required=True, allow_none=True)
    years = fields.List(fields.Integer(), required=True, metadata={"description": "That have figures"})
    is_exact = fields.Boolean(required=True)
    total = fields.Nested(TrainingLineOut, required=True)
    lines = fields.List(fields.Nested(TrainingLineOut), required=True)
