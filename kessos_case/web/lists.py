"""What every list answers and every list route takes."""

from functools import cache
from typing import Any

import marshmallow as ma
from flask import request
from marshmallow import fields, validate

from kessos_case.core.paging import DEFAULT_LIMIT, GREATEST_LIMIT, PageRequest


class ListArgs(ma.Schema):
    """Arguments that every list takes."""

    limit = fields.Integer(load_default=DEFAULT_LIMIT, strict=False, validate=validate.Range(1, GREATEST_LIMIT))
    cursor = fields.String(
        load_default=None,
        validate=[validate.Length(1, 500), validate.Regexp(r"^[A-Za-z0-9_.-]+\Z")],
        metadata={"description": "`next_cursor` of the page before"},
    )


@cache
def listed(item: type[ma.Schema]) -> type[ma.Schema]:
    """The page of such items: `{items, next_cursor}`."""
    name = item.__name__.removesuffix("Out")
    return ma.Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next_cursor": fields.String(required=True, allow_none=True),
        },
        name=f"{name}Page",
    )


def page_request(args: dict[str, Any]) -> PageRequest:
    """The page that the query asks for; all other arguments are filters that bind the cursor."""
    filters = tuple((name, value) for name, value in args.items() if name not in ("limit", "cursor"))
    return PageRequest(request.endpoint or "", args["limit"], args["cursor"], filters)
