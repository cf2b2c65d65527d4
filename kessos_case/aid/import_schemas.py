"""What files of aid take and answer over HTTP."""

from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from kessos_case.aid import import_wording as wording
from kessos_case.aid.rules import ImportRowState, ImportState
from kessos_case.aid.service.imports import RowCard
from kessos_case.web.fields import Month, Text, Truth
from kessos_case.web.jobs import JobOut
from kessos_case.web.lists import ListArgs


class ImportIn(ma.Schema):
    file = Upload(required=True, metadata={"description": "CSV or XLSX with the columns of the contract"})
    programme = Text(
        60, allow_none=True, load_default=None, metadata={"description": "Of rows that name none: a code or short name"}
    )
    is_historic = fields.Boolean(
        load_default=False,
        metadata={"description": "A file of the past: its lines count as known on the day they were paid"},
    )


class ImportArgs(ListArgs):
    state = fields.String(load_default=None, validate=validate.OneOf([state.value for state in ImportState]))


class RowArgs(ListArgs):
    state = fields.String(load_default=None, validate=validate.OneOf([state.value for state in ImportRowState]))


class ApplicationIn(ma.Schema):
    skip_failed = Truth(load_default=False, metadata={"description": "Apply the rest although rows have mistakes"})


class RowSettlementIn(ma.Schema):
    client_id = fields.UUID(required=True)


class ImportOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    filename = fields.String(required=True)
    media = fields.String(required=True)
    size = fields.Integer(required=True)
    programme = fields.String(required=True, allow_none=True)
    is_historic = fields.Boolean(required=True)
    state = fields.String(required=True)
    problem = fields.String(
        required=True, allow_none=True, metadata={"description": "Why the file as a whole was refused"}
    )
    problem_detail = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True, allow_none=True, metadata={"description": "Rows, once they were counted"})
    done = fields.Integer(required=True, metadata={"description": "How far the present stage has come"})
    ready = fields.Integer(required=True)
    known = fields.Integer(required=True, metadata={"description": "Rows whose line stood in the ledger before"})
    parked = fields.Integer(required=True, metadata={"description": "Rows of which it is not sure whose they are"})
    failed = fields.Integer(required=True)
    added = fields.Integer(required=True)
    job_id = fields.UUID(required=True, allow_none=True)
    uploaded_at = fields.AwareDateTime(required=True)
    applied_at = fields.AwareDateTime(required=True, allow_none=True)


class StartedOut(ma.Schema):
    job = fields.Nested(JobOut, required=True)
    aid_import = fields.Nested(ImportOut, required=True, data_key="import")


class SaidOut(ma.Schema):
    id = fields.String(required=True)
    en = fields.String(required=True)


class FaultOut(ma.Schema):
    field = fields.String(required=True)
    code = fields.String(required=True)
    detail = fields.Nested(SaidOut, required=True)


class DoubtOut(ma.Schema):
    code = fields.String(required=True)
    detail = fields.Nested(SaidOut, required=True)


class ImportRowOut(ma.Schema):
    row = fields.Integer(required=True, attribute="row_number", metadata={"description": "As a spreadsheet counts"})
    state = fields.String(required=True)
    errors = fields.List(fields.Nested(FaultOut), required=True)
    doubt = fields.Nested(DoubtOut, required=True, allow_none=True)
    programme = fields.String(required=True, allow_none=True)
    component = fields.String(required=True, allow_none=True)
    from_month = Month(data_key="from", required=True, allow_none=True)
    to_month = Month(data_key="to", required=True, allow_none=True)
    amount = fields.Integer(required=True, allow_none=True)
    source_reference = fields.String(required=True, allow_none=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)


def row_out(row: RowCard) -> dict[str, Any]:
    """The row with its mistakes and its doubt in words."""
    return vars(row) | {"errors": wording.faults(row.faults), "doubt": wording.doubt(row.doubt)}
