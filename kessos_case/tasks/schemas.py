"""What tasks takes and answers over HTTP."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.access.rules import Role
from kessos_case.tasks.rules import TaskKind, TaskReason, TaskState
from kessos_case.web.fields import Day, Text
from kessos_case.web.lists import ListArgs


class TaskIn(ma.Schema):
    client_id = fields.UUID(required=True)
    text = Text(1000, lines=True, required=True)
    due_on = Day(required=True)
    user_id = fields.UUID(allow_none=True, load_default=None, metadata={"description": "A colleague; none: the desk"})
    role = fields.String(load_default=Role.CASEWORKER.value, validate=validate.OneOf([role.value for role in Role]))


class TaskChange(ma.Schema):
    user_id = fields.UUID(allow_none=True)
    due_on = Day()


class TaskCompletion(ma.Schema):
    """Nothing needs to be said."""


class TaskCancellation(ma.Schema):
    reason = fields.String(required=True, validate=validate.OneOf([reason.value for reason in TaskReason]))


class TaskOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    kind = fields.String(required=True)
    subject_kind = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    period = fields.String(required=True)
    client_id = fields.UUID(required=True, allow_none=True)
    organisation_id = fields.UUID(required=True)
    role = fields.String(required=True)
    user_id = fields.UUID(required=True, allow_none=True)
    state = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)
    is_overdue = fields.Boolean(required=True)
    text = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class TaskArgs(ListArgs):
    mine = fields.Boolean(load_default=False)
    overdue = fields.Boolean(load_default=False)
    state = fields.String(load_default=TaskState.OPEN.value, validate=validate.OneOf([s.value for s in TaskState]))
    kind = fields.String(load_default=None, validate=validate.OneOf([kind.value for kind in TaskKind]))
    client_id = fields.UUID(load_default=None)
    subject_id = fields.UUID(load_default=None)
