"""What training takes and answers over HTTP. The names of fields are a contract (spec api.md, Bodies)."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.notes.rules import PaperKind
from kessos_case.training.rules import DropReason, EnrolmentState, RequirementKind, WaiverReason, skill_key
from kessos_case.web.fields import Day, Text, Truth
from kessos_case.web.lists import ListArgs

MOST_IN_A_BATCH = 1000


def _said(text):
    return {"description": text}


def _capacity(**options):
    return fields.Integer(strict=True, validate=validate.Range(1, MOST_IN_A_BATCH), **options)


def _hours(**options):
    return fields.Integer(strict=True, validate=validate.Range(1, 5000), **options)


class CourseChange(ma.Schema):
    name = Text(200)
    skill = Text(100)
    hours = _hours()
    capacity = _capacity(metadata=_said("Places of a batch that says nothing else"))
    is_active = Truth()


class CourseIn(ma.Schema):
    name = Text(200, required=True)
    skill = Text(100, required=True)
    hours = _hours(required=True)
    capacity = _capacity(required=True, metadata=_said("Places of a batch that says nothing else"))


class CourseOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    name = fields.String(required=True)
    skill = fields.String(required=True)
    hours = fields.Integer(required=True)
    capacity = fields.Integer(required=True)
    is_active = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)


class RequirementIn(ma.Schema):
    kind = fields.String(required=True, validate=validate.OneOf(list(RequirementKind)))
    value = Text(
        100,
        required=True,
        metadata=_said("Years; primary, junior, senior or higher; a skill; or a document, by kind"),
    )

    @ma.post_load
    def _plain(self, data, **_options):
        is_skill = data["kind"] == RequirementKind.COURSE_PASSED
        return data | {"value": skill_key(data["value"]) if is_skill else data["value"]}


class RequirementsIn(ma.Schema):
    items = fields.List(fields.Nested(RequirementIn), required=True, validate=validate.Length(max=20))


class RequirementOut(ma.Schema):
    kind = fields.String(required=True)
    value = fields.String(required=True)


class RequirementsOut(ma.Schema):
    items = fields.List(fields.Nested(RequirementOut), required=True)


class ChanceOut(ma.Schema):
    """A part of `n`: as it is, and between what it lies (Wilson, 95 %); null of nobody."""

    value = fields.Float(required=True, allow_none=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)
    n = fields.Integer(required=True, attribute="whole")


class OutlookOut(ma.Schema):
    """What became of those who passed. A figure null is small and not told."""

    passed = fields.Integer(required=True, allow_none=True, metadata=_said("One for each person, course and year"))
    placement = fields.Nested(
        ChanceOut,
        required=True,
        allow_none=True,
        metadata=_said("At work within 180 days, of those who were seen so long"),
    )
    unseen = fields.Integer(required=True, allow_none=True, metadata=_said("Nobody knows whether work began"))
    early = fields.Integer(required=True, allow_none=True, metadata=_said("The 180 days are not over"))
    retention = fields.Nested(
        ChanceOut, required=True, allow_none=True, metadata=_said("Still at work 180 days after it began")
    )
    unchecked = fields.Integer(required=True, allow_none=True, metadata=_said("Nobody looked whether work went on"))
    recent = fields.Integer(required=True, allow_none=True, metadata=_said("180 days of work are not over"))
    waged = fields.Integer(required=True, allow_none=True, metadata=_said("People in jobs whose wage is known"))
    wage_median = fields.Integer(
        required=True, allow_none=True, metadata=_said("Rupiah a month, to the nearest 100,000")
    )
    wage_low = fields.Integer(required=True, allow_none=True, metadata=_said("Of the median (order statistics, 95 %)"))
    wage_high = fields.Integer(required=True, allow_none=True)


class CourseOutlookOut(ma.Schema):
    course_id = fields.UUID(required=True)
    skill = fields.String(required=True)
    counted_at = fields.AwareDateTime(required=True, allow_none=True)
    course = fields.Nested(OutlookOut, required=True, allow_none=True)
    of_skill = fields.Nested(OutlookOut, required=True, allow_none=True)


class DropReasonsOut(ma.Schema):
    reasons = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata=_said("People of the own office, by reason"),
    )


class CourseArgs(ListArgs):
    organisation_id = fields.UUID(load_default=None)
    is_active = fields.Boolean(load_default=None)
    q = Text(200, load_default=None, metadata=_said("Words of a name or a skill"))


class BatchChange(ma.Schema):
    starts_on = Day(metadata=_said("Only while the batch has not begun"))
    ends_on = Day(metadata=_said("The last day; only while the batch has not begun"))
    capacity = _capacity()


class BatchIn(ma.Schema):
    course_id = fields.UUID(required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True, metadata=_said("The last day"))
    capacity = _capacity(allow_none=True, load_default=None, metadata=_said("None: as the course says"))


class BatchOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    course_id = fields.UUID(required=True)
    course_name = fields.String(required=True)
    skill = fields.String(required=True)
    organisation_id = fields.UUID(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    capacity = fields.Integer(required=True)
    taken = fields.Integer(required=True)
    free = fields.Integer(required=True)


class BatchArgs(ListArgs):
    course_id = fields.UUID(load_default=None)
    organisation_id = fields.UUID(load_default=None)
    open = fields.Boolean(load_default=None, metadata=_said("Not over yet"))


class EnrolmentIn(ma.Schema):
    batch_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    plan_step_id = fields.UUID(
        allow_none=True, load_default=None, metadata=_said("The step of the plan, of kind course, that goes on with it")
    )
    wait = Truth(load_default=False, metadata=_said("Stand in line where the batch is full"))
    documents = fields.List(
        fields.String(validate=validate.OneOf(list(PaperKind))),
        load_default=list,
        validate=validate.Length(max=len(PaperKind)),
        metadata=_said("Papers that the sender has seen; those among the papers of the case are known without"),
    )
    waiver_reason = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.OneOf(list(WaiverReason)),
        metadata=_said("A supervisor's, for somebody who lacks what the course asks for"),
    )


class AttendedOut(ma.Schema):
    present = fields.Integer(required=True, metadata=_said("Days"))
    excused = fields.Integer(required=True, metadata=_said("Days"))
    absent = fields.Integer(required=True, metadata=_said("Days"))
    rate = fields.Float(
        required=True, allow_none=True, metadata=_said("Present, of the days present and absent; null before the first")
    )
    hours = fields.Integer(required=True, metadata=_said("Of the course's hours, spread evenly over its days"))


class EnrolmentOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    batch_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    course_name = fields.String(required=True)
    organisation_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    plan_step_id = fields.UUID(required=True, allow_none=True)
    waiver_reason = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    requested_at = fields.AwareDateTime(required=True)
    attendance = fields.Nested(AttendedOut, required=True)
    passed = fields.Boolean(required=True, allow_none=True)
    score = fields.Integer(required=True, allow_none=True)
    certificate_no = fields.String(required=True, allow_none=True)
    completed_on = fields.Date(required=True, allow_none=True)
    drop_reason = fields.String(required=True, allow_none=True)
    dropped_on = fields.Date(required=True, allow_none=True)


class EnrolmentArgs(ListArgs):
    batch_id = fields.UUID(load_default=None)
    case_id = fields.UUID(load_default=None)
    client_id = fields.UUID(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf([state.value for state in EnrolmentState]))


class AttendanceIn(ma.Schema):
    on = Day(required=True)
    present = fields.List(
        fields.UUID(), required=True, validate=validate.Length(max=MOST_IN_A_BATCH), metadata=_said("Ids of enrolments")
    )
    excused = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=MOST_IN_A_BATCH),
        metadata=_said("Ids of enrolments; whoever is named in neither was absent"),
    )


class AttendanceArgs(ma.Schema):
    on = Day(load_default=None, metadata=_said("None: today"))


class PresenceOut(ma.Schema):
    enrolment_id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    presence = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class AttendanceOut(ma.Schema):
    batch_id = fields.UUID(required=True)
    on = fields.Date(required=True)
    present = fields.Integer(required=True)
    excused = fields.Integer(required=True)
    absent = fields.Integer(required=True)
    items = fields.List(fields.Nested(PresenceOut), required=True)


class ResultIn(ma.Schema):
    passed = Truth(required=True)
    score = fields.Integer(strict=True, allow_none=True, load_default=None, validate=validate.Range(0, 100))
    certificate_no = Text(100, allow_none=True, load_default=None)


class BatchResultIn(ResultIn):
    enrolment_id = fields.UUID(required=True)


class BatchResultsIn(ma.Schema):
    results = fields.List(
        fields.Nested(BatchResultIn), required=True, validate=validate.Length(min=1, max=MOST_IN_A_BATCH)
    )


class BatchResultsOut(ma.Schema):
    items = fields.List(fields.Nested(EnrolmentOut), required=True)


class DropIn(ma.Schema):
    reason = fields.String(required=True, validate=validate.OneOf([reason.value for reason in DropReason]))
    on = Day(required=True)
