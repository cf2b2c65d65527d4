"""What vacancies and applications take and answer over HTTP. No answer about a vacancy names who asked for it."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.employment.rules import (
    MOST_PLACES,
    REFUSALS,
    VACANCY_KINDS,
    WITHDRAWALS,
    ApplicationState,
    ApplicationVerb,
)
from kessos_case.employment.schemas import MinimumWageShownOut, one_of, rupiah
from kessos_case.web.fields import Day, Text
from kessos_case.web.lists import ListArgs

_REASONS = sorted(REFUSALS | WITHDRAWALS)


class VacancyChange(ma.Schema):
    kind = fields.String(required=True, validate=validate.OneOf([str(kind) for kind in VACANCY_KINDS]))
    occupation = Text(100, required=True)
    requirements = Text(1000, lines=True, allow_none=True, load_default=None)
    region_code = fields.String(
        required=True, validate=validate.Length(1, 20), metadata={"description": "Where the work is"}
    )
    places = fields.Integer(strict=True, required=True, validate=validate.Range(1, MOST_PLACES))
    wage_from = rupiah(allow_none=True, load_default=None, metadata={"description": "Rupiah a month"})
    wage_to = rupiah(allow_none=True, load_default=None)
    closes_on = Day(required=True, metadata={"description": "The last day on which one may apply"})


class VacancyIn(VacancyChange):
    employer_id = fields.UUID(required=True)


class VacancyOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    employer_id = fields.UUID(required=True)
    employer = fields.String(required=True)
    kind = fields.String(required=True)
    occupation = fields.String(required=True)
    requirements = fields.String(required=True, allow_none=True)
    region_code = fields.String(required=True)
    places = fields.Integer(required=True)
    taken = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Hired from here; null for who does no casework"}
    )
    wage_from = fields.Integer(required=True, allow_none=True)
    wage_to = fields.Integer(required=True, allow_none=True)
    closes_on = fields.Date(required=True)
    state = fields.String(required=True, metadata={"description": "On this day; `filled` only for who does casework"})
    minimum_wage = fields.Nested(MinimumWageShownOut, required=True, allow_none=True, attribute="minimum")
    created_at = fields.AwareDateTime(required=True)


class VacancyArgs(ListArgs):
    kind = fields.String(load_default=None, validate=validate.OneOf([str(kind) for kind in VACANCY_KINDS]))
    region_code = fields.String(load_default=None, validate=validate.Length(1, 20))
    employer_id = fields.UUID(load_default=None)
    is_open = fields.Boolean(
        load_default=True, data_key="open", metadata={"description": "Only those that take applications; false: all"}
    )


class JobApplicationIn(ma.Schema):
    vacancy_id = fields.UUID(required=True)
    applied_on = Day(allow_none=True, load_default=None, metadata={"description": "None: today"})


class JobApplicationMove(ma.Schema):
    verb = fields.String(required=True, validate=one_of(ApplicationVerb))
    on = Day(
        allow_none=True, load_default=None, metadata={"description": "None: today; of an interview the day to come"}
    )
    reason = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf([str(reason) for reason in _REASONS])
    )
    starts_on = Day(allow_none=True, load_default=None, metadata={"description": "hire: when the work begins"})
    monthly_income = rupiah(allow_none=True, load_default=None, metadata={"description": "hire: the wage agreed on"})
    plan_step_id = fields.UUID(
        allow_none=True, load_default=None, metadata={"description": "hire: the step of the plan that this fulfils"}
    )


class JobApplicationOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    vacancy_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    state = fields.String(required=True)
    applied_on = fields.Date(required=True)
    interview_on = fields.Date(required=True, allow_none=True)
    ended_on = fields.Date(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    placement_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The work that a hire has proposed"}
    )
    recorded_at = fields.AwareDateTime(required=True)
    allowed_verbs = fields.List(fields.String(), required=True)


class JobApplicationArgs(ListArgs):
    state = fields.String(load_default=None, validate=one_of(ApplicationState))
