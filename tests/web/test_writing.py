"""Answers are written as marshmallow writes them, only quicker."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import marshmallow as ma
import pytest
from marshmallow import fields

from kessos_case.web.fields import Month
from kessos_case.web.writing import writer

AT, ID = datetime(2026, 11, 24, 2, 3, 4, 5, tzinfo=UTC), UUID(int=7)


class Word(StrEnum):
    OPEN = "open"


class Inner(ma.Schema):
    id = fields.UUID(required=True)
    word = fields.String(allow_none=True)


class Outer(ma.Schema):
    id = fields.UUID(required=True)
    word = fields.String()
    count = fields.Integer()
    sum = fields.Integer(as_string=True)
    share = fields.Float()
    price = fields.Decimal(as_string=True)
    is_so = fields.Boolean()
    at = fields.AwareDateTime()
    day = fields.Date()
    spelt = fields.Date(format="%d/%m/%Y")
    month = Month()
    free = fields.Dict()
    one = fields.Nested(Inner, allow_none=True)
    many = fields.List(fields.Nested(Inner))
    several = fields.Nested(Inner, many=True)
    words = fields.List(fields.String())
    renamed = fields.String(attribute="other")
    keyed = fields.String(data_key="elsewhere")
    taken_out = fields.String(load_only=True)
    preset = fields.String(dump_default="always")
    found = fields.Function(lambda source: "by hand")


@dataclass
class Row:
    id: Any
    word: Any = None


WHOLE = {
    "id": ID, "word": "kata", "count": 3, "sum": 4, "share": 0.5, "price": 1, "is_so": True, "at": AT, "day": AT.date(),
    "spelt": AT.date(), "month": 24322, "free": {"a": 1}, "one": Row(ID), "many": [Row(ID, "x"), {"id": ID}],
    "several": [Row(ID)], "words": ["a", Word.OPEN], "other": "name", "keyed": "k", "taken_out": "secret",
}  # fmt: skip


@pytest.mark.parametrize("change", [
    {}, {"word": Word.OPEN}, {"word": b"bytes"}, {"count": True}, {"count": "7"}, {"day": AT}, {"one": None}, {"words": None},
    {"id": "text"}, {"many": []}, dict.fromkeys(WHOLE), {"preset": "said"},
], ids=lambda change: "-".join(f"{name}" for name in change)[:40] or "whole")  # fmt: skip
@pytest.mark.parametrize("source", [dict, lambda values: SimpleNamespace(**values)], ids=["dict", "object"])
def test_every_kind_of_value_is_written_alike(change: dict[str, Any], source: Any):
    schema, said = Outer(), source(WHOLE | change)
    assert writer(schema)(said) == schema.dump(said)


@pytest.mark.parametrize("missing", ["word", "one", "words", "preset", "other", "id"])
def test_what_is_not_there_is_left_out_alike(missing: str):
    schema = Outer()
    said = SimpleNamespace(**{name: value for name, value in WHOLE.items() if name != missing})
    assert writer(schema)(said) == schema.dump(said)


def test_a_wrong_value_is_refused_alike():
    for write in (writer(Outer()), Outer().dump):
        with pytest.raises(ValueError, match="invalid literal"):
            write(SimpleNamespace(**WHOLE | {"count": "many"}))


def test_a_schema_with_hooks_keeps_them():
    class Hooked(ma.Schema):
        word = fields.String()

        @ma.post_dump
        def loud(self, data: dict[str, Any], **options: Any) -> dict[str, Any]:
            return data | {"word": data["word"].upper()}

    class Around(ma.Schema):
        inside = fields.List(fields.Nested(Hooked))

    assert writer(Hooked())({"word": "a"}) == {"word": "A"}
    assert writer(Around())({"inside": [{"word": "a"}]}) == {"inside": [{"word": "A"}]}


def test_a_schema_may_hold_itself():
    class Tree(ma.Schema):
        name = fields.String()
        below = fields.List(fields.Nested(lambda: Tree()))

    said = {"name": "a", "below": [{"name": "b", "below": [{"name": "c", "below": []}]}]}
    assert writer(Tree())(said) == said
