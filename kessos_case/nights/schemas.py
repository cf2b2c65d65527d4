"""What nights answer over HTTP."""

import marshmallow as ma
from marshmallow import fields

from kessos_case.web.fields import Day


class NightOut(ma.Schema):
    id = fields.UUID(required=True)
    as_of = Day(required=True)
    step = fields.String(required=True, allow_none=True)
    job_id = fields.UUID(required=True, allow_none=True)
    done = fields.Integer(required=True, metadata={"description": "Chunks done"})
    total = fields.Integer(required=True, allow_none=True)
    started_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    given_up = fields.Integer(required=True, metadata={"description": "Chunks that failed for good"})
    report = fields.Dict(required=True, metadata={"description": "Counts of what each step did"})


class DigestOut(ma.Schema):
    day = Day(required=True, allow_none=True)
    overdue = fields.Integer(required=True)
    due_today = fields.Integer(required=True)
    due_this_week = fields.Integer(required=True)
    kinds = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    made_at = fields.AwareDateTime(required=True, allow_none=True)
