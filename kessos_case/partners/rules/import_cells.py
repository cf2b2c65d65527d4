"""What offices write in the cells of a table of partners: text in, a value of the directory or what is wrong with it out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from kessos_case.core.headings import bare
from kessos_case.core.phone import normalise_phone
from kessos_case.core.text import clean_text, reject_reason
from kessos_case.core.written import day_in

MOST_PLACES = 100_000


class RowFault(StrEnum):
    """What may be wrong with one cell, or with two that do not go together."""

    MISSING = "missing"
    TOO_MANY_CELLS = "too_many_cells"
    CONTROL_CHARACTER = "control_character"
    FORMULA = "formula"
    TOO_LONG = "too_long"
    DIGITS_LOST = "digits_lost"
    NOT_A_CODE = "not_a_code"
    NOT_A_REGION = "not_a_region"
    NOT_A_KIND = "not_a_kind"
    NOT_A_DAY = "not_a_day"
    DAY_SERIAL = "day_serial"
    NOT_A_NUMBER = "not_a_number"
    NOT_AN_AGE = "not_an_age"
    NOT_A_TIME = "not_a_time"
    NOT_WEEKDAYS = "not_weekdays"
    NOT_A_TRUTH = "not_a_truth"
    NOT_A_SEX = "not_a_sex"
    NOT_A_PHONE = "not_a_phone"
    NOT_AN_EMAIL = "not_an_email"
    NOT_FOUND = "not_found"
    # Of rows among themselves.
    TWICE = "twice"
    CONTRADICTS = "contradicts"
    # Of what the directory says.
    KIND_FIXED = "kind_fixed"
    AGREEMENT_DIFFERS = "agreement_differs"
    BEFORE_START = "before_start"
    BELOW_MIN_AGE = "below_min_age"
    BEFORE_OPENING = "before_opening"
    UNREACHABLE = "unreachable"
    PERIOD_OVERLAPS = "period_overlaps"
    CAPACITY_IN_USE = "capacity_in_use"
    # Of who sends the file.
    SCOPE = "scope"
    ACCREDITATION = "accreditation"
    AGREEMENT = "agreement"
    ADMINISTRATOR = "administrator"
    # What the service of the directory refuses for a reason that came later than this list.
    REFUSED = "refused"


@dataclass(frozen=True, eq=False)
class Words:
    """How things may be called: what the reference data says, and the policy directory_import. Keys are `bare` words."""

    headings: Mapping[str, str]
    kinds: Mapping[str, str]
    sexes: Mapping[str, str]
    days: Mapping[str, int]
    truths: Mapping[str, bool]
    service_types: Mapping[str, str]
    categories: Mapping[str, str]
    regions: Mapping[str, str]
    example: str
    results: frozenset[str]


class WrongCell(Exception):
    """What is wrong with a cell: carries its RowFault."""


# A spreadsheet marks text by an apostrophe, and so does the file of results (core.sheets); before a letter it is part of a
# name: 'Aisyiyah.
_MARK = re.compile(r"\A'(?![^\W\d_])")
# What nobody sees and a browser pastes along: with it one name would be two.
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_NONE = frozenset({"-", "--", "tidak ada", "n/a"})
_NUMBER_OF_A_SHEET = re.compile(r"-?[0-9][.,]?[0-9]*E[+-]?[0-9]+", re.IGNORECASE)
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{1,59}")
_REGION = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
_REGION_CUT = re.compile(r"[0-9]{2}\.[0-9]")
_WHOLE = re.compile(r"[0-9]{1,7}|[0-9]{1,3}(\.[0-9]{3})+")
_AGE = re.compile(r"([0-9]{1,3})(?: *(?:tahun|thn|th|years?))?", re.IGNORECASE)
_TIME = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?(?::00)?(?: *WIB)?", re.IGNORECASE)
_SERIAL = re.compile(r"[1-9][0-9]{4}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
# As many regions as a service may name by hand.
_MOST_PARTS = 200
_PARTS = re.compile(r"[;,\n]")
_DAY_PARTS = re.compile(r"[;,/&\n]|\bdan\b|\band\b")
_UNTIL = re.compile(r"\s*(?:-|–|\bs\.?\s*/?\s*d\b\.?|\bsampai\b|\bto\b)\s*")
_WEEK = list(range(1, 8))


def value_in(column: str, cell: str, words: Words) -> Any:
    """What the cell states. Raises WrongCell."""
    text = _clean(_MARK.sub("", cell), multiline=column in ("application_process", "agreement_parties"))
    if text.lower() in _NONE:
        return _nothing(column)
    return _READERS[column](text, words)


def _clean(cell: str, *, multiline: bool) -> str:
    text = clean_text(_UNSEEN.sub("", cell), multiline=multiline)
    if reject_reason(text, multiline=multiline):
        raise WrongCell(RowFault.CONTROL_CHARACTER)
    if text.startswith(("=", "@")):
        # A table that was exported with its formulas: what they reckon is not in it.
        raise WrongCell(RowFault.FORMULA)
    return text


def _nothing(column: str) -> Any:
    """What a hyphen states; a column that cannot be without anything is missing then."""
    if column in ("sexes", "categories", "open_days", "agreement_parties"):
        return []
    if column in ("has_disability_access", "is_accredited", "allows_waiting"):
        return False
    if column in (
        "region_code", "min_age", "max_age", "opens_at", "closes_at", "application_process", "agreement_subject",
        "contact_position", "contact_phone", "contact_email",
    ):  # fmt: skip
        return None
    raise WrongCell(RowFault.MISSING)


def _text(most: int) -> Callable[[str, Words], str]:
    def read(text: str, _words: Words) -> str:
        if len(text) > most:
            raise WrongCell(RowFault.TOO_LONG)
        return text

    return read


def _code(text: str, _words: Words) -> str:
    if _NUMBER_OF_A_SHEET.fullmatch(text):
        raise WrongCell(RowFault.DIGITS_LOST)
    if not _CODE.fullmatch(text.upper()):
        raise WrongCell(RowFault.NOT_A_CODE)
    return text.upper()


def _region(text: str, words: Words) -> str:
    if _NUMBER_OF_A_SHEET.fullmatch(text) or _REGION_CUT.fullmatch(text):
        # A spreadsheet takes 35.10 for a number and drops its last digit.
        raise WrongCell(RowFault.DIGITS_LOST)
    code = text if _REGION.fullmatch(text) else words.regions.get(bare(text))
    if code is None:
        raise WrongCell(RowFault.NOT_A_REGION)
    return code


def _named(names: Callable[[Words], Mapping[str, Any]], fault: RowFault) -> Callable[[str, Words], Any]:
    def read(text: str, words: Words) -> Any:
        found = names(words).get(bare(text))
        if found is None:
            raise WrongCell(fault)
        return found

    return read


def _each(read: Callable[[str, Words], Any]) -> Callable[[str, Words], list[Any]]:
    def read_all(text: str, words: Words) -> list[Any]:
        parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
        if not parts or len(parts) > _MOST_PARTS:
            raise WrongCell(RowFault.TOO_LONG if parts else RowFault.MISSING)
        return list(dict.fromkeys(read(part, words) for part in parts))

    return read_all


def _sexes(text: str, words: Words) -> list[str]:
    # Both is no limit, which is how the directory keeps it.
    found: list[str] = sorted(_each(_named(lambda said: said.sexes, RowFault.NOT_A_SEX))(text, words))
    return [] if len(found) == 2 else found


def _parties(text: str, _words: Words) -> list[str]:
    # By semicolons only: `PT Maju, Tbk` is one party.
    found = list(dict.fromkeys(part.strip() for part in re.split(r"[;\n]", text) if part.strip()))
    if not found or len(found) > 20 or any(len(part) > 200 for part in found):
        raise WrongCell(RowFault.TOO_LONG if found else RowFault.MISSING)
    return found


def _age(text: str, _words: Words) -> int:
    found = _AGE.fullmatch(text)
    if found is None or int(found[1]) > 130:
        raise WrongCell(RowFault.NOT_AN_AGE)
    return int(found[1])


def _places(text: str, _words: Words) -> int:
    places = int(text.replace(".", "")) if _WHOLE.fullmatch(text) else MOST_PLACES + 1
    if places > MOST_PLACES:
        raise WrongCell(RowFault.NOT_A_NUMBER)
    return places


def _day(text: str, _words: Words) -> date:
    found = day_in(text)
    if found is None:
        raise WrongCell(RowFault.DAY_SERIAL if _SERIAL.fullmatch(text) else RowFault.NOT_A_DAY)
    return found


def _time(text: str, _words: Words) -> time:
    found = _TIME.fullmatch(text)
    if found is None:
        raise WrongCell(RowFault.NOT_A_TIME)
    return time(int(found[1]), int(found[2] or 0))


def _weekdays(text: str, words: Words) -> list[int]:
    if bare(text) in ("setiap_hari", "tiap_hari", "every_day"):
        return list(_WEEK)
    days: set[int] = set()
    for part in filter(str.strip, _DAY_PARTS.split(_UNTIL.sub("-", text.lower()))):
        ends = [words.days.get(bare(end)) for end in part.split("-")]
        if None in ends or len(ends) > 2:
            raise WrongCell(RowFault.NOT_WEEKDAYS)
        first, last = ends[0] or 0, ends[-1] or 0
        # Friday to Monday goes round the end of the week.
        days |= set(range(first, last + 1)) if first <= last else {*range(first, 8), *range(1, last + 1)}
    if not days:
        raise WrongCell(RowFault.NOT_WEEKDAYS)
    return sorted(days)


def _phone(text: str, _words: Words) -> str:
    if _NUMBER_OF_A_SHEET.fullmatch(text):
        raise WrongCell(RowFault.DIGITS_LOST)
    try:
        return normalise_phone(text)
    except ValueError as error:
        raise WrongCell(RowFault.NOT_A_PHONE) from error


def _email(text: str, _words: Words) -> str:
    if len(text) > 200 or not _EMAIL.fullmatch(text):
        raise WrongCell(RowFault.NOT_AN_EMAIL)
    return text


_truth = _named(lambda words: words.truths, RowFault.NOT_A_TRUTH)
_READERS: dict[str, Callable[[str, Words], Any]] = {
    "organisation_code": _code,
    "organisation_kind": _named(lambda words: words.kinds, RowFault.NOT_A_KIND),
    "organisation_name": _text(200),
    "region_code": _region,
    "service_type": _named(lambda words: words.service_types, RowFault.NOT_FOUND),
    "service_name": _text(200),
    "coverage": _each(_region),
    "min_age": _age,
    "max_age": _age,
    "sexes": _sexes,
    "categories": _each(_named(lambda words: words.categories, RowFault.NOT_FOUND)),
    "has_disability_access": _truth,
    "is_accredited": _truth,
    "allows_waiting": _truth,
    "is_active": _truth,
    "open_days": _weekdays,
    "opens_at": _time,
    "closes_at": _time,
    "application_process": _text(2000),
    "capacity_places": _places,
    "capacity_starts_on": _day,
    "capacity_ends_on": _day,
    "agreement_number": _text(100),
    "agreement_starts_on": _day,
    "agreement_ends_on": _day,
    "agreement_parties": _parties,
    "agreement_subject": _text(500),
    "contact_name": _text(200),
    "contact_position": _text(200),
    "contact_phone": _phone,
    "contact_email": _email,
}
