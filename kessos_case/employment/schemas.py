"""What employment takes and answers over HTTP. The names of fields are a contract (spec api.md, Bodies)."""

from enum import StrEnum
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.employment.rules import (
    CHECK_DAYS,
    MOST_PEOPLE,
    EndReason,
    IncomeSource,
    PlacementKind,
    PlacementState,
    VerificationMethod,
)
from kessos_case.web.fields import Day, Month, Text, Truth
from kessos_case.web.lists import ListArgs

# A thousand milliard: no household earns more.
MOST = 10**12


def rupiah(**options: Any) -> fields.Integer:
    """Whole rupiah, none included."""
    return fields.Integer(strict=True, validate=validate.Range(0, MOST), **options)


def one_of(values: type[StrEnum]) -> validate.OneOf:
    """One word of an enum."""
    return validate.OneOf([value.value for value in values])


class PlacementIn(ma.Schema):
    case_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=one_of(PlacementKind))
    employer_id = fields.UUID(
        allow_none=True,
        load_default=None,
        metadata={"description": "An organisation, for all but an own business; it is told nothing"},
    )
    business = Text(
        500,
        lines=True,
        allow_none=True,
        load_default=None,
        metadata={"description": "What the own business is, in words"},
    )
    occupation = Text(100, required=True)
    starts_on = Day(required=True)
    monthly_income = rupiah(allow_none=True, load_default=None)
    plan_step_id = fields.UUID(
        allow_none=True, load_default=None, metadata={"description": "The step of the plan that this work fulfils"}
    )


class VerificationIn(ma.Schema):
    method = fields.String(
        required=True,
        validate=one_of(VerificationMethod),
        metadata={"description": "`employer` needs the person's consent to contact with this employer"},
    )
    on = Day(required=True)


class CheckIn(VerificationIn):
    still_active = Truth(required=True)
    monthly_income = rupiah(allow_none=True, load_default=None)
    period = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=validate.OneOf(CHECK_DAYS),
        metadata={"description": "Days after the start; none: the latest check that is open on the day"},
    )
    reason = fields.String(
        allow_none=True,
        load_default=None,
        validate=one_of(EndReason),
        metadata={"description": "Why the work is over, where `still_active` is false"},
    )


class EndingIn(ma.Schema):
    on = Day(required=True)
    reason = fields.String(required=True, validate=one_of(EndReason))


class CheckOut(ma.Schema):
    id = fields.UUID(required=True)
    period = fields.Integer(required=True)
    on = fields.Date(required=True, attribute="checked_on")
    still_active = fields.Boolean(required=True)
    monthly_income = fields.Integer(required=True, allow_none=True)
    method = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class MinimumWageShownOut(ma.Schema):
    amount = fields.Integer(required=True, metadata={"description": "Rupiah a month, of the regency"})
    region_code = fields.String(required=True)
    valid_from = fields.Date(required=True)
    legal_basis = fields.String(required=True)
    source = fields.String(required=True)


class KnownWageOut(ma.Schema):
    amount = fields.Integer(required=True, metadata={"description": "The last that is known, rupiah a month"})
    on = fields.Date(required=True)
    minimum_wage = fields.Nested(MinimumWageShownOut, required=True, allow_none=True, attribute="minimum")
    share_percent = fields.Integer(required=True, allow_none=True, metadata={"description": "Rounded down"})
    is_below = fields.Boolean(required=True, allow_none=True)


class PlacementOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    case_id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True, metadata={"description": "The UPT whose case it is"})
    plan_step_id = fields.UUID(required=True, allow_none=True)
    kind = fields.String(required=True)
    employer_id = fields.UUID(required=True, allow_none=True)
    business = fields.String(required=True, allow_none=True, metadata={"description": "Not in lists"})
    occupation = fields.String(required=True)
    starts_on = fields.Date(required=True)
    monthly_income = fields.Integer(required=True, allow_none=True)
    state = fields.String(required=True)
    verified_on = fields.Date(required=True, allow_none=True)
    verification_method = fields.String(required=True, allow_none=True)
    ended_on = fields.Date(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    wage = fields.Nested(
        KnownWageOut,
        required=True,
        allow_none=True,
        metadata={"description": "Of a job, beside the minimum wage there"},
    )
    checks = fields.List(fields.Nested(CheckOut), required=True)
    allowed_verbs = fields.List(fields.String(), required=True)


class PlacementArgs(ListArgs):
    case_id = fields.UUID(load_default=None)
    client_id = fields.UUID(load_default=None)
    state = fields.String(load_default=None, validate=one_of(PlacementState))


class IncomeIn(ma.Schema):
    from_month = Month(data_key="from", required=True)
    to_month = Month(data_key="to", required=True)
    amount = rupiah(required=True, metadata={"description": "Rupiah of all the months together"})
    source = fields.String(required=True, validate=one_of(IncomeSource))
    household_size = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=validate.Range(1, MOST_PEOPLE),
        metadata={"description": "How many people live on it; unsaid, as many as the household then had, else one"},
    )


class IncomeOut(ma.Schema):
    id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    from_month = Month(data_key="from", required=True)
    to_month = Month(data_key="to", required=True)
    amount = fields.Integer(required=True)
    source = fields.String(required=True)
    household_size = fields.Integer(required=True)
    is_timely = fields.Boolean(
        required=True, metadata={"description": "Made soon enough to count for graduation; older ones are history"}
    )
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.UUID(required=True)
