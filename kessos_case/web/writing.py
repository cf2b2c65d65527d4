"""How an answer is written: what marshmallow's `dump` gives, by functions that are made once for a schema.

marshmallow asks of each value anew what kind of field and source it has; a list of fifty rows is a thousand values.
"""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, missing
from marshmallow.decorators import POST_DUMP, PRE_DUMP

Write = Callable[[Any], Any]


def writer(schema: Schema) -> Write:
    """A function of one object that gives what `schema.dump` gives; of a schema with its own ways it is `dump` itself."""
    if schema.many or schema._hooks[PRE_DUMP] or schema._hooks[POST_DUMP] or _reads_in_its_own_way(schema):
        return schema.dump
    steps = [_step(name, field) for name, field in schema.dump_fields.items()]

    def write(source: Any) -> dict[str, Any]:
        written = {}
        is_dict, has_keys = type(source) is dict, hasattr(source, "__getitem__")
        for name, key, as_written, field in steps:
            if as_written is not None and (is_dict or not has_keys):
                value = source.get(name, missing) if is_dict else getattr(source, name, missing)
                if value is not missing:
                    written[key] = as_written(value)
                    continue
            # Also what is not there: whether it is left out or has a default is for the field to say.
            value = field.serialize(name, source, accessor=schema.get_attribute)
            if value is not missing:
                written[key] = value
        return written

    return write


def _reads_in_its_own_way(schema: Schema) -> bool:
    return type(schema).get_attribute is not Schema.get_attribute or schema.dict_class is not dict


def _step(name: str, field: fields.Field) -> tuple[str, str, Write | None, fields.Field]:
    """A field's name, its key in the answer, what writes its value, and the field itself where nothing quicker does."""
    kind = type(field)
    is_plain = kind.serialize is fields.Field.serialize and kind.get_value is fields.Field.get_value
    as_written = _value_writer(field) if is_plain and field.attribute in (None, name) and "." not in name else None
    return name, name if field.data_key is None else field.data_key, as_written, field


def _value_writer(field: fields.Field) -> Write | None:
    """What writes a value of this field; None where only the field itself knows."""
    kind: Any = type(field)
    if isinstance(field, fields.Nested) and kind is fields.Nested:
        return _nested(field)
    if isinstance(field, fields.List) and kind is fields.List:
        return _list(field)
    if kind._serialize is fields.String._serialize:
        return lambda value: value if value is None or type(value) is str else field._serialize(value, None, None)
    if kind._serialize is fields.UUID._serialize:
        return lambda value: None if value is None else str(value)
    if isinstance(field, fields.Integer) and kind is fields.Integer and not field.as_string:
        return lambda value: value if value is None or type(value) is int else field._serialize(value, None, None)
    if kind._serialize is fields.Field._serialize:
        return lambda value: value
    if isinstance(field, (fields.DateTime, fields.Date)) and kind._serialize is fields.DateTime._serialize:
        as_text = field.SERIALIZATION_FUNCS.get(field.format or field.DEFAULT_FORMAT)
        return (lambda value: None if value is None else as_text(value)) if as_text else None
    return None


def _list(field: fields.List) -> Write | None:
    inner = _value_writer(field.inner)
    return None if inner is None else lambda values: None if values is None else [inner(each) for each in values]


def _nested(field: fields.Nested) -> Write:
    # Made at the first value: a schema may hold itself.
    made: list[Write] = []

    def write(value: Any) -> Any:
        if value is None:
            return None
        if not made:
            made.append(_of_nested(field.schema, many=bool(field.many)))
        return made[0](value)

    return write


def _of_nested(schema: Schema, *, many: bool) -> Write:
    one = writer(schema)
    if one == schema.dump:
        return lambda value: schema.dump(value, many=schema.many or many)
    return (lambda values: [one(each) for each in values]) if many else one
