"""What the reference routes take and answer."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.core.months import format_month
from kessos_case.reference.rules import ProgrammeKind, RegionLevel
from kessos_case.web.fields import Day, Text, region_code
from kessos_case.web.lists import ListArgs


class MonthOut(fields.String):
    """A month as YYYY-MM."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str:
        return format_month(value)


def _said(text: str, **more: Any) -> dict[str, Any]:
    return {"description": text, **more}


def _status() -> fields.String:
    return fields.String(
        required=True,
        metadata=_said("confirmed = read in the source, derived = computed from it, memory = own knowledge"),
    )


def _source() -> fields.String:
    return fields.String(required=True, metadata=_said("Where the figure was read"))


def _confidentiality() -> fields.String:
    return fields.String(required=True, metadata=_said("standard, elevated or strict (need to know)"))


def _search(what: str) -> Text:
    return Text(100, load_default=None, metadata=_said(what))


class RegionArgs(ListArgs):
    """Which places."""

    q = _search(
        "A name as people write it: 'Kec. Ambulu', 'Surabya', 'Sumberejo, Ambulu'. Answers the best matches, without a"
        " next page"
    )
    parent = region_code(
        load_default=None,
        metadata=_said("Directly below this place; with q, anywhere below it", examples=["35.09"]),
    )
    level = fields.String(load_default=None, validate=validate.OneOf([*map(str, RegionLevel)]))


class RegionOut(ma.Schema):
    """A place."""

    code = fields.String(required=True, metadata=_said("Kemendagri code", examples=["35.09.12"]))
    name = fields.String(required=True)
    level = fields.String(required=True, metadata=_said("provinsi, kabupaten, kota, kecamatan, kelurahan or desa"))
    parent_code = fields.String(required=True, allow_none=True)


class RegionDetailOut(RegionOut):
    """A place and those around it."""

    path = fields.List(
        fields.Nested(RegionOut), required=True, metadata=_said("From the province down to this place, itself included")
    )


class CategoryArgs(ListArgs):
    """Which categories."""

    q = _search("A code, a name in Indonesian or English, or a synonym such as ABH")


class PasGroupOut(ma.Schema):
    """A PAS group."""

    number = fields.Integer(required=True)
    slug = fields.String(required=True)
    name_id = fields.String(required=True)
    name_en = fields.String(required=True)


class CategoryOut(ma.Schema):
    """A PPKS category."""

    code = fields.String(required=True, metadata=_said("PPKS-01 to PPKS-26, Permensos 8/2012"))
    number = fields.Integer(required=True)
    slug = fields.String(required=True)
    name_id = fields.String(required=True)
    name_en = fields.String(required=True)
    definition = fields.String(required=True)
    definition_status = fields.String(required=True, metadata=_said("How far the wording was checked"))
    criteria = fields.List(fields.String(), required=True)
    synonyms = fields.List(fields.String(), required=True)
    pas = fields.Nested(PasGroupOut, required=True, metadata=_said("Its group since Kepmensos 103/HUK/2025"))
    cluster = fields.String(required=True, metadata=_said("ATENSI cluster, Permensos 7/2021"))
    confidentiality = _confidentiality()
    min_age = fields.Integer(required=True, allow_none=True, metadata=_said("Years; for a warning, never a block"))
    max_age = fields.Integer(required=True, allow_none=True, metadata=_said("Years; for a warning, never a block"))


class ProgrammeArgs(ListArgs):
    """Which programmes."""

    q = _search("A code or a name in Indonesian or English")
    kind = fields.String(load_default=None, validate=validate.OneOf([*map(str, ProgrammeKind)]))


class ProgrammeAmountOut(ma.Schema):
    """What a programme pays between two days."""

    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True, metadata=_said("The last day; null while in force"))
    amount = fields.Integer(required=True, metadata=_said("Whole rupiah"))
    unit = fields.String(required=True, metadata=_said("The amount is per day, month or year, or given once"))
    source = _source()
    status = _status()
    note = fields.String(required=True, allow_none=True)


class ProgrammeOut(ma.Schema):
    """An aid programme."""

    code = fields.String(required=True)
    name_id = fields.String(required=True)
    name_en = fields.String(required=True)
    owner = fields.String(required=True)
    level = fields.String(required=True, metadata=_said("Whose budget pays: national, province or village"))
    source_kind = fields.String(required=True, metadata=_said("Kind as the source calls it"))
    kind = fields.String(
        required=True, metadata=_said("consumption (counts toward dependency), empowerment, service or insurance")
    )
    recipient_unit = fields.String(required=True, metadata=_said("Whom a payment is for: person or household"))
    counted_per = fields.String(required=True, metadata=_said("What one amount is counted by, such as component"))
    frequency = fields.String(required=True)
    months_per_payment = fields.Integer(
        required=True, allow_none=True, metadata=_said("Months that one payment covers; null where not said")
    )
    target = fields.String(required=True)
    source = _source()
    status = _status()
    note = fields.String(required=True, allow_none=True)
    amounts = fields.List(fields.Nested(ProgrammeAmountOut), required=True, metadata=_said("Oldest first"))


class ServiceTypeArgs(ListArgs):
    """Which service types."""

    q = _search("A code or a name in Indonesian or English")
    parent = Text(60, load_default=None, metadata=_said("The code of a group", examples=["health"]))


class ServiceTypeOut(ma.Schema):
    """What a referral can ask for."""

    code = fields.String(required=True)
    parent_code = fields.String(required=True, allow_none=True, metadata=_said("Its group; null for a group itself"))
    name_id = fields.String(required=True)
    name_en = fields.String(required=True)
    confidentiality = _confidentiality()


class PovertyLineArgs(ListArgs):
    """Which poverty lines."""

    region_code = region_code(load_default=None)


class PovertyLineOut(ma.Schema):
    """A published poverty line."""

    region_code = fields.String(required=True, metadata=_said("00 is Indonesia, to compare with"))
    month = MonthOut(required=True, metadata=_said("YYYY-MM for which BPS published it", examples=["2025-09"]))
    amount = fields.Integer(required=True, metadata=_said("Rupiah per person and month"))
    source = _source()
    status = _status()


class MinimumWageArgs(ListArgs):
    """Which minimum wages."""

    region_code = region_code(load_default=None)
    on = Day(load_default=None, metadata=_said("In force on this day"))


class MinimumWageOut(ma.Schema):
    """A minimum wage (UMK)."""

    region_code = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True, metadata=_said("The last day; null while open"))
    amount = fields.Integer(required=True, metadata=_said("Rupiah per month"))
    legal_basis = fields.String(required=True)
    source = _source()
    status = _status()
