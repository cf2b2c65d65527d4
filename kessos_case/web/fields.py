"""Field types that routes share: what people write is cleaned and bounded here, once."""

from datetime import UTC, date, datetime
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.core.months import format_month, parse_month
from kessos_case.core.text import clean_text, reject_reason

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

_WHY_NOT = {
    "control_character": "Contains a control character.",
    "surrogate": "Contains half a character (a lone surrogate).",
    "bidi_control": "Contains a character that turns the direction of writing.",
}


# What clean_text and reject_reason leave, for callers who check before they send: no control and no bidi character,
# and something beside blanks.
_STORABLE = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]"
_NOT_BLANK = _STORABLE.replace("[^", r"[^\s")


class Text(fields.String):
    """One line of text in NFC without outer or doubled blanks, 1 to `most` characters; `lines` allows more lines."""

    def __init__(self, most: int = 200, *, lines: bool = False, **options: Any) -> None:
        self.lines = lines
        pattern = f"^{_STORABLE}*{_NOT_BLANK}{_STORABLE}*$"
        options["metadata"] = {"pattern": pattern} | options.get("metadata", {})
        super().__init__(validate=validate.Length(1, most), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = clean_text(super()._deserialize(value, attr, data, **options), multiline=self.lines)
        if why := reject_reason(text, multiline=self.lines):
            raise ma.ValidationError(_WHY_NOT[why])
        return text


class Truth(fields.Boolean):
    """true or false in JSON: 0, "yes" or "off" may be a slip, and an answer about a person is never guessed."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Instant(fields.AwareDateTime):
    """An instant with its zone (ISO 8601), between 1900 and 2200; kept in UTC."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", default_timezone=UTC, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        instant = super()._deserialize(value, attr, data, **options)
        try:
            instant = instant.astimezone(UTC)
        except OverflowError as error:
            raise ma.ValidationError("Not between 1900 and 2200.") from error
        if not EARLIEST <= instant < LATEST:
            raise ma.ValidationError("Not between 1900 and 2200.")
        return instant


class Day(fields.Date):
    """A date (YYYY-MM-DD) between 1880 and 2199: nobody alive is older, no plan reaches further."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> date:
        day = super()._deserialize(value, attr, data, **options)
        if not 1880 <= day.year < 2200:
            raise ma.ValidationError("Not between 1880 and 2199.")
        return day


class Month(fields.String):
    """A month as YYYY-MM, an integer of core.months inside."""

    def __init__(self, **options: Any) -> None:
        pattern = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"
        super().__init__(metadata={"pattern": pattern, "examples": ["2026-01"]}, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:
        return None if value is None else format_month(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        try:
            return parse_month(super()._deserialize(value, attr, data, **options))
        except ValueError as error:
            raise ma.ValidationError("Not a month between 1900-01 and 2199-12, written YYYY-MM.") from error


def region_code(**options: Any) -> fields.String:
    """A region code of the Ministry of Home Affairs: province, regency, kecamatan or village."""
    pattern = r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?\Z"
    options.setdefault("metadata", {"description": "Kemendagri code", "examples": ["35.09.12"]})
    return fields.String(validate=[validate.Length(2, 13), validate.Regexp(pattern)], **options)
