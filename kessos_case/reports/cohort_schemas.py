"""What the cohort report takes and answers over HTTP."""

from urllib.parse import urlencode

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.cases.rules import Pathway
from kessos_case.reports.rules.cohorts import DIMENSIONS
from kessos_case.reports.schemas import FORMATS
from kessos_case.reports.service import Selection


class CohortArgs(ma.Schema):
    """Whose lives, and by what they are told apart. Who sees the province may name two dimensions at once, filters and all."""

    quarter = fields.String(validate=validate.Regexp(r"^(19|20|21)[0-9]{2}-Q[1-4]\Z"), metadata={"example": "2026-Q1"})
    office = fields.UUID()
    pathway = fields.String(validate=validate.OneOf([pathway.value for pathway in Pathway]))
    category = fields.String(validate=validate.Regexp(r"^PPKS-[0-9]{2}\Z"))
    sex = fields.String(validate=validate.OneOf(("L", "P")))
    age = fields.String(validate=validate.Regexp(r"^([0-9]{1,2}-[0-9]{2}|60\+|unknown)\Z"))
    disability = fields.String(validate=validate.OneOf(("yes", "no")))
    district = fields.String(validate=validate.Regexp(r"^([0-9]{2}\.[0-9]{2}|unknown)\Z"))
    by = fields.String(validate=validate.OneOf(DIMENSIONS))
    format = fields.String(load_default="json", validate=validate.OneOf(FORMATS))


class CohortFigureOut(ma.Schema):
    """A figure with its interval (95 %), how it was reckoned, how many people it is of; null where hidden or not known."""

    code = fields.String(required=True)
    unit = fields.String(required=True)
    method = fields.String(required=True)
    value = fields.Float(required=True, allow_none=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)
    n = fields.Integer(required=True, allow_none=True)
    part = fields.Integer(required=True, allow_none=True)
    is_hidden = fields.Boolean(required=True)
    waiting = fields.Integer(
        required=True, allow_none=True,
        metadata={"description": "Of a share by a day: watched after it, neither there nor gone; who leads the office"},
    )  # fmt: skip
    rows = fields.String(
        required=True, allow_none=True, metadata={"description": "Page of the people, for who leads the office"}
    )


class CohortGroupOut(ma.Schema):
    """The people of one word of the dimension asked for."""

    key = fields.String(required=True)
    figures = fields.List(fields.Nested(CohortFigureOut), required=True)


class CohortPointOut(ma.Schema):
    """Who had reached the stage by so many days, as a share, where other ways out compete (Aalen-Johansen)."""

    days = fields.Integer(required=True)
    value = fields.Float(required=True, allow_none=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)


class CohortCurveOut(ma.Schema):
    """The curve of one stage by months of 30 days."""

    stage = fields.String(required=True)
    n = fields.Integer(required=True, allow_none=True)
    points = fields.List(fields.Nested(CohortPointOut), required=True)


class CohortsOut(ma.Schema):
    """The report as of the end of a day. No figure here says that one thing is because of another."""

    as_of = fields.Date(required=True, metadata={"description": "The day at whose end everything here was so"})
    is_exact = fields.Boolean(required=True, metadata={"description": "Small figures are told too"})
    offices = fields.List(fields.UUID(), required=True, metadata={"description": "Empty: the whole province"})
    notes = fields.List(fields.String(), required=True)
    figures = fields.List(fields.Nested(CohortFigureOut), required=True)
    groups = fields.List(fields.Nested(CohortGroupOut), required=True)
    curves = fields.List(fields.Nested(CohortCurveOut), required=True)


def selection_of(args: dict) -> Selection:
    """The selection that the arguments name."""
    return Selection({name: str(args[name]) for name in DIMENSIONS if args.get(name)}, args.get("by", ""))


def rows_of(measure: str, selection: Selection, key: str = "") -> str:
    """The page of the people behind a figure, of one group where a key is given."""
    filters = {**selection.filters, **({selection.by: key} if key else {})}
    return "/reports/cohorts/cases?" + urlencode({"show": measure, **filters})


class ComparisonArgs(ma.Schema):
    """Of which course."""

    course_id = fields.UUID(required=True)


class ComparedTraitOut(ma.Schema):
    """The means of a trait on both sides, and how far they lie apart in standard deviations before and after matching."""

    trait = fields.String(required=True)
    course = fields.Float(required=True, allow_none=True)
    others = fields.Float(required=True, allow_none=True)
    before = fields.Float(required=True, allow_none=True)
    after = fields.Float(required=True)


class ComparedShareOut(ma.Schema):
    """Of `pairs` how many of the course and of their partners; the difference of the shares (Agresti-Min, 95 %)."""

    pairs = fields.Integer(required=True)
    course = fields.Integer(required=True)
    others = fields.Integer(required=True)
    value = fields.Float(required=True)
    low = fields.Float(required=True)
    high = fields.Float(required=True)


class ComparedOutcomeOut(ma.Schema):
    """One outcome; null where so few would tell of single people."""

    code = fields.String(required=True)
    difference = fields.Nested(ComparedShareOut, required=True, allow_none=True)


class ComparisonOut(ma.Schema):
    """A matched comparison, and what it can and cannot say."""

    course_id = fields.UUID(required=True)
    title = fields.String(required=True)
    as_of = fields.Date(required=True)
    pairs = fields.Integer(required=True)
    without_partner = fields.Integer(required=True, allow_none=True)
    is_good = fields.Boolean(required=True, metadata={"description": "All that was measured within 0.1 deviations"})
    balance = fields.List(fields.Nested(ComparedTraitOut), required=True)
    outcomes = fields.List(fields.Nested(ComparedOutcomeOut), required=True)
    says = fields.List(fields.String(), required=True)
