"""What tables of partners take and answer over HTTP."""

from collections.abc import Iterable
from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from kessos_case.partners import import_wording as wording
from kessos_case.partners.service.imports import Alike, Outcome, Report, RowPlan


def _said(text: str) -> dict[str, str]:
    return {"description": text}


class TableIn(ma.Schema):
    file = Upload(required=True, metadata=_said("XLSX or CSV with the columns of the contract, a service in each row"))


class DirectoryIn(TableIn):
    # A field of a form is text, so that "false" is a word here and no slip.
    dry_run = fields.Boolean(load_default=True, metadata=_said("Say what would happen and write nothing"))
    skip_failed = fields.Boolean(load_default=False, metadata=_said("Write the rest although rows have mistakes"))
    digest = fields.String(
        load_default=None,
        validate=validate.Regexp(r"^[0-9a-f]{64}\Z"),
        metadata=_said("Of the dry run that was looked at: 409 `changed` when anything else would be written"),
    )


class BothOut(ma.Schema):
    id = fields.String(required=True)
    en = fields.String(required=True)


class RowErrorOut(ma.Schema):
    field = fields.String(required=True, metadata=_said("A column of the contract, or `row`"))
    code = fields.String(required=True)
    row = fields.Integer(required=True, allow_none=True, metadata=_said("The other row where two do not go together"))
    detail = fields.Nested(BothOut, required=True)


class RowChangeOut(ma.Schema):
    field = fields.String(required=True)
    before = fields.String(data_key="from", required=True, allow_none=True)
    after = fields.String(data_key="to", required=True, allow_none=True)


class AlikeOut(ma.Schema):
    organisation_id = fields.UUID(required=True)
    service_id = fields.UUID(required=True, allow_none=True, metadata=_said("Null: the organisation itself is meant"))
    name = fields.String(required=True)
    detail = fields.Nested(BothOut, required=True)


class DirectoryRowOut(ma.Schema):
    row = fields.Integer(required=True, metadata=_said("As a spreadsheet counts"))
    outcome = fields.String(required=True, validate=validate.OneOf([outcome.value for outcome in Outcome]))
    organisation_code = fields.String(required=True, allow_none=True)
    service_type = fields.String(required=True, allow_none=True)
    service_name = fields.String(required=True, allow_none=True)
    changes = fields.List(fields.Nested(RowChangeOut), required=True)
    errors = fields.List(fields.Nested(RowErrorOut), required=True)
    alike = fields.List(
        fields.Nested(AlikeOut),
        required=True,
        metadata=_said("Of a new service: what stands already and may be the same under another name"),
    )


class AbsentOut(ma.Schema):
    organisation_code = fields.String(required=True)
    organisation_name = fields.String(required=True)
    service_id = fields.UUID(required=True, allow_none=True, metadata=_said("Null: no service of it is in the file"))
    service_type = fields.String(required=True, allow_none=True)
    service_name = fields.String(required=True, allow_none=True)


class DirectoryOut(ma.Schema):
    dry_run = fields.Boolean(required=True)
    digest = fields.String(required=True, metadata=_said("Of exactly this: send it along to apply what was looked at"))
    create = fields.Integer(required=True)
    change = fields.Integer(required=True)
    nothing = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    rows = fields.List(fields.Nested(DirectoryRowOut), required=True)
    unknown_columns = fields.List(fields.String(), required=True, metadata=_said("Columns that nobody reads"))
    not_in_file = fields.List(
        fields.Nested(AbsentOut), required=True, metadata=_said("What stands and is not in the file; it stays")
    )


def report_out(report: Report) -> dict[str, Any]:
    """The report with its mistakes in words."""
    return {
        "dry_run": not report.is_applied,
        "digest": report.digest,
        **report.counts,
        "rows": [_row(plan, report.alike.get(plan.row.number, [])) for plan in report.rows],
        "unknown_columns": report.unknown_columns,
        "not_in_file": report.absent,
    }


def _row(plan: RowPlan, alike: Iterable[Alike]) -> dict[str, Any]:
    named = ("organisation_code", "service_type", "service_name")
    return {name: plan.row.stated.get(name) for name in named} | {
        "row": plan.row.number,
        "outcome": plan.outcome,
        "changes": [
            {"field": change.field, "before": wording.plain(change.before), "after": wording.plain(change.after)}
            for change in plan.changes
        ],
        "errors": [
            {"field": fault.field, "code": fault.code, "row": fault.row, "detail": wording.detail(fault)}
            for fault in plan.faults
        ],
        "alike": [vars(one) | {"detail": wording.alike_detail(one)} for one in alike],
    }
